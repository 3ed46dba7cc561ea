//! The traps of the language's shape: each is read as an author means it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use dsl::syntax::tree::{
    BinaryOp, CellItem, CellKind, Clause, ClauseKind, CompareOp, DeclarationKind, Direction, Expr,
    ExprKind, Fold, FoldOp, Population, RowResult, Table, TableBody, Unit, UnitClauseKind,
};
use dsl::syntax::{parse, parse_cell, parse_expr, parse_result};
use source::FileId;

fn expr(text: &str) -> Expr {
    let parsed = parse_expr(FileId(0), text, 0);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.value.unwrap()
}

fn cell(text: &str) -> CellKind {
    let parsed = parse_cell(FileId(0), text, 0);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.value.unwrap()
}

fn unit(text: &str) -> Unit {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.value.unwrap()
}

fn item(text: &str) -> CellItem {
    match cell(text) {
        CellKind::OneOf(mut items) if items.len() == 1 => items.remove(0),
        other => panic!("{text}: {other:?}"),
    }
}

fn number(expr: &Expr) -> (i128, u32, String) {
    match expr.kind.as_ref() {
        ExprKind::Number(quantity) => {
            let unit = quantity.unit.iter().flat_map(|unit| &unit.factors);
            let unit: Vec<&str> = unit.map(|(word, _)| word.as_str()).collect();
            (quantity.number.digits, quantity.number.scale, unit.join("/"))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_declared_name_may_be_any_word() {
    let text = "politique critère\nversion 1\ncritère famille\n  donne 1 point\n  avec source = 3\ncritère si\n  donne 2 points\n";
    let unit = unit(text);
    assert_eq!(unit.name.text, "critère");
    let names: Vec<&str> = unit
        .declarations
        .iter()
        .map(|declaration| match &declaration.kind {
            DeclarationKind::Criterion(criterion) => criterion.name.text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["famille", "si"]);
}

#[test]
fn an_enumeration_value_may_be_any_word() {
    let unit = unit(
        "vocabulaire cerfa\nénumération statut\n  | indépendant \"I\"\n  | si\n  | non\nutilise cerfa\n",
    );
    let DeclarationKind::Enumeration(it) = &unit.declarations[0].kind else { panic!() };
    let values: Vec<&str> = it.values.iter().map(|(value, _)| value.text.as_str()).collect();
    assert_eq!(values, ["indépendant", "si", "non"]);
}

#[test]
fn ou_is_an_operator_and_the_end_of_a_cell() {
    assert!(matches!(expr("a ou b").kind.as_ref(), ExprKind::Or(items) if items.len() == 2));
    let CellItem::Range(Some(low), None) = item("3 ans ou plus") else { panic!() };
    assert!(low.included);
    assert_eq!(number(&low.value), (3, 0, "ans".into()));
    let CellItem::Range(None, Some(high)) = item("26 % ou moins") else { panic!() };
    assert!(high.included);
    assert_eq!(number(&high.value), (26, 0, "%".into()));
}

#[test]
fn a_star_is_a_product_and_a_cell() {
    assert!(matches!(expr("a * b").kind.as_ref(), ExprKind::Binary(BinaryOp::Multiply, ..)));
    assert!(matches!(cell("*"), CellKind::Any));
    assert!(matches!(cell("sinon"), CellKind::Otherwise));
}

#[test]
fn an_arrow_is_neither_an_equal_nor_a_greater_sign() {
    let text = "vocabulaire v\ntable t : points\n  | a => b |\n  | 1=>2\n  | x >= 3 => 4 |\n";
    // A comparison is no cell: the arrow of the row before is still an arrow.
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.diagnostics.len(), 1);
    let unit = unit("vocabulaire v\ntable t : points\n  | a>=1=>b |\n  | oui=>2\n");
    let DeclarationKind::Table(Table { body: TableBody::Rows(rows), .. }) =
        &unit.declarations[0].kind
    else {
        panic!()
    };
    assert!(matches!(
        rows.inputs[0].kind.as_ref(),
        ExprKind::Compare(CompareOp::GreaterOrEqual, ..)
    ));
}

#[test]
fn a_date_before_a_number() {
    for text in ["2020-05-02", "2 mai 2020", "02 mai 2020"] {
        let ExprKind::Date(day) = *expr(text).kind else { panic!("{text}") };
        assert_eq!(day.to_string(), "2020-05-02");
    }
    let ExprKind::Date(day) = *expr("1er AOUT 2020").kind else { panic!() };
    assert_eq!(day.to_string(), "2020-08-01");
    assert!(matches!(expr("2020 - 5").kind.as_ref(), ExprKind::Binary(BinaryOp::Subtract, ..)));
}

#[test]
fn numbers_and_units() {
    for (text, due) in [
        ("31,25 %", (3125, 2, "%")),
        ("31,25%", (3125, 2, "%")),
        ("1 600 €/mois", (1600, 0, "€/mois")),
        ("1\u{a0}600,50 €", (160_050, 2, "€")),
        ("1\u{202f}600\u{202f}000 €/an", (1_600_000, 0, "€/an")),
        ("70km", (70, 0, "km")),
        ("3 ans", (3, 0, "ans")),
        ("1 an", (1, 0, "an")),
        ("20 m²", (20, 0, "m²")),
        ("20 m2", (20, 0, "m2")),
        ("5 €/m²", (5, 0, "€/m²")),
        ("1 point/mois", (1, 0, "point/mois")),
        ("0,01", (1, 2, "")),
        ("75 min", (75, 0, "min")),
        ("0", (0, 0, "")),
    ] {
        let (digits, scale, unit) = due;
        assert_eq!(number(&expr(text)), (digits, scale, unit.to_owned()), "{text}");
    }
    // A space only between groups of three.
    assert!(parse_expr(FileId(0), "1 60", 0).value.is_none());
    assert!(parse_expr(FileId(0), "1 6000", 0).value.is_none());
}

#[test]
fn a_unit_needs_a_boundary() {
    assert!(parse_expr(FileId(0), "3 annuel", 0).value.is_none());
    let ExprKind::Binary(BinaryOp::Divide, left, _) = *expr("500 €/foyer.personnes").kind else {
        panic!()
    };
    assert_eq!(number(&left), (500, 0, "€".into()));
    assert!(matches!(
        expr("1 point/mois × mois_révolus(a ; b)").kind.as_ref(),
        ExprKind::Binary(BinaryOp::Multiply, ..)
    ));
}

#[test]
fn a_range_with_an_open_end_before_a_plain_one() {
    let CellItem::Range(Some(low), Some(high)) = item("de 1 an à moins de 3 ans") else {
        panic!()
    };
    assert_eq!((low.included, high.included), (true, false));
    let CellItem::Range(Some(low), Some(high)) = item("de plus de 1 an à 3 ans") else { panic!() };
    assert_eq!((low.included, high.included), (false, true));
    for text in ["de 1 à 2", "1 à 2", "1 a 2", "entre 1 et 2"] {
        let CellItem::Range(Some(low), Some(high)) = item(text) else { panic!("{text}") };
        assert_eq!((low.included, high.included), (true, true));
    }
    let CellItem::Range(None, Some(high)) = item("moins de 1 an") else { panic!() };
    assert!(!high.included);
    let CellItem::Range(Some(low), None) = item("plus de 1 an") else { panic!() };
    assert!(!low.included);
    assert!(matches!(cell("a ; 1 à 2 ; 5 ou plus"), CellKind::OneOf(items) if items.len() == 3));
}

#[test]
fn entre_binds_tighter_than_et() {
    let ExprKind::And(items) = *expr("a entre 1 et 2 et b").kind else { panic!() };
    assert!(matches!(items[0].kind.as_ref(), ExprKind::Between(..)));
    assert_eq!(items.len(), 2);
}

#[test]
fn a_quantifier_has_an_end() {
    let ExprKind::Compare(CompareOp::GreaterOrEqual, left, _) =
        *expr("nombre(p dans enfants tel que p.âge < 6 ans et p.garde) ≥ 2").kind
    else {
        panic!()
    };
    let ExprKind::Fold(Fold { op: FoldOp::Count, filter: Some(filter), .. }) = *left.kind else {
        panic!()
    };
    assert!(matches!(filter.kind.as_ref(), ExprKind::And(_)));
}

#[test]
fn non_is_an_operator_and_a_value() {
    assert!(matches!(expr("non").kind.as_ref(), ExprKind::Bool(false)));
    assert!(matches!(expr("(non)").kind.as_ref(), ExprKind::Bool(false)));
    assert!(matches!(expr("non a").kind.as_ref(), ExprKind::Not(_)));
    assert!(matches!(expr("non (a)").kind.as_ref(), ExprKind::Not(_)));
    let ExprKind::Compare(_, _, right) = *expr("a = non").kind else { panic!() };
    assert!(matches!(right.kind.as_ref(), ExprKind::Bool(false)));
    let ExprKind::And(items) = *expr("a = non et b").kind else { panic!() };
    assert_eq!(items.len(), 2);
    // `non` reaches over a comparison.
    let ExprKind::Not(inner) = *expr("non a = b").kind else { panic!() };
    assert!(matches!(inner.kind.as_ref(), ExprKind::Compare(..)));
    assert!(matches!(expr("a non parmi { b }").kind.as_ref(), ExprKind::Not(_)));
}

#[test]
fn operators_associate_from_the_left() {
    let ExprKind::Binary(BinaryOp::Subtract, left, _) = *expr("a - b - c").kind else { panic!() };
    assert!(matches!(left.kind.as_ref(), ExprKind::Binary(BinaryOp::Subtract, ..)));
    let ExprKind::Binary(BinaryOp::Add, _, right) = *expr("a + b × c en €/mois").kind else {
        panic!()
    };
    let ExprKind::Binary(BinaryOp::Multiply, _, converted) = *right.kind else { panic!() };
    assert!(matches!(converted.kind.as_ref(), ExprKind::Convert(..)));
}

#[test]
fn keywords_ignore_case_and_accents_and_names_do_not() {
    let unit = unit(
        "VOCABULAIRE V\nDefinition Âge\n  = annees(X) ET Non y OÙ\n".replace(" OÙ", "").as_str(),
    );
    let DeclarationKind::Definition(it) = &unit.declarations[0].kind else { panic!() };
    assert_eq!(it.name.text, "Âge");
    assert!(matches!(
        expr("a N’EST PAS b").kind.as_ref(),
        ExprKind::Compare(CompareOp::NotEqual, ..)
    ));
    let ExprKind::Call(name, _) = *expr("Âge(x)").kind else { panic!() };
    assert_eq!(name.text, "Âge");
}

#[test]
fn words_of_pools_are_names_elsewhere() {
    for name in
        ["rang", "nombre", "total", "minimum", "total_de", "a", "famille", "date", "candidats"]
    {
        let ExprKind::Path(path) = *expr(name).kind else { panic!("{name}") };
        assert_eq!(path.text(), name);
    }
    assert!(
        matches!(expr("total_de als").kind.as_ref(), ExprKind::GridTotal(name) if name.text == "als")
    );
    assert!(matches!(
        expr("nombre de candidats").kind.as_ref(),
        ExprKind::PoolCount(None, Population::Eligible)
    ));
    assert!(matches!(
        expr("rang de d croissant parmi tous les candidats").kind.as_ref(),
        ExprKind::Rank(_, Direction::Ascending, Population::Everyone)
    ));
}

#[test]
fn codes_stay_text() {
    assert!(matches!(expr("2A004").kind.as_ref(), ExprKind::Code(code) if code == "2A004"));
    assert!(matches!(expr("01053").kind.as_ref(), ExprKind::Code(code) if code == "01053"));
    assert_eq!(number(&expr("69386")), (69386, 0, String::new()));
}

#[test]
fn a_version_is_raw_text() {
    let unit = unit("vocabulaire v\nversion 2019.10 # pas 2019.1\n");
    assert!(matches!(&unit.clauses[0].kind, UnitClauseKind::Version(label) if label == "2019.10"));
}

#[test]
fn si_belongs_to_its_line_or_to_the_criterion() {
    let clauses = |text: &str| {
        let unit = unit(&format!("politique p\ncritère c\n{text}"));
        match unit.declarations.into_iter().next().unwrap().kind {
            DeclarationKind::Criterion(criterion) => criterion.clauses,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(clauses("  donne 1 point si a\n")[0].kind, ClauseKind::Gives(_, Some(_))));
    assert!(matches!(
        clauses("  donne 1 point\n  si a\n")[..],
        [Clause { kind: ClauseKind::Gives(_, None), .. }, Clause { kind: ClauseKind::If(_), .. }]
    ));
    assert!(matches!(
        clauses("  donne 1 point\n    si a\n")[0].kind,
        ClauseKind::Gives(_, Some(_))
    ));
    assert!(
        matches!(&clauses("  si a\n  et b\n  et (c ou\n  d)\n")[..], [Clause { kind: ClauseKind::If(condition), .. }]
        if matches!(condition.kind.as_ref(), ExprKind::And(items) if items.len() == 3))
    );
}

#[test]
fn comments_hide_nothing_but_themselves() {
    let unit = unit(
        "vocabulaire v # \"ouvert\nsource \"n° #1\" # fin\n# critère\n\ndéfinition d # (\n  = 1 # + 2\n",
    );
    assert!(matches!(&unit.clauses[0].kind, UnitClauseKind::Source(text) if text.text == "n° #1"));
    assert_eq!(unit.declarations.len(), 1);
}

#[test]
fn documentation_goes_to_what_follows() {
    let text = "## Du fichier.\nvocabulaire v\n\n## Oubliée.\n\n## De l'entité,\n## sur deux lignes.\nentité e\n  ## Du champ.\n  a : texte\n  b : texte\n";
    let unit = unit(text);
    assert_eq!(unit.doc.as_deref(), Some("Du fichier."));
    assert_eq!(unit.declarations[0].doc.as_deref(), Some("De l'entité,\nsur deux lignes."));
    let DeclarationKind::Entity(entity) = &unit.declarations[0].kind else { panic!() };
    assert_eq!(entity.fields[0].doc.as_deref(), Some("Du champ."));
    assert_eq!(entity.fields[1].doc, None);
}

#[test]
fn results_of_rows() {
    let result = |text: &str| parse_result(FileId(0), text, 0).value.unwrap();
    assert!(matches!(result("de 0 point à 40 points"), RowResult::Linear(..)));
    assert!(matches!(result("pas de valeur"), RowResult::NoValue(_)));
    assert!(matches!(result("40 points"), RowResult::Value(_)));
}

#[test]
fn places_are_those_of_the_file() {
    let parsed = parse_expr(FileId(3), "a + bé", 100).value.unwrap();
    let ExprKind::Binary(_, left, right) = parsed.kind.as_ref() else { panic!() };
    assert_eq!((left.span.file, left.span.start, left.span.end), (FileId(3), 100, 101));
    assert_eq!((right.span.start, right.span.end), (104, 107));
    assert_eq!((parsed.span.start, parsed.span.end), (100, 107));
}
