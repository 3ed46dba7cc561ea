//! The explanation of one candidate's evaluation, as a value: what each view shows and each page
//! draws.
//!
//! Invariants: the lines' points of a grid add up to its points, and the established grids' points
//! to the total, as in the outcome it is made from; it holds nothing of another candidate's facts,
//! only ranks and counts.

use crate::changes::Changes;
use crate::points::Points;
use crate::reasoning::Step;
use crate::report::{Report, Responsible, report};
use crate::since::Since;
use crate::value::{Named, Shown};
use engine::Date;
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// Pour qui l'explication est écrite
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Vue")]
pub enum View {
    /// Le demandeur : ses propres faits
    #[serde(rename = "demandeur")]
    Applicant,
    /// L'entreprise : sa grille seule, et ce que le choix du demandeur partage
    #[serde(rename = "rh")]
    Employer,
    /// Le territoire : sa grille seule, comme si les faits sensibles n'étaient pas communiqués
    #[serde(rename = "territoire")]
    Territory,
    /// L'auditeur : tout
    #[serde(rename = "auditeur")]
    Auditor,
}

impl View {
    /// Tells whether it holds the whole: every grid, the total, what could change.
    pub fn is_whole(self) -> bool {
        match self {
            Self::Applicant | Self::Auditor => true,
            Self::Employer | Self::Territory => false,
        }
    }
}

/// L'explication d'une évaluation
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Explication")]
pub struct Explanation {
    /// Pour qui elle est écrite
    #[serde(rename = "vue")]
    pub view: View,
    /// Le candidat
    #[serde(rename = "candidat")]
    pub candidate: String,
    /// La date d'évaluation
    #[serde(serialize_with = "iso")]
    #[schemars(schema_with = "iso_date")]
    pub date: Date,
    /// Le recueil appliqué
    pub recueil: Identity,
    /// Le classement appliqué ; absent des vues de l'entreprise et du territoire
    #[serde(rename = "classement", skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Rules>,
    /// Le résultat ; absent des vues de l'entreprise et du territoire
    #[serde(rename = "resultat", skip_serializing_if = "Option::is_none")]
    pub headline: Option<Headline>,
    /// Les conditions pour être classé
    #[serde(rename = "eligibilite", skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<Condition>,
    /// Les grilles, dans l'ordre du classement
    #[serde(rename = "grilles")]
    pub grids: Vec<Grid>,
    /// Ce qui a changé depuis une évaluation précédente, quand on le demande
    #[serde(rename = "depuis", skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Ce qui pourrait changer ; absent des vues de l'entreprise et du territoire
    #[serde(rename = "changements", skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// Le rapport de l'article R311-3-1-2, quand on le demande
    #[serde(rename = "rapport", skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// Whether no sensitive fact was known to the evaluation that it is made from.
    #[serde(skip)]
    pub(crate) without_sensitive: bool,
}

impl Explanation {
    /// Adds what changed since another evaluation of the same candidate; who sees one grid alone is not
    /// told.
    #[must_use]
    pub fn with_since(self, since: Since) -> Self {
        Self { since: self.view.is_whole().then_some(since), ..self }
    }

    /// Adds what could change; who sees one grid alone, and would draw from it what is kept from them, is
    /// not told.
    #[must_use]
    pub fn with_changes(self, changes: Changes) -> Self {
        Self { changes: self.view.is_whole().then_some(changes), ..self }
    }

    /// Names who answers for the rules, when the recueil says it.
    #[must_use]
    pub fn with_responsible(mut self, responsible: Option<Responsible>) -> Self {
        self.recueil.responsible = responsible;
        self
    }

    /// Adds the report under the four headings of the law, which is the applicant's to ask for.
    #[must_use]
    pub fn with_report(self) -> Self {
        let report = self.view.is_whole().then(|| report(&self));
        Self { report, ..self }
    }
}

/// Un recueil
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Identite")]
pub struct Identity {
    /// Son nom
    #[serde(rename = "nom")]
    pub name: String,
    /// Son empreinte SHA-256
    #[serde(rename = "empreinte")]
    pub hash: String,
    /// Qui répond de ces règles ; absent quand le recueil ne le dit pas
    #[serde(rename = "responsable", skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Responsible>,
}

impl Identity {
    /// Names a recueil by its name and its hash, before it is said who answers for it.
    pub fn unnamed(name: &str, hash: &str) -> Self {
        Self { name: name.to_owned(), hash: hash.to_owned(), responsible: None }
    }
}

/// Une unité de règles, dans une version
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Regles")]
pub struct Rules {
    /// Le nom de l'unité
    #[serde(rename = "unite")]
    pub unit: String,
    /// Sa version
    pub version: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Les jours où elles sont en vigueur
    #[serde(flatten)]
    pub in_force: InForce,
    /// Les textes appliqués
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// Ce qui fonde une règle
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Fondements")]
pub struct Grounds {
    /// Les textes appliqués
    pub sources: Vec<String>,
    /// Les bases légales
    #[serde(rename = "fondements")]
    pub legal_bases: Vec<String>,
    /// Ce que les textes ne disent pas, et que la règle suppose
    #[serde(rename = "hypotheses")]
    pub hypotheses: Vec<String>,
}

/// Le résultat : total, rang, et ce qu'ils comptent
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Resultat")]
pub struct Headline {
    /// Le total des points
    pub total: Points,
    /// Le plus que l'on puisse avoir ; absent tant qu'une grille n'est pas établie ou n'a pas de
    /// maximum
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
    /// Le moins et le plus que vaudra le total, une fois connus les faits qui manquent
    #[serde(rename = "intervalle")]
    pub range: Range,
    /// Si toutes les conditions d'éligibilité sont remplies
    #[serde(rename = "eligible")]
    pub eligible: Truth,
    /// Si le candidat a postulé
    #[serde(rename = "a_postule")]
    pub applies: bool,
    /// Le rang parmi les candidatures déposées
    #[serde(rename = "rang", skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// Le rang si tous les candidats éligibles postulaient
    #[serde(rename = "si_tous_postulent", skip_serializing_if = "Option::is_none")]
    pub if_all_apply: Option<Rank>,
    /// Si la candidature est parmi celles que le classement propose
    #[serde(rename = "propose")]
    pub kept: bool,
    /// Combien le classement en propose au plus
    #[serde(rename = "propose_au_plus", skip_serializing_if = "Option::is_none")]
    pub keeps: Option<u32>,
    /// Les autres candidatures au même total, et ce qui les départage
    #[serde(rename = "egalite", skip_serializing_if = "Option::is_none")]
    pub tie: Option<Tie>,
}

/// Un rang, parmi combien, avec quel total
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Rang")]
pub struct Rank {
    /// Le rang, à partir de 1
    #[serde(rename = "rang")]
    pub rank: u32,
    /// Parmi combien
    #[serde(rename = "sur")]
    pub of: u32,
    /// Le total dans ce classement
    pub total: Points,
}

impl Rank {
    /// Returns a candidate's rank among those of a pool; absent when it has none.
    pub(crate) fn among(
        ranks: impl Iterator<Item = Option<u32>>,
        own: Option<u32>,
        total: engine::Exact,
    ) -> Option<Self> {
        let ranked = ranks.flatten().count();
        let of = u32::try_from(ranked).unwrap_or(u32::MAX);
        own.map(|rank| Self { rank, of, total: Points(total) })
    }
}

/// Une égalité de points
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Egalite")]
pub struct Tie {
    /// Combien d'autres candidatures ont le même total
    #[serde(rename = "autres")]
    pub others: u32,
    /// Ce qui départage, dans l'ordre
    #[serde(rename = "departage")]
    pub keys: Vec<String>,
}

/// Le moins et le plus ; une borne absente est sans limite
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Intervalle")]
pub struct Range {
    /// Le moins
    #[serde(rename = "min", skip_serializing_if = "Option::is_none")]
    pub low: Option<Points>,
    /// Le plus
    #[serde(rename = "max", skip_serializing_if = "Option::is_none")]
    pub high: Option<Points>,
}

impl Range {
    /// Tells whether it holds one value only.
    pub fn is_one(self) -> bool {
        self.low.is_some() && self.low == self.high
    }
}

impl From<engine::Range> for Range {
    fn from(range: engine::Range) -> Self {
        Self { low: range.low.map(Points), high: range.high.map(Points) }
    }
}

/// Vrai, faux, ou indéterminé faute d'un fait
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Verite")]
pub enum Truth {
    /// Vrai
    #[serde(rename = "oui")]
    Yes,
    /// Faux
    #[serde(rename = "non")]
    No,
    /// On ne sait pas
    #[serde(rename = "indetermine")]
    Unknown,
}

impl From<engine::Truth> for Truth {
    fn from(truth: engine::Truth) -> Self {
        match truth {
            engine::Truth::Yes => Self::Yes,
            engine::Truth::No => Self::No,
            engine::Truth::Unknown => Self::Unknown,
        }
    }
}

/// Pourquoi
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Motif")]
pub struct Motif {
    /// Le code
    #[schemars(schema_with = "motif_codes")]
    #[serde(serialize_with = "motif_word")]
    pub code: engine::MotifCode,
    /// Les faits en cause : entité.champ, ou le nom d'une liste
    #[serde(rename = "faits")]
    pub facts: Vec<Named>,
    /// La phrase : celle de la règle quand elle en a une
    #[serde(rename = "texte")]
    pub text: String,
    /// De qui est la phrase
    #[serde(rename = "voix")]
    pub voice: Voice,
    /// Le choix de partage qui tait un fait à l'entreprise
    #[serde(rename = "choix", skip_serializing_if = "Option::is_none")]
    pub choice: Option<Shown>,
    /// Pourquoi le calcul est impossible
    #[serde(skip)]
    #[schemars(skip)]
    pub error: Option<engine::EvalError>,
    /// Les points avant plafond ou plancher
    #[serde(rename = "avant_ecretement", skip_serializing_if = "Option::is_none")]
    pub raw: Option<Points>,
}

/// De qui est une phrase
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Voix")]
pub enum Voice {
    /// De la règle : « dit » ou « sinon dit »
    #[serde(rename = "regle")]
    Rule,
    /// Du programme
    #[serde(rename = "programme")]
    Program,
}

/// Une grille
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Grille")]
pub struct Grid {
    /// Son nom
    pub id: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Si c'est la grille de l'entreprise : celle qui ne lit que ce que le demandeur partage
    #[serde(rename = "de_l_entreprise")]
    pub of_employer: bool,
    /// Si c'est la grille du territoire : celle dont les versions ont un périmètre
    #[serde(rename = "du_territoire")]
    pub of_territory: bool,
    /// La politique ou le cadre qui l'a donnée
    #[serde(rename = "regles", skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
    /// La politique qui remplit le cadre
    #[serde(rename = "remplie_par", skip_serializing_if = "Option::is_none")]
    pub filling: Option<Rules>,
    /// Si elle a des points
    #[serde(rename = "etat")]
    pub state: GridState,
    /// Ce qu'elle regarde avant ses lignes : le choix de partage, la validation de l'employeur
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Si elle s'applique (« s'applique si »)
    #[serde(rename = "s_applique", skip_serializing_if = "Option::is_none")]
    pub applies: Option<Step>,
    /// Pourquoi elle n'en a pas
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motif: Option<Motif>,
    /// Ses points ; absents si elle n'est pas établie
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Son maximum
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
    /// Le moins et le plus qu'elle vaudra
    #[serde(rename = "intervalle", skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Ses lignes, zéros compris
    #[serde(rename = "lignes")]
    pub lines: Vec<Line>,
}

/// État d'une grille : seule une grille établie a des points
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EtatDeGrille")]
pub enum GridState {
    /// Elle a des points
    #[serde(rename = "etabli")]
    Established,
    /// Pas encore établie
    #[serde(rename = "non_etabli")]
    NotEstablished,
    /// Elle ne concerne pas ce candidat ou ce logement
    #[serde(rename = "sans_objet")]
    NotApplicable,
    /// Un fait manque pour savoir si elle s'applique
    #[serde(rename = "indetermine")]
    Indeterminate,
}

impl From<engine::GridState> for GridState {
    fn from(state: engine::GridState) -> Self {
        match state {
            engine::GridState::Established => Self::Established,
            engine::GridState::NotEstablished => Self::NotEstablished,
            engine::GridState::NotApplicable => Self::NotApplicable,
            engine::GridState::Indeterminate => Self::Indeterminate,
        }
    }
}

/// État d'une ligne
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EtatDeLigne")]
pub enum LineState {
    /// Des points, ou une condition remplie
    #[serde(rename = "obtenu")]
    Obtained,
    /// Aucun point
    #[serde(rename = "non_obtenu")]
    NotObtained,
    /// Un fait manque
    #[serde(rename = "non_evaluable")]
    NotEvaluable,
    /// Une preuve ou une validation est attendue
    #[serde(rename = "en_attente")]
    Pending,
    /// Limité par un plafond, ou relevé par un plancher
    #[serde(rename = "plafonne")]
    Capped,
}

impl From<engine::LineState> for LineState {
    fn from(state: engine::LineState) -> Self {
        match state {
            engine::LineState::Obtained => Self::Obtained,
            engine::LineState::NotObtained => Self::NotObtained,
            engine::LineState::NotEvaluable => Self::NotEvaluable,
            engine::LineState::Pending => Self::Pending,
            engine::LineState::Capped => Self::Capped,
        }
    }
}

/// Une ligne d'une grille
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Ligne")]
pub struct Line {
    /// Son nom
    pub id: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
    /// Les jours où elle vaut, quand elle n'est pas de toute la vie de sa grille
    #[serde(rename = "en_vigueur", skip_serializing_if = "InForce::is_always")]
    pub in_force: InForce,
    /// Les preuves qu'elle demande
    #[serde(rename = "exige", skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Required>,
    /// La famille de lignes dont elle est, et laquelle compte
    #[serde(rename = "famille", skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// Son état
    #[serde(rename = "etat")]
    pub state: LineState,
    /// Ses points
    pub points: Points,
    /// Le plus qu'elle peut donner
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
    /// Le moins et le plus qu'elle vaudra ; absent quand tout est connu
    #[serde(rename = "intervalle", skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Pourquoi
    pub motif: Motif,
    /// Ce que l'on a regardé
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Le raisonnement
    #[serde(rename = "raisonnement", skip_serializing_if = "Reasoning::is_empty")]
    pub reasoning: Reasoning,
    /// Les critères d'une tranche : un seul rempli suffit
    #[serde(rename = "criteres", skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Condition>,
    /// Si elle dépend des autres candidats : elle peut changer si d'autres postulent
    #[serde(rename = "relatif", skip_serializing_if = "std::ops::Not::not")]
    pub relative: bool,
    /// Les arrondis que la règle demande et qui ont changé un nombre
    #[serde(rename = "arrondis", skip_serializing_if = "Vec::is_empty")]
    pub rounded: Vec<Rounded>,
}

/// Une famille de lignes dont une seule compte, ou qui a un plafond
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Famille")]
pub struct Family {
    /// Son nom
    pub id: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Laquelle compte
    #[serde(rename = "retient")]
    pub retains: Retains,
}

/// Quelle ligne d'une famille compte
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Retient")]
pub enum Retains {
    /// La meilleure
    #[serde(rename = "maximum")]
    Maximum,
    /// La première dont la condition est remplie
    #[serde(rename = "premier")]
    First,
}

/// Un nombre avant et après un arrondi
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NombreArrondi")]
pub struct Rounded {
    /// Avant
    #[serde(rename = "avant")]
    pub before: Shown,
    /// Après
    #[serde(rename = "apres")]
    pub after: Shown,
}

/// Le raisonnement d'une ligne ou d'une condition
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Raisonnement")]
pub struct Reasoning {
    /// La condition
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Step>,
    /// L'exception (« sauf si »)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<Step>,
    /// Ce que la ligne donne ou retire
    #[serde(rename = "montants", skip_serializing_if = "Vec::is_empty")]
    pub amounts: Vec<Amount>,
    /// « au moins »
    #[serde(rename = "au_moins", skip_serializing_if = "Option::is_none")]
    pub floor: Option<Step>,
    /// « au plus »
    #[serde(rename = "au_plus", skip_serializing_if = "Option::is_none")]
    pub cap: Option<Step>,
}

impl Reasoning {
    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Iterates over its steps, outermost only.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let amounts = self
            .amounts
            .iter()
            .flat_map(|it| it.condition.iter().chain(std::iter::once(&it.amount)));
        let bounds = self.floor.iter().chain(&self.cap);
        self.condition.iter().chain(&self.exception).chain(amounts).chain(bounds)
    }
}

/// Des points donnés ou retirés (négatifs), et leur condition
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Montant")]
pub struct Amount {
    /// Leur condition
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Step>,
    /// Les points
    #[serde(rename = "points")]
    pub amount: Step,
}

/// Une condition : d'éligibilité, ou un critère d'une tranche
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Condition")]
pub struct Condition {
    /// Son nom
    pub id: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
    /// Les preuves qu'elle demande
    #[serde(rename = "exige", skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Required>,
    /// Si elle est remplie
    #[serde(rename = "remplie")]
    pub truth: Truth,
    /// Pourquoi
    pub motif: Motif,
    /// Ce que l'on a regardé
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Le raisonnement
    #[serde(rename = "raisonnement", skip_serializing_if = "Reasoning::is_empty")]
    pub reasoning: Reasoning,
}

/// Un fait regardé par une règle
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Fait")]
pub struct Fact {
    /// entité.champ
    #[serde(rename = "fait")]
    pub path: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Pour un fait d'une liste, la liste
    #[serde(rename = "liste", skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Sa valeur, ou celle de chaque élément d'une liste
    #[serde(rename = "valeurs")]
    pub values: Vec<Known>,
    /// La case du formulaire
    #[serde(rename = "case", skip_serializing_if = "Option::is_none")]
    pub form_box: Option<String>,
}

/// La valeur d'un fait, d'où elle vient et comment elle est établie
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ValeurDeFait")]
pub struct Known {
    /// La valeur, telle que la règle l'a vue
    #[serde(rename = "valeur")]
    pub value: Shown,
    /// Comment elle est établie, quand elle est connue
    #[serde(rename = "preuve", skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// Qui l'a validée
    #[serde(rename = "validateur", skip_serializing_if = "Option::is_none")]
    pub validator: Option<String>,
    /// D'où elle vient
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Quand elle a été établie
    #[serde(serialize_with = "iso_or_none", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "iso_date")]
    pub date: Option<Date>,
}

/// Une preuve demandée
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PreuveDemandee")]
pub struct Required {
    /// À quel point
    #[serde(rename = "preuve")]
    pub proof: Proof,
    /// Par qui, pour une validation
    #[serde(rename = "par", skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Des jours ; une borne absente est sans limite
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Periode")]
pub struct InForce {
    /// Le premier
    #[serde(
        rename = "du",
        serialize_with = "iso_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "iso_date")]
    pub from: Option<Date>,
    /// Le dernier
    #[serde(
        rename = "au",
        serialize_with = "iso_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "iso_date")]
    pub to: Option<Date>,
}

impl From<engine::Period> for InForce {
    fn from(period: engine::Period) -> Self {
        Self { from: period.from, to: period.to }
    }
}

impl InForce {
    /// Tells whether it holds every day.
    fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// Comment un fait est établi
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Preuve")]
pub enum Proof {
    /// Déclaré par le demandeur
    #[serde(rename = "declare")]
    Declared,
    /// Vérifié sur pièce
    #[serde(rename = "verifie")]
    Verified,
    /// Validé
    #[serde(rename = "valide")]
    Validated,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
pub(crate) fn iso<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde asks for"
)]
pub(crate) fn iso_or_none<S: Serializer>(
    date: &Option<Date>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn iso_date(_: &mut SchemaGenerator) -> schemars::Schema {
    json_schema!({ "type": "string", "format": "date" })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn motif_word<S: Serializer>(code: &engine::MotifCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.word())
}

fn motif_codes(_: &mut SchemaGenerator) -> schemars::Schema {
    let words: Vec<&str> = engine::MotifCode::WORDS.iter().map(|(_, word)| *word).collect();
    json_schema!({ "type": "string", "enum": words })
}
