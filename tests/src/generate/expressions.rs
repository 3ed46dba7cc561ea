//! Well-typed expressions, wholly in parentheses.

use super::Choices;
use super::vocabulary::{FACTS, ITEM_FACTS, Ty, literals};

/// A name that may be called or read.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) ty: Ty,
    /// The types of its arguments; an item of `personne` is absent.
    pub(super) arguments: Vec<Option<Ty>>,
    /// Whether it may compare candidates.
    pub(super) pool: bool,
}

/// What an expression may refer to where it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) names: Vec<Named>,
    /// Arguments and local names.
    pub(super) locals: Vec<(String, Ty)>,
    /// Bound items of `personne`.
    pub(super) items: Vec<String>,
    /// Whether candidates may be compared.
    pub(super) pool: bool,
    /// Whether only facts that a company may see are read.
    pub(super) company: bool,
    /// Grids whose total may be read.
    pub(super) grids: Vec<String>,
    pub(super) bound: usize,
}

impl Scope {
    /// A scope inside a fold, and the item's name.
    fn inner(&self) -> (Self, String) {
        let item = format!("p{}", self.bound + 1);
        let mut inner = self.clone();
        inner.items.push(item.clone());
        inner.bound += 1;
        inner.pool = false;
        (inner, item)
    }
}

/// Makes an expression of a type.
pub(super) fn expr(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: usize) -> String {
    if depth == 0 || !c.often(60) {
        return leaf(c, scope, ty);
    }
    let inner = depth - 1;
    let made = match ty {
        Ty::Bool => Some(boolean(c, scope, inner)),
        Ty::Date => date(c, scope, inner),
        Ty::Status | Ty::Code => None,
        Ty::Number
        | Ty::Monthly
        | Ty::Yearly
        | Ty::Months
        | Ty::Days
        | Ty::Points
        | Ty::Distance => Some(number(c, scope, ty, inner)),
    };
    made.unwrap_or_else(|| leaf(c, scope, ty))
}

/// A literal, a fact, a field of an item, a name.
fn leaf(c: &mut Choices<'_>, scope: &Scope, ty: Ty) -> String {
    let mut options: Vec<String> = Vec::new();
    options.extend(
        FACTS
            .iter()
            .filter(|fact| fact.ty == ty && (fact.shared || !scope.company))
            .map(|fact| fact.path.to_owned()),
    );
    for item in &scope.items {
        let fields = ITEM_FACTS.iter().filter(|(_, of)| *of == ty);
        options.extend(fields.map(|(field, _)| format!("{item}.{field}")));
    }
    options.extend(scope.locals.iter().filter(|(_, of)| *of == ty).map(|(name, _)| name.clone()));
    let plain = |named: &&Named| {
        named.ty == ty && named.arguments.is_empty() && (scope.pool || !named.pool)
    };
    options.extend(scope.names.iter().filter(plain).map(|named| named.name.clone()));
    if ty == Ty::Date {
        options.push("date_évaluation".to_owned());
    }
    let literal = c.word(literals(ty)).to_owned();
    if c.often(75) { c.pick(&options).cloned().unwrap_or(literal) } else { literal }
}

fn boolean(c: &mut Choices<'_>, scope: &Scope, depth: usize) -> String {
    match c.below(12) {
        0 | 1 => comparison(c, scope, depth),
        2 => {
            let (a, b) = (expr(c, scope, Ty::Bool, depth), expr(c, scope, Ty::Bool, depth));
            format!("({a} et {b})")
        }
        3 => {
            let (a, b) = (expr(c, scope, Ty::Bool, depth), expr(c, scope, Ty::Bool, depth));
            format!("({a} ou {b})")
        }
        4 => format!("(non {})", expr(c, scope, Ty::Bool, depth)),
        5 => {
            let ty = measured(c);
            let x = expr(c, scope, ty, depth);
            let (low, high) = (expr(c, scope, ty, 0), expr(c, scope, ty, 0));
            // Constant bounds must be in order: one side is kept from being one.
            format!("({x} entre min({low} ; {high}) et {high})")
        }
        6 => {
            let x = leaf(c, scope, Ty::Status);
            let values: Vec<&str> =
                (0..=c.below(2)).map(|_| c.word(literals(Ty::Status))).collect();
            let verb = if c.often(30) { "non parmi" } else { "parmi" };
            let x = if literals(Ty::Status).contains(&x.as_str()) {
                "demande.statut".to_owned()
            } else {
                x
            };
            format!("({x} {verb} {{ {} }})", values.join(" ; "))
        }
        7 => {
            let verb = c.word(&["=", "≠", "est", "n'est pas"]);
            format!("(demande.statut {verb} {})", c.word(literals(Ty::Status)))
        }
        8 => {
            let of = FACTS.iter().filter(|fact| fact.shared || !scope.company).collect::<Vec<_>>();
            c.pick(&of).map_or_else(|| "oui".to_owned(), |fact| format!("renseigné({})", fact.path))
        }
        9 => {
            let (inner, item) = scope.inner();
            let condition = expr(c, &inner, Ty::Bool, depth);
            let fold = c.word(&["existe", "tous"]);
            format!("{fold}({item} dans personne tel que {condition})")
        }
        10 => call(c, scope, Ty::Bool, depth).unwrap_or_else(|| comparison(c, scope, depth)),
        _ => {
            let a = expr(c, scope, Ty::Code, 0);
            let b = c.word(literals(Ty::Code));
            if c.often(50) {
                format!("({} = {b})", if a.starts_with('"') { "demande.commune" } else { &a })
            } else {
                format!("(demande.commune parmi {{ {b} ; offre.commune }})")
            }
        }
    }
}

fn measured(c: &mut Choices<'_>) -> Ty {
    let types =
        [Ty::Number, Ty::Monthly, Ty::Months, Ty::Points, Ty::Days, Ty::Distance, Ty::Yearly];
    c.pick(&types).copied().unwrap_or(Ty::Number)
}

fn comparison(c: &mut Choices<'_>, scope: &Scope, depth: usize) -> String {
    let ty = if c.often(25) { Ty::Date } else { measured(c) };
    let (a, b) = (expr(c, scope, ty, depth), expr(c, scope, ty, depth));
    let operator = c.word(&["≥", "<", "=", "≤", ">", "≠"]);
    format!("({a} {operator} {b})")
}

fn date(c: &mut Choices<'_>, scope: &Scope, depth: usize) -> Option<String> {
    match c.below(4) {
        0 => {
            let (date, by) = (expr(c, scope, Ty::Date, depth), expr(c, scope, Ty::Months, depth));
            Some(format!("({date} {} {by})", c.word(&["+", "-"])))
        }
        1 => {
            let (date, by) = (expr(c, scope, Ty::Date, depth), expr(c, scope, Ty::Days, depth));
            Some(format!("({date} {} {by})", c.word(&["+", "-"])))
        }
        2 => Some(over_items(c, scope, Ty::Date, depth, &["minimum", "maximum"])),
        _ => call(c, scope, Ty::Date, depth),
    }
}

/// A fold over the items that gives a value.
fn over_items(
    c: &mut Choices<'_>,
    scope: &Scope,
    ty: Ty,
    depth: usize,
    folds: &[&'static str],
) -> String {
    let fold = c.word(folds);
    let (inner, item) = scope.inner();
    let value = expr(c, &inner, ty, depth);
    if c.often(60) {
        let condition = expr(c, &inner, Ty::Bool, depth);
        format!("{fold}({value} pour {item} dans personne tel que {condition})")
    } else {
        format!("{fold}({value} pour {item} dans personne)")
    }
}

fn number(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: usize) -> String {
    match c.below(10) {
        0 | 1 => {
            let (a, b) = (expr(c, scope, ty, depth), expr(c, scope, ty, depth));
            format!("({a} {} {b})", c.word(&["+", "-"]))
        }
        2 => {
            let (a, n) = (expr(c, scope, ty, depth), expr(c, scope, Ty::Number, depth));
            format!("({a} {} {n})", c.word(&["×", "/"]))
        }
        3 => {
            let (a, b) = (expr(c, scope, ty, depth), expr(c, scope, ty, depth));
            format!("{}({a} ; {b})", c.word(&["min", "max"]))
        }
        4 => rounded(c, scope, ty, depth),
        5 => call(c, scope, ty, depth).unwrap_or_else(|| leaf(c, scope, ty)),
        6 => over_items(c, scope, ty, depth, &["somme", "minimum", "maximum"]),
        7 if scope.pool => {
            let value = expr(c, scope, ty, depth);
            let fold = c.word(&["somme", "minimum", "maximum"]);
            format!("{fold}({value} {})", population(c))
        }
        8 if ty == Ty::Points && !scope.grids.is_empty() => {
            c.pick(&scope.grids).map_or_else(String::new, |grid| format!("total_de {grid}"))
        }
        _ => special(c, scope, ty, depth),
    }
}

fn population(c: &mut Choices<'_>) -> &'static str {
    c.word(&["parmi les candidats", "parmi tous les candidats"])
}

fn rounded(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: usize) -> String {
    let mode =
        c.word(&["arrondi_inférieur", "arrondi_supérieur", "arrondi_commercial", "arrondi_pair"]);
    let value = expr(c, scope, ty, depth);
    if c.often(50) {
        format!("{mode}({value} ; {})", expr(c, scope, ty, 0))
    } else {
        format!("{mode}({value})")
    }
}

/// What only some units can be made of.
fn special(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: usize) -> String {
    let two_dates =
        |c: &mut Choices<'_>| (expr(c, scope, Ty::Date, depth), expr(c, scope, Ty::Date, depth));
    match ty {
        Ty::Monthly => format!("({} en €/mois)", expr(c, scope, Ty::Yearly, depth)),
        Ty::Yearly => format!("({} en €/an)", expr(c, scope, Ty::Monthly, depth)),
        Ty::Months => {
            let (from, to) = two_dates(c);
            format!("{}({from} ; {to})", c.word(&["mois_révolus", "années_révolues"]))
        }
        Ty::Days => {
            let (from, to) = two_dates(c);
            format!("jours_entre({from} ; {to})")
        }
        Ty::Points => match c.below(3) {
            0 => format!(
                "({} × {})",
                c.word(&["1 point", "2 points"]),
                expr(c, scope, Ty::Number, depth)
            ),
            1 => {
                let rate = c.word(&["1 point/mois", "12 points/an"]);
                format!("({rate} × {})", expr(c, scope, Ty::Months, depth))
            }
            _ => format!("(0,5 point/jour × {})", expr(c, scope, Ty::Days, depth)),
        },
        Ty::Number => counted(c, scope, depth),
        Ty::Distance => format!("({} × 2)", expr(c, scope, Ty::Distance, depth)),
        Ty::Bool | Ty::Date | Ty::Status | Ty::Code => leaf(c, scope, ty),
    }
}

fn counted(c: &mut Choices<'_>, scope: &Scope, depth: usize) -> String {
    match c.below(if scope.pool { 7 } else { 3 }) {
        0 => {
            let (a, b) = (expr(c, scope, Ty::Monthly, depth), expr(c, scope, Ty::Monthly, depth));
            format!("({a} / {b})")
        }
        1 => {
            let (inner, item) = scope.inner();
            if c.often(70) {
                let condition = expr(c, &inner, Ty::Bool, depth);
                format!("nombre({item} dans personne tel que {condition})")
            } else {
                format!("nombre({item} dans personne)")
            }
        }
        2 => {
            let (a, b) = (expr(c, scope, Ty::Months, depth), expr(c, scope, Ty::Months, depth));
            format!("({a} / {b})")
        }
        3 => "(nombre de candidats)".to_owned(),
        4 => {
            let everyone = c.word(&["", " parmi tous les candidats"]);
            format!("nombre(candidats tel que {}{everyone})", expr(c, scope, Ty::Bool, depth))
        }
        _ => {
            let ty = if c.often(50) { Ty::Date } else { measured(c) };
            let key = expr(c, scope, ty, depth);
            let way = c.word(&["croissant", "décroissant"]);
            format!("(rang de {key} {way} {})", population(c))
        }
    }
}

/// A call of a definition or table with arguments.
fn call(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: usize) -> Option<String> {
    let callable: Vec<Named> = scope
        .names
        .iter()
        .filter(|named| named.ty == ty && !named.arguments.is_empty())
        .filter(|named| scope.pool || !named.pool)
        .filter(|named| !named.arguments.contains(&None) || !scope.items.is_empty())
        .cloned()
        .collect();
    let named = c.pick(&callable)?.clone();
    let mut arguments = Vec::new();
    for argument in &named.arguments {
        arguments.push(match argument {
            Some(ty) => expr(c, scope, *ty, depth.min(1)),
            None => c.pick(&scope.items).cloned()?,
        });
    }
    Some(format!("{}({})", named.name, arguments.join(" ; ")))
}
