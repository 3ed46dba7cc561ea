//! Explanations of the worked examples: they add up, hold what the rules saw, and tell nothing of
//! others.

use engine::Exact;
use explain::explanation::{Grid, GridState, Line, LineState, View};
use explain::reasoning::{Comparison, Operation, Step};
use explain::report::{self, Responsible};
use explain::value::State;
use explain::wording::ReportTexts;
use explain::{Explanation, Points, Words};
use tests::explained::{POLICIES, example, explained, explained_to_a_territory, traced};

fn same(text: String) -> String {
    text
}

fn points(points: i128) -> Points {
    Points(Exact::whole(points))
}

fn grid<'e>(explanation: &'e Explanation, id: &str) -> &'e Grid {
    explanation.grids.iter().find(|grid| grid.id == id).expect("the grid")
}

fn line<'e>(explanation: &'e Explanation, id: &str) -> &'e Line {
    let lines = explanation.grids.iter().flat_map(|grid| &grid.lines);
    lines.into_iter().find(|line| line.id == id).expect("the line")
}

fn sum(points: impl Iterator<Item = Points>) -> Exact {
    points.fold(Exact::ZERO, |sum, it| sum.add(it.0).expect("no overflow"))
}

fn json(explanation: &Explanation) -> String {
    serde_json::to_string_pretty(explanation).expect("it is written")
}

/// Finds the first step that satisfies a test, outermost first.
fn find<'s>(step: &'s Step, wanted: &dyn Fn(&Step) -> bool) -> Option<&'s Step> {
    if wanted(step) {
        return Some(step);
    }
    inner(&step.operation).into_iter().find_map(|step| find(step, wanted))
}

fn inner(operation: &Operation) -> Vec<&Step> {
    match operation {
        Operation::Arithmetic { terms, .. }
        | Operation::Calendar { terms, .. }
        | Operation::Compare { terms, .. }
        | Operation::And { parts: terms }
        | Operation::Or { parts: terms }
        | Operation::Table { inputs: terms, .. }
        | Operation::Call { arguments: terms } => terms.iter().collect(),
        Operation::Round { step, number, .. } => vec![number, step],
        Operation::Not { part } | Operation::IsKnown { part } => vec![part],
        Operation::Select { condition, taken, .. } => {
            std::iter::once(condition).chain(taken).map(AsRef::as_ref).collect()
        }
        Operation::List { filter, each, .. } => {
            filter.iter().chain(each).map(AsRef::as_ref).collect()
        }
        Operation::Rank { key, .. } => vec![key],
        Operation::Constant
        | Operation::NoValue
        | Operation::EvaluationDate
        | Operation::Fact { .. }
        | Operation::Seen
        | Operation::Pool { .. }
        | Operation::GridTotal { .. } => Vec::new(),
    }
}

#[test]
fn the_headline_says_total_rank_and_what_they_count() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou");
    let headline = explanation.headline.as_ref().expect("the auditor sees it");
    assert_eq!(headline.total, points(536));
    assert_eq!(headline.maximum, None, "the territory is not established: no maximum is known");
    let rank = headline.rank.expect("it is ranked");
    assert_eq!((rank.rank, rank.of), (2, 2));
    assert!(headline.kept && headline.keeps == Some(5));
    assert_eq!(headline.tie, None);
    assert_eq!(grid(&explanation, "territoire").state, GridState::NotEstablished);
    assert_eq!(grid(&explanation, "als").maximum, Some(points(240)));
}

#[test]
fn every_line_adds_up_to_its_grid_and_grids_to_the_total() {
    for name in ["lyon-6e", "anonyme", "choix-2", "neuf-candidats", "sans-revenu", "territoire"] {
        let pool = example(name, same);
        for candidate in &pool.candidates {
            let explanation = explained(&pool, &candidate.id);
            for grid in &explanation.grids {
                let lines = sum(grid.lines.iter().map(|line| line.points));
                assert_eq!(lines, grid.points.map_or(Exact::ZERO, |points| points.0));
            }
            let total = sum(explanation.grids.iter().filter_map(|grid| grid.points));
            let headline = explanation.headline.expect("the auditor sees it");
            assert_eq!(Points(total), headline.total, "{name}, {}", candidate.id);
        }
    }
}

#[test]
fn a_ratio_shows_its_terms_and_the_row_it_falls_in() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou");
    let line = line(&explanation, "taux_effort");
    let amount = &line.reasoning.amounts.first().expect("it gives points").amount;
    let table = find(amount, &|step| matches!(step.operation, Operation::Table { .. }));
    let Some(Operation::Table { inputs, row, .. }) = table.map(|step| &step.operation) else {
        panic!("{amount:?}");
    };
    let ratio = inputs.first().expect("one input");
    assert_eq!(ratio.value.text, "31,25\u{a0}%");
    let Operation::Arithmetic { terms, .. } = &ratio.operation else { panic!("{ratio:?}") };
    let texts: Vec<&str> = terms.iter().map(|term| term.value.text.as_str()).collect();
    assert_eq!(texts, ["500\u{a0}€/mois", "1\u{202f}600\u{a0}€/mois"]);
    let cell = row.as_ref().and_then(|row| row.first()).expect("a row accepts it");
    let ends: Vec<_> = cell.ranges.iter().flat_map(|it| [&it.low, &it.high]).flatten().collect();
    let ends: Vec<(&str, bool)> =
        ends.iter().map(|end| (end.value.text.as_str(), end.included)).collect();
    assert_eq!(ends, [("26\u{a0}%", true), ("33\u{a0}%", true)]);
}

#[test]
fn a_condition_that_fails_shows_which_part_and_by_how_much() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "leclerc");
    let age = line(&explanation, "moins_de_30_ans");
    assert_eq!(age.state, LineState::NotObtained);
    let condition = age.reasoning.condition.as_ref().expect("it has a condition");
    assert!(condition.decisive);
    let Operation::Compare { operator, terms, gap } = &condition.operation else {
        panic!("{condition:?}");
    };
    assert_eq!(*operator, Comparison::Less);
    let texts: Vec<&str> = terms.iter().map(|term| term.value.text.as_str()).collect();
    assert_eq!(texts, ["31\u{a0}ans", "30\u{a0}ans"]);
    assert_eq!(gap.as_ref().map(|gap| gap.text.as_str()), Some("1\u{a0}an"));
}

#[test]
fn seniority_depends_on_the_others_and_says_so() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "leclerc");
    let relative: Vec<&str> = explanation
        .grids
        .iter()
        .flat_map(|grid| &grid.lines)
        .filter(|line| line.relative)
        .map(|line| line.id.as_str())
        .collect();
    assert_eq!(relative, ["ancienneté"]);
}

#[test]
fn a_fact_shows_its_value_its_source_its_date_and_its_proof() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou");
    let mut facts = grid(&explanation, "entreprise").facts.iter();
    let validation = facts.find(|it| it.path == "employeur.validation");
    let [known] = validation.expect("a line reads it").values.as_slice() else { panic!("one") };
    assert_eq!(known.value.state, State::Known);
    assert_eq!(known.source.as_deref(), Some("employeur"));
    assert_eq!(known.date.map(|date| date.to_string()).as_deref(), Some("2019-07-12"));
}

#[test]
fn the_employer_sees_its_grid_alone() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou").seen_by(View::Employer);
    let grids: Vec<&str> = explanation.grids.iter().map(|grid| grid.id.as_str()).collect();
    assert_eq!(grids, ["entreprise"]);
    assert_eq!((&explanation.headline, &explanation.ranking), (&None, &None));
    assert!(explanation.eligibility.is_empty());
    let again = explanation.clone().seen_by(View::Auditor);
    assert_eq!(again, explanation, "what a view leaves out does not come back");
}

/// Choice 2 shares identification only: what it does not share changes no byte of the employer's
/// view.
#[test]
fn a_fact_that_is_not_shared_changes_no_byte_of_the_employers_view() {
    let pool = example("choix-2", same);
    let id = pool.candidates.first().expect("a candidate").id.clone();
    let seen = json(&explained(&pool, &id).seen_by(View::Employer));
    let changes: [(&str, &str); 3] = [
        ("revenus: 1700", "revenus: 2100"),
        ("statut: cdi", "statut: cdd"),
        ("distance: 45", "distance: 46"),
    ];
    for (from, to) in changes {
        let other = example("choix-2", |text| {
            assert!(text.contains(from), "the example holds {from}");
            text.replace(from, to)
        });
        assert_eq!(json(&explained(&other, &id).seen_by(View::Employer)), seen, "{from} → {to}");
    }
}

fn to_a_territory(change: impl Fn(String) -> String) -> Explanation {
    explained_to_a_territory(&POLICIES, &example("territoire", change), "premiere")
}

#[test]
fn a_territory_sees_its_grid_alone_as_if_no_sensitive_fact_were_known() {
    let seen = to_a_territory(same);
    let grids: Vec<&str> = seen.grids.iter().map(|grid| grid.id.as_str()).collect();
    assert_eq!(grids, ["territoire"]);
    assert_eq!((&seen.headline, &seen.ranking, &seen.changes), (&None, &None, &None));
    assert!(seen.eligibility.is_empty() && seen.clone().with_report().report.is_none());
    let violence = line(&seen, "violences");
    assert_eq!((violence.state, violence.points), (LineState::NotEvaluable, points(0)));
    assert_eq!(violence.motif.text, "Information non communiquée au territoire.");
    assert_eq!(line(&seen, "dalo").points, points(50), "what is not sensitive is seen");
    assert_eq!(grid(&seen, "territoire").points, Some(points(100)));
    for view in [View::Applicant, View::Employer, View::Auditor] {
        assert_eq!(seen.clone().seen_by(view), seen, "what a view leaves out does not come back");
    }
}

/// Neither a sensitive fact, nor those of the company, nor what the choice does not share, changes a byte of a
/// territory's view; what its own lines read does.
#[test]
fn a_sensitive_fact_changes_no_byte_of_a_territorys_view() {
    let seen = json(&to_a_territory(same));
    let violence =
        "violences: { valeur: oui, statut: validé, role: travailleur_social, date: 2021-01-15 }";
    let unseen = [
        (violence, "violences: non"),
        (violence, "violences: { non_communique: true }"),
        ("violences: oui, dalo: oui", "violences: non, dalo: oui"),
        ("statut: cdd", "statut: cdi"),
        ("revenus: 1250", "revenus: 2250"),
        ("distance: 3,", "distance: 80,"),
        ("cotisante: non", "cotisante: oui"),
    ];
    let changed = |from: &str, to: &str| {
        json(&to_a_territory(|text| {
            assert!(text.contains(from), "the example holds {from}");
            text.replacen(from, to, 1)
        }))
    };
    for (from, to) in unseen {
        assert_eq!(changed(from, to), seen, "{from} → {to}");
    }
    for (from, to) in
        [("catégorie: sans_abri", "catégorie: locataire_hlm"), ("2021-02-02", "2021-02-03")]
    {
        assert_ne!(changed(from, to), seen, "{from} → {to}");
    }
}

/// The whole, to which sensitive facts have given points, is not cut down to a territory's view: it has no grid.
#[test]
fn what_sensitive_facts_went_into_shows_a_territory_nothing() {
    let pool = example("territoire", same);
    let whole = explained(&pool, "premiere");
    assert_eq!(grid(&whole, "territoire").points, Some(points(130)));
    assert!(whole.seen_by(View::Territory).grids.is_empty());
}

/// Another candidate's facts change while ranks, counts and totals stay: not one byte moves.
#[test]
fn nothing_of_another_candidates_facts_shows() {
    let pool = example("lyon-6e", same);
    let seen = json(&explained(&pool, "tabanou"));
    let other = example("lyon-6e", |text| {
        text.replace("date_naissance: 1988-03-01", "date_naissance: 1979-11-30")
            .replace("La Baguette Dorée", "Autre nom")
            .replace("date_entrée: 2015-01-05", "date_entrée: 2011-02-03")
    });
    assert_eq!(json(&explained(&other, "tabanou")), seen);
}

#[test]
fn the_trace_is_of_the_walk_that_gave_the_points() {
    let pool = example("neuf-candidats", same);
    for (index, candidate) in pool.candidates.iter().enumerate() {
        let (outcome, trace) = traced(&pool, &candidate.id);
        let own = outcome.candidates.iter().find(|it| it.index == index).expect("it is there");
        let established = own.grids.iter().filter(|grid| !grid.lines.is_empty()).count();
        assert_eq!(trace.grids.len(), established, "{}", candidate.id);
        assert!(!trace.standing.is_empty());
    }
}

/// The report of the law: four headings, in its order, and sums that anyone can add up again.
#[test]
fn the_report_has_the_four_headings_and_adds_up() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou").seen_by(View::Applicant).with_report();
    let report = explanation.report.as_ref().expect("the applicant may ask for it");
    let written = serde_json::to_value(report).expect("it is written");
    let headings: Vec<&String> = written.as_object().expect("an object").keys().collect();
    assert_eq!(
        headings,
        [
            "degre_et_mode_de_contribution",
            "donnees_traitees_et_sources",
            "parametres_et_ponderation",
            "operations_effectuees"
        ]
    );
    let sums: Vec<(Vec<Points>, Points)> = report
        .operations
        .iter()
        .filter_map(|operation| match operation {
            report::Operation::Lines { terms, sum, .. }
            | report::Operation::Total { terms, sum } => Some((terms.clone(), *sum)),
            report::Operation::Eligibility { .. } | report::Operation::WithoutPoints { .. } => None,
        })
        .collect();
    let totals: Vec<Points> = sums.iter().map(|(_, total)| *total).collect();
    assert_eq!(totals, [points(130), points(406), points(0), points(536)]);
    for (terms, total) in sums {
        assert_eq!(Points(sum(terms.into_iter())), total);
    }
    let facts: Vec<&str> = report.data.iter().map(|fact| fact.path.as_str()).collect();
    let once: std::collections::BTreeSet<&str> = facts.iter().copied().collect();
    assert_eq!(once.len(), facts.len(), "each fact once");
    assert!(once.contains("employeur.validation") && once.contains("foyer.revenus"));
}

fn responsible() -> Responsible {
    let text = |text: &str| Some(text.to_owned());
    Responsible {
        name: "Ville d'Essai".to_owned(),
        service: text("Logement"),
        address: text("1 place de l'Essai"),
        email: text("logement@essai.example"),
        appeal: text("Écrivez au médiateur : il répond."),
    }
}

fn report_of(responsible: Option<Responsible>, words: &Words) -> ReportTexts {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou").with_responsible(responsible).with_report();
    let worded = words.worded(&explanation, &POLICIES.recueil.glossary);
    worded.phrases.report.expect("a report")
}

/// The notice: what for, what one may ask, of whom, and what to do without an answer.
#[test]
fn who_is_responsible_is_named_with_how_to_write_to_it() {
    let texts = report_of(Some(responsible()), Words::french());
    let ranking = "Ce traitement sert à classer les candidatures à un logement\u{a0}: «\u{a0}";
    assert!(texts.mention[1].starts_with(ranking), "{}", texts.mention[1]);
    assert_eq!(
        texts.mention[3..5],
        [
            "Responsable\u{a0}: Ville d'Essai, Logement",
            "Pour exercer ce droit, ou pour toute question, écrivez à\u{a0}: 1 place de l'Essai\u{a0}; ou logement@essai.example",
        ]
    );
    assert_eq!(texts.contest.last().expect("how"), "Écrivez au médiateur\u{a0}: il répond");
    let few = Responsible { service: None, address: None, appeal: None, ..responsible() };
    let texts = report_of(Some(few), Words::english());
    assert_eq!(
        texts.mention[3..5],
        [
            "Responsible: Ville d'Essai",
            "To exercise this right, or for any question, write to: logement@essai.example",
        ]
    );
    assert_eq!(texts.contest.len(), 3);
}

#[test]
fn who_is_not_named_is_not_invented() {
    let texts = report_of(None, Words::french());
    assert!(texts.mention[3].starts_with("Les règles appliquées ne nomment pas"), "{texts:?}");
    assert!(!texts.mention.iter().any(|text| text.starts_with("Responsable")), "{texts:?}");
    assert_eq!(texts.mention.len(), 5);
    let named = POLICIES.recueil.responsible.as_ref().map(Responsible::from);
    assert_eq!(named.map(|it| it.name).as_deref(), Some("Action Logement Services"));
}

#[test]
fn the_employer_gets_no_report() {
    let pool = example("lyon-6e", same);
    let explanation = explained(&pool, "tabanou").with_report().seen_by(View::Employer);
    assert_eq!(explanation.report, None);
    assert_eq!(explanation.with_report().report, None);
}

#[test]
fn explanations_of_the_worked_example_as_the_auditor_reads_them() {
    let pool = example("lyon-6e", same);
    for id in ["tabanou", "leclerc"] {
        insta::assert_snapshot!(format!("auditeur_{id}"), json(&explained(&pool, id)));
    }
}
