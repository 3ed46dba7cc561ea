//! The page of a company's human resources: its own policy, and no other's.

use super::sessions::visitor;
use crate::access::By;
use crate::answers::{Document, by_rules};
use crate::app::{App, today};
use crate::problem::Problem;
use crate::rules::Rules;
use axum::extract::{Extension, State};
use axum::response::Response;
use engine::Date;
use pages::people::company::Company;
use pages::publication::Sheet;
use std::collections::BTreeSet;

/// `GET /entreprise`: the policy of the company whose key it is.
pub async fn own(
    State(app): State<App>,
    Extension(by): Extension<By>,
) -> Result<Response, Problem> {
    let siren = by.siren.clone().ok_or_else(|| Problem::unknown("entreprise"))?;
    let (visitor, rules) = (visitor(&app, &by), app.generation().rules.clone());
    let day = Date::parse_iso(&today()).ok_or_else(Problem::broken)?;
    let made_by = rules.clone();
    let work = move || {
        let page = Company { visitor, sheets: sheets(&rules, &siren), siren, day };
        Ok(Document::page(pages::people::company::company(&page)))
    };
    Ok(by_rules(&made_by, app.workshop.long(work).await?))
}

/// Lists the sheets of the units that name a company.
fn sheets<'r>(rules: &'r Rules, siren: &str) -> Vec<&'r Sheet> {
    let units = rules.compiled.resolved.units.iter();
    let own = units.filter(|unit| unit.company.sirens.iter().any(|it| it.text == siren));
    let own: BTreeSet<(&str, &str)> =
        own.map(|unit| (unit.name.text.as_str(), unit.version.as_str())).collect();
    let sheets = rules.published().sheets.iter();
    sheets.filter(|sheet| own.contains(&(sheet.unit.as_str(), sheet.version.as_str()))).collect()
}
