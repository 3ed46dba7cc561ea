//! Links `bareme` small, where its linker and the C library of this machine can: functions that are the same code are
//! one (LLD, which is what links for x86-64), and places to be filled in when it is loaded are written as a bitmap, a
//! tenth of a list (glibc from 2.36 on).

use std::env::var;
use std::process::Command;

/// The C library that reads the bitmap: its generation and its version.
const PACKED: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if var("TARGET").as_deref() != Ok("x86_64-unknown-linux-gnu") || var("TARGET") != var("HOST") {
        return;
    }
    println!("cargo::rustc-link-arg-bin=bareme=-Wl,--icf=all");
    if glibc().is_some_and(|version| version >= PACKED) {
        println!("cargo::rustc-link-arg-bin=bareme=-Wl,-z,pack-relative-relocs");
    }
}

/// Asks which C library is here.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (generation, version) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((generation.parse().ok()?, version.parse().ok()?))
}
