//! The page of each code, as `docs/codes/` holds it: what `bareme code E0302` prints.
//!
//! A page opens with the title and the short explanation of the table of codes, word for word: a
//! test compares them. It goes on with why the code matters and with two examples, run by a test.

use crate::Code;

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("../../docs/codes/", $code, ".md"))),)*]
    };
}

const PAGES: &[(&str, &str)] = pages! {
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108"
    "E0109" "E0110" "E0111" "E0112" "E0113" "E0114" "E0201" "E0202"
    "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0301"
    "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0401"
    "E0402" "E0403" "E0404" "E0405" "E0406" "E0407" "E0408" "E0409"
    "E0410" "E0411" "E0412" "E0501" "E0502" "E0503" "E0504" "E0505"
    "E0506" "E0507" "E0508" "E0601" "E0701" "E0702" "E0901" "E0902"
    "E0903" "D0101" "D0102" "D0201" "D0202" "D0203" "D0204" "D0205"
    "D0301" "W0101" "W0102" "W0103" "W0120" "W0121" "W0122" "W0123"
    "W0124" "W0125" "W0126" "W0130" "W0131" "W0132" "W0133" "W0134"
    "W0135" "W0104" "W0105" "W0106" "W0107" "W0108" "W0109" "W0110"
    "W0111" "W0112" "W0113" "W0114" "W0160" "W0161" "W0162" "N0102" "N0103" "N0104" "N0101"
};

impl Code {
    /// Returns its page, in Markdown and in French.
    pub fn page(self) -> Option<&'static str> {
        PAGES.iter().find(|(code, _)| *code == self.0).map(|(_, page)| *page)
    }
}

/// Iterates over the codes that have a page.
pub fn paged_codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}
