//! The one table of diagnostic codes, with the text that `bareme code E0312` prints.
//!
//! A retired number is never reused. `E01xx` text and syntax, `E02xx` names and units of text,
//! `E03xx` types and units of measure, `E04xx` structure of policies, `E05xx` tables and time,
//! `E06xx` scripts, `E07xx` examples, `E09xx` the recueil; `D0xxx` dossiers; `W0xxx` warnings;
//! `N0xxx` remarks.

use crate::Severity;

/// A diagnostic code, such as `E0312`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// The severity that the code's letter means.
    pub fn severity(self) -> Severity {
        match self.0.as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'N') => Severity::Note,
            _ => Severity::Error,
        }
    }
}

impl Code {
    /// Tells whether a manifest may change its level, or except a unit from it: warnings, and guarantees that
    /// are not decided, which it may want proved.
    pub fn is_adjustable(self) -> bool {
        self.0.starts_with('W') || self == crate::code::GUARANTEE_UNDECIDED
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// What is said of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// Its title, in French.
    pub title: &'static str,
    /// Why it matters and what to do, in French.
    pub explanation: &'static str,
    /// Its page in Markdown and in French, as `docs/codes/` holds it: the title and the explanation,
    /// word for word (a test compares them), then why, a mistake and its mending.
    pub page: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $explanation:literal;)*) => {
        pub(crate) mod constants {
            use super::Code;
            $(#[doc = $title] pub const $name: Code = Code($code);)*
        }
        const TABLE: &[CodeInfo] = &[
            $(CodeInfo {
                code: Code($code),
                title: $title,
                explanation: $explanation,
                page: include_str!(concat!("../../docs/codes/", $code, ".md")),
            },)*
        ];
    };
}

codes! {
    // E01xx: text and syntax
    SYNTAX = "E0101", "écriture inattendue", "Le texte ne suit pas la grammaire à cet endroit. Le message dit ce qui était attendu ; le manuel montre la forme complète de chaque clause.";
    UNKNOWN_KEYWORD = "E0102", "mot-clé inconnu", "Une ligne en première colonne ouvre une déclaration ou une clause de l'unité, une ligne en retrait ouvre une clause de la déclaration : chacune commence par un mot-clé du langage (critère, table, version, donne, si…).";
    UNCLOSED_STRING = "E0103", "texte non fermé", "Un texte entre guillemets se ferme sur la même ligne.";
    BAD_NUMBER = "E0104", "nombre mal écrit", "Le signe décimal est la virgule (31,25) et les milliers se séparent par une espace (1 600).";
    BAD_DATE = "E0105", "date mal écrite", "Une date s'écrit 2020-05-02 ou 2 mai 2020, et doit exister dans le calendrier.";
    MIXED_LOGIC = "E0106", "« et » et « ou » mêlés", "Quand « et » et « ou » se suivent, des parenthèses disent ce qui va ensemble.";
    TOO_DEEP = "E0107", "imbrication trop profonde", "Une expression n'emboîte pas plus de 64 parenthèses ou accolades, ni plus de 200 opérations à la suite. Nommez les parties avec des définitions.";
    BAD_CHARACTER = "E0108", "caractère interdit", "Le texte contient un caractère invisible, de contrôle ou de direction qui pourrait tromper le lecteur.";
    CONFUSABLE_NAME = "E0109", "nom trompeur", "Un nom mêle des alphabets dont les lettres se ressemblent (par exemple un « а » cyrillique) ; deux noms pareils à l'œil seraient différents.";
    TOO_LONG = "E0110", "texte trop long", "Un fichier, un mot, une clause ou un tableau dépasse la taille admise : 1 Mo par fichier, 200 caractères par mot, 20 000 mots et signes d'un seul tenant, 10 000 lignes par tableau.";
    MISPLACED_INDENT = "E0111", "déclaration mal placée", "La première colonne ouvre une déclaration ou une clause de l'unité ; un critère en retrait appartient à la famille ou à la tranche qui le précède.";
    MISSING_HEADER = "E0112", "en-tête absent", "Un fichier de règles commence par vocabulaire, cadre, politique ou classement, suivi de son nom.";
    NOT_UTF8 = "E0113", "fichier qui n'est pas de l'UTF-8", "Enregistrez le fichier en UTF-8.";
    DUPLICATE_CLAUSE = "E0114", "clause répétée", "Cette clause ne s'écrit qu'une fois à cet endroit.";
    BAD_SIREN = "E0115", "SIREN mal écrit", "Le SIREN d'une entreprise a neuf chiffres ; les quatorze chiffres d'un SIRET désignent un de ses établissements.";

    // E02xx: names, units of text
    UNKNOWN_NAME = "E0201", "nom inconnu", "Le nom n'est ni un fait, ni une définition, ni une table, ni un paramètre visible ici. Vérifiez l'orthographe, les accents et la clause « utilise ».";
    DUPLICATE_NAME = "E0202", "nom déjà pris", "Définitions, tables, paramètres et faits partagent un même espace de noms dans une unité ; masquer un nom est une erreur.";
    UNKNOWN_UNIT_OF_TEXT = "E0203", "unité inconnue", "Le vocabulaire, le cadre ou la grille cités n'existent pas dans le recueil.";
    CYCLE = "E0204", "définitions circulaires", "Une définition ne peut pas dépendre d'elle-même, même par l'intermédiaire d'autres.";
    UNKNOWN_VALUE = "E0205", "valeur inconnue de l'énumération", "La valeur n'appartient pas à l'énumération attendue ici.";
    UNKNOWN_TYPE = "E0206", "type inconnu", "Le type n'est ni un type du langage, ni une énumération, ni une entité liste.";
    WRONG_DECLARATION = "E0207", "déclaration non permise ici", "Chaque sorte d'unité a ses déclarations : le manuel en donne le tableau. Une entreprise, par exemple, n'écrit que des critères dans les tranches de son cadre.";
    MISSING_CLAUSE = "E0208", "clause manquante", "Une clause nécessaire manque : version, période, libellé ou condition.";
    UNKNOWN_SLOT = "E0209", "emplacement absent du cadre", "La politique remplit une tranche que son cadre ne prévoit pas.";
    VOCABULARY_NOT_USED = "E0210", "vocabulaire non cité", "La règle lit un fait ou une définition d'un vocabulaire que l'unité ne cite pas. Ajoutez son nom à la clause « utilise ».";
    CHOICE_WITHOUT_SHARING = "E0211", "choix oublié par le partage", "« partage selon » dit ce que transmet chacun des choix : un choix sans ligne ne transmettrait rien, sans que personne l'ait écrit.";
    LEVER_SENTENCE = "E0212", "phrase d'un levier", "La phrase d'un levier dit au demandeur ce qu'il change, et réserve la place de ce qui sera trouvé : « {valeur} » pour un nombre ou un choix quelconque, « {durée} » pour l'attente depuis une date ; « levier vers V » nomme une valeur et n'en réserve pas.";
    NOT_A_LEVER = "E0213", "levier interdit", "Un levier porte sur un fait que le demandeur peut changer et que l'on peut lui conseiller de changer : jamais sur un fait sensible ou protégé, ni sur un champ d'une liste, un texte ou un code.";

    // E03xx: types and units of measure
    TYPE_MISMATCH = "E0301", "type inattendu", "L'expression n'a pas le type attendu à cet endroit.";
    UNIT_MISMATCH = "E0302", "unités différentes", "Deux grandeurs ne s'additionnent ni ne se comparent que dans la même unité. « en €/mois » convertit un montant annuel.";
    NOT_A_LIST = "E0303", "liste attendue", "Les quantificateurs (nombre, existe, tous, somme…) portent sur une entité déclarée « liste ».";
    WRONG_ARITY = "E0304", "nombre d'arguments", "La fonction, la définition ou la table attend un autre nombre d'arguments.";
    NOT_CALLABLE = "E0305", "ce nom ne s'appelle pas", "Seules les fonctions, les définitions et les tables à paramètres prennent des arguments.";
    POOL_NOT_ALLOWED = "E0306", "comparaison entre candidats non permise ici", "L'éligibilité est décidée avant les rangs et n'en lit aucun ; un fait, une définition de vocabulaire et une boucle non plus.";
    POINTS_NOT_WHOLE = "E0307", "points non entiers", "Une ligne qui peut donner une fraction de point doit dire comment arrondir : arrondi_inférieur, arrondi_supérieur, arrondi_commercial ou arrondi_pair.";
    LIST_FIELD = "E0308", "champ d'une liste hors d'une boucle", "Le champ appartient à une liste : dites lequel, par exemple avec « existe(p dans … tel que … ) ».";
    PERCENT_FORGOTTEN = "E0309", "signe « % » oublié", "De deux bornes, une seule porte le signe « % » : 33 sans signe vaudrait 3 300 %. Écrivez « 33 % ».";

    // E04xx: structure of policies
    FRAME_FIXES_POINTS = "E0401", "points fixés par le cadre", "Le cadre fixe les points de chaque tranche : la politique d'une entreprise ne déclare que des conditions.";
    NOT_SHARED = "E0402", "fait non partagé avec l'entreprise", "Le cadre ne transmet jamais ce fait à l'entreprise, quel que soit le choix du salarié : ses critères ne peuvent pas le lire.";
    PROTECTED_FACT = "E0403", "fait protégé", "Un fait protégé ou sensible demande un « fondement », et reste refusé dans la politique d'une entreprise.";
    SCALE_EXCEEDED = "E0404", "échelle dépassée", "La somme des maximums des lignes dépasse l'échelle annoncée par « sur N points ».";
    ORDER_NOT_TOTAL = "E0405", "ordre qui ne départage pas tout", "Un classement doit toujours départager : sa dernière clé est un fait marqué « unique » et aucune clé n'est facultative.";
    COMPLEMENTARY_FIELD = "E0406", "champ complémentaire hors liste", "Les champs complémentaires possibles sont au nombre de cinq : matricule, date_entrée, direction_service, cdii, intéressé_logement_temporaire.";
    CONSENT_SCOPE_SIZE = "E0407", "taille du partage", "Le nombre de faits du niveau de partage ne correspond pas au nombre annoncé.";
    CONSENT_CHOICES = "E0408", "choix proposés", "Une entreprise propose les choix 1 et 2, ou 1 et 3 ; sur demande écrite, 2 ou 3 sans le choix 1.";
    FILLINGS_OVERLAP = "E0409", "deux politiques pour un même cas", "Deux politiques remplissent le même cadre pour les mêmes salariés à la même date.";
    RETRACT_IN_FAMILY = "E0410", "« retire » dans une famille", "Dans une famille une seule ligne compte : un retrait de points n'y a pas de sens.";
    TERRITORY_SOURCE = "E0411", "critère libre sans source", "Dans un cadre à critères libres, chaque critère cite sa source.";
    GUARANTEE_REFUTED = "E0412", "garantie réfutée", "La garantie n'est pas tenue : le message montre pourquoi.";

    // E05xx: tables and time
    VERSIONS_OVERLAP = "E0501", "deux versions le même jour", "Deux versions d'une même unité sont en vigueur le même jour.";
    VERSIONS_GAP = "E0502", "jour sans version", "Entre deux versions d'une même unité, un jour n'en a aucune.";
    BAD_PERIOD = "E0503", "période impossible", "La fin d'une période ne précède pas son début.";
    TABLE_SHAPE = "E0504", "forme du tableau", "Chaque ligne d'un tableau a autant de cellules que son en-tête.";
    TABLE_OVERLAP = "E0505", "lignes qui se recouvrent", "Deux lignes d'un tableau donnent des résultats différents pour une même valeur.";
    LINEAR_ROW = "E0506", "ligne linéaire", "Une ligne linéaire « de P à Q » a exactement une colonne à intervalle borné.";
    BAD_CELL = "E0507", "cellule inattendue", "La cellule ne convient pas au type de sa colonne.";
    CSV_FILE = "E0508", "tableau CSV", "Le fichier du tableau est absent ou mal formé.";

    // E06xx: scripts
    SCRIPT_FILE = "E0601", "script", "Le script est absent, ne se compile pas ou n'a pas la fonction annoncée.";

    // E07xx: examples
    EXAMPLE_FACT = "E0701", "fait d'exemple", "L'exemple cite un fait inconnu ou lui donne une valeur d'un autre type.";
    EXAMPLE_FAILED = "E0702", "exemple non vérifié", "L'évaluation ne donne pas ce que l'exemple attend.";

    // E09xx: the recueil
    MANIFEST = "E0901", "manifeste du recueil", "Le fichier recueil.yaml est absent, mal formé, ou cite un fichier absent.";
    DUPLICATE_UNIT = "E0902", "même unité, même version", "Deux fichiers déclarent la même version d'une même unité.";
    UNUSED_EXCEPTION = "E0903", "exception du manifeste", "Une exception ou un niveau du manifeste cite un code ou un niveau inconnus, ou n'a pas de motif.";

    TOO_COSTLY = "E0904", "évaluation trop coûteuse", "Évaluer cette unité pour un seul candidat demanderait trop d'opérations : des boucles emboîtées, de très grandes tables. L'estimation ne dépend que du texte.";

    // D: dossiers
    DOSSIER_SYNTAX = "D0101", "dossier mal formé", "Le dossier n'est ni du YAML ni du JSON bien formé.";
    DOSSIER_LIMIT = "D0102", "dossier trop grand", "Le dossier dépasse les limites admises de taille, de profondeur ou d'alias.";
    DOSSIER_UNKNOWN_FIELD = "D0201", "champ inconnu", "Le champ n'existe pas dans le vocabulaire du recueil.";
    DOSSIER_TYPE = "D0202", "type inattendu dans le dossier", "La valeur n'a pas le type que le vocabulaire attend.";
    DOSSIER_DUPLICATE = "D0203", "identifiant en double", "Deux candidats portent le même identifiant.";
    DOSSIER_MISSING = "D0204", "élément manquant", "Un élément nécessaire du dossier manque.";
    DOSSIER_RANGE = "D0205", "valeur hors limites", "Le nombre dépasse ce que le moteur calcule exactement, ou il est négatif là où le fait se compte à partir de zéro : des personnes, un montant, une distance, une surface, une durée.";
    DOSSIER_FORM = "D0301", "formulaire refusé", "L'adaptateur du formulaire refuse une case.";

    // W: warnings
    SCALE_NOT_REACHED = "W0101", "échelle jamais atteinte", "La somme des maximums des lignes reste sous l'échelle annoncée.";
    REVIEW_DUE = "W0102", "relecture échue", "La date de revue d'une hypothèse ou d'une relecture est passée.";
    NO_MESSAGE = "W0104", "message laissé au texte généré", "Le critère n'a pas de « dit », ou la condition d'éligibilité pas de « sinon dit » : le demandeur lit une phrase générale.";
    NO_REVIEW_DATE = "W0106", "hypothèse sans date de revue", "Une hypothèse vaut pour un temps : « à revoir le … » dit quand la relire.";
    NO_EXAMPLE = "W0107", "critère sans exemple", "Aucun exemple n'attend ce critère, ni sa famille, ni sa tranche : rien ne montre qu'il donne ce que l'on veut.";
    UNUSED_DECLARATION = "W0108", "déclaration inutile", "Aucune règle n'emploie cette définition, cette table, ce paramètre, cette fonction ou cette énumération. Dans un vocabulaire, un exemple suffit.";
    UNUSED_LOCAL = "W0109", "nom local inutile", "Le nom donné par « avec », ou l'argument, n'est employé nulle part.";
    UNUSED_FIELD = "W0110", "champ que rien ne lit", "Aucune règle ne lit ce champ, et ni « cerfa » ni « source » ne disent d'où il vient : on ne demande pas un fait dont on ne fait rien.";
    DUPLICATE_LABEL = "W0111", "libellé en double", "Deux lignes d'une unité, deux valeurs d'une énumération ou deux champs d'une entité portent le même libellé : qui les lit ne peut pas les distinguer.";
    REPEATED_NUMBER = "W0112", "nombre répété", "Le même nombre, avec son unité, est écrit trois fois ou plus dans les critères d'une unité. Un paramètre le dirait une fois.";
    UNEXPLAINED_ACRONYM = "W0113", "sigle inexpliqué", "Un libellé ou un message montre au demandeur un sigle que le glossaire du recueil n'explique pas.";
    STALE_STAMP = "W0114", "relecture ancienne", "La dernière relecture (« relu le … ») a plus de deux ans, ou est datée d'un jour à venir.";
    FACT_OF_NO_CHOICE = "W0160", "fait qu'aucun choix proposé ne partage", "La politique d'une entreprise lit un fait que ne transmet aucun des choix qu'elle propose (« propose choix ») : il n'est jamais connu. Lisez un fait partagé, ou proposez un choix qui le partage.";
    NEVER_UNDER_CHOICE = "W0161", "critère jamais obtenu sous un choix", "Sous l'un des choix que l'entreprise propose, la condition du critère ne peut jamais être vraie : un fait qu'elle lit n'est pas partagé.";
    FACT_OF_ONE_CHOICE = "W0162", "fait partagé par un seul choix", "Parmi les choix que l'entreprise propose, un seul partage ce fait. Ce n'est pas une faute : « niveaux » le fait dire.";
    NO_SOURCE = "W0103", "critère sans source", "Ni le critère ni son unité ne citent de source.";
    NEVER_GIVES = "W0120", "critère qui ne donne jamais de points", "Aucun dossier ne remplit ce critère dans sa période : sa condition n'est jamais vraie, ou ce qu'il donne est toujours nul. Corrigez la condition, ou retirez le critère.";
    ALWAYS_GIVES = "W0121", "critère qui donne toujours ses points", "Tout dossier complet remplit ce critère : il ne départage personne. Corrigez la condition, ou retirez-la si c'est voulu.";
    CONDITION_IMPLIED = "W0122", "condition inutile", "Dans une suite de « et » ou de « ou », une condition est déjà dite par une autre, ou ne peut être que vraie : elle ne change rien.";
    CONDITION_CONTRADICTED = "W0123", "conditions contradictoires", "Dans une suite de « et », deux conditions ne sont jamais vraies ensemble : la suite n'est jamais vraie.";
    CRITERION_IMPLIED = "W0124", "critère sans effet dans sa tranche", "Chaque fois que ce critère est rempli, un autre critère de la même tranche l'est aussi : comme la tranche ne compte qu'une fois, il n'ajoute rien.";
    VALUE_PAST_PERIOD = "W0125", "valeur employée hors de sa période", "Un paramètre ou un tableau daté n'a aucune ligne en vigueur un jour où une règle l'emploie : ce jour-là, la ligne n'est pas évaluable. Ajoutez la ligne qui manque, ou « pas de valeur ».";
    GRID_NOT_IN_FORCE = "W0126", "renvoi à une grille qui n'est pas en vigueur", "Une condition en vigueur lit le total d'une grille qui n'a aucune version ce jour-là.";
    TABLE_GAP = "W0130", "valeurs sans ligne", "Aucune ligne du tableau ne convient pour des valeurs que les faits peuvent prendre : ce qui en dépend n'est alors pas évaluable. Ajoutez la ligne qui manque, ou une ligne « sinon ».";
    TABLE_GAP_BETWEEN = "W0131", "trou entre deux lignes", "Entre deux lignes qui se suivent, des valeurs n'appartiennent à aucune : « 150 à 199 » puis « 200 à 250 » laissent tomber 199,5. Écrivez la borne une fois comprise et une fois exclue : « de 150 à moins de 200 », puis « de 200 à 250 ».";
    ROW_NEVER_USED = "W0132", "ligne jamais utilisée", "Les lignes au-dessus prennent toutes les valeurs de celle-ci, ou ses valeurs sont impossibles : elle ne sert jamais.";
    ROW_REDUNDANT = "W0133", "ligne sans effet", "Sans cette ligne, les lignes qui suivent donnent le même résultat pour toutes ses valeurs : elle ne change rien.";
    OTHERWISE_NEVER_USED = "W0134", "« sinon » inutile", "Les lignes au-dessus prennent toutes les valeurs possibles : « sinon » ne sert jamais, et cacherait une valeur ajoutée plus tard.";
    TABLE_JUMP = "W0135", "saut à la borne d'une ligne linéaire", "Une ligne linéaire n'arrive pas au résultat de sa voisine : à leur borne commune, un rien fait gagner ou perdre des points d'un coup.";
    BOUND_ON_BOTH_SIDES = "W0190", "borne rangée de deux façons", "Deux règles d'une même grille comparent la même grandeur à la même valeur, et ne rangent pas cette valeur du même côté : « < 30 ans » ici, « ≤ 30 ans » là. Écrivez-les de la même façon, ou montrez par un exemple placé à cette valeur que c'est voulu.";
    ROW_AGAINST_COURSE = "W0191", "ligne à contre-sens de son tableau", "Le long d'une entrée, les résultats du tableau vont tous dans le même sens, sauf ceux de cette ligne : c'est le plus souvent une faute de frappe. Si c'est voulu, une exception du manifeste le dit.";
    UNUSED_EXEMPTION = "W0105", "exception inutile", "L'exception du manifeste ne correspond à aucun avertissement.";

    // N: remarks
    VALUES_END = "N0102", "valeurs écrites jusqu'à une date", "Un tableau daté n'a pas de ligne après cette date, alors que la règle qui l'emploie reste en vigueur. Ajoutez les lignes de la période suivante dès qu'elles sont publiées.";
    OTHERWISE_TAKES = "N0103", "valeurs prises par « sinon »", "Ces valeurs de l'énumération ne sont écrites dans aucune ligne : elles prennent le résultat de « sinon ». C'est peut-être voulu.";
    ROW_LIKE_OTHERWISE = "N0104", "ligne pareille à « sinon »", "Cette ligne donne ce que « sinon » donnerait : elle est peut-être écrite pour la clarté.";
    TABLE_UNDECIDED = "N0105", "tableau non vérifié en entier", "Les lignes de ce tableau se croisent tant que toutes les questions n'ont pas été tranchées.";
    GUARANTEE_PROVED_BY_SOLVER = "N0110", "garantie prouvée par un solveur", "Nos procédures ne décidaient pas cette garantie ; le solveur demandé par « --solveur » montre qu'aucun dossier ne la contredit.";
    GUARANTEE_UNDECIDED = "N0101", "garantie non décidée", "Ni les intervalles ni les dépendances ne suffisent à décider cette garantie.";
}

/// Returns every code with its texts, in the order of the table.
pub fn all_codes() -> &'static [CodeInfo] {
    TABLE
}

/// Returns the texts of a code, whatever its case.
pub fn code_info(code: &str) -> Option<&'static CodeInfo> {
    TABLE.iter().find(|info| info.code.0.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_declared_once() {
        let codes: BTreeSet<_> = TABLE.iter().map(|info| info.code).collect();
        assert_eq!(codes.len(), TABLE.len());
    }

    #[test]
    fn a_code_is_found_in_any_case() {
        assert_eq!(code_info("e0302").map(|info| info.title), Some("unités différentes"));
        assert!(code_info("E9999").is_none());
    }
}
