//! Synthetic populations: offers, and applicants who go with them, drawn from a seed.
//!
//! Facts have the names of the vocabularies of `policies/`. What each is drawn from, and why, is said in
//! `docs/simuler.md`; the tables are in `population/weights.rs`. An applicant depends on the seed, on its number
//! and on its offer alone, so that the same population is the same bytes everywhere.

mod applicant;
mod offer;
mod weights;

use crate::draw::{Draw, Drawn};
use crate::table::{Cell, Heading, Kind};
use engine::Date;
use offer::Offer;

/// How many applicants an offer has when nobody says.
const USUAL: u64 = 245;

/// The most applicants: beyond, the numbers of applications would have a digit more.
const MOST: u64 = 999_999_999;

/// The columns, in order.
const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("postule", Kind::Truth),
    ("offre.id", Kind::Text),
    ("offre.commune", Kind::Text),
    ("offre.loyer", Kind::Decimal(2)),
    ("offre.typologie", Kind::Text),
    ("offre.surface", Kind::Decimal(2)),
    ("offre.financement", Kind::Text),
    ("offre.zone", Kind::Text),
    ("demande.numéro_unique", Kind::Text),
    ("demande.type", Kind::Text),
    ("demande.date_dépôt", Kind::Day),
    ("demande.choix_partage", Kind::Text),
    ("demande.pièces_complètes", Kind::Truth),
    ("demande.refus_en_cal", Kind::Truth),
    ("demande.attribution_refusée", Kind::Truth),
    ("demande.refus_légitime", Kind::Truth),
    ("demande.dalo", Kind::Truth),
    ("demande.violences", Kind::Truth),
    ("demandeur.date_naissance", Kind::Day),
    ("demandeur.situation_familiale", Kind::Text),
    ("demandeur.statut", Kind::Text),
    ("foyer.personnes", Kind::Whole),
    ("foyer.nombre_personnes_à_charge", Kind::Whole),
    ("foyer.revenus", Kind::Decimal(2)),
    ("foyer.revenu_fiscal", Kind::Decimal(2)),
    ("co_titulaire", Kind::Text),
    ("personne_à_charge", Kind::Text),
    ("logement_actuel.catégorie", Kind::Text),
    ("logement_actuel.pièces", Kind::Whole),
    ("logement_actuel.département", Kind::Text),
    ("emploi.département", Kind::Text),
    ("emploi.date_entrée", Kind::Day),
    ("employeur.siren", Kind::Text),
    ("employeur.catégorie", Kind::Text),
    ("employeur.cotisante", Kind::Truth),
    ("employeur.compensée", Kind::Truth),
    ("employeur.validation", Kind::Text),
    ("mobilité.distance", Kind::Decimal(2)),
    ("mobilité.trajet", Kind::Whole),
];

/// Why a population cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
    /// Nobody, or too many.
    #[error("une population a de 1 à 999 999 999 candidats")]
    Size,
    /// No offer, or more than applicants.
    #[error("une population a au moins une offre, et pas plus d'offres que de candidats")]
    Offers,
}

/// A population that can be drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population {
    seed: u64,
    size: u64,
    offers: u64,
    today: Date,
}

impl Population {
    /// Says what is drawn; offers are one for 245 applicants unless told.
    ///
    /// Errors: nobody, too many, no offer, more offers than applicants.
    pub fn new(seed: u64, size: u64, offers: Option<u64>) -> Result<Self, PopulationError> {
        let today = Date::new(2019, 10, 15).filter(|_| (1..=MOST).contains(&size));
        let today = today.ok_or(PopulationError::Size)?;
        let offers = offers.unwrap_or(size.div_ceil(USUAL));
        if !(1..=size).contains(&offers) {
            return Err(PopulationError::Offers);
        }
        Ok(Self { seed, size, offers, today })
    }

    /// Returns the day of which the population is.
    pub fn today(&self) -> Date {
        self.today
    }

    /// Returns how many applicants there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns how many offers there are.
    pub fn offers(&self) -> u64 {
        self.offers
    }

    /// Returns the heads of the columns.
    pub fn headings() -> Vec<Heading> {
        COLUMNS.iter().map(|(name, kind)| Heading::new(*name, *kind)).collect()
    }

    /// Draws the rows, offer by offer.
    pub fn rows(self) -> impl Iterator<Item = Vec<Cell<'static>>> {
        (0..self.offers).flat_map(move |number| {
            let offer = Offer::draw(&mut Draw::new(self.seed, Drawn::Offer(number)), number);
            let rows = self.first_of(number)..self.first_of(number + 1);
            rows.map(move |row| {
                let mut draw = Draw::new(self.seed, Drawn::Applicant(row));
                applicant::row(&mut draw, &offer, row, self.today)
            })
        })
    }

    /// Returns the first applicant of an offer: offers have as many to within one.
    fn first_of(&self, offer: u64) -> u64 {
        let wide = u128::from(offer) * u128::from(self.size) / u128::from(self.offers);
        u64::try_from(wide).unwrap_or(self.size)
    }
}

#[cfg(test)]
mod tests;
