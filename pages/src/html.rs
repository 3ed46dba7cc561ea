//! Values as pages: one template for each part of a page, one escaper for all of them.
//!
//! A view holds a value and nothing else. Views of parts nest in others through `|safe`: what they
//! write has been through the escaper already.

use crate::phrases::{Condition, Phrase, Piece};
use crate::publication::{
    Entry, ExampleWords, Grounds, Kind, Link, NamedTable, Publication, Referred, Rule, Sheet,
};
use askama::Template;

/// The style sheet of every page.
pub(crate) const STYLE: &str = include_str!("../templates/style.css");

/// Returns what is between the tags of a page's style, as a policy of contents allows it by its hash.
pub fn style() -> String {
    format!("\n{STYLE}")
}

/// Declares a view of one value, with its template.
macro_rules! view {
    ($name:ident, $field:ident: $of:ty, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'p> {
            $field: &'p $of,
        }

        impl<'p> $name<'p> {
            fn of($field: &'p $of) -> Self {
                Self { $field }
            }
        }
    };
}

view!(PhraseView, phrase: Phrase, "phrase.html");
view!(ConditionView, condition: Condition, "condition.html");
view!(GroundsView, grounds: Grounds, "grounds.html");
view!(RuleView, rule: Rule, "rule.html");
view!(TableView, table: NamedTable, "table.html");
view!(ExampleView, example: ExampleWords, "example.html");
view!(LinkView, link: Link, "link.html");

/// A part of a page, in its table of contents.
struct PagePart {
    anchor: &'static str,
    title: &'static str,
}

/// What a line of the rules gives, at a glance.
struct Brief<'p> {
    number: usize,
    label: &'p str,
    gives: String,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage<'p> {
    sheet: &'p Sheet,
    parts: Vec<PagePart>,
    rules_title: &'static str,
    brief: Vec<Brief<'p>>,
    recueil: &'p str,
    hash: &'p str,
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage<'p> {
    publication: &'p Publication,
    groups: Vec<(Kind, Vec<&'p Sheet>)>,
}

/// Makes the page of a sheet. Its links go to the other pages of the publication, beside it.
pub fn sheet(publication: &Publication, sheet: &Sheet) -> String {
    let rules_title = rules_title(sheet.kind);
    rendered(&SheetPage {
        sheet,
        parts: parts(sheet, rules_title),
        rules_title,
        brief: brief(&sheet.rules),
        recueil: &publication.name,
        hash: &publication.hash,
    })
}

/// Makes the page that leads to every sheet.
pub fn index(publication: &Publication) -> String {
    let of = |kind: Kind| -> Vec<&Sheet> {
        publication.sheets.iter().filter(|sheet| sheet.kind == kind).collect()
    };
    let groups = Kind::ALL.into_iter().map(|kind| (kind, of(kind)));
    let groups = groups.filter(|(_, sheets)| !sheets.is_empty()).collect();
    rendered(&IndexPage { publication, groups })
}

/// Writes a rule on another page than its sheet's: what it refers to is on the latter.
pub(crate) fn rule_on(rule: &Rule, page: &str) -> String {
    // Quotes of a text are escaped: this is written by a template alone.
    rendered(&RuleView::of(rule)).replace("href=\"#", &format!("href=\"{page}#"))
}

/// Renders a template. Writing to memory does not fail: a template fails only when a value of it
/// does, and none of ours can.
pub(crate) fn rendered(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}

fn rules_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Ranking => "Les conditions pour être classé",
        Kind::Policy | Kind::Frame | Kind::Company | Kind::Territory => "Les règles",
    }
}

/// Lists what each line gives; nothing where rules give no points.
fn brief(rules: &[Entry]) -> Vec<Brief<'_>> {
    let numbered = (1..).zip(rules);
    numbered
        .filter_map(|(number, entry)| {
            let (label, gives) = match entry {
                Entry::Rule(rule) => (&rule.label, gifts(rule)?),
                Entry::Group(group) => (&group.label, group.how.join(" ")),
            };
            Some(Brief { number, label, gives })
        })
        .collect()
}

fn gifts(rule: &Rule) -> Option<String> {
    let given: Vec<String> = rule.gifts.iter().map(|gift| gift.amount.to_string()).collect();
    (!given.is_empty()).then(|| given.join(" ; "))
}

fn parts(sheet: &Sheet, rules_title: &'static str) -> Vec<PagePart> {
    let all = [
        (!sheet.rules.is_empty(), "regles", rules_title),
        (!sheet.sharing.is_empty(), "partage", "Ce que le demandeur montre à son employeur"),
        (!sheet.referred.is_empty(), "definitions", "Les mots et les tables des règles"),
        (!sheet.guarantees.is_empty(), "garanties", "Ce qui est garanti"),
        (!sheet.examples.is_empty(), "exemples", "Des exemples"),
        (true, "faits", "Les faits lus"),
        (true, "textes", "Les textes qui fondent ces règles"),
        (true, "inventaire", "Fiche d'inventaire du traitement"),
        (true, "source", "Le texte source"),
    ];
    let there = all.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, anchor, title)| PagePart { anchor, title }).collect()
}
