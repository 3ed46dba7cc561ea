//! Definitions, tables, parameters and functions of a unit (or of all its vocabularies together),
//! checked in the order of their dependencies.

use super::footprints::substitute_locals;
use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tree::{Definition, DefinitionId, FunctionId};
use crate::Script;
use crate::resolved::tree::Unit;
use crate::resolved::{names_broken, type_of};
use crate::syntax::tree::{self as syntax, Argument, DeclarationKind, Name, TableBody, TypeExpr};
use engine::{FunctionDef, Type};
use source::{Diagnostic, code, counted, fold, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A declaration that gives a name a value.
#[derive(Clone, Copy)]
enum Named<'a> {
    Definition(&'a syntax::Definition),
    Parameter(&'a syntax::Parameter),
    Table(&'a syntax::Table),
    Function(&'a syntax::Function),
}

/// The keywords, folded, of what declares a name that expressions read.
const DECLARES: &[&str] = &["entite", "definition", "parametre", "table", "fonction"];

/// Tells whether a broken line was to declare a name that expressions read: its keyword may be
/// misspelt.
fn declares(keyword: &str) -> bool {
    DECLARES.contains(&keyword) || nearest(keyword, DECLARES.iter().copied()).is_some()
}

impl<'a> Named<'a> {
    fn of(kind: &'a DeclarationKind) -> Option<Self> {
        match kind {
            DeclarationKind::Definition(d) => Some(Self::Definition(d)),
            DeclarationKind::Parameter(d) => Some(Self::Parameter(d)),
            DeclarationKind::Table(d) => Some(Self::Table(d)),
            DeclarationKind::Function(d) => Some(Self::Function(d)),
            DeclarationKind::Enumeration(_)
            | DeclarationKind::Entity(_)
            | DeclarationKind::Criterion(_)
            | DeclarationKind::Family(_)
            | DeclarationKind::Slot(_)
            | DeclarationKind::Eligibility(_)
            | DeclarationKind::Guarantee(_)
            | DeclarationKind::Example(_) => None,
        }
    }

    fn name(self) -> &'a Name {
        match self {
            Self::Definition(d) => &d.name,
            Self::Parameter(d) => &d.name,
            Self::Table(d) => &d.name,
            Self::Function(d) => &d.name,
        }
    }

    /// The names its expressions may refer to.
    fn references(self, csv_names: impl Fn(&syntax::Text) -> Vec<String>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut add = |name: &'a Name| {
            names.insert(name.text.clone());
        };
        match self {
            Self::Definition(d) => {
                d.value.visit_names(&mut add);
                for clause in &d.clauses {
                    if let syntax::ClauseKind::With(_, value) = &clause.kind {
                        value.visit_names(&mut add);
                    }
                }
            }
            Self::Parameter(d) => {
                for value in d.rows.iter().filter_map(|row| row.value.as_ref()) {
                    value.visit_names(&mut add);
                }
            }
            Self::Table(d) => match &d.body {
                TableBody::Rows(rows) => {
                    for input in &rows.inputs {
                        input.visit_names(&mut add);
                    }
                }
                TableBody::Csv(file) => names.extend(csv_names(file)),
            },
            Self::Function(_) => {}
        }
        names
    }
}

impl Checker<'_> {
    /// Checks all named declarations into a scope; names already in sight may not be taken again.
    ///
    /// Errors: `E0202`, `E0204`, and those of each declaration.
    pub(super) fn declare(&mut self, scope: Scope, units: &[&Unit], pool: PoolAccess) -> Rc<Scope> {
        let mut scope = scope;
        for unit in units {
            for broken in unit.broken.iter().filter(|broken| declares(&broken.keyword)) {
                broken.name.iter().for_each(|name| scope.set_broken(name));
            }
            if self.lacks_vocabulary(unit) {
                scope.lack_vocabulary();
            }
        }
        let declarations = units.iter().flat_map(|unit| unit.held());
        let mut named: Vec<Named<'_>> = Vec::new();
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        for item in declarations.filter_map(|declaration| Named::of(&declaration.kind)) {
            let name = item.name();
            let taken = by_name.get(name.text.as_str()).and_then(|&at| named.get(at));
            let first =
                taken.map(|first| first.name().span).or(scope.get(&name.text).map(|found| found.1));
            if let Some(first) = first {
                self.out.push(
                    Diagnostic::new(
                        code::DUPLICATE_NAME,
                        name.span,
                        format!("« {} » est déjà déclaré", name.text),
                    )
                    .with_label(first, "déclaré ici")
                    .with_help("définitions, tables, paramètres et faits partagent les mêmes noms : choisissez-en un autre"),
                );
                continue;
            }
            by_name.insert(&name.text, named.len());
            named.push(item);
        }
        let edges: Vec<Vec<usize>> = named
            .iter()
            .map(|item| {
                let names = item.references(|file| self.csv_references(file));
                names.iter().filter_map(|name| by_name.get(name.as_str()).copied()).collect()
            })
            .collect();
        let order = self.dependency_order(&named, &edges, &mut scope);
        let mut scope = Rc::new(scope);
        for at in order {
            let Some(&item) = named.get(at) else { continue };
            let symbol = self.declare_one(&scope, item, pool);
            Rc::make_mut(&mut scope).set(&item.name().text, symbol, item.name().span);
        }
        scope
    }

    /// Sorts declarations so that each comes after those it refers to; those of a cycle are
    /// reported once and become [`Symbol::Broken`].
    fn dependency_order(
        &mut self,
        named: &[Named<'_>],
        edges: &[Vec<usize>],
        scope: &mut Scope,
    ) -> Vec<usize> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; named.len()];
        let mut order = Vec::new();
        let mut broken = BTreeSet::new();
        for start in 0..named.len() {
            let mut stack = vec![(start, 0)];
            while let Some((at, next)) = stack.pop() {
                let Some(mark) = marks.get_mut(at) else { continue };
                if next == 0 {
                    if *mark != Mark::New {
                        continue;
                    }
                    *mark = Mark::Open;
                }
                let Some(&target) = edges.get(at).and_then(|targets| targets.get(next)) else {
                    *mark = Mark::Done;
                    order.push(at);
                    continue;
                };
                stack.push((at, next + 1));
                match marks.get(target) {
                    Some(Mark::New) => stack.push((target, 0)),
                    Some(Mark::Open) => {
                        let from = stack.iter().position(|&(open, _)| open == target).unwrap_or(0);
                        let cycle: Vec<usize> =
                            stack.iter().skip(from).map(|&(open, _)| open).collect();
                        if cycle.iter().all(|member| !broken.contains(member)) {
                            self.report_cycle(named, &cycle);
                        }
                        broken.extend(cycle);
                    }
                    Some(Mark::Done) | None => {}
                }
            }
        }
        for &at in &broken {
            if let Some(item) = named.get(at) {
                scope.set(&item.name().text, Symbol::Broken, item.name().span);
            }
        }
        order.retain(|at| !broken.contains(at));
        order
    }

    fn report_cycle(&mut self, named: &[Named<'_>], cycle: &[usize]) {
        let members: Vec<&Name> =
            cycle.iter().filter_map(|&at| named.get(at)).map(|item| item.name()).collect();
        let Some(first) = members.first() else { return };
        let mut path: Vec<&str> = members.iter().take(12).map(|name| name.text.as_str()).collect();
        if members.len() > path.len() {
            path.push("…");
        }
        path.push(&first.text);
        let mut diagnostic = Diagnostic::new(
            code::CYCLE,
            first.span,
            format!("« {} » dépend de lui-même : {}", first.text, path.join(" → ")),
        );
        for member in members.iter().skip(1).take(8) {
            diagnostic = diagnostic.with_label(member.span, "passe par ici");
        }
        self.out
            .push(diagnostic.with_help("dites l'une de ces définitions avec des faits seulement"));
    }

    fn declare_one(&mut self, scope: &Rc<Scope>, item: Named<'_>, pool: PoolAccess) -> Symbol {
        let symbol = match item {
            Named::Definition(d) => self.definition(scope, d, pool),
            Named::Parameter(d) => self.parameter(scope, d),
            Named::Table(d) => self.table(scope, d, pool),
            Named::Function(d) => self.function(d),
        };
        symbol.unwrap_or(Symbol::Broken)
    }

    fn definition(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::Definition,
        pool: PoolAccess,
    ) -> Option<Symbol> {
        let arguments = self.arguments(scope, &written.arguments)?;
        let mut env = Env::new(Rc::clone(scope), pool);
        env.arguments.clone_from(&arguments);
        let declared = match &written.ty {
            Some(ty) => Some(self.type_named(ty)?),
            None => None,
        };
        let clauses = self.locals_of(&mut env, &written.clauses)?;
        let value = self.check_with(&mut env, &written.value, declared)?;
        let value = match declared {
            Some(ty) => self.expect(value, ty)?,
            None => value,
        };
        let value = substitute_locals(value, &clauses);
        let footprint = self.tree.footprint(&value);
        let id = DefinitionId(u32::try_from(self.tree.definitions.len()).ok()?);
        self.tree.definitions.push(Definition {
            name: written.name.text.clone(),
            label: written.name.label(written.label.as_ref()),
            arguments: arguments.into_iter().map(|(_, ty)| ty).collect(),
            value,
            footprint,
            span: written.name.span,
        });
        Some(Symbol::Definition(id))
    }

    /// Reads arguments. Errors: `E0202`, `E0206`.
    pub(super) fn arguments(
        &mut self,
        scope: &Rc<Scope>,
        written: &[Argument],
    ) -> Option<Vec<(String, Type)>> {
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Refused("ici"));
        for argument in written {
            let ty = self.type_named(&argument.ty)?;
            self.check_shadow(&env, &argument.name)?;
            env.arguments.push((argument.name.text.clone(), ty));
        }
        Some(env.arguments)
    }

    /// Reads a type. Errors: `E0206`, `E0302`.
    pub(super) fn type_named(&mut self, written: &TypeExpr) -> Option<Type> {
        match type_of(&self.tree.schema, written) {
            Ok(ty) => Some(ty),
            Err(diagnostic) => {
                let broken = names_broken(written, &self.resolved.broken_names);
                self.out.extend((!broken).then_some(diagnostic));
                None
            }
        }
    }

    fn function(&mut self, written: &syntax::Function) -> Option<Symbol> {
        let mut arguments = Vec::new();
        for argument in &written.arguments {
            arguments.push(self.type_named(&argument.ty)?);
        }
        let ty = self.type_named(&written.ty)?;
        let entry = fold(&written.name.text);
        let Some(script) = self.files.script(&written.script.text) else {
            let message =
                format!("le script « {} » n'est pas dans le recueil", written.script.text);
            let paths = self.files.scripts.keys().map(String::as_str);
            self.out.push(
                Diagnostic::new(code::SCRIPT_FILE, written.script.span, message)
                    .with_suggestion(&written.script.text, paths),
            );
            return None;
        };
        let (path, Script::Declares(declared)) = script else { return None };
        if !declared.contains(&(entry.clone(), arguments.len())) {
            let arguments = counted(arguments.len(), "argument", "arguments");
            self.out.push(
                Diagnostic::new(
                    code::SCRIPT_FILE,
                    written.script.span,
                    format!("le script n'a pas de fonction « {entry} » à {arguments}"),
                )
                .with_help(format!("dans le script, écrivez « fn {entry}(…) », sans accents")),
            );
            return None;
        }
        let path = path.to_owned();
        let id = FunctionId(u32::try_from(self.tree.functions.len()).ok()?);
        self.tree.functions.push(FunctionDef {
            name: written.name.text.clone(),
            entry,
            script: path,
            arguments,
            ty,
        });
        Some(Symbol::Function(id))
    }
}
