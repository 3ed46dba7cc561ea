//! What `registre` and `recu` answer.

use registry::checkpoint::PublicKey;
use registry::receipt::{Proved, Receipt, ReceiptError};
use registry::tree::Head;
use registry::verify::Report;
use registry::{Recorded, State, Unsealed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Réponse de « bareme registre … » et de « bareme recu … », selon la commande
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ReponseDuRegistre")]
pub enum RegistryAnswer {
    /// registre creer
    Created(Created),
    /// registre etat
    Told(Told),
    /// registre enregistrer, un dossier
    One(Recording),
    /// registre enregistrer, plusieurs dossiers
    Many(Vec<Recording>),
    /// registre verifier
    Verified(Verified),
    /// registre prouver
    Proof(Proof),
    /// registre checkpoint
    Continued(Continued),
    /// registre effacer, cloturer, deposer
    Done(Done),
    /// registre purger
    Purged(PurgeAnswer),
    /// registre exporter, importer
    Carried(Carried),
    /// recu verifier
    Checked(Box<CheckedReceipt>),
}

/// Un registre créé, ou déjà là
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Creation")]
pub struct Created {
    /// Le nom du journal
    pub journal: String,
    /// Sa clé publique, à donner à qui vérifie
    pub cle_publique: String,
    /// Si les clés viennent d'être tirées
    pub cles_tirees: bool,
}

/// Ce que contient un registre
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Etat")]
pub struct Told {
    /// Le nom du journal
    pub journal: String,
    /// Nombre d'entrées
    pub taille: u64,
    /// Le dernier point de contrôle ; null avant le premier
    pub point_de_controle: Option<Tip>,
    /// Nombre d'entrées par type
    pub entrees: BTreeMap<String, u64>,
    /// Recueils gardés
    pub recueils: u64,
    /// Candidatures dont les valeurs sont là
    pub candidatures: u64,
    /// Candidatures effacées
    pub effacees: u64,
    /// Quotas des entreprises
    pub quotas: Vec<QuotaTold>,
}

/// Ce que dit un point de contrôle
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PointDeControle")]
pub struct Tip {
    /// Nombre d'entrées
    pub taille: u64,
    /// Racine de l'arbre, en base64
    pub racine: String,
}

/// L'état d'un quota
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Quota")]
pub struct QuotaTold {
    /// L'entreprise
    pub siren: String,
    /// La période
    pub periode: String,
    /// Points réservés
    pub reserves: String,
    /// Points accordés
    pub accordes: String,
}

/// Une décision enregistrée
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Enregistrement")]
pub struct Recording {
    /// Identifiant de la décision
    pub decision: String,
    /// Sa place dans le journal, à partir de 0
    pub entree: u64,
    /// Si elle était déjà là, sous la même clé de requête
    pub deja: bool,
    /// Date d'évaluation
    pub date: String,
    /// Empreinte du recueil
    pub recueil: String,
    /// Ce qui a été enregistré, dans l'ordre du classement
    pub candidats: Vec<Ranked>,
}

/// Un candidat d'une décision enregistrée
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CandidatEnregistre")]
pub struct Ranked {
    /// Son identifiant dans le dossier ; null s'il est effacé
    pub id: Option<String>,
    /// Son rang ; null s'il n'est pas classé
    pub rang: Option<u32>,
    /// Son total
    pub total: String,
    /// S'il est retenu
    pub retenu: bool,
    /// Le fichier de son reçu ; null si aucun n'est demandé
    pub recu: Option<String>,
}

/// Ce que vérifier a trouvé
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Controle")]
pub struct Verified {
    /// Si tout a été relu
    pub complet: bool,
    /// Nombre d'entrées
    pub entrees: u64,
    /// Décisions relues
    pub decisions: u64,
    /// Points de contrôle comparés
    pub points_de_controle: u64,
    /// Entrées que rien de signé ne dit encore
    pub non_couvertes: u64,
    /// Ce qui ne va pas, dans l'ordre du journal
    pub fautes: Vec<String>,
}

/// La preuve qu'une décision est dans le journal
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Preuve")]
pub struct Proof {
    /// Identifiant de la décision
    pub decision: String,
    /// Sa place dans le journal
    pub index: u64,
    /// L'entrée, dont les octets sont hachés
    pub texte: String,
    /// Les empreintes voisines, de la feuille à la racine, en base64
    pub preuve: Vec<String>,
    /// Le point de contrôle signé
    pub point_de_controle: String,
}

/// Le dernier point de contrôle, pour un témoin
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Suite")]
pub struct Continued {
    /// Nombre d'entrées déjà vu par le témoin ; null au premier
    pub depuis: Option<u64>,
    /// La preuve que le journal d'alors est le début de celui-ci, en base64
    pub preuve: Vec<String>,
    /// Le point de contrôle signé
    pub point_de_controle: String,
}

/// Un acte inscrit au journal
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Acte")]
pub struct Done {
    /// Identifiant de l'entrée ; null si rien n'est inscrit
    pub id: Option<String>,
    /// Sa place dans le journal
    pub entree: Option<u64>,
}

/// Ce que les règles de conservation ont effacé, ou effaceraient
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Purge")]
pub struct PurgeAnswer {
    /// Le jour auquel ce qui est échu est jugé
    pub date: String,
    /// Si rien n'est effacé
    pub essai: bool,
    /// Par règle, dans leur ordre
    pub regles: Vec<PurgedRule>,
    /// L'entrée du journal qui le dit
    pub entree: Option<u64>,
}

/// Une règle de conservation
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RegleDeConservation")]
pub struct PurgedRule {
    /// La règle
    pub regle: String,
    /// Candidatures échues
    pub echues: u64,
}

/// Un registre écrit ou lu
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Transport")]
pub struct Carried {
    /// Entrées du journal
    pub entrees: u64,
    /// Décisions relues à l'import ; null à l'export
    pub decisions: Option<u64>,
    /// Lignes écrites à l'export ; null à l'import
    pub lignes: Option<u64>,
}

/// Ce que prouve un reçu, ou le premier maillon qui ne tient pas
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecuVerifie")]
pub struct CheckedReceipt {
    /// S'il tient
    pub valide: bool,
    /// Le maillon qui ne tient pas : forme, point_de_controle, journal, decision, fait, resultat ;
    /// null s'il tient
    pub maillon: Option<String>,
    /// Pourquoi ; null s'il tient
    pub motif: Option<String>,
    /// Ce qui est prouvé ; null s'il ne tient pas
    pub prouve: Option<ProvedReceipt>,
}

/// Ce que prouve un reçu
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Prouve")]
pub struct ProvedReceipt {
    /// Le nom du journal
    pub journal: String,
    /// Sa taille au point de contrôle
    pub taille: u64,
    /// Identifiant de la décision
    pub decision: String,
    /// Sa place dans le journal
    pub entree: u64,
    /// Quand elle a été enregistrée
    pub instant: String,
    /// Date d'évaluation
    pub date: String,
    /// Finalité
    pub finalite: String,
    /// Qui a demandé
    pub par: String,
    /// Si elle propose ou décide
    pub mode: String,
    /// Empreinte du recueil
    pub recueil: String,
    /// Combien de candidats
    pub candidats: u64,
    /// Le total
    pub total: String,
    /// Le rang ; null si le candidat n'est pas classé
    pub rang: Option<u32>,
    /// Si le candidat est retenu
    pub retenu: bool,
    /// Les faits, par chemin
    pub faits: BTreeMap<String, serde_json::Value>,
}

impl Told {
    /// Makes the answer.
    pub fn new(key: &PublicKey, state: &State, head: Option<Head>) -> Self {
        let quota =
            |((siren, periode), quota): (&(String, String), &registry::ledger::Quota)| QuotaTold {
                siren: siren.clone(),
                periode: periode.clone(),
                reserves: explain::points::decimal(quota.reserved),
                accordes: explain::points::decimal(quota.granted),
            };
        Self {
            journal: key.name().to_owned(),
            taille: state.size(),
            point_de_controle: head.map(Tip::of),
            entrees: state.entries.iter().map(|(kind, n)| (kind.word().to_owned(), *n)).collect(),
            recueils: state.recueils,
            candidatures: state.applications,
            effacees: state.erased,
            quotas: state.quotas.iter().map(quota).collect(),
        }
    }
}

impl Tip {
    fn of(head: Head) -> Self {
        Self { taille: head.size, racine: head.root.to_string() }
    }
}

impl Recording {
    /// Makes the answer from what the registry holds: what was recorded, and nothing computed since.
    pub fn new(
        recorded: &Recorded,
        decision: &registry::StoredDecision,
        candidates: &[(registry::entry::CandidateRecord, Unsealed)],
    ) -> Self {
        let ranked = |(record, values): &(registry::entry::CandidateRecord, Unsealed)| Ranked {
            id: match values {
                Unsealed::Whole(sealed, _) => Some(sealed.application.clone()),
                Unsealed::Erased { .. } => None,
            },
            rang: record.rank,
            total: record.total.clone(),
            retenu: record.kept,
            recu: None,
        };
        Self {
            decision: recorded.id.clone(),
            entree: recorded.index,
            deja: recorded.again,
            date: decision.said.content.date.clone(),
            recueil: decision.said.content.recueil.clone(),
            candidats: candidates.iter().map(ranked).collect(),
        }
    }

    /// Puts the candidates in the order of the ranking, those without a rank last.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.candidats.sort_by_key(|one| one.rang.unwrap_or(u32::MAX));
        self
    }
}

impl Verified {
    /// Makes the answer.
    pub fn new(report: &Report, complete: bool) -> Self {
        Self {
            complet: complete,
            entrees: report.entries,
            decisions: report.decisions,
            points_de_controle: report.checkpoints,
            non_couvertes: report.uncovered,
            fautes: report.faults.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Done {
    /// Makes the answer.
    pub fn of(recorded: &Recorded) -> Self {
        Self { id: Some(recorded.id.clone()), entree: Some(recorded.index) }
    }
}

impl CheckedReceipt {
    /// Makes the answer for a receipt that holds.
    pub fn held(
        receipt: &Receipt,
        key: &PublicKey,
        proved: &Proved,
    ) -> Result<Self, serde_json::Error> {
        let content = &proved.decision.content;
        let fact = |(path, opened): (&String, &registry::receipt::Opened<_>)| {
            Ok((path.clone(), serde_json::to_value(&opened.value)?))
        };
        let facts: Result<_, serde_json::Error> = receipt.facts.iter().map(fact).collect();
        let proved = ProvedReceipt {
            journal: key.name().to_owned(),
            taille: proved.head.size,
            decision: proved.decision.id.clone(),
            entree: receipt.decision.index,
            instant: proved.decision.instant.clone(),
            date: content.date.clone(),
            finalite: content.purpose.clone(),
            par: content.par.clone(),
            mode: match content.mode {
                registry::entry::Mode::Proposition => "proposition",
                registry::entry::Mode::Automatique => "automatique",
            }
            .to_owned(),
            recueil: content.recueil.clone(),
            candidats: content.candidates.count,
            total: proved.record.total.clone(),
            rang: proved.record.rank,
            retenu: proved.record.kept,
            faits: facts?,
        };
        Ok(Self { valide: true, maillon: None, motif: None, prouve: Some(proved) })
    }

    /// Makes the answer for one that does not.
    pub fn refused(error: &ReceiptError) -> Self {
        Self {
            valide: false,
            maillon: Some(error.link().to_owned()),
            motif: Some(error.to_string()),
            prouve: None,
        }
    }
}
