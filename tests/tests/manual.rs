//! The language manual, run: what it shows as rules compiles and holds, what it shows as a mistake
//! is told so.

use tests::manual::{Block, blocks, failures};
use tests::rules::root;

fn manual() -> std::io::Result<Vec<Block>> {
    Ok(blocks(&std::fs::read_to_string(root().join("docs/langage.md"))?))
}

#[test]
fn every_block_of_the_manual_is_as_it_says() -> std::io::Result<()> {
    let failures = failures(&manual()?);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    Ok(())
}

#[test]
fn the_manual_shows_rules_and_mistakes() -> std::io::Result<()> {
    let blocks = manual()?;
    let wrong = blocks.iter().filter(|block| block.info.contains(" erreur ")).count();
    let run = blocks.iter().filter(|block| block.info.starts_with("bareme")).count();
    assert!(run >= 60, "{run} blocks are run");
    assert!(wrong >= 15, "{wrong} blocks show a mistake");
    Ok(())
}

#[test]
fn a_block_that_lies_is_found() {
    let prelude = "```bareme prélude\nvocabulaire manuel\nversion 1\nen vigueur à partir du 2019-01-01\n```\n";
    let fragment = "critère un \"Un\"\n  donne 10 points\n";
    let told = |info: &str, text: &str| {
        failures(&blocks(&format!("{prelude}```{info}\n{text}```\n"))).len()
    };
    assert_eq!(told("bareme", fragment), 0);
    assert_eq!(told("bareme erreur E0302", fragment), 1);
    assert_eq!(told("bareme", "critère un \"Un\"\n  donne 10 km\n"), 1);
    assert_eq!(told("bareme erreur E0302", "critère un \"Un\"\n  donne 10 km\n"), 0);
    assert_eq!(told("bareme erreur E0301", "critère un \"Un\"\n  donne 10 km\n"), 2);
    let example = "\nexemple \"Faux\" le 2020-01-01\n  attend\n    total = 11 points\n";
    assert_eq!(told("bareme erreur E0702", &format!("{fragment}{example}")), 0);
    assert!(told("bareme", &format!("{fragment}{example}")) > 0);
    assert_eq!(told("rust", "fn main() {}\n"), 1);
}

/// A limit: where the code sets it, how, and the row of the manual that tells it.
const LIMITS: &[(&str, &str, &str)] = &[
    ("dsl/src/limits.rs", "FILE_BYTES: usize = 1 << 20;", "| un fichier, un tableau CSV | 1 Mio |"),
    ("dsl/src/limits.rs", "WORD_CHARACTERS: usize = 200;", "| un mot | 200 caractères |"),
    ("dsl/src/limits.rs", "NESTING: usize = 64;", "emboîtées | 64 |"),
    ("dsl/src/limits.rs", "CLAUSE_TOKENS: usize = 20_000;", "de tableau | 20 000 |"),
    ("dsl/src/limits.rs", "EXPRESSION_HEIGHT: usize = 200;", "dans une expression | 200 |"),
    ("dsl/src/limits.rs", "DECLARATIONS: usize = 20_000;", "première colonne | 20 000 |"),
    ("dsl/src/limits.rs", "TABLE_ROWS: usize = 10_000;", "d'un paramètre | 10 000 |"),
    ("dsl/src/limits.rs", "TABLE_INPUTS: usize = 16;", "| entrées d'un tableau | 16 |"),
    ("dsl/src/limits.rs", "OPERATIONS: usize = 100_000;", "compilée | 100 000 |"),
    ("dsl/src/limits.rs", "COST: u64 = 1_000_000;", "par candidat | 1 000 000 |"),
    ("engine/src/cost.rs", "LIST_ITEMS: u64 = 16;", "une boucle compte 16 fois"),
    ("engine/src/cost.rs", "CALL: u64 = 1_000;", "un script 1 000 opérations"),
    ("engine/src/cost.rs", "COMPARISON: u64 = 32;", "entre candidats 32"),
    ("script/src/limits.rs", "SCRIPT_BYTES: usize = 256 * 1024;", "| 256 Kio | 256 Kio |"),
    ("script/src/limits.rs", "operations: 100_000,", "| opérations d'un appel | 100 000 |"),
    ("script/src/limits.rs", "operations: 150_000,", "d'un appel | 100 000 | 150 000 |"),
    ("script/src/limits.rs", "call_levels: 24,", "| appels emboîtés | 24 | 24 |"),
    ("script/src/limits.rs", "expression_depth: (32, 32),", "| expressions emboîtées | 32 | 32 |"),
    ("script/src/limits.rs", "text_bytes: 10_000,", "d'une valeur | 10 000 |"),
    ("script/src/limits.rs", "text_bytes: 50_000,", "d'une valeur | 10 000 | 50 000 |"),
    ("script/src/limits.rs", "array_items: 1_000,", "listes d'une valeur | 1 000 | 1 000 |"),
    ("script/src/limits.rs", "map_entries: 1_000,", "associatifs d'une valeur | 1 000 |"),
    ("script/src/limits.rs", "map_entries: 1_500,", "associatifs d'une valeur | 1 000 | 1 500 |"),
    ("script/src/limits.rs", "variables: 100,", "| variables | 100 | 100 |"),
    ("script/src/limits.rs", "functions: 200,", "| fonctions | 200 | 200 |"),
    ("script/src/limits.rs", "data_read: 500_000,", "| éléments lus | 500 000 |"),
    ("script/src/limits.rs", "data_read: 1_000_000,", "| éléments lus | 500 000 | 1 000 000 |"),
    ("dossier/src/limits.rs", "TEXT_BYTES: usize = 64 * 1024 * 1024;", "| taille | 64 Mio |"),
    ("dossier/src/limits.rs", " NODES: usize = 4_000_000;", "| valeurs | 4 000 000 |"),
    ("dossier/src/limits.rs", "ALIASED_NODES: usize = 100_000;", "ancres YAML | 100 000 |"),
    ("dossier/src/limits.rs", "DEPTH: usize = 64;", "| listes et champs emboîtés | 64 |"),
    ("dossier/src/limits.rs", "SCALAR_BYTES: usize = 100_000;", "| un texte | 100 000 octets |"),
    ("dossier/src/limits.rs", "INTEGER_DIGITS: usize = 18;", "avant la virgule | 18 |"),
    ("dossier/src/limits.rs", "DECIMAL_DIGITS: usize = 12;", "après la virgule | 12 |"),
    ("dossier/src/limits.rs", "CODE_CHARACTERS: usize = 64;", "| un code | 64 caractères |"),
    ("dossier/src/limits.rs", "ERRORS: usize = 100;", "| erreurs dites d'un coup | 100 |"),
];

#[test]
fn the_limits_of_the_manual_are_those_of_the_code() -> std::io::Result<()> {
    let manual = std::fs::read_to_string(root().join("docs/langage.md"))?;
    for (path, set, told) in LIMITS {
        let code = std::fs::read_to_string(root().join(path))?;
        assert!(code.contains(set), "{path} ne dit plus « {set} » : changez le manuel avec lui");
        assert!(manual.contains(told), "le manuel ne dit plus « {told} »");
    }
    Ok(())
}
