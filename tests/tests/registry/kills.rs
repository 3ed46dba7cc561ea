//! Kill -9 at random moments of a load: what was acknowledged is there, verifies and replays; there is
//! no half of anything.
//!
//! A few times in everyday runs; `KILLS=200` for the endurance run.

use crate::load::{Load, Said};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use registry::{Replay, Settings};
use std::time::Duration;
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{RULES, draft};

/// How long a process is let live after its first decision, at most. Unit: milliseconds.
const LIFE: u64 = 400;

fn kills() -> u64 {
    std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// Lets a process record for a while, kills it, and returns the decisions that it had acknowledged.
async fn killed(settings: Settings, life: u64) -> Vec<String> {
    let said = tokio::task::spawn_blocking(move || {
        let mut load = Load::new(&settings);
        let first = load.next();
        std::thread::sleep(Duration::from_millis(life));
        first.into_iter().chain(load.kill()).collect::<Vec<Said>>()
    });
    let acknowledged = said.await.unwrap().into_iter().map(|said| match said {
        Said::Recorded(id) => id,
        Said::Refused(why) => panic!("{why}"),
    });
    acknowledged.collect()
}

on_each_store! {
    async fn what_was_acknowledged_survives_every_kill(given) {
        let mut random = ChaCha8Rng::seed_from_u64(9162);
        let mut acknowledged = 0;
        for kill in 0..kills() {
            let said = killed(given.settings.clone(), random.next_u64() % LIFE).await;
            assert!(!said.is_empty(), "kill {kill}: nothing was recorded");
            for id in &said {
                let decision = given.registry.decision(id).await;
                let decision = decision.unwrap_or_else(|error| panic!("kill {kill}: {error}"));
                let replay = given.registry.replay(&decision, &RULES).unwrap();
                assert_eq!(replay, Replay::Same, "kill {kill}");
            }
            acknowledged += said.len() as u64;
            let report = given.registry.verify_completely(&[]).await.unwrap();
            assert_eq!((report.faults, report.uncovered), (vec![], 0), "kill {kill}");
        }
        let size = given.registry.size().await.unwrap();
        assert!(size >= acknowledged, "{size} entries for {acknowledged} acknowledged");
        println!("{} kills, {acknowledged} acknowledged, {size} entries", kills());
        // The registry that stayed open goes on with what others have written.
        let pool = example("lyon-6e", |text| text);
        assert_eq!(given.registry.record(draft(&pool, None)).await.unwrap().index, size);
    }
}
