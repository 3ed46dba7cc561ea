//! A mistake of a server's configuration: its place, what is wrong, what to do.

use super::style::{ERROR, HELP, paint};
use server::Mistake;
use std::path::Path;

/// Says it.
pub fn configuration(path: Option<&Path>, mistake: &Mistake) -> String {
    let file = path.map_or_else(String::new, |path| path.display().to_string());
    let place = match mistake.place {
        Some((line, column)) => format!("{file}:{line}:{column} : "),
        None if file.is_empty() => String::new(),
        None => format!("{file} : "),
    };
    let (error, help) = (paint(ERROR, "erreur"), paint(HELP, "aide"));
    format!("{error} : {place}{}\n  {help} : {}\n", mistake.message, mistake.help)
}
