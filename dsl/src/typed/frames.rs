//! Frames: the tranches that they open, what they share, what they require, and what those who fill
//! them may still say of the points.
//!
//! A frame leaves nothing to a default: each choice of the applicant has its row, what is visible
//! exists, and a tranche can be filled.

use super::footprints::Author;
use super::from_resolved::Checker;
use super::grids::REFUSED_IN_ELIGIBILITY;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tree::{Expr, Part, SharingRule, Tranche, ValidationRule};
use crate::resolved::tree::{Unit, UnitId};
use crate::resolved::{Segment, read_points, sharing};
use crate::syntax::tree::{self as syntax, DeclarationKind, SharingRow};
use engine::{EntityId, EnumId, FieldId, Sharing, Type};
use source::{Diagnostic, Span, code, fold};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// What a frame brings to each of its fillings.
#[derive(Debug)]
pub(super) struct FrameParts {
    pub(super) unit: Arc<str>,
    pub(super) version: Arc<str>,
    pub(super) label: Arc<str>,
    pub(super) parts: Vec<Part>,
    pub(super) sharing: Option<Arc<SharingRule>>,
    pub(super) validation: Option<ValidationRule>,
}

/// Where each line of a unit is named, those in families included.
pub(super) type LineNames<'u> = BTreeMap<&'u str, Span>;

/// Names the lines that a frame brings: those who fill it choose other names.
pub(super) fn lines_of<'u>(frame: &'u Unit) -> LineNames<'u> {
    let mut names = LineNames::new();
    let mut add = |name: &'u syntax::Name| {
        names.entry(name.text.as_str()).or_insert(name.span);
    };
    for declaration in frame.held() {
        match &declaration.kind {
            DeclarationKind::Criterion(it) => add(&it.name),
            DeclarationKind::Slot(it) => add(&it.name),
            DeclarationKind::Family(it) => {
                add(&it.name);
                it.criteria.iter().for_each(|criterion| add(&criterion.name));
            }
            DeclarationKind::Enumeration(_)
            | DeclarationKind::Entity(_)
            | DeclarationKind::Definition(_)
            | DeclarationKind::Parameter(_)
            | DeclarationKind::Table(_)
            | DeclarationKind::Function(_)
            | DeclarationKind::Eligibility(_)
            | DeclarationKind::Guarantee(_)
            | DeclarationKind::Example(_) => {}
        }
    }
    names
}

impl Checker<'_> {
    pub(super) fn frame_parts(
        &mut self,
        id: UnitId,
        unit: &Unit,
        segment: &Segment,
    ) -> Rc<FrameParts> {
        let key = (id, self.library_key(segment));
        if let Some(parts) = self.frames.get(&key) {
            return Rc::clone(parts);
        }
        let scope = self.unit_scope(id, unit, segment);
        let sharing = self.sharing_rule(unit, &scope).map(Arc::new);
        let validation = self.validation_rule(unit);
        let parts = self.own_parts(unit, &scope, Author::Operator, None, LineNames::new());
        let frame = Rc::new(FrameParts {
            unit: unit.name.text.as_str().into(),
            version: unit.version.as_str().into(),
            label: unit.label.as_str().into(),
            parts,
            sharing,
            validation,
        });
        self.frames.insert(key, Rc::clone(&frame));
        frame
    }

    /// Checks a tranche in a frame: points, no criteria, and somebody who may fill it.
    ///
    /// Errors: `E0207`, `E0208`, `E0302`.
    pub(super) fn slot(&mut self, unit: &Unit, written: &syntax::Slot) -> Option<Tranche> {
        if let Some((message, help)) = no_place_for_a_slot(unit) {
            self.out.push(
                Diagnostic::new(code::WRONG_DECLARATION, written.name.span, message)
                    .with_help(help),
            );
            return None;
        }
        let Some(points) = &written.points else {
            self.out.push(
                Diagnostic::new(
                    code::MISSING_CLAUSE,
                    written.name.span,
                    format!("la tranche « {} » ne dit pas ses points", written.name.text),
                )
                .with_help("écrivez par exemple « tranche A \"Tranche A\" donne 166 points »"),
            );
            return None;
        };
        if let Some(criterion) = written.criteria.first() {
            let message = "les critères d'une tranche s'écrivent dans la politique qui la remplit";
            self.out.push(Diagnostic::new(code::WRONG_DECLARATION, criterion.name.span, message));
        }
        Some(Tranche {
            id: written.name.text.clone(),
            label: written.name.label(written.label.as_ref()),
            points: read_points(points, &mut self.out)?,
            criteria: Vec::new(),
            span: written.name.span,
        })
    }

    /// Refuses the scale and the bounds that are not its own to say: a closed frame holds all the
    /// points; an open one leaves what it did not say. Errors: `E0401`.
    pub(super) fn check_bounds_left(&mut self, filling: &Unit, frame: &Unit) {
        let clauses = [
            ("sur … points", filling.scale(), frame.scale()),
            ("plafond", filling.cap(), frame.cap()),
            ("plancher", filling.floor(), frame.floor()),
        ];
        for (word, own, of_frame) in clauses {
            let Some((_, span)) = own else { continue };
            let name = &frame.name.text;
            let message = match (frame.frame().open, of_frame) {
                (true, None) => continue,
                (_, Some(_)) => format!("le cadre « {name} » a déjà dit « {word} »"),
                (false, None) => {
                    format!("le cadre « {name} » fixe tous les points : « {word} » n'est qu'à lui")
                }
            };
            let fault = Diagnostic::new(code::FRAME_FIXES_POINTS, span, message);
            let fault = match of_frame {
                Some((_, place)) => fault.with_label(place, "dit ici"),
                None => fault,
            };
            self.out.push(fault.with_help("retirez cette clause").with_edit(span, ""));
        }
    }

    /// Reads what the applicant's choice shares.
    ///
    /// Errors: `E0114`, `E0201`, `E0205`, `E0208`, `E0211`, `E0301`.
    fn sharing_rule(&mut self, unit: &Unit, scope: &Rc<Scope>) -> Option<SharingRule> {
        let seen = self.visible(unit, scope);
        let Some((choice, rows)) = &unit.frame().sharing else {
            self.visible_to_all(unit);
            return None;
        };
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Refused(REFUSED_IN_ELIGIBILITY));
        let choice = self.infer(&mut env, choice)?;
        let Type::Enum(id) = choice.ty else {
            self.out.push(Diagnostic::new(
                code::TYPE_MISMATCH,
                choice.span,
                "le partage se décide selon un fait à valeurs énumérées",
            ));
            return None;
        };
        let levels = self.levels(id, rows, &choice);
        let mut visible = self.tree.footprint(&choice).fields;
        visible.extend(seen.fields);
        Some(SharingRule { choice, levels, visible, visible_lists: seen.lists })
    }

    /// Reads what each choice shares: all are told, each once.
    fn levels(
        &mut self,
        choices: EnumId,
        rows: &[SharingRow],
        choice: &Expr,
    ) -> BTreeMap<u32, Sharing> {
        let def = self.tree.schema.enumeration(choices);
        let values: Vec<String> = def
            .map(|def| def.values.iter().map(|value| value.name.clone()).collect())
            .unwrap_or_default();
        let mut levels = BTreeMap::new();
        let mut said: BTreeMap<&str, Span> = BTreeMap::new();
        let mut strange = false;
        for row in rows {
            let name = &row.value;
            let Some(at) = values.iter().position(|value| *value == name.text) else {
                strange = true;
                let message = format!("« {} » n'est pas un choix", name.text);
                self.out.push(
                    Diagnostic::new(code::UNKNOWN_VALUE, name.span, message)
                        .with_suggestion(&name.text, values.iter().map(String::as_str)),
                );
                continue;
            };
            if let Some(first) = said.insert(&name.text, name.span) {
                let message = format!("le choix « {} » a déjà sa ligne", name.text);
                self.out.push(
                    Diagnostic::new(code::DUPLICATE_CLAUSE, name.span, message)
                        .with_label(first, "une première fois ici")
                        .with_help("gardez une seule ligne par choix"),
                );
                continue;
            }
            levels.insert(u32::try_from(at).unwrap_or(u32::MAX), sharing(row.level));
        }
        // A name that is no choice is likely the one that lacks.
        if !strange {
            let without: Vec<&String> =
                values.iter().filter(|value| !said.contains_key(value.as_str())).collect();
            self.without_row(&without, choice.span);
        }
        levels
    }

    /// Reports the choices of which the sharing says nothing. Errors: `E0211`.
    fn without_row(&mut self, choices: &[&String], place: Span) {
        let Some(first) = choices.first() else { return };
        let listed: Vec<String> = choices.iter().map(|choice| format!("« {choice} »")).collect();
        let message = match listed.as_slice() {
            [only] => format!("le partage ne dit pas ce que transmet le choix {only}"),
            _ => {
                format!("le partage ne dit pas ce que transmettent les choix {}", listed.join(", "))
            }
        };
        self.out
            .push(Diagnostic::new(code::CHOICE_WITHOUT_SHARING, place, message).with_help(format!(
            "ajoutez une ligne par choix : « | {first} => rien », « identification » ou « complet »"
        )));
    }

    /// Refuses `visible` where nothing is hidden. Errors: `E0208`.
    fn visible_to_all(&mut self, unit: &Unit) {
        let Some(path) = unit.frame().visible.first() else { return };
        if unit.is_broken("partage") {
            return;
        }
        let message = "« visible » demande « partage selon » : sans lui, le cadre montre tout";
        self.out.push(
            Diagnostic::new(code::MISSING_CLAUSE, path.span, message)
                .with_help("ajoutez « partage selon FAIT » et ses lignes, ou retirez « visible »"),
        );
    }

    /// Reads what is seen whatever the choice. Errors: `E0201`.
    fn visible(&mut self, unit: &Unit, scope: &Rc<Scope>) -> Visible {
        let mut seen = Visible::default();
        for path in &unit.frame().visible {
            let Some(head) = path.segments.first() else { continue };
            let Some((Symbol::Entity(entity), _)) = scope.get(&head.text) else {
                let names = scope.all_names();
                let diagnostic = Diagnostic::new(
                    code::UNKNOWN_NAME,
                    head.span,
                    format!("aucune entité « {} »", head.text),
                )
                .with_suggestion(&head.text, names);
                self.out.push(diagnostic);
                continue;
            };
            match path.segments.get(1) {
                Some(field) => seen.fields.extend(self.field_of(entity, field).map(|(id, _)| id)),
                None => {
                    if let Some(def) = self.tree.schema.entity(entity) {
                        seen.fields.extend(&def.fields);
                        seen.lists.insert(entity);
                    }
                }
            }
        }
        seen
    }

    fn validation_rule(&mut self, unit: &Unit) -> Option<ValidationRule> {
        let span = unit.frame().requires_validation?;
        let schema = &self.tree.schema;
        let field =
            schema.entity_named("employeur").and_then(|id| schema.field_named(id, "validation"));
        let rule = field.and_then(|field| {
            let Type::Enum(id) = schema.field(field)?.ty else { return None };
            let values = &schema.enumeration(id)?.values;
            let index = |word: &str| {
                let at = values.iter().position(|value| fold(&value.name) == word)?;
                u32::try_from(at).ok()
            };
            let (pending, refused) = (index("en_cours")?, index("refusee")?);
            Some(ValidationRule { field, pending, refused, confirmed: index("confirmee")? })
        });
        if rule.is_none() {
            self.out.push(
                Diagnostic::new(
                    code::UNKNOWN_NAME,
                    span,
                    "la validation se lit dans « employeur.validation », à déclarer dans un vocabulaire",
                )
                .with_help("son énumération a les valeurs en_cours, refusée et confirmée"),
            );
        }
        rule
    }
}

/// What is seen whatever the choice.
#[derive(Debug, Default)]
struct Visible {
    fields: BTreeSet<FieldId>,
    lists: BTreeSet<EntityId>,
}

/// Says why a unit may not have a tranche, and what to do.
fn no_place_for_a_slot(unit: &Unit) -> Option<(&'static str, &'static str)> {
    if unit.kind != syntax::UnitKind::Frame {
        return Some((
            "une tranche se déclare dans un cadre",
            "ailleurs, écrivez des critères ou une famille",
        ));
    }
    unit.frame().open.then_some((
        "personne ne peut remplir la tranche d'un cadre à critères libres",
        "écrivez un critère, que tous auront, ou retirez « critères libres »",
    ))
}
