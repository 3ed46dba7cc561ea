//! What rules refer to, in words: definitions, tables and parameters, each with what it refers to in
//! turn, in the order in which a reader meets them.

use super::rules::Grounds;
use crate::phrases::{Condition, Defined, Phrase, Speech, TableWords};
use dsl::resolved::tree::Recueil as Resolved;
use dsl::syntax::tree::{Argument, Clause, Declaration, DeclarationKind};
use dsl::typed::tree::{Definition, DefinitionId, Expr, ExprKind, Recueil, TableId, TypedTable};
use engine::Type;
use schemars::JsonSchema;
use serde::Serialize;
use source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Ce qu'une règle emploie
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Emploi")]
#[serde(tag = "sorte")]
pub enum Referred {
    /// Une définition
    #[serde(rename = "definition")]
    Definition(DefinitionWords),
    /// Une table, ou un paramètre
    #[serde(rename = "table")]
    Table(NamedTable),
}

/// Une définition en mots
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DefinitionEnMots")]
pub struct DefinitionWords {
    /// Son ancre dans la page
    #[serde(skip)]
    #[schemars(skip)]
    pub anchor: String,
    /// Son nom
    pub id: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// De quoi elle dépend, en plus des faits
    #[serde(rename = "pour", skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Ce qu'elle vaut, quand c'est une quantité, une date ou un choix
    #[serde(rename = "vaut", skip_serializing_if = "Option::is_none")]
    pub value: Option<Phrase>,
    /// Quand elle est vraie, quand c'est une condition
    #[serde(rename = "vraie_si", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// Une table ou un paramètre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TableNommee")]
pub struct NamedTable {
    /// Son ancre dans la page
    #[serde(skip)]
    #[schemars(skip)]
    pub anchor: String,
    /// Son nom
    pub id: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Si c'est un paramètre : une valeur, ou une valeur par période
    #[serde(rename = "parametre")]
    pub parameter: bool,
    /// Ses lignes
    #[serde(flatten)]
    pub table: TableWords,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// Beyond how many rows a table is folded away.
const LONG: usize = 24;

impl NamedTable {
    /// Tells whether it has too many rows to stand open in a page.
    pub fn is_long(&self) -> bool {
        self.table.rows.len() > LONG
    }
}

/// What is written of each definition, table and parameter, by the place of its name.
pub(super) struct Declarations {
    by_name: BTreeMap<Span, Declaration>,
}

impl Declarations {
    pub(super) fn of(resolved: &Resolved) -> Self {
        // The filling of a closed frame declares none.
        let units = resolved.units.iter().filter(|unit| !resolved.fills_a_closed_frame(unit));
        let mut by_name = BTreeMap::new();
        for unit in units {
            let all = unit.declarations();
            let named = all.iter().filter_map(|it| Some((name_of(it)?, it.clone())));
            by_name.extend(named);
        }
        Self { by_name }
    }

    fn doc(&self, span: Span) -> Option<String> {
        self.by_name.get(&span).and_then(|declaration| declaration.doc.clone())
    }

    fn grounds(&self, span: Span) -> Grounds {
        Grounds::of_clauses(self.by_name.get(&span).map_or(&[], |it| clauses_of(it)))
    }

    fn arguments(&self, span: Span) -> Vec<String> {
        let arguments = self.by_name.get(&span).map_or(&[][..], |it| arguments_of(it));
        arguments.iter().map(|argument| argument.name.text.replace('_', " ")).collect()
    }
}

fn name_of(declaration: &Declaration) -> Option<Span> {
    match &declaration.kind {
        DeclarationKind::Definition(it) => Some(it.name.span),
        DeclarationKind::Parameter(it) => Some(it.name.span),
        DeclarationKind::Table(it) => Some(it.name.span),
        _ => None,
    }
}

fn clauses_of(declaration: &Declaration) -> &[Clause] {
    match &declaration.kind {
        DeclarationKind::Definition(it) => &it.clauses,
        DeclarationKind::Parameter(it) => &it.clauses,
        DeclarationKind::Table(it) => &it.clauses,
        _ => &[],
    }
}

fn arguments_of(declaration: &Declaration) -> &[Argument] {
    match &declaration.kind {
        DeclarationKind::Definition(it) => &it.arguments,
        DeclarationKind::Table(it) => &it.arguments,
        _ => &[],
    }
}

/// Puts into words all that expressions refer to.
pub(super) fn referred(
    tree: &Recueil,
    declarations: &Declarations,
    from: &[&Expr],
) -> Vec<Referred> {
    let mut met = Met { tree, seen: BTreeSet::new(), order: Vec::new() };
    for expr in from {
        met.walk(expr);
    }
    let words = met.order.into_iter().filter_map(|defined| match defined {
        Defined::Definition(id) => {
            tree.definitions.get(id.0 as usize).map(|it| definition(tree, declarations, id, it))
        }
        Defined::Table(id) => {
            tree.tables.get(id.0 as usize).map(|it| table(tree, declarations, id, it))
        }
    });
    words.collect()
}

struct Met<'t> {
    tree: &'t Recueil,
    seen: BTreeSet<Defined>,
    order: Vec<Defined>,
}

impl<'t> Met<'t> {
    fn walk(&mut self, expr: &'t Expr) {
        match expr.kind.as_ref() {
            ExprKind::Definition(id, _) => self.meet(Defined::Definition(*id)),
            ExprKind::Table(id, _) => self.meet(Defined::Table(*id)),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| self.walk(child));
    }

    fn meet(&mut self, defined: Defined) {
        if !self.seen.insert(defined) {
            return;
        }
        self.order.push(defined);
        let tree = self.tree;
        match defined {
            Defined::Definition(id) => {
                tree.definitions.get(id.0 as usize).iter().for_each(|it| self.walk(&it.value));
            }
            Defined::Table(id) => {
                let inputs = tree.tables.get(id.0 as usize).map_or(&[][..], |it| &it.inputs);
                for input in inputs {
                    self.walk(input);
                }
            }
        }
    }
}

fn definition(
    tree: &Recueil,
    declarations: &Declarations,
    id: DefinitionId,
    found: &Definition,
) -> Referred {
    let arguments = declarations.arguments(found.span);
    let speech = Speech { arguments: &arguments, ..Speech::new(tree) };
    let is_condition = found.value.ty == Type::Bool;
    Referred::Definition(DefinitionWords {
        anchor: Defined::Definition(id).anchor(),
        id: found.name.clone(),
        label: found.label.clone(),
        doc: declarations.doc(found.span),
        value: (!is_condition).then(|| speech.amount(&found.value)),
        condition: is_condition.then(|| speech.condition(&found.value)),
        grounds: declarations.grounds(found.span),
        arguments,
    })
}

fn table(tree: &Recueil, declarations: &Declarations, id: TableId, found: &TypedTable) -> Referred {
    let arguments = declarations.arguments(found.span);
    let speech = Speech { arguments: &arguments, ..Speech::new(tree) };
    Referred::Table(NamedTable {
        anchor: Defined::Table(id).anchor(),
        id: found.table.name.clone(),
        label: found.label.clone(),
        doc: declarations.doc(found.span),
        parameter: found.parameter,
        table: speech.table(found),
        grounds: declarations.grounds(found.span),
    })
}
