//! `code`: what a diagnostic code means.

use crate::arguments::{Code, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Align, Table};
use crate::terminal;
use serde_json::{Value, json};
use source::{CodeInfo, Severity, all_codes, code_info, nearest};

/// Runs the command.
pub fn run(arguments: &Code, format: Format) -> Result<Exit, Failure> {
    let Some(written) = &arguments.code else { return all(format) };
    let Some(info) = code_info(written.trim()) else {
        let codes = all_codes().iter().map(|info| info.code.0);
        return Err(Failure::NoSuchCode { nearest: nearest(written, codes) });
    };
    match format {
        Format::Json => terminal::answer_json(&wire(info))?,
        Format::Humain | Format::Court => {
            terminal::answer(&render::code_page(info.page))?;
        }
    }
    Ok(Exit::Yes)
}

fn all(format: Format) -> Result<Exit, Failure> {
    match format {
        Format::Json => {
            terminal::answer_json(&all_codes().iter().map(wire).collect::<Vec<Value>>())?;
        }
        Format::Humain | Format::Court => {
            let mut table = Table::new([Align::Left, Align::Left]);
            for info in all_codes() {
                table.row(vec![info.code.0.into(), info.title.into()]);
            }
            terminal::answer(&table.draw(""))?;
        }
    }
    Ok(Exit::Yes)
}

fn wire(info: &CodeInfo) -> Value {
    json!({
        "code": info.code.0,
        "severite": severity(info),
        "titre": info.title,
        "explication": info.explanation,
        "page": info.page,
    })
}

fn severity(info: &CodeInfo) -> &'static str {
    match info.code.severity() {
        Severity::Error => "erreur",
        Severity::Warning => "avertissement",
        Severity::Note => "remarque",
    }
}
