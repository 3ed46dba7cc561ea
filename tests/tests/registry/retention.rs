//! What is due is erased by declared rules, which say in the log what they did.

use engine::Date;
use registry::entry::{Act, Entry, Kind};
use registry::{RecordError, Retention, RetentionRule, Since, Values, Whose};
use tests::explained::example;
use tests::on_each_store;

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

/// A year after radiation, at once after attribution, three years after the last decision.
fn rules() -> Retention {
    let rule = |depuis, mois| RetentionRule { depuis, mois };
    let rules = [
        rule(Since::Radiation, 12),
        rule(Since::Attribution, 0),
        rule(Since::DerniereDecision, 36),
    ];
    Retention { conservation: rules.to_vec() }
}

fn of(application: &str) -> Whose {
    Whose::Application(application.to_owned())
}

on_each_store! {
    async fn each_rule_erases_what_is_due_and_says_so(given) {
        // A decision of 2019-10-15 over two candidates.
        let recorded = given.record(&example("lyon-6e", |text| text)).await;
        given.registry.close(of("tabanou"), Since::Radiation, day("2020-01-10"), "sne").await.unwrap();
        let early = given.registry.purge(&rules(), day("2021-01-09"), "dpo").await.unwrap();
        assert_eq!((early.erased, early.entry), (vec![0, 0, 0], None), "a day before");
        let due = given.registry.purge(&rules(), day("2021-01-10"), "dpo").await.unwrap();
        assert_eq!(due.erased, [1, 0, 0]);
        let said = given.registry.entries(due.entry.unwrap().index, 1).await.unwrap();
        let said: Entry<Act> = serde_json::from_slice(&said[0].body).unwrap();
        assert_eq!(said.kind, Kind::Purge);
        assert_eq!(said.content.details["radiation + 12 mois"], "1");
        let late = given.registry.purge(&rules(), day("2022-10-15"), "dpo").await.unwrap();
        assert_eq!(late.erased, [0, 0, 1], "three years after the decision");
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        assert!(decision.candidates.iter().all(|one| matches!(one.values, Values::Erased(_))));
        assert_eq!(given.registry.verify_completely(&[]).await.unwrap().faults, []);
    }

    async fn an_attribution_is_due_at_once(given) {
        given.record(&example("lyon-6e", |text| text)).await;
        given.registry.close(of("leclerc"), Since::Attribution, day("2019-12-01"), "als").await.unwrap();
        assert_eq!(given.registry.due(&rules(), day("2019-11-30")).await.unwrap(), [[""; 0]; 3]);
        let purged = given.registry.purge(&rules(), day("2019-12-01"), "dpo").await.unwrap();
        assert_eq!(purged.erased, [0, 1, 0]);
        let unknown = given.registry.close(of("leclerc"), Since::Radiation, day("2020-01-01"), "sne");
        assert_eq!(unknown.await, Err(RecordError::UnknownApplication));
    }

    async fn an_application_that_comes_back_is_another_subject(given) {
        let pool = example("lyon-6e", |text| text);
        let first = given.record(&pool).await;
        given.registry.erase(of("tabanou"), "dpo", "demande de la personne").await.unwrap();
        let again = given.record(&pool).await;
        let before = given.registry.decision(&first.id).await.unwrap();
        let after = given.registry.decision(&again.id).await.unwrap();
        assert_ne!(before.candidates[0].subject, after.candidates[0].subject);
        assert_eq!(before.candidates[1].subject, after.candidates[1].subject);
        assert!(matches!(after.candidates[0].values, Values::Sealed { .. }));
        assert_eq!(given.registry.verify_completely(&[]).await.unwrap().faults, []);
    }
}
