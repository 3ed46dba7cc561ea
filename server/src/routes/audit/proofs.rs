//! What was looked at of a decision, said link by link. A link is verified here and nowhere else: when the registry
//! has just followed it.

use crate::app::App;
use pages::people::audit::{Check, Proof};
use registry::StoredDecision;
use registry::verify::{Examined, Fault, InLog, ValuesLink};

/// Says what a decision is bound to.
pub fn of_decision(app: &App, stored: &StoredDecision, examined: &Examined) -> Vec<Proof> {
    let index = stored.entry.index;
    let (check, says) = in_log(app, index, &examined.log);
    let count = stored.candidates.len();
    let records =
        format!("les fiches des candidats ({count}) sont celles dont l'entrée dit la racine");
    let rules = "les fichiers gardés redonnent l'empreinte que la décision nomme".to_owned();
    vec![
        Proof { what: "La décision, dans le journal", check, says },
        bound("Les candidats, dans la décision", &examined.candidates, records),
        bound("Les règles telles qu'elles étaient", &examined.rules, rules),
    ]
}

fn bound(what: &'static str, link: &Result<(), Fault>, says: String) -> Proof {
    match link {
        Ok(()) => Proof { what, check: Check::Verified, says },
        Err(fault) => Proof { what, check: Check::Broken, says: fault.to_string() },
    }
}

fn in_log(app: &App, index: u64, link: &InLog) -> (Check, String) {
    match link {
        InLog::Proved { head, .. } => {
            let (name, size) = (app.registry.public().name(), head.size);
            let says = format!(
                "l'entrée {index} est dans le journal de {size} entrées que «\u{a0}{name}\u{a0}» a signé"
            );
            (Check::Verified, says)
        }
        InLog::NotYet { covered: 0 } => {
            (Check::Waiting, "aucun point de contrôle n'est encore signé".to_owned())
        }
        InLog::NotYet { covered } => {
            let says = format!(
                "le dernier point de contrôle signé couvre {covered} entrées ; l'entrée {index} vient après"
            );
            (Check::Waiting, says)
        }
        InLog::Broken(fault) => (Check::Broken, fault.to_string()),
    }
}

/// Says what the values of one candidate are bound to.
pub fn of_values(app: &App, link: &ValuesLink) -> Proof {
    let what = "Les faits et le résultat, dans la fiche";
    let (check, says) = match link {
        ValuesLink::Committed => {
            let says = "chaque fait et le résultat redonnent l'engagement que porte la fiche";
            (Check::Verified, says.to_owned())
        }
        ValuesLink::Erased { entry, log } => {
            let (check, says) = in_log(app, *entry, log);
            let says = format!("effacés par l'entrée {entry} : {says}");
            (if check == Check::Verified { Check::Erased } else { check }, says)
        }
        ValuesLink::Broken(fault) => (Check::Broken, fault.to_string()),
    };
    Proof { what, check, says }
}

/// Says what the values of several candidates are bound to: as the worst of them.
pub fn of_many(all: &[Proof]) -> Option<Proof> {
    let worst = all.iter().max_by_key(|proof| proof.check)?;
    let of = |check: Check| all.iter().filter(|proof| proof.check == check).count();
    let counts = [Check::Verified, Check::Erased, Check::Waiting, Check::Broken]
        .map(|check| (check, of(check)));
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> =
        counts.map(|(check, count)| format!("{count} {}", many(*check, *count))).collect();
    let mut says = format!("des candidats de cette page : {}", counts.join(", "));
    if worst.check == Check::Broken {
        says = format!("{says} ; {}", worst.says);
    }
    Some(Proof { what: "Les faits et les résultats", check: worst.check, says })
}

fn many(check: Check, count: usize) -> &'static str {
    match (check, count > 1) {
        (Check::Verified, false) => "vérifié",
        (Check::Verified, true) => "vérifiés",
        (Check::Erased, false) => "effacé",
        (Check::Erased, true) => "effacés",
        (Check::Waiting, _) => "pas encore",
        (Check::Broken, false) => "rompu",
        (Check::Broken, true) => "rompus",
    }
}
