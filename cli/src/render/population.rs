//! What was drawn, in words.

use super::words;
use engine::{Date, Exact};

/// Says what a population holds and where it is.
pub fn population(size: u64, offers: u64, today: Date, file: &str) -> String {
    let counted = |count: u64, one: &str, more: &str| {
        let noun = if count > 1 { more } else { one };
        format!("{} {noun}", words::number(Exact::whole(count.into())))
    };
    format!(
        "{} pour {}, au {}, dans « {file} »\n",
        counted(size, "candidat", "candidats"),
        counted(offers, "offre", "offres"),
        words::date(today)
    )
}
