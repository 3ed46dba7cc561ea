//! The few styles of the house.

use anstyle::{AnsiColor, Style};

/// An error's heading.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// A help's heading.
pub const HELP: Style = AnsiColor::Cyan.on_default().bold();
/// Points obtained.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Something to watch.
pub const WATCH: Style = AnsiColor::Yellow.on_default();
/// What matters less.
pub const FAINT: Style = Style::new().dimmed();
/// A title.
pub const TITLE: Style = Style::new().bold();
/// Ordinary text.
pub const PLAIN: Style = Style::new();

/// Paints a text; a plain style adds nothing, nor does any to an empty text.
pub fn paint(style: Style, text: &str) -> String {
    if style == PLAIN || text.is_empty() {
        text.to_owned()
    } else {
        format!("{style}{text}{style:#}")
    }
}

/// Paints a title.
pub fn heading(text: &str) -> String {
    paint(TITLE, text)
}
