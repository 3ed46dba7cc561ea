//! The page of a company's human resources: its own policy in words, version by version.

use super::Visitor;
use crate::html::{rendered, rule_on};
use crate::publication::{Entry, Rule, Sheet};
use askama::Template;
use engine::Date;

/// What the page is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Company<'p> {
    /// Who looks.
    pub visitor: Visitor,
    /// The SIREN.
    pub siren: String,
    /// The day.
    pub day: Date,
    /// The sheets of its own policy, in the order of the text.
    pub sheets: Vec<&'p Sheet>,
}

impl Company<'_> {
    fn day(&self) -> String {
        crate::days::day(self.day)
    }

    fn is_in_force(&self, sheet: &Sheet) -> bool {
        sheet.period.contains(self.day)
    }

    fn in_force(&self) -> Option<&Sheet> {
        self.sheets.iter().copied().find(|sheet| self.is_in_force(sheet))
    }
}

#[derive(Template)]
#[template(path = "people/company.html")]
struct CompanyView<'p> {
    visitor: &'p Visitor,
    page: &'p Company<'p>,
}

impl CompanyView<'_> {
    /// Writes a rule of a sheet; the words that it refers to are on the sheet's own page.
    fn rule(rule: &Rule, sheet: &Sheet) -> String {
        rule_on(rule, &format!("/regles/{}.html", sheet.address))
    }
}

/// Makes the page.
pub fn company(page: &Company<'_>) -> String {
    rendered(&CompanyView { visitor: &page.visitor, page })
}
