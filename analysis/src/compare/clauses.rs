//! The clauses of a unit: its days, its population, its scale and bounds, what it shares and with whom.

use super::changes::Versions;
use super::effects::{Rule, Whose};
use super::joint::Side;
use super::lines;
use super::outcome::View;
use super::parts::{Hunt, bounds, criteria, nothing_free, reach};
use super::perimeter;
use super::rankings;
use super::segments::Segment;
use super::stage::{Played, Wanted};
use super::tree::{Answer, Change, ChangeKind, Effect, Subject, SubjectKind, Wording};
use crate::points::part_range;
use crate::totals::{End, lines_of, opens};
use crate::witness::{Aim, Goal, spell_points};
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::{Hypothesis, Name, OrderKey, Path, SharingLevel, Text};
use dsl::syntax::{print_communes, print_expr, print_order_key};
use engine::{Criterion, Exact, GridVersion, Op, Period, Range, Sharing, Slot, ValidationGate};
use source::Span;
use std::sync::Arc;

/// Compares the clauses of two versions of a unit.
pub(super) fn compare(versions: &Versions<'_>, before: &Unit, after: &Unit) -> Vec<Change> {
    let (old, new) = (clauses(before), clauses(after));
    let mut changes = Vec::new();
    for ((kind, before_lines), (_, after_lines)) in old.into_iter().zip(new) {
        let same = before_lines == after_lines;
        // What a frame says is told of the frame.
        let framed =
            matches!(kind, ChangeKind::Bounds | ChangeKind::Sharing | ChangeKind::Validation);
        let effect = (!same || !framed).then(|| effect(versions, &kind, after)).flatten();
        let silent = effect.as_ref().is_none_or(|effect| *effect == Effect::none());
        if same && silent {
            continue;
        }
        let through = if same { versions.around.iter().cloned().collect() } else { Vec::new() };
        changes.push(Change {
            subject: subject(after),
            kind,
            before: if same { Vec::new() } else { before_lines },
            after: if same { Vec::new() } else { after_lines },
            before_at: Some(before.span),
            after_at: Some(after.span),
            effect,
            through,
        });
    }
    changes
}

fn subject(unit: &Unit) -> Subject {
    let label = Some(unit.label.clone());
    Subject { kind: SubjectKind::Unit, name: unit.name.text.clone(), label, within: None }
}

/// The clauses of a unit by what they are about. Shape: the same kinds for every unit.
fn clauses(unit: &Unit) -> Vec<(ChangeKind, Vec<String>)> {
    let one = |word: &str, text: Option<String>| -> Vec<String> {
        text.into_iter().map(|text| format!("{word} {text}")).collect()
    };
    let points = |points: Option<Exact>| points.and_then(spell_points);
    let texts = |word: &str, all: &[Text]| -> Vec<String> {
        all.iter().map(|text| format!("{word} \"{}\"", text.text)).collect()
    };
    let bounds = one("plafond", points(unit.cap().map(|(cap, _)| cap)))
        .into_iter()
        .chain(one("plancher", points(unit.floor().map(|(floor, _)| floor))));
    let perimeter = unit.perimeter.as_deref();
    let perimeter = perimeter.map(|(within, without, _)| print_communes(within, without));
    let ranking = unit.ranking();
    vec![
        (ChangeKind::Period, vec![format!("en vigueur {}", unit.period)]),
        (ChangeKind::Scale, one("sur", points(unit.scale().map(|(scale, _)| scale)))),
        (ChangeKind::Bounds, bounds.collect()),
        (ChangeKind::Condition, one("s'applique si", unit.applies_if.as_ref().map(print_expr))),
        (ChangeKind::Perimeter, one("périmètre communes", perimeter)),
        (ChangeKind::Employers, one("employeur siren", joined(&unit.company.sirens))),
        (ChangeKind::Sharing, sharing(unit)),
        (ChangeKind::Validation, validation(unit)),
        (ChangeKind::Grids, one("grilles", joined(&ranking.grids))),
        (ChangeKind::Order, ranking.order.iter().map(key).collect()),
        (
            ChangeKind::Keeps,
            one("retient", ranking.keeps.map(|count| format!("{count} candidats"))),
        ),
        (ChangeKind::Clause, others(unit)),
        (ChangeKind::Reworded(Wording::Label), vec![unit.label.clone()]),
        (ChangeKind::Reworded(Wording::Sources), texts("source", &unit.sources)),
        (ChangeKind::Reworded(Wording::LegalBases), texts("fondement", &unit.legal_bases)),
        (ChangeKind::Reworded(Wording::Hypotheses), hypotheses(&unit.hypotheses)),
    ]
}

fn joined(names: &[Name]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    (!names.is_empty()).then(|| names.join(" ; "))
}

fn key(key: &dsl::resolved::tree::OrderKey) -> String {
    print_order_key(&OrderKey {
        key: key.key.clone(),
        direction: key.direction,
        unique: key.unique,
        span: key.span,
    })
}

fn sharing(unit: &Unit) -> Vec<String> {
    let visible: Vec<String> = unit.frame().visible.iter().map(Path::text).collect();
    let visible = (!visible.is_empty()).then(|| format!("visible {}", visible.join(" ; ")));
    let shared = unit.frame().sharing.iter().flat_map(|(choice, rows)| {
        let head = std::iter::once(format!("partage selon {}", print_expr(choice)));
        head.chain(rows.iter().map(|row| format!("| {} => {}", row.value.text, level(row.level))))
    });
    visible.into_iter().chain(shared).collect()
}

fn level(level: SharingLevel) -> &'static str {
    match level {
        SharingLevel::Nothing => "rien",
        SharingLevel::Identification => "identification",
        SharingLevel::Complete => "complet",
    }
}

fn shared(level: Sharing) -> &'static str {
    match level {
        Sharing::Nothing => "rien",
        Sharing::Identification => "identification",
        Sharing::Complete => "complet",
    }
}

fn validation(unit: &Unit) -> Vec<String> {
    let required = unit.frame().requires_validation.map(|_| "exige validation de l'employeur");
    let delegated = unit.company.delegated.map(|_| "validation déléguée");
    required.into_iter().chain(delegated).map(str::to_owned).collect()
}

/// Clauses that give no points.
fn others(unit: &Unit) -> Vec<String> {
    let uses = joined(&unit.uses).map(|names| format!("utilise {names}"));
    let frame = unit.applies.as_ref().map(|frame| format!("applique {}", frame.text));
    let open = unit.frame().open.then(|| "critères libres".to_owned());
    let quota = unit.company.quota.and_then(spell_points);
    let quota = quota.map(|points| format!("quota {points} par an"));
    let fields = unit.company.complementary.iter();
    let fields = fields.map(|field| format!("champ complémentaire {}", field.text));
    let choices: Vec<String> = unit.company.choices.iter().map(u32::to_string).collect();
    let choices = (!choices.is_empty()).then(|| format!("propose choix {}", choices.join(" et ")));
    let sizes = unit.sharing_sizes.iter();
    let sizes = sizes.map(|(level, size, _)| format!("partage {} {size} champs", shared(*level)));
    uses.into_iter()
        .chain(frame)
        .chain(open)
        .chain(quota)
        .chain(fields)
        .chain(choices)
        .chain(sizes)
        .collect()
}

fn hypotheses(all: &[Hypothesis]) -> Vec<String> {
    let review =
        |it: &Hypothesis| it.review.map_or_else(String::new, |day| format!(" à revoir le {day}"));
    all.iter().map(|it| format!("hypothèse \"{}\"{}", it.text.text, review(it))).collect()
}

/// What a change of a clause does to files; absent for what gives no points.
fn effect(versions: &Versions<'_>, kind: &ChangeKind, after: &Unit) -> Option<Effect> {
    if versions.segments.iter().all(|segment| segment.same) {
        return None;
    }
    match kind {
        ChangeKind::Bounds => limits(versions, after),
        ChangeKind::Condition => population(versions, after),
        ChangeKind::Perimeter => communes(versions, after),
        ChangeKind::Sharing => gated(versions, after, sharing_gate, |a, b| a.sharing != b.sharing),
        ChangeKind::Validation => {
            gated(versions, after, validation_gate, |a, b| a.validation != b.validation)
        }
        ChangeKind::Order => rankings::order(versions, after),
        ChangeKind::Added
        | ChangeKind::Removed
        | ChangeKind::Renamed(_)
        | ChangeKind::Moved
        | ChangeKind::Reordered
        | ChangeKind::Reworded(_)
        | ChangeKind::Reweighted(..)
        | ChangeKind::Points
        | ChangeKind::Proof
        | ChangeKind::Period
        | ChangeKind::Retains
        | ChangeKind::Scale
        | ChangeKind::Employers
        | ChangeKind::Grids
        | ChangeKind::Keeps
        | ChangeKind::Value
        | ChangeKind::Rows
        | ChangeKind::Marks
        | ChangeKind::Script
        | ChangeKind::Clause => None,
    }
}

/// `plafond` and `plancher` of the whole: files near their ends show what they clip.
fn limits(versions: &Versions<'_>, unit: &Unit) -> Option<Effect> {
    let segment = versions.segments.iter().find(|segment| !segment.same)?;
    let (first, second) = (segment.first.version.as_ref()?, segment.second.version.as_ref()?);
    let (rises, falls) = bounds((first.floor, first.cap), (second.floor, second.cap));
    if !rises && !falls {
        return None;
    }
    if versions.segments.iter().all(|segment| is_within(versions, segment)) {
        return Some(Effect::none());
    }
    let asks = |segment: &Segment<'_>| everything(versions, segment);
    let views = (View::Grid, View::Grid);
    let title = &unit.name.text;
    let hunt = Hunt { title, views, asks: &asks, free: &nothing_free };
    Some(hunt.one_way(versions, rises, falls))
}

/// Tells whether no file gets near the bounds of either side.
fn is_within(versions: &Versions<'_>, segment: &Segment<'_>) -> bool {
    let of = |side: Side<'_>, played: &Played<'_>| {
        let Played::Grid(_, version) = played else { return None };
        let nothing = Range::only(Exact::ZERO);
        let parts = version.parts.iter();
        let parts = parts.map(|part| part_range(side.program(), version, part).or(nothing));
        let sum = parts.fold(nothing, Range::plus);
        let high = version.cap.is_none_or(|cap| sum.high.is_some_and(|high| high <= cap));
        let low = version.floor.is_none_or(|floor| sum.low.is_some_and(|low| low >= floor));
        Some(high && low)
    };
    let joint = versions.joint;
    let within = [of(joint.first, &segment.first.played), of(joint.second, &segment.second.played)];
    segment.same || within == [Some(true), Some(true)]
}

/// What brings as many lines as possible to one end: all, then fewer and fewer of the lesser ones.
fn everything(versions: &Versions<'_>, segment: &Segment<'_>) -> Vec<Vec<Goal>> {
    let (code, reach) = (&segment.both.code, reach(versions, segment));
    let mut asks = Vec::new();
    for version in [&segment.second.version, &segment.first.version].into_iter().flatten() {
        for end in [End::Most, End::Least] {
            let parts: Vec<Vec<Goal>> =
                version.parts.iter().map(|part| lines_of(part, code, &reach, end)).collect();
            for kept in (1..=parts.len()).rev() {
                asks.push(parts.iter().take(kept).flatten().cloned().collect());
            }
            asks.extend(parts);
        }
    }
    asks
}

/// `s'applique si`.
fn population(versions: &Versions<'_>, unit: &Unit) -> Option<Effect> {
    let of = |segment: &Segment<'_>| {
        let condition = |version: &Option<GridVersion>| version.as_ref()?.applies;
        let (a, b) = (condition(&segment.first.version), condition(&segment.second.version));
        let (first, second) = (bare(a), bare(b));
        let free: Vec<Slot> = a.into_iter().chain(b).collect();
        let stage = segment.stage(versions.joint);
        let reads = lines::reads(criteria(segment));
        let placed = |criterion| lines::Placed { criterion, points: View::Grid, truth: View::Grid };
        let pair = lines::Pair {
            first: Some(placed(&first)),
            second: Some(placed(&second)),
            absent: Exact::ONE,
            title: &unit.name.text,
            tranche: None,
            reads: &reads,
        };
        let rules = (Rule::Criterion(&first), Rule::Criterion(&second));
        (a != b).then(|| pair.opening(&stage.without(&free), rules.0, rules.1))
    };
    let segments = versions.segments.iter().filter(|segment| !segment.same);
    segments.filter_map(of).reduce(Effect::or)
}

/// `périmètre`.
fn communes(versions: &Versions<'_>, unit: &Unit) -> Option<Effect> {
    let segment = versions.segments.iter().find(|segment| !segment.same)?;
    let of = |version: &Option<GridVersion>| version.as_ref()?.perimeter.clone();
    let (first, second) = (of(&segment.first.version), of(&segment.second.version));
    let [was, is] = [&first, &second].map(|of| of.as_ref().map(|(held, _)| &**held));
    let slot = second.as_ref().or(first.as_ref()).map(|(_, slot)| *slot)?;
    let free = move |_: &Segment<'_>| vec![slot];
    let answer = |only: perimeter::Only, wanted| {
        if !only.any {
            return Answer::Never(Whose::Every);
        }
        let asks = |segment: &Segment<'_>| {
            let code = |code: &String| {
                let value = engine::Value::Text(Arc::from(code.as_str()));
                Goal::new(slot, Aim::exactly(&value))
            };
            let codes: Vec<Goal> = only.codes.iter().map(code).collect();
            let open = criteria(segment).map(opens).chain([Vec::new()]);
            let each = open.flat_map(|open| {
                codes
                    .iter()
                    .map(move |code| std::iter::once(code.clone()).chain(open.clone()).collect())
            });
            each.collect()
        };
        let (title, views) = (&unit.name.text, (View::Grid, View::Grid));
        Hunt { title, views, asks: &asks, free: &free }.run(versions, &[wanted, Wanted::Outcome])
    };
    Some(Effect {
        gains: answer(perimeter::only(is, was), Wanted::More),
        losses: answer(perimeter::only(was, is), Wanted::Less),
    })
    .filter(|_| was != is)
}

/// What stands before the lines of a grid.
struct Gate {
    /// The slots that it reads.
    slots: Vec<Slot>,
    /// What a file may say of it.
    values: Vec<Goal>,
}

/// `exige validation de l'employeur`, `validation déléguée`.
fn validation_gate(segment: &Segment<'_>, _: &Versions<'_>) -> Gate {
    let mut gate = Gate { slots: Vec::new(), values: Vec::new() };
    for version in [&segment.first.version, &segment.second.version].into_iter().flatten() {
        if let ValidationGate::Fact { slot, pending, refused, confirmed, .. } = version.validation {
            gate.slots.push(slot);
            let values = [confirmed, pending, refused];
            gate.values.extend(values.map(|value| Goal::new(slot, Aim::Enum(vec![value]))));
        }
    }
    gate
}

/// `partage selon`.
fn sharing_gate(segment: &Segment<'_>, versions: &Versions<'_>) -> Gate {
    let mut gate = Gate { slots: Vec::new(), values: Vec::new() };
    for version in [&segment.first.version, &segment.second.version].into_iter().flatten() {
        let Some(sharing) = &version.sharing else { continue };
        gate.slots.push(sharing.gate);
        let schema = &versions.joint.program.schema;
        let def = sharing.choice.and_then(|field| schema.field(field));
        let Some(engine::Type::Enum(id)) = def.map(|def| def.ty) else { continue };
        let count = schema.enumeration(id).map_or(0, |def| def.values.len());
        let reads = |op: &Op| matches!(op, Op::Fact(field) if Some(*field) == sharing.choice);
        let slot = (0..).map(Slot).zip(&segment.both.code.ops).find(|(_, op)| reads(op));
        let Some((slot, _)) = slot else { continue };
        let values = (0..u32::try_from(count).unwrap_or(0)).rev();
        gate.values.extend(values.map(|value| Goal::new(slot, Aim::Enum(vec![value]))));
    }
    gate
}

/// What a change of what stands before the lines does.
fn gated(
    versions: &Versions<'_>,
    unit: &Unit,
    gate: fn(&Segment<'_>, &Versions<'_>) -> Gate,
    differs: fn(&GridVersion, &GridVersion) -> bool,
) -> Option<Effect> {
    let changed = |segment: &Segment<'_>| {
        let versions = segment.first.version.as_ref().zip(segment.second.version.as_ref());
        versions.is_some_and(|(first, second)| differs(first, second))
    };
    if !versions.segments.iter().chain(versions.fillings).any(changed) {
        return None;
    }
    let free = |segment: &Segment<'_>| gate(segment, versions).slots;
    let asks = |segment: &Segment<'_>| {
        let values = gate(segment, versions).values;
        let open: Vec<Vec<Goal>> = criteria(segment).map(opens).collect();
        let each = values.iter().flat_map(|value| {
            open.iter().map(|open| open.iter().cloned().chain([value.clone()]).collect())
        });
        each.collect()
    };
    let (title, views) = (&unit.name.text, (View::Grid, View::Grid));
    Some(Hunt { title, views, asks: &asks, free: &free }.both(versions))
}

/// A condition alone, as a criterion.
fn bare(condition: Option<Slot>) -> Criterion {
    Criterion {
        id: String::new(),
        label: String::new(),
        grounds: Arc::default(),
        period: Period::default(),
        condition,
        exception: None,
        contributions: Vec::new(),
        floor: None,
        cap: None,
        proofs: Vec::new(),
        says: None,
        else_says: None,
        quantities: Vec::new(),
        maximum: None,
        span: Span::default(),
    }
}
