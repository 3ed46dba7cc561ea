//! Functions called through the border: conversions, exactness, failures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use engine::{
    Base, Date, EnumDef, EnumId, EnumValue, EvalError, Exact, FunctionDef, NumberForm, Schema,
    Scripts, Type, Unit, Value,
};
use script::{CallFailureKind, Sandbox};
use std::collections::BTreeMap;

const WHOLE: Type = Type::Number(Unit::NONE, NumberForm::Whole);
const DECIMAL: Type = Type::Number(Unit::NONE, NumberForm::Decimal);
const SIZE: Type = Type::Enum(EnumId(0));

fn schema() -> Schema {
    let value = |name: &str| EnumValue { name: name.to_owned(), label: name.to_owned() };
    let values = vec![value("T1"), value("T2")];
    let size = EnumDef { name: "typologie".to_owned(), label: None, values };
    Schema { enums: vec![size], ..Schema::default() }
}

fn sandbox(text: &str) -> Sandbox {
    let sources = BTreeMap::from([("f.rhai".to_owned(), text.to_owned())]);
    let compiled = Sandbox::compile(&sources, &BTreeMap::new());
    assert_eq!(compiled.errors, [], "the script compiles");
    compiled.sandbox
}

fn function(arguments: &[Type], ty: Type) -> FunctionDef {
    FunctionDef {
        name: "f".to_owned(),
        entry: "f".to_owned(),
        script: "f.rhai".to_owned(),
        arguments: arguments.to_vec(),
        ty,
    }
}

fn call(text: &str, arguments: &[(Value, Type)], ty: Type) -> Result<Value, CallFailureKind> {
    let types: Vec<Type> = arguments.iter().map(|(_, ty)| *ty).collect();
    let values: Vec<Value> = arguments.iter().map(|(value, _)| value.clone()).collect();
    sandbox(text)
        .try_call(&function(&types, ty), &values, &schema())
        .map_err(|failure| failure.kind)
}

fn number(text: &str) -> Value {
    Value::Number(Exact::parse_decimal(text).unwrap())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_tenth_and_two_tenths_are_three_tenths() {
    assert_eq!(call("fn f() { 0.1 + 0.2 }", &[], DECIMAL), Ok(number("0,3")));
    let three = [(number("0,1"), DECIMAL), (number("3"), DECIMAL)];
    assert_eq!(call("fn f(a, b) { a * b }", &three, DECIMAL), Ok(number("0,3")));
    assert_eq!(
        call("fn f(a, b) { a -= b; a += 1; a *= 2; a /= 4; a }", &three, DECIMAL),
        Ok(number("-0,95"))
    );
}

#[test]
fn an_amount_is_a_decimal_even_when_it_is_round() {
    let yearly = [(number("18000"), DECIMAL)];
    assert_eq!(call("fn f(a) { a / 16 }", &yearly, DECIMAL), Ok(number("1125")));
    assert_eq!(
        call("fn f(a) { a / 32 }", &[(number("17"), DECIMAL)], DECIMAL),
        Ok(number("0,53125"))
    );
    assert_eq!(call("fn f(a) { a / 2 }", &[(number("17"), WHOLE)], WHOLE), Ok(number("8")));
}

#[test]
fn a_quotient_that_is_no_decimal_fails_instead_of_rounding() {
    let one = [(number("1"), DECIMAL)];
    for body in [
        "a / 3",
        "a / 3 * 3",
        "10 / (a * 7)",
        "let b = a; b /= 3; b",
        "let b = a; b /= 3.0; b",
        "let b = 1; b /= a * 3; b",
        "let b = a; b **= 2; b",
        "a.sqrt()",
        "a ** 2",
        "2.0.exp()",
    ] {
        let result = call(&format!("fn f(a) {{ {body} }}"), &one, DECIMAL);
        assert_eq!(result, Err(CallFailureKind::Error), "{body}");
    }
    let fraction = "fn f(a) { #{ numerateur: 1, denominateur: 3 } }";
    assert_eq!(call(fraction, &one, DECIMAL), Ok(Value::Number(Exact::fraction(1, 3).unwrap())));
}

#[test]
fn a_number_without_decimal_form_does_not_enter() {
    let third = [(Value::Number(Exact::fraction(1, 3).unwrap()), DECIMAL)];
    assert_eq!(call("fn f(a) { a }", &third, DECIMAL), Err(CallFailureKind::Argument));
    let huge = [(Value::Number(Exact::whole(1 << 70)), WHOLE)];
    assert_eq!(call("fn f(a) { a }", &huge, WHOLE), Err(CallFailureKind::Argument));
}

#[test]
fn overflow_and_division_by_zero_are_errors() {
    for body in [
        "9223372036854775807 + 1",
        "1 / 0",
        "1.0 / 0.0",
        "7000000000000000000000000000.0 * 1000.0",
        "-9223372036854775807 - 2",
    ] {
        let result = call(&format!("fn f() {{ {body} }}"), &[], DECIMAL);
        assert_eq!(result, Err(CallFailureKind::Error), "{body}");
    }
}

#[test]
fn every_type_crosses_both_ways() {
    let date = Value::Date(Date::parse_iso("2019-10-15").unwrap());
    let minutes = Type::Number(Unit::of(Base::Minute), NumberForm::Decimal);
    let percent = Type::Number(Unit::NONE, NumberForm::Percent);
    for (value, ty) in [
        (Value::Bool(true), Type::Bool),
        (number("40"), WHOLE),
        (number("31,25"), minutes),
        (number("0,3125"), percent),
        (text("Villeurbanne, près de l'eau"), Type::Text),
        (text("2A004"), Type::Code),
        (date, Type::Date),
        (Value::Enum(1), SIZE),
    ] {
        assert_eq!(call("fn f(a) { a }", &[(value.clone(), ty)], ty), Ok(value));
    }
}

#[test]
fn a_script_sees_dates_and_enumerations_as_texts() {
    let day = [(Value::Date(Date::parse_iso("2019-10-15").unwrap()), Type::Date)];
    assert_eq!(call("fn f(d) { d.sub_string(0, 4) }", &day, Type::Code), Ok(text("2019")));
    let size = [(Value::Enum(1), SIZE)];
    assert_eq!(call(r#"fn f(t) { t == "T2" }"#, &size, Type::Bool), Ok(Value::Bool(true)));
}

#[test]
fn a_result_of_another_type_is_refused() {
    for (body, ty) in [
        (r#""douze""#, DECIMAL),
        ("12", Type::Text),
        ("12.5", WHOLE),
        ("1", Type::Bool),
        ("()", DECIMAL),
        ("[]", DECIMAL),
        ("#{}", Type::Text),
        (r#""2019-02-30""#, Type::Date),
        (r#""15/10/2019""#, Type::Date),
        (r#""T9""#, SIZE),
        (r#""2A 004""#, Type::Code),
        ("|x| x", DECIMAL),
        ("#{ numerateur: 1, denominateur: 0 }", DECIMAL),
        ("#{ numerateur: 1, denominateur: 2 }", WHOLE),
    ] {
        let result = call(&format!("fn f() {{ {body} }}"), &[], ty);
        assert_eq!(result, Err(CallFailureKind::Result), "{body}");
    }
    assert_eq!(call("fn f() { 12.0 }", &[], WHOLE), Ok(number("12")));
}

#[test]
fn a_missing_function_or_a_wrong_count_of_arguments_fails() {
    let one = [(number("1"), WHOLE)];
    let kind = CallFailureKind::UnknownFunction;
    assert_eq!(call("fn g(a) { a }", &one, WHOLE), Err(kind));
    assert_eq!(call("fn f(a, b) { a }", &one, WHOLE), Err(kind));
    let sandbox = sandbox("fn f(a) { a }");
    let definition = function(&[WHOLE], WHOLE);
    assert_eq!(sandbox.try_call(&definition, &[], &schema()).unwrap_err().kind, kind);
    let elsewhere = FunctionDef { script: "g.rhai".to_owned(), ..definition.clone() };
    let missing = sandbox.try_call(&elsewhere, &[number("1")], &schema()).unwrap_err();
    assert_eq!(missing.kind, CallFailureKind::UnknownScript);
    // Built-in functions of Rhai are not entries.
    let built_in = FunctionDef { entry: "abs".to_owned(), ..definition };
    assert_eq!(sandbox.call(&built_in, &[number("1")], &schema()), Err(EvalError::ScriptFailure));
}

#[test]
fn the_checker_can_ask_what_a_script_has() {
    let sandbox = sandbox("fn f(a) { a } fn f(a, b) { a } fn distance_km(x, y) { x }");
    assert!(sandbox.has_function("f.rhai", "distance_km", 2));
    assert!(!sandbox.has_function("f.rhai", "distance_km", 1));
    assert!(!sandbox.has_function("g.rhai", "distance_km", 2));
    let names: Vec<String> = sandbox.functions("f.rhai").unwrap().into_keys().collect();
    assert_eq!(names, ["distance_km", "f"]);
}

#[test]
fn a_thrown_value_stays_inside() {
    let secret = [(text("78 rue des Lilas"), Type::Text)];
    let types = [Type::Text];
    let failure = sandbox("fn f(a) {\n throw \"refus : \" + a;\n}")
        .try_call(&function(&types, WHOLE), &[secret[0].0.clone()], &schema())
        .unwrap_err();
    assert_eq!(failure.to_string(), "script en erreur, ligne 2");
}

#[test]
fn calls_do_not_see_each_other_and_repeat_exactly() {
    let sandbox = sandbox(
        "fn f(n) { let t = #{ b: 1, a: 2, c: n }; let s = \"\"; for k in t.keys() { s += k; } s }",
    );
    let definition = function(&[WHOLE], Type::Text);
    let first = sandbox.try_call(&definition, &[number("1")], &schema());
    assert_eq!(first, Ok(text("abc")));
    let again: Vec<_> =
        (0..50).map(|_| sandbox.try_call(&definition, &[number("1")], &schema())).collect();
    assert!(again.iter().all(|result| *result == first));
    // Many threads at once, on one sandbox.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(sandbox.try_call(&definition, &[number("1")], &schema()), first)
            });
        }
    });
}

#[test]
fn statements_outside_functions_never_run() {
    let sandbox = sandbox("let x = 1 / 0; while true {} fn f() { 3 }");
    assert_eq!(sandbox.try_call(&function(&[], WHOLE), &[], &schema()), Ok(number("3")));
}

#[test]
fn compilation_errors_have_a_place_and_are_french() {
    for (source, line, message) in [
        ("fn f( {", 1, "« ) » attendu"),
        ("fn f()", 1, "fonction « f » inachevée"),
        ("fn f() {\n let x = 1\n let y = 2;\n}", 3, "« ; » attendu"),
        ("fn f() {\n eval(\"1\")\n}", 2, "« eval » n'est pas permis dans un script"),
        ("fn f() {\n import \"x\" as y;\n}", 2, "« import » n'est pas permis dans un script"),
        ("fn f() {\n this.x\n}", 2, "« this » n'est pas permis dans un script"),
        ("fn f() { print(1) }", 1, "« print » n'est pas permis dans un script"),
        ("fn f() {\n inconnu + 1\n}", 2, "variable inconnue « inconnu »"),
        ("fn f() { \"abc", 1, "texte non fermé"),
        ("fn f() { 1 } fn f() { 2 }", 1, "fonction « f » définie deux fois"),
    ] {
        let sources = BTreeMap::from([("scripts/f.rhai".to_owned(), source.to_owned())]);
        let compiled = Sandbox::compile(&sources, &BTreeMap::new());
        let [error] = compiled.errors.as_slice() else { panic!("one error for {source}") };
        assert_eq!((error.line, error.message.as_str()), (line, message), "{source}");
        assert_eq!(error.path, "scripts/f.rhai");
    }
}

#[test]
fn one_broken_script_leaves_the_others() {
    let sources = BTreeMap::from([
        ("a.rhai".to_owned(), "fn a( {".to_owned()),
        ("f.rhai".to_owned(), "\u{feff}fn f() { 1 }".to_owned()),
    ]);
    let compiled = Sandbox::compile(&sources, &BTreeMap::new());
    assert_eq!(compiled.errors.len(), 1);
    assert_eq!(compiled.sandbox.call(&function(&[], WHOLE), &[], &schema()), Ok(number("1")));
}
