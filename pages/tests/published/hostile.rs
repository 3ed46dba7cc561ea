//! Hostile texts are text: nothing that a rule holds can act in its page.

use crate::small::published;
use pages::html;

#[test]
fn labels_messages_and_versions_cannot_act() {
    let rules = "politique essai \"<script>alert(1)</script>\"\nversion \"><img src=x onerror=alert(1)>\n\
         en vigueur à partir du 2019-01-01\nutilise faits\nsource \"</title><script>alert(2)</script>\"\n\n\
         ## </style><script>alert(3)</script>\n\
         critère c \"\\\"><svg onload=alert(4)>\"\n  donne 1 point\n  si majeur\n  \
         dit \"<iframe src=javascript:alert(5)>\"\n";
    let publication = published(&[("essai.bareme", rules)]);
    let sheet = publication.sheets.first().unwrap();
    for page in [html::sheet(&publication, sheet), html::index(&publication)] {
        for tag in ["<script", "<img", "<svg", "<iframe", "\" onload", "\" onerror"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert_eq!(page.matches("</style>").count(), 1);
        assert!(page.contains("&lt;script&gt;alert(1)"), "it is shown");
    }
    assert_eq!(sheet.address, "essai-img-src-x-onerror-alert-1");
}
