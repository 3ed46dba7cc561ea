//! YAML as events of the `saphyr-parser` scanner.
//!
//! Its messages are in English and may quote the text: only their place is kept.

use crate::builder::{Builder, Stop};
use crate::node::{Place, Scalar, Spelling};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

/// Reads one YAML document.
pub(crate) fn read(text: &str) -> Result<Builder, Stop> {
    let mut builder = Builder::default();
    let mut documents = 0_u32;
    // The scanner ends the last line when the text does not.
    let end = end(text);
    let place = |marker: Marker| place(marker).min(end);
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(error) => {
                return Err(builder.syntax("YAML mal formé", place(*error.marker())));
            }
        };
        let place = place(span.start);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(builder.syntax("un seul dossier par texte", place));
                }
            }
            Event::Alias(anchor) => builder.alias(anchor, place)?,
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                return Err(builder.syntax("les étiquettes YAML « ! » ne sont pas admises", place));
            }
            Event::Scalar(text, style, anchor, None) => {
                let scalar = Scalar { text: text.into_owned(), spelling: spelling(style) };
                builder.scalar(scalar, place, anchor)?;
            }
            Event::SequenceStart(anchor, None) => builder.open_list(place, anchor)?,
            Event::MappingStart(anchor, None) => builder.open_map(place, anchor)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
        }
    }
    Ok(builder)
}

fn spelling(style: ScalarStyle) -> Spelling {
    match style {
        ScalarStyle::Plain => Spelling::Plain,
        ScalarStyle::SingleQuoted
        | ScalarStyle::DoubleQuoted
        | ScalarStyle::Literal
        | ScalarStyle::Folded => Spelling::Quoted,
    }
}

fn place(marker: Marker) -> Place {
    // The scanner counts lines from 1 and columns from 0.
    Place { line: narrow(marker.line()), column: narrow(marker.col().saturating_add(1)) }
}

/// The place after the last character. A line ends with LF, CR or both.
fn end(text: &str) -> Place {
    let breaks = |text: &str| {
        let alone = text.matches('\r').count() - text.matches("\r\n").count();
        text.matches('\n').count() + alone
    };
    let last = text.rsplit(['\n', '\r']).next().unwrap_or(text);
    Place { line: narrow(breaks(text) + 1), column: narrow(last.chars().count() + 1) }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
