//! What the browser saw of a page, and what is wrong in it.

use serde::Deserialize;

/// What was seen of a page.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// Global names that something which ran has left.
    pub globals: Vec<String>,
    /// What it did, looked at, that a page does not do.
    pub deeds: Deeds,
    /// Each way it was looked at.
    pub views: Vec<Seen>,
    /// Its walk by keyboard, when it was walked.
    pub keyboard: Option<Walk>,
}

/// One look at a page.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    /// The view.
    pub name: String,
    /// What axe-core refuses.
    pub violations: Vec<String>,
    /// How far it goes beyond the window, in pixels.
    pub overflow: u32,
    /// What goes beyond.
    pub wide: Vec<String>,
    /// What is cut.
    pub clipped: Vec<String>,
    /// Where a word of a few letters is stacked over more than three lines.
    pub stacked: Vec<String>,
    /// Elements and attributes that could run something.
    pub active: Vec<String>,
    /// Its text as shown.
    pub text: String,
}

/// A walk by keyboard.
#[derive(Clone, Debug, Deserialize)]
pub struct Walk {
    /// Where it stopped.
    pub stops: Vec<Stop>,
    /// How many stops there are once all is open.
    pub expected: usize,
    /// What it did meanwhile that a page does not do.
    pub deeds: Deeds,
}

/// One stop of a walk.
#[derive(Clone, Debug, Deserialize)]
pub struct Stop {
    /// Its text.
    pub name: String,
    /// Its element.
    pub tag: String,
    /// Its rank among all stops; negative for a stop that the page does not declare.
    pub index: i32,
    /// Whether the focus is drawn.
    pub outlined: bool,
    /// Whether nothing lies over it.
    pub uncovered: bool,
    /// For a closed detail, whether Enter opened it.
    pub opened: Option<bool>,
}

/// What a page did that a page does not do.
#[derive(Clone, Debug, Deserialize)]
pub struct Deeds {
    /// Messages of the console.
    pub console: Vec<String>,
    /// Addresses asked for.
    pub requests: Vec<String>,
    /// Dialogs.
    pub dialogs: Vec<String>,
}

impl Report {
    /// Lists what is wrong in the page, whatever the way it is looked at.
    pub fn faults(&self) -> Vec<String> {
        let ran = self.globals.iter().map(|it| format!("something ran: {it}"));
        let deeds = self.deeds.faults().into_iter().chain(ran);
        let looks = self.views.iter().flat_map(|seen| named(&seen.name, seen.faults()));
        let walk = self.keyboard.as_ref().map_or_else(Vec::new, Walk::faults);
        let walk = named("clavier", walk);
        deeds.chain(looks).chain(walk).map(|fault| format!("{}, {fault}", self.name)).collect()
    }
}

impl Seen {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        faults.extend(self.violations.iter().map(|it| format!("axe: {it}")));
        faults.extend(self.clipped.iter().map(|it| format!("cut: {it}")));
        faults.extend(self.stacked.iter().map(|it| format!("a word stacked: {it}")));
        faults.extend(self.active.iter().map(|it| format!("active: {it}")));
        if self.overflow > 0 {
            faults.push(format!("{} pixels too wide: {:?}", self.overflow, self.wide));
        }
        faults
    }
}

impl Walk {
    fn faults(&self) -> Vec<String> {
        let mut faults = self.deeds.faults();
        for stop in &self.stops {
            faults.extend(stop.faults().into_iter().map(|it| format!("« {} »: {it}", stop.name)));
        }
        let reached: Vec<i32> =
            self.stops.iter().map(|stop| stop.index).filter(|it| *it >= 0).collect();
        if reached.len() != self.expected {
            faults.push(format!("{} stops of {} are reached", reached.len(), self.expected));
        }
        if !reached.is_sorted() {
            faults.push("stops do not follow the page".to_owned());
        }
        faults
    }
}

impl Stop {
    fn faults(&self) -> Vec<&'static str> {
        let faults = [
            (self.name.is_empty(), "a stop without a name"),
            (!self.outlined, "its focus is not drawn"),
            (!self.uncovered, "something covers it"),
            (self.opened == Some(false), "Enter does not open it"),
        ];
        faults.into_iter().filter(|(is_so, _)| *is_so).map(|(_, fault)| fault).collect()
    }
}

impl Deeds {
    fn faults(&self) -> Vec<String> {
        let console = self.console.iter().map(|it| format!("console: {it}"));
        let requests = self.requests.iter().map(|it| format!("asks for {it}"));
        let dialogs = self.dialogs.iter().map(|it| format!("dialog: {it}"));
        console.chain(requests).chain(dialogs).collect()
    }
}

fn named(view: &str, faults: Vec<String>) -> Vec<String> {
    faults.into_iter().map(|fault| format!("{view}: {fault}")).collect()
}
