//! Explanations in words: the worked examples, every construct in both polarities, and what must
//! never be read.

use explain::Words;
use explain::explanation::View;
use explain::wording::{Clause, ConditionTexts, Phrases};
use std::collections::BTreeMap;
use std::fmt::Write;
use tests::explained::{example, explained};

fn same(text: String) -> String {
    text
}

fn written(phrases: &Phrases) -> String {
    let mut text = String::new();
    for line in &phrases.headline {
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
            for clause in &line.reasoning {
                text.push_str(&clause_text(clause, "    = "));
            }
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
    let mut text = format!("{margin}- {}\n", condition.summary);
    for clause in &condition.reasoning {
        text.push_str(&clause_text(clause, &format!("{margin}    = ")));
    }
    for fact in &condition.facts {
        writeln!(text, "{margin}    {fact}").expect("a text");
    }
    text
}

fn clause_text(clause: &Clause, margin: &str) -> String {
    let mut text = format!("{margin}{}\n", clause.text);
    for part in &clause.parts {
        text.push_str(&clause_text(part, &format!("{margin}  ")));
    }
    text
}

#[test]
fn the_worked_examples_read_line_for_line() {
    let pool = example("lyon-6e", same);
    for id in ["tabanou", "leclerc"] {
        let explanation = explained(&pool, id).seen_by(View::Applicant);
        let worded = Words::french().worded(&explanation, &BTreeMap::new());
        insta::assert_snapshot!(format!("demandeur_{id}"), written(&worded.phrases));
    }
}
