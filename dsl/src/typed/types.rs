//! Agreement of types, and what is said when they do not agree.

use super::from_resolved::Checker;
use super::tree::Expr;
use engine::{EnumId, NumberForm, Type, Unit};
use source::{Diagnostic, Span, code, fold};

/// Tells whether two types hold values that compare and replace each other.
pub(super) fn agree(a: Type, b: Type) -> bool {
    match (a, b) {
        (Type::Number(a, _), Type::Number(b, _)) => a == b,
        (Type::Text | Type::Code, Type::Text | Type::Code) => true,
        (Type::Bool, Type::Bool) | (Type::Date, Type::Date) => true,
        (Type::Enum(a), Type::Enum(b)) => a == b,
        (Type::Item(a), Type::Item(b)) => a == b,
        _ => false,
    }
}

/// Returns the unit of measure of a number.
pub(super) fn unit(ty: Type) -> Option<Unit> {
    match ty {
        Type::Number(unit, _) => Some(unit),
        Type::Bool | Type::Text | Type::Code | Type::Date | Type::Enum(_) | Type::Item(_) => None,
    }
}

/// The form of a sum, a difference, a minimum or a maximum.
pub(super) fn joint_form(a: NumberForm, b: NumberForm) -> NumberForm {
    match (a, b) {
        (NumberForm::Whole, NumberForm::Whole) => NumberForm::Whole,
        (NumberForm::Percent, _) | (_, NumberForm::Percent) => NumberForm::Percent,
        (NumberForm::Decimal, _) | (_, NumberForm::Decimal) => NumberForm::Decimal,
    }
}

impl Checker<'_> {
    /// Returns the expression when its type agrees, and reports it otherwise.
    pub(super) fn expect(&mut self, expr: Expr, wanted: Type) -> Option<Expr> {
        if agree(expr.ty, wanted) {
            return Some(expr);
        }
        self.mismatch(expr.span, expr.ty, wanted);
        None
    }

    /// Reports a type where another was due.
    pub(super) fn mismatch(&mut self, span: Span, found: Type, wanted: Type) {
        let wanted_name = self.tree.schema.type_name(wanted);
        let found_name = self.tree.schema.type_name(found);
        let diagnostic = match (unit(found), unit(wanted)) {
            (Some(from), Some(to)) => {
                let message = format!("attendu « {wanted_name} », trouvé « {found_name} »");
                let diagnostic = Diagnostic::new(code::UNIT_MISMATCH, span, message);
                if from.is_none() {
                    self.with_unit(diagnostic, to)
                } else if let Some(rest) = to
                    .to_string()
                    .strip_prefix(&from.to_string())
                    .filter(|rest| rest.starts_with('/'))
                {
                    let end = Span { start: span.end, ..span };
                    diagnostic
                        .with_help(format!(
                            "un montant se donne ici en « {to} » : ajoutez « {rest} »"
                        ))
                        .with_edit(end, rest)
                } else if [from, to]
                    .iter()
                    .all(|unit| [Unit::months(), Unit::days()].contains(unit))
                {
                    diagnostic.with_help(
                        "un mois n'a pas un nombre fixe de jours : donnez les deux durées dans la même unité",
                    )
                } else if from.conversion(to).is_some() {
                    diagnostic.with_help(format!("convertissez avec « en {to} »"))
                } else {
                    diagnostic.with_help(due(to))
                }
            }
            _ => {
                let message = format!("attendu « {wanted_name} », trouvé « {found_name} »");
                let diagnostic = Diagnostic::new(code::TYPE_MISMATCH, span, message);
                self.with_value_meant(diagnostic, found, wanted)
            }
        };
        self.out.push(diagnostic);
    }

    /// Says which unit to add; a duration may be in months or in years: no guess is made.
    fn with_unit(&self, fault: Diagnostic, unit: Unit) -> Diagnostic {
        let span = fault.primary;
        let written = self.sources.excerpt(span).trim();
        let is_number = written.ends_with(|c: char| c.is_ascii_digit());
        if unit == Unit::months() && is_number {
            return fault
                .with_help(format!("ajoutez l'unité : « {written} mois » ou « {written} ans »"));
        }
        if is_number && !unit.is_none() {
            let end = Span { start: span.end, ..span };
            return fault
                .with_help(format!("ajoutez l'unité : « {written} {unit} »"))
                .with_edit(end, format!(" {unit}"));
        }
        fault.with_help(format!("ajoutez l'unité : par exemple « {} »", sample(unit)))
    }

    /// Says how the value that was likely meant is written.
    fn with_value_meant(&self, fault: Diagnostic, found: Type, wanted: Type) -> Diagnostic {
        match (found, wanted) {
            (_, Type::Enum(id)) => self.with_bare_value(fault, id),
            (Type::Number(..), Type::Text | Type::Code) => self.with_quotes(fault),
            _ => fault,
        }
    }

    /// Says that a value of a list is a bare name, when a text is one of its values or labels.
    fn with_bare_value(&self, fault: Diagnostic, list: EnumId) -> Diagnostic {
        let Some(def) = self.tree.schema.enumeration(list) else { return fault };
        let written = self.sources.excerpt(fault.primary);
        let Some(text) = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
            return fault;
        };
        let meant = |text: &str, of: &str| fold(text) == fold(of);
        let value = def.values.iter().find(|it| meant(text, &it.name) || meant(text, &it.label));
        match value {
            Some(value) => {
                let span = fault.primary;
                fault
                    .with_help(format!(
                        "une valeur de liste s'écrit par son nom, sans guillemets : « {} »",
                        value.name
                    ))
                    .with_edit(span, value.name.as_str())
            }
            None => {
                fault.with_help(format!("écrivez une valeur de « {} », sans guillemets", def.name))
            }
        }
    }

    /// Says that a text has quotes, even when it is all digits.
    fn with_quotes(&self, fault: Diagnostic) -> Diagnostic {
        let span = fault.primary;
        let written = self.sources.excerpt(span).trim();
        let is_number = written.starts_with(|c: char| c.is_ascii_digit())
            && written.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | ','));
        if !is_number {
            return fault.with_help("un texte s'écrit entre guillemets : par exemple \"A12\"");
        }
        fault
            .with_help(format!("un texte s'écrit entre guillemets : \"{written}\""))
            .with_edit(span, format!("\"{written}\""))
    }
}

/// Says what is due, to who gave a quantity of another kind.
fn due(unit: Unit) -> String {
    let sample = sample(unit);
    if unit.is_none() {
        format!("un nombre sans unité est attendu ici, par exemple « {sample} »")
    } else if unit == Unit::months() {
        format!("une durée est attendue ici, par exemple « {sample} » ou « 10 ans »")
    } else {
        format!("une grandeur en « {unit} » est attendue ici, par exemple « {sample} »")
    }
}

fn sample(unit: Unit) -> String {
    if unit.is_none() { "10".to_owned() } else { format!("10 {unit}") }
}
