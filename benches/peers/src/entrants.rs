//! Who is compared: by hand and Barème first, since the others are told by them.

/// How a contestant is got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// This program serves it.
    Itself,
    /// The crate beside, built by Cargo.
    Cargo,
    /// A script of `contestants/python`.
    Python(&'static str),
    /// A script of `contestants/node`.
    Node(&'static str),
}

/// One who is compared.
#[derive(Clone, Copy, Debug)]
pub struct Entrant {
    /// What it is called by who asks for it, and by what serves it.
    pub name: &'static str,
    /// What the table calls it.
    pub label: &'static str,
    pub by: By,
    /// What to know of what is measured.
    pub note: &'static str,
}

/// All of them.
pub const ENTRANTS: &[Entrant] = &[
    Entrant {
        name: "main",
        label: "Rust à la main, lignes",
        by: By::Itself,
        note: "rang de la demande donné ; expliquer, c'est écrire ses 19 valeurs ; de JSON à JSON : des structs \
               que serde remplit et écrit",
    },
    Entrant {
        name: "colonnes",
        label: "Rust à la main, colonnes",
        by: By::Itself,
        note: "colonnes déjà en mémoire ; les deux rangs calculés",
    },
    Entrant {
        name: "bareme",
        label: "Barème",
        by: By::Itself,
        note: "un candidat : par le noyau, faits en cases ; expliqué : la même marche, dont ce que calcule chaque \
               opération des règles est gardé et se relit, comparé à la trace ; par lots : par colonnes déjà en \
               mémoire, les deux rangs calculés ; de JSON à JSON : faits droit en cases, points de chaque ligne et de chaque \
               grille, écrêtements compris",
    },
    Entrant {
        name: "rang-donné",
        label: "Barème, rang donné",
        by: By::Itself,
        note: "par lots : ce qu'on donne aux moteurs de lignes, le rang de la demande étant un fait ; les candidats restent dans \
               l'ordre de leurs numéros",
    },
    Entrant {
        name: "zen",
        label: "zen-engine 2.1 (JDM)",
        by: By::Cargo,
        note: "rang de la demande donné ; expliqué : sa trace, nœud par nœud",
    },
    Entrant {
        name: "regorus",
        label: "regorus 0.14 (RVM)",
        by: By::Cargo,
        note: "rang de la demande donné ; expliqué : les lignes atteintes, par son interpréteur",
    },
    Entrant {
        name: "rhai",
        label: "rhai 1.27",
        by: By::Cargo,
        note: "rang de la demande donné ; n'explique rien",
    },
    Entrant {
        name: "cel",
        label: "cel 0.15",
        by: By::Cargo,
        note: "rang de la demande donné ; un programme par valeur ; n'explique rien",
    },
    Entrant {
        name: "duckdb",
        label: "DuckDB 2.0",
        by: By::Python("by_duckdb.py"),
        note: "table déjà en mémoire, résultat dans une autre, les deux rangs calculés ; un candidat : \
               requête préparée ; expliqué : EXPLAIN ANALYZE, qui dit les opérations et non les raisons ; \
               une politique : la requête planifiée",
    },
    Entrant {
        name: "openfisca",
        label: "OpenFisca-Core 46",
        by: By::Python("by_openfisca.py"),
        note: "vecteurs déjà en mémoire, total et éligibilité demandés ; rang de la demande donné ; \
               expliqué : une simulation qui garde sa trace",
    },
    Entrant {
        name: "openfisca-rangs",
        label: "OpenFisca-Core 46, deux rangs",
        by: By::Python("by_openfisca_ranks.py"),
        note: "le même, les deux rangs calculés par numpy, offre par offre, dans ses formules",
    },
    Entrant {
        name: "json-rules-engine",
        label: "json-rules-engine 7.3",
        by: By::Node("by_json_rules.mjs"),
        note: "taux d'effort, ancienneté et sommes en JavaScript, faute d'arithmétique ; rang de la \
               demande donné ; expliqué : les conditions tenues et les autres, en JSON",
    },
    Entrant {
        name: "publicodes",
        label: "publicodes 1.10",
        by: By::Node("by_publicodes.mjs"),
        note: "un candidat : total et éligibilité ; expliqué et par lots : les 19 valeurs, dont l'arbre \
               est toujours construit ; rang de la demande donné ; nombres flottants",
    },
];
