//! What populations are drawn from: weights and quantiles, each said in `docs/simuler.md`.
//!
//! Weights are shares in any unit; quantiles are at equal steps, the first and the last being the ends.

/// The zones of the ceilings of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Paris and the communes beside it.
    Paris,
    /// The rest of its region.
    Region,
    /// Elsewhere.
    Elsewhere,
}

impl Zone {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Paris => "paris_et_limitrophes",
            Self::Region => "île_de_france",
            Self::Elsewhere => "autres_régions",
        }
    }

    /// How much dearer than elsewhere. Unit: per cent.
    pub(super) fn dearness(self) -> i64 {
        match self {
            Self::Paris => 122,
            Self::Region => 110,
            Self::Elsewhere => 100,
        }
    }
}

pub(super) const ZONES: &[(u64, Zone)] =
    &[(90, Zone::Paris), (290, Zone::Region), (620, Zone::Elsewhere)];

pub(super) const PLACES_NEAR_PARIS: &[(u64, &str)] =
    &[(3, "75113"), (3, "75119"), (3, "75120"), (2, "93048"), (1, "92012"), (1, "94041")];

pub(super) const PLACES_OF_REGION: &[(u64, &str)] =
    &[(3, "93066"), (2, "94028"), (2, "95018"), (2, "77284"), (2, "91228"), (1, "78358")];

pub(super) const PLACES_OF_REGIONS: &[(u64, &str)] = &[
    (2, "69386"),
    (2, "69383"),
    (2, "69388"),
    (2, "69123"),
    (2, "69266"),
    (1, "42218"),
    (2, "31555"),
    (2, "13201"),
    (2, "44109"),
    (2, "59350"),
    (1, "33063"),
    (1, "67482"),
    (1, "38185"),
    (1, "35238"),
];

/// The sizes of dwellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    T1,
    T2,
    T3,
    T4,
    T5,
}

impl Size {
    pub(super) const WEIGHTS: &'static [(u64, Self)] =
        &[(130, Self::T1), (290, Self::T2), (350, Self::T3), (180, Self::T4), (50, Self::T5)];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::T1 => "T1",
            Self::T2 => "T2",
            Self::T3 => "T3",
            Self::T4 => "T4",
            Self::T5 => "T5",
        }
    }

    /// The usual surface. Unit: square metres.
    pub(super) fn surface(self) -> i64 {
        match self {
            Self::T1 => 30,
            Self::T2 => 46,
            Self::T3 => 64,
            Self::T4 => 79,
            Self::T5 => 95,
        }
    }

    /// How many persons those who apply are.
    pub(super) fn persons(self) -> &'static [(u64, i64)] {
        match self {
            Self::T1 => &[(900, 1), (95, 2), (5, 3)],
            Self::T2 => &[(520, 1), (370, 2), (100, 3), (10, 4)],
            Self::T3 => &[(130, 1), (330, 2), (330, 3), (170, 4), (40, 5)],
            Self::T4 => &[(60, 2), (250, 3), (430, 4), (190, 5), (70, 6)],
            Self::T5 => &[(60, 3), (240, 4), (370, 5), (220, 6), (80, 7), (30, 8)],
        }
    }
}

/// How a dwelling was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Funding {
    Plai,
    Plus,
    Pls,
}

impl Funding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plai => "plai",
            Self::Plus => "plus",
            Self::Pls => "pls",
        }
    }

    /// The rent before charges. Unit: cents a square metre a month.
    pub(super) fn rent(self) -> i64 {
        match self {
            Self::Plai => 580,
            Self::Plus => 650,
            Self::Pls => 970,
        }
    }
}

pub(super) const FUNDINGS: &[(u64, Funding)] =
    &[(250, Funding::Plai), (600, Funding::Plus), (150, Funding::Pls)];

/// Ages of those who apply alone or as two. Unit: years, from and to.
pub(super) const AGES_OF_FEW: &[(u64, (i64, i64))] = &[
    (130, (19, 24)),
    (230, (25, 29)),
    (250, (30, 39)),
    (160, (40, 49)),
    (160, (50, 59)),
    (70, (60, 72)),
];

/// Ages of those who apply as three and more.
pub(super) const AGES_OF_MANY: &[(u64, (i64, i64))] =
    &[(20, (21, 24)), (150, (25, 29)), (440, (30, 39)), (300, (40, 49)), (90, (50, 58))];

pub(super) const STATUSES_YOUNG: &[(u64, &str)] = &[
    (430, "cdi"),
    (300, "cdd"),
    (190, "apprenti"),
    (30, "étudiant"),
    (30, "chômage"),
    (20, "agent_public"),
];

pub(super) const STATUSES: &[(u64, &str)] = &[
    (770, "cdi"),
    (120, "cdd"),
    (30, "agent_public"),
    (15, "apprenti"),
    (40, "chômage"),
    (15, "indépendant"),
    (10, "autre"),
];

pub(super) const STATUSES_OLD: &[(u64, &str)] =
    &[(560, "cdi"), (60, "cdd"), (300, "retraité"), (60, "chômage"), (20, "autre")];

/// Net wages of a full time. Unit: cents a month; deciles.
pub(super) const WAGES: &[i64] = &[
    115_000, 131_000, 146_000, 160_000, 175_000, 192_000, 213_000, 240_000, 280_000, 350_000,
    520_000,
];

/// How long applications have waited. Unit: days; deciles.
pub(super) const WAITS: &[i64] = &[0, 45, 110, 190, 290, 420, 580, 800, 1_150, 1_850, 4_300];

/// How long employees have been with their employer. Unit: days; deciles.
pub(super) const SENIORITIES: &[i64] =
    &[5, 120, 300, 560, 900, 1_350, 1_950, 2_800, 4_000, 6_000, 11_000];

/// How far the new work is from the old home. Unit: hundredths of a kilometre; deciles.
pub(super) const DISTANCES: &[i64] =
    &[20, 250, 500, 800, 1_150, 1_600, 2_250, 3_200, 5_200, 11_000, 78_000];

pub(super) const HOMES_YOUNG: &[(u64, &str)] = &[
    (330, "hébergé_famille"),
    (270, "locataire_privé"),
    (90, "résidence_étudiante"),
    (80, "hébergé_particulier"),
    (80, "résidence_sociale"),
    (70, "locataire_hlm"),
    (40, "sous_locataire"),
    (15, "hôtel"),
    (15, "hébergé_structure"),
    (10, "sans_abri"),
];

pub(super) const HOMES: &[(u64, &str)] = &[
    (340, "locataire_privé"),
    (330, "locataire_hlm"),
    (100, "hébergé_famille"),
    (60, "hébergé_particulier"),
    (45, "résidence_sociale"),
    (40, "propriétaire_occupant"),
    (25, "sous_locataire"),
    (20, "logé_gratuitement"),
    (15, "logement_fonction"),
    (10, "hôtel"),
    (8, "hébergé_structure"),
    (7, "sans_abri"),
];

pub(super) const SHARINGS: &[(u64, &str)] =
    &[(120, "anonyme"), (300, "identification"), (520, "accompagné"), (60, "saisie_entreprise")];

pub(super) const VALIDATIONS: &[(u64, &str)] =
    &[(600, "confirmée"), (330, "en_cours"), (70, "refusée")];

pub(super) const COUPLES: &[(u64, &str)] = &[(520, "marié"), (200, "pacsé"), (280, "concubin")];

pub(super) const SINGLES_YOUNG: &[(u64, &str)] = &[(960, "célibataire"), (40, "séparé")];

pub(super) const SINGLES: &[(u64, &str)] =
    &[(560, "célibataire"), (250, "divorcé"), (130, "séparé"), (60, "veuf")];

/// The categories of companies: their share, their name, how many in a thousand contribute.
pub(super) const COMPANIES: &[(u64, (&str, u64))] =
    &[(450, ("pme", 620)), (280, ("eti", 960)), (270, ("ge", 980))];

/// Companies that have rules of their own in `policies/`, by category.
pub(super) const KNOWN_COMPANIES: &[(&str, &[(u64, &str)])] =
    &[("pme", &[(1, "000000018")]), ("eti", &[]), ("ge", &[(1, "420495178"), (1, "000000000")])];
