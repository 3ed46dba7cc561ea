//! The first page of a server: what is in force today, its state, where to go.

use super::Visitor;
use crate::html::rendered;
use crate::publication::{Kind, Sheet};
use crate::{Publication, days};
use askama::Template;
use engine::Date;

/// What the page says besides what is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Who looks.
    pub visitor: Visitor,
    /// The day.
    pub day: Date,
    /// Since when these rules serve.
    pub since: String,
    /// Whether the server is ready to answer.
    pub is_ready: bool,
}

impl Home {
    fn day(&self) -> String {
        days::day(self.day)
    }
}

#[derive(Template)]
#[template(path = "people/home.html")]
struct HomeView<'p> {
    visitor: &'p Visitor,
    page: &'p Home,
    publication: &'p Publication,
    groups: Vec<(Kind, Vec<&'p Sheet>)>,
}

/// Makes the page, with the sheets that are in force on its day.
pub fn home(page: &Home, publication: &Publication) -> String {
    let in_force = |kind: Kind| -> Vec<&Sheet> {
        let sheets = publication.sheets.iter();
        sheets.filter(|sheet| sheet.kind == kind && sheet.period.contains(page.day)).collect()
    };
    let groups = Kind::ALL.into_iter().map(|kind| (kind, in_force(kind)));
    let groups = groups.filter(|(_, sheets)| !sheets.is_empty()).collect();
    rendered(&HomeView { visitor: &page.visitor, page, publication, groups })
}
