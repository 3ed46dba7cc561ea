//! The ledger of quotas: how many points a company may give in a period, and what it has given.
//!
//! Points are set aside when a decision proposes them, then given for good or given back. A movement is
//! part of the entry of who asks it, in one transaction, with the state that it leaves; one that would
//! overdraw stops what asks it. Whoever was validated first is served first among those that wait
//! together. The table repeats what the log says, and is checked against it.

use crate::store::{Cell, Link, Reads, Row, StoreError, first};
use engine::Exact;
use explain::points::decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked of a quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRequest {
    /// The company's SIREN.
    pub siren: String,
    /// The period, as the policy counts it: a year, a month.
    pub period: String,
    /// The limit that the policy declares. Unit: points.
    pub limit: Exact,
    /// How many points, above zero.
    pub points: Exact,
    /// What to do with them.
    pub action: QuotaAction,
    /// When the employer validated, RFC 3339: who is served first.
    pub validated: String,
}

/// A movement on a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaAction {
    /// Points are set aside until someone decides.
    Reserve,
    /// Points set aside are given for good.
    Accorde,
    /// Points set aside are given back.
    Libere,
}

/// A movement as it is recorded, with the state that it left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaMove {
    /// Given for good, after the movement.
    #[serde(rename = "accordes")]
    pub granted: String,
    /// What was done.
    #[serde(rename = "mouvement")]
    pub action: QuotaAction,
    /// The period.
    #[serde(rename = "periode")]
    pub period: String,
    /// How many points.
    pub points: String,
    /// Set aside, after the movement.
    #[serde(rename = "reserves")]
    pub reserved: String,
    /// The company's SIREN.
    pub siren: String,
    /// The limit.
    #[serde(rename = "sur")]
    pub limit: String,
    /// When the employer validated.
    pub valide: String,
}

/// Why a movement is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// More than what is left.
    #[error(
        "quota épuisé : il reste {left} points à l'entreprise {siren} pour la période {period}"
    )]
    Exhausted {
        /// The company.
        siren: String,
        /// The period.
        period: String,
        /// What is left.
        left: String,
    },
    /// More than what was set aside.
    #[error("l'entreprise {siren} n'a pas autant de points réservés pour la période {period}")]
    NotReserved {
        /// The company.
        siren: String,
        /// The period.
        period: String,
    },
    /// Points that are not above zero, or beyond exact numbers.
    #[error("un mouvement de quota porte sur des points au-dessus de zéro")]
    BadPoints,
}

/// The state of a quota. Unit: points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Set aside.
    pub reserved: Exact,
    /// Given for good.
    pub granted: Exact,
}

impl Default for Quota {
    fn default() -> Self {
        Self { reserved: Exact::ZERO, granted: Exact::ZERO }
    }
}

impl QuotaMove {
    /// Reads what was asked; none when it is not of that form.
    pub fn request(&self) -> Option<QuotaRequest> {
        Some(QuotaRequest {
            siren: self.siren.clone(),
            period: self.period.clone(),
            limit: number(&self.limit)?,
            points: number(&self.points)?,
            action: self.action,
            validated: self.valide.clone(),
        })
    }
}

impl Quota {
    /// Applies a movement.
    ///
    /// Errors: [`QuotaError`], the state as it was.
    pub fn after(self, request: &QuotaRequest) -> Result<Self, QuotaError> {
        if request.points <= Exact::ZERO {
            return Err(QuotaError::BadPoints);
        }
        match request.action {
            QuotaAction::Reserve => self.reserve(request),
            QuotaAction::Accorde => {
                let granted = self.granted.add(request.points);
                let granted = granted.map_err(|_| QuotaError::BadPoints)?;
                Ok(Self { granted, ..self.less_reserved(request)? })
            }
            QuotaAction::Libere => self.less_reserved(request),
        }
    }

    fn reserve(self, request: &QuotaRequest) -> Result<Self, QuotaError> {
        let used = self.reserved.add(self.granted);
        let left = used.and_then(|used| request.limit.subtract(used));
        let left = left.map_err(|_| QuotaError::BadPoints)?;
        if request.points > left {
            let (siren, period) = (request.siren.clone(), request.period.clone());
            return Err(QuotaError::Exhausted { siren, period, left: decimal(left) });
        }
        let reserved = self.reserved.add(request.points).map_err(|_| QuotaError::BadPoints)?;
        Ok(Self { reserved, ..self })
    }

    fn less_reserved(self, request: &QuotaRequest) -> Result<Self, QuotaError> {
        let left = self.reserved.subtract(request.points).map_err(|_| QuotaError::BadPoints)?;
        if left.is_negative() {
            let (siren, period) = (request.siren.clone(), request.period.clone());
            return Err(QuotaError::NotReserved { siren, period });
        }
        Ok(Self { reserved: left, ..self })
    }

    /// Says a movement with the state that it left.
    pub fn said(self, request: &QuotaRequest) -> QuotaMove {
        QuotaMove {
            granted: decimal(self.granted),
            action: request.action,
            period: request.period.clone(),
            points: decimal(request.points),
            reserved: decimal(self.reserved),
            siren: request.siren.clone(),
            limit: decimal(request.limit),
            valide: request.validated.clone(),
        }
    }

    /// Reads the states of all quotas, by company and period.
    pub async fn all(by: &mut impl Reads) -> Result<BTreeMap<(String, String), Self>, StoreError> {
        let sql = "SELECT reserved, granted, siren, period FROM quotas";
        let rows = by.rows(sql, Vec::new()).await?;
        let quota = |mut row: Row| Ok(((row.text(2)?, row.text(3)?), Self::of(&mut row)?));
        rows.into_iter().map(quota).collect()
    }

    fn of(row: &mut Row) -> Result<Self, StoreError> {
        let read = |text: String| number(&text).ok_or(StoreError::Foreign("un nombre illisible"));
        Ok(Self { reserved: read(row.text(0)?)?, granted: read(row.text(1)?)? })
    }

    /// Reads the state of a quota.
    pub async fn read(by: &mut impl Reads, siren: &str, period: &str) -> Result<Self, StoreError> {
        let sql = "SELECT reserved, granted FROM quotas WHERE siren = $1 AND period = $2";
        let row = first(by, sql, [siren, period].map(Cell::text).to_vec()).await?;
        row.map_or_else(|| Ok(Self::default()), |mut row| Self::of(&mut row))
    }

    /// Writes the state of a quota.
    pub async fn write(self, by: &mut Link, siren: &str, period: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO quotas (siren, period, reserved, granted) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (siren, period) DO UPDATE SET reserved = excluded.reserved, \
                   granted = excluded.granted";
        let (reserved, granted) = (decimal(self.reserved), decimal(self.granted));
        by.run(sql, [siren, period, &*reserved, &*granted].map(Cell::text).to_vec()).await
    }
}

/// Reads an exact number: a decimal, or a fraction in lowest terms.
pub(crate) fn number(text: &str) -> Option<Exact> {
    match text.split_once('/') {
        Some((numerator, denominator)) => {
            Exact::fraction(numerator.parse().ok()?, denominator.parse().ok()?)
        }
        None => Exact::parse_decimal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(action: QuotaAction, points: i128) -> QuotaRequest {
        QuotaRequest {
            siren: "420495178".to_owned(),
            period: "2019".to_owned(),
            limit: Exact::whole(500),
            points: Exact::whole(points),
            action,
            validated: "2019-07-12T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn points_are_set_aside_then_given_or_given_back() {
        let quota = Quota::default().after(&asked(QuotaAction::Reserve, 406)).unwrap();
        assert_eq!((quota.reserved, quota.granted), (Exact::whole(406), Exact::ZERO));
        let given = quota.after(&asked(QuotaAction::Accorde, 406)).unwrap();
        assert_eq!((given.reserved, given.granted), (Exact::ZERO, Exact::whole(406)));
        let back = quota.after(&asked(QuotaAction::Libere, 406)).unwrap();
        assert_eq!(back, Quota::default());
    }

    #[test]
    fn nothing_is_set_aside_beyond_the_limit() {
        let quota = Quota::default().after(&asked(QuotaAction::Reserve, 406)).unwrap();
        let refused = quota.after(&asked(QuotaAction::Reserve, 95)).unwrap_err();
        let QuotaError::Exhausted { left, .. } = refused else { panic!("{refused}") };
        assert_eq!(left, "94");
        assert!(quota.after(&asked(QuotaAction::Reserve, 94)).is_ok());
        let given = quota.after(&asked(QuotaAction::Accorde, 406)).unwrap();
        assert!(given.after(&asked(QuotaAction::Reserve, 95)).is_err(), "what is given counts too");
    }

    #[test]
    fn nothing_is_given_that_was_not_set_aside() {
        for action in [QuotaAction::Accorde, QuotaAction::Libere] {
            let refused = Quota::default().after(&asked(action, 1)).unwrap_err();
            assert!(matches!(refused, QuotaError::NotReserved { .. }));
        }
        let refused = Quota::default().after(&asked(QuotaAction::Reserve, 0)).unwrap_err();
        assert_eq!(refused, QuotaError::BadPoints);
    }
}
