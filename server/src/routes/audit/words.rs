//! What records say in words of their own, said for people.

use crate::rules::Rules;
use engine::{Date, FieldId, Grid as Rule, MotifCode, Part, Program};
use registry::outcome::Reason;

/// Says a day that a record writes.
pub fn day(iso: &str) -> String {
    Date::parse_iso(iso).map_or_else(|| iso.to_owned(), pages::days::day)
}

/// Says an instant that a record writes: to the second, UTC.
pub fn instant(rfc3339: &str) -> String {
    match rfc3339.split_once('T') {
        Some((date, time)) => {
            let time: String = time.chars().take(8).collect();
            format!("{} à {time} UTC", day(date))
        }
        None => rfc3339.to_owned(),
    }
}

/// Says a state that a record writes.
pub fn state(word: &str) -> String {
    let said = match word {
        "obtenu" => "obtenu",
        "non_obtenu" => "non obtenu",
        "non_evaluable" => "non évaluable",
        "en_attente" => "en attente",
        "plafonne" => "plafonné",
        "etabli" => "établi",
        "non_etabli" => "non établi",
        "sans_objet" => "sans objet",
        "indetermine" => "indéterminé",
        other => other,
    };
    said.to_owned()
}

/// Says why, with the facts that are named.
pub fn reason(reason: &Reason<'_>, rules: Option<&Rules>) -> String {
    let code = MotifCode::WORDS.iter().find(|(_, word)| *word == reason.code);
    let mut said = code.map_or_else(|| reason.code.to_string(), |(code, _)| why(*code).to_owned());
    if let Some(error) = &reason.error {
        said = format!("{said} : {}", error.replace('_', " "));
    }
    if let Some(raw) = &reason.raw {
        said = format!("{said}, au lieu de {raw}");
    }
    if reason.facts.is_empty() {
        return said;
    }
    let facts: Vec<String> = reason.facts.iter().map(|path| fact(path, rules)).collect();
    format!("{said} ({})", facts.join(", "))
}

fn why(code: MotifCode) -> &'static str {
    match code {
        MotifCode::Condition => "la condition est remplie, ou il n'en faut pas",
        MotifCode::ConditionFalse => "la condition n'est pas remplie",
        MotifCode::Exception => "l'exception s'applique",
        MotifCode::Missing => "un fait n'est pas renseigné",
        MotifCode::Withheld => "un fait n'est pas communiqué",
        MotifCode::NotShared => "un fait n'est pas partagé",
        MotifCode::Anonymous => "le demandeur est resté anonyme",
        MotifCode::ProofAwaited => "la preuve est attendue",
        MotifCode::ValidationPending => "la validation de l'employeur est en cours",
        MotifCode::ValidationRefused => "l'employeur n'a pas validé",
        MotifCode::OutsidePeriod => "hors de la période du critère",
        MotifCode::FamilyOther => "une autre ligne de la famille compte",
        MotifCode::SlotUnfilled => "la tranche n'est pas définie",
        MotifCode::Capped => "ramené au plafond",
        MotifCode::Floored => "relevé au plancher",
        MotifCode::NoValue => "pas de valeur ce jour-là",
        MotifCode::Calculation => "le calcul a échoué",
        MotifCode::Script => "une fonction a échoué",
        MotifCode::NotRanked => "le candidat n'est pas classé",
        MotifCode::NotEstablished => "aucune politique ne donne ces points",
        MotifCode::OutsidePerimeter => "hors du périmètre",
        MotifCode::OutsidePopulation => "hors de la population",
    }
}

/// Names a fact by its label.
fn fact(path: &str, rules: Option<&Rules>) -> String {
    let named = rules.and_then(|rules| {
        let schema = &rules.program().schema;
        let ids = (0..).map(FieldId).take(schema.fields.len());
        let field = ids.into_iter().find(|id| schema.path(*id) == path);
        let list = schema.entity_named(path).and_then(|id| schema.entity(id)?.label.clone());
        field.and_then(|id| schema.field(id)).map(|field| field.label.clone()).or(list)
    });
    named.unwrap_or_else(|| path.to_owned())
}

/// Names a grid.
pub fn grid(id: &str, rules: Option<&Rules>) -> String {
    let found = rules.and_then(|rules| rules.program().grids.iter().find(|grid| grid.id == id));
    found.map_or_else(|| id.to_owned(), |grid| grid.label.clone())
}

/// Names a line of a grid, in the version that gave it when that is known.
pub fn line(
    grid: &str,
    line: &str,
    version: Option<(&str, &str)>,
    rules: Option<&Rules>,
) -> String {
    if let Some(family) = line.strip_prefix("ecretement") {
        return format!("Plafond ou plancher{}", family.replacen('.', " de ", 1));
    }
    let found = rules.and_then(|rules| {
        rules
            .program()
            .grids
            .iter()
            .find(|one| one.id == grid)
            .and_then(|one| labelled(one, line, version))
    });
    found.unwrap_or_else(|| line.to_owned())
}

fn labelled(grid: &Rule, line: &str, wanted: Option<(&str, &str)>) -> Option<String> {
    let is_wanted = |unit: &str, version: &str| wanted == Some((unit, version));
    let (mut wanted, others): (Vec<_>, Vec<_>) = grid.all_versions().partition(|one| {
        let filling = one.filling.as_ref();
        filling.map_or_else(
            || is_wanted(&one.unit, &one.version),
            |(unit, version)| is_wanted(unit, version),
        )
    });
    wanted.extend(others);
    wanted.into_iter().flat_map(|version| &version.parts).find_map(|part| match part {
        Part::Criterion(criterion) if criterion.id == line => Some(criterion.label.clone()),
        Part::Tranche(tranche) if tranche.id == line => Some(tranche.label.clone()),
        Part::Family(family) => {
            let found = family.criteria.iter().find(|criterion| criterion.id == line);
            found.map(|criterion| criterion.label.clone())
        }
        Part::Criterion(_) | Part::Tranche(_) => None,
    })
}

/// Names a condition of eligibility.
pub fn condition(id: &str, program: Option<&Program>) -> String {
    let all = program.into_iter().flat_map(|program| &program.rankings);
    let mut criteria = all.flat_map(|ranking| &ranking.eligibilities).map(|it| &it.criterion);
    criteria.find(|it| it.id == id).map_or_else(|| id.to_owned(), |it| it.label.clone())
}
