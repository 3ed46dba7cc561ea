//! Explanations in words: the worked examples, every construct in both polarities, and what must
//! never be read.

use engine::{Date, Exact, GridVersion, Pool};
use explain::explanation::View;
use explain::reasoning::Reader;
use explain::wording::{Clause, ConditionTexts, HeadlineTexts, Phrases};
use explain::{Explanation, Words};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;
use tests::changed::dossier;
use tests::explained::{
    POLICIES, example, explained, explained_by, explained_to_a_territory, explained_with_changes,
};
use tests::rules::Rules;

const VIEWS: [View; 3] = [View::Applicant, View::Employer, View::Auditor];
const EXAMPLES: [&str; 10] = [
    "anonyme",
    "apres-la-campagne",
    "choix-2",
    "loyer-nul",
    "lyon-6e",
    "neuf-candidats",
    "sans-revenu",
    "territoire",
    "un-candidat",
    "validation-en-cours",
];

/// Rules with every construct.
static ALL: LazyLock<Rules> = LazyLock::new(|| {
    let rules = Rules::from_texts([
        ("faits.bareme", include_str!("../wording/faits.bareme")),
        ("regles.bareme", include_str!("../wording/regles.bareme")),
        ("classement.bareme", include_str!("../wording/classement.bareme")),
    ]);
    assert_eq!(rules.errors(), Vec::<String>::new());
    rules
});

fn all_pool() -> Pool {
    dossier(&ALL, include_str!("../wording/dossier.yaml"))
}

fn same(text: String) -> String {
    text
}

fn phrases(explanation: &Explanation) -> Phrases {
    Words::french().worded(explanation, &POLICIES.recueil.glossary).phrases
}

/// Every text of every example, in every view.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(every_text);

fn every_text() -> Vec<String> {
    let mut explanations = Vec::new();
    let mut explain = |rules: &Rules, pool: &Pool| {
        for candidate in &pool.candidates {
            let whole = explained_with_changes(rules, pool, &candidate.id);
            explanations.extend(VIEWS.map(|view| whole.clone().seen_by(view)));
            explanations.push(explained_to_a_territory(rules, pool, &candidate.id));
        }
    };
    for name in EXAMPLES {
        explain(&POLICIES, &example(name, same));
    }
    explain(&ALL, &all_pool());
    let mut texts = Vec::new();
    for seen in explanations {
        phrases(&seen).each_text(&mut |text| texts.push(text.to_owned()));
    }
    texts
}

fn written(phrases: &Phrases) -> String {
    let mut text = String::new();
    for line in phrases.headline.iter().flat_map(HeadlineTexts::sentences) {
        writeln!(text, "{line}").expect("a text");
    }
    for condition in &phrases.eligibility {
        text.push_str(&condition_text(condition, ""));
    }
    for grid in &phrases.grids {
        writeln!(text, "\n# {}", grid.summary).expect("a text");
        for line in grid.why.iter().chain(&grid.facts).chain(&grid.notes) {
            writeln!(text, "{line}").expect("a text");
        }
        for line in &grid.lines {
            writeln!(text, "- {}", line.summary).expect("a text");
            text.push_str(&clauses(&line.reasoning, "    "));
            for fact in line.facts.iter().chain(&line.notes) {
                writeln!(text, "    {fact}").expect("a text");
            }
            for condition in &line.criteria {
                text.push_str(&condition_text(condition, "    "));
            }
        }
    }
    for it in &phrases.acronyms {
        writeln!(text, "{} : {}", it.acronym, it.meaning).expect("a text");
    }
    text
}

fn condition_text(condition: &ConditionTexts, margin: &str) -> String {
    let inner = format!("{margin}    ");
    let mut text = format!("{margin}- {}\n", condition.summary);
    text.push_str(&clauses(&condition.reasoning, &inner));
    for fact in &condition.facts {
        writeln!(text, "{inner}{fact}").expect("a text");
    }
    text
}

fn clauses(clauses: &[Clause], margin: &str) -> String {
    let inner = format!("{margin}  ");
    let each = clauses.iter().map(|clause| {
        format!("{margin}= {}\n{}", clause.text, self::clauses(&clause.parts, &inner))
    });
    each.collect()
}

/// Says the lines of a candidate without their facts.
fn lines(explanation: &Explanation, words: &Words) -> String {
    let mut text = String::new();
    for condition in &explanation.eligibility {
        let texts = words.condition_texts(condition, explanation.view);
        writeln!(text, "- {}", texts.summary).expect("a text");
    }
    for line in explanation.grids.iter().flat_map(|grid| &grid.lines) {
        let texts = words.line(line, explanation.view);
        writeln!(text, "- {}", texts.summary).expect("a text");
        text.push_str(&clauses(&texts.reasoning, "    "));
    }
    text
}

/// Says the rules of a version, without a candidate.
fn rules(version: &GridVersion, date: Date) -> String {
    let program = &ALL.compiled.lowered.program;
    let reader = Reader::of_rules(program, version, date);
    let mut text = String::new();
    for part in &version.parts {
        let criteria = part.criteria();
        for criterion in criteria {
            writeln!(text, "- {}", criterion.label).expect("a text");
            let said = Words::french().reasoning(&reader.criterion(criterion));
            text.push_str(&clauses(&said, "    "));
        }
    }
    text
}

#[test]
fn the_worked_examples_read_line_for_line() {
    let pool = example("lyon-6e", same);
    for id in ["tabanou", "leclerc"] {
        let explanation = explained(&pool, id).seen_by(View::Applicant);
        insta::assert_snapshot!(format!("demandeur_{id}"), written(&phrases(&explanation)));
    }
}

#[test]
fn what_is_pending_withheld_or_missing_is_said() {
    for name in ["anonyme", "choix-2", "sans-revenu", "territoire", "validation-en-cours"] {
        let pool = example(name, same);
        let id = pool.candidates.first().expect("a candidate").id.clone();
        let explanation = explained(&pool, &id).seen_by(View::Applicant);
        insta::assert_snapshot!(format!("exemple_{name}"), lines(&explanation, Words::french()));
    }
}

#[test]
fn every_construct_has_its_words_in_both_polarities() {
    let pool = all_pool();
    for id in ["oui", "non", "tait"] {
        let explanation = explained_by(&ALL, &pool, id).seen_by(View::Applicant);
        insta::assert_snapshot!(
            format!("constructions_{id}"),
            lines(&explanation, Words::french())
        );
    }
}

#[test]
fn every_construct_has_its_words_in_english() {
    let explanation = explained_by(&ALL, &all_pool(), "non").seen_by(View::Applicant);
    insta::assert_snapshot!("constructions_non_en", lines(&explanation, Words::english()));
}

#[test]
fn every_construct_has_its_words_without_a_candidate() {
    let grid = ALL.compiled.lowered.program.grids.first().expect("the grid");
    let version = grid.all_versions().next().expect("its version");
    let date = Date::parse_iso("2019-10-15").expect("a day");
    insta::assert_snapshot!("constructions_regle", rules(version, date));
}

#[test]
fn no_name_of_the_language_is_read() {
    let names: BTreeSet<String> = [&*ALL, &*POLICIES]
        .into_iter()
        .flat_map(|rules| {
            let schema = &rules.compiled.lowered.program.schema;
            let fields = schema.fields.iter().enumerate();
            fields.map(|(at, _)| schema.path(engine::FieldId(u32::try_from(at).expect("few"))))
        })
        .collect();
    for text in &*TEXTS {
        assert!(!text.contains('_'), "« {text} »");
        assert!(!text.contains("annuel"), "a local name without a label: « {text} »");
        let paths = text.split(|c: char| !c.is_alphanumeric() && c != '.');
        for word in paths {
            assert!(!names.contains(word), "« {word} » in « {text} »");
        }
    }
}

#[test]
fn no_sentence_is_empty_doubled_or_holed() {
    for text in &*TEXTS {
        assert!(!text.trim().is_empty(), "an empty text");
        assert!(!text.contains("  ") && !text.contains("{"), "« {text} »");
        assert_eq!(text.trim(), text.as_str(), "« {text} »");
        let ends = text.ends_with([':', ';', ',', '(']);
        let is_intro = text.ends_with("conditions\u{a0}:");
        assert!(!ends || is_intro, "« {text} »");
    }
}

#[test]
fn french_marks_never_begin_a_line() {
    for text in &*TEXTS {
        for mark in [" :", " ;", " ?", " !", " »", "« "] {
            assert!(!text.contains(mark), "a space that breaks in « {text} »");
        }
    }
}

#[test]
fn numbers_agree_with_their_words() {
    let said = |words: &Words, numerator, denominator| {
        words.points(Exact::fraction(numerator, denominator).expect("a number"))
    };
    let french = |a, b| said(Words::french(), a, b).replace('\u{a0}', " ");
    assert_eq!(french(0, 1), "0 point");
    assert_eq!(french(1, 1), "1 point");
    assert_eq!(french(3, 2), "1,5 point");
    assert_eq!(french(2, 1), "2 points");
    assert_eq!(french(-1, 1), "-1 point");
    assert_eq!(french(1200, 1), "1\u{202f}200 points");
    let english = |a, b| said(Words::english(), a, b);
    assert_eq!(english(0, 1), "0 points");
    assert_eq!(english(1, 1), "1 point");
    assert_eq!(english(3, 2), "1.5 points");
    assert_eq!(english(1200, 1), "1,200 points");
}

/// A sum or a maximum over the candidates would tell what one of them has.
#[test]
fn what_others_have_is_not_told_by_a_sum_or_an_extreme() {
    let seen = |pool: &Pool| {
        let explanation = explained_by(&ALL, pool, "oui");
        serde_json::to_string(&phrases_and(&explanation)).expect("it is written")
    };
    let text = include_str!("../wording/dossier.yaml");
    let other = text.replace("revenus: 700", "revenus: 710");
    assert_ne!(text, other);
    assert_eq!(seen(&dossier(&ALL, text)), seen(&dossier(&ALL, &other)));
    let said = lines(&explained_by(&ALL, &all_pool(), "oui"), Words::french());
    assert!(said.contains("selon les autres candidats"), "{said}");
    // Another candidate withholds this: neither the fact nor the choice is told.
    let line = said.lines().find(|line| line.contains("Plus d'un prioritaire")).expect("the line");
    assert!(line.contains("une information d'un autre candidat manque"), "{line}");
}

fn phrases_and(explanation: &Explanation) -> explain::wording::Worded<'_> {
    Words::french().worded(explanation, &POLICIES.recueil.glossary)
}

#[test]
fn each_acronym_is_explained_once() {
    let pool = example("lyon-6e", same);
    for id in ["tabanou", "leclerc"] {
        let found = phrases(&explained(&pool, id)).acronyms;
        let names: BTreeSet<&str> = found.iter().map(|it| it.acronym.as_str()).collect();
        assert_eq!(names.len(), found.len(), "each once");
        assert!(names.contains("CAL") && names.contains("PME"), "{names:?}");
    }
}

#[test]
fn the_employer_reads_the_applicants_choice_and_nothing_behind_it() {
    let pool = example("choix-2", same);
    let id = pool.candidates.first().expect("a candidate").id.clone();
    let seen = explained(&pool, &id).seen_by(View::Employer);
    let text = written(&phrases(&seen));
    let choice = "Je transmets uniquement mes informations d'identification";
    assert!(text.contains(choice), "{text}");
    assert!(!text.contains("Vous ") && !text.contains("Votre choix"), "{text}");
}
