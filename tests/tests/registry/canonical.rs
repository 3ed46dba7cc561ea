//! What is hashed is RFC 8785: each kind of record is written as another program writes it.

use registry::entry::{Act, Entry, Kind};
use registry::{Unsealed, canonical};
use serde_json::Value;
use tests::explained::example;
use tests::on_each_store;

/// Writes bytes as RFC 8785 says.
fn by_the_rfc(bytes: &[u8]) -> Vec<u8> {
    let value: Value = serde_json::from_slice(bytes).unwrap();
    serde_json_canonicalizer::to_vec(&value).unwrap()
}

/// Tells whether a value has a number that is no count: points are texts.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_u64().is_none(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(entries) => entries.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

on_each_store! {
    async fn every_record_is_canonical(given) {
        for name in ["lyon-6e", "neuf-candidats", "sans-revenu", "anonyme", "validation-en-cours"] {
            let recorded = given.record(&example(name, |text| text)).await;
            let decision = given.registry.decision(&recorded.id).await.unwrap();
            let mut records = vec![decision.entry.body.clone()];
            for (place, candidate) in decision.candidates.iter().enumerate() {
                records.push(candidate.record.clone());
                let Unsealed::Whole(sealed, _) = given.registry.unseal(&decision, place).unwrap() else {
                    panic!("nothing is erased")
                };
                records.push(canonical(&sealed));
            }
            let act = Act { recueil: Some("é\u{1}\"\\".to_owned()), ..Act::new("x\n", "\u{7f}/€") };
            let acted = given.registry.act(Kind::Activation, act).await.unwrap();
            records.push(given.registry.entries(acted.index, 1).await.unwrap().remove(0).body);
            for record in records {
                assert_eq!(
                    String::from_utf8_lossy(&record),
                    String::from_utf8_lossy(&by_the_rfc(&record)),
                    "{name}"
                );
                assert!(!has_fraction(&serde_json::from_slice(&record).unwrap()), "{name}");
            }
        }
    }

    async fn an_entry_is_read_back_as_it_is_written(given) {
        let act = Act { object: Some("d".to_owned()), ..Act::new("qui", "pourquoi") };
        let recorded = given.registry.act(Kind::Publication, act.clone()).await.unwrap();
        let body = given.registry.entries(recorded.index, 1).await.unwrap().remove(0).body;
        let entry: Entry<Act> = serde_json::from_slice(&body).unwrap();
        assert_eq!((entry.content.clone(), entry.kind), (act, Kind::Publication));
        assert_eq!(entry.bytes(), body);
        let unknown = String::from_utf8(body).unwrap().replace("\"v\":1", "\"v\":1,\"x\":2");
        assert!(serde_json::from_str::<Entry<Act>>(&unknown).is_err(), "nothing is passed over");
    }
}
