//! Decisions recorded by earlier engines: each replays to the same bytes.

use registry::{Registry, Replay};
use tempfile::TempDir;
use tests::golden::{Golden, pools};

async fn imported(golden: &Golden, directory: &TempDir) -> Registry {
    let registry = Registry::open(golden.settings(directory.path())).await.unwrap();
    let export = std::fs::read(&golden.export).unwrap();
    let report = registry.import(&mut export.as_slice()).await.unwrap();
    assert_eq!((report.faults, report.uncovered), (Vec::new(), 0), "{golden:?}");
    registry
}

#[tokio::test]
async fn every_recorded_decision_replays_to_the_same_bytes() {
    let all = Golden::all();
    assert!(!all.is_empty());
    for golden in all {
        let directory = TempDir::new().unwrap();
        let registry = imported(&golden, &directory).await;
        let decisions = registry.decisions(0, u64::from(u32::MAX)).await.unwrap();
        assert!(decisions.len() >= 14, "{golden:?}: {} decisions", decisions.len());
        let rules = registry.rules(&decisions[0].said.content.recueil).await.unwrap();
        for decision in &decisions {
            assert_eq!(decision.said.content.recueil, rules.hash, "one recueil a corpus");
            let replay = registry.replay(decision, &rules).unwrap();
            assert_eq!(replay, Replay::Same, "{golden:?}, entry {}", decision.entry.index);
        }
    }
}

#[tokio::test]
async fn a_changed_outcome_would_be_found() {
    let golden = Golden::numbered(1);
    let directory = TempDir::new().unwrap();
    let registry = imported(&golden, &directory).await;
    let decision = tests::golden::worked_example(&registry).await;
    let mut files = registry.recueil(&decision.said.content.recueil).await.unwrap();
    let als = files.iter_mut().find(|(path, _)| path.contains("als/")).unwrap().1;
    *als = String::from_utf8(als.clone()).unwrap().replace("30 ans", "29 ans").into_bytes();
    let other = registry::Rules::compile(&files).unwrap();
    let replay = registry.replay(&decision, &other).unwrap();
    assert!(matches!(replay, Replay::Different { .. }), "{replay:?}");
}

#[test]
fn the_corpus_has_every_example() {
    assert!(pools().len() >= 14);
    let text = std::fs::read_to_string(Golden::numbered(1).export).unwrap();
    let decisions = text.lines().filter(|line| line.contains("\"decision\",")).count();
    assert_eq!(
        decisions,
        text.lines().filter(|line| line.starts_with("{\"table\":\"entries\"")).count()
    );
    assert!(decisions >= 14, "{decisions}");
}
