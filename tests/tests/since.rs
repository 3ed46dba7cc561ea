//! What changed since last time, split by cause: the parts add up, and each says what is its own.

use engine::{Date, Exact, Pool};
use explain::Points;
use explain::since::{Cause, Incomparable, Part, Side, Since, since};
use proptest::collection::vec;
use proptest::prelude::any;
use std::collections::BTreeMap;
use tests::drawn::same_each_time;
use tests::explained::{POLICIES, example};
use tests::generate::{Choices, days, pool, recueil};
use tests::rules::{Rules, files_of, root};

fn same(text: String) -> String {
    text
}

fn points(points: i128) -> Points {
    Points(Exact::whole(points))
}

fn side<'e>(rules: &'e Rules, pool: &'e Pool) -> Side<'e> {
    Side {
        rules: &rules.compiled,
        scripts: &rules.sandbox,
        recueil: ("action-logement", "empreinte"),
        pool,
    }
}

fn compared(before: (&Rules, &Pool), after: (&Rules, &Pool), id: &str) -> Since {
    since(side(before.0, before.1), side(after.0, after.1), id).expect("they compare")
}

/// Lists the causes that moved points, and by how many.
fn moved(since: &Since) -> Vec<(Cause, Points)> {
    let moved = |part: &&Part| part.points != points(0);
    since.parts.iter().filter(moved).map(|part| (part.cause, part.points)).collect()
}

fn assert_adds_up(since: &Since) {
    let add = |sum: Exact, it: Points| sum.add(it.0).expect("no overflow");
    let total = since.parts.iter().map(|part| part.points).fold(Exact::ZERO, add);
    assert_eq!(Points(total), since.difference);
    for part in &since.parts {
        let lines = part.lines.iter().map(|line| {
            Points(line.points.after.0.subtract(line.points.before.0).expect("no overflow"))
        });
        assert_eq!(Points(lines.fold(Exact::ZERO, add)), part.points, "{:?}", part.cause);
    }
}

/// The source's own case: the campaign for small companies ends on 31 October.
#[test]
fn a_campaign_that_ends_is_no_fault_of_the_date() {
    let before = example("lyon-6e", same);
    let after = example("lyon-6e", |text| text.replace("date: 2019-10-15", "date: 2019-11-01"));
    let since = compared((&POLICIES, &before), (&POLICIES, &after), "leclerc");
    assert_eq!(since.difference, points(-240));
    assert_eq!(moved(&since), [(Cause::Campaign, points(-240))]);
    assert_eq!((&since.facts, &since.untranslated), (&Vec::new(), &Vec::new()));
    assert_adds_up(&since);
}

#[test]
fn an_older_demand_of_another_candidate_takes_a_point() {
    let before = example("lyon-6e", same);
    let after = example("troisieme-candidat", same);
    let since = compared((&POLICIES, &before), (&POLICIES, &after), "tabanou");
    assert_eq!(moved(&since), [(Cause::Others, points(-1))]);
    assert_adds_up(&since);
}

#[test]
fn an_income_that_changes_is_mine_and_is_named() {
    let before = example("lyon-6e", same);
    let after = example("lyon-6e", |text| text.replacen("revenus: 1600", "revenus: 1200", 1));
    let since = compared((&POLICIES, &before), (&POLICIES, &after), "tabanou");
    let [(Cause::OwnFacts, lost)] = moved(&since)[..] else { panic!("{since:?}") };
    assert!(lost.0.is_negative());
    let [fact] = since.facts.as_slice() else { panic!("one fact: {:?}", since.facts) };
    assert_eq!(fact.path, "foyer.revenus");
    let text = |it: &Option<explain::value::Shown>| it.as_ref().map(|it| it.text.clone());
    assert_eq!(text(&fact.before).as_deref(), Some("1\u{202f}600\u{a0}€/mois"));
    assert_eq!(text(&fact.after).as_deref(), Some("1\u{202f}200\u{a0}€/mois"));
    assert_adds_up(&since);
}

#[test]
fn a_birthday_is_the_date() {
    let before = example("lyon-6e", same);
    let after = example("lyon-6e", |text| text.replace("date: 2019-10-15", "date: 2020-03-14"));
    let since = compared((&POLICIES, &before), (&POLICIES, &after), "tabanou");
    let date = since.parts.iter().find(|part| part.cause == Cause::Date).expect("the date");
    let lost: BTreeMap<&str, (Points, Points)> = date
        .lines
        .iter()
        .map(|line| (line.name.line.as_str(), (line.points.before, line.points.after)))
        .collect();
    assert_eq!(lost.get("moins_de_30_ans"), Some(&(points(70), points(0))));
    assert_adds_up(&since);
}

/// A rule that gives less: all of the difference is the rules'.
#[test]
fn a_policy_that_changes_is_named_as_such() {
    let mut files = files_of(&root().join("policies")).expect("the policies are there");
    let als = files.get_mut("als/als_2019.bareme").expect("the grid is there");
    let text = String::from_utf8(als.clone()).expect("text");
    let from = "critère moins_de_30_ans \"J'ai moins de 30 ans\"\n  donne 70 points";
    assert!(text.contains(from), "the grid holds {from}");
    *als = text.replace(from, &from.replace("70", "60")).into_bytes();
    let changed = Rules::from_files(&files);
    let pool = example("lyon-6e", same);
    let since = compared((&POLICIES, &pool), (&changed, &pool), "tabanou");
    assert_eq!(moved(&since), [(Cause::Rules, points(-10))]);
    assert_adds_up(&since);
}

/// On generated rules, two days and two pools, whatever changed adds up.
#[test]
fn parts_add_up_whatever_the_rules_and_the_facts() {
    let stream = |least| vec(any::<u32>(), least..500);
    let strategy = (stream(40), stream(20), stream(20));
    let compared = std::cell::Cell::new(0);
    let result = same_each_time(40, 400).run(&strategy, |(rules, then, now)| {
        let texts = recueil(&mut Choices::new(&rules));
        let texts = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let rules = Rules::from_texts(texts);
        let (then, now) = (generated(&rules, &then), generated(&rules, &now));
        for candidate in &then.candidates {
            match since(side(&rules, &then), side(&rules, &now), &candidate.id) {
                Ok(since) => {
                    assert_adds_up(&since);
                    compared.set(compared.get() + 1);
                }
                Err(Incomparable::AbsentAfter | Incomparable::Overflow) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(compared.get() > 20, "{} candidates were there twice", compared.get());
}

fn generated(rules: &Rules, stream: &[u32]) -> Pool {
    let mut choices = Choices::new(stream);
    let day = choices.pick(days()).and_then(|day| Date::parse_iso(day)).expect("a day");
    pool(&mut choices, &rules.compiled.typed.schema, day)
}

/// Everything at once: five causes, and still they add up.
#[test]
fn all_causes_together_add_up() {
    let before = example("lyon-6e", same);
    let after = example("troisieme-candidat", |text| {
        text.replace("date: 2019-10-15", "date: 2020-04-01").replacen("loyer: 500", "loyer: 640", 1)
    });
    for id in ["tabanou", "leclerc"] {
        assert_adds_up(&compared((&POLICIES, &before), (&POLICIES, &after), id));
    }
}

#[test]
fn who_was_not_there_is_said() {
    let before = example("lyon-6e", same);
    let after = example("un-candidat", same);
    let both = |id: &str| since(side(&POLICIES, &before), side(&POLICIES, &after), id);
    assert_eq!(both("personne"), Err(Incomparable::AbsentBefore));
    let gone =
        before.candidates.iter().find(|it| after.candidates.iter().all(|other| other.id != it.id));
    let gone = gone.expect("one left").id.clone();
    assert_eq!(both(&gone), Err(Incomparable::AbsentAfter));
}

#[test]
fn nothing_changes_from_an_evaluation_to_itself() {
    let pool = example("neuf-candidats", same);
    for candidate in &pool.candidates {
        let since = compared((&POLICIES, &pool), (&POLICIES, &pool), &candidate.id);
        assert_eq!(since.difference, points(0));
        assert!(moved(&since).is_empty() && since.facts.is_empty());
        assert!(since.parts.iter().all(|part| part.lines.is_empty()));
    }
}
