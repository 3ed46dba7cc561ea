//! A script: compiled as functions and as a form adapter, then called.

use super::{Verdict, Way, told};
use analysis::Opened;
use dossier::{FormAdapter, Format};
use dsl::recueil::Recueil;
use engine::{Exact, FunctionDef, NumberForm, Schema, Type, Unit, Value};
use script::Sandbox;
use std::collections::BTreeMap;

const FUNCTIONS: &str = "fonctions.rhai";
const ADAPTER: &str = "adaptateur.rhai";

/// A form that the adapter is given; its values are known to no message.
const FORM: &str = r#"{ "A1": "Zébulon-73915", "foyer": [{ "revenus": "86420,75" }, null, true] }"#;

/// A script compiles, or is refused at a place in it. Its functions end, whatever they are given; its
/// adapter ends, and no failure repeats a value of the form.
pub fn script(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let one = |path: &str| BTreeMap::from([(path.to_owned(), text.clone())]);
    let (scripts, adapters) = (one(FUNCTIONS), one(ADAPTER));
    let recueil = Recueil { scripts, adapters, ..Recueil::default() };
    let Opened { recueil, sandbox, diagnostics, .. } = Opened::scripted(recueil);
    told::check(&diagnostics, &recueil.sources)?;
    let ran = call(&sandbox) + usize::from(adapt(&sandbox)?);
    Ok(if ran == 0 { Way::Refused } else { Way::Through })
}

/// Calls every function with small numbers. Shape: how many were called.
fn call(sandbox: &Sandbox) -> usize {
    let functions = sandbox.functions(FUNCTIONS).unwrap_or_default();
    let each = |(name, arities): (String, Vec<usize>)| {
        arities.into_iter().map(move |arity| (name.clone(), arity))
    };
    let number = Type::Number(Unit::NONE, NumberForm::Decimal);
    let mut called = 0;
    for (entry, arity) in functions.into_iter().flat_map(each) {
        let function = FunctionDef {
            name: entry.clone(),
            entry,
            script: FUNCTIONS.to_owned(),
            arguments: vec![number; arity],
            ty: number,
        };
        let given: Vec<Value> =
            (0..).take(arity).map(|at: i128| Value::Number(Exact::whole(at))).collect();
        let _ = sandbox.try_call(&function, &given, &Schema::default());
        called += 1;
    }
    called
}

/// Gives the adapter a form. Shape: whether there is one. Errors: a failure that tells a value.
fn adapt(sandbox: &Sandbox) -> Result<bool, String> {
    let Some(adapter) = sandbox.adapter(ADAPTER) else { return Ok(false) };
    let form = dossier::parse(FORM.as_bytes(), Format::Json).map_err(|told| format!("{told:?}"))?;
    match adapter.adapt(&form) {
        Err(failure)
            if ["Zébulon", "73915", "86420"].iter().any(|it| failure.message.contains(it)) =>
        {
            Err(format!("une valeur est dite : {failure}"))
        }
        Ok(_) | Err(_) => Ok(true),
    }
}
