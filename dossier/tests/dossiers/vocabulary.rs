//! A small vocabulary with a field of each type, and the front door of the tests.

use dossier::{Dossier, DossierError, Format, Forms, read};
use engine::{
    Base, EntityDef, EntityId, EnumDef, EnumId, EnumValue, FactState, FieldDef, FieldId,
    NumberForm, Schema, Type, Unit, Value,
};

/// Makes the vocabulary.
pub(crate) fn schema() -> Schema {
    let mut schema = Schema::default();
    let status = enumeration(&mut schema, "statut_professionnel", &["cdi", "cdd", "étudiant"]);
    let validation = enumeration(&mut schema, "validation", &["en_cours", "refusée", "confirmée"]);
    let size = enumeration(&mut schema, "typologie", &["T1", "T2"]);
    let monthly = Unit::of(Base::Euro).with(Base::Month, -1);
    let decimal = |unit| Type::Number(unit, NumberForm::Decimal);
    let whole = Type::Number(Unit::NONE, NumberForm::Whole);
    let percent = Type::Number(Unit::NONE, NumberForm::Percent);
    for (entity, list, fields) in [
        (
            "offre",
            false,
            vec![("commune", Type::Code), ("loyer", decimal(monthly)), ("typologie", size)],
        ),
        (
            "demandeur",
            false,
            vec![("nom", Type::Text), ("date_naissance", Type::Date), ("statut", status)],
        ),
        (
            "foyer",
            false,
            vec![("revenus", decimal(monthly)), ("personnes", whole), ("part", percent)],
        ),
        (
            "emploi",
            false,
            vec![
                ("ancienneté", decimal(Unit::months())),
                ("trajet", decimal(Unit::of(Base::Minute))),
            ],
        ),
        (
            "employeur",
            false,
            vec![("siren", Type::Code), ("cotisante", Type::Bool), ("validation", validation)],
        ),
        ("personne_à_charge", true, vec![("date_naissance", Type::Date), ("handicap", Type::Bool)]),
    ] {
        let id = EntityId(u32::try_from(schema.entities.len()).unwrap());
        let first = u32::try_from(schema.fields.len()).unwrap();
        let ids = (first..).take(fields.len()).map(FieldId).collect();
        for (name, ty) in fields {
            schema.fields.push(field(id, name, ty));
        }
        let label = Some(format!("Entité {entity}"));
        schema.entities.push(EntityDef { name: entity.to_owned(), label, list, fields: ids });
    }
    schema
}

fn enumeration(schema: &mut Schema, name: &str, values: &[&str]) -> Type {
    let id = EnumId(u32::try_from(schema.enums.len()).unwrap());
    let value =
        |name: &&str| EnumValue { name: (*name).to_owned(), label: format!("Libellé {name}") };
    let values = values.iter().map(value).collect();
    schema.enums.push(EnumDef { name: name.to_owned(), label: None, values });
    Type::Enum(id)
}

fn field(entity: EntityId, name: &str, ty: Type) -> FieldDef {
    FieldDef {
        sensitive: name == "handicap",
        cerfa: (name == "revenus").then(|| "E7".to_owned()),
        ..FieldDef::unmarked(entity, name, format!("Champ {name}"), ty)
    }
}

/// Reads a YAML dossier without forms.
pub(crate) fn yaml(text: &str) -> Result<Dossier, Vec<DossierError>> {
    read(text.as_bytes(), Format::Yaml, &schema(), Forms::none())
}

/// Reads a JSON dossier without forms.
pub(crate) fn json(text: &str) -> Result<Dossier, Vec<DossierError>> {
    read(text.as_bytes(), Format::Json, &schema(), Forms::none())
}

/// Puts the facts of one candidate in a dossier.
pub(crate) fn one(facts: &str) -> String {
    format!(
        "offre: {{ loyer: 500 }}\ncandidats:\n  - id: a\n    {}\n",
        facts.replace('\n', "\n    ")
    )
}

/// Returns the state of a fact of a candidate, by its path.
pub(crate) fn state(dossier: &Dossier, candidate: usize, path: &str) -> FactState {
    let (entity, name) = path.split_once('.').unwrap();
    let schema = schema();
    let entity = schema.entity_named(entity).unwrap();
    let field = schema.field_named(entity, name).unwrap();
    let case = &dossier.candidates[candidate].case;
    case.facts.get(&field).map(|fact| fact.state.clone()).unwrap_or_default()
}

/// Makes a known number.
pub(crate) fn number(text: &str) -> FactState {
    FactState::Known(Value::Number(engine::Exact::parse_decimal(text).unwrap()))
}

/// Makes a known text.
pub(crate) fn text(text: &str) -> FactState {
    FactState::Known(Value::Text(text.into()))
}
