//! Reads the command line; help and mistakes are said in French.

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::render::Page;
use crate::terminal;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};
use source::did_you_mean;

const TEMPLATE: &str = "{about}\n\nUsage : {usage}\n\n{all-args}{after-help}\n";

/// What lists are called. A colon is written after each of them, which has a space before it in French.
const ARGUMENTS: &str = "Arguments ";
const OPTIONS: &str = "Options ";
const COMMANDS: &str = "Commandes ";

const AFTER: &str = "Codes de sortie : 0 oui, 1 échec, 2 usage, 3 recueil invalide, \
                     4 exemples en échec, 5 dossier invalide";

/// Reads the arguments; shows help or the mistake when there is nothing to run.
pub fn arguments() -> Result<Arguments, Exit> {
    let matches = french(Arguments::command()).try_get_matches();
    let read = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    read.map_err(|error| show(&error, &named(std::env::args().skip(1))))
}

/// Puts clap's own words in French.
fn french(command: Command) -> Command {
    nested(command).after_help(AFTER)
}

/// Puts the words of a command and of its own commands in French.
fn nested(command: Command) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading(COMMANDS)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { ARGUMENTS } else { OPTIONS };
            arg.help_heading(heading)
        })
        .subcommand_value_name("COMMANDE");
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |sub| {
            nested(sub.disable_help_flag(true).disable_help_subcommand(true))
        })
    })
}

/// Finds the command that was named, with those that it is of.
fn named(words: impl Iterator<Item = String>) -> String {
    let (mut command, mut named) = (Arguments::command(), "bareme".to_owned());
    for word in words {
        let Some(sub) = command.find_subcommand(&word).cloned() else { break };
        named = format!("{named} {word}");
        command = sub;
    }
    named
}

/// Shows help, or a mistake in the words of a command.
fn show(error: &Error, command: &str) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match terminal::answer(&error.render().ansi().to_string()) {
                Ok(()) => Exit::Yes,
                Err(_) => Exit::Failure,
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal::explain(&error.render().ansi().to_string());
            Exit::Usage
        }
        _ => {
            terminal::explain(&mistake(error, command));
            Exit::Usage
        }
    }
}

/// Says a mistake of the command line, and where the words of its command are told.
fn mistake(error: &Error, command: &str) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    let argument = argument.split(" <").next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("commande inconnue « {} »", context(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("argument inconnu « {argument} »"),
        ErrorKind::MissingRequiredArgument => {
            let missing = argument.trim_end_matches('.').trim_matches(['<', '>']);
            format!("il manque un argument : {missing}")
        }
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::InvalidValue if context(error, ContextKind::InvalidValue).is_empty() => {
            format!("« {argument} » attend une valeur")
        }
        ErrorKind::InvalidValue => format!("valeur inconnue pour « {argument} »"),
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(_) if argument.contains("--seuil") => {
                format!("« {argument} » : attendu un nombre entier de 0 à 100")
            }
            Some(cause) => format!("« {argument} » : {cause}"),
            None => format!("valeur refusée pour « {argument} »"),
        },
        ErrorKind::ArgumentConflict => format!("« {argument} » est donné deux fois ou en trop"),
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::NoEquals => format!("« {argument} » n'a pas le nombre de valeurs attendu"),
        _ => "la ligne de commande n'est pas comprise".to_owned(),
    };
    let mut page = Page::starting(format!("erreur : {message}\n"));
    let suggestions =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    for kind in suggestions {
        let suggestion = context(error, kind);
        if !suggestion.is_empty() {
            page.line(format!("  = aide : {}", did_you_mean(&suggestion)));
        }
    }
    let values = context(error, ContextKind::ValidValue);
    if !values.is_empty() {
        page.line(format!("  = aide : valeurs possibles : « {values} »"));
    }
    let shown =
        if command.contains(' ') { "ses options" } else { "les commandes et leurs options" };
    page.line(format!("  = aide : « {command} --aide » montre {shown}"));
    page.done()
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" » ou « "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        Some(_) | None => String::new(),
    }
}
