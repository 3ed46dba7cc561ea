//! Scripts that want to hang, exhaust memory or reach outside: each ends, and soon.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dossier::{FormAdapter, Format};
use engine::{EvalError, FunctionDef, NumberForm, Schema, Scripts, Type, Unit};
use script::Sandbox;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a script may take before the test calls it a hang.
const HANG: Duration = Duration::from_secs(120);

fn sandbox(text: &str) -> Result<Sandbox, String> {
    let sources = BTreeMap::from([("f.rhai".to_owned(), text.to_owned())]);
    let compiled = Sandbox::compile(&sources, &BTreeMap::new());
    match compiled.errors.first() {
        None => Ok(compiled.sandbox),
        Some(error) => Err(error.message.clone()),
    }
}

fn function() -> FunctionDef {
    FunctionDef {
        name: "f".to_owned(),
        entry: "f".to_owned(),
        script: "f.rhai".to_owned(),
        arguments: Vec::new(),
        ty: Type::Number(Unit::NONE, NumberForm::Whole),
    }
}

fn adapter_sandbox(text: &str) -> Sandbox {
    let sources = BTreeMap::from([("f.rhai".to_owned(), text.to_owned())]);
    let compiled = Sandbox::compile(&BTreeMap::new(), &sources);
    assert_eq!(compiled.errors, [], "{text}");
    compiled.sandbox
}

/// Runs a body as a function, within the guard.
fn outcome(body: &str) -> Result<engine::Value, EvalError> {
    let sandbox = sandbox(&format!("fn f() {{ {body} }}"));
    let sandbox = sandbox.unwrap_or_else(|error| panic!("{body}: {error}"));
    let start = Instant::now();
    let result = sandbox.call(&function(), &[], &Schema::default());
    assert!(start.elapsed() < HANG, "{body}: {:?}", start.elapsed());
    result
}

/// Runs a body as an adapter, within the guard, and checks that it gives nothing.
fn adapter_stops(text: &str) {
    let sandbox = adapter_sandbox(text);
    let form = dossier::parse(b"{}", Format::Json).unwrap();
    let start = Instant::now();
    let failure = sandbox.adapter("f.rhai").unwrap().adapt(&form).unwrap_err();
    assert!(start.elapsed() < HANG, "{text}: {:?}", start.elapsed());
    assert!(failure.message.contains("script arrêté à sa limite"), "{text}: {failure}");
}

#[test]
fn endless_loops_stop_at_the_limit() {
    for body in [
        "loop { }",
        "while true { }",
        "let i = 0; while i >= 0 { i += 1; }",
        "for i in 0..9223372036854775807 { }",
        "for i in range(0, 9223372036854775807) { let x = i; }",
        "do { } while true;",
        "let n = 0; loop { try { n += 1; throw 1; } catch { n += 2; } }",
        "loop { try { loop { } } catch { } }",
    ] {
        assert_eq!(outcome(body), Err(EvalError::ScriptLimit), "{body}");
        adapter_stops(&format!("fn adapter(formulaire) {{ {body} }}"));
    }
}

#[test]
fn recursion_stops_at_the_limit() {
    for text in [
        "fn f() { f() }",
        "fn f() { 1 + f() }",
        "fn f() { g() } fn g() { f() }",
        "fn f() { (((((f()))))) }",
        "fn f() { let a = [[[[[f()]]]]]; 1 }",
        "fn f() { let g = || f(); g.call() }",
        "fn f() { [1].map(|x| f()); 1 }",
        r#"fn f() { Fn("f").call() }"#,
        "fn f() { g(1000000) } fn g(n) { if n == 0 { 0 } else { 1 + g(n - 1) } }",
    ] {
        let start = Instant::now();
        let result = sandbox(text).unwrap().call(&function(), &[], &Schema::default());
        assert_eq!(result, Err(EvalError::ScriptLimit), "{text}");
        assert!(start.elapsed() < HANG, "{text}");
    }
}

#[test]
fn recursion_with_branches_stops_at_the_limit() {
    let text = "fn f() { g(22) } fn g(n) { if n == 0 { 1 } else { g(n - 1) + g(n - 1) } }";
    let result = sandbox(text).unwrap().call(&function(), &[], &Schema::default());
    assert_eq!(result, Err(EvalError::ScriptLimit));
}

#[test]
fn huge_values_stop_at_the_limit() {
    for body in [
        r#"let s = "a"; loop { s += s; }"#,
        r#"let s = "ab"; loop { s = `${s}${s}`; }"#,
        r#"let s = ""; s.pad(1000000000, 'x'); s.len"#,
        r#""a".pad(9223372036854775807, "bcd")"#,
        r#"let s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; loop { s.replace("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); }"#,
        "let a = []; loop { a.push(1); }",
        "let a = [1]; loop { a += a; }",
        "let a = [1]; loop { a = [a, a]; }",
        "let a = []; a.pad(1000000000, 0); a.len",
        "let a = []; a.pad(900, 0); let b = []; b.pad(900, a); b.len",
        "let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }",
        "let m = #{ a: 1 }; loop { m = #{ a: m, b: m }; }",
        "let m = #{ a: 1 }; loop { m.b = m; }",
        "let a = [1]; loop { a.push(a); }",
        r#"let a = []; let s = "x"; loop { a.push(s); s += s; }"#,
    ] {
        assert_eq!(outcome(body), Err(EvalError::ScriptLimit), "{body}");
        adapter_stops(&format!("fn adapter(formulaire) {{ {body} }}"));
    }
}

#[test]
fn copying_big_values_does_not_buy_time() {
    let map = "let m = #{}; for i in 0..450 { m[`clef${i}`] = i; }";
    let array = "let a = []; a.pad(950, 1);";
    let text = r#"let s = ""; s.pad(4900, "é");"#;
    for body in [
        format!("{map} loop {{ let b = m; }}"),
        format!("{map} loop {{ m == m; }}"),
        format!("{map} loop {{ [m]; }}"),
        format!("{map} loop {{ m.values(); }}"),
        format!("{map} let n = #{{ m: m }}; loop {{ let b = n.m; }}"),
        format!("{map} let g = |x| x; loop {{ g.call(m); }}"),
        format!("{array} loop {{ let b = a; }}"),
        format!("{array} loop {{ a.sort(|x, y| 0); }}"),
        format!("{array} loop {{ a.sort(); a.reverse(); }}"),
        format!("{array} loop {{ a.extract(0); }}"),
        format!("{array} loop {{ a.map(|x| x); }}"),
        format!("{array} loop {{ a.dedup(); }}"),
        format!("{array} loop {{ a == a; }}"),
        format!("{array} loop {{ a.to_string(); }}"),
        format!("{array} loop {{ `${{a}}`; }}"),
        format!("{array} loop {{ 7 in a; }}"),
        format!("{text} loop {{ s.to_upper(); }}"),
        format!("{text} loop {{ s.split(\"x\"); }}"),
        format!("{text} loop {{ s.index_of(\"x\"); }}"),
        format!("{text} loop {{ s.sub_string(1); }}"),
        format!("{text} loop {{ s + \"x\"; }}"),
        format!("{text} loop {{ s.contains(s); }}"),
        format!("{text} loop {{ s.replace(\"é\", \"e\"); }}"),
        "loop { let a = []; a.pad(990, 0); }".to_owned(),
        r#"loop { let s = ""; s.pad(9900, "x"); s.to_upper(); }"#.to_owned(),
        r#"loop { let s = ""; s.pad(990, "x"); s.split(""); }"#.to_owned(),
        r#"loop { let s = "a"; s.pad(9900, "b"); s.split("b"); }"#.to_owned(),
    ] {
        assert_eq!(outcome(&body), Err(EvalError::ScriptLimit), "{body}");
    }
}

#[test]
fn copying_through_this_does_not_buy_time() {
    let build = "let m = #{ a: [] }; m.a.pad(370, #{ x: 1, y: 2, z: 3 }); m.g()";
    for body in ["loop { let b = this.a; }", "loop { this.a.extract(0); }"] {
        adapter_stops(&format!("fn g() {{ {body} }} fn adapter(x) {{ {build} }}"));
    }
    // Comparing whole values, the dearest operation of all, is refused to adapters.
    let sandbox = adapter_sandbox("fn adapter(x) { x.a == x.a; x == x }");
    let form = dossier::parse(br#"{"a": [1]}"#, Format::Json).unwrap();
    assert!(sandbox.adapter("f.rhai").unwrap().adapt(&form).is_err());
}

#[test]
fn an_adapter_never_copies_its_whole_state() {
    for body in [
        "let b = this;",
        "[this]",
        "f(this)",
        "this == 1",
        "`${this}`",
        "/* a */ this /* b */ ;",
        "x.a(this)",
    ] {
        let text = format!("fn f(x) {{\n {body} }}");
        let sources = BTreeMap::from([("f.rhai".to_owned(), text)]);
        let errors = Sandbox::compile(&BTreeMap::new(), &sources).errors;
        let [error] = errors.as_slice() else { panic!("one error for {body}") };
        let said = "« this » seul n'est pas permis : nommez un de ses champs";
        assert_eq!((error.line, error.message.as_str()), (2, said), "{body}");
    }
    adapter_sandbox(
        "fn f() { this.a = this . b; this[0]; // this\n \"this\"; `this`; let thisx = 1; x_this(); /* this */ }",
    );
}

#[test]
fn deep_values_stop_before_the_stack_does() {
    for body in [
        "let m = #{}; for i in 0..3000 { m = #{ a: m }; } 1",
        "let a = []; for i in 0..900 { a = [a]; } 1",
        "let f = |x| x; for i in 0..900 { f = f.curry(f); } 1",
        "let a = [1]; for i in 0..900 { let b = [0]; b[0] = a; a = b; } 1",
    ] {
        assert_eq!(outcome(body), Err(EvalError::ScriptLimit), "{body}");
    }
}

#[test]
fn nothing_outside_is_in_reach() {
    for call in [
        "timestamp()",
        "sleep(3600)",
        "exit()",
        "rand()",
        "random()",
        "now()",
        "open(\"/etc/passwd\")",
        "read_file(\"/etc/passwd\")",
        "env(\"HOME\")",
        "parse_json(\"{}\")",
        "blob(10)",
        "call(\"sleep\", 3600)",
        "Fn(\"sleep\").call(3600)",
        "Fn(\"eval\").call(\"1\")",
        "Fn(\"print\").call(\"1\")",
        "Fn(\"timestamp\").call()",
        "Fn(\"exit\").call(1)",
    ] {
        let text = format!("fn f() {{ {call}; 1 }}");
        let start = Instant::now();
        let Ok(sandbox) = sandbox(&text) else { continue };
        assert_eq!(
            sandbox.call(&function(), &[], &Schema::default()),
            Err(EvalError::ScriptFailure),
            "{call}"
        );
        assert!(start.elapsed() < HANG, "{call}");
    }
    for text in [
        "fn f() { eval(\"1\") }",
        "fn f() { import \"other\" as o; 1 }",
        "export const X = 1; fn f() { 1 }",
        "fn f() { print(1); 1 }",
        "fn f() { debug(1); 1 }",
        "fn f() { global::X }",
    ] {
        assert!(sandbox(text).is_err(), "{text}");
    }
}

#[test]
fn hostile_texts_are_refused_when_compiled() {
    let deep = format!("fn f() {{ {}1{} }}", "(".repeat(10_000), ")".repeat(10_000));
    let blocks = format!("fn f() {{ {}1{} }}", "{".repeat(10_000), "}".repeat(10_000));
    let arrays = format!("fn f() {{ {}1{} }}", "[".repeat(10_000), "]".repeat(10_000));
    let nots = format!("fn f() {{ {}true }}", "!".repeat(10_000));
    let sums = format!("fn f() {{ 1{} }}", " + 1".repeat(10_000));
    let dots = format!("fn f(a) {{ a{} }}", ".b".repeat(10_000));
    let many = "fn f() { 1 } ".replace('f', "g").repeat(10_000);
    let names: Vec<String> = (0..10_000).map(|i| format!("fn g{i}() {{ 1 }}")).collect();
    let names = names.join(" ");
    let long = format!("fn f() {{ \"{}\" }}", "a".repeat(1_000_000));
    let ifs = format!("fn f() {{ {} }}", "if true { 1 } else ".repeat(5_000) + "{ 2 }");
    let interpolated = format!("fn f() {{ {}1{} }}", "`${".repeat(2_000), "}`".repeat(2_000));
    for text in [deep, blocks, arrays, nots, sums, dots, many, names, long, ifs, interpolated] {
        let start = Instant::now();
        let result = sandbox(&text).map(|_| ());
        let head: String = text.chars().take(30).collect();
        assert!(result.is_err(), "{head}");
        assert!(start.elapsed() < HANG, "{head}");
    }
    for text in ["\0", "fn f() { \u{202e} }", "fn", "", "}", "\u{feff}\u{feff}", "fn f(a, a) { 1 }"]
    {
        let _ = sandbox(text).map(|_| ());
    }
}
