//! Coverage: what the examples of a recueil do not reach is named, and nothing else.

use analysis::{Covered, coverage};
use tests::rules::Rules;

const FACTS: &str = r#"
vocabulaire faits
version 1
en vigueur à partir du 2018-01-01

entité demande
  dalo : booléen
  numéro : code
    unique

entité foyer
  personnes : entier
"#;

const POLICY: &str = r#"
politique essai "Essai"
version 1
en vigueur à partir du 2020-01-01
utilise faits
source "Essai"

table points_taille : points
  | foyer.personnes => points |
  | 1 à 2           => 10 points |
  | 3 ou plus       => 20 points |
  | sinon           => 0 point |

critère taille "Taille"
  donne points_taille

critère dalo "DALO"
  donne 50 points
  si demande.dalo

famille logement "Logement" retient le maximum
  critère serré "Serré"
    donne 5 points
    si foyer.personnes > 1
  critère très_serré "Très serré"
    donne 9 points
    si foyer.personnes > 4
"#;

/// What examples miss: criteria, rows, branches; with how many there are.
fn missed(examples: &str) -> [(usize, Vec<String>); 3] {
    let policy = format!("{POLICY}{examples}");
    let rules = Rules::from_texts([("faits.bareme", FACTS), ("essai.bareme", policy.as_str())]);
    assert_eq!(rules.errors(), Vec::<String>::new(), "{policy}");
    let found = coverage(&rules.compiled, &rules.sandbox);
    let told = |covered: &Covered| {
        (covered.total, covered.missed.iter().map(|missed| missed.what.clone()).collect())
    };
    [told(&found.criteria), told(&found.rows), told(&found.branches)]
}

#[test]
fn without_examples_everything_is_missed() {
    let [criteria, rows, branches] = missed("");
    assert_eq!((criteria.0, criteria.1.len()), (4, 4));
    assert_eq!((rows.0, rows.1.len()), (3, 3));
    assert_eq!((branches.0, branches.1.len()), (7, 7));
}

#[test]
fn a_line_that_gives_way_in_its_family_is_obtained_and_one_row_is_fallen_in() {
    let [criteria, rows, branches] = missed(
        "exemple \"Cinq\" le 2020-01-01\n  étant donné\n    foyer.personnes = 5\n    \
         demande.dalo = non\n  attend\n    total = 29 points\n",
    );
    assert_eq!(criteria.1, ["critère « dalo » jamais obtenu"]);
    assert_eq!(
        rows.1,
        ["ligne 1 du tableau « points_taille »", "ligne 3 du tableau « points_taille »"]
    );
    assert_eq!(
        branches.1,
        [
            "critère « dalo » jamais obtenu",
            "critère « serré » jamais refusé",
            "critère « très_serré » jamais refusé",
        ]
    );
}

#[test]
fn several_examples_reach_together_and_an_unknown_reaches_neither_branch() {
    let [criteria, rows, branches] = missed(
        "exemple \"Un\" le 2020-01-01\n  étant donné\n    foyer.personnes = 1\n  \
         attend\n    critère taille = 10 points\n\
         exemple \"Zéro\" le 2020-01-01\n  étant donné\n    foyer.personnes = 0\n    \
         demande.dalo = oui\n  attend\n    total = 50 points\n",
    );
    assert_eq!(
        criteria.1,
        ["critère « serré » jamais obtenu", "critère « très_serré » jamais obtenu"]
    );
    assert_eq!(rows.1, ["ligne 2 du tableau « points_taille »"]);
    assert_eq!(
        branches.1,
        [
            "critère « dalo » jamais refusé",
            "critère « serré » jamais obtenu",
            "critère « très_serré » jamais obtenu",
        ]
    );
}
