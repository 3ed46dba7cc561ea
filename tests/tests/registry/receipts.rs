//! A receipt proves what was decided of one application, offline, and nothing that was not.

use registry::checkpoint::{LogKey, NoteError};
use registry::receipt::{Opened, Receipt, ReceiptError};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{Given, On};

/// Records six decisions; returns the receipts of both candidates of the third.
async fn receipts(given: &Given) -> (Receipt, Receipt) {
    let mut third = String::new();
    for number in 0..6 {
        let mut pool = example("lyon-6e", |text| text);
        for candidate in &mut pool.candidates {
            candidate.id = format!("{}{number}", candidate.id);
        }
        let recorded = given.record(&pool).await;
        if number == 2 {
            third = recorded.id;
        }
    }
    let decision = given.registry.decision(&third).await.unwrap();
    let first = given.registry.receipt(&decision, 0).await.unwrap();
    (first, given.registry.receipt(&decision, 1).await.unwrap())
}

on_each_store! {
    async fn a_receipt_holds_and_says_what_was_decided(given) {
        let (receipt, _) = receipts(&given).await;
        let text = serde_json::to_string(&receipt).unwrap();
        let receipt: Receipt = serde_json::from_str(&text).unwrap();
        let proved = receipt.check(given.registry.public()).unwrap();
        assert_eq!(proved.record.total, "536");
        assert_eq!(proved.record.rank, Some(2));
        assert_eq!((proved.head.size, receipt.decision.index), (6, 2));
        assert_eq!(proved.decision.content.date, "2019-10-15");
    }

    async fn a_receipt_says_nothing_of_the_other_candidate(given) {
        let (receipt, other) = receipts(&given).await;
        let text = serde_json::to_string(&receipt).unwrap();
        for value in ["leclerc2", "1988-03-01", "\"539\"", "La Baguette"] {
            assert!(!text.contains(value), "{value}");
        }
        assert!(text.contains("tabanou2") || text.contains("1990-03-14"), "its own facts are there");
        let subject = other.check(given.registry.public()).unwrap().record.subject;
        assert!(!text.contains(&subject));
    }
}

/// Changes a receipt, and tells why it is refused.
async fn refused(change: impl FnOnce(&mut Receipt, &Receipt)) -> ReceiptError {
    let given = Given::new(On::Sqlite).await;
    let (mut receipt, other) = receipts(&given).await;
    change(&mut receipt, &other);
    receipt.check(given.registry.public()).unwrap_err()
}

#[tokio::test]
async fn each_link_of_the_chain_is_checked() {
    let in_log = |change: fn(&mut Receipt)| refused(move |receipt, _| change(receipt));
    assert_eq!(in_log(|it| it.decision.index += 1).await, ReceiptError::NotInLog);
    assert_eq!(in_log(|it| it.decision.path.truncate(1)).await, ReceiptError::NotInLog);
    let later =
        |it: &mut Receipt| it.decision.text = it.decision.text.replace("2019-10-15", "2019-10-16");
    assert_eq!(in_log(later).await, ReceiptError::NotInLog);
    assert_eq!(in_log(|it| it.candidate.index = 1).await, ReceiptError::NotInDecision);
    let first = |it: &mut Receipt| {
        it.candidate.text = it.candidate.text.replace("\"rang\":2", "\"rang\":1")
    };
    assert_eq!(in_log(first).await, ReceiptError::NotInDecision);
    assert_eq!(in_log(|it| it.outcome.value.total = "600".into()).await, ReceiptError::Outcome);
    assert_eq!(in_log(|it| it.format = "bareme-recu/0".to_owned()).await, ReceiptError::Malformed);
    let unsigned = NoteError::Unsigned;
    let grown = |it: &mut Receipt| it.checkpoint = it.checkpoint.replacen("6\n", "7\n", 1);
    assert_eq!(in_log(grown).await, ReceiptError::Checkpoint(unsigned));
}

#[tokio::test]
async fn facts_are_bound_one_by_one() {
    let fact = || ReceiptError::Fact("foyer.revenus".to_owned());
    let changed = refused(|receipt, _| {
        let text = serde_json::to_string(&receipt.facts["foyer.revenus"]).unwrap();
        let opened: Opened<_> = serde_json::from_str(&text.replace("1600", "1700")).unwrap();
        receipt.facts.insert("foyer.revenus".to_owned(), opened);
    });
    assert_eq!(changed.await, fact());
    let removed = refused(|receipt, _| drop(receipt.facts.remove("foyer.revenus")));
    assert_eq!(removed.await, fact());
    let moved = refused(|receipt, other| {
        let theirs = other.facts["foyer.revenus"].clone();
        receipt.facts.insert("foyer.revenus".to_owned(), theirs);
    });
    assert_eq!(moved.await, fact());
    let added = refused(|receipt, _| {
        let more = receipt.facts["foyer.revenus"].clone();
        receipt.facts.insert("foyer.autre".to_owned(), more);
    });
    assert_eq!(added.await, ReceiptError::Fact("foyer.autre".to_owned()));
}

#[tokio::test]
async fn a_valid_part_of_another_receipt_does_not_fit() {
    let other_record = refused(|receipt, other| receipt.candidate = other.candidate.clone());
    assert!(matches!(other_record.await, ReceiptError::Fact(_)));
    let other_outcome = refused(|receipt, other| receipt.outcome = other.outcome.clone());
    assert_eq!(other_outcome.await, ReceiptError::Outcome);
}

#[tokio::test]
async fn another_logs_key_opens_nothing() {
    let given = Given::new(On::Sqlite).await;
    let (receipt, _) = receipts(&given).await;
    let other = LogKey::generate("bareme.exemple/essai").unwrap();
    let refused = receipt.check(other.public()).unwrap_err();
    assert_eq!(refused, ReceiptError::Checkpoint(NoteError::Unsigned));
}
