//! Writes a recueil of many companies to a directory: `many_companies 1000 /some/where`.

use std::path::Path;
use std::process::ExitCode;
use tests::companies::companies;
use tests::rules::{files_of, root};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(count), Some(to)) =
        (arguments.first().and_then(|n| n.parse().ok()), arguments.get(1))
    else {
        eprintln!("many_companies COUNT DIRECTORY");
        return ExitCode::from(2);
    };
    match write(count, Path::new(to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(count: usize, to: &Path) -> std::io::Result<()> {
    let mut files = files_of(&root().join("policies"))?;
    let generated = companies(count).into_iter();
    files.extend(generated.map(|(path, text)| (path, text.into_bytes())));
    for (path, bytes) in files {
        let at = to.join(path);
        if let Some(parent) = at.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(at, bytes)?;
    }
    Ok(())
}
