//! The scripts of two recueils under one roof: a path that holds two texts is two scripts.

use engine::{EvalError, FunctionDef, Schema, Scripts, Value};
use std::collections::BTreeMap;

/// The scripts of both; those of the second that differ are under paths of their own.
pub(super) struct BothScripts<'s> {
    first: &'s dyn Scripts,
    second: &'s dyn Scripts,
    /// The path in the second recueil, by the path that the program of both knows.
    renamed: BTreeMap<String, String>,
}

impl<'s> BothScripts<'s> {
    /// Compares the texts of scripts by path.
    pub(super) fn of(
        (first, own): (&'s dyn Scripts, &BTreeMap<String, String>),
        (second, other): (&'s dyn Scripts, &BTreeMap<String, String>),
    ) -> Self {
        let differs = |path: &&String| own.get(*path) != other.get(*path);
        let renamed = other.keys().filter(differs).map(|path| (fresh(path, own, other), path));
        let renamed = renamed.map(|(name, path)| (name, path.clone())).collect();
        Self { first, second, renamed }
    }

    /// Puts a function of the second recueil under the path that its script has here.
    pub(super) fn place(&self, function: &mut FunctionDef) {
        let found = self.renamed.iter().find(|(_, path)| **path == function.script);
        if let Some((name, _)) = found {
            function.script.clone_from(name);
        }
    }
}

/// A path that neither recueil has.
fn fresh(path: &str, own: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> String {
    let mut name = format!("{path}@2");
    while own.contains_key(&name) || other.contains_key(&name) {
        name.push('2');
    }
    name
}

impl Scripts for BothScripts<'_> {
    fn call(
        &self,
        function: &FunctionDef,
        arguments: &[Value],
        schema: &Schema,
    ) -> Result<Value, EvalError> {
        match self.renamed.get(&function.script) {
            None => self.first.call(function, arguments, schema),
            Some(path) => {
                let own = FunctionDef { script: path.clone(), ..function.clone() };
                self.second.call(&own, arguments, schema)
            }
        }
    }
}
