//! A row as JSON, and its values as JSON: what a program that speaks it reads and writes, by hand.
//!
//! The text is that of a candidate of a dossier of the recueil: entities, their facts, dates as `1990-04-01`, euros with
//! cents. By hand, it is a struct that serde fills, and another that it writes.

use crate::by_hand::{self, NAMES, Values};
use crate::population::{Applicant, CATEGORIES, CHOICES, DWELLINGS, SITUATIONS};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Writes the facts of an applicant, whose request has a number.
pub fn written(it: &Applicant, number: usize) -> String {
    let name = |names: &[&'static str], at: u8| names[usize::from(at)];
    let day = |day: u32| format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100);
    format!(
        concat!(
            r#"{{"offre":{{"loyer":{}}},"#,
            r#""demande":{{"numéro":{},"date":"{}","choix":"{}","refus_en_cal":{},"logement_refusé":{},"dalo":{}}},"#,
            r#""demandeur":{{"naissance":"{}","situation":"{}","embauche":"{}","handicap":{},"#,
            r#""habitation":"{}"}},"#,
            r#""foyer":{{"revenus":{},"revenu_fiscal":{},"personnes":{},"charge":{}}},"#,
            r#""employeur":{{"catégorie":"{}","cotisante":{},"compensée":{},"validée":{},"mobilité":{}}},"#,
            r#""trajet":{{"mobilité":{},"travail":{}}}}}"#,
        ),
        euros(it.rent),
        number,
        day(it.requested),
        name(&CHOICES, it.choice),
        it.turned_down,
        it.declined,
        it.priority,
        day(it.born),
        name(&SITUATIONS, it.situation),
        day(it.hired),
        it.disabled,
        name(&DWELLINGS, it.dwelling),
        euros(it.income),
        it.taxed,
        it.household,
        it.dependants,
        name(&CATEGORIES, it.category),
        it.contributes,
        it.compensated,
        it.validated,
        it.recruited_far,
        it.moved,
        it.commute,
    )
}

fn euros(cents: u32) -> String {
    if cents.is_multiple_of(100) {
        (cents / 100).to_string()
    } else {
        format!("{}.{:02}", cents / 100, cents % 100)
    }
}

/// Reads who applies alone, evaluates it and writes its values. Errors: a sentence.
pub fn by_hand(text: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    // Its letters are looked at once, then no text of it is.
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let facts: Facts = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let said = Said::of(by_hand::evaluate(&facts.applicant(), 1));
    serde_json::to_writer(out, &said).map_err(|error| error.to_string())
}

/// Reads values back from an answer, whoever wrote it, in the order of [`NAMES`]. Errors: a sentence.
pub fn values(answer: &[u8]) -> Result<Values, String> {
    let answer: serde_json::Value =
        serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let mut all = Values::default();
    for (name, slot) in NAMES.iter().zip(&mut all) {
        let grids = answer.get("grilles").and_then(serde_json::Value::as_object);
        let grids = || grids.into_iter().flatten();
        let found = match *name {
            "total" => answer.get("total"),
            "éligible" => {
                *slot = i16::from(answer.get("eligible").is_some_and(|it| it == "oui"));
                continue;
            }
            _ => {
                let grid = grids().find(|(id, _)| id == name).and_then(|(_, it)| it.get("points"));
                let line = || grids().find_map(|(_, it)| it.get("lignes")?.get(name));
                grid.or_else(line)
            }
        };
        let value = found.and_then(serde_json::Value::as_i64);
        let value = value.and_then(|value| i16::try_from(value).ok());
        *slot = value.ok_or_else(|| format!("no « {name} »"))?;
    }
    Ok(all)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    offre: Offer,
    demande: Request,
    demandeur: Person,
    foyer: Household,
    employeur: Employer,
    trajet: Distances,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    #[serde(deserialize_with = "cents")]
    loyer: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(rename = "numéro")]
    #[expect(dead_code, reason = "it places candidates, and one alone is the first")]
    number: u32,
    #[serde(deserialize_with = "day")]
    date: u32,
    choix: Choice,
    refus_en_cal: bool,
    #[serde(rename = "logement_refusé")]
    declined: bool,
    dalo: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    #[serde(deserialize_with = "day")]
    naissance: u32,
    situation: Situation,
    #[serde(deserialize_with = "day")]
    embauche: u32,
    handicap: bool,
    habitation: Dwelling,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Household {
    #[serde(deserialize_with = "cents")]
    revenus: u32,
    revenu_fiscal: u32,
    personnes: u8,
    charge: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Employer {
    #[serde(rename = "catégorie")]
    category: Category,
    cotisante: bool,
    #[serde(rename = "compensée")]
    compensated: bool,
    #[serde(rename = "validée")]
    validated: bool,
    #[serde(rename = "mobilité")]
    recruited_far: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distances {
    #[serde(rename = "mobilité")]
    moved: u16,
    travail: u16,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Anonyme,
    Identification,
    #[serde(rename = "accompagné")]
    Accompagne,
    SaisieEntreprise,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Situation {
    Cdi,
    AgentPublic,
    Cdd,
    #[serde(rename = "indépendant")]
    Independant,
    #[serde(rename = "chômage")]
    Chomage,
    Apprenti,
    #[serde(rename = "étudiant")]
    Etudiant,
    #[serde(rename = "retraité")]
    Retraite,
    Autre,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Category {
    Aucune,
    Pme,
    Eti,
    Ge,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Dwelling {
    SansAbri,
    #[serde(rename = "hébergement")]
    Hebergement,
    Insalubre,
    #[serde(rename = "suroccupé")]
    Suroccupe,
    ChezTiers,
    Temporaire,
    #[serde(rename = "locataire_privé")]
    LocatairePrive,
    LocataireSocial,
}

/// Reads euros. Unit: cents.
fn cents<'de, D: Deserializer<'de>>(json: D) -> Result<u32, D::Error> {
    let euros = f64::deserialize(json)?;
    let cents = (euros * 100.0).round();
    if (0.0..=f64::from(u32::MAX)).contains(&cents) {
        Ok(cents as u32)
    } else {
        Err(de::Error::custom("an amount is due"))
    }
}

/// Reads a day. Shape: `yyyymmdd`.
fn day<'de, D: Deserializer<'de>>(json: D) -> Result<u32, D::Error> {
    let text = <&str>::deserialize(json)?;
    let day = match text.as_bytes() {
        [y @ .., b'-', m, o, b'-', d, u] if y.len() == 4 => {
            let digits = y.iter().chain([m, o, d, u]);
            digits
                .map(|byte| byte.wrapping_sub(b'0'))
                .try_fold(0, |sum, digit| (digit < 10).then_some(sum * 10 + u32::from(digit)))
        }
        _ => None,
    };
    let is_day =
        |day: &u32| (1..=12).contains(&(day / 100 % 100)) && (1..=31).contains(&(day % 100));
    day.filter(is_day).ok_or_else(|| de::Error::custom("a day is due"))
}

impl Facts {
    fn applicant(&self) -> Applicant {
        Applicant {
            born: self.demandeur.naissance,
            requested: self.demande.date,
            hired: self.demandeur.embauche,
            income: self.foyer.revenus,
            taxed: self.foyer.revenu_fiscal,
            rent: self.offre.loyer,
            moved: self.trajet.moved,
            commute: self.trajet.travail,
            household: self.foyer.personnes,
            dependants: self.foyer.charge,
            situation: self.demandeur.situation as u8,
            choice: self.demande.choix as u8,
            category: self.employeur.category as u8,
            dwelling: self.demandeur.habitation as u8,
            contributes: self.employeur.cotisante,
            compensated: self.employeur.compensated,
            validated: self.employeur.validated,
            recruited_far: self.employeur.recruited_far,
            disabled: self.demandeur.handicap,
            priority: self.demande.dalo,
            turned_down: self.demande.refus_en_cal,
            declined: self.demande.declined,
        }
    }
}

#[derive(Serialize)]
struct Said {
    eligible: &'static str,
    total: i16,
    grilles: Grids,
}

#[derive(Serialize)]
struct Grids {
    als: Grid<Als>,
    entreprise: Grid<Company>,
    #[serde(rename = "équilibrage")]
    balance: Grid<Balance>,
    territoire: Grid<Territory>,
}

#[derive(Serialize)]
struct Grid<L> {
    points: i16,
    lignes: L,
}

#[derive(Serialize)]
struct Als {
    #[serde(rename = "âge")]
    age: i16,
    #[serde(rename = "mobilité")]
    moved: i16,
    effort: i16,
    refus_en_cal: i16,
    #[serde(rename = "logement_refusé")]
    declined: i16,
    #[serde(rename = "ancienneté")]
    seniority: i16,
}

#[derive(Serialize)]
struct Company {
    base: i16,
    tranche_a: i16,
    tranche_b: i16,
    tranche_c: i16,
}

#[derive(Serialize)]
struct Balance {
    #[serde(rename = "équilibrage")]
    balance: i16,
}

#[derive(Serialize)]
struct Territory {
    logement: i16,
    dalo: i16,
    attente: i16,
}

impl Said {
    fn of(values: Values) -> Self {
        let [age, moved, effort, refus_en_cal, declined, seniority, als, rest @ ..] = values;
        let [base, tranche_a, tranche_b, tranche_c, company, balance, rest @ ..] = rest;
        let [logement, dalo, attente, territory, total, eligible] = rest;
        let lines = Als { age, moved, effort, refus_en_cal, declined, seniority };
        let grilles = Grids {
            als: Grid { points: als, lignes: lines },
            entreprise: Grid {
                points: company,
                lignes: Company { base, tranche_a, tranche_b, tranche_c },
            },
            balance: Grid { points: balance, lignes: Balance { balance } },
            territoire: Grid { points: territory, lignes: Territory { logement, dalo, attente } },
        };
        Self { eligible: if eligible == 1 { "oui" } else { "non" }, total, grilles }
    }
}
