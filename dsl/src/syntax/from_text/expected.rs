//! The French name of each rule of the grammar, and the sentence « attendu …, trouvé … ».
//!
//! Invariant: every rule has a line here (the match is exhaustive), and pest's own English text is
//! never read.

use super::node::Rule;

/// What a rule is to an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wanted {
    /// A word of the language.
    Keyword(&'static str),
    /// A sign.
    Sign(&'static str),
    /// A kind of thing, with its article.
    Thing(&'static str),
    /// Any operator.
    Operator,
    /// The word of an operator, such as `entre`.
    OperatorWord,
    /// The end of the block.
    End,
    /// Not worth saying.
    Nothing,
}

impl Wanted {
    /// Tells whether the rule carries no meaning in the tree: keywords, signs, the end.
    pub(super) fn is_noise(self) -> bool {
        matches!(
            self,
            Self::Keyword(_) | Self::OperatorWord | Self::Sign(_) | Self::End | Self::Nothing
        )
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Keyword(word) | Self::Sign(word) => Some(format!("« {word} »")),
            Self::Thing(thing) => Some(thing.to_owned()),
            Self::Operator | Self::OperatorWord => Some("un opérateur".to_owned()),
            Self::End => Some("la fin de la ligne".to_owned()),
            Self::Nothing => None,
        }
    }
}

/// Lists what was expected: « si », un opérateur ou la fin de la ligne.
pub(super) fn sentence(wanted: &[Wanted]) -> String {
    const SHOWN: usize = 6;
    let mut sorted = wanted.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut words: Vec<String> = sorted.into_iter().filter_map(Wanted::text).collect();
    words.dedup();
    if words.len() > SHOWN {
        words.truncate(SHOWN);
        words.push("autre chose".to_owned());
    }
    match words.split_last() {
        None => "autre chose".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} ou {last}", others.join(", ")),
    }
}

/// The shape of what was due, for its author.
pub(super) fn shape(wanted: Wanted) -> Option<&'static str> {
    let Wanted::Thing(thing) = wanted else { return None };
    match thing {
        "une date" => Some("une date s'écrit 2020-05-02 ou 2 mai 2020"),
        "une période" => Some(
            "une période s'écrit « à partir du 2020-01-01 », « du 2020-01-01 au 2020-12-31 » ou « jusqu'au 2020-12-31 »",
        ),
        "un nom" => Some("un nom est fait de lettres, de chiffres et de « _ », sans espace"),
        "un texte entre guillemets" => Some("un texte s'écrit entre guillemets"),
        "une unité" => Some("par exemple points, km, mois, ans, €/mois, %"),
        "une clause" => Some(
            "une clause commence par son mot : donne, si, sauf si, exige, source, fondement, dit…",
        ),
        "une cellule" => {
            Some("une cellule s'écrit « * », « 3 », « moins de 3 », « de 1 à 3 », « 3 ou plus »")
        }
        _ => None,
    }
}

/// Names a rule.
#[expect(clippy::too_many_lines, reason = "one exhaustive match, a line per rule")]
pub(super) fn describe(rule: Rule) -> Wanted {
    match rule {
        Rule::EOI => Wanted::End,
        Rule::kw_et
        | Rule::kw_ou
        | Rule::kw_parmi
        | Rule::kw_entre
        | Rule::kw_est
        | Rule::kw_n_est
        | Rule::kw_en => Wanted::OperatorWord,
        Rule::comparator
        | Rule::compare_tail
        | Rule::between_tail
        | Rule::one_of_tail
        | Rule::additive
        | Rule::multiplicative
        | Rule::conversion => Wanted::Operator,
        Rule::kw_non => Wanted::Keyword("non"),
        Rule::arrow => Wanted::Sign("=>"),
        Rule::semicolon => Wanted::Sign(";"),
        Rule::colon => Wanted::Sign(":"),
        Rule::equals => Wanted::Sign("="),
        Rule::plus => Wanted::Sign("+"),
        Rule::bar => Wanted::Sign("|"),
        Rule::opening => Wanted::Sign("("),
        Rule::closing => Wanted::Sign(")"),
        Rule::brace_opening => Wanted::Sign("{"),
        Rule::brace_closing => Wanted::Sign("}"),
        Rule::name | Rule::path | Rule::free_path => Wanted::Thing("un nom"),
        Rule::code => Wanted::Thing("un code"),
        Rule::siren => Wanted::Thing("un numéro SIREN"),
        Rule::insee | Rule::code_range => Wanted::Thing("un code INSEE"),
        Rule::count => Wanted::Thing("un nombre entier"),
        Rule::text => Wanted::Thing("un texte entre guillemets"),
        Rule::date => Wanted::Thing("une date"),
        Rule::number | Rule::quantity | Rule::signed_quantity => Wanted::Thing("un nombre"),
        Rule::unit | Rule::unit_base => Wanted::Thing("une unité"),
        Rule::minus
        | Rule::expr_entry
        | Rule::expr
        | Rule::negation
        | Rule::comparison
        | Rule::sum
        | Rule::product
        | Rule::signed
        | Rule::term
        | Rule::group
        | Rule::truth
        | Rule::evaluation_date
        | Rule::known
        | Rule::grid_total
        | Rule::rank
        | Rule::pool_count
        | Rule::list_fold
        | Rule::list_fold_op
        | Rule::aggregate
        | Rule::aggregate_op
        | Rule::reference
        | Rule::call_arguments => Wanted::Thing("une expression"),
        Rule::direction => Wanted::Thing("« croissant » ou « décroissant »"),
        Rule::population => Wanted::Thing("« parmi les candidats »"),
        Rule::everyone => Wanted::Thing("« parmi tous »"),
        Rule::such_that => Wanted::Thing("« tel que »"),
        Rule::over_list => Wanted::Thing("« pour »"),
        Rule::cell_entry
        | Rule::cell
        | Rule::any
        | Rule::otherwise
        | Rule::cell_item
        | Rule::from_to
        | Rule::between_bounds
        | Rule::value_or_range => Wanted::Thing("une cellule"),
        Rule::result_entry | Rule::result | Rule::linear => Wanted::Thing("un résultat"),
        Rule::below | Rule::above | Rule::closed => Wanted::Thing("une borne"),
        Rule::up_to => Wanted::Thing("« à »"),
        Rule::or_more => Wanted::Thing("« ou plus »"),
        Rule::or_less => Wanted::Thing("« ou moins »"),
        Rule::no_value => Wanted::Thing("« pas de valeur »"),
        Rule::enum_row => Wanted::Thing("une ligne « | valeur \"libellé\" »"),
        Rule::sharing_row => Wanted::Thing("une ligne « | choix => partage »"),
        Rule::param_row => Wanted::Thing("une ligne « | période => valeur »"),
        Rule::table_head => Wanted::Thing("un en-tête « | entrée => résultat »"),
        Rule::table_row => Wanted::Thing("une ligne « | cellule => résultat »"),
        Rule::fact_head => Wanted::Thing("un en-tête « | fait | fait | »"),
        Rule::fact_row => Wanted::Thing("une ligne « | valeur | valeur | »"),
        Rule::fact_cell | Rule::missing => Wanted::Thing("une valeur"),
        Rule::sharing_level => Wanted::Thing("« rien », « identification » ou « complet »"),
        Rule::header => Wanted::Thing("un en-tête"),
        Rule::unit_kind => {
            Wanted::Thing("« vocabulaire », « cadre », « politique » ou « classement »")
        }
        Rule::unit_clause
        | Rule::version
        | Rule::uses
        | Rule::scale
        | Rule::applies
        | Rule::applies_if
        | Rule::perimeter
        | Rule::open_criteria
        | Rule::employer_validation
        | Rule::visible
        | Rule::sharing
        | Rule::employer
        | Rule::quota
        | Rule::delegated
        | Rule::field_wanted
        | Rule::offers
        | Rule::grids
        | Rule::order
        | Rule::keeps => Wanted::Thing("une clause de l'unité"),
        Rule::version_label => Wanted::Thing("une version"),
        Rule::in_force
        | Rule::source
        | Rule::legal_basis
        | Rule::cap
        | Rule::floor
        | Rule::hypothesis
        | Rule::reviewed
        | Rule::clause_block
        | Rule::clause
        | Rule::gives
        | Rule::takes
        | Rule::if_clause
        | Rule::unless
        | Rule::requires
        | Rule::at_least
        | Rule::at_most
        | Rule::with
        | Rule::says
        | Rule::else_says => Wanted::Thing("une clause"),
        Rule::period | Rule::from_period | Rule::between_period | Rule::until_period => {
            Wanted::Thing("une période")
        }
        Rule::code_ranges => Wanted::Thing("des codes INSEE"),
        Rule::sharing_by => Wanted::Thing("« selon »"),
        Rule::sharing_size => Wanted::Thing("« identification » ou « complet »"),
        Rule::mandatory => Wanted::Thing("« obligatoire »"),
        Rule::order_key | Rule::order_priority | Rule::order_total | Rule::order_expr => {
            Wanted::Thing("une clé d'ordre")
        }
        Rule::is_unique => Wanted::Thing("« unique »"),
        Rule::arguments => Wanted::Thing("des paramètres entre parenthèses"),
        Rule::argument => Wanted::Thing("un paramètre"),
        Rule::ty => Wanted::Thing("un type"),
        Rule::typed | Rule::maybe_typed => Wanted::Thing("« : » et un type"),
        Rule::enumeration
        | Rule::entity
        | Rule::definition
        | Rule::parameter
        | Rule::table
        | Rule::function
        | Rule::criterion
        | Rule::eligibility
        | Rule::family
        | Rule::slot
        | Rule::guarantee
        | Rule::example => Wanted::Thing("une déclaration"),
        Rule::is_list => Wanted::Thing("« liste »"),
        Rule::field => Wanted::Thing("un champ"),
        Rule::mark
        | Rule::shared
        | Rule::optional
        | Rule::sensitive
        | Rule::protected
        | Rule::unique
        | Rule::cerfa
        | Rule::lever => Wanted::Thing("une marque"),
        Rule::from_csv | Rule::csv_block => Wanted::Thing("« depuis »"),
        Rule::script | Rule::script_block => Wanted::Thing("« rhai »"),
        Rule::retained => Wanted::Thing("« maximum » ou « premier »"),
        Rule::proof => Wanted::Thing("« vérifié » ou « validé »"),
        Rule::verified => Wanted::Thing("« vérifié »"),
        Rule::validated => Wanted::Thing("« validé »"),
        Rule::guarantee_line
        | Rule::guarantee_form
        | Rule::independent
        | Rule::monotone
        | Rule::implies => Wanted::Thing("une garantie"),
        Rule::given_line => Wanted::Thing("un fait"),
        Rule::given_value => Wanted::Thing("« = » et une valeur"),
        Rule::withheld => Wanted::Thing("« non communiqué »"),
        Rule::unknown => Wanted::Thing("« non renseigné »"),
        Rule::none => Wanted::Thing("« aucun »"),
        Rule::expected_line
        | Rule::expected
        | Rule::expected_order
        | Rule::expected_total
        | Rule::expected_range
        | Rule::expected_rank
        | Rule::expected_points
        | Rule::expected_holds => Wanted::Thing("une attente"),
        Rule::candidate | Rule::candidate_id => Wanted::Thing("un candidat"),
        Rule::line_kind => {
            Wanted::Thing("« critère », « tranche », « famille », « éligible » ou « grille »")
        }
        Rule::outcome => Wanted::Thing("des points ou un état"),
        Rule::state => Wanted::Thing("un état"),
        Rule::not_evaluable => Wanted::Thing("« non évaluable »"),
        Rule::WHITESPACE
        | Rule::gap
        | Rule::edge
        | Rule::apos
        | Rule::a_
        | Rule::c_
        | Rule::e_
        | Rule::i_
        | Rule::o_
        | Rule::u_
        | Rule::stop_word
        | Rule::reserved
        | Rule::escape
        | Rule::iso_date
        | Rule::long_date
        | Rule::month
        | Rule::grouped
        | Rule::unit_word
        | Rule::operand_start
        | Rule::primary
        | Rule::word_led
        | Rule::word_of_the_language
        | Rule::fold_word
        | Rule::stop_letters
        | Rule::more_clauses
        | Rule::fold_head
        | Rule::state_not
        | Rule::state_join => Wanted::Nothing,
        Rule::kw_vocabulaire => Wanted::Keyword("vocabulaire"),
        Rule::kw_cadre => Wanted::Keyword("cadre"),
        Rule::kw_politique => Wanted::Keyword("politique"),
        Rule::kw_classement => Wanted::Keyword("classement"),
        Rule::kw_version => Wanted::Keyword("version"),
        Rule::kw_vigueur => Wanted::Keyword("vigueur"),
        Rule::kw_utilise => Wanted::Keyword("utilise"),
        Rule::kw_source => Wanted::Keyword("source"),
        Rule::kw_fondement => Wanted::Keyword("fondement"),
        Rule::kw_sur => Wanted::Keyword("sur"),
        Rule::kw_plafond => Wanted::Keyword("plafond"),
        Rule::kw_plancher => Wanted::Keyword("plancher"),
        Rule::kw_hypothese => Wanted::Keyword("hypothèse"),
        Rule::kw_revoir => Wanted::Keyword("revoir"),
        Rule::kw_relu => Wanted::Keyword("relu"),
        Rule::kw_applique => Wanted::Keyword("applique"),
        Rule::kw_s_applique => Wanted::Keyword("s'applique"),
        Rule::kw_perimetre => Wanted::Keyword("périmètre"),
        Rule::kw_communes => Wanted::Keyword("communes"),
        Rule::kw_sauf => Wanted::Keyword("sauf"),
        Rule::kw_criteres => Wanted::Keyword("critères"),
        Rule::kw_libres => Wanted::Keyword("libres"),
        Rule::kw_exige => Wanted::Keyword("exige"),
        Rule::kw_validation => Wanted::Keyword("validation"),
        Rule::kw_de_l_employeur => Wanted::Keyword("de l'employeur"),
        Rule::kw_visible => Wanted::Keyword("visible"),
        Rule::kw_partage => Wanted::Keyword("partage"),
        Rule::kw_selon => Wanted::Keyword("selon"),
        Rule::kw_champs => Wanted::Keyword("champs"),
        Rule::kw_rien => Wanted::Keyword("rien"),
        Rule::kw_identification => Wanted::Keyword("identification"),
        Rule::kw_complet => Wanted::Keyword("complet"),
        Rule::kw_employeur => Wanted::Keyword("employeur"),
        Rule::kw_siren => Wanted::Keyword("siren"),
        Rule::kw_quota => Wanted::Keyword("quota"),
        Rule::kw_par => Wanted::Keyword("par"),
        Rule::kw_par_an => Wanted::Keyword("par an"),
        Rule::kw_deleguee => Wanted::Keyword("déléguée"),
        Rule::kw_champ => Wanted::Keyword("champ"),
        Rule::kw_complementaire => Wanted::Keyword("complémentaire"),
        Rule::kw_obligatoire => Wanted::Keyword("obligatoire"),
        Rule::kw_propose => Wanted::Keyword("propose"),
        Rule::kw_choix => Wanted::Keyword("choix"),
        Rule::kw_grilles => Wanted::Keyword("grilles"),
        Rule::kw_ordre => Wanted::Keyword("ordre"),
        Rule::kw_priorite => Wanted::Keyword("priorité"),
        Rule::kw_retient => Wanted::Keyword("retient"),
        Rule::kw_candidats => Wanted::Keyword("candidats"),
        Rule::kw_enumeration => Wanted::Keyword("énumération"),
        Rule::kw_entite => Wanted::Keyword("entité"),
        Rule::kw_liste => Wanted::Keyword("liste"),
        Rule::kw_definition => Wanted::Keyword("définition"),
        Rule::kw_parametre => Wanted::Keyword("paramètre"),
        Rule::kw_table => Wanted::Keyword("table"),
        Rule::kw_depuis => Wanted::Keyword("depuis"),
        Rule::kw_fonction => Wanted::Keyword("fonction"),
        Rule::kw_rhai => Wanted::Keyword("rhai"),
        Rule::kw_critere => Wanted::Keyword("critère"),
        Rule::kw_famille => Wanted::Keyword("famille"),
        Rule::kw_tranche => Wanted::Keyword("tranche"),
        Rule::kw_eligible => Wanted::Keyword("éligible"),
        Rule::kw_garantie => Wanted::Keyword("garantie"),
        Rule::kw_exemple => Wanted::Keyword("exemple"),
        Rule::kw_facultatif => Wanted::Keyword("facultatif"),
        Rule::kw_sensible => Wanted::Keyword("sensible"),
        Rule::kw_protege => Wanted::Keyword("protégé"),
        Rule::kw_unique => Wanted::Keyword("unique"),
        Rule::kw_cerfa => Wanted::Keyword("cerfa"),
        Rule::kw_levier => Wanted::Keyword("levier"),
        Rule::kw_vers => Wanted::Keyword("vers"),
        Rule::kw_le => Wanted::Keyword("le"),
        Rule::kw_les => Wanted::Keyword("les"),
        Rule::kw_maximum => Wanted::Keyword("maximum"),
        Rule::kw_minimum => Wanted::Keyword("minimum"),
        Rule::kw_premier => Wanted::Keyword("premier"),
        Rule::kw_donne => Wanted::Keyword("donne"),
        Rule::kw_retire => Wanted::Keyword("retire"),
        Rule::kw_si => Wanted::Keyword("si"),
        Rule::kw_sinon => Wanted::Keyword("sinon"),
        Rule::kw_dit => Wanted::Keyword("dit"),
        Rule::kw_avec => Wanted::Keyword("avec"),
        Rule::kw_moins => Wanted::Keyword("moins"),
        Rule::kw_plus => Wanted::Keyword("plus"),
        Rule::kw_verifie => Wanted::Keyword("vérifié"),
        Rule::kw_valide => Wanted::Keyword("validé"),
        Rule::kw_pour => Wanted::Keyword("pour"),
        Rule::kw_du => Wanted::Keyword("du"),
        Rule::kw_au => Wanted::Keyword("au"),
        Rule::kw_a => Wanted::Keyword("à"),
        Rule::kw_partir => Wanted::Keyword("partir"),
        Rule::kw_jusqu_au => Wanted::Keyword("jusqu'au"),
        Rule::kw_de => Wanted::Keyword("de"),
        Rule::kw_pas => Wanted::Keyword("pas"),
        Rule::kw_valeur => Wanted::Keyword("valeur"),
        Rule::kw_and_bound => Wanted::Keyword("et"),
        Rule::kw_oui => Wanted::Keyword("oui"),
        Rule::kw_dans => Wanted::Keyword("dans"),
        Rule::kw_tel => Wanted::Keyword("tel"),
        Rule::kw_que => Wanted::Keyword("que"),
        Rule::kw_nombre => Wanted::Keyword("nombre"),
        Rule::kw_existe => Wanted::Keyword("existe"),
        Rule::kw_tous => Wanted::Keyword("tous"),
        Rule::kw_somme => Wanted::Keyword("somme"),
        Rule::kw_rang => Wanted::Keyword("rang"),
        Rule::kw_croissant => Wanted::Keyword("croissant"),
        Rule::kw_decroissant => Wanted::Keyword("décroissant"),
        Rule::kw_renseigne => Wanted::Keyword("renseigné"),
        Rule::kw_total => Wanted::Keyword("total"),
        Rule::kw_total_de => Wanted::Keyword("total_de"),
        Rule::kw_date_evaluation => Wanted::Keyword("date_évaluation"),
        Rule::kw_independant => Wanted::Keyword("indépendant"),
        Rule::kw_alors => Wanted::Keyword("alors"),
        Rule::kw_grille => Wanted::Keyword("grille"),
        Rule::kw_aucun => Wanted::Keyword("aucun"),
        Rule::kw_communique => Wanted::Keyword("communiqué"),
        Rule::kw_evaluable => Wanted::Keyword("évaluable"),
        Rule::kw_non_evaluable => Wanted::Keyword("non évaluable"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every keyword of the grammar is in the list that editors are made from, and the other way
    /// round.
    #[test]
    fn the_keyword_list_is_that_of_the_grammar() {
        let list = include_str!("../../../../grammar/keywords.txt");
        let listed: BTreeSet<&str> = list
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .collect();
        // Words that the cut into lines knows, and the grammar does not.
        let layout = ["étant", "donné", "attend"];
        let operators = ["et", "ou", "est", "entre", "parmi", "en", "n'est", "pas"];
        let known: BTreeSet<&str> = Rule::all_rules()
            .iter()
            .filter_map(|rule| match describe(*rule) {
                Wanted::Keyword(word) => Some(word),
                _ => None,
            })
            .flat_map(str::split_whitespace)
            .chain(layout)
            .chain(operators)
            .collect();
        assert_eq!(
            listed.difference(&known).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "not in the grammar"
        );
        assert_eq!(
            known.difference(&listed).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "not in the list"
        );
    }

    #[test]
    fn a_sentence_lists_each_thing_once() {
        let wanted = [Wanted::End, Wanted::Operator, Wanted::Keyword("si"), Wanted::Operator];
        assert_eq!(sentence(&wanted), "« si », un opérateur ou la fin de la ligne");
        assert_eq!(sentence(&[]), "autre chose");
    }
}
