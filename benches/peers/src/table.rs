//! The one table, in Markdown.

use crate::entrants::Entrant;
use crate::measured::Measured;
use yardstick::timing::Measure;

const NONE: &str = "—";

/// What the columns hold.
const COLUMNS: [&str; 11] = [
    "",
    "comparé sur",
    "un candidat",
    "un candidat expliqué",
    "un candidat, de JSON à JSON",
    "par lots, un cœur",
    "deux cœurs",
    "mémoire au plus",
    "une politique compilée",
    "politiques par seconde",
    "mémoire d'une politique",
];

/// What is said under the table.
pub const LEGEND: &str = "\
Temps : du processeur, médianes ; × : fois le temps de Rust à la main (lignes), mesuré entre les répétitions, puis fois
celui de Barème. Un candidat : son entrée est prête ; de JSON à JSON : le texte de ses faits est lu, ses 19 valeurs
écrites, × étant fois la même chose à la main, par serde. Par lots : des lignes (ou des colonnes) d'un programme aux valeurs.
Deux cœurs : combien de fois plus font deux processus à la fois. Chacun est d'abord comparé à Rust à la main, valeur par
valeur, et n'est pas mesuré s'il en diffère. Une politique : la grille entière, de son texte à ce qui évalue ; beaucoup :
autant de différentes, toutes gardées.";

/// Prints the head.
pub fn head() -> String {
    let rule = ["---"].into_iter().chain(["--:"; COLUMNS.len() - 1]);
    format!("| {} |\n|{}|", COLUMNS.join(" | "), rule.collect::<Vec<_>>().join("|"))
}

/// Prints a row. `ours` is what Barème was found to be, so that others are told by it.
pub fn row(
    entrant: &Entrant,
    measured: &Result<Measured, String>,
    ours: Option<&Measured>,
) -> String {
    let cells = match measured {
        Ok(measured) => cells(measured, ours),
        Err(why) => {
            let mut cells = vec![why.clone()];
            cells.resize(COLUMNS.len() - 1, NONE.to_owned());
            cells
        }
    };
    format!("| {} | {} |", entrant.label, cells.join(" | "))
}

fn cells(it: &Measured, ours: Option<&Measured>) -> Vec<String> {
    let time = |own: Option<Measure>, ours: Option<Measure>| {
        told(own.map(|own| format!("{} · {}", duration(own.each), times(own, ours))))
    };
    let rate = |own: Option<Measure>, ours: Option<Measure>| {
        told(own.map(|own| format!("{}/s · {}", count(1e9 / own.each), times(own, ours))))
    };
    let agreed = |rows, values| format!("{} × {values}", count(rows));
    vec![
        told(it.agreed.map(|agreed_on| agreed(agreed_on.rows as f64, agreed_on.values))),
        time(it.single, ours.and_then(|ours| ours.single)),
        time(it.traced, ours.and_then(|ours| ours.traced)),
        time(it.json, ours.and_then(|ours| ours.json)),
        rate(it.batch, ours.and_then(|ours| ours.batch)),
        told(it.twofold.map(|fold| format!("× {}", decimal(fold, 2)))),
        told(it.memory.map(bytes)),
        told(it.compile.map(duration)),
        told(
            it.many
                .map(|many| format!("{} ({})", count(1e9 / many.each), count(many.count as f64))),
        ),
        told(it.many.and_then(|many| many.memory).map(bytes)),
    ]
}

/// Says what one recueil of many companies takes.
pub fn companies(it: &Measured, lines: usize) -> String {
    let many = it.many.map(|many| {
        let (all, each) = (many.each * many.count as f64, count(1e9 / many.each));
        let memory = told(many.memory.map(bytes));
        format!(
            "un recueil de {} entreprises de {lines} lignes : compilé en {} ({each} par seconde, {memory} chacune)",
            count(many.count as f64),
            duration(all)
        )
    });
    let beside = it.beside.map(|beside| format!("× {}", decimal(beside, 2)));
    format!(
        "- Barème, {} ; fois zen-engine, l'un après l'autre : {} ; une entreprise change : {}",
        told(many),
        told(beside),
        told(it.reload.map(duration))
    )
}

fn told(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| NONE.to_owned())
}

/// How many times the yardstick, and how many times Barème.
fn times(own: Measure, ours: Option<Measure>) -> String {
    let by_ours = ours.map(|ours| format!(" · × {}", factor(own.ratio / ours.ratio)));
    format!("× {}{}", factor(own.ratio), by_ours.unwrap_or_default())
}

fn factor(factor: f64) -> String {
    if factor < 10.0 { decimal(factor, 2) } else { count(factor) }
}

/// Unit: nanoseconds.
pub fn duration(time: f64) -> String {
    match time {
        ..1e3 => format!("{} ns", short(time)),
        ..1e6 => format!("{} µs", short(time / 1e3)),
        ..1e9 => format!("{} ms", short(time / 1e6)),
        _ => format!("{} s", short(time / 1e9)),
    }
}

/// Unit: bytes.
pub fn bytes(bytes: f64) -> String {
    if bytes < 1e6 {
        format!("{} ko", short(bytes / 1e3))
    } else {
        format!("{} Mo", short(bytes / 1e6))
    }
}

/// A count, its thousands apart, or in millions.
pub fn count(count: f64) -> String {
    if count >= 1e7 {
        return format!("{} M", short(count / 1e6));
    }
    let digits = format!("{count:.0}");
    let mut apart = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(' ');
        }
        apart.push(digit);
    }
    apart
}

/// Three digits.
fn short(value: f64) -> String {
    match value {
        ..10.0 => decimal(value, 2),
        ..100.0 => decimal(value, 1),
        _ => decimal(value, 0),
    }
}

fn decimal(value: f64, digits: usize) -> String {
    format!("{value:.digits$}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entrants::ENTRANTS;

    #[test]
    fn values_are_told_with_three_digits() {
        assert_eq!(duration(16.04), "16,0 ns");
        assert_eq!(duration(43_900.0), "43,9 µs");
        assert_eq!(duration(1_900_000.0), "1,90 ms");
        assert_eq!(bytes(41_000.0), "41,0 ko");
        assert_eq!(count(98_000.0), "98 000");
        assert_eq!(count(44_800_000.0), "44,8 M");
    }

    #[test]
    fn who_is_absent_has_a_row_that_says_why() {
        let absent = Err("absent : node introuvable".to_owned());
        let row = row(&ENTRANTS[3], &absent, None);
        assert!(row.contains("| absent : node introuvable | — |"), "{row}");
        assert_eq!(row.matches('|').count(), COLUMNS.len() + 1);
        assert_eq!(head().lines().next().unwrap().matches('|').count(), COLUMNS.len() + 1);
    }

    #[test]
    fn ratios_are_to_the_yardstick_and_to_ours() {
        let measure = |ratio| Some(Measure { each: 20.0 * ratio, ratio });
        let ours = Measured { single: measure(4.0), ..Measured::default() };
        let other = Ok(Measured { single: measure(1_000.0), ..Measured::default() });
        let row = row(&ENTRANTS[4], &other, Some(&ours));
        assert!(row.contains("| 20,0 µs · × 1 000 · × 250 |"), "{row}");
    }
}
