//! Which version a candidate has, and the maximum of a grid.

use crate::testing::{
    CaseOf, Facts, NUMBER, Ops, criterion, day, grid, grid_alone, n, pool, text, tranche, version,
    x,
};
use crate::{
    Arithmetic, Comparison, Direction, EvalError, Evaluator, FieldId, Grid, GridOutcome, GridState,
    GridVersion, MotifCode, NoScripts, Op, Perimeter, Period, Pool, Program, Range, Slot, Type,
    Value,
};

struct Bench {
    program: Program,
    ops: Ops,
    siren: FieldId,
    commune: FieldId,
    first: FieldId,
    count: FieldId,
    slots: [Slot; 4],
}

/// Facts `siren`, `commune`, `première` (a truth), `nombre`; slots: the second and the third, 240
/// points and 100 points.
fn bench() -> Bench {
    let mut facts = Facts::new();
    let siren = facts.fact("siren", Type::Code);
    let commune = facts.fact("commune", Type::Code);
    let first = facts.fact("première", Type::Bool);
    let count = facts.fact("nombre", NUMBER);
    let mut ops = Ops::new();
    let slots = [ops.fact(commune), ops.fact(first), ops.number(240), ops.number(100)];
    Bench { program: facts.program(), ops, siren, commune, first, count, slots }
}

impl Bench {
    fn version(&self, unit: &str) -> GridVersion {
        version(unit, self.ops.clone(), vec![criterion("fixe").gives(self.slots[2]).part()])
    }

    /// A filling of tranche A, granted to first applications.
    fn filling(&self, unit: &str) -> GridVersion {
        let sub = criterion("sub").when(self.slots[1]);
        let parts =
            vec![criterion("fixe").gives(self.slots[2]).part(), tranche("A", 166, vec![sub])];
        let filling = Some((unit.into(), "3".into()));
        GridVersion { filling, ..version("cadre", self.ops.clone(), parts) }
    }

    fn closed(&self, fillings: Vec<(&str, GridVersion)>) -> Grid {
        let mut grid = grid("entreprise", vec![self.version("cadre")]);
        grid.siren = Some(self.siren);
        for (siren, filling) in fillings {
            let at = u32::try_from(grid.fillings.len()).unwrap();
            grid.fillings.push(filling.into());
            if siren.is_empty() {
                grid.for_all.push(at);
            } else {
                grid.by_siren.entry(siren.to_owned()).or_default().push(at);
            }
        }
        grid
    }

    fn open(&self, fillings: Vec<GridVersion>) -> Grid {
        let fillings = fillings.into_iter().map(|filling| ("", filling)).collect();
        let closed = self.closed(fillings);
        Grid { open_frame: true, siren: None, versions: Vec::new(), ..closed }
    }

    fn case(&self) -> CaseOf {
        CaseOf::new()
            .with(self.siren, text("111"))
            .with(self.commune, text("69386"))
            .with(self.first, Value::Bool(true))
    }

    fn of(&self, grid: &Grid, case: CaseOf) -> GridOutcome {
        self.on(grid, case.alone())
    }

    fn on(&self, grid: &Grid, pool: Pool) -> GridOutcome {
        Evaluator::new(&self.program, &NoScripts).grid_in_force(grid, &pool).remove(0)
    }

    fn within(&self, included: &[(&str, &str)], excluded: &[(&str, &str)]) -> GridVersion {
        let ranges = |codes: &[(&str, &str)]| {
            codes.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let perimeter = Perimeter { included: ranges(included), excluded: ranges(excluded) };
        GridVersion {
            perimeter: Some((perimeter.into(), self.slots[0])),
            ..self.filling("territoire")
        }
    }
}

fn code(outcome: &GridOutcome) -> Option<MotifCode> {
    outcome.motif.as_ref().map(|motif| motif.code)
}

#[test]
fn the_version_in_force_that_day_is_taken() {
    let bench = bench();
    let period = |from, to| Period { from: Some(day(from)), to: Some(day(to)) };
    let mut old = bench.version("als");
    old.period = period("2019-01-01", "2019-06-30");
    let mut new = bench.version("als");
    new.period = period("2019-07-01", "2019-12-31");
    new.version = "2".into();
    let grid = grid("als", vec![old, new]);
    let on = |text| bench.on(&grid, Pool { date: day(text), ..bench.case().alone() });
    let named = |version: &str| Some(("als".into(), version.into()));
    assert_eq!((on("2019-06-30").version, on("2019-07-01").version), (named("1"), named("2")));
    let after = on("2020-01-01");
    assert_eq!((after.state, after.points, after.maximum), (GridState::NotEstablished, None, None));
    assert_eq!(code(&after), Some(MotifCode::NotEstablished));
    assert_eq!(after.motif.unwrap().text, "Pas encore établi.");
}

#[test]
fn a_population_excludes_or_leaves_undetermined() {
    let bench = bench();
    let mut version = bench.version("grille");
    version.applies = Some(bench.slots[1]);
    let grid = grid("g", vec![version]);
    let of = |case| bench.of(&grid, case);
    assert_eq!(of(bench.case()).points, Some(x(240)));
    let excluded = of(CaseOf::new().with(bench.first, Value::Bool(false)));
    assert_eq!((excluded.state, excluded.points), (GridState::NotApplicable, None));
    assert_eq!(code(&excluded), Some(MotifCode::OutsidePopulation));
    assert_eq!(excluded.range, Range::only(x(0)));
    let unknown = of(CaseOf::new());
    assert_eq!(
        (unknown.state, code(&unknown)),
        (GridState::Indeterminate, Some(MotifCode::Missing))
    );
    assert_eq!(unknown.range, Range { low: Some(x(0)), high: Some(x(240)) });
    let withheld = of(CaseOf::new().withheld(bench.first));
    assert_eq!(withheld.state, GridState::Indeterminate);
    assert_eq!(withheld.range, Range::only(x(0)), "withheld is withheld");
}

#[test]
fn a_population_that_stands_on_an_absence_turns_with_it() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let said = ops.op(Op::IsKnown(bench.slots[1]));
    let unsaid = ops.op(Op::Not(said));
    let (count, zero, one) = (ops.fact(bench.count), ops.number(0), ops.number(1));
    let counted = ops.op(Op::IsKnown(count));
    let uncounted = ops.op(Op::Not(counted));
    let least = ops.arithmetic(Arithmetic::Maximum, count, zero);
    let share = ops.arithmetic(Arithmetic::Divide, one, least);
    let fair = ops.compare(Comparison::GreaterOrEqual, share, zero);
    let uncounted_or_fair = ops.op(Op::Or(uncounted, fair));
    let of = |applies| {
        let code = ops.0.clone();
        let version = GridVersion { applies: Some(applies), code, ..bench.version("grille") };
        bench.of(&grid("g", vec![version]), CaseOf::new())
    };
    let (closed, open) = (of(said), of(unsaid));
    let both = Range { low: Some(x(0)), high: Some(x(240)) };
    assert_eq!((closed.state, closed.range), (GridState::NotApplicable, both));
    assert_eq!((open.state, open.points, open.range), (GridState::Established, Some(x(240)), both));
    let open = of(uncounted_or_fair);
    assert_eq!((open.points, open.range), (Some(x(240)), both), "it cannot be divided by zero");
}

#[test]
fn a_frame_that_may_lose_its_filling_may_be_left_alone() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let (said, malus) = (ops.op(Op::IsKnown(bench.slots[1])), ops.number(-40));
    let (unsaid, yes) = (ops.op(Op::Not(said)), ops.truth(true));
    let malus = criterion("malus").gives(malus).part();
    let frame = version("cadre", ops.clone(), vec![malus.clone()]);
    let parts = vec![malus, tranche("A", 166, vec![criterion("sub").when(yes)])];
    let filling = Some(("orango".into(), "3".into()));
    let filled =
        GridVersion { filling, applies: Some(unsaid), ..version("cadre", ops.clone(), parts) };
    let closed = bench.closed(vec![("111", filled)]);
    let grid = Grid { versions: vec![frame.into()], ..closed };
    let mut case = bench.case();
    case.0.facts.remove(&bench.first);
    let outcome = bench.of(&grid, case);
    assert_eq!((outcome.filling.is_some(), outcome.points), (true, Some(x(126))));
    assert_eq!(outcome.range, Range { low: Some(x(-40)), high: Some(x(126)) });
}

#[test]
fn a_closed_frame_takes_the_filling_of_the_employer() {
    let bench = bench();
    let grid =
        bench.closed(vec![("111", bench.filling("orango")), ("222", bench.filling("autre"))]);
    let own = bench.of(&grid, bench.case());
    assert_eq!(own.filling, Some(("orango".into(), "3".into())));
    assert_eq!(own.points, Some(x(406)));
    let unfilled = bench.of(&grid, bench.case().with(bench.siren, text("333")));
    assert_eq!((unfilled.filling, unfilled.points), (None, Some(x(240))), "the frame alone");
}

#[test]
fn an_unknown_siren_leaves_the_frame_alone_and_widens_to_any_filling() {
    let bench = bench();
    let grid = bench.closed(vec![("111", bench.filling("orango"))]);
    let mut case = bench.case();
    case.0.facts.remove(&bench.siren);
    let missing = bench.of(&grid, case.clone());
    assert_eq!((missing.filling, missing.points), (None, Some(x(240))));
    assert_eq!(missing.range, Range { low: Some(x(240)), high: Some(x(406)) });
    let withheld = bench.of(&grid, case.withheld(bench.siren));
    assert_eq!(withheld.range, Range::only(x(240)));
}

#[test]
fn two_fillings_of_one_case_are_an_error_never_a_choice() {
    let bench = bench();
    let fillings = || vec![("111", bench.filling("a")), ("", bench.filling("b"))];
    let grid = bench.closed(fillings());
    let both = bench.of(&grid, bench.case());
    assert_eq!((both.state, both.points), (GridState::Indeterminate, None));
    assert_eq!(both.motif.unwrap().error, Some(EvalError::TwoFillings));
    let mut past = fillings();
    past[1].1.period = Period { from: None, to: Some(day("2019-10-14")) };
    let grid = bench.closed(past);
    assert_eq!(bench.of(&grid, bench.case()).points, Some(x(406)), "one is past");
}

#[test]
fn an_open_frame_says_why_it_has_no_filling() {
    let bench = bench();
    let state = |fillings, case| {
        let outcome = bench.of(&bench.open(fillings), case);
        (outcome.state, code(&outcome))
    };
    let lyon = || bench.within(&[("69123", "69123"), ("69381", "69389")], &[("69385", "69385")]);
    assert_eq!(state(vec![lyon()], bench.case()), (GridState::Established, None));
    let none = (GridState::NotEstablished, Some(MotifCode::NotEstablished));
    assert_eq!(state(Vec::new(), bench.case()), none);
    let outside = (GridState::NotApplicable, Some(MotifCode::OutsidePerimeter));
    for commune in ["69385", "69380", "69390", "2A004"] {
        let case = bench.case().with(bench.commune, text(commune));
        assert_eq!(state(vec![lyon()], case), outside, "{commune}");
    }
    let mut case = bench.case();
    case.0.facts.remove(&bench.commune);
    let unknown = (GridState::Indeterminate, Some(MotifCode::Missing));
    assert_eq!(state(vec![lyon()], case), unknown);
    let mut first_only = lyon();
    first_only.applies = Some(bench.slots[1]);
    let case = bench.case().with(bench.first, Value::Bool(false));
    let population = (GridState::NotApplicable, Some(MotifCode::OutsidePopulation));
    assert_eq!(state(vec![first_only], case), population);
}

#[test]
fn a_corsican_code_compares_as_text() {
    let bench = bench();
    let grid = bench.open(vec![bench.within(&[("2A001", "2A999")], &[])]);
    let at = |code| bench.of(&grid, bench.case().with(bench.commune, text(code))).state;
    assert_eq!(at("2A004"), GridState::Established);
    assert_eq!(at("2B004"), GridState::NotApplicable);
}

#[test]
fn fillings_disjoint_by_population_do_not_clash() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let other = ops.op(Op::Not(bench.slots[1]));
    let with = |applies: Slot, unit: &str| {
        let mut filling = bench.filling(unit);
        filling.code = ops.0.clone();
        filling.applies = Some(applies);
        filling
    };
    let grid = bench.open(vec![with(bench.slots[1], "premières"), with(other, "mutations")]);
    let named = |first| {
        let case = bench.case().with(bench.first, Value::Bool(first));
        bench.of(&grid, case).filling.unwrap().0
    };
    assert_eq!((named(true), named(false)), ("premières".into(), "mutations".into()));
    let mut unknown = bench.case();
    unknown.0.facts.remove(&bench.first);
    assert_eq!(bench.of(&grid, unknown).state, GridState::Indeterminate);
}

#[test]
fn the_maximum_is_the_scale_or_what_the_lines_can_give() {
    let bench = bench();
    let with = |maximum| {
        let mut rule = criterion("r").gives(bench.slots[2]);
        rule.maximum = maximum;
        version("g", bench.ops.clone(), vec![rule.part(), tranche("A", 166, Vec::new())])
    };
    let maximum = |version: &GridVersion| grid_alone(&bench.program, version, bench.case()).maximum;
    let mut bounded = with(Some(x(240)));
    assert_eq!(maximum(&bounded), Some(x(406)));
    bounded.cap = Some(x(300));
    assert_eq!(maximum(&bounded), Some(x(300)));
    bounded.scale = Some(x(520));
    assert_eq!(maximum(&bounded), Some(x(520)));
    let mut open = with(None);
    assert_eq!(maximum(&open), None);
    open.cap = Some(x(300));
    assert_eq!(maximum(&open), Some(x(300)));
}

#[test]
fn one_version_is_evaluated_whoever_it_is_for_but_not_outside_its_period() {
    let bench = bench();
    let mut filling = bench.filling("orango");
    filling.sirens = vec!["999".to_owned()];
    assert_eq!(grid_alone(&bench.program, &filling, bench.case()).points, Some(x(406)));
    filling.period = Period { from: Some(day("2020-01-01")), to: None };
    let early = grid_alone(&bench.program, &filling, bench.case());
    assert_eq!(early.state, GridState::NotEstablished);
}

#[test]
fn a_version_that_compares_candidates_compares_all_of_them() {
    let mut facts = Facts::new();
    let siren = facts.fact("siren", Type::Code);
    let key = facts.fact("clé", NUMBER);
    let mut ops = Ops::new();
    let own = ops.fact(key);
    ops.next_stage();
    let rank = ops.rank(own, Direction::Ascending);
    let filled = version("f", ops, vec![criterion("r").gives(rank).part()]);
    let mut grid = grid("g", vec![version("cadre", Ops::new(), Vec::new())]);
    grid.siren = Some(siren);
    grid.fillings = vec![filled.into()];
    grid.by_siren.insert("111".to_owned(), vec![0]);
    let case = |code: &str, value| CaseOf::new().with(siren, text(code)).with(key, n(value));
    let pool = pool(vec![case("222", 1), case("111", 2), case("111", 3)]);
    let program = facts.program();
    let outcomes = Evaluator::new(&program, &NoScripts).grid_in_force(&grid, &pool);
    let points: Vec<_> = outcomes.iter().map(|outcome| outcome.points).collect();
    assert_eq!(points, [Some(x(0)), Some(x(2)), Some(x(3))]);
}
