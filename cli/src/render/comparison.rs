//! What changed, unit by unit then thing by thing: what was written, what is, and for whom it matters.

use super::diagnostics::safe;
use super::page::Page;
use super::style::{self, heading, paint};
use super::words;
use analysis::compare::{
    Answer, Change, ChangeKind, Comparison, Days, Effect, Given, Outcome, Presence, Subject,
    SubjectKind, UnitChanges, Verdict, Version, Whose, Witness, Wording,
};
use engine::{Exact, FactState, Schema, show, show_number};
use source::counted;

/// Draws a comparison.
pub fn comparison(comparison: &Comparison) -> String {
    let mut page = Page::default();
    for unit in &comparison.units {
        unit_changes(unit, &comparison.schema, &mut page);
        page.blank();
    }
    for script in &comparison.scripts {
        page.line(format!("script {} : {}", safe(&script.path), presence(script.kind)));
    }
    if !comparison.scripts.is_empty() {
        page.blank();
    }
    page.line(summary(comparison));
    page.done()
}

fn summary(comparison: &Comparison) -> String {
    let compared = counted(comparison.compared, "version comparée", "versions comparées");
    let changes: usize = comparison.units.iter().map(|unit| unit.changes.len().max(1)).sum();
    let found = changes + comparison.scripts.len();
    match found {
        0 => format!("Aucune différence ; {compared}"),
        _ => format!("{} ; {compared}", counted(found, "différence", "différences")),
    }
}

fn presence(kind: Presence) -> &'static str {
    match kind {
        Presence::Added => "ajouté",
        Presence::Removed => "supprimé",
        Presence::Changed => "changé ; ce qu'il calcule n'est pas comparé",
    }
}

fn unit_changes(unit: &UnitChanges, schema: &Schema, page: &mut Page) {
    let kind = words::unit_kind(unit.kind);
    match (&unit.before, &unit.after) {
        (Some(before), Some(after)) => {
            page.line(heading(&format!("{kind} {}", names(before, after))));
            page.lines(days(unit.days, before, after));
        }
        (None, Some(after)) => {
            page.line(heading(&format!("{kind} {} : ajoutée", version(after))));
            page.line(format!("  en vigueur {}", after.period));
        }
        (Some(before), None) => {
            page.line(heading(&format!("{kind} {} : supprimée", version(before))));
            page.line(format!("  était en vigueur {}", before.period));
        }
        (None, None) => {}
    }
    let mut before: Option<&Subject> = None;
    for change in &unit.changes {
        if before != Some(&change.subject) && change.subject.kind != SubjectKind::Unit {
            page.line(format!("  {}", subject(&change.subject)));
        }
        before = Some(&change.subject);
        let indent = if change.subject.kind == SubjectKind::Unit { 2 } else { 4 };
        of_change(change, schema, indent, page);
    }
}

fn version(version: &Version) -> String {
    safe(&format!("{} {}", version.unit, version.version))
}

fn names(before: &Version, after: &Version) -> String {
    if before.unit == after.unit && before.version == after.version {
        version(after)
    } else if before.unit == after.unit {
        format!("{}, puis {}", version(before), safe(&after.version))
    } else {
        format!("{}, puis {}", version(before), version(after))
    }
}

/// Says on which days two versions are compared, when it is not those of both.
fn days(days: Days, before: &Version, after: &Version) -> String {
    match days {
        Days::Common(period) if period == before.period && period == after.period => String::new(),
        Days::Common(period) => format!("  comparées sur leurs jours communs, {period}\n"),
        Days::Following(period) => format!(
            "  jamais en vigueur le même jour : comparées {period}, comme si la première l'était encore\n"
        ),
        Days::Alone => String::new(),
    }
}

fn subject(subject: &Subject) -> String {
    let name = match (&subject.kind, &subject.within) {
        (SubjectKind::Field, Some(entity)) => format!("{entity}.{}", subject.name),
        (SubjectKind::Guarantee, _) => format!("« {} »", subject.name),
        _ => subject.name.clone(),
    };
    let label = subject.label.as_ref().map_or_else(String::new, |label| format!(" : {label}"));
    safe(&format!("{} {name}{label}", kind(subject.kind)))
}

fn kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Unit => "unité",
        SubjectKind::Criterion => "critère",
        SubjectKind::Family => "famille",
        SubjectKind::Tranche => "tranche",
        SubjectKind::Eligibility => "éligible",
        SubjectKind::Definition => "définition",
        SubjectKind::Parameter => "paramètre",
        SubjectKind::Table => "table",
        SubjectKind::Function => "fonction",
        SubjectKind::Enumeration => "énumération",
        SubjectKind::Field => "champ",
        SubjectKind::Guarantee => "garantie",
    }
}

fn of_change(change: &Change, schema: &Schema, indent: usize, page: &mut Page) {
    let pad = " ".repeat(indent);
    page.line(format!("{pad}{}", paint(style::TITLE, &title(change))));
    for (word, lines, tint) in
        [("avant", &change.before, style::WATCH), ("après", &change.after, style::GOOD)]
    {
        for (at, line) in lines.iter().enumerate() {
            let word = if at == 0 { word } else { "     " };
            page.line(format!("{pad}  {word}  {}", paint(tint, &safe(line))));
        }
    }
    if !change.through.is_empty() {
        page.line(format!("{pad}  par {}", quoted(&change.through)));
    }
    if let Some(effect) = &change.effect {
        for witness in effect.witnesses() {
            of_witness(witness, schema, &pad, page);
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("« {} »", safe(name))).collect::<Vec<_>>().join(", ")
}

/// What changed, and what that means for people.
fn title(change: &Change) -> String {
    let said = what(change);
    match change.effect.as_ref().and_then(|effect| meaning(change, effect)) {
        Some(meaning) => format!("{said} : {meaning}"),
        None => said,
    }
}

fn what(change: &Change) -> String {
    match &change.kind {
        ChangeKind::Added => "ajouté".to_owned(),
        ChangeKind::Removed => "supprimé".to_owned(),
        ChangeKind::Renamed(before) => format!("s'appelait {}", safe(before)),
        ChangeKind::Moved => "déplacé".to_owned(),
        ChangeKind::Reordered => "dans un autre ordre".to_owned(),
        ChangeKind::Reworded(wording) => format!("{} reformulé", self::wording(*wording)),
        ChangeKind::Condition if change.subject.kind == SubjectKind::Unit => {
            "s'applique si".to_owned()
        }
        ChangeKind::Condition if change.subject.kind == SubjectKind::Guarantee => {
            "autre promesse".to_owned()
        }
        ChangeKind::Condition => "condition".to_owned(),
        ChangeKind::Reweighted(from, to) => format!("{} au lieu de {}", points(*to), points(*from)),
        ChangeKind::Points => "points".to_owned(),
        ChangeKind::Proof => "preuve exigée".to_owned(),
        ChangeKind::Period => "période".to_owned(),
        ChangeKind::Retains => "ligne retenue".to_owned(),
        ChangeKind::Bounds => "plafond ou plancher".to_owned(),
        ChangeKind::Scale => "échelle affichée".to_owned(),
        ChangeKind::Perimeter => "périmètre".to_owned(),
        ChangeKind::Sharing => "partage".to_owned(),
        ChangeKind::Validation => "validation de l'employeur".to_owned(),
        ChangeKind::Employers => "employeurs".to_owned(),
        ChangeKind::Grids => "grilles additionnées".to_owned(),
        ChangeKind::Order => "ordre des candidats".to_owned(),
        ChangeKind::Keeps => "nombre de candidats retenus".to_owned(),
        ChangeKind::Value => "autre calcul".to_owned(),
        ChangeKind::Rows => "autres lignes".to_owned(),
        ChangeKind::Marks => "autre déclaration".to_owned(),
        ChangeKind::Script => "autre script".to_owned(),
        ChangeKind::Clause => "autres clauses".to_owned(),
    }
}

fn wording(wording: Wording) -> &'static str {
    match wording {
        Wording::Label => "libellé",
        Wording::Documentation => "commentaire",
        Wording::Says => "« dit »",
        Wording::ElseSays => "« sinon dit »",
        Wording::Sources => "« source »",
        Wording::LegalBases => "« fondement »",
        Wording::Hypotheses => "« hypothèse »",
    }
}

/// How people are counted when a change goes one way or the other: many who do, many who no longer do,
/// none who does, none who no longer does.
struct Words {
    gain: &'static str,
    lose: &'static str,
    none_gains: &'static str,
    none_loses: &'static str,
}

const MEETING: Words = Words {
    gain: "la remplissent en plus",
    lose: "ne la remplissent plus",
    none_gains: "ne la remplit en plus",
    none_loses: "ne cesse de la remplir",
};
const ENTERING: Words = Words {
    gain: "y entrent",
    lose: "en sortent",
    none_gains: "n'y entre",
    none_loses: "n'en sort",
};
const PROVING: Words = Words {
    gain: "n'attendent plus de preuve",
    lose: "attendent une preuve",
    none_gains: "ne cesse d'en attendre une",
    none_loses: "n'en attend une de plus",
};
const COUNTING: Words = Words {
    gain: "ont plus de points",
    lose: "ont moins de points",
    none_gains: "n'en a plus",
    none_loses: "n'en a moins",
};

/// The words of a change.
fn words_of(change: &Change) -> &'static Words {
    match (&change.kind, change.subject.kind) {
        (ChangeKind::Perimeter | ChangeKind::Condition, SubjectKind::Unit)
        | (ChangeKind::Period, _) => &ENTERING,
        (ChangeKind::Proof, _) => &PROVING,
        (ChangeKind::Condition, _)
        | (ChangeKind::Added | ChangeKind::Removed, SubjectKind::Eligibility) => &MEETING,
        _ => &COUNTING,
    }
}

fn meaning(change: &Change, effect: &Effect) -> Option<String> {
    if change.kind == ChangeKind::Order {
        return order(effect);
    }
    let Words { gain, lose, none_gains, none_loses } = words_of(change);
    let (no_gain, no_loss) = (none(&effect.gains), none(&effect.losses));
    let open = "rien ne le montre ni ne l'exclut";
    Some(match effect.verdict() {
        Verdict::Same => match (&effect.gains, &effect.losses) {
            (Answer::Never(Whose::Every), Answer::Never(Whose::Every)) => {
                "rien ne change pour aucun dossier".to_owned()
            }
            _ => "rien ne change pour les dossiers complets".to_owned(),
        },
        Verdict::Weakened => format!("des dossiers {gain}, {no_loss} {none_loses}"),
        Verdict::Strengthened => format!("des dossiers {lose}, {no_gain} {none_gains}"),
        Verdict::Incomparable => format!("des dossiers {gain}, d'autres {lose}"),
        Verdict::AtMostWeakened => format!("{no_loss} {none_loses} ; si d'autres {gain}, {open}"),
        Verdict::AtMostStrengthened => {
            format!("{no_gain} {none_gains} ; si d'autres {lose}, {open}")
        }
        Verdict::SomeGain => format!("des dossiers {gain} ; si d'autres {lose}, {open}"),
        Verdict::SomeLose => format!("des dossiers {lose} ; si d'autres {gain}, {open}"),
        Verdict::Undecided => "ce qui change pour les dossiers n'est ni montré ni exclu".to_owned(),
    })
}

fn none(answer: &Answer) -> &'static str {
    match answer {
        Answer::Never(Whose::Complete) => "aucun dossier complet",
        Answer::Never(Whose::Every) | Answer::Shown(_) | Answer::Open => "aucun",
    }
}

fn order(effect: &Effect) -> Option<String> {
    match effect.verdict() {
        Verdict::Same => None,
        Verdict::Incomparable => Some("des candidats changent de place".to_owned()),
        Verdict::Weakened
        | Verdict::Strengthened
        | Verdict::AtMostWeakened
        | Verdict::AtMostStrengthened
        | Verdict::SomeGain
        | Verdict::SomeLose
        | Verdict::Undecided => Some("aucun dossier qui change de place n'a été trouvé".to_owned()),
    }
}

fn of_witness(witness: &Witness, schema: &Schema, pad: &str, page: &mut Page) {
    let before = outcome(&witness.before, &witness.after);
    let after = outcome(&witness.after, &witness.before);
    let filling = witness.filling.as_ref();
    let filling = filling.map_or_else(String::new, |(unit, _)| format!(", chez {}", safe(unit)));
    page.line(format!("{pad}  par exemple{filling}, {before} avant, {after} après :"));
    match &witness.example {
        Some(example) => {
            page.blank();
            for line in example.lines() {
                page.line(safe(line));
            }
            page.blank();
        }
        None => {
            for line in facts(witness, schema) {
                page.line(format!("{pad}    {line}"));
            }
        }
    }
}

/// Lists the facts of a file that cannot be an example of both versions.
fn facts(witness: &Witness, schema: &Schema) -> Vec<String> {
    let candidates = witness.pool.candidates.iter();
    let facts = candidates.flat_map(|candidate| &candidate.case.facts);
    let said = facts.filter_map(|(field, fact)| {
        let value = match &fact.state {
            FactState::Known(value) => show(value, schema.field(*field)?.ty, schema),
            FactState::Missing => "non renseigné".to_owned(),
            FactState::Withheld => "non communiqué".to_owned(),
        };
        Some(safe(&format!("{} : {value}", schema.path(*field))))
    });
    said.collect()
}

/// Says what a file gets: its points, or its state where points do not tell.
fn outcome(outcome: &Outcome, other: &Outcome) -> String {
    let total = outcome.total.filter(|_| outcome.total != other.total);
    match (&outcome.given, &other.given) {
        (Given::Line(state, own), Given::Line(_, points)) if own == points => {
            words::line_state(*state).to_owned()
        }
        (Given::Line(_, own), _) => match total.filter(|total| total != own) {
            Some(total) => format!("{} (total {})", points(*own), show_number(total)),
            None => points(*own),
        },
        (Given::Condition(truth), _) => words::truth(*truth).to_owned(),
        (Given::Grid(state), Given::Grid(other)) if state != other => {
            let total = outcome.total.map_or_else(String::new, |it| format!(", {}", points(it)));
            format!("{}{total}", words::grid_state(*state))
        }
        (Given::Order(ids), _) => ids.join(" puis "),
        (Given::Grid(_) | Given::Nothing, _) => {
            outcome.total.map_or_else(|| "rien".to_owned(), points)
        }
    }
}

fn points(points: Exact) -> String {
    words::points(points)
}
