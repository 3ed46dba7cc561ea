//! What arrives from outside: dossiers and raw applications, read against the real policies.

use super::{Verdict, Way};
use crate::differential::{adds_up, agree};
use crate::rules::{Rules, root};
use dossier::{DossierError, FormAdapter, Format, Forms, Node, NodeKind};
use engine::{Date, Pool};
use std::sync::OnceLock;

/// The day of a dossier that says none.
const DAY: &str = "2019-10-15";

/// The most candidates that the reference, which is slow, is given.
const MOST_CANDIDATES: usize = 6;

/// A value shorter than this may be a word of a message.
const LEAST_LETTERS: usize = 5;

/// A dossier is refused at places of its text, without a value of it, or its candidates are ranked as
/// the reference ranks them.
pub fn dossier(bytes: &[u8]) -> Verdict {
    let rules = policies()?;
    let adapter = adapter(rules)?;
    let load = |path: &str| std::fs::read(root().join("examples").join(path)).ok();
    let forms = Forms { adapter: &adapter, load: &load };
    let format = format_of(bytes);
    let dossier = match dossier::read(bytes, format, &rules.compiled.typed.schema, forms) {
        Ok(dossier) => dossier,
        Err(errors) => return refused(bytes, format, &errors),
    };
    let day = dossier.date.or_else(|| Date::parse_iso(DAY)).ok_or("aucun jour")?;
    let pool = Pool { date: day, candidates: dossier.candidates };
    let Some(outcome) = rules.rank(&pool) else { return Ok(Way::Through) };
    for one in &outcome.candidates {
        adds_up(one)?;
    }
    if pool.candidates.len() <= MOST_CANDIDATES {
        agree(rules, &pool, &outcome)?;
    }
    Ok(Way::Through)
}

/// A raw application is refused without a value of it, or gives facts.
pub fn form(bytes: &[u8]) -> Verdict {
    let rules = policies()?;
    let adapter = adapter(rules)?;
    let format = format_of(bytes);
    let form = match dossier::parse(bytes, format) {
        Ok(form) => form,
        Err(errors) => return refused(bytes, format, &errors),
    };
    match dossier::facts_of_form(&form, &adapter, &rules.compiled.typed.schema) {
        Ok(_) => Ok(Way::Through),
        Err(errors) => refused(bytes, format, &errors),
    }
}

fn policies() -> Result<&'static Rules, String> {
    static POLICIES: OnceLock<Result<Rules, String>> = OnceLock::new();
    let read = || Rules::from_dir(&root().join("policies")).map_err(|error| error.to_string());
    POLICIES.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn adapter(rules: &Rules) -> Result<impl FormAdapter + '_, String> {
    let mut paths = rules.recueil.adapters.keys();
    let found = paths.find_map(|path| rules.sandbox.adapter(path));
    found.ok_or_else(|| "aucun adaptateur dans le recueil".to_owned())
}

/// JSON opens with a brace or a bracket.
fn format_of(bytes: &[u8]) -> Format {
    match bytes.trim_ascii_start().first() {
        Some(b'{' | b'[') => Format::Json,
        Some(_) | None => Format::Yaml,
    }
}

/// Checks what is told of a text that is refused.
fn refused(bytes: &[u8], format: Format, errors: &[DossierError]) -> Verdict {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    let secrets = secrets(bytes, format);
    let first = errors.first().ok_or("refusé sans un mot")?;
    if errors.len() > 100 {
        return Err(format!("{} erreurs d'un coup", errors.len()));
    }
    for error in errors {
        let said = format!("{error} {}", error.help.as_deref().unwrap_or_default());
        if error.place.line as usize > lines {
            return Err(format!("ligne {} sur {lines} : {said}", error.place.line));
        }
        if said.contains(['\n', '\r']) || error.message.is_empty() || error.message.ends_with('.') {
            return Err(format!(
                "un message vide, de plusieurs lignes ou fini par un point : {said}"
            ));
        }
        if let Some(secret) = secrets.iter().find(|secret| said.contains(secret.as_str())) {
            return Err(format!("« {secret} » est une valeur, et elle est dite : {said}"));
        }
    }
    drop(cli::plain_dossier_errors(std::path::Path::new("dossier.yaml"), errors));
    let _ = first;
    Ok(Way::Refused)
}

/// Lists the values of a text that no message may repeat: those that are neither a key of it nor in
/// the rules or in the adapter, whose words messages are made of.
fn secrets(bytes: &[u8], format: Format) -> Vec<String> {
    let Ok(tree) = dossier::parse(bytes, format) else { return Vec::new() };
    let (mut values, mut keys) = (Vec::new(), Vec::new());
    gather(&tree, &mut values, &mut keys);
    let words = words();
    let is_secret = |value: &String| {
        value.chars().count() >= LEAST_LETTERS
            && !words.contains(bare(value))
            && !keys.iter().any(|key| key.contains(value.as_str()))
    };
    values.into_iter().filter(is_secret).collect()
}

/// A value without the marks around it: messages put a comma after a word of theirs.
fn bare(value: &str) -> &str {
    value.trim_matches(|mark: char| mark.is_ascii_punctuation())
}

fn gather(node: &Node, values: &mut Vec<String>, keys: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Scalar(scalar) => values.push(scalar.text.trim().to_owned()),
        NodeKind::List(items) => items.iter().for_each(|item| gather(item, values, keys)),
        NodeKind::Map(entries) => {
            for entry in entries {
                keys.push(entry.key.to_string());
                gather(&entry.value, values, keys);
            }
        }
    }
}

/// The public words: the rules, the adapter, and those of messages about any value.
fn words() -> &'static str {
    static WORDS: OnceLock<String> = OnceLock::new();
    WORDS.get_or_init(|| {
        let policies = policies().map(|rules| {
            let rule = rules.recueil.sources.iter().map(|(_, file)| file.text.clone());
            rule.chain(rules.recueil.adapters.values().cloned()).collect::<String>()
        });
        policies.unwrap_or_default() + MESSAGES
    })
}

/// Words of messages that a value may happen to be.
const MESSAGES: &str = "texte attendu trouvé valeur champs liste ensemble champ nombre candidats \
    candidat formulaire postule non_communique dossier fichier null true false 2020-05-02";
