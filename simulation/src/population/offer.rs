//! One offer: where, how large, how it was paid for, hence its rent.

use super::weights::{
    FUNDINGS, Funding, PLACES_NEAR_PARIS, PLACES_OF_REGION, PLACES_OF_REGIONS, Size, ZONES, Zone,
};
use crate::draw::Draw;
use crate::table::Cell;
use std::borrow::Cow;

/// An offer.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) commune: &'static str,
    /// Unit: cents a month.
    pub(super) rent: i64,
    pub(super) size: Size,
    /// Unit: hundredths of a square metre.
    surface: i64,
    funding: Funding,
    zone: Zone,
}

impl Offer {
    /// Draws an offer.
    pub(super) fn draw(draw: &mut Draw, number: u64) -> Self {
        let zone = draw.one_of(ZONES).unwrap_or(Zone::Elsewhere);
        let places = match zone {
            Zone::Paris => PLACES_NEAR_PARIS,
            Zone::Region => PLACES_OF_REGION,
            Zone::Elsewhere => PLACES_OF_REGIONS,
        };
        let commune = draw.one_of(places).unwrap_or("69386");
        let size = draw.one_of(Size::WEIGHTS).unwrap_or(Size::T2);
        let funding = draw.one_of(FUNDINGS).unwrap_or(Funding::Plus);
        let surface = size.surface() * draw.between(90, 112);
        let by_metre = funding.rent() * zone.dearness() / 100 + draw.between(150, 240);
        // Rents are told to the ten cents.
        let rent = surface * by_metre / 1_000 * 10;
        Self { id: format!("offre-{:06}", number + 1), commune, rent, size, surface, funding, zone }
    }

    /// Returns its cells, in the order of the columns.
    pub(super) fn cells(&self) -> [Cell<'static>; 7] {
        [
            Cell::Text(Cow::Owned(self.id.clone())),
            Cell::of(self.commune),
            Cell::Count(self.rent),
            Cell::of(self.size.name()),
            Cell::Count(self.surface),
            Cell::of(self.funding.name()),
            Cell::of(self.zone.name()),
        ]
    }

    /// Returns the department of its commune.
    pub(super) fn department(&self) -> &'static str {
        self.commune.get(..2).unwrap_or(self.commune)
    }
}
