//! What happens when the store fails: nothing is answered that is not kept, nothing that was answered
//! is lost, and the registry recovers by itself.

use crate::load::{Load, Said};
use engine::Pool;
use jiff::{SignedDuration, Timestamp};
use registry::verify::Fault;
use registry::{RecordError, Recorded, Registry, Replay, Settings, Whose};
use sqlx::{AnyPool, Executor};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{Given, On, RULES, draft};

fn pool() -> Pool {
    example("un-candidat", |text| text)
}

async fn sound(registry: &Registry) {
    assert_eq!(registry.verify_completely(&[]).await.unwrap().faults, []);
}

/// Asks for many decisions at once, under keys of a name.
async fn many(registry: &Registry, name: &str, count: usize) -> Vec<Result<Recorded, RecordError>> {
    let asked = (0..count).map(|number| {
        let (registry, key) = (registry.clone(), format!("{name}-{number}"));
        tokio::spawn(async move { registry.record(draft(&pool(), Some(&key))).await })
    });
    let mut answers = Vec::new();
    for one in asked.collect::<Vec<_>>() {
        answers.push(one.await.unwrap());
    }
    answers
}

on_each_store! {
    async fn two_servers_on_one_store_write_one_log(given) {
        let other = given.again().await;
        let (ours, theirs) = tokio::join!(many(&given.registry, "a", 60), many(&other, "b", 60));
        let places: BTreeSet<u64> =
            ours.iter().chain(&theirs).map(|one| one.as_ref().unwrap().index).collect();
        assert_eq!(places, (0..120).collect(), "each has its own place");
        sound(&other).await;
    }

    async fn the_same_key_on_two_servers_records_once(given) {
        let other = given.again().await;
        let (ours, theirs) = tokio::join!(many(&given.registry, "k", 30), many(&other, "k", 30));
        let id = |one: &Result<Recorded, RecordError>| one.as_ref().unwrap().id.clone();
        assert_eq!(ours.iter().map(id).collect::<Vec<_>>(), theirs.iter().map(id).collect::<Vec<_>>());
        assert_eq!(other.size().await.unwrap(), 30);
    }

    async fn who_wrote_alone_finds_what_another_server_did_meanwhile(given) {
        let record = async |registry: &Registry, key: Option<&str>| {
            registry.record(draft(&pool(), key)).await.unwrap()
        };
        // The second finds the log as it was left: from the third on, memory is trusted and the store holds to it.
        for place in 0..4 {
            assert_eq!(record(&given.registry, None).await.index, place);
        }
        let subject = async |recorded: &Recorded| {
            let decision = given.registry.decision(&recorded.id).await.unwrap();
            decision.candidates[0].subject.clone()
        };
        let kept = record(&given.registry, None).await;
        let other = given.again().await;
        let elsewhere = record(&other, Some("k")).await;
        assert_eq!((elsewhere.index, elsewhere.again), (5, false));
        let retried = record(&given.registry, Some("k")).await;
        assert_eq!(retried, Recorded { again: true, ..elsewhere.clone() }, "the key was used elsewhere");
        assert_eq!(record(&given.registry, None).await.index, 6);
        let whose = Whose::Subject(subject(&kept).await);
        other.erase(whose, "dpo", "essai").await.unwrap();
        let anew = record(&given.registry, None).await;
        assert_eq!(anew.index, 8);
        assert_ne!(subject(&anew).await, subject(&kept).await, "its key is gone: it is another application");
        let decisions = given.registry.decisions(0, 9).await.unwrap();
        let replays = decisions.iter().map(|decision| given.registry.replay(decision, &RULES).unwrap());
        let same = replays.filter(|replay| *replay == Replay::Same).count();
        assert_eq!((decisions.len(), same), (8, 1), "of all, what was recorded since the erasure alone");
        sound(&other).await;
    }

    async fn another_log_of_the_same_length_stops_who_wrote_alone(given) {
        many(&given.registry, "a", 1).await;
        for _ in 0..3 {
            given.record(&pool()).await;
        }
        let database = AnyPool::connect(&given.settings.url).await.unwrap();
        let other = "UPDATE entries SET body = (SELECT body FROM entries WHERE position = 2) WHERE position = 3";
        database.execute(other).await.unwrap();
        for _ in 0..2 {
            let refused = given.registry.record(draft(&pool(), None)).await;
            assert_eq!(refused, Err(RecordError::Forked));
        }
        assert_eq!(given.registry.size().await.unwrap(), 4, "nothing was added to it");
    }

    async fn a_clock_that_steps_back_changes_no_order(given) {
        let instant = Arc::new(AtomicI64::new(0));
        let back = instant.clone();
        let clock = move || {
            let step = back.fetch_add(1, Ordering::Relaxed);
            Timestamp::UNIX_EPOCH + SignedDuration::from_secs(2_000_000_000 - 3_600 * step)
        };
        let settings = Settings { clock: Arc::new(clock), ..given.settings.clone() };
        let registry = Registry::open(settings).await.unwrap();
        let mut last = String::from("9");
        for place in 0..5 {
            let recorded = registry.record(draft(&pool(), None)).await.unwrap();
            assert_eq!(recorded.index, place);
            let said = registry.decision(&recorded.id).await.unwrap().said;
            assert!(said.instant < last, "the clock is told as it is");
            last = said.instant;
        }
        assert!(instant.load(Ordering::Relaxed) >= 5);
        sound(&registry).await;
    }

    async fn an_older_copy_put_back_stops_the_writer(given) {
        many(&given.registry, "a", 10).await;
        let (_, held) = given.registry.checkpoint().await.unwrap();
        let database = AnyPool::connect(&given.settings.url).await.unwrap();
        for statement in [
            "DELETE FROM candidates WHERE entry >= 6",
            "DELETE FROM entries WHERE position >= 6",
            "DELETE FROM checkpoints WHERE size > 6",
            // The key of a request that is no longer there.
            "DELETE FROM subjects WHERE subject NOT IN (SELECT subject FROM candidates)",
        ] {
            database.execute(statement).await.unwrap();
        }
        let refused = given.registry.record(draft(&pool(), Some("z"))).await;
        assert_eq!(refused, Err(RecordError::Forked));
        let again = given.registry.record(draft(&pool(), Some("z"))).await;
        assert_eq!(again, Err(RecordError::Forked), "and it stays stopped");
        let other = given.again().await;
        other.record(draft(&pool(), None)).await.unwrap();
        let report = other.verify_quickly(&[held]).await.unwrap();
        assert_eq!(report.faults, [Fault::CutBefore(10)], "a fork, told by a checkpoint held outside");
    }

    async fn an_erasure_during_replays_is_seen_whole_or_not_at_all(given) {
        let mut recorded = Vec::new();
        for number in 0..20 {
            let mut pool = pool();
            pool.candidates[0].id = format!("c{number}");
            recorded.push(given.record(&pool).await.id);
        }
        let registry = given.registry.clone();
        let replays = tokio::spawn(async move {
            let (mut same, mut gone) = (0, 0);
            while gone < 20 {
                gone = 0;
                for decision in registry.decisions(0, 20).await.unwrap() {
                    match registry.replay(&decision, &RULES).unwrap() {
                        Replay::Same => same += 1,
                        Replay::Gone(_) => gone += 1,
                        Replay::Different { differences, .. } => panic!("{differences:?}"),
                    }
                }
            }
            same
        });
        for number in 0..20 {
            let whose = Whose::Application(format!("c{number}"));
            given.registry.erase(whose, "dpo", "essai").await.unwrap();
        }
        replays.await.unwrap();
        sound(&given.registry).await;
    }
}

#[tokio::test]
async fn a_locked_file_is_waited_for_then_told_then_recovered_from() {
    let given = Given::new(On::Sqlite).await;
    given.record(&pool()).await;
    let database = AnyPool::connect(&given.settings.url).await.unwrap();
    let mut lock = database.begin_with("BEGIN IMMEDIATE").await.unwrap();
    lock.execute("UPDATE meta SET value = value").await.unwrap();
    let refused = given.registry.record(draft(&pool(), Some("k"))).await;
    assert_eq!(refused, Err(RecordError::NotWritten));
    assert_eq!(given.registry.size().await.unwrap(), 1, "it can be read meanwhile");
    lock.rollback().await.unwrap();
    let recorded = given.registry.record(draft(&pool(), Some("k"))).await.unwrap();
    assert_eq!((recorded.index, recorded.again), (1, false));
    sound(&given.registry).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_read_and_refuses_to_record() {
    let given = Given::new(On::Sqlite).await;
    let recorded = given.record(&pool()).await;
    let url = format!("{}?mode=ro", given.settings.url);
    let copy = Registry::open(Settings { url, ..given.settings.clone() }).await.unwrap();
    copy.decision(&recorded.id).await.unwrap();
    sound(&copy).await;
    let refused = copy.record(draft(&pool(), None)).await;
    assert_eq!(refused, Err(RecordError::NotWritten));
    assert_eq!(given.registry.size().await.unwrap(), 1);
}

#[tokio::test]
async fn an_address_of_no_store_is_told() {
    let given = Given::new(On::Sqlite).await;
    for url in ["sqlite:///nulle/part/registre.sqlite", "mysql://localhost/x", "registre.sqlite"] {
        let settings = Settings { url: url.to_owned(), ..given.settings.clone() };
        assert!(Registry::open(settings).await.is_err(), "{url}");
    }
}

#[tokio::test]
async fn a_full_disk_refuses_and_keeps_what_was_answered() {
    let given = Given::new(On::Sqlite).await;
    many(&given.registry, "a", 5).await;
    // The longer of its file and of its log has room for a few batches more, were all clients in each.
    let length = |name: &str| {
        std::fs::metadata(given.directory.path().join(name)).map_or(0, |file| file.len())
    };
    let longest = length("registre.sqlite").max(length("registre.sqlite-wal"));
    let (settings, blocks) = (given.settings.clone(), longest / 1024 + 4_000);
    let said = tokio::task::spawn_blocking(move || {
        let mut load = Load::with_room(&settings, blocks);
        let mut said = Vec::new();
        while let Some(one) = load.next() {
            let full = matches!(one, Said::Refused(_));
            said.push(one);
            if full {
                break;
            }
        }
        said.extend(load.kill());
        said
    });
    let (mut acknowledged, mut refused) = (0, 0);
    for one in said.await.unwrap() {
        match one {
            Said::Recorded(id) => {
                given.registry.decision(&id).await.unwrap();
                acknowledged += 1;
            }
            Said::Refused(why) => {
                assert_eq!(why, RecordError::NotWritten.to_string());
                refused += 1;
            }
        }
    }
    assert!(acknowledged > 0 && refused > 0, "{acknowledged} acknowledged, {refused} refused");
    sound(&given.registry).await;
    given.record(&pool()).await;
    sound(&given.registry).await;
}

#[tokio::test]
async fn connections_cut_in_the_middle_lose_nothing_that_was_answered() {
    let given = Given::new(On::Postgres).await;
    let database = AnyPool::connect(&given.settings.url).await.unwrap();
    let cutting = tokio::spawn(async move {
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE pid <> pg_backend_pid() AND datname = current_database()";
        for _ in 0..20 {
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            drop(database.execute(cut).await);
        }
    });
    let mut answered = Vec::new();
    let mut refused = 0;
    let mut round = 0;
    while !cutting.is_finished() || round < 5 {
        for answer in many(&given.registry, &format!("r{round}"), 20).await {
            match answer {
                Ok(recorded) => answered.push(recorded.id),
                Err(error) => {
                    assert_eq!(error, RecordError::NotWritten);
                    refused += 1;
                }
            }
        }
        round += 1;
    }
    assert!(refused > 0, "some were cut");
    for id in &answered {
        given.registry.decision(id).await.unwrap();
    }
    let size = given.registry.size().await.unwrap();
    assert!(size >= answered.len() as u64);
    sound(&given.registry).await;
    // Asked again under their keys, all are there once.
    for again in 0..round {
        many(&given.registry, &format!("r{again}"), 20).await.iter().for_each(|one| {
            one.as_ref().unwrap();
        });
    }
    assert_eq!(given.registry.size().await.unwrap(), 20 * round);
    sound(&given.registry).await;
}
