//! Applicants as the cases of the workload's recueil (`recueil/`).

use crate::population::{Applicant, TODAY};
use crate::{Rules, files_of};
use engine::{Candidate, Case, Date, Exact, Fact, FieldDef, FieldId, Pool, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The workload in Barème.
pub struct Workload {
    /// Its rules.
    pub rules: Rules,
    fields: BTreeMap<String, FieldId>,
}

impl Workload {
    /// Compiles it. Errors: a sentence.
    pub fn open() -> Result<Self, String> {
        Self::of(&files().map_err(|error| error.to_string())?)
    }

    /// Compiles the files of the workload, or of a variant of it. Errors: a sentence.
    pub fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, String> {
        let rules = Rules::of(files)?;
        let schema = &rules.program().schema;
        let path = |def: &FieldDef| {
            let entity = schema.entities.get(def.entity.0 as usize);
            format!("{}.{}", entity.map_or("", |entity| &entity.name), def.name)
        };
        let fields = (0..).map(FieldId).zip(&schema.fields);
        let fields = fields.map(|(id, def)| (path(def), id)).collect();
        Ok(Self { rules, fields })
    }

    /// The candidates of one offer.
    pub fn pool(&self, applicants: &[Applicant]) -> Pool {
        let candidates = applicants.iter().enumerate().map(|(at, it)| Candidate {
            id: at.to_string(),
            applies: true,
            case: self.case(it, at),
        });
        Pool { date: date(TODAY), candidates: candidates.collect() }
    }

    /// Finds a field by its path.
    pub fn field(&self, path: &str) -> Option<FieldId> {
        self.fields.get(path).copied()
    }

    /// Returns the path of a field.
    pub fn name(&self, field: FieldId) -> &str {
        self.fields.iter().find(|(_, id)| **id == field).map_or("", |(path, _)| path)
    }

    fn case(&self, it: &Applicant, number: usize) -> Case {
        let facts = facts(it, number).into_iter();
        let facts =
            facts.filter_map(|(name, value)| Some((*self.fields.get(name)?, Fact::known(value))));
        Case { facts: facts.collect(), lists: BTreeMap::new() }
    }
}

/// Reads the files of the workload.
pub fn files() -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    files_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("recueil"))
}

/// The day of evaluation.
pub fn today() -> Date {
    date(TODAY)
}

fn date(day: u32) -> Date {
    let (year, month) = ((day / 10_000) as i16, (day / 100 % 100) as i8);
    Date::new(year, month, (day % 100) as i8).unwrap()
}

fn facts(it: &Applicant, number: usize) -> [(&'static str, Value); 23] {
    let whole = |number: u32| Value::Number(Exact::whole(i128::from(number)));
    let euros = |cents: u32| Value::Number(Exact::fraction(i128::from(cents), 100).unwrap());
    let day = |day| Value::Date(date(day));
    let one_of = |at: u8| Value::Enum(u32::from(at));
    [
        ("offre.loyer", euros(it.rent)),
        ("demande.numéro", whole(number as u32)),
        ("demande.date", day(it.requested)),
        ("demande.choix", one_of(it.choice)),
        ("demande.refus_en_cal", Value::Bool(it.turned_down)),
        ("demande.logement_refusé", Value::Bool(it.declined)),
        ("demande.dalo", Value::Bool(it.priority)),
        ("demandeur.naissance", day(it.born)),
        ("demandeur.situation", one_of(it.situation)),
        ("demandeur.embauche", day(it.hired)),
        ("demandeur.handicap", Value::Bool(it.disabled)),
        ("demandeur.habitation", one_of(it.dwelling)),
        ("foyer.revenus", euros(it.income)),
        ("foyer.revenu_fiscal", whole(it.taxed)),
        ("foyer.personnes", whole(u32::from(it.household))),
        ("foyer.charge", whole(u32::from(it.dependants))),
        ("employeur.catégorie", one_of(it.category)),
        ("employeur.cotisante", Value::Bool(it.contributes)),
        ("employeur.compensée", Value::Bool(it.compensated)),
        ("employeur.validée", Value::Bool(it.validated)),
        ("employeur.mobilité", Value::Bool(it.recruited_far)),
        ("trajet.mobilité", whole(u32::from(it.moved))),
        ("trajet.travail", whole(u32::from(it.commute))),
    ]
}
