//! What `comparer` answers.

use crate::check::Kind;
use crate::evaluation::Versioned;
use crate::found::Location;
use crate::judged::Judged;
use analysis::compare::{
    Answer, Change, ChangeKind, Comparison, Days, Effect, Given, Outcome, Presence, SubjectKind,
    UnitChanges, Verdict, Version, Whose, Witness, Wording,
};
use engine::{FactState, Period, Schema, show};
use explain::Points;
use schemars::JsonSchema;
use serde::Serialize;
use source::{Sources, Span};

/// Ce qui change entre deux versions de règles
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Comparaison")]
pub struct ComparisonAnswer {
    /// Les unités qui changent, par genre, nom et période
    unites: Vec<UnitAnswer>,
    /// Les scripts et adaptateurs qui changent ; ce qu'ils calculent n'est pas comparé
    scripts: Vec<Script>,
    /// Combien de versions d'unités ont été comparées
    comparees: usize,
    /// Empreintes des deux recueils
    empreintes: Hashes,
}

/// Les empreintes des deux recueils ; la même quand ce sont deux versions d'un seul
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Empreintes")]
struct Hashes {
    avant: String,
    apres: String,
}

/// Un script qui change
#[derive(Debug, Serialize, JsonSchema)]
struct Script {
    chemin: String,
    etat: State,
}

/// Ce que devient une chose
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Devenir")]
enum State {
    Ajoute,
    Supprime,
    Change,
}

/// Une unité qui change
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UniteComparee")]
struct UnitAnswer {
    genre: Kind,
    etat: State,
    /// La version d'avant ; null si l'unité est ajoutée
    avant: Option<VersionAnswer>,
    /// La version d'après ; null si elle est supprimée
    apres: Option<VersionAnswer>,
    /// Les jours comparés ; null si l'unité est ajoutée ou supprimée
    jours: Option<DaysAnswer>,
    changements: Vec<ChangeAnswer>,
}

/// Une version d'une unité
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VersionComparee")]
struct VersionAnswer {
    nom: String,
    libelle: String,
    version: String,
    /// Premier jour en vigueur ; null si ouvert
    du: Option<String>,
    /// Dernier jour en vigueur ; null si ouvert
    au: Option<String>,
    lieu: Location,
}

/// Les jours comparés
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JoursCompares")]
struct DaysAnswer {
    /// Faux quand les deux versions ne sont jamais en vigueur le même jour : ce sont alors les jours de la
    /// seconde, comme si la première l'était encore
    communs: bool,
    du: Option<String>,
    au: Option<String>,
}

/// Un changement
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Changement")]
struct ChangeAnswer {
    sujet: SubjectAnswer,
    quoi: What,
    /// Pour « renomme » : le nom d'avant
    #[serde(skip_serializing_if = "Option::is_none")]
    ancien_nom: Option<String>,
    /// Pour « poids » : les points d'avant et d'après
    #[serde(skip_serializing_if = "Option::is_none")]
    poids: Option<Weights>,
    /// Ce qui était écrit, ligne par ligne
    avant: Vec<String>,
    /// Ce qui est écrit
    apres: Vec<String>,
    /// Dans le recueil d'avant
    lieu_avant: Option<Location>,
    /// Dans le recueil d'après
    lieu_apres: Option<Location>,
    /// Les définitions, tables, paramètres et fonctions, ou le cadre, d'où vient le changement quand le texte est le même
    par: Vec<String>,
    /// Ce que les dossiers y gagnent et y perdent ; null pour ce qui ne donne pas de points
    effet: Option<EffectAnswer>,
}

/// Les points d'avant et d'après
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Poids")]
struct Weights {
    avant: Points,
    apres: Points,
}

/// Ce qui change
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Sujet")]
struct SubjectAnswer {
    genre: Subject,
    nom: String,
    libelle: Option<String>,
    /// La famille, la tranche ou l'entité autour
    dans: Option<String>,
}

/// Genre de ce qui change
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "GenreDeSujet")]
enum Subject {
    Unite,
    Critere,
    Famille,
    Tranche,
    Eligibilite,
    Definition,
    Parametre,
    Table,
    Fonction,
    Enumeration,
    Champ,
    Garantie,
}

impl From<SubjectKind> for Subject {
    fn from(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::Unit => Self::Unite,
            SubjectKind::Criterion => Self::Critere,
            SubjectKind::Family => Self::Famille,
            SubjectKind::Tranche => Self::Tranche,
            SubjectKind::Eligibility => Self::Eligibilite,
            SubjectKind::Definition => Self::Definition,
            SubjectKind::Parameter => Self::Parametre,
            SubjectKind::Table => Self::Table,
            SubjectKind::Function => Self::Fonction,
            SubjectKind::Enumeration => Self::Enumeration,
            SubjectKind::Field => Self::Champ,
            SubjectKind::Guarantee => Self::Garantie,
        }
    }
}

/// Ce qui en change
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Quoi")]
enum What {
    Ajoute,
    Supprime,
    Renomme,
    /// Dans une autre famille ou tranche
    Deplace,
    /// Dans un autre ordre, là où l'ordre compte
    Reordonne,
    Libelle,
    Commentaire,
    Dit,
    SinonDit,
    Sources,
    Fondements,
    Hypotheses,
    Condition,
    /// D'une constante à une autre
    Poids,
    Points,
    Preuve,
    Periode,
    Retient,
    Bornes,
    Echelle,
    Perimetre,
    Partage,
    Validation,
    Employeurs,
    Grilles,
    Ordre,
    Retenus,
    Calcul,
    Lignes,
    Declaration,
    Script,
    Clauses,
}

impl From<&ChangeKind> for What {
    fn from(kind: &ChangeKind) -> Self {
        match kind {
            ChangeKind::Added => Self::Ajoute,
            ChangeKind::Removed => Self::Supprime,
            ChangeKind::Renamed(_) => Self::Renomme,
            ChangeKind::Moved => Self::Deplace,
            ChangeKind::Reordered => Self::Reordonne,
            ChangeKind::Reworded(Wording::Label) => Self::Libelle,
            ChangeKind::Reworded(Wording::Documentation) => Self::Commentaire,
            ChangeKind::Reworded(Wording::Says) => Self::Dit,
            ChangeKind::Reworded(Wording::ElseSays) => Self::SinonDit,
            ChangeKind::Reworded(Wording::Sources) => Self::Sources,
            ChangeKind::Reworded(Wording::LegalBases) => Self::Fondements,
            ChangeKind::Reworded(Wording::Hypotheses) => Self::Hypotheses,
            ChangeKind::Condition => Self::Condition,
            ChangeKind::Reweighted(..) => Self::Poids,
            ChangeKind::Points => Self::Points,
            ChangeKind::Proof => Self::Preuve,
            ChangeKind::Period => Self::Periode,
            ChangeKind::Retains => Self::Retient,
            ChangeKind::Bounds => Self::Bornes,
            ChangeKind::Scale => Self::Echelle,
            ChangeKind::Perimeter => Self::Perimetre,
            ChangeKind::Sharing => Self::Partage,
            ChangeKind::Validation => Self::Validation,
            ChangeKind::Employers => Self::Employeurs,
            ChangeKind::Grids => Self::Grilles,
            ChangeKind::Order => Self::Ordre,
            ChangeKind::Keeps => Self::Retenus,
            ChangeKind::Value => Self::Calcul,
            ChangeKind::Rows => Self::Lignes,
            ChangeKind::Marks => Self::Declaration,
            ChangeKind::Script => Self::Script,
            ChangeKind::Clause => Self::Clauses,
        }
    }
}

/// Ce qu'un changement fait aux dossiers
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Effet")]
struct EffectAnswer {
    verdict: Said,
    /// Si un dossier y gagne : une condition s'ouvre, ou des points de plus
    gains: AnswerOf,
    /// Si un dossier y perd
    pertes: AnswerOf,
}

/// Un effet en un mot
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "VerdictDeComparaison")]
enum Said {
    /// Personne n'y gagne ni n'y perd
    Meme,
    /// Des dossiers y gagnent, aucun n'y perd
    Affaibli,
    /// Des dossiers y perdent, aucun n'y gagne
    Renforce,
    /// Des dossiers y gagnent, d'autres y perdent
    Incomparable,
    /// Aucun dossier n'y perd ; rien ne montre qu'un y gagne
    AuPlusAffaibli,
    /// Aucun dossier n'y gagne ; rien ne montre qu'un y perd
    AuPlusRenforce,
    /// Des dossiers y gagnent ; le reste n'est pas tranché
    DesGains,
    /// Des dossiers y perdent ; le reste n'est pas tranché
    DesPertes,
    /// Rien n'est prouvé ni montré
    NonTranche,
}

impl From<Verdict> for Said {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Same => Self::Meme,
            Verdict::Weakened => Self::Affaibli,
            Verdict::Strengthened => Self::Renforce,
            Verdict::Incomparable => Self::Incomparable,
            Verdict::AtMostWeakened => Self::AuPlusAffaibli,
            Verdict::AtMostStrengthened => Self::AuPlusRenforce,
            Verdict::SomeGain => Self::DesGains,
            Verdict::SomeLose => Self::DesPertes,
            Verdict::Undecided => Self::NonTranche,
        }
    }
}

/// Si cela arrive à un dossier
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reponse")]
struct AnswerOf {
    reponse: Told,
    /// Pour « jamais » : de quels dossiers c'est prouvé
    #[serde(skip_serializing_if = "Option::is_none")]
    dossiers: Option<Files>,
    /// Pour « montre » : un dossier
    #[serde(skip_serializing_if = "Option::is_none")]
    temoin: Option<WitnessAnswer>,
}

/// Ce qui est su
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Su")]
enum Told {
    /// C'est prouvé
    Jamais,
    /// Un dossier le montre
    Montre,
    /// Ni prouvé ni montré
    Ouvert,
}

/// Des dossiers
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Dossiers")]
enum Files {
    /// Tous, quoi qu'il y manque
    Tous,
    /// Ceux dont les faits sont connus
    Complets,
}

/// Un dossier qui reçoit autre chose avant et après
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Temoin")]
struct WitnessAnswer {
    /// Date d'évaluation
    date: String,
    /// Faits du dossier, dans l'ordre du vocabulaire ; les listes et les autres candidats sont dans l'exemple
    faits: Vec<FactAnswer>,
    avant: OutcomeAnswer,
    apres: OutcomeAnswer,
    /// Pour un cadre : la politique qui le remplit, dans le fichier de laquelle l'exemple se colle
    #[serde(skip_serializing_if = "Option::is_none")]
    remplissage: Option<Versioned>,
    /// Le même en exemple, qui tient avant et échoue après ; null si l'un des deux ne connaît pas ses faits
    exemple: Option<String>,
}

/// Un fait d'un dossier
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FaitDeTemoin")]
struct FactAnswer {
    /// entité.champ
    fait: String,
    /// Sa valeur en français ; null s'il manque
    texte: Option<String>,
}

/// Ce que reçoit un dossier
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Recu")]
struct OutcomeAnswer {
    /// État de la ligne, de la condition ou de la grille ; null quand les règles n'ont rien de ce nom
    etat: Option<&'static str>,
    /// Points de la ligne
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Points>,
    /// Les candidats retenus, dans l'ordre
    #[serde(skip_serializing_if = "Option::is_none")]
    ordre: Option<Vec<String>>,
    /// Total de la grille ou du classement ; null s'il n'est pas établi
    total: Option<Points>,
}

/// Makes the answer.
pub fn comparison(comparison: &Comparison, recueils: (Judged<'_>, Judged<'_>)) -> ComparisonAnswer {
    let sources = (recueils.0.sources(), recueils.1.sources());
    let scripts = comparison.scripts.iter();
    ComparisonAnswer {
        unites: comparison
            .units
            .iter()
            .map(|unit| unit_changes(unit, &comparison.schema, sources))
            .collect(),
        scripts: scripts
            .map(|script| Script { chemin: script.path.clone(), etat: state(script.kind) })
            .collect(),
        comparees: comparison.compared,
        empreintes: Hashes {
            avant: recueils.0.files.hash.clone(),
            apres: recueils.1.files.hash.clone(),
        },
    }
}

fn state(presence: Presence) -> State {
    match presence {
        Presence::Added => State::Ajoute,
        Presence::Removed => State::Supprime,
        Presence::Changed => State::Change,
    }
}

fn unit_changes(unit: &UnitChanges, schema: &Schema, sources: (&Sources, &Sources)) -> UnitAnswer {
    let state = match (&unit.before, &unit.after) {
        (None, _) => State::Ajoute,
        (Some(_), None) => State::Supprime,
        (Some(_), Some(_)) => State::Change,
    };
    let changes = unit.changes.iter();
    UnitAnswer {
        genre: unit.kind.into(),
        etat: state,
        avant: unit.before.as_ref().map(|it| version(it, sources.0)),
        apres: unit.after.as_ref().map(|it| version(it, sources.1)),
        jours: days(unit.days),
        changements: changes.map(|one| change(one, schema, sources)).collect(),
    }
}

fn version(version: &Version, sources: &Sources) -> VersionAnswer {
    let (from, to) = ends(version.period);
    VersionAnswer {
        nom: version.unit.clone(),
        libelle: version.label.clone(),
        version: version.version.clone(),
        du: from,
        au: to,
        lieu: Location::of(version.span, sources),
    }
}

fn ends(period: Period) -> (Option<String>, Option<String>) {
    (period.from.map(|day| day.to_string()), period.to.map(|day| day.to_string()))
}

fn days(days: Days) -> Option<DaysAnswer> {
    let (common, period) = match days {
        Days::Common(period) => (true, period),
        Days::Following(period) => (false, period),
        Days::Alone => return None,
    };
    let (from, to) = ends(period);
    Some(DaysAnswer { communs: common, du: from, au: to })
}

fn change(change: &Change, schema: &Schema, sources: (&Sources, &Sources)) -> ChangeAnswer {
    let place =
        |span: Option<Span>, sources: &Sources| span.map(|span| Location::of(span, sources));
    let subject = &change.subject;
    ChangeAnswer {
        sujet: SubjectAnswer {
            genre: subject.kind.into(),
            nom: subject.name.clone(),
            libelle: subject.label.clone(),
            dans: subject.within.clone(),
        },
        quoi: (&change.kind).into(),
        ancien_nom: match &change.kind {
            ChangeKind::Renamed(name) => Some(name.clone()),
            _ => None,
        },
        poids: match change.kind {
            ChangeKind::Reweighted(from, to) => {
                Some(Weights { avant: Points(from), apres: Points(to) })
            }
            _ => None,
        },
        avant: change.before.clone(),
        apres: change.after.clone(),
        lieu_avant: place(change.before_at, sources.0),
        lieu_apres: place(change.after_at, sources.1),
        par: change.through.clone(),
        effet: change.effect.as_ref().map(|it| effect(it, schema)),
    }
}

fn effect(effect: &Effect, schema: &Schema) -> EffectAnswer {
    EffectAnswer {
        verdict: effect.verdict().into(),
        gains: answer(&effect.gains, schema),
        pertes: answer(&effect.losses, schema),
    }
}

fn answer(answer: &Answer, schema: &Schema) -> AnswerOf {
    let (reponse, dossiers) = match answer {
        Answer::Never(Whose::Every) => (Told::Jamais, Some(Files::Tous)),
        Answer::Never(Whose::Complete) => (Told::Jamais, Some(Files::Complets)),
        Answer::Shown(_) => (Told::Montre, None),
        Answer::Open => (Told::Ouvert, None),
    };
    AnswerOf { reponse, dossiers, temoin: answer.witness().map(|it| witness(it, schema)) }
}

fn witness(witness: &Witness, schema: &Schema) -> WitnessAnswer {
    let first = witness.pool.candidates.first();
    let facts = first.into_iter().flat_map(|candidate| &candidate.case.facts);
    let said = |(field, fact): (&engine::FieldId, &engine::Fact)| {
        let ty = schema.field(*field)?.ty;
        let texte = match &fact.state {
            FactState::Known(value) => Some(show(value, ty, schema)),
            FactState::Missing | FactState::Withheld => None,
        };
        Some(FactAnswer { fait: schema.path(*field), texte })
    };
    WitnessAnswer {
        date: witness.pool.date.to_string(),
        faits: facts.filter_map(said).collect(),
        avant: outcome(&witness.before),
        apres: outcome(&witness.after),
        remplissage: witness.filling.as_ref().map(Versioned::of),
        exemple: witness.example.clone(),
    }
}

fn outcome(outcome: &Outcome) -> OutcomeAnswer {
    let total = outcome.total.map(Points);
    let (points, ordre) = match &outcome.given {
        Given::Line(_, points) => (Some(Points(*points)), None),
        Given::Order(ids) => (None, Some(ids.clone())),
        Given::Condition(_) | Given::Grid(_) | Given::Nothing => (None, None),
    };
    let etat = outcome.given.state();
    OutcomeAnswer { etat, points, ordre, total }
}
