//! Texts that a page must show and nothing more, and how it shows them.

/// Texts that would act, or mislead, if they were more than text.
pub const HOSTILE: &[&str] = &[
    "<script>window.couru = 1</script>",
    "\"><img src=x onerror='window.couru = 2'>",
    "'><svg onload=window.couru=3>",
    "</title></style></head><body onload='window.couru = 4'>",
    "javascript:window.couru=5",
    "{{ 7 * 7 }}{% include \"a\" %}",
    "&lt;b&gt; &amp;amp; <!-- --> <![CDATA[ ]]>",
    "droite\u{202e}ehcuag et \u{2066}isolé",
    "arabe : مرحبا, hébreu : שלום",
    "nul\u{0}cloche\u{7}échappement\u{1b}[31m",
    "vide\u{200b}\u{feff}\u{2060}, étiquette\u{e0041}",
    "motsanscoupuremotsanscoupuremotsanscoupuremotsanscoupuremotsanscoupuremotsanscoupure",
];

/// Writes a text with plain spaces, one at a time.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes what cannot be seen as a page marks it.
pub fn marked(text: &str) -> String {
    let hidden = |sign: &char| {
        sign.is_control()
            || matches!(*sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0041}')
    };
    text.chars()
        .map(|sign| {
            if hidden(&sign) {
                format!("⟦U+{:04X}⟧", u32::from(sign))
            } else {
                sign.to_string()
            }
        })
        .collect()
}
