//! What the registry holds, records, proves and erases, in words.

use super::page::Page;
use super::style::{self, heading, paint};
use super::table::{Align, Cell, Table};
use serde_json::Value;
use source::counted;
use std::path::Path;
use wire::registry::{
    Carried, CheckedReceipt, Created, Done, ProvedReceipt, PurgeAnswer, Recording, Told, Verified,
};

/// Says that a registry is there.
pub fn created(created: &Created, keys: &Path) -> String {
    let mut page =
        Page::starting(format!("{}\n", heading(&format!("Registre « {} »", created.journal))));
    let drawn = if created.cles_tirees { "tirées" } else { "déjà là, reprises" };
    page.line(format!("Clés {drawn} : {}", keys.display()));
    page.line(format!("Clé publique, à donner à qui vérifie : {}", created.cle_publique));
    if created.cles_tirees {
        page.line("Gardez une copie de ces clés à l'abri : sans maitre.cle, rien ne se relit.");
    }
    page.done()
}

/// Says what a registry holds.
pub fn state(told: &Told) -> String {
    let mut page =
        Page::starting(format!("{}\n", heading(&format!("Registre « {} »", told.journal))));
    page.line(counted(told.taille, "entrée", "entrées"));
    match &told.point_de_controle {
        Some(tip) => page.line(format!(
            "Dernier point de contrôle : {}, racine {}",
            counted(tip.taille, "entrée", "entrées"),
            tip.racine
        )),
        None => page.line("Aucun point de contrôle"),
    }
    for (kind, count) in &told.entrees {
        page.line(format!("  {kind} : {count}"));
    }
    page.line(counted(told.recueils, "recueil gardé", "recueils gardés"));
    page.line(counted(told.candidatures, "candidature", "candidatures"));
    page.line(counted(told.effacees, "candidature effacée", "candidatures effacées"));
    for quota in &told.quotas {
        page.line(format!(
            "Quota {} {} : {} réservés, {} accordés",
            quota.siren, quota.periode, quota.reserves, quota.accordes
        ));
    }
    page.done()
}

/// Says what was recorded.
pub fn recording(recording: &Recording) -> String {
    let title = format!("Décision {}", recording.decision);
    let mut page = Page::starting(format!("{}\n", heading(&title)));
    let how = if recording.deja { "déjà enregistrée" } else { "enregistrée" };
    page.line(format!(
        "{how} à l'entrée {}, pour le {}, recueil {}",
        recording.entree,
        recording.date,
        short(&recording.recueil)
    ));
    page.blank();
    let columns = [(Align::Right, "Rang"), (Align::Left, "Candidat"), (Align::Right, "Total")];
    let mut table =
        Table::headed(columns.into_iter().chain([(Align::Left, ""), (Align::Left, "")]));
    for one in &recording.candidats {
        let name = one.id.as_deref().unwrap_or("(effacé)");
        table.row(vec![
            one.rang.map_or_else(String::new, |rank| rank.to_string()).into(),
            name.into(),
            Cell::styled(style::TITLE, one.total.replace('.', ",")),
            if one.retenu { "retenu" } else { "" }.into(),
            one.recu.as_deref().unwrap_or("").into(),
        ]);
    }
    page.lines(table.draw(""));
    page.line(
        "Proposition : elle ne vaut qu'une fois confirmée par une personne nommément désignée.",
    );
    page.done()
}

/// Says what verifying found.
pub fn verified(verified: &Verified) -> String {
    let mut page = Page::default();
    for fault in &verified.fautes {
        page.line(format!("{} : {fault}", paint(style::ERROR, "faute")));
    }
    let depth = if verified.complet {
        "relu en entier"
    } else {
        "vérifié par son dernier point de contrôle"
    };
    let entries = counted(verified.entrees, "entrée", "entrées");
    let points = counted(
        verified.points_de_controle,
        "point de contrôle comparé",
        "points de contrôle comparés",
    );
    page.line(format!("Journal {depth} : {entries}, {points}"));
    if verified.complet {
        page.line(counted(verified.decisions, "décision relue", "décisions relues"));
    }
    if verified.non_couvertes > 0 {
        page.line(format!(
            "{} que rien de signé ne dit encore",
            counted(verified.non_couvertes, "entrée", "entrées")
        ));
    }
    page.line(match verified.fautes.len() {
        0 => "Aucune faute.".to_owned(),
        count => format!("{}.", counted(count, "faute", "fautes")),
    });
    page.done()
}

/// Says that a checkpoint is kept.
pub fn deposited() -> String {
    "Point de contrôle gardé, avec la signature du témoin.\n".to_owned()
}

/// Says that an application is erased.
pub fn erased(done: &Done) -> String {
    said("Candidature effacée : sa clé est détruite", done)
}

/// Says that an application has ended.
pub fn closed(done: &Done) -> String {
    said("Candidature close", done)
}

fn said(what: &str, done: &Done) -> String {
    let entry = done
        .entree
        .map_or_else(String::new, |entry| format!(" ; le journal le dit à l'entrée {entry}"));
    format!("{what}{entry}.\n")
}

/// Says what the rules of retention erased.
pub fn purged(purged: &PurgeAnswer) -> String {
    let mut page = Page::default();
    let verb = if purged.essai { "à effacer" } else { "effacées" };
    for rule in &purged.regles {
        page.line(format!("{} : {} {verb}", rule.regle, rule.echues));
    }
    page.line(match (purged.essai, purged.entree) {
        (true, _) => format!("Essai au {} : rien n'est effacé.", purged.date),
        (false, Some(entry)) => format!("Purge au {}, dite à l'entrée {entry}.", purged.date),
        (false, None) => format!("Rien d'échu au {}.", purged.date),
    });
    page.done()
}

/// Says what was carried.
pub fn carried(carried: &Carried) -> String {
    let entries = counted(carried.entrees, "entrée", "entrées");
    match (carried.lignes, carried.decisions) {
        (Some(lines), _) => {
            format!("Registre exporté : {entries}, {}.\n", counted(lines, "ligne", "lignes"))
        }
        (None, decisions) => {
            let decisions = counted(decisions.unwrap_or(0), "décision relue", "décisions relues");
            format!("Registre importé et relu en entier : {entries}, {decisions}, aucune faute.\n")
        }
    }
}

/// Says what a receipt proves, or the link that does not hold.
pub fn receipt(checked: &CheckedReceipt) -> String {
    match (&checked.prouve, &checked.motif) {
        (Some(proved), _) => held(proved),
        (None, motif) => {
            let refused = paint(style::ERROR, "Reçu refusé");
            format!("{refused} : {}\n", motif.as_deref().unwrap_or(""))
        }
    }
}

fn held(proved: &ProvedReceipt) -> String {
    let mut page = Page::starting(format!("{}\n", paint(style::GOOD, "Reçu valable")));
    let mut table = Table::new([Align::Left, Align::Left]);
    let rank = proved
        .rang
        .map_or("non classé".to_owned(), |rank| format!("{rank} sur {}", proved.candidats));
    for (name, value) in [
        ("Décision", proved.decision.clone()),
        ("Enregistrée le", proved.instant.clone()),
        ("Date d'évaluation", proved.date.clone()),
        ("Demandée par", format!("{}, pour : {}", proved.par, proved.finalite)),
        ("Portée", proved.mode.clone()),
        ("Recueil", proved.recueil.clone()),
        ("Journal", format!("{}, entrée {} sur {}", proved.journal, proved.entree, proved.taille)),
        ("Total", proved.total.replace('.', ",")),
        ("Rang", rank),
        ("Retenu", if proved.retenu { "oui" } else { "non" }.to_owned()),
    ] {
        table.row(vec![name.into(), value.into()]);
    }
    page.lines(table.draw("  "));
    page.line(heading("Faits enregistrés"));
    let mut table = Table::new([Align::Left, Align::Left]);
    for (path, value) in &proved.faits {
        table.row(vec![path.as_str().into(), fact(value).into()]);
    }
    page.lines(table.draw("  "));
    page.done()
}

/// Says a fact as it was recorded; each item of a list on its own.
fn fact(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "aucun".to_owned(),
        Value::Array(items) => {
            let said: Vec<String> = items.iter().map(item).collect();
            said.join(" ; ")
        }
        Value::Object(parts) => {
            let text = |name: &str| parts.get(name).and_then(Value::as_str);
            let value = text("valeur").or_else(|| text("etat")).unwrap_or("").to_owned();
            let more = ["preuve", "role", "date", "source"];
            let more: Vec<&str> = more.iter().filter_map(|name| text(name)).collect();
            if more.is_empty() { value } else { format!("{value} ({})", more.join(", ")) }
        }
        other => other.to_string(),
    }
}

fn item(value: &Value) -> String {
    let Value::Object(parts) = value else { return value.to_string() };
    let said: Vec<String> =
        parts.iter().map(|(name, part)| format!("{name} {}", fact(part))).collect();
    said.join(", ")
}

/// Shortens a hash, for people.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
