//! A witness signs only what goes on from what it has seen.

use registry::checkpoint::{LogKey, NoteError};
use registry::{Registry, WitnessError, cosign};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{Given, On};

async fn note(registry: &Registry) -> String {
    registry.checkpoint().await.unwrap().1
}

on_each_store! {
    async fn a_witness_follows_the_log(given) {
        let witness = LogKey::generate("temoin.exemple").unwrap();
        let pool = example("lyon-6e", |text| text);
        given.record(&pool).await;
        let first = note(&given.registry).await;
        let seen = cosign(&witness, given.registry.public(), None, &first, &[]).unwrap();
        given.record(&pool).await;
        given.record(&pool).await;
        let proof = given.registry.consistency(1).await.unwrap();
        let log = given.registry.public();
        let signed = cosign(&witness, log, Some(&seen), &proof.checkpoint, &proof.path).unwrap();
        given.registry.keep_cosigned(&signed).await.unwrap();
        let (head, kept) = given.registry.checkpoint().await.unwrap();
        assert_eq!((head.size, &kept), (3, &signed));
        assert_eq!(witness.public().has_signed(&kept), Ok(()));
        assert_eq!(given.registry.verify_completely(&[seen, signed]).await.unwrap().faults, []);
    }
}

#[tokio::test]
async fn a_witness_does_not_sign_a_log_that_was_replaced() {
    let given = Given::new(On::Sqlite).await;
    let pool = example("lyon-6e", |text| text);
    given.record(&pool).await;
    let seen = note(&given.registry).await;
    let url = format!("sqlite://{}", given.directory.path().join("autre.sqlite").display());
    let replaced =
        Registry::open(registry::Settings { url, ..given.settings.clone() }).await.unwrap();
    replaced
        .keep(&tests::explained::POLICIES.recueil, &tests::registered::policies())
        .await
        .unwrap();
    for _ in 0..3 {
        replaced.record(tests::registered::draft(&pool, None)).await.unwrap();
    }
    let witness = LogKey::generate("temoin.exemple").unwrap();
    let proof = replaced.consistency(1).await.unwrap();
    let refused =
        cosign(&witness, given.registry.public(), Some(&seen), &proof.checkpoint, &proof.path);
    assert_eq!(refused, Err(WitnessError::NotContinued(1)));
    let report = replaced.verify_quickly(&[seen]).await.unwrap();
    assert_eq!(report.faults, [registry::verify::Fault::OtherPast(1)], "a fork");
}

#[tokio::test]
async fn a_checkpoint_that_the_log_has_not_signed_is_not_cosigned_or_kept() {
    let given = Given::new(On::Sqlite).await;
    given.record(&example("lyon-6e", |text| text)).await;
    let witness = LogKey::generate("temoin.exemple").unwrap();
    let forged = note(&given.registry).await.replace("\n1\n", "\n2\n");
    let refused = cosign(&witness, given.registry.public(), None, &forged, &[]);
    assert_eq!(refused, Err(WitnessError::Note(NoteError::Unsigned)));
    assert!(given.registry.keep_cosigned(&forged).await.is_err());
}
