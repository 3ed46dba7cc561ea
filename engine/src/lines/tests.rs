//! Lines, families, tranches, proofs, gates and their words.

use crate::testing::{
    CaseOf, Facts, NUMBER, Ops, WHOLE, criterion, day, family, grid_alone, item, line, n, tranche,
    version, x,
};
use crate::{
    Arithmetic, Criterion, EvalError, Exact, FactRef, FieldId, GridState, GridVersion, LineState,
    MotifCode, Part, Period, Program, Proof, ProofGate, ProofLevel, Quantity, Range, Retains,
    SharingGate, Template, TemplatePart, Truth, Type, ValidationGate, Value,
};
use proptest::prelude::*;
use std::sync::Arc;

/// Facts `a`, `b`, `c` (truths) and `p` (a number), with their slots.
struct Bench {
    program: Program,
    ops: Ops,
    fields: [FieldId; 4],
    slots: [crate::Slot; 4],
}

fn bench() -> Bench {
    let mut facts = Facts::new();
    let fields = [
        facts.fact("a", Type::Bool),
        facts.fact("b", Type::Bool),
        facts.fact("c", Type::Bool),
        facts.fact("p", NUMBER),
    ];
    let mut ops = Ops::new();
    let slots = fields.map(|field| ops.fact(field));
    Bench { program: facts.program(), ops, fields, slots }
}

impl Bench {
    fn one(&self, ops: Ops, criterion: Criterion, case: CaseOf) -> crate::LineOutcome {
        let grid = grid_alone(&self.program, &version("g", ops, vec![criterion.part()]), case);
        assert_eq!(grid.state, GridState::Established);
        grid.lines[0].clone()
    }

    fn truths(&self, truths: [Option<bool>; 3]) -> CaseOf {
        let mut case = CaseOf::new();
        for (field, truth) in self.fields.iter().zip(truths) {
            if let Some(truth) = truth {
                case = case.with(*field, Value::Bool(truth));
            }
        }
        case
    }
}

fn summary(line: &crate::LineOutcome) -> (LineState, Exact, MotifCode) {
    (line.state, line.points, line.motif.code)
}

#[test]
fn a_condition_is_true_false_or_unknown() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let forty = ops.number(40);
    let rule = criterion("r").gives(forty).when(bench.slots[0]);
    let of = |truth| bench.one(ops.clone(), rule.clone(), bench.truths([truth, None, None]));
    assert_eq!(summary(&of(Some(true))), (LineState::Obtained, x(40), MotifCode::Condition));
    assert_eq!(
        summary(&of(Some(false))),
        (LineState::NotObtained, x(0), MotifCode::ConditionFalse)
    );
    let unknown = of(None);
    assert_eq!(summary(&unknown), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    assert_eq!(unknown.motif.facts, [FactRef::Field(bench.fields[0])]);
    assert_eq!(unknown.motif.text, "Information non renseignée : Le a.");
    assert_eq!(unknown.range, Range { low: Some(x(0)), high: Some(x(40)) });
}

#[test]
fn a_withheld_fact_is_said_so_and_does_not_widen_the_range() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let forty = ops.number(40);
    let rule = criterion("r").gives(forty).when(bench.slots[0]);
    let withheld = bench.one(ops, rule, CaseOf::new().withheld(bench.fields[0]));
    assert_eq!(summary(&withheld), (LineState::NotEvaluable, x(0), MotifCode::Withheld));
    assert_eq!(withheld.range, Range::only(x(0)));
}

#[test]
fn an_exception_excludes_and_an_unknown_one_is_not_evaluable() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let minus = ops.number(-40);
    let rule = criterion("r").gives(minus).when(bench.slots[0]).except(bench.slots[1]);
    let of = |a, b| summary(&bench.one(ops.clone(), rule.clone(), bench.truths([a, b, None])));
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(of(yes, no), (LineState::Obtained, x(-40), MotifCode::Condition));
    assert_eq!(of(yes, yes), (LineState::NotObtained, x(0), MotifCode::Exception));
    assert_eq!(of(yes, None), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    assert_eq!(of(None, yes), (LineState::NotObtained, x(0), MotifCode::Exception));
    assert_eq!(of(no, None), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
}

#[test]
fn each_contribution_counts_alone_and_known_points_are_kept() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let (ten, twenty, minus) = (ops.number(10), ops.number(20), ops.number(-5));
    let rule = criterion("r")
        .gives_if(ten, bench.slots[0])
        .gives_if(twenty, bench.slots[1])
        .gives_if(minus, bench.slots[2]);
    let of = |truths| bench.one(ops.clone(), rule.clone(), bench.truths(truths));
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(of([yes, yes, yes]).points, x(25));
    let partial = of([yes, None, no]);
    assert_eq!(summary(&partial), (LineState::NotEvaluable, x(10), MotifCode::Missing));
    assert_eq!(partial.range, Range { low: Some(x(0)), high: Some(x(30)) });
    let none = of([no, no, no]);
    assert_eq!(summary(&none), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
    let cancelled = of([no, no, None]);
    assert_eq!(summary(&cancelled), (LineState::NotEvaluable, x(0), MotifCode::Missing));
}

#[test]
fn bounds_clip_and_show_the_raw_points() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let (zero, twenty, rank) = (ops.number(0), ops.number(20), ops.number(21));
    let given = ops.arithmetic(Arithmetic::Subtract, rank, bench.slots[3]);
    let rule = criterion("r").gives(given).at_least(zero).at_most(twenty);
    let of = |p| bench.one(ops.clone(), rule.clone(), CaseOf::new().with(bench.fields[3], n(p)));
    assert_eq!(summary(&of(1)), (LineState::Obtained, x(20), MotifCode::Condition));
    let capped = of(-9);
    assert_eq!(summary(&capped), (LineState::Capped, x(20), MotifCode::Capped));
    assert_eq!(capped.motif.raw, Some(x(30)));
    let floored = of(30);
    assert_eq!(summary(&floored), (LineState::Capped, x(0), MotifCode::Floored));
    assert_eq!(floored.motif.raw, Some(x(-9)));
    let exact = of(21);
    assert_eq!(summary(&exact), (LineState::NotObtained, x(0), MotifCode::Condition));
}

#[test]
fn kept_points_respect_the_bounds_and_an_unknown_bound_keeps_none() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let (fifty, ten, cap) = (ops.number(50), ops.number(10), ops.number(30));
    let rule = criterion("r").gives(fifty).gives_if(ten, bench.slots[0]);
    let known = bench.one(ops.clone(), rule.clone().at_most(cap), CaseOf::new());
    assert_eq!(summary(&known), (LineState::NotEvaluable, x(30), MotifCode::Missing));
    let unknown = bench.one(ops, rule.at_most(bench.slots[3]), CaseOf::new());
    assert_eq!(summary(&unknown), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    assert_eq!(unknown.motif.facts.len(), 2);
}

#[test]
fn a_floor_gives_nothing_while_all_is_unknown() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let five = ops.number(5);
    let rule = criterion("r").gives(bench.slots[3]).at_least(five);
    let line = bench.one(ops, rule, CaseOf::new());
    assert_eq!(summary(&line), (LineState::NotEvaluable, x(0), MotifCode::Missing));
}

#[test]
fn a_failed_calculation_stops_its_line_only() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let one = ops.number(1);
    let ratio = ops.arithmetic(Arithmetic::Divide, one, bench.slots[3]);
    let parts = vec![criterion("r").gives(ratio).part(), criterion("s").gives(one).part()];
    let case = CaseOf::new().with(bench.fields[3], n(0));
    let grid = grid_alone(&bench.program, &version("g", ops, parts), case);
    let failed = line(&grid, "r");
    assert_eq!(summary(failed), (LineState::NotEvaluable, x(0), MotifCode::Calculation));
    assert_eq!(failed.motif.error, Some(EvalError::DivisionByZero));
    assert_eq!(failed.motif.text, "Calcul impossible : division par zéro.");
    assert_eq!(line(&grid, "s").points, x(1));
    assert_eq!(grid.points, Some(x(1)));
}

#[test]
fn points_without_a_value_are_not_evaluable_but_a_comparison_is_false() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let none = ops.op(crate::Op::NoValue);
    let five = ops.number(5);
    let equal = ops.compare(crate::Comparison::Equal, none, five);
    let given = bench.one(ops.clone(), criterion("r").gives(none), CaseOf::new());
    assert_eq!(summary(&given), (LineState::NotEvaluable, x(0), MotifCode::NoValue));
    let compared = bench.one(ops, criterion("r").gives(five).when(equal), CaseOf::new());
    assert_eq!(summary(&compared), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
}

#[test]
fn outside_its_period_a_criterion_gives_nothing_even_if_unknown() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let five = ops.number(5);
    let mut rule = criterion("r").gives(five).when(bench.slots[0]);
    rule.period = Period { from: Some(day("2019-10-16")), to: None };
    let line = bench.one(ops, rule, CaseOf::new());
    assert_eq!(summary(&line), (LineState::NotObtained, x(0), MotifCode::OutsidePeriod));
    assert_eq!(line.range, Range::only(x(0)));
}

fn gated(level: ProofLevel, bench: &Bench) -> (Ops, Criterion) {
    let mut ops = bench.ops.clone();
    let thirty = ops.number(30);
    let mut rule = criterion("r").gives(thirty).when(bench.slots[0]);
    rule.proofs.push(ProofGate { level, fields: vec![bench.fields[0]], item_fields: Vec::new() });
    (ops, rule)
}

#[test]
fn a_proof_is_awaited_once_the_condition_holds() {
    let bench = bench();
    let (ops, rule) = gated(ProofLevel::Verified, &bench);
    let a = bench.fields[0];
    let of = |case| bench.one(ops.clone(), rule.clone(), case);
    let declared = of(CaseOf::new().with(a, Value::Bool(true)));
    assert_eq!(summary(&declared), (LineState::Pending, x(0), MotifCode::ProofAwaited));
    assert_eq!(declared.motif.facts, [FactRef::Field(a)]);
    assert_eq!(declared.motif.text, "En attente de vérification : Le a.");
    assert_eq!(declared.range, Range { low: Some(x(0)), high: Some(x(30)) });
    let verified = of(CaseOf::new().proven(a, Value::Bool(true), Proof::Verified));
    assert_eq!(summary(&verified), (LineState::Obtained, x(30), MotifCode::Condition));
    assert_eq!(verified.range, Range::only(x(30)));
    let refused = of(CaseOf::new().with(a, Value::Bool(false)));
    assert_eq!(summary(&refused), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
    let missing = of(CaseOf::new());
    assert_eq!(summary(&missing), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    assert_eq!(missing.range, Range { low: Some(x(0)), high: Some(x(30)) });
}

#[test]
fn a_proof_may_be_asked_of_a_missing_fact_that_nothing_reads() {
    let mut facts = Facts::new();
    let told = facts.fact("dit", Type::Bool);
    let program = facts.program();
    let mut ops = Ops::new();
    let thirty = ops.number(30);
    let mut rule = criterion("r").gives(thirty);
    let level = ProofLevel::Verified;
    rule.proofs.push(ProofGate { level, fields: vec![told], item_fields: Vec::new() });
    let version = version("g", ops, vec![rule.part()]);
    let of = |case| {
        let line = grid_alone(&program, &version, case).lines.remove(0);
        (line.state, line.points, line.range)
    };
    let open = Range { low: Some(x(0)), high: Some(x(30)) };
    assert_eq!(of(CaseOf::new()), (LineState::Obtained, x(30), open));
    assert_eq!(of(CaseOf::new().with(told, Value::Bool(true))), (LineState::Pending, x(0), open));
    let verified = CaseOf::new().proven(told, Value::Bool(true), Proof::Verified);
    assert_eq!(of(verified), (LineState::Obtained, x(30), Range::only(x(30))));
    let withheld = CaseOf::new().withheld(told);
    assert_eq!(of(withheld), (LineState::Obtained, x(30), Range::only(x(30))));
}

#[test]
fn a_validation_must_be_by_the_role_that_is_asked() {
    let bench = bench();
    let (ops, rule) = gated(ProofLevel::Validated(Some("assistant_social".to_owned())), &bench);
    let state = |proof| {
        let case = CaseOf::new().proven(bench.fields[0], Value::Bool(true), proof);
        bench.one(ops.clone(), rule.clone(), case).state
    };
    assert_eq!(state(Proof::Verified), LineState::Pending);
    assert_eq!(state(Proof::Validated(None)), LineState::Pending);
    assert_eq!(state(Proof::Validated(Some(Arc::from("médecin")))), LineState::Pending);
    assert_eq!(state(Proof::Validated(Some(Arc::from("assistant_social")))), LineState::Obtained);
    let (ops, rule) = gated(ProofLevel::Verified, &bench);
    let case = CaseOf::new().proven(bench.fields[0], Value::Bool(true), Proof::Validated(None));
    assert_eq!(bench.one(ops, rule, case).state, LineState::Obtained);
}

#[test]
fn every_item_must_be_proven() {
    let mut facts = Facts::new();
    let list = facts.list("enfants");
    let known = facts.item_fact(list, "âge", WHOLE);
    let mut ops = Ops::new();
    let ten = ops.number(10);
    let mut rule = criterion("r").gives(ten);
    let gate =
        ProofGate { level: ProofLevel::Verified, fields: Vec::new(), item_fields: vec![known] };
    rule.proofs.push(gate);
    let program = facts.program();
    let version = version("g", ops, vec![rule.part()]);
    let empty = grid_alone(&program, &version, CaseOf::new().items(list, Vec::new()));
    assert_eq!(empty.lines[0].state, LineState::Obtained);
    let one = CaseOf::new().items(list, vec![item(&[(known, n(3))])]);
    assert_eq!(grid_alone(&program, &version, one).lines[0].state, LineState::Pending);
}

#[test]
fn a_proof_is_not_awaited_of_a_line_that_comes_to_nothing() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let thirty = ops.number(30);
    let mut rule = criterion("r").gives_if(thirty, bench.slots[0]);
    rule.proofs.push(ProofGate {
        level: ProofLevel::Verified,
        fields: vec![bench.fields[0]],
        item_fields: Vec::new(),
    });
    let line = bench.one(ops, rule, bench.truths([Some(false), None, None]));
    assert_eq!(summary(&line), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
}

fn family_grid(bench: &Bench, retains: Retains, cap: Option<i64>) -> GridVersion {
    let mut ops = bench.ops.clone();
    let points = [30, 30, 50].map(|points| ops.number(points));
    let criteria = ["f1", "f2", "f3"]
        .iter()
        .zip(points)
        .zip(bench.slots)
        .map(|((id, points), slot)| criterion(id).gives(points).when(slot))
        .collect();
    let mut family = family("f", retains, criteria);
    family.cap = cap.map(x);
    version("g", ops, vec![Part::Family(family.into())])
}

fn states(grid: &crate::GridOutcome) -> Vec<(LineState, Exact, MotifCode)> {
    grid.lines.iter().map(summary).collect()
}

#[test]
fn a_family_keeps_its_best_known_line_the_first_on_a_tie() {
    use LineState::{NotEvaluable, NotObtained, Obtained};
    let bench = bench();
    let version = family_grid(&bench, Retains::Maximum, None);
    let of = |truths| grid_alone(&bench.program, &version, bench.truths(truths));
    let (yes, no) = (Some(true), Some(false));
    let tie = of([yes, yes, no]);
    let expected = [
        (Obtained, x(30), MotifCode::Condition),
        (NotObtained, x(0), MotifCode::FamilyOther),
        (NotObtained, x(0), MotifCode::ConditionFalse),
    ];
    assert_eq!(states(&tie), expected);
    let unknown = of([no, yes, None]);
    let expected = [
        (NotObtained, x(0), MotifCode::ConditionFalse),
        (Obtained, x(30), MotifCode::Condition),
        (NotEvaluable, x(0), MotifCode::Missing),
    ];
    assert_eq!(states(&unknown), expected);
    assert_eq!(unknown.range, Range { low: Some(x(30)), high: Some(x(50)) });
}

#[test]
fn the_first_true_line_of_a_family_waits_for_those_before() {
    use LineState::{NotEvaluable, NotObtained, Obtained};
    let bench = bench();
    let version = family_grid(&bench, Retains::First, None);
    let of = |truths| states(&grid_alone(&bench.program, &version, bench.truths(truths)));
    let (yes, no) = (Some(true), Some(false));
    let none = (NotObtained, x(0), MotifCode::ConditionFalse);
    let other = (NotObtained, x(0), MotifCode::FamilyOther);
    let unknown = (NotEvaluable, x(0), MotifCode::Missing);
    let taken = (Obtained, x(30), MotifCode::Condition);
    assert_eq!(of([no, yes, yes]), [none, taken, other], "the best does not matter");
    assert_eq!(of([None, yes, no]), [unknown, unknown, none]);
    assert_eq!(of([yes, None, yes]), [taken, unknown, other]);
}

#[test]
fn a_family_cap_is_a_signed_line_of_its_own_only_when_it_clips() {
    let bench = bench();
    let version = family_grid(&bench, Retains::Maximum, Some(40));
    let clipped =
        grid_alone(&bench.program, &version, bench.truths([Some(false); 3].map(|_| Some(true))));
    let cap = line(&clipped, "ecretement.f");
    assert_eq!(summary(cap), (LineState::Capped, x(-10), MotifCode::Capped));
    assert_eq!((cap.motif.raw, clipped.points), (Some(x(50)), Some(x(40))));
    let under =
        grid_alone(&bench.program, &version, bench.truths([Some(true), Some(false), Some(false)]));
    assert_eq!((under.lines.len(), under.points), (3, Some(x(30))));
}

#[test]
fn a_grid_cap_and_floor_keep_lines_adding_up() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let hundred = ops.number(100);
    let part = |id: &str| criterion(id).gives(hundred).part();
    let mut over = version("g", ops.clone(), vec![part("r"), part("s")]);
    over.cap = Some(x(150));
    let capped = grid_alone(&bench.program, &over, CaseOf::new());
    assert_eq!((capped.points, line(&capped, "ecretement").points), (Some(x(150)), x(-50)));
    over.cap = Some(x(200));
    assert_eq!(grid_alone(&bench.program, &over, CaseOf::new()).lines.len(), 2);
    let minus = ops.number(-40);
    let mut under = version("g", ops, vec![criterion("r").gives(minus).part()]);
    under.floor = Some(x(0));
    let floored = grid_alone(&bench.program, &under, CaseOf::new());
    let floor = line(&floored, "ecretement");
    assert_eq!(summary(floor), (LineState::Capped, x(40), MotifCode::Floored));
    assert_eq!(floored.points, Some(x(0)));
}

#[test]
fn a_tranche_is_granted_once_if_any_sub_criterion_holds() {
    let bench = bench();
    let subs = |count: usize| {
        let ids = ["s0", "s1"];
        let made = ids.iter().zip(bench.slots).take(count);
        made.map(|(id, slot)| criterion(id).when(slot)).collect::<Vec<_>>()
    };
    let with =
        |subs: Vec<Criterion>| version("g", bench.ops.clone(), vec![tranche("A", 166, subs)]);
    let of =
        |truths| grid_alone(&bench.program, &with(subs(2)), bench.truths(truths)).lines[0].clone();
    let (yes, no) = (Some(true), Some(false));
    let both = of([yes, yes, None]);
    assert_eq!(summary(&both), (LineState::Obtained, x(166), MotifCode::Condition));
    let one = of([None, yes, None]);
    assert_eq!(one.points, x(166));
    assert_eq!(one.range, Range::only(x(166)), "nothing can take it away");
    let truths: Vec<_> = one.sub_criteria.iter().map(|sub| sub.truth).collect();
    assert_eq!(truths, [Truth::Unknown, Truth::Yes]);
    let unknown = of([None, no, None]);
    assert_eq!(summary(&unknown), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    let none = of([no, no, None]);
    assert_eq!(summary(&none), (LineState::NotObtained, x(0), MotifCode::ConditionFalse));
    let empty = grid_alone(&bench.program, &with(Vec::new()), CaseOf::new());
    let expected = (LineState::NotObtained, x(0), MotifCode::SlotUnfilled);
    assert_eq!(summary(&empty.lines[0]), expected);
}

#[test]
fn a_pending_sub_criterion_comes_before_an_unknown_one() {
    let bench = bench();
    let mut proven = criterion("s0").when(bench.slots[0]);
    let fields = vec![bench.fields[0]];
    let level = ProofLevel::Verified;
    proven.proofs.push(ProofGate { level, fields, item_fields: Vec::new() });
    let subs = vec![proven, criterion("s1").when(bench.slots[1])];
    let version = version("g", bench.ops.clone(), vec![tranche("A", 166, subs)]);
    let grid = grid_alone(&bench.program, &version, bench.truths([Some(true), None, None]));
    let tranche = &grid.lines[0];
    assert_eq!(summary(tranche), (LineState::Pending, x(0), MotifCode::ProofAwaited));
    assert_eq!(tranche.motif.facts, [FactRef::Field(bench.fields[0])]);
    assert_eq!(tranche.range, Range { low: Some(x(0)), high: Some(x(166)) });
}

/// The Entreprise frame in small: 240 points, a tranche of 166, one unfilled.
struct Frame {
    program: Program,
    version: GridVersion,
    choice: FieldId,
    validation: FieldId,
    own: FieldId,
    paying: FieldId,
}

fn frame() -> Frame {
    let mut facts = Facts::new();
    let states = facts.enumeration(&["en_cours", "refusée", "confirmée"]);
    let choice = facts.fact("choix", WHOLE);
    let validation = facts.fact("validation", states);
    let own = facts.fact("mobilité", Type::Bool);
    let paying = facts.fact("cotisante", Type::Bool);
    let mut ops = Ops::new();
    let (gate, state, pays) = (ops.fact(choice), ops.fact(validation), ops.fact(paying));
    let shared = crate::Op::SharedFact { field: own, needs: Some(crate::Sharing::Complete), gate };
    let mobile = ops.op(shared);
    let points = ops.number(240);
    let parts = vec![
        criterion("cotisante").gives(points).when(pays).part(),
        tranche("A", 166, vec![criterion("mobilité").when(mobile)]),
        tranche("B", 80, Vec::new()),
    ];
    let mut version = version("entreprise", ops, parts);
    version.sharing = Some(SharingGate { gate, choice: Some(choice) });
    version.validation = ValidationGate::Fact {
        slot: state,
        field: validation,
        pending: 0,
        refused: 1,
        confirmed: 2,
    };
    Frame { program: facts.program(), version, choice, validation, own, paying }
}

impl Frame {
    fn of(&self, choice: Option<i64>, validation: Option<u32>) -> crate::GridOutcome {
        let yes = Value::Bool(true);
        let mut case = CaseOf::new().with(self.own, yes.clone()).with(self.paying, yes);
        if let Some(choice) = choice {
            case = case.with(self.choice, n(choice));
        }
        if let Some(validation) = validation {
            case = case.with(self.validation, Value::Enum(validation));
        }
        grid_alone(&self.program, &self.version, case)
    }
}

#[test]
fn a_confirmed_validation_opens_the_frame() {
    use LineState::{NotObtained, Obtained};
    let grid = frame().of(Some(2), Some(2));
    assert_eq!(grid.points, Some(x(406)));
    assert_eq!(grid.range, Range::only(x(406)));
    let expected = [
        (Obtained, x(240), MotifCode::Condition),
        (Obtained, x(166), MotifCode::Condition),
        (NotObtained, x(0), MotifCode::SlotUnfilled),
    ];
    assert_eq!(states(&grid), expected);
}

#[test]
fn a_validation_under_way_holds_back_true_lines_and_widens_to_what_they_would_give() {
    use LineState::{NotObtained, Pending};
    let grid = frame().of(Some(2), Some(0));
    let expected = [
        (Pending, x(0), MotifCode::ValidationPending),
        (Pending, x(0), MotifCode::ValidationPending),
        (NotObtained, x(0), MotifCode::SlotUnfilled),
    ];
    assert_eq!(states(&grid), expected);
    assert_eq!(grid.range, Range { low: Some(x(0)), high: Some(x(406)) });
    assert_eq!(grid.lines[0].motif.text, "En attente de la validation de votre employeur.");
}

#[test]
fn a_refused_validation_gives_nothing_and_cannot_change() {
    let grid = frame().of(Some(2), Some(1));
    assert!(grid.lines.iter().all(|line| line.motif.code == MotifCode::ValidationRefused));
    assert_eq!((grid.points, grid.range), (Some(x(0)), Range::only(x(0))));
}

#[test]
fn a_missing_validation_is_not_evaluable_where_the_line_would_hold() {
    let grid = frame().of(Some(2), None);
    assert_eq!(summary(&grid.lines[0]), (LineState::NotEvaluable, x(0), MotifCode::Missing));
    assert_eq!(grid.lines[2].motif.code, MotifCode::SlotUnfilled);
    assert_eq!(grid.range, Range { low: Some(x(0)), high: Some(x(406)) });
}

#[test]
fn an_anonymous_applicant_has_nothing_even_when_confirmed() {
    let grid = frame().of(Some(0), Some(2));
    assert_eq!(grid.state, GridState::Established);
    assert!(grid.lines.iter().all(|line| line.motif.code == MotifCode::Anonymous));
    assert_eq!((grid.points, grid.range), (Some(x(0)), Range::only(x(0))));
    assert_eq!(grid.lines[0].motif.text, "Vous avez choisi de rester anonyme.");
}

#[test]
fn an_anonymous_applicant_gets_no_floor_either() {
    let mut frame = frame();
    frame.version.floor = Some(x(10));
    assert_eq!(frame.of(Some(0), Some(2)).points, Some(x(0)));
    assert_eq!(frame.of(Some(2), Some(1)).points, Some(x(0)));
}

#[test]
fn a_rule_on_an_unshared_fact_is_never_granted() {
    let grid = frame().of(Some(1), Some(2));
    assert_eq!(grid.lines[0].points, x(240));
    let tranche = &grid.lines[1];
    assert_eq!(summary(tranche), (LineState::NotEvaluable, x(0), MotifCode::NotShared));
    assert_eq!(tranche.range, Range::only(x(0)));
}

#[test]
fn an_unknown_choice_shares_nothing_and_says_so() {
    let frame = frame();
    let grid = frame.of(None, Some(2));
    for line in &grid.lines {
        assert_eq!(summary(line), (LineState::NotEvaluable, x(0), MotifCode::Missing));
        assert_eq!(line.motif.facts, [FactRef::Field(frame.choice)]);
    }
    assert_eq!(grid.range, Range { low: Some(x(0)), high: Some(x(406)) });
}

#[test]
fn the_authors_words_speak_and_give_way_to_ours_when_a_value_is_unknown() {
    let bench = bench();
    let mut ops = bench.ops.clone();
    let forty = ops.number(40);
    let say = |words: &str| Template {
        parts: vec![TemplatePart::Text(words.into()), TemplatePart::Value(bench.slots[3], NUMBER)],
    };
    let mut rule = criterion("r").gives(forty).when(bench.slots[0]);
    rule.says = Some(say("Oui : "));
    rule.else_says = Some(say("Non : "));
    let of = |a, p: Option<i64>| {
        let mut case = bench.truths([Some(a), None, None]);
        if let Some(p) = p {
            case = case.with(bench.fields[3], n(p));
        }
        bench.one(ops.clone(), rule.clone(), case).motif.text
    };
    assert_eq!(of(true, Some(3)), "Oui : 3");
    assert_eq!(of(false, Some(1200)), "Non : 1\u{202f}200");
    assert_eq!(of(true, None), "Condition remplie.");
    assert_eq!(of(false, None), "Condition non remplie.");
}

#[test]
fn quantities_hold_what_was_looked_at() {
    let bench = bench();
    let mut rule = criterion("r").when(bench.slots[0]);
    for (slot, ty) in [(bench.slots[0], Type::Bool), (bench.slots[3], NUMBER)] {
        let name: std::sync::Arc<str> = "q".into();
        rule.quantities.push(Quantity { label: name.clone(), name, slot, ty });
    }
    let case = bench.truths([Some(true), None, None]).withheld(bench.fields[3]);
    let line = bench.one(bench.ops.clone(), rule, case);
    let values: Vec<_> = line.quantities.into_iter().map(|shown| shown.value).collect();
    assert_eq!(values, [Some(Value::Bool(true)), None]);
}

#[test]
fn a_total_beyond_exact_numbers_is_said_never_wrapped() {
    let mut ops = Ops::new();
    let huge = ops.op(crate::Op::Constant(Value::Number(Exact::whole(i128::MAX))));
    let parts = vec![criterion("r").gives(huge).part(), criterion("s").gives(huge).part()];
    let grid = grid_alone(&Program::default(), &version("g", ops, parts), CaseOf::new());
    assert_eq!((grid.state, grid.points), (GridState::Indeterminate, None));
    assert_eq!(grid.motif.unwrap().error, Some(EvalError::Overflow));
}

proptest! {
    #[test]
    fn lines_add_up_whatever_the_facts_and_the_caps(
        truths in proptest::array::uniform3(proptest::option::of(any::<bool>())),
        points in proptest::array::uniform3(-50_i64..100),
        caps in (proptest::option::of(0_i64..60), proptest::option::of(0_i64..120)),
        first in any::<bool>(),
    ) {
        let bench = bench();
        let mut ops = bench.ops.clone();
        let amounts = points.map(|points| ops.number(points));
        let criteria: Vec<_> = ["a", "b", "c"]
            .iter()
            .zip(amounts)
            .zip(bench.slots)
            .map(|((id, amount), slot)| criterion(id).gives(amount).when(slot))
            .collect();
        let alone = criteria[0].clone().part();
        let retains = if first { Retains::First } else { Retains::Maximum };
        let mut one = family("f", retains, criteria);
        one.cap = caps.0.map(x);
        let mut version = version("g", ops, vec![Part::Family(one.into()), alone]);
        version.cap = caps.1.map(x);
        // The sum of lines and the range are asserted by the bench.
        let grid = grid_alone(&bench.program, &version, bench.truths(truths));
        for line in &grid.lines {
            prop_assert!(line.range.contains(line.points), "{line:?}");
        }
        if let Some(cap) = version.cap {
            prop_assert!(grid.points.unwrap() <= cap);
        }
    }
}
