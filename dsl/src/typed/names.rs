//! What a word means: a value of the expected enumeration first, then a local name, an argument, an
//! item, a fact, a definition, a table or a parameter.

use super::expressions::expr;
use super::from_resolved::Checker;
use super::scope::{Env, Symbol};
use super::tree::{DefinitionId, Expr, ExprKind, ItemId, ItemRef, TableId};
use super::types::joint_form;
use crate::syntax::tree::{self as syntax, Name, Path};
use engine::{Arithmetic, Calendar, EntityId, Exact, NumberForm, Rounding, Type, Unit, Value};
use source::{Diagnostic, Span, code, counted, fold};
use std::sync::Arc;

const BUILT_IN: &[&str] = &[
    "années_révolues",
    "mois_révolus",
    "jours_entre",
    "arrondi_inférieur",
    "arrondi_supérieur",
    "arrondi_commercial",
    "arrondi_pair",
    "min",
    "max",
    "renseigné",
];

/// What `true`, `VRAI` and the like mean.
fn truth_of_other_languages(word: &str) -> Option<&'static str> {
    match fold(word).as_str() {
        "true" | "vrai" | "yes" => Some("oui"),
        "false" | "faux" | "no" => Some("non"),
        _ => None,
    }
}

impl Checker<'_> {
    /// Checks a name or a dotted path.
    pub(super) fn path(&mut self, env: &mut Env, path: &Path, hint: Option<Type>) -> Option<Expr> {
        match path.segments.as_slice() {
            [word] => self.word(env, word, hint),
            [head, field] => self.field(env, head, field, path.span),
            _ => {
                self.out.push(Diagnostic::new(
                    code::UNKNOWN_NAME,
                    path.span,
                    format!(
                        "« {} » n'est pas un fait : un fait s'écrit « entité.champ »",
                        path.text()
                    ),
                ));
                None
            }
        }
    }

    fn word(&mut self, env: &mut Env, word: &Name, hint: Option<Type>) -> Option<Expr> {
        let (name, span) = (word.text.as_str(), word.span);
        if let Some(Type::Enum(id)) = hint
            && let Some(at) = self.enum_value(id, name)
        {
            return Some(expr(ExprKind::Constant(Value::Enum(at)), Type::Enum(id), span));
        }
        if let Some(at) = env.locals.iter().position(|(local, _, _)| local == name) {
            let ty = env.locals.get(at)?.1;
            return Some(expr(ExprKind::Local(u32::try_from(at).ok()?), ty, span));
        }
        if let Some((_, item, list)) = env.items.iter().rev().find(|(bound, _, _)| bound == name) {
            let kind = ExprKind::Item(ItemRef::Bound(*item));
            return Some(expr(kind, Type::Item(*list), span));
        }
        if let Some(at) = env.arguments.iter().position(|(argument, _)| argument == name) {
            let ty = env.arguments.get(at)?.1;
            let at = u32::try_from(at).ok()?;
            let kind = match ty {
                Type::Item(_) => ExprKind::Item(ItemRef::Argument(at)),
                _ => ExprKind::Argument(at),
            };
            return Some(expr(kind, ty, span));
        }
        match env.scope.get(name) {
            Some((Symbol::Definition(id), _)) => self.definition_use(id, Vec::new(), span),
            Some((Symbol::Table(id), _)) => self.table_use(id, Vec::new(), span),
            Some((Symbol::Function(_), _)) => {
                self.arity(name, span, 1, 0);
                None
            }
            Some((Symbol::Entity(entity), _)) => {
                self.entity_for_a_fact(env, word, entity, hint);
                None
            }
            Some((Symbol::Broken, _)) => None,
            None if hint == Some(Type::Code) => {
                Some(expr(ExprKind::Constant(Value::Text(Arc::from(name))), Type::Code, span))
            }
            None => {
                if !env.scope.is_partial() {
                    self.unknown_word(env, word, hint);
                }
                None
            }
        }
    }

    fn enum_value(&self, id: engine::EnumId, name: &str) -> Option<u32> {
        let values = &self.tree.schema.enumeration(id)?.values;
        values.iter().position(|value| value.name == name).and_then(|at| u32::try_from(at).ok())
    }

    /// Refuses the name of an entity where a fact, or one element of a list, is due.
    fn entity_for_a_fact(&mut self, env: &Env, word: &Name, entity: EntityId, hint: Option<Type>) {
        let name = &word.text;
        let message = format!("« {name} » est une entité, pas un fait");
        let fault = Diagnostic::new(code::UNKNOWN_NAME, word.span, message);
        let item = env.items.iter().rev().find(|(_, _, list)| *list == entity);
        self.out.push(match item.filter(|_| hint == Some(Type::Item(entity))) {
            Some((item, _, _)) => fault
                .with_help(format!("l'élément de la liste se nomme ici « {item} »"))
                .with_edit(word.span, item.as_str()),
            None => fault.with_help(format!("nommez un de ses champs : « {name}.… »")),
        });
    }

    fn unknown_word(&mut self, env: &Env, word: &Name, hint: Option<Type>) {
        let name = &word.text;
        if let Some(truth) = truth_of_other_languages(name) {
            let message = format!("« {name} » n'est déclaré nulle part ici");
            self.out.push(
                Diagnostic::new(code::UNKNOWN_NAME, word.span, message)
                    .with_help(format!("une réponse s'écrit « oui » ou « non » : ici « {truth} »"))
                    .with_edit(word.span, truth),
            );
            return;
        }
        if let Some(Type::Enum(id)) = hint
            && let Some(def) = self.tree.schema.enumeration(id)
        {
            let values: Vec<&str> = def.values.iter().map(|value| value.name.as_str()).collect();
            let message = format!("« {name} » n'est pas une valeur de « {} »", def.name);
            let listed = values.iter().take(12).copied().collect::<Vec<_>>().join(", ");
            let diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, word.span, message)
                .with_suggestion(name, values)
                .with_help(format!("valeurs possibles : {listed}"));
            self.out.push(diagnostic);
            return;
        }
        let mut near = env.scope.all_names();
        near.extend(env.locals.iter().map(|(name, _, _)| name.as_str()));
        near.extend(env.arguments.iter().map(|(name, _)| name.as_str()));
        let mut diagnostic = Diagnostic::new(
            code::UNKNOWN_NAME,
            word.span,
            format!("« {name} » n'est déclaré nulle part ici"),
        );
        let schema = &self.tree.schema;
        match self.owners(name).as_slice() {
            [] => diagnostic = diagnostic.with_suggestion(name, near),
            [owner] => {
                let path = format!("{owner}.{name}");
                diagnostic = diagnostic
                    .with_help(format!("c'est un champ : écrivez « {path} »"))
                    .with_edit(word.span, path);
            }
            [owner, ..] => {
                diagnostic = diagnostic
                    .with_help(format!("c'est un champ : écrivez par exemple « {owner}.{name} »"));
            }
        }
        let holder =
            schema.enums.iter().find(|def| def.values.iter().any(|value| value.name == *name));
        if let Some(def) = holder {
            diagnostic = diagnostic.with_help(format!(
                "« {name} » est une valeur de « {} » : comparez-la à un fait de ce type",
                def.name
            ));
        }
        if diagnostic.helps.is_empty() {
            diagnostic = diagnostic.with_help(
                "vérifiez l'orthographe et les accents, ou déclarez ce nom par une définition",
            );
        }
        self.out.push(diagnostic);
    }

    /// The entities, lists left out, that have a field of that name.
    fn owners(&self, field: &str) -> Vec<&str> {
        let schema = &self.tree.schema;
        let fields = schema.fields.iter().filter(|def| def.name == field);
        let entities = fields.filter_map(|def| schema.entity(def.entity));
        entities.filter(|entity| !entity.list).map(|entity| entity.name.as_str()).collect()
    }

    fn field(&mut self, env: &mut Env, head: &Name, field: &Name, span: Span) -> Option<Expr> {
        let bound = env.items.iter().rev().find(|(name, _, _)| *name == head.text);
        if let Some((_, item, list)) = bound {
            let (item, list) = (ItemRef::Bound(*item), *list);
            let (id, ty) = self.field_of(list, field)?;
            return Some(expr(ExprKind::ItemFact(item, id), ty, span));
        }
        if let Some(at) = env.arguments.iter().position(|(name, _)| *name == head.text)
            && let Some((_, Type::Item(list))) = env.arguments.get(at)
        {
            let (id, ty) = self.field_of(*list, field)?;
            let item = ItemRef::Argument(u32::try_from(at).ok()?);
            return Some(expr(ExprKind::ItemFact(item, id), ty, span));
        }
        let found = env.scope.get(&head.text).map(|(symbol, _)| symbol);
        if found == Some(Symbol::Broken) || found.is_none() && env.scope.is_partial() {
            return None;
        }
        let Some(Symbol::Entity(entity)) = found else {
            let names = env.scope.all_names();
            let diagnostic = Diagnostic::new(
                code::UNKNOWN_NAME,
                head.span,
                format!("aucune entité « {} » dans les vocabulaires utilisés", head.text),
            )
            .with_suggestion(&head.text, names);
            self.out.push(diagnostic);
            return None;
        };
        let (id, ty) = self.field_of(entity, field)?;
        if self.tree.schema.entity(entity).is_some_and(|entity| entity.list) {
            self.out.push(
                Diagnostic::new(
                    code::LIST_FIELD,
                    span,
                    format!("« {} » est une liste : de quel élément s'agit-il", head.text),
                )
                .with_help(format!(
                    "par exemple « existe(x dans {} tel que x.{} …) »",
                    head.text, field.text
                )),
            );
            return None;
        }
        Some(expr(ExprKind::Fact(id), ty, span))
    }

    /// Finds a field of an entity. Errors: `E0201`.
    pub(super) fn field_of(
        &mut self,
        entity: EntityId,
        field: &Name,
    ) -> Option<(engine::FieldId, Type)> {
        let schema = &self.tree.schema;
        if let Some(id) = schema.field_named(entity, &field.text) {
            return schema.field(id).map(|def| (id, def.ty));
        }
        if self.resolved.broken_names.contains(&field.text) {
            return None;
        }
        let def = schema.entity(entity)?;
        let names: Vec<&str> = def
            .fields
            .iter()
            .filter_map(|&id| schema.field(id))
            .map(|field| field.name.as_str())
            .collect();
        let message = format!("« {} » n'a pas de champ « {} »", def.name, field.text);
        let fault = Diagnostic::new(code::UNKNOWN_NAME, field.span, message);
        let fault = match self.owners(&field.text).as_slice() {
            [owner] => {
                let path = format!("{owner}.{}", field.text);
                let head = u32::try_from(def.name.len() + 1).unwrap_or(0);
                let whole = Span { start: field.span.start.saturating_sub(head), ..field.span };
                let written = format!("{}.{}", def.name, field.text);
                let fault = fault.with_help(format!("c'est un champ de « {owner} » : « {path} »"));
                // Under a loop the head is the loop's own name: there is nothing to replace.
                if self.sources.excerpt(whole) == written {
                    fault.with_edit(whole, path)
                } else {
                    fault
                }
            }
            _ => fault.with_suggestion(&field.text, names.iter().copied()),
        };
        let listed = names.iter().take(12).copied().collect::<Vec<_>>().join(", ");
        self.out.push(if fault.helps.is_empty() {
            fault.with_help(format!("champs de « {} » : {listed}", def.name))
        } else {
            fault
        });
        None
    }

    /// Finds a list entity. Errors: `E0201`, `E0303`.
    pub(super) fn list_named(&mut self, name: &Name) -> Option<EntityId> {
        let schema = &self.tree.schema;
        let Some(id) = schema.entity_named(&name.text) else {
            if self.resolved.broken_names.contains(&name.text) {
                return None;
            }
            let lists = schema.entities.iter().filter(|entity| entity.list);
            let lists: Vec<&str> = lists.map(|entity| entity.name.as_str()).collect();
            let diagnostic = Diagnostic::new(
                code::UNKNOWN_NAME,
                name.span,
                format!("aucune liste « {} »", name.text),
            )
            .with_suggestion(&name.text, lists);
            self.out.push(diagnostic);
            return None;
        };
        if schema.entity(id).is_some_and(|entity| entity.list) {
            return Some(id);
        }
        self.out.push(Diagnostic::new(
            code::NOT_A_LIST,
            name.span,
            format!("« {} » n'est pas une liste", name.text),
        ));
        None
    }

    /// Refuses a local name that hides another. Errors: `E0202`.
    pub(super) fn check_shadow(&mut self, env: &Env, name: &Name) -> Option<()> {
        if !env.declares(&name.text) {
            return Some(());
        }
        let mut diagnostic = Diagnostic::new(
            code::DUPLICATE_NAME,
            name.span,
            format!("« {} » désigne déjà autre chose ici", name.text),
        )
        .with_help("choisissez un autre nom");
        if let Some((_, span)) = env.scope.get(&name.text) {
            diagnostic = diagnostic.with_label(span, "déclaré ici");
        }
        self.out.push(diagnostic);
        None
    }

    /// Makes a new item id.
    pub(super) fn next_item(&mut self) -> ItemId {
        let id = ItemId(self.items);
        self.items += 1;
        id
    }

    /// Checks a call: a built-in, a definition or table with parameters, or a scripted function.
    pub(super) fn call(
        &mut self,
        env: &mut Env,
        name: &Name,
        arguments: &[syntax::Expr],
        span: Span,
        hint: Option<Type>,
    ) -> Option<Expr> {
        if let Some((symbol, _)) = env.scope.get(&name.text) {
            return self.declared_call(env, symbol, name, arguments, span);
        }
        match fold(&name.text).as_str() {
            "annees_revolues" => {
                self.calendar_call(env, Calendar::CompletedYears, name, arguments, span)
            }
            "mois_revolus" => {
                self.calendar_call(env, Calendar::CompletedMonths, name, arguments, span)
            }
            "jours_entre" => self.calendar_call(env, Calendar::DaysBetween, name, arguments, span),
            "arrondi_inferieur" => self.rounding_call(env, Rounding::Down, name, arguments, span),
            "arrondi_superieur" => self.rounding_call(env, Rounding::Up, name, arguments, span),
            "arrondi_commercial" => {
                self.rounding_call(env, Rounding::HalfAway, name, arguments, span)
            }
            "arrondi_pair" => self.rounding_call(env, Rounding::HalfEven, name, arguments, span),
            "min" => self.extremum_call(env, Arithmetic::Minimum, name, arguments, span, hint),
            "max" => self.extremum_call(env, Arithmetic::Maximum, name, arguments, span, hint),
            _ if env.scope.is_partial() => None,
            _ => {
                let mut names = env.scope.all_names();
                names.extend(BUILT_IN);
                let diagnostic = Diagnostic::new(
                    code::UNKNOWN_NAME,
                    name.span,
                    format!("aucune fonction ni définition « {} »", name.text),
                )
                .with_suggestion(&name.text, names);
                self.out.push(if diagnostic.helps.is_empty() {
                    diagnostic.with_help(format!("fonctions du langage : {}", BUILT_IN.join(", ")))
                } else {
                    diagnostic
                });
                None
            }
        }
    }

    fn declared_call(
        &mut self,
        env: &mut Env,
        symbol: Symbol,
        name: &Name,
        arguments: &[syntax::Expr],
        span: Span,
    ) -> Option<Expr> {
        let wanted = match symbol {
            Symbol::Definition(id) => self.tree.definitions.get(id.0 as usize)?.arguments.clone(),
            Symbol::Table(id) => self.tree.tables.get(id.0 as usize)?.arguments.clone(),
            Symbol::Function(id) => self.tree.functions.get(id.0 as usize)?.arguments.clone(),
            Symbol::Broken => return None,
            Symbol::Entity(_) => {
                self.out.push(Diagnostic::new(
                    code::NOT_CALLABLE,
                    name.span,
                    format!("« {} » ne prend pas d'arguments", name.text),
                ));
                return None;
            }
        };
        if wanted.len() != arguments.len() {
            self.arity(&name.text, span, wanted.len(), arguments.len());
            return None;
        }
        let mut checked = Vec::new();
        for (argument, ty) in arguments.iter().zip(wanted) {
            checked.push(self.typed(env, argument, ty));
        }
        let checked: Vec<Expr> = checked.into_iter().collect::<Option<_>>()?;
        match symbol {
            Symbol::Definition(id) => self.definition_use(id, checked, span),
            Symbol::Table(id) => self.table_use(id, checked, span),
            Symbol::Function(id) => {
                let ty = self.tree.functions.get(id.0 as usize)?.ty;
                Some(expr(ExprKind::Function(id, checked), ty, span))
            }
            Symbol::Entity(_) | Symbol::Broken => None,
        }
    }

    fn definition_use(
        &mut self,
        id: DefinitionId,
        arguments: Vec<Expr>,
        span: Span,
    ) -> Option<Expr> {
        let definition = self.tree.definitions.get(id.0 as usize)?;
        let (wanted, ty) = (definition.arguments.len(), definition.value.ty);
        if wanted != arguments.len() {
            let name = definition.name.clone();
            self.arity(&name, span, wanted, arguments.len());
            return None;
        }
        Some(expr(ExprKind::Definition(id, arguments), ty, span))
    }

    fn table_use(&mut self, id: TableId, arguments: Vec<Expr>, span: Span) -> Option<Expr> {
        let table = self.tree.tables.get(id.0 as usize)?;
        let (wanted, ty) = (table.arguments.len(), table.table.ty);
        if wanted != arguments.len() {
            let name = table.table.name.clone();
            self.arity(&name, span, wanted, arguments.len());
            return None;
        }
        Some(expr(ExprKind::Table(id, arguments), ty, span))
    }

    fn arity(&mut self, name: &str, span: Span, wanted: usize, found: usize) {
        self.out.push(
            Diagnostic::new(
                code::WRONG_ARITY,
                span,
                format!(
                    "« {name} » attend {}, trouvé {found}",
                    counted(wanted, "argument", "arguments")
                ),
            )
            .with_help("les arguments se séparent par « ; »"),
        );
    }

    fn calendar_call(
        &mut self,
        env: &mut Env,
        calendar: Calendar,
        name: &Name,
        arguments: &[syntax::Expr],
        span: Span,
    ) -> Option<Expr> {
        let [from, to] = arguments else {
            self.arity(&name.text, span, 2, arguments.len());
            return None;
        };
        let from = self.typed(env, from, Type::Date);
        let to = self.typed(env, to, Type::Date);
        let unit = match calendar {
            Calendar::DaysBetween => Unit::days(),
            Calendar::CompletedMonths
            | Calendar::CompletedYears
            | Calendar::AddMonths
            | Calendar::SubtractMonths
            | Calendar::AddDays
            | Calendar::SubtractDays => Unit::months(),
        };
        let ty = Type::Number(unit, NumberForm::Whole);
        Some(expr(ExprKind::Calendar(calendar, from?, to?), ty, span))
    }

    fn rounding_call(
        &mut self,
        env: &mut Env,
        mode: Rounding,
        name: &Name,
        arguments: &[syntax::Expr],
        span: Span,
    ) -> Option<Expr> {
        let (value, step) = match arguments {
            [value] => (value, None),
            [value, step] => (value, Some(step)),
            _ => {
                let wanted = if arguments.is_empty() { 1 } else { 2 };
                self.arity(&name.text, span, wanted, arguments.len());
                return None;
            }
        };
        let value = self.infer(env, value)?;
        let Type::Number(unit, form) = value.ty else {
            self.not_a_number(&value);
            return None;
        };
        let one = Type::Number(unit, NumberForm::Whole);
        let step = match step {
            Some(step) => self.typed(env, step, value.ty)?,
            None => super::expressions::number(Exact::ONE, one, span),
        };
        let whole_step =
            matches!(step.kind.as_ref(), ExprKind::Constant(Value::Number(n)) if n.is_whole());
        let form = if whole_step { NumberForm::Whole } else { form };
        let ty = Type::Number(unit, form);
        Some(expr(ExprKind::Round(mode, value, step), ty, span))
    }

    fn extremum_call(
        &mut self,
        env: &mut Env,
        op: Arithmetic,
        name: &Name,
        arguments: &[syntax::Expr],
        span: Span,
        hint: Option<Type>,
    ) -> Option<Expr> {
        let checked: Vec<Option<Expr>> =
            arguments.iter().map(|argument| self.check_with(env, argument, hint)).collect();
        let checked: Vec<Expr> = checked.into_iter().collect::<Option<_>>()?;
        let mut checked = checked.into_iter();
        let (Some(mut all), true) = (checked.next(), arguments.len() > 1) else {
            self.arity(&name.text, span, 2, arguments.len());
            return None;
        };
        for next in checked {
            let (a, b) = self.agreeing(all, next)?;
            let (Type::Number(unit, x), Type::Number(_, y)) = (a.ty, b.ty) else {
                self.not_a_number(&a);
                return None;
            };
            let ty = Type::Number(unit, joint_form(x, y));
            all = expr(ExprKind::Arithmetic(op, a, b), ty, span);
        }
        Some(all)
    }
}
