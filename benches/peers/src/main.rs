//! The workload by hand, by Barème and by the engines of others: equal first, then timed in one run, in one
//! table.
//!
//! `cargo run --release --bin peers [NAME…]` in `benches/`: all of them unless told. Each is a process that
//! is asked line by line (`yardstick::stage`), so that memory is its own and times are taken in turn.
//! `peers fichiers [LIGNES]`: from Parquet to Parquet, beside DuckDB.

mod companies;
mod conducted;
mod entrants;
mod files;
mod got;
mod judge;
mod measured;
mod ours;
mod population;
mod table;

use companies::Copied;
use entrants::{ENTRANTS, Entrant};
use got::{Got, here};
use measured::{Bench, Measured};
use std::process::Command;
use yardstick::contestant::rows;
use yardstick::stage::serve;

/// The allocator of `bareme`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many rows are drawn.
const ROWS: usize = 490_000;
/// Who the others are told by, besides the yardstick.
const OURS: &str = "bareme";
/// Who compiles fastest of the others.
const FASTEST: &str = "zen";
/// How many companies one recueil holds.
const COMPANIES: usize = 10_000;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", "main"] => serve::<ours::ByRows>(),
        ["serve", "colonnes"] => serve::<ours::ByColumns>(),
        ["serve", "bareme"] => serve::<ours::Bareme>(),
        ["serve", "rang-donné"] => serve::<ours::RankGiven>(),
        ["serve", word] if copied(word).is_some() => copied(word).map_or(Ok(()), companies::serve),
        ["watch", ..] => {
            println!("{}", files::watch(arguments.get(1..).unwrap_or_default())?);
            Ok(())
        }
        ["fichiers"] => files::compare(files::ROWS),
        ["fichiers", rows] => files::compare(rows.parse().map_err(|_| "un nombre de lignes")?),
        names => compare(&asked(names)?),
    }
}

fn copied(word: &str) -> Option<Copied> {
    Copied::ALL.into_iter().find(|copied| copied.word() == word)
}

/// Who is asked for: Barème always is, since others are told by it.
fn asked(names: &[&str]) -> Result<Vec<&'static Entrant>, String> {
    let known = |name: &&&str| !ENTRANTS.iter().any(|entrant| entrant.name == **name);
    if let Some(name) = names.iter().find(known) {
        let all: Vec<_> = ENTRANTS.iter().map(|entrant| entrant.name).collect();
        return Err(format!("« {name} » n'est pas de ceux-ci : {}", all.join(", ")));
    }
    let is_asked = |entrant: &&Entrant| {
        names.is_empty() || entrant.name == OURS || names.contains(&entrant.name)
    };
    Ok(ENTRANTS.iter().filter(is_asked).collect())
}

fn compare(entrants: &[&Entrant]) -> Result<(), String> {
    let (folder, rows) = (here().join("target/peers"), rows(ROWS));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let population = population::write(&rows, &folder).map_err(|error| error.to_string())?;
    let got = Got::all(entrants, &folder, population)?;
    let mut bench = Bench::new(rows);
    let mut all = Vec::new();
    for entrant in entrants {
        eprintln!("{} …", entrant.label);
        let said = folder.join(entrant.name).with_extension("i16");
        let measured = match got.command(entrant) {
            Ok(command) => bench.measure(&*command, &said).map_err(|why| format!("écarté : {why}")),
            Err(why) => Err(format!("absent : {why}")),
        };
        all.push((*entrant, measured));
    }
    print(&all);
    companies(&got)
}

fn print(all: &[(&Entrant, Result<Measured, String>)]) {
    let ours = all.iter().find(|(entrant, _)| entrant.name == OURS);
    let ours = ours.and_then(|(_, measured)| measured.as_ref().ok());
    println!("{}", table::head());
    for (entrant, measured) in all {
        println!("{}", table::row(entrant, measured, ours));
    }
    println!("\n{}\n", table::LEGEND);
    for (entrant, _) in all {
        println!("- {} : {}", entrant.label, entrant.note);
    }
}

/// Says what one recueil of many companies takes: what Barème compiles where others compile many policies.
fn companies(got: &Got) -> Result<(), String> {
    let itself = std::env::current_exe().map_err(|error| error.to_string())?;
    let other = ENTRANTS.iter().find(|entrant| entrant.name == FASTEST);
    let other = other.and_then(|entrant| got.command(entrant).ok());
    for copied in Copied::ALL {
        let make = || {
            let mut command = Command::new(&itself);
            command.args(["serve", copied.word()]);
            command
        };
        let measured = measured::companies(&make, other.as_deref(), COMPANIES)?;
        println!("{}", table::companies(&measured, copied.text()?.lines().count()));
    }
    Ok(())
}
