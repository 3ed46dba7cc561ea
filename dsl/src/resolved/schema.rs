//! Vocabularies to the schema of facts.
//!
//! All versions of all vocabularies share one schema: an entity or an enumeration declared again
//! adds what it adds, and a field keeps its type for ever (a fact that changes type takes another
//! name), so that a dossier means the same under every version.

use super::from_syntax::sharing;
use super::tree::{Recueil, Unit, UnitId};
use super::{levers, measure};
use crate::syntax::tree::{
    DeclarationKind, Entity, Enumeration, Field, MarkKind, Multiplicity, Name, TypeExpr,
};
use engine::{
    EntityDef, EntityId, EnumDef, EnumValue, FieldDef, FieldId, NumberForm, Schema, Sharing, Type,
    Unit as Measure,
};
use source::{Diagnostic, Span, code, counted, fold};
use std::collections::{BTreeMap, BTreeSet};

/// Builds the schema from every vocabulary's entities and enumerations.
pub(super) fn build(recueil: &mut Recueil, out: &mut Vec<Diagnostic>) {
    let mut schema = Schema::default();
    let mut spans = BTreeMap::new();
    let mut broken = recueil.broken_names.clone();
    let units = in_order_of_use(recueil);
    let declarations =
        || units.iter().flat_map(|unit| unit.held()).map(|declaration| &declaration.kind);
    for kind in declarations() {
        if let DeclarationKind::Enumeration(enumeration) = kind {
            add_enumeration(&mut schema, enumeration, out);
        }
    }
    for kind in declarations() {
        if let DeclarationKind::Entity(entity) = kind {
            add_entity(&mut schema, &mut spans, entity, out);
        }
    }
    for kind in declarations() {
        if let DeclarationKind::Entity(entity) = kind {
            add_fields(&mut schema, entity, &mut broken, out);
        }
    }
    // A fact that could not be read is its own mistake: the count waits.
    if broken.is_empty() {
        check_sizes(recueil, &schema, out);
    }
    recueil.broken_names = broken;
    recueil.schema = schema;
    recueil.entity_spans = spans;
}

/// Lists the units so that each comes after those it uses: what contradicts an earlier declaration
/// is the later's mistake.
fn in_order_of_use(recueil: &Recueil) -> Vec<&Unit> {
    let mut seen = BTreeSet::new();
    let mut ordered = Vec::new();
    for at in 0..recueil.units.len() {
        add_after_used(
            recueil,
            UnitId(u32::try_from(at).unwrap_or(u32::MAX)),
            &mut seen,
            &mut ordered,
        );
    }
    ordered
}

fn add_after_used<'r>(
    recueil: &'r Recueil,
    id: UnitId,
    seen: &mut BTreeSet<UnitId>,
    ordered: &mut Vec<&'r Unit>,
) {
    let Some(unit) = recueil.unit(id) else { return };
    if !seen.insert(id) {
        return;
    }
    for name in &unit.uses {
        for (used, _) in recueil.versions(&name.text) {
            add_after_used(recueil, used, seen, ordered);
        }
    }
    ordered.push(unit);
}

fn add_enumeration(schema: &mut Schema, written: &Enumeration, out: &mut Vec<Diagnostic>) {
    let label = written.label.as_ref().map(|text| text.text.clone());
    let at = match schema.enum_named(&written.name.text) {
        Some(id) => id.0 as usize,
        None => {
            let def = EnumDef { name: written.name.text.clone(), label, values: Vec::new() };
            schema.enums.push(def);
            schema.enums.len() - 1
        }
    };
    if written.values.is_empty() {
        let message = format!("« {} » n'a aucun choix", written.name.text);
        out.push(
            Diagnostic::new(code::MISSING_CLAUSE, written.name.span, message)
                .with_help("écrivez un choix par ligne : | nom \"Libellé\""),
        );
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, label) in &written.values {
        if let Some(first) = seen.insert(&name.text, name.span) {
            out.push(duplicate(&name.text, name.span, first));
            continue;
        }
        let Some(def) = schema.enums.get_mut(at) else { return };
        if !def.values.iter().any(|value| value.name == name.text) {
            let label = name.label(label.as_ref());
            def.values.push(EnumValue { name: name.text.clone(), label });
        }
    }
}

fn add_entity(
    schema: &mut Schema,
    spans: &mut BTreeMap<EntityId, Span>,
    written: &Entity,
    out: &mut Vec<Diagnostic>,
) {
    let list = written.multiplicity == Multiplicity::List;
    let Some(id) = schema.entity_named(&written.name.text) else {
        let id = EntityId(u32::try_from(schema.entities.len()).unwrap_or(u32::MAX));
        schema.entities.push(EntityDef {
            name: written.name.text.clone(),
            label: written.label.as_ref().map(|text| text.text.clone()),
            list,
            fields: Vec::new(),
        });
        spans.insert(id, written.name.span);
        return;
    };
    if schema.entity(id).is_some_and(|entity| entity.list != list) {
        let message =
            format!("« {} » est une liste ici et une entité simple ailleurs", written.name.text);
        let first = spans.get(&id).copied().unwrap_or_default();
        out.push(
            Diagnostic::new(code::DUPLICATE_NAME, written.name.span, message)
                .with_label(first, "première déclaration"),
        );
    }
}

/// Adds the fields of an entity; those with an error of their own are noted as broken.
fn add_fields(
    schema: &mut Schema,
    written: &Entity,
    broken: &mut BTreeSet<String>,
    out: &mut Vec<Diagnostic>,
) {
    let Some(entity) = schema.entity_named(&written.name.text) else { return };
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for field in &written.fields {
        if let Some(first) = seen.insert(&field.name.text, field.name.span) {
            out.push(duplicate(&field.name.text, field.name.span, first));
            continue;
        }
        duplicate_marks(field, out);
        let ty = match type_of(schema, &field.ty).and_then(|ty| in_base_unit(&field.ty, ty)) {
            Ok(ty) => ty,
            Err(diagnostic) => {
                out.extend((!names_broken(&field.ty, broken)).then_some(diagnostic));
                broken.insert(field.name.text.clone());
                continue;
            }
        };
        match schema.field_named(entity, &field.name.text) {
            Some(id) => {
                let known = schema.field(id).map(|known| known.ty);
                if known != Some(ty) {
                    let before = known.map(|ty| schema.type_name(ty)).unwrap_or_default();
                    out.push(Diagnostic::new(
                        code::DUPLICATE_NAME,
                        field.name.span,
                        format!(
                            "« {} » est déjà déclaré avec le type « {before} »",
                            field.name.text
                        ),
                    ));
                    continue;
                }
                let def = field_def(schema, entity, field, ty, out);
                if let Some(at) = schema.fields.get_mut(id.0 as usize) {
                    *at = def;
                }
            }
            None => {
                let id = FieldId(u32::try_from(schema.fields.len()).unwrap_or(u32::MAX));
                let def = field_def(schema, entity, field, ty, out);
                schema.fields.push(def);
                if let Some(def) = schema.entities.get_mut(entity.0 as usize) {
                    def.fields.push(id);
                }
            }
        }
    }
}

fn duplicate(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(code::DUPLICATE_NAME, span, format!("« {name} » est déjà déclaré"))
        .with_label(first, "première déclaration")
}

/// Refuses a mark said twice on one field. Errors: `E0114`.
fn duplicate_marks(field: &Field, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for mark in &field.marks {
        let word = match &mark.kind {
            MarkKind::Sharing(_) => "partage",
            MarkKind::Optional => "facultatif",
            MarkKind::Sensitive => "sensible",
            MarkKind::Protected => "protégé",
            MarkKind::Unique => "unique",
            MarkKind::Cerfa(_) => "cerfa",
            MarkKind::Lever(_)
            | MarkKind::Source(_)
            | MarkKind::LegalBasis(_)
            | MarkKind::Hypothesis(_) => continue,
        };
        if let Some(first) = seen.insert(word, mark.span) {
            let message = format!("« {word} » est déjà dit");
            out.push(
                Diagnostic::new(code::DUPLICATE_CLAUSE, mark.span, message)
                    .with_label(first, "une première fois ici"),
            );
        }
    }
}

fn field_def(
    schema: &Schema,
    entity: EntityId,
    field: &Field,
    ty: Type,
    out: &mut Vec<Diagnostic>,
) -> FieldDef {
    let label = field.name.label(field.label.as_ref());
    let mut def = FieldDef::unmarked(entity, field.name.text.as_str(), label, ty);
    for mark in &field.marks {
        match &mark.kind {
            MarkKind::Sharing(level) => def.sharing = Some(sharing(*level)),
            MarkKind::Optional => def.optional = true,
            MarkKind::Sensitive => def.sensitive = true,
            MarkKind::Protected => def.protected = true,
            MarkKind::Unique => def.unique = true,
            MarkKind::Cerfa(text) => def.cerfa = Some(text.text.clone()),
            MarkKind::Lever(_)
            | MarkKind::Source(_)
            | MarkKind::LegalBasis(_)
            | MarkKind::Hypothesis(_) => {}
        }
    }
    def.levers = levers::of(schema, &def, field, out);
    def
}

/// Tells whether a type is one that has an error of its own.
pub(crate) fn names_broken(written: &TypeExpr, broken: &BTreeSet<String>) -> bool {
    matches!(written, TypeExpr::Name(name) if broken.contains(&name.text))
}

/// Reads a type as written. Errors: `E0206`, `E0302`.
pub(crate) fn type_of(schema: &Schema, written: &TypeExpr) -> Result<Type, Diagnostic> {
    let name = match written {
        TypeExpr::Unit(unit) => {
            let scaled = measure::unit_of(unit)?;
            let percent = scaled.unit.is_none();
            let form = if percent { NumberForm::Percent } else { NumberForm::Decimal };
            return Ok(Type::Number(scaled.unit, form));
        }
        TypeExpr::Name(name) => name,
    };
    if let Some(id) = schema.enum_named(&name.text) {
        return Ok(Type::Enum(id));
    }
    if let Some(id) = schema.entity_named(&name.text) {
        return item_of(schema, id, name);
    }
    let whole = |unit| Ok(Type::Number(unit, NumberForm::Whole));
    match fold(&name.text).as_str() {
        "booleen" => Ok(Type::Bool),
        "nombre" => Ok(Type::Number(Measure::NONE, NumberForm::Decimal)),
        "entier" => whole(Measure::NONE),
        "texte" => Ok(Type::Text),
        "code" | "commune" => Ok(Type::Code),
        "date" => Ok(Type::Date),
        "mois" | "ans" | "an" => whole(Measure::months()),
        "jours" | "jour" => whole(Measure::days()),
        word => match engine::Scaled::of_word(word, 1) {
            Some(scaled) => Ok(Type::Number(scaled.unit, NumberForm::Decimal)),
            None => Err(unknown_type(schema, name)),
        },
    }
}

/// Reads the name of an entity as the type of an element of it. Errors: `E0206`.
fn item_of(schema: &Schema, id: EntityId, name: &Name) -> Result<Type, Diagnostic> {
    if schema.entity(id).is_some_and(|entity| entity.list) {
        return Ok(Type::Item(id));
    }
    let message = format!("« {} » n'est pas une liste : elle n'a pas d'éléments", name.text);
    Err(Diagnostic::new(code::UNKNOWN_TYPE, name.span, message)
        .with_help(format!("ses champs se lisent partout : « {}.… »", name.text)))
}

/// Refuses a field in a unit that is only another way to write its base (`ans`, `h`): a dossier
/// gives plain numbers, which must not be read twelve times too small. Errors: `E0206`.
fn in_base_unit(written: &TypeExpr, ty: Type) -> Result<Type, Diagnostic> {
    let base = match written {
        TypeExpr::Name(name) => match fold(&name.text).as_str() {
            "an" | "ans" => "mois",
            "semaine" | "semaines" => "jours",
            "h" | "heure" | "heures" => "minutes",
            _ => return Ok(ty),
        },
        TypeExpr::Unit(unit) => match unit.factors.as_slice() {
            [(word, 1)] if word == "h" => "minutes",
            _ => return Ok(ty),
        },
    };
    let message = format!("un champ se donne en {base}");
    Err(Diagnostic::new(code::UNKNOWN_TYPE, written.span(), message)
        .with_help(format!(
            "écrivez le type « {base} » ; les règles peuvent comparer à « 3 ans » ou « 2 h »"
        ))
        .with_edit(written.span(), base))
}

fn unknown_type(schema: &Schema, name: &Name) -> Diagnostic {
    const BUILT_IN: &[&str] = &[
        "booléen", "nombre", "entier", "texte", "code", "date", "mois", "ans", "jours", "km",
        "points", "minutes", "€", "€/mois", "€/an",
    ];
    let declared = schema.enums.iter().map(|def| def.name.as_str());
    let entities = schema.entities.iter().map(|def| def.name.as_str());
    let fault =
        Diagnostic::new(code::UNKNOWN_TYPE, name.span, format!("type « {} » inconnu", name.text));
    let words: &[(&str, &str)] =
        &[("kilomètres", "km"), ("kilomètre", "km"), ("oui_non", "booléen"), ("durée", "mois")];
    if let Some((_, meant)) = words.iter().find(|(word, _)| fold(word) == fold(&name.text)) {
        return fault.with_help(format!("écrivez « {meant} »")).with_edit(name.span, *meant);
    }
    let fault =
        fault.with_suggestion(&name.text, BUILT_IN.iter().copied().chain(declared).chain(entities));
    if fault.helps.is_empty() {
        fault.with_help(format!("types du langage : {}", BUILT_IN.join(", ")))
    } else {
        fault
    }
}

fn check_sizes(recueil: &Recueil, schema: &Schema, out: &mut Vec<Diagnostic>) {
    for unit in &recueil.units {
        for (level, declared, span) in &unit.sharing_sizes {
            let shared = schema.fields.iter().filter(|field| {
                field.cerfa.is_some() && field.sharing.is_some_and(|needs| needs <= *level)
            });
            let found = shared.count();
            if usize::try_from(*declared) != Ok(found) {
                let level = match level {
                    Sharing::Nothing => "rien",
                    Sharing::Identification => "identification",
                    Sharing::Complete => "complet",
                };
                let found = counted(found, "champ", "champs");
                out.push(Diagnostic::new(
                    code::CONSENT_SCOPE_SIZE,
                    *span,
                    format!(
                        "le partage « {level} » compte {found} du formulaire, annoncé {declared}"
                    ),
                ));
            }
        }
    }
}
