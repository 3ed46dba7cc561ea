//! Two recueils as one program: the joined code says what each one says, and what they share is one
//! slot.

use analysis::compare::{Both, Facts, Openings, Terms, Whose, openings};
use engine::{
    Code, Criterion, Date, Evaluator, Grid, GridVersion, Part, Period, Pool, Program, Slot,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, TestCaseError, any};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use tests::generate::{Choices, pool, recueil};
use tests::rules::Rules;

fn generated(stream: &[u32]) -> Rules {
    let texts = recueil(&mut Choices::new(stream));
    Rules::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn program(rules: &Rules) -> &Program {
    &rules.compiled.lowered.program
}

fn versions(program: &Program) -> impl Iterator<Item = &GridVersion> {
    program.grids.iter().flat_map(Grid::all_versions)
}

/// Runs a code alone and inside another, and compares what its slots hold.
fn same(
    (alone, code): (Evaluator<'_>, &Code),
    (joined, both): (Evaluator<'_>, &Code),
    place: impl Fn(Slot) -> Option<Slot>,
    (own, put): (&Pool, &Pool),
) -> Result<(), String> {
    let before = alone.values(code, own);
    let after = joined.values(both, put);
    for (before, after) in before.iter().zip(&after) {
        let mut at = 0;
        while let Some(op) = code.ops.get(at) {
            let slot = place(Slot(u32::try_from(at).unwrap_or(u32::MAX)));
            let found = slot.and_then(|slot| after.get(slot.0 as usize));
            let (known, expected) = (found.map(known), before.get(at).map(known));
            if known != expected {
                return Err(format!("{op:?} : {expected:?}, et {known:?} à deux"));
            }
            at += 1 + op.body();
        }
    }
    Ok(())
}

/// A value, or that there is none: reasons hold places and ids of their own recueil.
fn known(computed: &engine::Computed) -> Option<engine::Value> {
    match computed {
        engine::Computed::Known(value) => Some(value.clone()),
        engine::Computed::NoValue | engine::Computed::Unknown(_) => None,
    }
}

fn put(facts: &Facts, pool: &Pool) -> Pool {
    let mut pool = pool.clone();
    for candidate in &mut pool.candidates {
        candidate.case = facts.case(&candidate.case);
    }
    pool
}

/// Joins every version of a recueil with every version of another. Shape: how many were joined.
fn check(first: &[u32], second: &[u32], drawn: &[u32]) -> Result<usize, String> {
    let (a, b) = (generated(first), generated(second));
    let Ok(facts) = Facts::of(&program(&a).schema, &program(&b).schema) else { return Ok(0) };
    let mut joined = Program { schema: facts.schema.clone(), ..program(&a).clone() };
    let (tables, functions) = Terms::join(&mut joined, program(&b), &facts);
    let terms = Terms { facts: &facts, tables: &tables, functions: &functions };
    let day = Date::parse_iso("2020-06-15").ok_or("aucun jour")?;
    let of_a = pool(&mut Choices::new(drawn), &program(&a).schema, day);
    let of_b = pool(&mut Choices::new(drawn), &program(&b).schema, day);
    let evaluator = Evaluator::new(&joined, &a.sandbox);
    let mut count = 0;
    for one in versions(program(&a)) {
        for other in versions(program(&b)) {
            let both = Both::of(&one.code, &other.code, &terms);
            let whole = (evaluator, &both.code);
            same((a.evaluator(), &one.code), whole, |s| both.first(s), (&of_a, &of_a))?;
            let pools = (&of_b, &put(&facts, &of_b));
            same((b.evaluator(), &other.code), whole, |s| both.second(s), pools)?;
            count += 1;
        }
    }
    Ok(count)
}

#[test]
fn a_joined_code_says_what_each_of_the_two_says() {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(60)
    });
    let joined = std::cell::Cell::new(0);
    let strategy =
        (vec(any::<u32>(), 0..160), any::<u32>(), 0_usize..160, vec(any::<u32>(), 0..80));
    let result = runner.run(&strategy, |(first, change, at, drawn)| {
        let mut second = first.clone();
        if let Some(choice) = second.get_mut(at % first.len().max(1)) {
            *choice = change;
        }
        let count = check(&first, &second, &drawn).map_err(TestCaseError::fail)?;
        joined.set(joined.get() + count);
        Ok(())
    });
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
    assert!(joined.get() > 60, "{} codes joined", joined.get());
}

#[test]
fn a_code_joined_with_itself_is_itself() {
    let rules = generated(&(0..200).collect::<Vec<u32>>());
    let own = program(&rules);
    let facts = Facts::of(&own.schema, &own.schema).unwrap_or_default();
    assert_eq!(facts.schema, own.schema);
    let mut joined = own.clone();
    let (tables, functions) = Terms::join(&mut joined, own, &facts);
    assert_eq!(
        (joined.tables.len(), joined.functions.len()),
        (own.tables.len(), own.functions.len())
    );
    let terms = Terms { facts: &facts, tables: &tables, functions: &functions };
    for version in versions(own) {
        let both = Both::of(&version.code, &version.code, &terms);
        for at in (0..).map(Slot).take(version.code.ops.len()) {
            assert_eq!(both.first(at), both.second(at));
        }
    }
}

fn criteria(version: &GridVersion) -> Vec<&Criterion> {
    version.parts.iter().flat_map(criteria_of).collect()
}

fn criteria_of(part: &Part) -> Vec<&Criterion> {
    match part {
        Part::Criterion(one) => vec![one],
        Part::Family(family) => family.criteria.iter().collect(),
        Part::Tranche(tranche) => tranche.criteria.iter().collect(),
    }
}

/// Tells whether a criterion's conditions hold of a candidate.
fn opens(criterion: &Criterion, values: &[engine::Computed]) -> bool {
    let is = |slot: Slot, truth| {
        values.get(slot.0 as usize).and_then(known) == Some(engine::Value::Bool(truth))
    };
    criterion.condition.is_none_or(|slot| is(slot, true))
        && criterion.exception.is_none_or(|slot| is(slot, false))
}

/// How often each verdict was given.
type Verdicts = BTreeMap<String, usize>;

/// Compares the conditions of two recueils two by two, and looks for a drawn file that contradicts.
fn holds(
    first: &[u32],
    second: &[u32],
    files: &[Vec<u32>],
    told: &mut Verdicts,
) -> Result<(), String> {
    let (a, b) = (generated(first), generated(second));
    let Ok(facts) = Facts::of(&program(&a).schema, &program(&b).schema) else { return Ok(()) };
    let mut joined = Program { schema: facts.schema.clone(), ..program(&a).clone() };
    let (tables, functions) = Terms::join(&mut joined, program(&b), &facts);
    let terms = Terms { facts: &facts, tables: &tables, functions: &functions };
    let day = Date::parse_iso("2020-06-15").ok_or("aucun jour")?;
    let days = Period { from: Some(day), to: Some(day) };
    let evaluator = Evaluator::new(&joined, &a.sandbox);
    for (one, other) in versions(program(&a)).zip(versions(program(&b))) {
        let both = Both::of(&one.code, &other.code, &terms);
        let drawn = files.iter().map(|stream| pool(&mut Choices::new(stream), &joined.schema, day));
        let values: Vec<_> = drawn.flat_map(|pool| evaluator.values(&both.code, &pool)).collect();
        for mine in criteria(one) {
            for theirs in criteria(other) {
                let (mine, theirs) = (both.first_criterion(mine), both.second_criterion(theirs));
                let verdict = openings(&joined, &both.code, days, &mine, &theirs);
                *told.entry(format!("{verdict:?}")).or_default() += 1;
                let (may_first, may_second) = match verdict {
                    Openings::Same(Whose::Every) => (false, false),
                    Openings::Weakened(Whose::Every) => (false, true),
                    Openings::Strengthened(Whose::Every) => (true, false),
                    Openings::Same(Whose::Complete)
                    | Openings::Weakened(Whose::Complete)
                    | Openings::Strengthened(Whose::Complete)
                    | Openings::Open
                    | Openings::TooMany => continue,
                };
                for values in &values {
                    let (x, y) = (opens(&mine, values), opens(&theirs, values));
                    if (x && !y && !may_first) || (y && !x && !may_second) {
                        return Err(format!("{verdict:?} : {} et {}", mine.id, theirs.id));
                    }
                }
            }
        }
    }
    Ok(())
}

#[test]
fn no_drawn_file_contradicts_a_verdict_about_conditions() {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(40)
    });
    let told = std::cell::RefCell::new(Verdicts::new());
    let files = vec(vec(any::<u32>(), 0..80), 6);
    let strategy = (vec(any::<u32>(), 0..160), any::<u32>(), 0_usize..160, files);
    let result = runner.run(&strategy, |(first, change, at, files)| {
        let mut second = first.clone();
        if let Some(choice) = second.get_mut(at % first.len().max(1)) {
            *choice = change;
        }
        holds(&first, &second, &files, &mut told.borrow_mut()).map_err(TestCaseError::fail)
    });
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
    let told = told.borrow();
    for verdict in ["Same(Every)", "Weakened(Every)", "Strengthened(Every)"] {
        assert!(told.contains_key(verdict), "{verdict} in {told:?}");
    }
}
