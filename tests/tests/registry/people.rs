//! Rules propose, people decide: interventions are named and recorded, and what reads `sensible` facts
//! never decides alone.

use engine::{Candidate, Case, Date, Pool};
use registry::entry::{Act, Entry, Kind, Mode};
use registry::{Context, Draft, DraftError, Intervention, InterventionError, Rules, Verdict};
use std::collections::BTreeMap;
use tests::explained::example;
use tests::on_each_store;

fn intervention(verdict: Verdict) -> Intervention {
    Intervention {
        candidate: 1,
        verdict,
        by: "Mme Roche, responsable des attributions".to_owned(),
        reason: "logement trop petit pour le foyer".to_owned(),
        quotas: Vec::new(),
    }
}

on_each_store! {
    async fn each_verdict_is_an_entry_of_the_log(given) {
        let recorded = given.record(&example("lyon-6e", |text| text)).await;
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        for verdict in [Verdict::Confirmed, Verdict::Changed { rank: 3 }, Verdict::Rejected] {
            given.registry.intervene(&decision, intervention(verdict)).await.unwrap();
        }
        let entries = given.registry.entries(1, 10).await.unwrap();
        let said: Vec<Entry<Act>> =
            entries.iter().map(|entry| serde_json::from_slice(&entry.body).unwrap()).collect();
        let verdicts: Vec<&str> = said.iter().map(|act| &*act.content.details["avis"]).collect();
        assert_eq!(verdicts, ["confirme", "modifie", "rejette"]);
        let subject = &decision.candidates[1].subject;
        assert!(said.iter().all(|act| act.kind == Kind::Intervention
            && act.content.object.as_deref() == Some(&recorded.id)
            && act.content.details["sujet"] == *subject
            && act.content.par.starts_with("Mme Roche")));
        assert_eq!(said[1].content.details["rang"], "3");
    }

    async fn an_intervention_without_a_name_or_a_reason_is_refused(given) {
        let recorded = given.record(&example("lyon-6e", |text| text)).await;
        let decision = given.registry.decision(&recorded.id).await.unwrap();
        let nobody = Intervention { by: " ".to_owned(), ..intervention(Verdict::Confirmed) };
        let refused = given.registry.intervene(&decision, nobody).await;
        assert_eq!(refused, Err(InterventionError::Nameless));
        let mute = Intervention { reason: String::new(), ..intervention(Verdict::Rejected) };
        assert_eq!(given.registry.intervene(&decision, mute).await, Err(InterventionError::Nameless));
        let elsewhere = Intervention { candidate: 2, ..intervention(Verdict::Rejected) };
        let refused = given.registry.intervene(&decision, elsewhere).await;
        assert_eq!(refused, Err(InterventionError::UnknownCandidate));
        assert_eq!(given.registry.size().await.unwrap(), 1);
    }
}

const FACTS: &str = r#"vocabulaire commun "Faits"
version 1
en vigueur à partir du 2019-01-01
source "Imaginé"

entité offre "Le logement"
  loyer : €/mois "Loyer"

entité demandeur "Le demandeur"
  handicap : booléen "Situation de handicap"
    sensible
  cdi : booléen "Contrat à durée indéterminée"
  numéro : code "Numéro de la demande"
    unique
"#;

const RANKING: &str = r#"classement essai "Essai"
version 1
en vigueur à partir du 2019-01-01
utilise commun
source "Imaginé"
grilles besoin

ordre par total décroissant ; demandeur.numéro croissant
"#;

/// Compiles a recueil whose one grid reads a fact of the applicant.
fn rules(reads: &str) -> Rules {
    let grid = format!(
        r#"politique besoin "Besoin"
version 1
en vigueur à partir du 2019-01-01
utilise commun
source "Imaginé"

critère aide "Aide"
  donne 10 points
  si demandeur.{reads}
  fondement "Une loi"
"#
    );
    let manifest = "nom: essai\nlangage: 1\nunites: [\"*.bareme\"]\n";
    let files = [
        ("recueil.yaml", manifest),
        ("commun.bareme", FACTS),
        ("classement.bareme", RANKING),
        ("besoin.bareme", &grid),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    Rules::compile(&BTreeMap::from(files)).unwrap()
}

/// Makes a decision of a mode by rules that read a fact.
fn drafted(reads: &str, mode: Mode) -> Result<Draft, DraftError> {
    let rules = rules(reads);
    let context = Context {
        by: "service".to_owned(),
        purpose: "classement".to_owned(),
        offer: None,
        recueil: rules.hash.clone(),
        key: None,
        mode,
    };
    let date = Date::parse_iso("2020-01-01").unwrap();
    let one = Candidate { id: "A1".to_owned(), applies: true, case: Case::default() };
    let pool = Pool { date, candidates: vec![one] };
    Draft::new(context, rules.names(), &pool, &rules.assessed(&pool).unwrap())
}

#[test]
fn rules_that_read_a_sensitive_fact_only_propose() {
    let refused = drafted("handicap", Mode::Automatique).err();
    assert_eq!(refused, Some(DraftError::Sensitive("demandeur.handicap".to_owned())));
    assert!(drafted("handicap", Mode::Proposition).is_ok());
}

#[test]
fn rules_that_read_none_may_decide() {
    assert!(drafted("cdi", Mode::Automatique).is_ok());
}
