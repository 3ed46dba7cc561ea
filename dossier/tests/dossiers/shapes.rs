//! The JSON Schema of a dossier.

use crate::vocabulary::schema;
use serde_json::Value;

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {value:#}"))
}

#[test]
fn the_schema_follows_the_vocabulary() {
    let shape = dossier::schema(&schema());
    assert_eq!(at(&shape, "/$schema"), "https://json-schema.org/draft/2020-12/schema");
    let candidate = at(&shape, "/properties/candidats/items/properties");
    assert_eq!(at(candidate, "/foyer/title"), "Entité foyer");
    assert_eq!(at(candidate, "/foyer/anyOf/0/properties/revenus/title"), "Champ revenus");
    let description = at(candidate, "/foyer/anyOf/0/properties/revenus/description");
    assert_eq!(description, "Type : €/mois ; formulaire : E7");
    assert_eq!(at(candidate, "/personne_à_charge/anyOf/0/type"), "array");
    assert!(candidate.get("offre").is_none());
    assert_eq!(at(&shape, "/properties/offre/anyOf/0/properties/loyer/title"), "Champ loyer");
    let status = at(&shape, "/$defs/enumeration_0_statut_professionnel/oneOf/2");
    assert_eq!(
        (at(status, "/const"), at(status, "/title")),
        (&"étudiant".into(), &"Libellé étudiant".into())
    );
}

#[test]
fn every_reference_has_its_definition() {
    let shape = dossier::schema(&schema());
    let mut found = 0;
    visit(&shape, &mut |reference| {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name}");
        assert!(at(&shape, "/$defs").get(name).is_some(), "{name}");
        found += 1;
    });
    assert!(found > 20);
}

#[test]
fn the_schema_is_the_same_each_time() {
    assert_eq!(dossier::schema(&schema()).to_string(), dossier::schema(&schema()).to_string());
    assert!(dossier::schema(&engine::Schema::default()).is_object());
}

fn visit(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                each(reference);
            }
            map.values().for_each(|value| visit(value, each));
        }
        Value::Array(items) => items.iter().for_each(|value| visit(value, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
