//! The compiled scripts of a recueil, and the call of one function.
//!
//! Scripts are compiled once; every call has a fresh scope and a fresh budget, so no call can see
//! that another took place. Statements outside functions are never run.

use crate::compile::{self, ScriptError};
use crate::limits::{self, Limits};
use crate::{bare_this, border, work};
use engine::{EvalError, FunctionDef, Schema, Scripts, Value};
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Scope};
use std::collections::BTreeMap;

/// The compiled scripts of a recueil.
pub struct Sandbox {
    functions: Room,
    adapters: Room,
}

/// Scripts of one kind, with the engine and the limits they run under.
struct Room {
    engine: Engine,
    limits: Limits,
    scripts: BTreeMap<String, AST>,
}

/// What compiling gives: the scripts that compile, and what is wrong with the others.
pub struct Compiled {
    /// The sandbox of the scripts that compile.
    pub sandbox: Sandbox,
    /// One error per script that does not.
    pub errors: Vec<ScriptError>,
}

/// A call that gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFailure {
    /// Why.
    pub kind: CallFailureKind,
    /// The line of the script, when known.
    pub line: Option<usize>,
}

/// Why a call gave no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallFailureKind {
    /// The recueil has no such script.
    UnknownScript,
    /// The script has no such function with that many arguments.
    UnknownFunction,
    /// An argument has no exact form in a script.
    Argument,
    /// The script went past one of its limits.
    Limit,
    /// The script failed.
    Error,
    /// The script returned a value of another type.
    Result,
}

impl CallFailureKind {
    /// Says the failure in French, without a full stop and without any value.
    pub fn message(self) -> &'static str {
        match self {
            Self::UnknownScript => "script absent du recueil",
            Self::UnknownFunction => "fonction absente du script",
            Self::Argument => "argument sans forme décimale exacte",
            Self::Limit => "script arrêté à sa limite",
            Self::Error => "script en erreur",
            Self::Result => "résultat d'un autre type que celui annoncé",
        }
    }
}

impl std::fmt::Display for CallFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.message())?;
        self.line.map_or(Ok(()), |line| write!(f, ", ligne {line}"))
    }
}

impl std::error::Error for CallFailure {}

impl From<CallFailureKind> for CallFailure {
    fn from(kind: CallFailureKind) -> Self {
        Self { kind, line: None }
    }
}

impl From<&CallFailure> for EvalError {
    fn from(failure: &CallFailure) -> Self {
        match failure.kind {
            CallFailureKind::Limit => Self::ScriptLimit,
            CallFailureKind::UnknownScript
            | CallFailureKind::UnknownFunction
            | CallFailureKind::Argument
            | CallFailureKind::Error
            | CallFailureKind::Result => Self::ScriptFailure,
        }
    }
}

impl Sandbox {
    /// Compiles the scripts of functions and those of form adapters, by their path in the recueil.
    pub fn compile(
        functions: &BTreeMap<String, String>,
        adapters: &BTreeMap<String, String>,
    ) -> Compiled {
        let mut errors = Vec::new();
        let mut engine = compile::engine(&limits::FUNCTION);
        // A function has no use for it, and what a method copies from it is not counted.
        engine.disable_symbol("this");
        let functions = Room::compile(engine, limits::FUNCTION, functions, &mut errors);
        for (path, text) in adapters {
            errors.extend(bare_this::find(path, text));
        }
        let mut engine = compile::engine(&limits::ADAPTER);
        work::refuse_comparisons(&mut engine);
        let adapters = Room::compile(engine, limits::ADAPTER, adapters, &mut errors);
        Compiled { sandbox: Self { functions, adapters }, errors }
    }

    /// Tells whether a script of functions has one with that many parameters.
    pub fn has_function(&self, path: &str, entry: &str, arity: usize) -> bool {
        self.functions.entry(path, entry, arity).is_ok()
    }

    /// Tells whether an adapter's script has a function with that many parameters.
    pub(crate) fn adapter_has(&self, path: &str, entry: &str, arity: usize) -> bool {
        self.adapters.entry(path, entry, arity).is_ok()
    }

    /// Returns the functions of a script with their numbers of parameters, for suggestions.
    pub fn functions(&self, path: &str) -> Option<BTreeMap<String, Vec<usize>>> {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for function in self.functions.scripts.get(path)?.iter_functions() {
            found.entry(function.name.to_owned()).or_default().push(function.params.len());
        }
        for arities in found.values_mut() {
            arities.sort_unstable();
        }
        Some(found)
    }

    /// Calls a function with values of its argument types, enumerations by name, and says why when it gives no value.
    pub fn try_call(
        &self,
        function: &FunctionDef,
        arguments: &[Value],
        schema: &Schema,
    ) -> Result<Value, CallFailure> {
        if arguments.len() != function.arguments.len() {
            return Err(CallFailureKind::UnknownFunction.into());
        }
        let pairs = arguments.iter().zip(&function.arguments);
        let arguments: Option<Vec<Dynamic>> =
            pairs.map(|(value, ty)| border::to_script(value, *ty, schema)).collect();
        let arguments = arguments.ok_or(CallFailureKind::Argument)?;
        let result = self.functions.call(&function.script, &function.entry, arguments)?;
        border::from_script(&result, function.ty, schema)
            .ok_or_else(|| CallFailureKind::Result.into())
    }

    /// Calls the one-argument entry of an adapter.
    pub(crate) fn call_adapter(
        &self,
        path: &str,
        entry: &str,
        argument: Dynamic,
    ) -> Result<Dynamic, CallFailure> {
        self.adapters.call(path, entry, vec![argument])
    }
}

impl Room {
    fn compile(
        engine: Engine,
        limits: Limits,
        sources: &BTreeMap<String, String>,
        errors: &mut Vec<ScriptError>,
    ) -> Self {
        let mut scripts = BTreeMap::new();
        for (path, text) in sources {
            match compile::script(&engine, path, text) {
                Ok(ast) => {
                    scripts.insert(path.clone(), ast);
                }
                Err(error) => errors.push(error),
            }
        }
        Self { engine, limits, scripts }
    }

    fn entry(&self, path: &str, entry: &str, arity: usize) -> Result<&AST, CallFailure> {
        let ast = self.scripts.get(path).ok_or(CallFailureKind::UnknownScript)?;
        let mut functions = ast.iter_functions();
        if functions.any(|it| it.name == entry && it.params.len() == arity) {
            Ok(ast)
        } else {
            Err(CallFailureKind::UnknownFunction.into())
        }
    }

    fn call(
        &self,
        path: &str,
        entry: &str,
        arguments: Vec<Dynamic>,
    ) -> Result<Dynamic, CallFailure> {
        let ast = self.entry(path, entry, arguments.len())?;
        let options = CallFnOptions::new().eval_ast(false).with_tag(work::budget(&self.limits));
        let mut scope = Scope::new();
        self.engine
            .call_fn_with_options::<Dynamic>(options, &mut scope, ast, entry, arguments)
            .map_err(|error| failure(*error))
    }
}

impl Scripts for Sandbox {
    fn call(
        &self,
        function: &FunctionDef,
        arguments: &[Value],
        schema: &Schema,
    ) -> Result<Value, EvalError> {
        self.try_call(function, arguments, schema).map_err(|failure| (&failure).into())
    }
}

/// Tells a limit from a failure, at the innermost place.
fn failure(error: EvalAltResult) -> CallFailure {
    let line = error.position().line();
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => {
            let inner = failure(*inner);
            CallFailure { line: inner.line.or(line), ..inner }
        }
        EvalAltResult::ErrorTooManyOperations(_)
        | EvalAltResult::ErrorTooManyVariables(_)
        | EvalAltResult::ErrorTooManyModules(_)
        | EvalAltResult::ErrorStackOverflow(_)
        | EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorTerminated(..) => CallFailure { kind: CallFailureKind::Limit, line },
        _ => CallFailure { kind: CallFailureKind::Error, line },
    }
}
