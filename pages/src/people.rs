//! Pages of a server for those who work with it: who looks, where they may go, what went wrong.
//!
//! Each page is a value, filled by the server, and a template; forms are plain, and work without a script. Nothing
//! here computes, checks or decides: a page says what it was given.

pub mod audit;
pub mod bench;
pub mod company;
pub mod home;
pub mod operation;

use crate::html::rendered;
use askama::Template;
use explain::wording::raised;

/// Where a page leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its address.
    pub address: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// Who looks at a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// Who, when known.
    pub name: Option<String>,
    /// Where they may go.
    pub places: Vec<Place>,
    /// The mark of their forms, when they came by a session.
    pub mark: Option<String>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble<'p> {
    /// Its HTTP status.
    pub status: u16,
    /// Its kind.
    pub title: &'p str,
    /// What it is here: a message.
    pub detail: &'p str,
}

impl Trouble<'_> {
    /// Says what it is as a sentence.
    fn sentence(&self) -> String {
        format!("{}.", raised(self.detail))
    }
}

/// The page where one comes in with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorPage {
    /// Who looks.
    pub visitor: Visitor,
    /// Where to go afterwards.
    pub wanted: String,
    /// What was wrong with the key that was given.
    pub refused: Option<String>,
    /// Whether a session may be opened: not in clear over a network.
    pub is_open: bool,
    /// Whether a token of an issuer opens one too.
    pub takes_tokens: bool,
}

#[derive(Template)]
#[template(path = "people/problem.html")]
struct ProblemPage<'p> {
    visitor: Visitor,
    trouble: &'p Trouble<'p>,
}

/// Makes the page of something that went wrong.
pub fn problem(trouble: &Trouble<'_>) -> String {
    rendered(&ProblemPage { visitor: Visitor::default(), trouble })
}

#[derive(Template)]
#[template(path = "people/door.html")]
struct DoorView<'p> {
    visitor: &'p Visitor,
    page: &'p DoorPage,
}

/// Makes the page where one comes in.
pub fn door(page: &DoorPage) -> String {
    rendered(&DoorView { visitor: &page.visitor, page })
}
