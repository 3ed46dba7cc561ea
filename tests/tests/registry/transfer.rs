//! A registry carried from one database to another keeps every hash; what does not hold is taken back.

use registry::{Registry, Settings, TransferError, Whose};
use tests::explained::example;
use tests::postgres::fresh_database;
use tests::registered::{Given, On};

/// Fills a registry: decisions, an erasure, a second page of tiles.
async fn filled(on: On) -> Given {
    let given = Given::new(on).await;
    for name in ["lyon-6e", "neuf-candidats", "sans-revenu"] {
        given.record(&example(name, |text| text)).await;
    }
    let whose = Whose::Application("tabanou".to_owned());
    given.registry.erase(whose, "dpo", "radiation").await.unwrap();
    for _ in 0..260 {
        given.record(&example("un-candidat", |text| text)).await;
    }
    given
}

async fn exported(registry: &Registry) -> Vec<u8> {
    let mut bytes = Vec::new();
    registry.export(&mut bytes).await.unwrap();
    bytes
}

/// Opens an empty registry of the same log.
async fn empty(given: &Given, on: On) -> Registry {
    let url = match on {
        On::Sqlite => format!("sqlite://{}", given.directory.path().join("autre.sqlite").display()),
        On::Postgres => fresh_database().await,
    };
    Registry::open(Settings { url, ..given.settings.clone() }).await.unwrap()
}

#[tokio::test]
async fn from_sqlite_to_postgresql_and_back_every_byte_is_the_same() {
    let given = filled(On::Sqlite).await;
    let first = exported(&given.registry).await;
    let there = empty(&given, On::Postgres).await;
    let report = there.import(&mut first.as_slice()).await.unwrap();
    assert_eq!((report.entries, report.decisions), (264, 263));
    let second = exported(&there).await;
    assert!(first == second, "the export of the copy is the export of the original");
    let back = empty(&given, On::Sqlite).await;
    back.import(&mut second.as_slice()).await.unwrap();
    let (head, _) = back.checkpoint().await.unwrap();
    assert_eq!(head, given.registry.checkpoint().await.unwrap().0);
    let more = back.record(tests::registered::draft(&example("lyon-6e", |text| text), None)).await;
    assert_eq!(more.unwrap().index, 264, "the copy goes on");
    assert_eq!(back.verify_completely(&[]).await.unwrap().faults, []);
}

#[tokio::test]
async fn an_export_that_was_changed_is_taken_back() {
    let given = filled(On::Sqlite).await;
    let export = String::from_utf8(exported(&given.registry).await).unwrap();
    let entries = export.lines().filter(|line| !line.contains("\"table\":\"checkpoints\""));
    let without_last: Vec<&str> =
        entries.filter(|line| !line.contains("\"entries\",\"valeurs\":[263,")).collect();
    let there = empty(&given, On::Sqlite).await;
    let refused = there.import(&mut without_last.join("\n").as_bytes()).await;
    assert!(matches!(refused, Err(TransferError::Faulty(_))), "{refused:?}");
    assert_eq!(there.size().await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_no_export_of_this_log_is_refused() {
    let given = filled(On::Sqlite).await;
    let there = empty(&given, On::Sqlite).await;
    for text in ["", "{}", "bonjour", "{\"cle\":\"x\",\"format\":\"autre\"}"] {
        let refused = there.import(&mut text.as_bytes()).await;
        assert!(matches!(refused, Err(TransferError::Malformed(1))), "{text}: {refused:?}");
    }
    let export = String::from_utf8(exported(&given.registry).await).unwrap();
    let heading = export.lines().next().unwrap();
    for row in ["{\"table\":\"autre\",\"valeurs\":[]}", "{\"table\":\"tiles\",\"valeurs\":[1]}"] {
        let refused = there.import(&mut format!("{heading}\n{row}").as_bytes()).await;
        assert!(matches!(refused, Err(TransferError::Malformed(2))), "{row}: {refused:?}");
    }
    let other = Given::new(On::Sqlite).await;
    let refused = other.registry.import(&mut export.as_bytes()).await;
    assert!(matches!(refused, Err(TransferError::OtherLog)));
    let refused = given.registry.import(&mut export.as_bytes()).await;
    assert!(matches!(refused, Err(TransferError::NotEmpty)));
}
