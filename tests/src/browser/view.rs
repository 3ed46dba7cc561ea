//! The ways to look at a page.

use serde::Serialize;
use std::path::{Path, PathBuf};

/// One way to look at a page.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// The width of the window, before zoom.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The zoom of the browser.
    pub zoom: u32,
    /// The size of the text alone, in times the usual one.
    pub text: u32,
    /// The colours asked for.
    pub colours: Colours,
    /// What becomes of details.
    pub details: Details,
    /// Whether it is for paper.
    pub medium: Medium,
    /// Whether letters, words and lines are spaced as a reader may ask.
    pub spacing: Spacing,
}

/// The colours that a reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// The reader's own, instead of the page's.
    Forced,
}

/// What becomes of the details of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// They are as the page has them.
    Kept,
    /// All are open.
    Open,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// A screen.
    Screen,
    /// Paper.
    Print,
}

/// How text is spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// As the page has it.
    Usual,
    /// As WCAG 1.4.12 lets a reader ask.
    Wide,
}

/// A view as the script reads it.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the script reads switches")]
pub(super) struct Asked {
    name: &'static str,
    width: u32,
    height: u32,
    zoom: u32,
    text: u32,
    scheme: Colours,
    forced: bool,
    open: bool,
    media: Medium,
    spaced: bool,
    axe: bool,
    screenshot: Option<PathBuf>,
}

impl View {
    const DESKTOP: Self = Self {
        name: "bureau",
        width: 1280,
        height: 900,
        zoom: 1,
        text: 1,
        colours: Colours::Light,
        details: Details::Kept,
        medium: Medium::Screen,
        spacing: Spacing::Usual,
    };

    /// Lists the views that every page must bear.
    pub fn all() -> Vec<Self> {
        let open = Self { details: Details::Open, ..Self::DESKTOP };
        let phone = Self { width: 320, height: 640, ..open };
        vec![
            Self::DESKTOP,
            Self { name: "sombre", colours: Colours::Dark, ..open },
            Self { name: "forcé", colours: Colours::Forced, ..open },
            Self { name: "papier", medium: Medium::Print, ..open },
            Self { name: "téléphone", ..phone },
            Self { name: "zoom", zoom: 2, ..open },
            Self { name: "texte", text: 2, ..phone },
            Self { name: "espacé", spacing: Spacing::Wide, ..phone },
        ]
    }

    /// Tells whether axe-core judges it: where only sizes differ, it would say the same again.
    fn is_judged(self) -> bool {
        self.zoom == 1 && self.text == 1 && self.spacing == Spacing::Usual
    }

    /// Tells whether a picture of it is kept, for people to look at.
    fn is_pictured(self) -> bool {
        matches!(self.name, "bureau" | "sombre" | "téléphone")
    }

    pub(super) fn asked(self, folder: &Path, page: &str) -> Asked {
        Asked {
            name: self.name,
            width: self.width,
            height: self.height,
            zoom: self.zoom,
            text: self.text,
            scheme: match self.colours {
                Colours::Dark => Colours::Dark,
                Colours::Light | Colours::Forced => Colours::Light,
            },
            forced: self.colours == Colours::Forced,
            open: self.details == Details::Open,
            media: self.medium,
            spaced: self.spacing == Spacing::Wide,
            axe: self.is_judged(),
            screenshot: self
                .is_pictured()
                .then(|| folder.join(format!("{page}-{}.png", self.name))),
        }
    }
}
