//! What could change, on the worked examples and on small rules.

use engine::{Exact, Pool};
use explain::Points;
use explain::changes::{Action, Change, Changes, Goal, Lack, Limits, LineName, Proof};
use std::collections::BTreeSet;
use tests::changed::{changes, dossier};
use tests::explained::{POLICIES, example, read};
use tests::rules::{Rules, root};

fn points(points: i128) -> Points {
    Points(Exact::whole(points))
}

fn line(grid: &str, line: &str) -> LineName {
    LineName { grid: grid.to_owned(), line: line.to_owned() }
}

fn of(pool: &Pool, id: &str) -> Changes {
    changes(&POLICIES, pool, id, &Limits::default())
}

fn of_example(name: &str, id: &str) -> Changes {
    of(&example(name, |text| text), id)
}

/// Tells a change in one line: what is done, and the total after.
fn told(change: &Change) -> String {
    let steps: Vec<String> = change.steps.iter().map(|step| said(&step.action)).collect();
    let after = change.total.after.0;
    format!("{} → {after}", steps.join(" + "))
}

fn said(action: &Action) -> String {
    match action {
        Action::Choose { phrase, nearest, from, to, .. } => {
            let end = |shown: &Option<explain::value::Shown>| {
                shown
                    .as_ref()
                    .map_or("…", |shown| &shown.text)
                    .replace('\u{a0}', " ")
                    .replace('\u{202f}', " ")
            };
            let nearest = nearest.text.replace('\u{a0}', " ");
            format!("{}[{} ; {}] dès {nearest}", phrase.before, end(from), end(to))
        }
        Action::Pick { phrase, value, .. } => {
            format!("{}{}{}", phrase.before, value.text, phrase.after)
        }
        Action::Reach { says, .. } => says.clone(),
        Action::Wait { phrase, months, first_day, .. } => {
            format!("{}{months} mois, le {first_day}", phrase.before)
        }
        Action::Prove { level: Proof::Verified, .. } => "faire vérifier".to_owned(),
        Action::Prove { level: Proof::Validated, role } => {
            format!("faire valider par {}", role.as_deref().unwrap_or("quelqu'un"))
        }
    }
}

fn all_told(found: &Changes) -> Vec<String> {
    found.proposals.iter().map(told).collect()
}

/// Tells the margins, each in one line.
fn margins(found: &Changes) -> Vec<String> {
    let end = |shown: &Option<explain::value::Shown>| {
        shown.as_ref().map_or_else(|| "…".to_owned(), |it| it.text.replace('\u{a0}', " "))
    };
    let told = found.margins.iter().map(|it| {
        let (from, to) = (end(&it.from), end(&it.to));
        format!("{} [{from} ; {to}]", it.fact.path)
    });
    told.collect()
}

// ------------------------------------------------------------------------ the worked examples

#[test]
fn a_full_dossier_at_its_best_is_told_nothing() {
    let found = of_example("lyon-6e", "leclerc");
    assert_eq!(found.proposals, [], "neither her age, nor a refusal of the commission");
    assert_eq!(found.undecided, []);
    assert_eq!(found.missing, []);
    assert_eq!((found.range.low, found.range.high), (Some(points(539)), Some(points(539))));
}

#[test]
fn a_rent_is_chosen_where_the_effort_is_between_26_and_33_percent() {
    let pool = example("lyon-6e", |text| text.replace("loyer: 500", "loyer: 600"));
    let found = of(&pool, "tabanou");
    assert_eq!(
        all_told(&found),
        [
            "choisir un logement dont le loyer est [416 €/mois ; 528 €/mois] dès 528 €/mois → 536",
            "choisir un logement dont le loyer est [348 €/mois ; 596 €/mois] dès 596 €/mois → 519",
        ],
        "26 % and 33 % of 1 600 €; one point more from 37.25 % down to 21.75 %"
    );
    let best = &found.proposals[0];
    assert_eq!(best.goals, [Goal::Most(line("als", "taux_effort"))]);
    assert_eq!(best.lines.len(), 1, "nothing else moves");
    assert_eq!((best.lines[0].points.before, best.lines[0].points.after), (points(22), points(40)));
    assert_eq!((best.rank.before, best.rank.after), (Some(1), Some(1)));
}

#[test]
fn a_rent_may_move_where_the_effort_keeps_its_points() {
    let of_tabanou = of_example("lyon-6e", "tabanou");
    assert_eq!(margins(&of_tabanou), ["offre.loyer [416 €/mois ; 528 €/mois]"]);
    let of_leclerc = of_example("lyon-6e", "leclerc");
    assert_eq!(
        margins(&of_leclerc),
        ["offre.loyer [403 €/mois ; 511,50 €/mois]"],
        "26 % and 33 % of 1 550 €"
    );
    let total = |rent: &str| {
        let pool = example("lyon-6e", |text| text.replace("loyer: 500", &format!("loyer: {rent}")));
        of(&pool, "tabanou").range.low
    };
    assert_eq!((total("416"), total("528")), (Some(points(536)), Some(points(536))));
    for beyond in ["415.99", "528.01"] {
        assert!(total(beyond) < Some(points(536)), "{beyond}");
    }
}

#[test]
fn a_free_dwelling_is_changed_for_one_that_costs() {
    let found = of_example("loyer-nul", "tabanou");
    assert_eq!(
        all_told(&found),
        [
            "choisir un logement dont le loyer est [416 €/mois ; 528 €/mois] dès 416 €/mois → 536",
            "choisir un logement dont le loyer est [260 €/mois ; 684 €/mois] dès 260 €/mois → 497",
        ]
    );
}

#[test]
fn points_wanted_in_all_name_the_nearest_rent() {
    let pool = example("lyon-6e", |text| text.replace("loyer: 500", "loyer: 600"));
    let limits = Limits { gains: vec![Exact::whole(10)], ..Limits::default() };
    let found = changes(&POLICIES, &pool, "tabanou", &limits);
    let wanted = Goal::Gain { points: points(10) };
    let reaching: Vec<String> =
        found.proposals.iter().filter(|change| change.goals.contains(&wanted)).map(told).collect();
    let due =
        "choisir un logement dont le loyer est [384 €/mois ; 560 €/mois] dès 560 €/mois → 528";
    assert_eq!(reaching, [due], "35 % is 32 points, 10 more than 37.5 %");
}

#[test]
fn an_anonymous_applicant_may_share_and_gains_406_points() {
    let found = of_example("anonyme", "tabanou");
    assert_eq!(
        all_told(&found),
        [
            "partager toute votre demande avec votre entreprise → 536",
            "partager avec votre entreprise vos informations d'identification → 370",
        ]
    );
    let lines: Vec<_> =
        found.proposals[0].lines.iter().map(|it| (&it.name, it.points.after)).collect();
    assert_eq!(
        lines,
        [(&line("entreprise", "A"), points(166)), (&line("entreprise", "cotisante"), points(240))]
    );
}

#[test]
fn a_validation_under_way_may_be_asked_for() {
    let found = of_example("validation-en-cours", "tabanou");
    assert_eq!(all_told(&found), ["demander la validation à votre employeur → 536"]);
    assert_eq!(found.missing.len(), 1);
    let missing = &found.missing[0];
    assert_eq!(missing.fact.path, "employeur.validation");
    assert_eq!((missing.reason, missing.decides), (Lack::ValidationPending, Some(points(406))));
    assert_eq!(missing.lines, [line("entreprise", "cotisante"), line("entreprise", "A")]);
}

#[test]
fn two_steps_are_told_where_one_is_not_enough() {
    let pool = example("anonyme", |text| text.replace("valeur: confirmée", "valeur: en_cours"));
    let found = of(&pool, "tabanou");
    assert_eq!(
        all_told(&found),
        [
            "partager toute votre demande avec votre entreprise + demander la validation à votre employeur → 536",
            "partager avec votre entreprise vos informations d'identification + demander la validation à votre employeur → 370",
        ]
    );
}

#[test]
fn a_paper_awaited_is_asked_for_unless_it_is_about_something_sensitive() {
    let found = of_example("territoire", "deuxieme");
    let proofs: Vec<&Change> = found
        .proposals
        .iter()
        .filter(|change| matches!(change.steps[0].action, Action::Prove { .. }))
        .collect();
    assert_eq!(proofs.len(), 1);
    assert_eq!(proofs[0].steps[0].facts[0].path, "demande.dalo");
    assert_eq!(
        proofs[0].goals,
        [Goal::More(line("territoire", "dalo")), Goal::Most(line("territoire", "dalo"))]
    );
    let awaited: Vec<_> =
        found.missing.iter().map(|it| (it.fact.path.as_str(), it.decides)).collect();
    assert_eq!(
        awaited,
        [("demande.dalo", Some(points(50))), ("demande.violences", Some(points(30)))],
        "the file still says what it waits for"
    );
}

#[test]
fn missing_papers_are_a_way_to_be_eligible() {
    let pool =
        example("lyon-6e", |text| text.replace("pièces_complètes: oui", "pièces_complètes: non"));
    let found = of(&pool, "tabanou");
    let deposit = found.proposals.iter().find(|change| change.goals.contains(&Goal::Eligible));
    let deposit = deposit.expect("a proposal");
    assert_eq!(said(&deposit.steps[0].action), "déposer toutes les pièces obligatoires");
    assert_eq!(
        (deposit.rank.before, deposit.rank.after),
        (None, Some(1)),
        "alone: the other lacks them too"
    );
}

#[test]
fn a_small_file_lacks_first_what_decides_most() {
    let found = of_example("un-candidat", "leclerc");
    let listed: Vec<_> =
        found.missing.iter().map(|it| (it.fact.path.as_str(), it.decides.map(|it| it.0))).collect();
    let decides = |points: i128| Some(Exact::whole(points));
    assert_eq!(
        listed[..3],
        [
            ("demande.choix_partage", decides(520)),
            ("employeur.validation", decides(520)),
            ("employeur.catégorie", decides(240)),
        ]
    );
    assert!(found.missing.iter().all(|it| it.reason == Lack::Missing));
}

#[test]
fn no_candidate_of_any_example_is_advised_to_change_what_is_not_a_lever() {
    let schema = &POLICIES.compiled.typed.schema;
    let levers: BTreeSet<String> = (0..)
        .map(engine::FieldId)
        .zip(&schema.fields)
        .filter(|(_, def)| !def.levers.is_empty() && !def.sensitive && !def.protected)
        .map(|(id, _)| schema.path(id))
        .collect();
    let plain = |path: &str| {
        let mut fields = (0..).map(engine::FieldId).zip(&schema.fields);
        fields.any(|(id, def)| schema.path(id) == path && !def.sensitive && !def.protected)
    };
    let mut proposals = 0;
    for entry in std::fs::read_dir(root().join("examples")).expect("the examples") {
        let path = entry.expect("an entry").path();
        let text =
            path.extension().filter(|it| *it == "yaml").map(|_| std::fs::read_to_string(&path));
        let Some(text) = text.transpose().expect("a text").filter(|text| !text.contains("cerfa:"))
        else {
            continue;
        };
        let pool = read(&text);
        for candidate in &pool.candidates {
            for change in of(&pool, &candidate.id).proposals {
                proposals += 1;
                let gains = change.total.after > change.total.before;
                assert!(gains || change.goals.contains(&Goal::Eligible), "{path:?} {change:?}");
                for step in &change.steps {
                    let is_proof = matches!(step.action, Action::Prove { .. });
                    let fits =
                        |fact: &str| if is_proof { plain(fact) } else { levers.contains(fact) };
                    assert!(step.facts.iter().all(|fact| fits(&fact.path)), "{path:?} {step:?}");
                }
            }
        }
    }
    assert!(proposals > 20, "{proposals}");
}

// ----------------------------------------------------------------------------------- small rules

const FACTS: &str = r#"vocabulaire faits "Les faits"
version 1
en vigueur à partir du 2000-01-01
source "essai"

énumération avis
  | réservé "Réservé"
  | donné   "Donné"

entité demande
  numéro : texte
    unique
  date : date "Date de la demande"
    levier "attendre {durée}"
  naissance : date "Naissance"
  avis : avis "Avis"
    levier vers donné "demander un avis"
  garant : booléen "Garant"
    levier vers oui "trouver un garant"

entité offre
  id : texte

entité bail
  loyer : €/mois "Loyer"
    levier "choisir un loyer {valeur}"
  pièces : entier "Pièces"
    levier "choisir {valeur} pièces"
  étage : entier "Étage"

entité foyer
  revenus : €/mois "Revenus"
  personnes : entier "Personnes"
"#;

const ORDER: &str = "classement ordre\nversion 1\nen vigueur à partir du 2000-01-01\nutilise faits\n\
    source \"essai\"\ngrilles essai\nordre par total décroissant ; demande.numéro croissant unique\n";

fn rules(lines: &str, order: &str) -> Rules {
    let policy = format!(
        "politique essai \"Essai\"\nversion 1\nen vigueur à partir du 2000-01-01\nutilise faits\n\
         source \"essai\"\n\n{lines}"
    );
    let texts = [("faits.bareme", FACTS), ("essai.bareme", &policy), ("ordre.bareme", order)];
    let rules = Rules::from_texts(texts);
    assert_eq!(rules.errors(), Vec::<String>::new());
    rules
}

/// What is told to the first candidate, `a`.
fn small(lines: &str, facts: &str) -> Changes {
    small_ordered(lines, ORDER, facts)
}

fn small_ordered(lines: &str, order: &str, facts: &str) -> Changes {
    let rules = rules(lines, order);
    let pool = dossier(
        &rules,
        &format!(
            "date: 2020-01-15\noffre: {{ id: o }}\ncandidats:\n  - {{ id: a, postule: oui, {facts} }}\n"
        ),
    );
    changes(&rules, &pool, "a", &Limits::default())
}

#[test]
fn a_strict_bound_stops_a_cent_before() {
    let lines = "critère c \"C\"\n  donne 10 points\n  si bail.loyer < 500 €/mois\n";
    assert_eq!(
        all_told(&small(lines, "demande: { numéro: x }, bail: { loyer: 700 }")),
        ["choisir un loyer [… ; 499,99 €/mois] dès 499,99 €/mois → 10"]
    );
}

#[test]
fn a_count_is_chosen_whole_and_stops_at_its_cap() {
    let lines = "critère c \"C\"\n  donne 3 points × bail.pièces\n  au plus 10 points\n";
    let found = small(lines, "demande: { numéro: x }, bail: { pièces: 2 }");
    assert_eq!(
        all_told(&found),
        ["choisir [4 ; …] dès 4 → 10", "choisir [3 ; …] dès 3 → 9"],
        "12 points are cut to 10; beyond, the line stays full"
    );
    assert_eq!(found.undecided, []);
}

#[test]
fn a_ratio_is_read_backwards_on_either_side() {
    let lines =
        "critère c \"C\"\n  donne 10 points\n  si foyer.revenus / bail.loyer entre 3 et 4\n";
    assert_eq!(
        all_told(&small(
            lines,
            "demande: { numéro: x }, bail: { loyer: 700 }, foyer: { revenus: 1000 }"
        )),
        ["choisir un loyer [250 €/mois ; 333,33 €/mois] dès 333,33 €/mois → 10"],
        "a third of 1 000 € is no amount of cents"
    );
}

#[test]
fn a_gain_that_another_line_takes_back_is_not_proposed() {
    let lines = "critère haut \"Haut\"\n  donne 10 points\n  si bail.loyer ≥ 800 €/mois\n\n\
                 critère bas \"Bas\"\n  donne 10 points\n  si bail.loyer < 750 €/mois\n";
    let found = small(lines, "demande: { numéro: x }, bail: { loyer: 700 }");
    assert_eq!(found.proposals, [], "ten points gained, ten lost");
}

#[test]
fn a_value_that_the_sentence_does_not_name_is_not_proposed() {
    let lines = "critère c \"C\"\n  donne 10 points\n  si demande.avis = réservé\n";
    let found = small(lines, "demande: { numéro: x, avis: donné }");
    assert_eq!(found.proposals, [], "a reserved opinion would give ten points");
}

#[test]
fn an_unmarked_fact_is_not_proposed() {
    let lines = "critère c \"C\"\n  donne 10 points\n  si bail.étage ≥ 3\n";
    assert_eq!(small(lines, "demande: { numéro: x }, bail: { étage: 1 }").proposals, []);
}

#[test]
fn a_rank_is_passed_just_beyond_another_candidate() {
    let lines = "critère c \"C\"\n  donne 21 points - 1 point × rang\n  au moins 0 point\n  \
                 avec rang = rang de bail.loyer croissant parmi les candidats\n";
    let rules = rules(lines, ORDER);
    let pool = dossier(
        &rules,
        "date: 2020-01-15\noffre: { id: o }\ncandidats:\n\
         \x20 - { id: a, postule: oui, demande: { numéro: x }, bail: { loyer: 700 } }\n\
         \x20 - { id: b, postule: oui, demande: { numéro: y }, bail: { loyer: 600 } }\n\
         \x20 - { id: c, postule: oui, demande: { numéro: z }, bail: { loyer: 500 } }\n",
    );
    let found = changes(&rules, &pool, "a", &Limits::default());
    assert_eq!(
        all_told(&found),
        [
            "choisir un loyer [… ; 500 €/mois] dès 500 €/mois → 20",
            "choisir un loyer [… ; 600 €/mois] dès 600 €/mois → 19",
        ],
        "equal amounts share their rank"
    );
}

#[test]
fn waiting_is_for_the_marked_date_alone() {
    let lines = "critère attente \"Attente\"\n  donne 10 points\n  si mois_révolus(demande.date ; date_évaluation) ≥ 12 mois\n\n\
                 critère âge \"Âge\"\n  donne 30 points\n  si années_révolues(demande.naissance ; date_évaluation) ≥ 30 ans\n";
    let found = small(lines, "demande: { numéro: x, date: 2019-04-20, naissance: 1990-02-01 }");
    assert_eq!(
        all_told(&found),
        ["attendre 4 mois, le 2020-05-15 → 40"],
        "not in February, for the age"
    );
    assert_eq!(
        found.proposals[0].goals,
        [Goal::More(line("essai", "attente")), Goal::Most(line("essai", "attente"))]
    );
}

#[test]
fn waiting_that_age_undoes_is_not_proposed() {
    let lines = "critère attente \"Attente\"\n  donne 10 points\n  si mois_révolus(demande.date ; date_évaluation) ≥ 12 mois\n\n\
                 critère jeune \"Jeune\"\n  donne 30 points\n  si années_révolues(demande.naissance ; date_évaluation) < 30 ans\n";
    let found = small(lines, "demande: { numéro: x, date: 2019-04-20, naissance: 1990-05-01 }");
    assert_eq!(found.proposals, [], "the day it comes, thirty points are lost");
}

#[test]
fn a_new_rule_is_no_reason_to_wait() {
    let lines = "critère neuf \"Neuf\"\n  donne 10 points\n  si mois_révolus(demande.date ; date_évaluation) ≥ 1 mois\n  en vigueur à partir du 2020-06-01\n";
    assert_eq!(small(lines, "demande: { numéro: x, date: 2019-04-20 }").proposals, []);
}

#[test]
fn a_rent_may_make_eligible() {
    let order = ORDER.replace(
        "grilles essai\n",
        "grilles essai\n\néligible effort \"Effort\"\n  si bail.loyer ≤ foyer.revenus / 3\n\n",
    );
    let lines = "critère c \"C\"\n  donne 10 points\n  si bail.loyer > 100 €/mois\n";
    let found = small_ordered(
        lines,
        &order,
        "demande: { numéro: x }, bail: { loyer: 700 }, foyer: { revenus: 1500 }",
    );
    assert_eq!(
        all_told(&found),
        ["choisir un loyer [100,01 €/mois ; 500 €/mois] dès 500 €/mois → 10"]
    );
    assert_eq!(found.proposals[0].goals, [Goal::Eligible]);
}

#[test]
fn two_facts_needed_together_both_decide_and_either_alone_does_not() {
    let lines = "critère deux \"Deux\"\n  donne 10 points\n  si demande.garant et bail.étage > 2\n\n\
                 critère une \"Une\"\n  donne 4 points\n  si foyer.personnes > 2 ou foyer.revenus > 900 €/mois\n";
    let found = small(lines, "demande: { numéro: x }");
    let listed: Vec<_> = found
        .missing
        .iter()
        .map(|it| {
            let alone = it.alone.and_then(|range| range.high).expect("bounded");
            (it.fact.path.as_str(), it.decides.expect("bounded"), alone)
        })
        .collect();
    assert_eq!(
        listed,
        [
            ("bail.étage", points(10), points(0)),
            ("demande.garant", points(10), points(0)),
            ("foyer.personnes", points(0), points(4)),
            ("foyer.revenus", points(0), points(4)),
        ]
    );
    assert_eq!(found.proposals, [], "a fact that is missing is completed, and known to be missing");
}

#[test]
fn a_margin_is_of_what_one_chooses_and_ends_where_something_is_lost() {
    let lines = "critère bas \"Bas\"\n  donne 10 points\n  si bail.loyer < 750 €/mois\n\n\
                 critère pièces \"Pièces\"\n  donne 3 points × bail.pièces\n  au plus 10 points\n\n\
                 critère étage \"Étage\"\n  donne 5 points\n  si bail.étage ≥ 3\n";
    let facts = "demande: { numéro: x }, bail: { loyer: 700, pièces: 2, étage: 4 }";
    assert_eq!(
        margins(&small(lines, facts)),
        ["bail.loyer [… ; 749,99 €/mois]", "bail.pièces [2 ; …]"],
        "nobody chooses the floor"
    );
    let missing = "demande: { numéro: x }, bail: { étage: 4 }";
    assert_eq!(margins(&small(lines, missing)), Vec::<String>::new(), "no value to move from");
}

#[test]
fn a_margin_keeps_the_candidate_eligible() {
    let order = ORDER.replace(
        "grilles essai\n",
        "grilles essai\n\néligible effort \"Effort\"\n  si bail.loyer ≤ foyer.revenus / 3\n\n",
    );
    let lines = "critère c \"C\"\n  donne 10 points\n  si bail.loyer > 100 €/mois\n";
    let facts = "demande: { numéro: x }, bail: { loyer: 400 }, foyer: { revenus: 1500 }";
    let found = small_ordered(lines, &order, facts);
    assert_eq!(margins(&found), ["bail.loyer [100,01 €/mois ; 500 €/mois]"]);
}

#[test]
fn a_number_that_changes_nothing_or_whose_end_is_too_far_has_no_margin() {
    let none = "critère c \"C\"\n  donne 10 points\n  si bail.loyer ≥ 0 €/mois\n";
    let facts = "demande: { numéro: x }, bail: { loyer: 700 }";
    assert_eq!(margins(&small(none, facts)), Vec::<String>::new());
    let far = "critère c \"C\"\n  donne arrondi_inférieur(1 point × bail.loyer × bail.loyer / 1 000 000 €/mois / 1 €/mois)\n";
    assert_eq!(margins(&small(far, facts)), Vec::<String>::new());
}

#[test]
fn what_is_too_long_to_try_is_said() {
    let lines = "critère c \"C\"\n  donne arrondi_inférieur(1 point × bail.loyer × bail.loyer / 1 000 000 €/mois / 1 €/mois)\n";
    let found = small(lines, "demande: { numéro: x }, bail: { loyer: 700 }");
    assert_eq!(found.proposals, []);
    assert_eq!(found.undecided.len(), 1);
    assert_eq!(found.undecided[0].fact.path, "bail.loyer");
    assert!(found.undecided[0].from.is_some() && found.undecided[0].to.is_some());
}
