//! Two recueils as one program: the joined code says what each one says, and what they share is one
//! slot.

use analysis::compare::{
    Aspect, Change, ChangeKind, Comparison, Effect, Facts, Joint, Proved, Rule, Scope, Verdict,
    Which, Whose, compare, effects,
};
use engine::{
    Code, Criterion, Date, Evaluator, Exact, FactState, Grid, GridOutcome, GridVersion, ListState,
    Part, Period, Pool, Program, Schema, Slot, Value,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, TestCaseError, any};
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tests::comparisons::{pasted, side};
use tests::generate::{Choices, completed, days, pool, recueil};
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
    let Ok(joint) = Joint::of(side(&a), side(&b)) else { return Ok(0) };
    let day = Date::parse_iso("2020-06-15").ok_or("aucun jour")?;
    let of_a = pool(&mut Choices::new(drawn), &program(&a).schema, day);
    let of_b = pool(&mut Choices::new(drawn), &program(&b).schema, day);
    let evaluator = Evaluator::new(&joint.program, joint.scripts());
    let mut count = 0;
    for one in versions(program(&a)) {
        for other in versions(program(&b)) {
            let both = joint.both(&one.code, &other.code);
            let whole = (evaluator, &both.code);
            same((a.evaluator(), &one.code), whole, |s| both.first(s), (&of_a, &of_a))?;
            let pools = (&of_b, &put(&joint.facts, &of_b));
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
    let joint =
        Joint::of(side(&rules), side(&rules)).unwrap_or_else(|apart| unreachable!("{apart}"));
    assert_eq!(joint.facts.schema, own.schema);
    assert!(joint.program.tables.len() <= own.tables.len());
    for version in versions(own) {
        let both = joint.both(&version.code, &version.code);
        for at in (0..).map(Slot).take(version.code.ops.len()) {
            assert_eq!(both.first(at), both.second(at));
        }
    }
}

fn criteria(version: &GridVersion) -> Vec<&Criterion> {
    version.parts.iter().flat_map(Part::criteria).collect()
}

/// Tells whether a criterion's conditions hold of a candidate.
fn opens(criterion: &Criterion, values: &[engine::Computed]) -> bool {
    let is = |slot: Slot, truth| {
        values.get(slot.0 as usize).and_then(known) == Some(engine::Value::Bool(truth))
    };
    criterion.condition.is_none_or(|slot| is(slot, true))
        && criterion.exception.is_none_or(|slot| is(slot, false))
}

/// What one aspect of a criterion is worth for a candidate; absent when points are beyond numbers.
fn given(aspect: Aspect, criterion: &Criterion, values: &[engine::Computed]) -> Option<Exact> {
    let open = opens(criterion, values);
    match aspect {
        Aspect::Opening => Some(if open { Exact::ONE } else { Exact::ZERO }),
        Aspect::Line if !open => Some(Exact::ZERO),
        Aspect::Line | Aspect::Amount => amount(criterion, values),
    }
}

/// The points of an open criterion: what is unknown gives nothing.
fn amount(criterion: &Criterion, values: &[engine::Computed]) -> Option<Exact> {
    let value = |slot: Slot| values.get(slot.0 as usize).and_then(known);
    let number = |slot: Slot| match value(slot) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let mut sum = Exact::ZERO;
    let mut counted = false;
    let mut unknown = false;
    for one in &criterion.contributions {
        match one.condition.map_or(Some(Value::Bool(true)), value) {
            Some(Value::Bool(false)) => {}
            Some(_) => match number(one.amount) {
                Some(points) => (sum, counted) = (sum.add(points).ok()?, true),
                None => unknown = true,
            },
            None => unknown = true,
        }
    }
    if unknown && !counted {
        return Some(Exact::ZERO);
    }
    for bound in criterion.floor.iter().chain(&criterion.cap) {
        if number(*bound).is_none() {
            return Some(Exact::ZERO);
        }
    }
    let raised = criterion.floor.and_then(number).map_or(sum, |floor| sum.max(floor));
    Some(criterion.cap.and_then(number).map_or(raised, |cap| raised.min(cap)))
}

/// The same candidates with every fact known.
fn complete(c: &mut Choices<'_>, schema: &Schema, pool: &Pool) -> Pool {
    let mut pool = pool.clone();
    for candidate in &mut pool.candidates {
        candidate.case.facts.retain(|_, fact| fact.state != FactState::Withheld);
        candidate.case.lists.retain(|_, list| *list != ListState::Withheld);
        for list in candidate.case.lists.values_mut() {
            let ListState::Known(items) = list else { continue };
            items
                .iter_mut()
                .for_each(|item| item.retain(|_, fact| fact.state != FactState::Withheld));
        }
    }
    (0..pool.candidates.len()).fold(pool, |pool, who| completed(c, schema, &pool, who))
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
    let Ok(joint) = Joint::of(side(&a), side(&b)) else { return Ok(()) };
    let day = Date::parse_iso("2020-06-15").ok_or("aucun jour")?;
    let days = Period { from: Some(day), to: Some(day) };
    let evaluator = Evaluator::new(&joint.program, joint.scripts());
    for (one, other) in versions(program(&a)).zip(versions(program(&b))) {
        let both = joint.both(&one.code, &other.code);
        let mut drawn = Vec::new();
        for stream in files {
            let mut c = Choices::new(stream);
            let any = pool(&mut c, &joint.program.schema, day);
            let full = complete(&mut c, &joint.program.schema, &any);
            for (whole, pool) in [(false, any), (true, full)] {
                let values = evaluator.values(&both.code, &pool);
                drawn.extend(values.into_iter().map(|values| (whole, values)));
            }
        }
        for mine in criteria(one) {
            for theirs in criteria(other) {
                let mine = joint.criterion(&both, Which::First, mine);
                let theirs = joint.criterion(&both, Which::Second, theirs);
                for aspect in [Aspect::Opening, Aspect::Amount, Aspect::Line] {
                    let place = (&joint.program, &both.code, days);
                    let rules = (Rule::Criterion(&mine), Rule::Criterion(&theirs));
                    let proved = effects(place, aspect, rules.0, rules.1);
                    for (what, whose) in [("gain", proved.no_gain), ("perte", proved.no_loss)] {
                        *told.entry(format!("{aspect:?} {what} {whose:?}")).or_default() += 1;
                    }
                    for (whole, values) in &drawn {
                        let given = (given(aspect, &mine, values), given(aspect, &theirs, values));
                        let (Some(before), Some(after)) = given else { continue };
                        if aspect == Aspect::Amount
                            && !(opens(&mine, values) && opens(&theirs, values))
                        {
                            continue;
                        }
                        let covers = |whose| {
                            whose == Some(Whose::Every)
                                || (*whole && whose == Some(Whose::Complete))
                        };
                        if (after > before && covers(proved.no_gain))
                            || (after < before && covers(proved.no_loss))
                        {
                            let said = format!("{before} puis {after}, {proved:?}");
                            return Err(format!(
                                "{aspect:?} : {} et {} : {said}",
                                mine.id, theirs.id
                            ));
                        }
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
    for aspect in ["Opening", "Amount", "Line"] {
        for what in ["gain", "perte"] {
            for whose in ["Some(Every)", "None"] {
                let verdict = format!("{aspect} {what} {whose}");
                assert!(told.contains_key(&verdict), "{verdict} in {told:?}");
            }
        }
    }
}

const FACTS: &str = "vocabulaire faits\nversion 1\nen vigueur à partir du 2019-01-01\nsource \"essai\"\n\n\
                     entité demande\n  dalo : booléen\n  refus : booléen\n\n\
                     entité foyer\n  personnes : entier\n";

/// A grid of one line with a condition.
fn one_line(condition: &str) -> Rules {
    let grid = format!(
        "politique grille\nversion 1\nen vigueur à partir du 2019-01-01\nutilise faits\nsource \"essai\"\n\n\
         critère ligne\n  donne 10 points\n  si {condition}\n"
    );
    Rules::from_texts([("faits.bareme", FACTS), ("grille.bareme", grid.as_str())])
}

/// What is proved of the change of a condition, and whether some drawn file gains or loses by it:
/// complete ones, then any.
fn opened(first: &str, second: &str) -> Result<(Proved, [bool; 2], [bool; 2]), String> {
    let (a, b) = (one_line(first), one_line(second));
    let joint = Joint::of(side(&a), side(&b)).map_err(|apart| apart.to_string())?;
    let version = |rules| versions(program(rules)).next().ok_or("aucune grille");
    let (one, other) = (version(&a)?, version(&b)?);
    let both = joint.both(&one.code, &other.code);
    let line = |which, version| {
        let own = criteria(version);
        own.first().map(|line| joint.criterion(&both, which, line)).ok_or("aucune ligne")
    };
    let (mine, theirs) = (line(Which::First, one)?, line(Which::Second, other)?);
    let day = Date::parse_iso("2020-06-15").ok_or("aucun jour")?;
    let place = (&joint.program, &both.code, Period { from: Some(day), to: Some(day) });
    let rules = (Rule::Criterion(&mine), Rule::Criterion(&theirs));
    let proved = effects(place, Aspect::Opening, rules.0, rules.1);
    let evaluator = Evaluator::new(&joint.program, joint.scripts());
    let (mut of_complete, mut of_any) = ([false; 2], [false; 2]);
    for seed in 0..60_u32 {
        let stream: Vec<u32> = (0..40).map(|at| (seed * 131 + at * 17) % 101).collect();
        let mut c = Choices::new(&stream);
        let any = pool(&mut c, &joint.program.schema, day);
        let full = complete(&mut c, &joint.program.schema, &any);
        for (pool, seen) in [(any, &mut of_any), (full, &mut of_complete)] {
            for values in evaluator.values(&both.code, &pool) {
                let (before, after) = (opens(&mine, &values), opens(&theirs, &values));
                *seen = [seen[0] || (after && !before), seen[1] || (before && !after)];
            }
        }
    }
    Ok((proved, of_complete, of_any))
}

#[test]
fn what_is_proved_of_complete_files_holds_of_them_and_not_of_others() {
    let cases = [
        // What a file may lack shuts what complete files never see shut.
        (
            "demande.dalo",
            "demande.dalo et (demande.refus ou non demande.refus)",
            Whose::Every,
            Whose::Complete,
        ),
        (
            "demande.dalo et (demande.refus ou non demande.refus)",
            "demande.dalo",
            Whose::Complete,
            Whose::Every,
        ),
    ];
    for (first, second, no_gain, no_loss) in cases {
        let found = opened(first, second);
        let Ok((proved, of_complete, of_any)) = found else { unreachable!("{first} : {found:?}") };
        let due = Proved { no_gain: Some(no_gain), no_loss: Some(no_loss) };
        assert_eq!(proved, due, "« {first} » puis « {second} »");
        assert_eq!(of_complete, [false, false], "« {first} » puis « {second} »");
        let whose = [no_gain, no_loss];
        for (happens, whose) in of_any.into_iter().zip(whose) {
            assert_eq!(happens, whose == Whose::Complete, "« {first} » puis « {second} »");
        }
    }
}

/// A recueil drawn from a stream, with its files.
fn drawn(stream: &[u32]) -> (BTreeMap<String, Vec<u8>>, Rules) {
    let texts = recueil(&mut Choices::new(stream));
    let files: BTreeMap<String, Vec<u8>> =
        texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let rules = Rules::from_bytes(files.clone());
    (files, rules)
}

/// How often something was put to the test.
#[derive(Default)]
struct Trials {
    /// Lines that gave the same, where nothing was said to change.
    same: usize,
    /// Lines that gave something else, where something was said to change.
    told: usize,
    /// Files that show a change.
    witnesses: usize,
}

/// The names of the units, with their versions, in which something is said to change for files.
fn stirred(comparison: &Comparison) -> BTreeSet<(Arc<str>, Arc<str>)> {
    let acts = |change: &Change| {
        change.effect.as_ref().is_some_and(|effect| effect.verdict() != Verdict::Same)
            || matches!(change.kind, ChangeKind::Period)
    };
    let units = comparison.units.iter().filter(|unit| unit.changes.iter().any(acts));
    let versions = units.filter_map(|unit| unit.after.as_ref());
    versions.map(|it| (it.unit.as_str().into(), it.version.as_str().into())).collect()
}

/// The points of each line of a version of a grid, by candidate.
fn points(rules: &Rules, at: (&Grid, &GridVersion), pool: &Pool) -> Vec<BTreeMap<String, Exact>> {
    let outcomes = rules.evaluator().grid(at.0, at.1, pool);
    let lines = |outcome: GridOutcome| {
        outcome.lines.into_iter().map(|line| (line.id, line.points)).collect()
    };
    outcomes.into_iter().map(lines).collect()
}

/// Compares two drawn recueils, and looks for a complete file whose points change in silence.
fn speaks(
    first: &[u32],
    second: &[u32],
    files: &[Vec<u32>],
    trials: &mut Trials,
) -> Result<(), String> {
    let ((texts_a, a), (texts_b, b)) = (drawn(first), drawn(second));
    let (Ok(joint), Ok(comparison)) =
        (Joint::of(side(&a), side(&b)), compare(side(&a), side(&b), Scope::Everything))
    else {
        return Ok(());
    };
    let shown = comparison.units.iter().flat_map(|unit| &unit.changes);
    let shown = shown.flat_map(|change| change.effect.iter().flat_map(Effect::witnesses));
    for witness in shown {
        if witness.before.given == witness.after.given
            && witness.before.total == witness.after.total
        {
            return Err(format!("un témoin qui ne montre rien : {:?}", witness.before));
        }
        trials.witnesses += 1;
    }
    let faults = pasted(&comparison, (&a, &texts_a), (&b, &texts_b));
    if let Some(fault) = faults.first() {
        return Err(fault.clone());
    }
    let stirred = stirred(&comparison);
    for stream in files {
        let mut c = Choices::new(stream);
        let day = c.pick(days()).and_then(|day| Date::parse_iso(day)).ok_or("aucun jour")?;
        let any = pool(&mut c, &joint.program.schema, day);
        let full = complete(&mut c, &joint.program.schema, &any);
        let (own, other) =
            (joint.own_pool(Which::First, &full), joint.own_pool(Which::Second, &full));
        for grid_a in &program(&a).grids {
            let Some(grid_b) = program(&b).grids.iter().find(|grid| grid.id == grid_a.id) else {
                continue;
            };
            for one in grid_a.all_versions().filter(|version| version.period.contains(day)) {
                let key =
                    |version: &GridVersion| (version.version.clone(), version.filling.clone());
                let same = grid_b.all_versions().find(|version| key(version) == key(one));
                let Some(two) = same.filter(|version| version.period.contains(day)) else {
                    continue;
                };
                let unit = (one.unit.clone(), one.version.clone());
                let filling = one.filling.clone();
                let told =
                    stirred.contains(&unit) || filling.is_some_and(|own| stirred.contains(&own));
                let before = points(&a, (grid_a, one), &own);
                let after = points(&b, (grid_b, two), &other);
                match (before == after, told) {
                    (true, false) => trials.same += before.len(),
                    (true, true) => {}
                    (false, true) => trials.told += 1,
                    (false, false) => {
                        return Err(format!("{unit:?} le {day} : {before:?} puis {after:?}"));
                    }
                }
            }
        }
    }
    Ok(())
}

#[test]
fn what_changes_for_a_complete_file_is_said_to_change() {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(40)
    });
    let trials = std::cell::RefCell::new(Trials::default());
    let files = vec(vec(any::<u32>(), 0..80), 5);
    let strategy = (vec(any::<u32>(), 0..160), any::<u32>(), 0_usize..160, files);
    let result = runner.run(&strategy, |(first, change, at, files)| {
        let mut second = first.clone();
        if let Some(choice) = second.get_mut(at % first.len().max(1)) {
            *choice = change;
        }
        speaks(&first, &second, &files, &mut trials.borrow_mut()).map_err(TestCaseError::fail)
    });
    assert_eq!(result.map_err(|error| error.to_string()), Ok(()));
    let trials = trials.borrow();
    let Trials { same, told, witnesses } = *trials;
    println!("{same} lines the same, {told} told, {witnesses} witnesses");
    assert!(same > 0, "no line was put to the test");
}
