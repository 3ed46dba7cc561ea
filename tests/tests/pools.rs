//! Pools of the real policies: ten thousand candidates, twins, and candidates that nothing tells
//! apart but their number.

use dossier::{Format, Forms};
use engine::{CandidateOutcome, Exact, Pool, PoolOutcome};
use std::fmt::Write;
use std::sync::LazyLock;
use tests::reference;
use tests::rules::{Rules, root};

static POLICIES: LazyLock<Rules> =
    LazyLock::new(|| Rules::from_dir(&root().join("policies")).expect("the policies are there"));

/// What tells the candidates of these pools apart.
#[derive(Clone, Copy, Debug)]
struct Person {
    /// `demande.numéro_unique`, with leading zeros.
    number: usize,
    /// Days of the demand's first day, in four years of twelve months of 28 days.
    filed: usize,
    /// `foyer.revenus`. Unit: €/mois.
    income: usize,
    applies: bool,
}

impl Person {
    /// The demand's first day: `2015-01-01` and after. Days sort as they are counted.
    fn day(self) -> String {
        let (months, day) = (self.filed / 28, self.filed % 28);
        format!("{}-{:02}-{:02}", 2015 + months / 12, 1 + months % 12, 1 + day)
    }
}

fn pool(people: &[Person]) -> Pool {
    let mut text = "date: 2019-10-15\noffre: { id: o, commune: \"69386\", loyer: 500, \
                    typologie: T1, zone: autres_régions }\ncandidats:\n"
        .to_owned();
    for person in people {
        let (number, day, income) = (person.number, person.day(), person.income);
        let applies = if person.applies { "oui" } else { "non" };
        let _ = writeln!(
            text,
            "  - {{ id: \"c{number:05}\", postule: {applies}, \
             demande: {{ numéro_unique: \"{number:05}\", type: première_demande, \
             date_dépôt: {day}, choix_partage: accompagné, refus_en_cal: non, \
             attribution_refusée: non, pièces_complètes: oui }}, \
             demandeur: {{ date_naissance: 1985-03-14, statut: cdi }}, \
             foyer: {{ revenus: {income}, revenu_fiscal: 17000, personnes: 1, \
             nombre_personnes_à_charge: 0 }}, personne_à_charge: [], co_titulaire: [], \
             logement_actuel: {{ catégorie: locataire_privé, département: \"42\" }}, \
             emploi: {{ date_entrée: 2019-06-03, département: \"69\" }}, \
             employeur: {{ siren: \"000000018\", catégorie: pme, cotisante: oui, \
             validation: confirmée }}, mobilité: {{ distance: 62, trajet: 60 }} }}"
        );
    }
    let schema = &POLICIES.compiled.typed.schema;
    let dossier = dossier::read(text.as_bytes(), Format::Yaml, schema, Forms::none())
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    Pool { date: dossier.date.expect("a date"), candidates: dossier.candidates }
}

fn ranked(pool: &Pool) -> PoolOutcome {
    POLICIES.rank(pool).expect("a ranking is in force")
}

fn line(one: &CandidateOutcome, grid: &str, id: &str) -> Exact {
    let grid = one.grids.iter().find(|it| it.id == grid).expect("the grid");
    grid.lines.iter().find(|line| line.id == id).expect("the line").points
}

fn seniority(one: &CandidateOutcome) -> Exact {
    line(one, "als", "ancienneté")
}

/// `max(0, 21 - rang)`, at most 20, by competition rank: one more than those filed before.
fn seniority_due(of: &Person, among: &[Person]) -> Exact {
    let earlier = among.iter().filter(|it| it.applies && it.filed < of.filed).count();
    let points = 20_usize.saturating_sub(earlier);
    Exact::whole(i128::try_from(points).expect("at most 20"))
}

#[test]
fn ten_thousand_candidates_are_ranked_totally() {
    // Dates are shared by seven or eight candidates each, incomes by many; numbers are unique.
    let person = |number: usize| Person {
        number,
        filed: (number * 37) % 1_344,
        income: 1_100 + (number * 7) % 1_300,
        applies: number % 10 != 3,
    };
    let people: Vec<Person> = (0..10_000).map(person).collect();
    let outcome = ranked(&pool(&people));
    let applying = people.iter().filter(|person| person.applies).count();
    let (ranked, others) = outcome.candidates.split_at(applying);
    assert!(others.iter().all(|one| one.rank.is_none() && !one.kept));
    let ranks: Vec<Option<u32>> = ranked.iter().map(|one| one.rank).collect();
    assert_eq!(ranks, (1..=9_000).map(Some).collect::<Vec<_>>(), "one rank each, none shared");
    assert_eq!(ranked.iter().filter(|one| one.kept).count(), 5);
    let key = |one: &CandidateOutcome| {
        let person = &people[one.index];
        (std::cmp::Reverse(one.total), person.filed, person.number)
    };
    assert!(ranked.is_sorted_by_key(key), "by total, then by day, then by number");
    for one in &outcome.candidates {
        let lines = one.grids.iter().flat_map(|grid| &grid.lines);
        let sum = lines.map(|line| line.points).try_fold(Exact::ZERO, Exact::add);
        assert_eq!(sum, Ok(one.total), "{}", one.id);
    }
    for one in ranked.iter().step_by(97) {
        let due = seniority_due(&people[one.index], &people);
        assert_eq!(seniority(one), due, "{}", one.id);
    }
}

#[test]
fn twins_get_the_same_points_and_the_reference_agrees() {
    let of = |number: usize, filed: usize, income: usize| Person {
        number,
        filed,
        income,
        applies: number % 5 != 4,
    };
    let singles: Vec<Person> = (0..8).map(|at| of(at, (at * 13) % 40, 1_400 + 120 * at)).collect();
    let twins = singles.iter().map(|one| Person { number: one.number + 100, ..*one });
    let people: Vec<Person> = singles.iter().copied().chain(twins).collect();
    let pool = pool(&people);
    let outcome = ranked(&pool);
    let slow = reference::rank(&POLICIES.compiled.typed, &POLICIES.sandbox, &pool);
    assert_eq!(slow, Some(reference::of_pool(&outcome)));
    let by_index = |index: usize| {
        outcome.candidates.iter().find(|one| one.index == index).expect("each candidate is there")
    };
    for (at, person) in singles.iter().enumerate() {
        let (one, twin) = (by_index(at), by_index(at + singles.len()));
        assert_eq!(one.total, twin.total, "{person:?}");
        let lines = |one: &CandidateOutcome| -> Vec<(String, Exact)> {
            let lines = one.grids.iter().flat_map(|grid| &grid.lines);
            lines.map(|line| (line.id.clone(), line.points)).collect()
        };
        assert_eq!(lines(one), lines(twin), "{person:?}");
        if person.applies {
            assert_eq!(seniority(one), seniority_due(person, &people), "{person:?}");
            assert!(one.rank < twin.rank, "the number decides: {person:?}");
        }
    }
}

#[test]
fn candidates_of_one_day_share_their_seniority() {
    let people: Vec<Person> = (0..30)
        .map(|number| Person { number, filed: number / 10, income: 1_600, applies: true })
        .collect();
    let outcome = ranked(&pool(&people));
    let points: Vec<i128> = vec![20, 10, 0];
    for one in &outcome.candidates {
        let due = points[people[one.index].filed];
        assert_eq!(seniority(one), Exact::whole(due), "{}", one.id);
    }
}
