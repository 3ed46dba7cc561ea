//! The page of a code, from Markdown to a terminal: headings in bold, examples set in.

use super::page::Page;
use super::style::{FAINT, heading, paint};

/// Sets the page of a code.
pub fn code_page(markdown: &str) -> String {
    let mut page = Page::default();
    let mut inside = Inside::Text;
    for line in markdown.lines() {
        match (inside, line.starts_with("```")) {
            (Inside::Text, true) => inside = Inside::Example,
            (Inside::Example, true) => inside = Inside::Text,
            (Inside::Example, false) => page.line(set_in(line)),
            (Inside::Text, false) => page.line(text(line)),
        }
    }
    page.done()
}

#[derive(Clone, Copy)]
enum Inside {
    Text,
    Example,
}

fn text(line: &str) -> String {
    match line.strip_prefix('#') {
        Some(title) => heading(title.trim_start_matches('#').trim()),
        None => line.to_owned(),
    }
}

fn set_in(line: &str) -> String {
    let margin = paint(FAINT, "  |");
    if line.is_empty() { margin } else { format!("{margin} {line}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_set_in_and_fences_are_gone() {
        let page = code_page("# Titre\n\nTexte\n\n```bareme erreur E0101\nsi a\n\nsi b\n```\n");
        let plain = anstream::adapter::strip_str(&page).to_string();
        assert_eq!(plain, "Titre\n\nTexte\n\n  | si a\n  |\n  | si b\n");
    }
}
