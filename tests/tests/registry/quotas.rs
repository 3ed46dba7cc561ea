//! A company's quota is drawn with the decision, in one transaction, and never beyond its limit.

use engine::Exact;
use registry::ledger::{QuotaAction, QuotaError, QuotaRequest};
use registry::verify::Fault;
use registry::{Intervention, InterventionError, RecordError, Verdict};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::draft;

fn asked(action: QuotaAction, points: i128, validated: &str) -> QuotaRequest {
    QuotaRequest {
        siren: "420495178".to_owned(),
        period: "2019".to_owned(),
        limit: Exact::whole(12_000),
        points: Exact::whole(points),
        action,
        validated: validated.to_owned(),
    }
}

fn reserve(points: i128) -> QuotaRequest {
    asked(QuotaAction::Reserve, points, "2019-07-12T00:00:00Z")
}

fn left(error: &RecordError) -> Option<&str> {
    match error {
        RecordError::Quota(QuotaError::Exhausted { left, .. }) => Some(left),
        _ => None,
    }
}

on_each_store! {
    async fn a_decision_says_what_it_drew_and_what_that_left(given) {
        let pool = example("lyon-6e", |text| text);
        let drawing = draft(&pool, None).with_quotas(vec![reserve(406)]);
        let recorded = given.registry.record(drawing).await.unwrap();
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        let said = &decision.said.content.quotas[0];
        assert_eq!((&*said.points, &*said.reserved, &*said.granted), ("406", "406", "0"));
        let report = given.registry.verify_completely(&[]).await.unwrap();
        assert_eq!(report.faults, []);
    }

    async fn a_decision_that_would_overdraw_is_not_recorded_at_all(given) {
        let pool = example("lyon-6e", |text| text);
        let first = draft(&pool, None).with_quotas(vec![reserve(11_900)]);
        given.registry.record(first).await.unwrap();
        let more = draft(&pool, Some("k")).with_quotas(vec![reserve(50), reserve(51)]);
        let refused = given.registry.record(more).await.unwrap_err();
        assert_eq!(left(&refused), Some("50"), "the second movement does not fit: {refused}");
        assert_eq!(given.registry.size().await.unwrap(), 1);
        let less = draft(&pool, Some("k")).with_quotas(vec![reserve(100)]);
        given.registry.record(less).await.unwrap();
        assert_eq!(given.registry.verify_completely(&[]).await.unwrap().faults, []);
    }

    async fn a_hundred_at_once_never_overdraw(given) {
        let pool = example("un-candidat", |text| text);
        let mut running = Vec::new();
        for _ in 0..100 {
            let drawing = draft(&pool, None).with_quotas(vec![reserve(250)]);
            let registry = given.registry.clone();
            running.push(tokio::spawn(async move { registry.record(drawing).await }));
        }
        let mut recorded = 0;
        for one in running {
            match one.await.unwrap() {
                Ok(_) => recorded += 1,
                Err(error) => assert_eq!(left(&error), Some("0")),
            }
        }
        assert_eq!(recorded, 48, "48 × 250 = 12 000");
        let report = given.registry.verify_completely(&[]).await.unwrap();
        assert_eq!((report.faults, report.entries), (vec![], 48));
    }

    async fn points_are_given_or_given_back_by_a_person(given) {
        let pool = example("lyon-6e", |text| text);
        let drawing = draft(&pool, None).with_quotas(vec![reserve(406)]);
        let recorded = given.registry.record(drawing).await.unwrap();
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        let intervention = |action, points| Intervention {
            candidate: 0,
            verdict: Verdict::Confirmed,
            by: "Mme Roche, responsable des attributions".to_owned(),
            reason: "dossier complet".to_owned(),
            quotas: vec![asked(action, points, "2019-07-12T00:00:00Z")],
        };
        given.registry.intervene(&decision, intervention(QuotaAction::Accorde, 400)).await.unwrap();
        given.registry.intervene(&decision, intervention(QuotaAction::Libere, 6)).await.unwrap();
        let again = given.registry.intervene(&decision, intervention(QuotaAction::Libere, 6)).await;
        let Err(InterventionError::Record(RecordError::Quota(error))) = again else {
            panic!("{again:?}")
        };
        assert!(matches!(error, QuotaError::NotReserved { .. }));
        let report = given.registry.verify_completely(&[]).await.unwrap();
        assert_eq!((report.faults, report.entries), (vec![], 3));
    }

    async fn a_ledger_that_was_changed_is_told(given) {
        let pool = example("lyon-6e", |text| text);
        let drawing = draft(&pool, None).with_quotas(vec![reserve(406)]);
        given.registry.record(drawing).await.unwrap();
        let database = sqlx::AnyPool::connect(&given.settings.url).await.unwrap();
        sqlx::query("UPDATE quotas SET reserved = '6'").execute(&database).await.unwrap();
        let report = given.registry.verify_completely(&[]).await.unwrap();
        assert_eq!(report.faults, [Fault::OtherQuotas]);
    }
}
