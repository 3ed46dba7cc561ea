//! What could change, in words: each thing to do, each thing that is reached, each thing that is
//! missing, in both languages and for each reader.

use engine::{Date, Exact, NumberForm, Schema, Type, Unit, Value};
use explain::changes::{
    Action, Change, Changes, EligibleChange, Goal, Lack, LineChange, LineName, Margin, MissingFact,
    NamedFact, Phrase, PointsChange, Proof, RankChange, Step, Undecided,
};
use explain::explanation::{Range, Truth, View};
use explain::value::Shown;
use explain::wording::Clause;
use explain::{Explanation, Points, Words};
use std::fmt::Write;
use tests::explained::{POLICIES, example, explained, explained_with_changes};

// ------------------------------------------------------------------------------- values by hand

fn points(points: i128) -> Points {
    Points(Exact::whole(points))
}

fn rent(cents: i128) -> Shown {
    let scaled = engine::Scaled::of_word("mois", -1).expect("a unit").unit;
    let unit = Unit::of(engine::Base::Euro).times(scaled).unit;
    let number = Exact::fraction(cents, 100).expect("an amount");
    Shown::known(
        &Value::Number(number),
        Type::Number(unit, NumberForm::Decimal),
        &Schema::default(),
    )
}

fn yes_or_no(truth: bool) -> Shown {
    Shown::known(&Value::Bool(truth), Type::Bool, &Schema::default())
}

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("a day")
}

fn fact(path: &str, label: &str) -> NamedFact {
    NamedFact { path: path.to_owned(), label: label.to_owned() }
}

fn name(line: &str) -> LineName {
    LineName { grid: "als".to_owned(), line: line.to_owned() }
}

fn phrase(before: &str, after: &str) -> Phrase {
    Phrase { before: before.to_owned(), after: after.to_owned() }
}

fn choose(from: Option<i128>, to: Option<i128>) -> Step {
    Step {
        facts: vec![fact("offre.loyer", "Loyer mensuel")],
        action: Action::Choose {
            phrase: phrase("choisir un logement dont le loyer est ", ""),
            current: rent(60_000),
            nearest: rent(to.or(from).unwrap_or(52_800)),
            from: from.map(rent),
            to: to.map(rent),
            grain: rent(1),
        },
    }
}

fn wait(months: u32, last: Option<&str>) -> Step {
    Step {
        facts: vec![fact("demande.date", "Date de la demande")],
        action: Action::Wait {
            phrase: phrase("attendre ", " avant de postuler"),
            months,
            first_day: day("2020-05-01"),
            last_day: last.map(day),
        },
    }
}

fn reach(current: Option<bool>) -> Step {
    Step {
        facts: vec![fact("demande.pièces", "Toutes les pièces sont déposées")],
        action: Action::Reach {
            says: "déposer toutes les pièces".to_owned(),
            current: current.map(yes_or_no),
            value: yes_or_no(true),
        },
    }
}

fn prove(labels: &[&str], level: Proof, role: Option<&str>) -> Step {
    let facts = labels.iter().map(|label| fact("demande.dalo", label)).collect();
    Step { facts, action: Action::Prove { level, role: role.map(str::to_owned) } }
}

fn pick() -> Step {
    let text = |text: &str| Shown { text: text.to_owned(), ..yes_or_no(true) };
    Step {
        facts: vec![fact("offre.typologie", "Taille du logement")],
        action: Action::Pick {
            phrase: phrase("choisir un logement de taille ", ""),
            current: text("T1"),
            value: text("T2"),
        },
    }
}

fn change(steps: Vec<Step>) -> Change {
    Change {
        steps,
        goals: vec![Goal::More(name("effort"))],
        lines: vec![moved("effort", 22, 40, Some(70))],
        total: moved_points(518, 536),
        rank: RankChange { before: Some(2), after: Some(1) },
        eligible: EligibleChange { before: Truth::Yes, after: Truth::Yes },
    }
}

fn moved_points(before: i128, after: i128) -> PointsChange {
    PointsChange { before: points(before), after: points(after) }
}

fn moved(line: &str, before: i128, after: i128, maximum: Option<i128>) -> LineChange {
    LineChange {
        name: name(line),
        label: "Taux d'effort".to_owned(),
        points: moved_points(before, after),
        maximum: maximum.map(points),
    }
}

fn changes(proposals: Vec<Change>) -> Changes {
    let range = Range { low: Some(points(518)), high: Some(points(518)) };
    Changes { proposals, undecided: Vec::new(), margins: Vec::new(), range, missing: Vec::new() }
}

fn lack(label: &str, reason: Lack, decides: Option<i128>) -> MissingFact {
    MissingFact {
        fact: fact("foyer.revenus", label),
        reason,
        decides: decides.map(points),
        alone: None,
        lines: Vec::new(),
        for_eligibility: false,
    }
}

// -------------------------------------------------------------------------------------- as read

fn said(changes: &Changes, words: &Words, view: View) -> String {
    let pool = example("lyon-6e", |text| text);
    let grids = explained(&pool, "tabanou").grids;
    written(&words.changes(changes, &grids, view), "")
}

fn french(changes: &Changes) -> String {
    said(changes, Words::french(), View::Applicant)
}

fn written(clauses: &[Clause], margin: &str) -> String {
    let mut text = String::new();
    for clause in clauses {
        writeln!(text, "{margin}{}", clause.text.replace(['\u{a0}', '\u{202f}'], " "))
            .expect("a text");
        text.push_str(&written(&clause.parts, &format!("{margin}    ")));
    }
    text
}

fn everything() -> Changes {
    let together = change(vec![reach(Some(false)), choose(Some(41_600), Some(52_800))]);
    let wanted = Change {
        goals: vec![Goal::Most(name("effort")), Goal::Gain { points: points(1) }, Goal::Eligible],
        rank: RankChange { before: None, after: Some(1) },
        eligible: EligibleChange { before: Truth::No, after: Truth::Yes },
        ..change(vec![pick()])
    };
    let whole = Change {
        lines: vec![moved("effort", 0, 1, Some(1))],
        rank: RankChange { before: Some(3), after: Some(3) },
        ..change(vec![wait(4, None)])
    };
    let maybe = Change {
        lines: Vec::new(),
        total: moved_points(518, 518),
        rank: RankChange { before: None, after: None },
        eligible: EligibleChange { before: Truth::No, after: Truth::Unknown },
        ..change(vec![reach(None)])
    };
    let shown = Some(rent(10_000));
    Changes {
        proposals: vec![together, wanted, whole, maybe],
        undecided: vec![
            Undecided { fact: fact("f", "Loyer"), from: shown.clone(), to: Some(rent(20_000)) },
            Undecided { fact: fact("f", "Charges"), from: None, to: None },
        ],
        margins: vec![Margin {
            fact: fact("offre.loyer", "Loyer mensuel"),
            current: rent(50_000),
            from: None,
            to: Some(rent(52_850)),
            grain: rent(1),
        }],
        range: Range { low: Some(points(518)), high: Some(points(600)) },
        missing: vec![
            MissingFact {
                lines: vec![name("taux_effort"), name("ancienneté")],
                for_eligibility: true,
                ..lack("Revenus", Lack::Missing, Some(82))
            },
            lack("Attestation", Lack::ProofAwaited, Some(1)),
            lack("Validation", Lack::ValidationPending, None),
            MissingFact {
                alone: Some(Range { low: Some(points(518)), high: Some(points(522)) }),
                ..lack("Personnes", Lack::Missing, Some(0))
            },
            lack("Distance", Lack::Withheld, Some(0)),
            lack("Salaire", Lack::NotShared, Some(0)),
        ],
    }
}

#[test]
fn everything_is_said_in_both_languages_and_for_each_reader() {
    let all = everything();
    insta::assert_snapshot!("demandeur", french(&all));
    insta::assert_snapshot!("auditeur", said(&all, Words::french(), View::Auditor));
    insta::assert_snapshot!("applicant", said(&all, Words::english(), View::Applicant));
}

#[test]
fn each_thing_to_do_has_its_sentence() {
    let first = |step: Step| {
        let text = french(&changes(vec![change(vec![step])]));
        text.lines().nth(1).expect("the change").trim().to_owned()
    };
    let rents = [
        (Some(41_600), Some(52_800), "entre 416 €/mois et 528 €/mois"),
        (Some(41_600), None, "d'au moins 416 €/mois"),
        (None, Some(49_999), "d'au plus 499,99 €/mois"),
        (Some(50_000), Some(50_000), "de 500 €/mois"),
        (None, None, "de 528 €/mois"),
    ];
    for (from, to, due) in rents {
        let due = format!("Choisir un logement dont le loyer est {due}");
        assert_eq!(first(choose(from, to)), due);
    }
    assert_eq!(first(pick()), "Choisir un logement de taille T2");
    assert_eq!(first(reach(Some(false))), "Déposer toutes les pièces");
    assert_eq!(first(wait(1, None)), "Attendre 1 mois avant de postuler");
    assert_eq!(first(wait(12, None)), "Attendre 1 an avant de postuler");
    assert_eq!(first(wait(24, None)), "Attendre 2 ans avant de postuler");
    let proofs = [
        (&["A"][..], Proof::Verified, None, "Fournir la pièce qui prouve : « A »"),
        (&["A", "B"], Proof::Verified, None, "Fournir les pièces qui prouvent : « A », « B »"),
        (&["A"], Proof::Validated, None, "Faire valider : « A »"),
        (
            &["A"],
            Proof::Validated,
            Some("travailleur_social"),
            "Faire valider (travailleur social) : « A »",
        ),
    ];
    for (labels, level, role, due) in proofs {
        assert_eq!(first(prove(labels, level, role)), due);
    }
}

#[test]
fn two_things_to_do_are_said_together() {
    let both = vec![reach(Some(false)), choose(None, Some(52_800))];
    let text = french(&changes(vec![change(both)]));
    assert!(
        text.contains(
            "Deux choses à faire ensemble : déposer toutes les pièces ; et choisir un logement dont \
             le loyer est d'au plus 528 €/mois"
        ),
        "{text}"
    );
    assert!(text.contains("Toutes les pièces sont déposées : non aujourd'hui"), "{text}");
    assert!(text.contains("Loyer mensuel : 600 €/mois aujourd'hui, 528 €/mois au plus près"));
}

#[test]
fn how_long_a_wait_holds_is_said() {
    let told = |last| french(&changes(vec![change(vec![wait(4, last)])]));
    assert!(told(None).contains("Ce résultat est atteint le 1er mai 2020\n"));
    let until = "Ce résultat est atteint le 1er mai 2020, et vaut au moins jusqu'au 2 juin 2020";
    assert!(told(Some("2020-06-02")).contains(until));
    let once = "Ce résultat est atteint le 1er mai 2020, et ne vaut plus un mois plus tard";
    assert!(told(Some("2020-05-01")).contains(once));
}

#[test]
fn what_is_reached_is_said_once_and_agrees() {
    let told = |goals: Vec<Goal>, after: i128, maximum: Option<i128>| {
        let lines = vec![moved("effort", 1, after, maximum)];
        let total = moved_points(1, after);
        let one = Change { goals, lines, total, ..change(vec![choose(None, Some(52_800))]) };
        french(&changes(vec![one]))
    };
    let more = vec![Goal::More(name("effort"))];
    let text = told(more.clone(), 2, Some(70));
    assert!(text.contains("Taux d'effort : 1 point, puis 2 points\n"), "{text}");
    assert!(text.contains("Total : 1 point, puis 2 points (+ 1 point)\n"), "{text}");
    let most = vec![Goal::More(name("effort")), Goal::Most(name("effort"))];
    let best = told(most.clone(), 2, Some(70));
    assert!(best.contains("puis 2 points (le plus que ce changement donne)\n"), "{best}");
    let whole = told(most, 70, Some(70));
    assert!(whole.contains("puis 70 points (le maximum)\n"), "{whole}");
    let other = told(vec![Goal::Most(name("âge"))], 2, None);
    assert!(!other.contains("le plus que"), "another line's: {other}");
    let gain = told(vec![Goal::Gain { points: points(1) }], 2, None);
    assert!(gain.contains("Le total gagne au moins 1 point\n"), "{gain}");
    assert!(!told(more, 2, None).contains("gagne au moins"));
}

#[test]
fn many_changes_are_told_by_the_first_and_counted() {
    let many = |count| french(&changes(vec![change(vec![pick()]); count]));
    let told = |text: &str| text.matches("Choisir un logement de taille T2").count();
    assert_eq!(told(&many(5)), 5);
    assert!(!many(5).contains('…'));
    assert!(many(6).contains("… et 1 autre possibilité\n"));
    let text = many(900);
    assert_eq!(told(&text), 5);
    assert!(text.contains("… et 895 autres possibilités\n"), "{text}");
    let missing = |count| Changes {
        missing: vec![lack("Revenus", Lack::Missing, Some(2)); count],
        ..changes(Vec::new())
    };
    assert!(french(&missing(11)).contains("… et 1 autre information\n"));
    assert!(french(&missing(12)).contains("… et 2 autres informations\n"));
    let lines = (0..40).map(|at| LineChange { label: format!("L{at}"), ..moved("x", 0, 1, None) });
    let wide = Change { lines: lines.collect(), ..change(vec![pick()]) };
    let text = french(&changes(vec![wide]));
    assert!(text.contains("L9 :") && !text.contains("L10 :") && text.contains("… et 30 de plus"));
}

#[test]
fn nothing_to_do_and_nothing_missing_are_said() {
    let text = french(&changes(Vec::new()));
    assert_eq!(
        text,
        "Nous n'avons trouvé aucun changement à votre portée qui améliore ce résultat\n\
         Aucune information manquante ne peut changer ce total\n"
    );
    let open = Changes { range: Range { low: None, high: None }, ..changes(Vec::new()) };
    assert!(french(&open).contains("on ne peut pas dire entre quoi sera ce total"));
}

#[test]
fn a_line_that_is_named_is_named_by_its_label_and_many_are_counted() {
    let line = |at: usize| name(["taux_effort", "ancienneté"][at % 2]);
    let of = |count: usize| Changes {
        missing: vec![MissingFact {
            lines: (0..count).map(line).collect(),
            ..lack("Revenus", Lack::Missing, Some(2))
        }],
        ..changes(Vec::new())
    };
    let one = french(&of(1));
    assert!(
        one.contains("Ligne qui en dépend : « Mon taux d'effort se situe entre 26 et 33 % »\n"),
        "{one}"
    );
    let many = french(&of(7));
    assert!(many.contains("Lignes qui en dépendent : « "), "{many}");
    assert!(many.contains(", … et 2 de plus\n"), "{many}");
    assert!(!many.contains("taux_effort"), "{many}");
    let unknown = Changes {
        missing: vec![MissingFact {
            lines: vec![name("inconnue")],
            ..lack("Revenus", Lack::Missing, Some(1))
        }],
        ..changes(Vec::new())
    };
    let text = french(&unknown);
    assert!(text.contains("Jusqu'à 1 point en dépend\n") && !text.contains("inconnue"), "{text}");
}

// ---------------------------------------------------------------------------- the real policies

fn of_example(name: &str, id: &str, change: impl Fn(String) -> String) -> Explanation {
    explained_with_changes(&POLICIES, &example(name, change), id)
}

fn told(explanation: &Explanation) -> String {
    let worded = Words::french().worded(explanation, &POLICIES.recueil.glossary);
    written(&worded.phrases.changes, "")
}

#[test]
fn the_real_policies_say_what_could_change() {
    let same = |text: String| text;
    let dearer = |text: String| text.replace("loyer: 500", "loyer: 600");
    let alone = |text: String| text.replace("valeur: confirmée", "valeur: en_cours");
    let cases = [
        ("tabanou", of_example("lyon-6e", "tabanou", same)),
        ("leclerc", of_example("lyon-6e", "leclerc", same)),
        ("loyer_de_600", of_example("lyon-6e", "tabanou", dearer)),
        ("anonyme_a_valider", of_example("anonyme", "tabanou", alone)),
        ("preuve", of_example("territoire", "deuxieme", same)),
        ("un_candidat", of_example("un-candidat", "leclerc", same)),
    ];
    for (name, explanation) in cases {
        insta::assert_snapshot!(name, told(&explanation));
    }
}

#[test]
fn the_employer_is_told_nothing_of_it() {
    let whole = of_example("validation-en-cours", "tabanou", |text| text);
    assert!(whole.changes.is_some());
    let changes = whole.changes.clone().expect("what could change");
    let seen = whole.seen_by(View::Employer);
    assert_eq!(seen.changes, None);
    assert_eq!(told(&seen), "");
    assert_eq!(seen.with_changes(changes).changes, None, "nor afterwards");
}
