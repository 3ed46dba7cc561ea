//! Generated recueils: a vocabulary, a grid in one or two versions, a closed frame with its fillings,
//! an open frame, and the ranking that adds them up.

use super::Choices;
use super::expressions::{Named, Scope, expr};
use super::tables::table;
use super::vocabulary::{DATES, FACTS, SIRENS, TEXT, Ty, literals, type_name};

/// The days on which generated recueils are evaluated: between, at the ends of and outside periods.
pub fn days() -> &'static [&'static str] {
    &[
        "2019-10-15",
        "2020-02-29",
        "2019-12-31",
        "2020-01-01",
        "2021-06-30",
        "2014-05-01",
        "2019-07-01",
    ]
}

/// Makes the rule files of a recueil: paths and texts.
pub fn recueil(c: &mut Choices<'_>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut file = |name: &str, text: String| files.push((format!("{name}.bareme"), text));
    let scope = vocabulary(c, &mut file);
    let mut grids = vec!["grille".to_owned()];
    grid(c, &scope, &mut file);
    if c.often(60) {
        closed_frame(c, &scope, &mut file);
        grids.push("entreprise".to_owned());
    }
    if c.often(40) {
        open_frame(c, &scope, &mut file);
        grids.push("territoire".to_owned());
    }
    ranking(c, &scope, &grids, &mut file);
    files
}

fn vocabulary(c: &mut Choices<'_>, file: &mut impl FnMut(&str, String)) -> Scope {
    let mut text = TEXT.to_owned();
    let mut scope = Scope { company: true, ..Scope::default() };
    for number in 0..c.below(5) {
        let named = match c.below(4) {
            0 => parameter(c, number, &mut text),
            1 => table(c, &scope, number, &mut text),
            _ => definition(c, &scope, number, &mut text),
        };
        scope.names.push(named);
    }
    file("faits", text);
    Scope { company: false, pool: true, ..scope }
}

fn any_type(c: &mut Choices<'_>) -> Ty {
    let types = [Ty::Bool, Ty::Number, Ty::Points, Ty::Monthly, Ty::Months, Ty::Date, Ty::Yearly];
    c.pick(&types).copied().unwrap_or(Ty::Bool)
}

fn definition(c: &mut Choices<'_>, scope: &Scope, number: usize, text: &mut String) -> Named {
    let ty = any_type(c);
    let mut inner = scope.clone();
    let mut arguments = Vec::new();
    let mut head = format!("définition_{number}");
    let name = head.clone();
    if c.often(40) {
        let of = any_type(c);
        inner.locals.push(("x".to_owned(), of));
        arguments.push(Some(of));
        head = format!("{name}(x : {})", type_name(of));
        if c.often(50) {
            inner.items.push("qui".to_owned());
            inner.pool = false;
            arguments.push(None);
            head = format!("{name}(x : {} ; qui : personne)", type_name(of));
        }
    }
    let mut with = String::new();
    if c.often(20) {
        let of = any_type(c);
        with = format!("  avec a = {}\n", expr(c, &inner, of, 1));
        inner.locals.push(("a".to_owned(), of));
    }
    let value = expr(c, &inner, ty, 3);
    text.push_str(&format!("\ndéfinition {head} : {}\n  = {value}\n{with}", type_name(ty)));
    let pool = scope.pool && inner.pool;
    Named { name, ty, arguments, pool }
}

fn parameter(c: &mut Choices<'_>, number: usize, text: &mut String) -> Named {
    let types = [Ty::Points, Ty::Number, Ty::Monthly, Ty::Months, Ty::Date, Ty::Bool];
    let ty = c.pick(&types).copied().unwrap_or(Ty::Points);
    let name = format!("paramètre_{number}");
    text.push_str(&format!("\nparamètre {name} : {}\n", type_name(ty)));
    if c.often(60) {
        for period in
            ["jusqu'au 2019-09-30", "du 2019-10-01 au 2019-12-31", "à partir du 2020-02-01"]
        {
            let value = if c.often(25) { "pas de valeur" } else { c.word(literals(ty)) };
            text.push_str(&format!("  | {period} => {value} |\n"));
        }
    } else {
        text.push_str(&format!("  = {}\n", c.word(literals(ty))));
    }
    Named { name, ty, arguments: Vec::new(), pool: false }
}

fn points(c: &mut Choices<'_>, scope: &Scope) -> String {
    if c.often(30) {
        return c.word(&["10 points", "1 point", "0 point", "40 points", "5 points"]).to_owned();
    }
    let mode =
        c.word(&["arrondi_inférieur", "arrondi_supérieur", "arrondi_commercial", "arrondi_pair"]);
    format!("{mode}({})", expr(c, scope, Ty::Points, 3))
}

/// Points for a difference, and a comparison of its two numbers.
fn excess(c: &mut Choices<'_>, scope: &Scope) -> (String, Option<String>) {
    let (a, b) = (expr(c, scope, Ty::Number, 1), expr(c, scope, Ty::Number, 1));
    let amount = format!("arrondi_inférieur({} × ({a} - {b}))", c.word(&["5 points", "1 point"]));
    let (a, b) = if c.often(50) { (a, b) } else { (b, a) };
    let compared = format!("({a} {} {b})", c.word(&["≥", "<", "=", "≤", ">", "≠"]));
    let condition = match c.below(3) {
        0 => compared,
        1 => format!("(non {compared})"),
        _ => format!("({compared} et {})", expr(c, scope, Ty::Bool, 1)),
    };
    (amount, Some(condition))
}

const PROOFS: &[&str] = &["vérifié", "validé", "validé par assistante"];
/// Proofs of a fact that the condition beside them needs.
const PROOFS_OF_URGENCY: &[&str] = &["vérifié pour demande.urgent", "demande.urgent validé"];

/// Writes the clauses of a criterion; a sub-criterion and a condition give no points.
fn clauses(c: &mut Choices<'_>, scope: &Scope, kind: Kind, indent: &str, text: &mut String) {
    let mut scope = scope.clone();
    if c.often(25) {
        let ty = any_type(c);
        let value = expr(c, &scope, ty, 2);
        text.push_str(&format!("{indent}avec l = {value}\n"));
        scope.locals.push(("l".to_owned(), ty));
    }
    if kind != Kind::Condition {
        for number in 0..=c.below(3) {
            let verb =
                if kind == Kind::Line && number > 0 && c.often(40) { "retire" } else { "donne" };
            let (amount, condition) = if c.often(15) {
                excess(c, &scope)
            } else {
                let amount = points(c, &scope);
                let condition = c.often(40).then(|| expr(c, &scope, Ty::Bool, 2));
                (amount, condition)
            };
            let condition = condition.map_or_else(String::new, |it| format!(" si {it}"));
            text.push_str(&format!("{indent}{verb} {amount}{condition}\n"));
        }
        if c.often(15) {
            text.push_str(&format!("{indent}au moins {}\n", points(c, &scope)));
        }
        if c.often(25) {
            text.push_str(&format!("{indent}au plus {}\n", points(c, &scope)));
        }
    }
    if c.often(6) {
        text.push_str(&format!("{indent}si demande.urgent\n"));
        text.push_str(&format!("{indent}exige {}\n", c.word(PROOFS_OF_URGENCY)));
    } else if kind == Kind::Condition || c.often(50) {
        text.push_str(&format!("{indent}si {}\n", expr(c, &scope, Ty::Bool, 3)));
    }
    if c.often(15) {
        text.push_str(&format!("{indent}sauf si {}\n", expr(c, &scope, Ty::Bool, 2)));
    }
    if c.often(15) {
        text.push_str(&format!("{indent}exige {}\n", c.word(PROOFS)));
    }
    if c.often(10) {
        text.push_str(&format!("{indent}en vigueur à partir du {}\n", c.word(DATES)));
    }
    if c.often(20) {
        let ty = any_type(c);
        // Inside a text, a code wears the other quotes.
        let value = expr(c, &scope, ty, 1);
        let value = ["\"6", "\"2", "\"4"]
            .iter()
            .fold(value, |value, opening| value.replace(opening, &opening.replace('"', "«")));
        let value = value.replace('"', "»");
        text.push_str(&format!("{indent}dit \"Valeur : {{{value}}}.\"\n"));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    InFamily,
    Condition,
}

/// Writes criteria and families in the first column.
fn lines(c: &mut Choices<'_>, scope: &Scope, prefix: &str, most: usize, text: &mut String) {
    for number in 0..=c.below(most) {
        if c.often(25) {
            let retains = c.word(&["retient le maximum", "retient le premier"]);
            text.push_str(&format!("\nfamille {prefix}_{number} {retains}\n"));
            if c.often(30) {
                text.push_str(&format!(
                    "  plafond {}\n",
                    c.word(&["20 points", "5 points", "0 point"])
                ));
            }
            if c.often(15) {
                text.push_str(&format!("  plancher {}\n", c.word(&["1 point", "10 points"])));
            }
            for member in 0..=c.below(3) {
                text.push_str(&format!("  critère {prefix}_{number}_{member}\n"));
                clauses(c, scope, Kind::InFamily, "    ", text);
            }
        } else {
            text.push_str(&format!("\ncritère {prefix}_{number}\n"));
            clauses(c, scope, Kind::Line, "  ", text);
        }
    }
}

fn bounds(c: &mut Choices<'_>, text: &mut String) {
    if c.often(20) {
        text.push_str(&format!("plafond {}\n", c.word(&["50 points", "10 points", "0 point"])));
    }
    if c.often(20) {
        text.push_str(&format!("plancher {}\n", c.word(&["0 point", "5 points", "-10 points"])));
    }
}

fn selection(c: &mut Choices<'_>, scope: &Scope, text: &mut String) {
    if c.often(25) {
        let choices = ["69123 ; 69381 à 69389 sauf 69385", "2A004 ; 69123", "00000 à 99999"];
        text.push_str(&format!("périmètre communes {}\n", c.word(&choices)));
    }
    if c.often(25) {
        let inner = Scope { pool: false, ..scope.clone() };
        text.push_str(&format!("s'applique si {}\n", expr(c, &inner, Ty::Bool, 2)));
    }
}

fn grid(c: &mut Choices<'_>, scope: &Scope, file: &mut impl FnMut(&str, String)) {
    let periods: &[&str] = match c.below(3) {
        0 => &["à partir du 2015-01-01"],
        1 => &["du 2015-01-01 au 2019-12-31", "à partir du 2020-01-01"],
        _ => &["jusqu'au 2020-12-31"],
    };
    for (version, period) in periods.iter().enumerate() {
        let mut text = format!(
            "politique grille \"Grille\"\nversion {version}\nen vigueur {period}\nutilise faits\nsource \"essai\"\n"
        );
        bounds(c, &mut text);
        selection(c, scope, &mut text);
        let mut scope = scope.clone();
        for number in 0..c.below(4) {
            let named = match c.below(4) {
                0 => parameter(c, number + 10, &mut text),
                1 => table(c, &scope, number + 10, &mut text),
                _ => definition(c, &scope, number + 10, &mut text),
            };
            scope.names.push(named);
        }
        lines(c, &scope, "ligne", 5, &mut text);
        guarantees(c, &scope, &mut text);
        file(&format!("grille_{version}"), text);
    }
}

/// Quantities that guarantees follow.
const QUANTITIES: &[&str] = &[
    "foyer.personnes",
    "mois_révolus(demande.dépôt ; date_évaluation)",
    "offre.loyer / foyer.revenus",
    "demande.dépôt",
    "foyer.revenus",
    "demande.délai",
    "demande.acquis",
    "foyer.revenus - offre.loyer",
];

/// Writes promises, of which many are not kept.
fn guarantees(c: &mut Choices<'_>, scope: &Scope, text: &mut String) {
    for number in 0..c.below(5) {
        let promise = match c.below(6) {
            0 => {
                let bounds =
                    ["0 point et 50 points", "-40 points et 100 points", "0 point et 0 point"];
                format!("total entre {}", c.word(&bounds))
            }
            1 => expr(c, scope, Ty::Bool, 2),
            2 => {
                let condition = expr(c, scope, Ty::Bool, 2);
                format!("si {condition} alors {}", expr(c, scope, Ty::Bool, 2))
            }
            3 => {
                let path = c.pick(FACTS).map_or("foyer.personnes", |fact| fact.path);
                format!("indépendant de {path}")
            }
            _ => format!("{} selon {}", c.word(&["croissant", "décroissant"]), c.word(QUANTITIES)),
        };
        text.push_str(&format!("\ngarantie \"Promesse {number}\"\n  {promise}\n"));
    }
}

fn closed_frame(c: &mut Choices<'_>, scope: &Scope, file: &mut impl FnMut(&str, String)) {
    let mut text =
        "cadre entreprise \"Entreprise\"\nversion 1\nen vigueur à partir du 2015-01-01\n\
                    utilise faits\nsource \"essai\"\n"
            .to_owned();
    bounds(c, &mut text);
    if c.often(50) {
        text.push_str("exige validation de l'employeur\n");
    }
    let sharing = c.often(70);
    if sharing {
        text.push_str("visible demande.choix ; employeur ; offre\n");
        text.push_str("\npartage selon demande.choix\n  | anonyme => rien |\n");
        text.push_str("  | identification => identification |\n  | complet => complet |\n");
        let other = c.word(&["rien", "identification", "complet"]);
        text.push_str(&format!("  | autre => {other} |\n"));
    }
    lines(c, scope, "cadre", 2, &mut text);
    let slots = ["A", "B"];
    for slot in slots {
        text.push_str(&format!(
            "\ntranche {slot} donne {}\n",
            c.word(&["100 points", "30 points"])
        ));
    }
    file("entreprise", text);
    for company in 0..=c.below(3) {
        let siren = SIRENS.get(company).copied().unwrap_or("444444444");
        let mut text = format!(
            "politique société_{company}\napplique entreprise\nversion 1\n\
             en vigueur {}\nsource \"essai\"\nemployeur siren {siren}\n",
            c.word(&["à partir du 2015-01-01", "du 2019-01-01 au 2019-12-31"])
        );
        if c.often(20) {
            text.push_str("validation déléguée\n");
        }
        if c.often(15) {
            let inner = Scope { pool: false, company: true, ..scope.clone() };
            text.push_str(&format!("s'applique si {}\n", expr(c, &inner, Ty::Bool, 2)));
        }
        let inner = Scope { pool: false, company: true, ..scope.clone() };
        for slot in slots {
            if c.often(75) {
                text.push_str(&format!("\ntranche {slot}\n"));
                for number in 0..=c.below(2) {
                    text.push_str(&format!("  critère {slot}_{number}\n"));
                    clauses(c, &inner, Kind::Condition, "    ", &mut text);
                }
            }
        }
        file(&format!("société_{company}"), text);
    }
}

fn open_frame(c: &mut Choices<'_>, scope: &Scope, file: &mut impl FnMut(&str, String)) {
    let mut text =
        "cadre territoire \"Territoire\"\nversion 1\nen vigueur à partir du 2015-01-01\n\
                    utilise faits\ncritères libres\nsource \"essai\"\n"
            .to_owned();
    if c.often(30) {
        lines(c, scope, "commun", 1, &mut text);
    }
    file("territoire", text);
    let communes = ["69123 ; 69381 à 69384", "69385 à 69389", "2A004"];
    for number in 0..c.below(4) {
        let mut text = format!(
            "politique territoire_{number}\napplique territoire\nversion 1\n\
             en vigueur à partir du 2019-01-01\nsource \"essai\"\npérimètre communes {}\n",
            communes.get(number).copied().unwrap_or("97400")
        );
        if c.often(30) {
            let inner = Scope { pool: false, ..scope.clone() };
            text.push_str(&format!("s'applique si {}\n", expr(c, &inner, Ty::Bool, 2)));
        }
        bounds(c, &mut text);
        lines(c, scope, "local", 3, &mut text);
        file(&format!("territoire_{number}"), text);
    }
}

fn ranking(
    c: &mut Choices<'_>,
    scope: &Scope,
    grids: &[String],
    file: &mut impl FnMut(&str, String),
) {
    let mut text = format!(
        "classement ordre\nversion 1\nen vigueur à partir du 2000-01-01\nutilise faits\n\
         source \"essai\"\ngrilles {}\n",
        grids.join(" + ")
    );
    let keys = c.word(&[
        "total décroissant ; demande.dépôt croissant ; demande.numéro croissant",
        "foyer.personnes décroissant ; total décroissant ; demande.numéro décroissant",
        "total décroissant ; demande.numéro croissant",
    ]);
    text.push_str(&format!("ordre par {keys}\n"));
    if c.often(60) {
        text.push_str(&format!("retient {} candidats\n", c.word(&["1", "2", "3"])));
    }
    let reading_totals = if c.often(20) { grids.to_vec() } else { Vec::new() };
    let inner = Scope { pool: false, grids: reading_totals, ..scope.clone() };
    for number in 0..c.below(3) {
        text.push_str(&format!("\néligible condition_{number}\n"));
        clauses(c, &inner, Kind::Condition, "  ", &mut text);
    }
    file("classement", text);
}
