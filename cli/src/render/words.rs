//! The French of an answer: states, ordinals, points, dates, plurals.

use super::style;
use anstyle::Style;
use dsl::syntax::tree::UnitKind;
use engine::{
    Date, Exact, GridState, LineState, Range, Schema, Truth, Type, Unit, Value, show, show_counted,
    show_number,
};

/// Says the state of a line.
pub fn line_state(state: LineState) -> &'static str {
    match state {
        LineState::Obtained => "obtenu",
        LineState::NotObtained => "non obtenu",
        LineState::NotEvaluable => "non évaluable",
        LineState::Pending => "en attente",
        LineState::Capped => "plafonné",
    }
}

/// Returns the style of a line's state.
pub fn line_style(state: LineState) -> Style {
    match state {
        LineState::Obtained | LineState::Capped => style::GOOD,
        LineState::NotObtained => style::FAINT,
        LineState::NotEvaluable | LineState::Pending => style::WATCH,
    }
}

/// Says the state of a grid.
pub fn grid_state(state: GridState) -> &'static str {
    match state {
        GridState::Established => "établi",
        GridState::NotEstablished => "pas encore établi",
        GridState::NotApplicable => "sans objet",
        GridState::Indeterminate => "indéterminé",
    }
}

/// Says a truth.
pub fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indéterminé",
    }
}

/// Says what kind of unit it is.
pub fn unit_kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Vocabulary => "vocabulaire",
        UnitKind::Frame => "cadre",
        UnitKind::Policy => "politique",
        UnitKind::Ranking => "classement",
    }
}

/// Writes points with their unit: `40 points`.
pub fn points(points: Exact) -> String {
    let ty = Type::Number(Unit::points(), engine::NumberForm::Decimal);
    show(&Value::Number(points), ty, &Schema::default())
}

/// Writes a date: `15 octobre 2019`.
pub fn date(day: Date) -> String {
    show(&Value::Date(day), Type::Date, &Schema::default())
}

/// Writes the ends of a range, when it is wider than the points: `[130 ; 536]`.
pub fn range(range: Range, points: Exact) -> Option<String> {
    if range == Range::only(points) {
        return None;
    }
    let end = |end: Option<Exact>| end.map_or("sans limite".to_owned(), show_number);
    Some(format!("[{} ; {}]", end(range.low), end(range.high)))
}

/// Writes a count of operations, its thousands apart: `1 234 opérations`.
pub fn operations(count: u64) -> String {
    show_counted(count, "opération", "opérations")
}
