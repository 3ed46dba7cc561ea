//! Values in words: facts, constants, formulas, counts.

use super::precedence::{Side, is_enclosed};
use super::{Condition, Defined, Phrase, Piece, Speech, quoted};
use dsl::typed::tree::{Expr, ExprKind, ItemRef};
use engine::{
    Arithmetic, Calendar, Direction, EntityId, Exact, FieldId, Fold, Population, Rounding, Type,
    Value, show_exactly,
};

impl Speech<'_> {
    /// Says what an expression is worth, as a noun.
    pub fn amount(&self, expr: &Expr) -> Phrase {
        match expr.kind.as_ref() {
            ExprKind::Constant(value) => Phrase::of(self.constant(value, expr.ty)),
            ExprKind::EvaluationDate => Phrase::of("la date d'évaluation"),
            ExprKind::Fact(field) => Phrase::of(self.fact(*field)),
            ExprKind::ItemFact(item, field) => Phrase::of(self.item_fact(*item, *field)),
            ExprKind::Item(item) => Phrase::of(self.item(*item)),
            ExprKind::Argument(index) => {
                Phrase::of(quoted(self.arguments.get(*index as usize).map_or("", String::as_str)))
            }
            ExprKind::Local(index) => {
                let name = self.locals.get(*index as usize).map_or("", |(name, _)| name);
                Phrase::of(quoted(&name.replace('_', " ")))
            }
            ExprKind::Definition(id, arguments) => {
                let found = self.tree.definitions.get(id.0 as usize);
                let label = found.map_or("", |found| &found.label);
                self.applied(named(label, Defined::Definition(*id)), arguments)
            }
            ExprKind::Table(id, arguments) => {
                let found = self.tree.tables.get(id.0 as usize);
                let label = found.map_or("", |found| &found.label);
                self.applied(named(label, Defined::Table(*id)), arguments)
            }
            ExprKind::Function(id, arguments) => {
                let found = self.tree.functions.get(id.0 as usize);
                let name = found.map_or("", |found| &found.name).replace('_', " ");
                self.applied(Phrase::of(format!("le calcul {}", quoted(&name))), arguments)
            }
            ExprKind::Arithmetic(operation, a, b) => self.arithmetic(*operation, a, b),
            ExprKind::Round(rounding, value, step) => self.rounded(*rounding, value, step),
            ExprKind::Calendar(calendar, a, b) => self.calendar(*calendar, a, b),
            ExprKind::FoldList { fold, list, filter, value, .. } => {
                self.fold_list(*fold, *list, filter.as_ref(), value.as_ref())
            }
            ExprKind::Rank(key, direction, population) => {
                let (order, among) =
                    (order_words(key.ty, *direction), population_words(*population));
                let ordered = format!(", {order}, parmi {among}");
                Phrase::between("le rang de ", self.amount(key), &ordered)
            }
            ExprKind::FoldPool { fold, population, filter, value } => {
                self.fold_pool(*fold, *population, filter.as_ref(), value.as_ref())
            }
            ExprKind::GridTotal(grid) => {
                Phrase::of(format!("le total de la grille {}", quoted(grid)))
            }
            ExprKind::Compare(..)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::IsKnown(_) => {
                Phrase::between("la réponse à : ", self.condition(expr).in_line(), "")
            }
        }
    }

    fn constant(&self, value: &Value, ty: Type) -> String {
        match value {
            Value::Enum(_) | Value::Text(_) => quoted(&self.written(value, ty)),
            Value::Bool(_) | Value::Number(_) | Value::Date(_) => self.written(value, ty),
        }
    }

    /// Writes a value whole.
    pub fn written(&self, value: &Value, ty: Type) -> String {
        let shown = show_exactly(value, ty, &self.tree.schema);
        match value {
            Value::Number(_) => shown.replace('-', "−"),
            Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) => shown,
        }
    }

    /// Cites a fact, with its entity when another fact has the same label.
    pub(crate) fn fact(&self, field: FieldId) -> String {
        let schema = &self.tree.schema;
        let Some(def) = schema.field(field) else { return String::new() };
        let homonyms = schema.fields.iter().filter(|other| other.label == def.label).count();
        if homonyms < 2 {
            return quoted(&def.label);
        }
        format!("{} ({})", quoted(&def.label), self.entity(def.entity))
    }

    /// Names an entity as people do.
    pub(crate) fn entity(&self, id: EntityId) -> &str {
        let entity = self.tree.schema.entity(id);
        entity.map_or("", |entity| entity.label.as_ref().unwrap_or(&entity.name))
    }

    fn item_fact(&self, item: ItemRef, field: FieldId) -> String {
        let label = self.tree.schema.field(field).map_or("", |def| &def.label);
        match item {
            ItemRef::Bound(_) => quoted(label),
            ItemRef::Argument(_) => format!("{} de {}", quoted(label), self.item(item)),
        }
    }

    fn item(&self, item: ItemRef) -> String {
        match item {
            ItemRef::Bound(_) => "cette personne ou cet élément".to_owned(),
            ItemRef::Argument(index) => {
                quoted(self.arguments.get(index as usize).map_or("", String::as_str))
            }
        }
    }

    /// Adds arguments to a name. Items of an enclosing loop go without saying.
    fn applied(&self, name: Phrase, arguments: &[Expr]) -> Phrase {
        let said = arguments.iter().filter(|it| !is_bound_item(it));
        let said: Vec<Phrase> = said.map(|argument| self.amount(argument)).collect();
        if said.is_empty() {
            return name;
        }
        name.with(Phrase::between(" pour ", Phrase::enumerated(said, " et "), ""))
    }

    fn arithmetic(&self, operation: Arithmetic, a: &Expr, b: &Expr) -> Phrase {
        let sign = match operation {
            Arithmetic::Add => " + ",
            Arithmetic::Subtract => " − ",
            Arithmetic::Multiply => " × ",
            Arithmetic::Divide => " ÷ ",
            Arithmetic::Minimum | Arithmetic::Maximum => {
                let which = if operation == Arithmetic::Minimum { "petit" } else { "grand" };
                let both = vec![self.amount(a), self.amount(b)];
                let both = Phrase::enumerated(both, " et ");
                return Phrase::between(&format!("le plus {which} de ces nombres ("), both, ")");
            }
        };
        let left = self.operand(operation, a, Side::Left);
        left.then(sign).with(self.operand(operation, b, Side::Right))
    }

    fn operand(&self, operation: Arithmetic, operand: &Expr, side: Side) -> Phrase {
        let said = self.amount(operand);
        if is_enclosed(operation, operand, side) { Phrase::between("(", said, ")") } else { said }
    }

    fn rounded(&self, rounding: Rounding, value: &Expr, step: &Expr) -> Phrase {
        let way = match rounding {
            Rounding::HalfAway => "la plus proche",
            Rounding::HalfEven => "la plus proche (paire en cas d'égalité)",
            Rounding::Down => "inférieure",
            Rounding::Up => "supérieure",
        };
        let to = match step.kind.as_ref() {
            ExprKind::Constant(Value::Number(one)) if *one == Exact::ONE => Phrase::of("l'unité"),
            _ => Phrase::between("la tranche de ", self.amount(step), ""),
        };
        self.amount(value).with(Phrase::between(", arrondi à ", to, &format!(" {way}")))
    }

    fn calendar(&self, calendar: Calendar, a: &Expr, b: &Expr) -> Phrase {
        let (a, b) = (self.amount(a), self.amount(b));
        let shifted =
            |way: &str| Phrase::between("la date située ", b.clone(), way).with(a.clone());
        let counted = |what: &str| {
            Phrase::between(&format!("le nombre {what} entre "), a.clone(), " et ").with(b.clone())
        };
        match calendar {
            Calendar::AddMonths | Calendar::AddDays => shifted(" après "),
            Calendar::SubtractMonths | Calendar::SubtractDays => shifted(" avant "),
            Calendar::CompletedMonths => counted("de mois révolus"),
            Calendar::CompletedYears => counted("d'années révolues"),
            Calendar::DaysBetween => counted("de jours"),
        }
    }

    fn fold_list(
        &self,
        fold: Fold,
        list: EntityId,
        filter: Option<&Expr>,
        value: Option<&Expr>,
    ) -> Phrase {
        let among = format!("dans la liste {}", quoted(self.entity(list)));
        let such = self.such_that(filter, ", en ne gardant que ceux dont ");
        let of = value.map_or_else(Phrase::default, |value| self.amount(value));
        let over = |what: &str| {
            Phrase::between(&format!("{what} de "), of.clone(), &format!(", {among}"))
                .with(such.clone())
        };
        match fold {
            Fold::Count => {
                let which = self.such_that(filter, " pour lesquels : ");
                Phrase::of(format!("le nombre d'éléments {among}")).with(which)
            }
            Fold::Exists => Phrase::of(format!("{among}, un élément au moins remplit : "))
                .with(self.such_that(filter, "")),
            Fold::All => Phrase::of(format!("{among}, tous les éléments remplissent : "))
                .with(self.such_that(filter, "")),
            Fold::Sum => over("la somme"),
            Fold::Minimum => over("le plus petit"),
            Fold::Maximum => over("le plus grand"),
        }
    }

    fn fold_pool(
        &self,
        fold: Fold,
        population: Population,
        filter: Option<&Expr>,
        value: Option<&Expr>,
    ) -> Phrase {
        let among = population_words(population);
        let such = self.such_that(filter, " qui remplissent : ");
        let of = value.map_or_else(Phrase::default, |value| self.amount(value));
        let over = |what: &str| {
            Phrase::between(&format!("{what} de "), of.clone(), &format!(" parmi {among}"))
                .with(such.clone())
        };
        let one = |how: &str| {
            Phrase::of(format!("parmi {among}, {how} : ")).with(self.such_that(filter, ""))
        };
        match fold {
            Fold::Count => {
                let whom = match population {
                    Population::Eligible => "de candidats",
                    Population::Everyone => "de candidats, éligibles ou non,",
                };
                Phrase::of(format!("le nombre {whom}")).with(such)
            }
            Fold::Exists => one("un au moins remplit"),
            Fold::All => one("tous remplissent"),
            Fold::Sum => over("la somme"),
            Fold::Minimum => over("le plus petit"),
            Fold::Maximum => over("le plus grand"),
        }
    }

    fn such_that(&self, filter: Option<&Expr>, before: &str) -> Phrase {
        let inside = filter.map(|filter| self.condition(filter));
        inside
            .map_or_else(Phrase::default, |it: Condition| Phrase::between(before, it.in_line(), ""))
    }
}

fn named(label: &str, defined: Defined) -> Phrase {
    Phrase { pieces: vec![Piece::Named(quoted(label), defined)] }
}

fn order_words(ty: Type, direction: Direction) -> &'static str {
    match (ty, direction) {
        (Type::Date, Direction::Ascending) => "du plus ancien au plus récent",
        (Type::Date, Direction::Descending) => "du plus récent au plus ancien",
        (_, Direction::Ascending) => "du plus petit au plus grand",
        (_, Direction::Descending) => "du plus grand au plus petit",
    }
}

fn population_words(population: Population) -> &'static str {
    match population {
        Population::Eligible => "les candidats",
        Population::Everyone => "tous les candidats, éligibles ou non",
    }
}

fn is_bound_item(argument: &Expr) -> bool {
    matches!(argument.kind.as_ref(), ExprKind::Item(ItemRef::Bound(_)))
}
