//! Compiles scripts and says what is wrong with them in French.

use crate::limits::{Limits, SCRIPT_BYTES};
use crate::{exact, work};
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{AST, Engine, LexError, OptimizationLevel, ParseError, ParseErrorType};

/// A script that does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's path in the recueil.
    pub path: String,
    /// The line, from 1; zero when the error is the whole script's.
    pub line: usize,
    /// The column, from 1; zero when the error is the whole line's.
    pub column: usize,
    /// One line in French.
    pub message: String,
}

/// Makes an engine: the packages that compute, without those that reach outside (`sleep`, `exit`,
/// clocks, modules), and every limit.
pub(crate) fn engine(limits: &Limits) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicFnPackage::new().register_into_engine(&mut engine);
    let (outside, inside) = limits.expression_depth;
    engine
        .set_max_operations(limits.operations)
        .set_max_call_levels(limits.call_levels)
        .set_max_expr_depths(outside, inside)
        .set_max_string_size(limits.text_bytes)
        .set_max_array_size(limits.array_items)
        .set_max_map_size(limits.map_entries)
        .set_max_variables(limits.variables)
        .set_max_functions(limits.functions)
        .set_max_strings_interned(0)
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_fast_operators(false)
        .disable_symbol("eval")
        .disable_symbol("debug")
        .disable_symbol("print");
    exact::register(&mut engine);
    work::bound(&mut engine);
    engine
}

/// Compiles one script.
pub(crate) fn script(engine: &Engine, path: &str, text: &str) -> Result<AST, ScriptError> {
    if text.len() > SCRIPT_BYTES {
        let kilobytes = SCRIPT_BYTES / 1024;
        return Err(ScriptError {
            path: path.to_owned(),
            line: 0,
            column: 0,
            message: format!("script trop long : {kilobytes} Ko au plus"),
        });
    }
    let ast = engine.compile(text.strip_prefix('\u{feff}').unwrap_or(text));
    ast.map_err(|ParseError(kind, position)| ScriptError {
        path: path.to_owned(),
        line: position.line().unwrap_or(0),
        column: position.position().unwrap_or(0),
        message: message(&kind),
    })
}

/// Says a compilation error. The list of Rhai is open: what it adds gets the last sentence.
fn message(kind: &ParseErrorType) -> String {
    match kind {
        ParseErrorType::UnexpectedEOF => "le script s'arrête au milieu d'une phrase".to_owned(),
        ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _)) => {
            format!("« {symbol} » n'est pas permis dans un script")
        }
        ParseErrorType::BadInput(LexError::UnterminatedString) => "texte non fermé".to_owned(),
        ParseErrorType::BadInput(_) => "caractère ou nombre inattendu".to_owned(),
        ParseErrorType::MissingToken(token, _) => format!("« {token} » attendu"),
        ParseErrorType::Reserved(word) => format!("« {word} » n'est pas permis dans un script"),
        ParseErrorType::UnknownOperator(operator) => format!("opérateur inconnu « {operator} »"),
        ParseErrorType::VariableUndefined(name) => format!("variable inconnue « {name} »"),
        ParseErrorType::VariableExpected => "nom de variable attendu".to_owned(),
        ParseErrorType::PropertyExpected => "nom de champ attendu".to_owned(),
        ParseErrorType::DuplicatedProperty(name) => format!("champ « {name} » écrit deux fois"),
        ParseErrorType::AssignmentToConstant(name) => format!("« {name} » est une constante"),
        ParseErrorType::FnDuplicatedDefinition(name, _) => {
            format!("fonction « {name} » définie deux fois")
        }
        ParseErrorType::FnMissingParams(name) | ParseErrorType::FnMissingBody(name) => {
            format!("fonction « {name} » inachevée")
        }
        ParseErrorType::WrongFnDefinition => {
            "une fonction se définit en dehors de toute autre".to_owned()
        }
        ParseErrorType::ExprTooDeep => "expression imbriquée trop profondément".to_owned(),
        ParseErrorType::TooManyFunctions => "trop de fonctions dans le script".to_owned(),
        ParseErrorType::LiteralTooLarge(..) => "texte ou liste trop long".to_owned(),
        ParseErrorType::ExprExpected(_) => "expression attendue".to_owned(),
        _ => "script mal formé".to_owned(),
    }
}
