//! A decision is recorded once, whole, read back, proved, replayed and erased.

use engine::Pool;
use registry::{RecordError, Replay, Rules, Unsealed, Values, Whose};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{Given, On, RULES, draft, draft_by, policies};

fn worked_example() -> Pool {
    example("lyon-6e", |text| text)
}

on_each_store! {
    async fn a_decision_is_read_back_as_it_was_made(given) {
        let pool = worked_example();
        let recorded = given.record(&pool).await;
        assert_eq!((recorded.index, recorded.again), (0, false));
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        assert_eq!(decision.said.content.recueil, RULES.hash);
        assert_eq!(decision.said.content.date, "2019-10-15");
        let totals: Vec<String> =
            decision.candidates.iter().map(|one| one.said().unwrap().total).collect();
        assert_eq!(totals, ["536", "539"], "in the order of the dossier");
        let Unsealed::Whole(sealed, _) = given.registry.unseal(&decision, 0).unwrap() else {
            panic!("not erased")
        };
        assert_eq!(sealed.application, "tabanou");
        assert_eq!(sealed.outcome.rank, Some(2));
    }

    async fn the_same_key_records_once(given) {
        let pool = worked_example();
        let first = given.registry.record(draft(&pool, Some("k"))).await.unwrap();
        let again = given.registry.record(draft(&pool, Some("k"))).await.unwrap();
        assert_eq!((&again.id, again.index, again.again), (&first.id, first.index, true));
        assert_eq!(given.registry.size().await.unwrap(), 1);
        let other = example("un-candidat", |text| text);
        let refused = given.registry.record(draft(&other, Some("k"))).await;
        assert_eq!(refused, Err(RecordError::KeyUsed));
        assert_eq!(given.registry.size().await.unwrap(), 1);
    }

    async fn a_request_that_comes_again_to_another_server_is_answered(given) {
        let other = registry::Registry::open(given.settings.clone()).await.unwrap();
        let pool = worked_example();
        let first = given.registry.record(draft(&pool, Some("k"))).await.unwrap();
        let again = other.record(draft(&pool, Some("k"))).await.unwrap();
        assert_eq!((&again.id, again.again), (&first.id, true));
        let nobody = Whose::Application("personne".to_owned());
        let refused = other.erase(nobody, "dpo", "essai").await;
        assert_eq!(refused, Err(RecordError::UnknownApplication), "and not that nothing is written");
        assert_eq!(given.registry.verify_completely(&[]).await.unwrap().checkpoints, 1);
    }

    async fn a_decision_by_a_recueil_that_is_not_kept_is_refused(given) {
        let pool = worked_example();
        let mut files = policies();
        files.get_mut("recueil.yaml").unwrap().extend(b"# autre\n");
        let other = Rules::compile(&files).unwrap();
        let refused = given.registry.record(draft_by(&other, &pool, None)).await;
        assert_eq!(refused, Err(RecordError::UnknownRecueil));
    }

    async fn decisions_of_each_example_replay_to_the_same_bytes(given) {
        for name in ["lyon-6e", "neuf-candidats", "sans-revenu", "anonyme"] {
            let recorded = given.record(&example(name, |text| text)).await;
            let decision = given.registry.decision(&recorded.id).await.unwrap();
            assert_eq!(given.registry.replay(&decision, &RULES).unwrap(), Replay::Same, "{name}");
        }
        let rules = given.registry.rules(&RULES.hash).await.unwrap();
        let all = given.registry.decisions(0, 100).await.unwrap();
        assert_eq!(all.len(), 4);
        for decision in all {
            assert_eq!(given.registry.replay(&decision, &rules).unwrap(), Replay::Same);
        }
    }

    async fn other_rules_are_told_by_the_first_line_that_differs(given) {
        let pool = worked_example();
        let recorded = given.record(&pool).await;
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        let mut files = policies();
        let age = files.iter_mut().find(|(path, _)| path.contains("als/")).unwrap().1;
        let text = String::from_utf8(age.clone()).unwrap();
        assert!(text.contains("30 ans"), "the rule of age is where it is looked for");
        *age = text.replace("30 ans", "29 ans").into_bytes();
        let other = Rules::compile(&files).unwrap();
        let Replay::Different { differences, recorded_by } =
            given.registry.replay(&decision, &other).unwrap()
        else {
            panic!("other rules give other points")
        };
        assert_eq!(recorded_by, None, "the engine is the same");
        assert_eq!(differences[0].place, 0);
        assert!(differences[0].at.starts_with("als/"), "{}", differences[0].at);
    }

    async fn an_erased_application_leaves_the_log_whole_and_its_facts_gone(given) {
        let pool = worked_example();
        let recorded = given.registry.record(draft(&pool, Some("k"))).await.unwrap();
        let whose = || Whose::Application("tabanou".to_owned());
        let erased = given.registry.erase(whose(), "dpo", "radiation").await.unwrap();
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        assert!(matches!(decision.candidates[0].values, Values::Erased(1)));
        assert_eq!(decision.candidates[0].said().unwrap().total, "536", "totals remain");
        let replay = given.registry.replay(&decision, &RULES).unwrap();
        let Replay::Gone(lost) = replay else { panic!("facts are gone") };
        assert_eq!((lost.len(), lost[0].place, lost[0].entry), (1, 0, erased.index));
        assert!(lost[0].facts.contains(&"demandeur.date_naissance".to_owned()));
        let proof = given.registry.prove(&decision.entry).await.unwrap();
        assert_eq!(proof.path.len(), 1);
        let twice = given.registry.erase(whose(), "dpo", "radiation").await;
        assert_eq!(twice, Err(RecordError::UnknownApplication));
        let receipt = given.registry.receipt(&decision, 0).await;
        assert!(receipt.is_err(), "no receipt of what is erased");
        given.registry.receipt(&decision, 1).await.unwrap();
    }
}

#[tokio::test]
async fn no_personal_value_is_readable_in_the_store() {
    let given = Given::new(On::Sqlite).await;
    let pool = example("lyon-6e", |text| {
        let text = text.replace("tabanou", "zibeline").replace("1990-03-14", "1991-07-23");
        text.replace("Air France", "Ateliers du Rhône")
    });
    given.registry.record(draft(&pool, Some("demande 12"))).await.unwrap();
    let mut bytes = std::fs::read(given.directory.path().join("registre.sqlite")).unwrap();
    bytes.extend(std::fs::read(given.directory.path().join("registre.sqlite-wal")).unwrap());
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("demandeur.date_naissance"), "paths are there");
    for value in ["zibeline", "1991-07-23", "Ateliers du", "demande 12"] {
        assert!(!holds(value), "« {value} » can be read in the file");
    }
}
