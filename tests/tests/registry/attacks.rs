//! Someone who may write in the database tries to change the past: each attempt is told, and by what.

use registry::Registry;
use registry::entry::{Act, Kind};
use registry::tree::TilePlace;
use registry::verify::{Fault, Place, Report};
use sqlx::{AnyPool, AssertSqlSafe};
use tests::explained::example;
use tests::registered::{Given, On};

/// Nine entries: eight decisions, of two candidates each, and an erasure.
async fn given() -> (Given, AnyPool) {
    let (given, database) = eight_decisions().await;
    let whose = registry::Whose::Application("tabanou0".to_owned());
    given.registry.erase(whose, "dpo", "radiation").await.unwrap();
    (given, database)
}

async fn eight_decisions() -> (Given, AnyPool) {
    let given = Given::new(On::Sqlite).await;
    let mut pool = example("lyon-6e", |text| text);
    for number in 0..8 {
        for candidate in &mut pool.candidates {
            candidate.id = format!("{}{number}", candidate.id);
        }
        given.record(&pool).await;
    }
    let database = AnyPool::connect(&given.settings.url).await.unwrap();
    (given, database)
}

async fn run(database: &AnyPool, statements: &[&str]) {
    for statement in statements {
        sqlx::query(AssertSqlSafe((*statement).to_owned())).execute(database).await.unwrap();
    }
}

/// Runs statements against an honest registry, and looks at it completely.
async fn after(statements: &[&str]) -> Report {
    let (given, database) = given().await;
    run(&database, statements).await;
    given.registry.verify_completely(&[]).await.unwrap()
}

async fn held(registry: &Registry) -> String {
    registry.checkpoint().await.unwrap().1
}

#[tokio::test]
async fn an_honest_registry_has_no_fault() {
    let report = after(&[]).await;
    assert_eq!(report.faults, []);
    assert_eq!((report.entries, report.decisions, report.uncovered), (9, 8, 0));
    assert_eq!(report.checkpoints, 9);
}

#[tokio::test]
async fn a_tail_that_is_cut_is_told_by_the_checkpoints() {
    let report = after(&["DELETE FROM entries WHERE position >= 7"]).await;
    assert_eq!(report.entries, 7);
    assert!(report.faults.contains(&Fault::CutBefore(9)));
}

#[tokio::test]
async fn a_tail_cut_with_its_checkpoints_is_told_by_whoever_holds_one() {
    let (given, database) = eight_decisions().await;
    let held = held(&given.registry).await;
    run(
        &database,
        &[
            "DELETE FROM candidates WHERE entry >= 6",
            "DELETE FROM entries WHERE position >= 6",
            "DELETE FROM checkpoints WHERE size > 6",
        ],
    )
    .await;
    let alone = given.registry.verify_completely(&[]).await.unwrap();
    assert_eq!(alone.faults, [], "an older copy is whole in itself");
    let report = given.registry.verify_quickly(&[held.clone()]).await.unwrap();
    assert_eq!(report.faults, [Fault::CutBefore(8)]);
    let report = given.registry.verify_completely(&[held]).await.unwrap();
    assert_eq!(report.faults, [Fault::CutBefore(8)]);
}

#[tokio::test]
async fn an_entry_taken_from_the_middle_is_told() {
    let report = after(&["DELETE FROM entries WHERE position = 4"]).await;
    assert!(report.faults.contains(&Fault::MissingEntry(4)));
    let report = after(&[
        "DELETE FROM entries WHERE position = 4",
        "UPDATE entries SET position = position - 1 WHERE position > 4",
    ])
    .await;
    assert!(report.faults.contains(&Fault::OtherRoot(5)), "{:?}", report.faults);
}

#[tokio::test]
async fn all_but_one_deleted_is_told() {
    let report = after(&["DELETE FROM entries WHERE position > 0"]).await;
    assert!(report.faults.contains(&Fault::CutBefore(9)));
}

#[tokio::test]
async fn a_word_changed_in_an_entry_is_told_from_there_on() {
    let changed = "UPDATE entries SET body = CAST(REPLACE(CAST(body AS TEXT), \
                   'service-classement', 'service-inconnu') AS BLOB) WHERE position = 3";
    let report = after(&[changed]).await;
    let roots: Vec<u64> = (4..=9).collect();
    for size in roots {
        assert!(report.faults.contains(&Fault::OtherRoot(size)), "{size}");
    }
    assert!(!report.faults.contains(&Fault::OtherRoot(3)), "what came before is whole");
}

#[tokio::test]
async fn two_entries_swapped_are_told() {
    let report = after(&[
        "UPDATE entries SET position = -1 WHERE position = 2",
        "UPDATE entries SET position = 2 WHERE position = 3",
        "UPDATE entries SET position = 3 WHERE position = -1",
    ])
    .await;
    assert!(report.faults.contains(&Fault::OtherRoot(3)));
}

#[tokio::test]
async fn a_rank_changed_in_a_record_is_told_by_the_decision() {
    let changed = "UPDATE candidates SET record = CAST(REPLACE(CAST(record AS TEXT), \
                   '\"rang\":2', '\"rang\":1') AS BLOB) WHERE entry = 1 AND place = 0";
    assert_eq!(after(&[changed]).await.faults, [Fault::OtherCandidates(1)]);
}

#[tokio::test]
async fn candidates_swapped_removed_or_added_are_told() {
    let swapped = [
        "UPDATE candidates SET place = 9 WHERE entry = 1 AND place = 0",
        "UPDATE candidates SET place = 0 WHERE entry = 1 AND place = 1",
        "UPDATE candidates SET place = 1 WHERE entry = 1 AND place = 9",
    ];
    assert_eq!(after(&swapped).await.faults, [Fault::OtherCandidates(1)]);
    let removed = ["DELETE FROM candidates WHERE entry = 1 AND place = 1"];
    assert_eq!(after(&removed).await.faults, [Fault::OtherCandidates(1)]);
    let added = ["INSERT INTO candidates SELECT 8, 0, subject, record, sealed FROM candidates \
                  WHERE entry = 7 AND place = 0"];
    assert_eq!(after(&added).await.faults, [Fault::OtherCandidates(8)]);
}

#[tokio::test]
async fn sealed_values_that_are_changed_or_moved_are_told() {
    let place = Place { entry: 1, candidate: 0 };
    let changed = ["UPDATE candidates SET sealed = CAST(sealed || x'00' AS BLOB) \
                    WHERE entry = 1 AND place = 0"];
    assert_eq!(after(&changed).await.faults, [Fault::BrokenSeal(place)]);
    let moved = ["UPDATE candidates SET sealed = (SELECT sealed FROM candidates \
                  WHERE entry = 2 AND place = 0) WHERE entry = 1 AND place = 0"];
    assert_eq!(after(&moved).await.faults, [Fault::BrokenSeal(place)]);
}

#[tokio::test]
async fn a_key_that_is_replaced_is_told() {
    let whose = "(SELECT subject FROM candidates WHERE entry = 1 AND place = 0)";
    let replaced = format!(
        "UPDATE subjects SET wrapped = (SELECT MAX(wrapped) FROM subjects WHERE subject <> {whose}) \
         WHERE subject = {whose}"
    );
    let report = after(&[replaced.as_str()]).await;
    assert!(report.faults.contains(&Fault::BrokenSeal(Place { entry: 1, candidate: 0 })));
}

#[tokio::test]
async fn a_key_destroyed_without_an_erasure_in_the_log_is_told() {
    let destroyed = [
        "UPDATE candidates SET sealed = NULL WHERE entry = 1 AND place = 0",
        "UPDATE subjects SET tag = NULL, wrapped = NULL, erased = 8 WHERE subject = \
         (SELECT subject FROM candidates WHERE entry = 1 AND place = 0)",
    ];
    let place = Place { entry: 1, candidate: 0 };
    assert_eq!(after(&destroyed).await.faults, [Fault::LostKey(place)]);
}

#[tokio::test]
async fn an_erasure_that_was_undone_is_told() {
    let undone = ["UPDATE subjects SET wrapped = x'00' WHERE wrapped IS NULL"];
    let report = after(&undone).await;
    assert!(report.faults.contains(&Fault::NotErased(8)), "{:?}", report.faults);
}

#[tokio::test]
async fn tiles_and_checkpoints_that_are_changed_are_told() {
    let changed = "UPDATE checkpoints SET note = REPLACE(note, 'bareme.exemple/essai\n5\n', \
                   'bareme.exemple/essai\n6\n') WHERE size = 5";
    assert_eq!(after(&[changed]).await.faults, [Fault::UnsignedCheckpoint(5)]);
    let moved = "UPDATE checkpoints SET size = 12 WHERE size = 5";
    assert_eq!(after(&[moved]).await.faults, [Fault::UnsignedCheckpoint(12)]);
}

#[tokio::test]
async fn columns_that_do_not_say_what_the_entry_says_are_told() {
    for column in
        ["id = 'autre'", "day = '2020-01-01'", "recueil = 'autre'", "instant = 0", "kind = 'purge'"]
    {
        let statement = format!("UPDATE entries SET {column} WHERE position = 2");
        let report = after(&[&statement]).await;
        assert!(report.faults.contains(&Fault::OtherColumns(2)), "{column}: {:?}", report.faults);
    }
}

#[tokio::test]
async fn a_rule_changed_in_a_kept_recueil_is_told() {
    let changed = "UPDATE contents SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), '30 ans', '29 ans') AS BLOB)";
    let report = after(&[changed]).await;
    assert_eq!(report.faults.len(), 1);
    assert!(matches!(report.faults[0], Fault::OtherRecueil(_)));
}

#[tokio::test]
async fn a_log_written_again_without_the_key_is_another_log() {
    let (given, _) = given().await;
    let held = held(&given.registry).await;
    let again = Given::new(On::Sqlite).await;
    let refused = again.registry.verify_quickly(&[held]).await;
    assert!(refused.is_err(), "a checkpoint of another key proves nothing of this log");
}

/// A log that is verified by three pieces, which are read beside each other: acts, then a decision.
async fn of_three_pieces() -> (Given, AnyPool) {
    let given = Given::new(On::Sqlite).await;
    let act = |number| {
        let registry = given.registry.clone();
        let act = Act::new("essai", &format!("acte {number}"));
        tokio::spawn(async move { registry.act(Kind::Publication, act).await })
    };
    for acts in (0..2 * 2_048).collect::<Vec<u32>>().chunks(512) {
        for one in acts.iter().map(act).collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
    }
    given.record(&example("un-candidat", |text| text)).await;
    let database = AnyPool::connect(&given.settings.url).await.unwrap();
    (given, database)
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_that_are_read_beside_each_other_are_put_together_in_their_order() {
    let (given, database) = of_three_pieces().await;
    let report = given.registry.verify_completely(&[]).await.unwrap();
    assert_eq!((report.faults, report.entries, report.decisions), (vec![], 4_097, 1));
    let statements = [
        "UPDATE entries SET offer = 'autre' WHERE position IN (0, 2047, 2048, 4095)",
        "UPDATE tiles SET root = zeroblob(32) WHERE position = 7",
        "UPDATE tiles SET hashes = zeroblob(8192) WHERE position = 8",
        "DELETE FROM tiles WHERE position = 15",
        "UPDATE candidates SET sealed = zeroblob(100) WHERE entry = 4096",
    ];
    run(&database, &statements).await;
    let report = given.registry.verify_completely(&[]).await.unwrap();
    let tile = |index| Fault::OtherTile(TilePlace { level: 0, index });
    let mut expected = vec![tile(7), tile(8), tile(15)];
    expected.extend([0, 2_047, 2_048, 4_095].map(Fault::OtherColumns));
    expected.push(Fault::BrokenSeal(Place { entry: 4_096, candidate: 0 }));
    assert_eq!(report.faults, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_entry_that_is_missing_is_told_wherever_pieces_meet() {
    let (given, database) = of_three_pieces().await;
    for missing in [4_095, 2_048, 2_047] {
        run(&database, &[&format!("DELETE FROM entries WHERE position = {missing}")]).await;
        let report = given.registry.verify_completely(&[]).await.unwrap();
        assert_eq!(report.faults, [Fault::MissingEntry(missing)]);
    }
    run(&database, &["DELETE FROM entries WHERE position BETWEEN 0 AND 2048"]).await;
    let report = given.registry.verify_completely(&[]).await.unwrap();
    assert_eq!(report.faults, [Fault::MissingEntry(0)], "a whole piece of it is gone");
}
