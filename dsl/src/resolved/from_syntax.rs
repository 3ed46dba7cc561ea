//! Syntax trees to the resolved recueil.
//!
//! Reads each unit's clauses into its record, refuses what its kind may not say (the matrix of the
//! manual), and checks versions against one another.

use super::measure;
use super::schema;
use super::timeline;
use super::tree::{CompanyClauses, Declared, OrderKey, Recueil, Unit, UnitId};
use crate::syntax::parse;
use crate::syntax::tree::{
    self as syntax, Declaration, DeclarationKind, Quantity, SharingLevel, UnitClause,
    UnitClauseKind, UnitKind,
};
use engine::{Exact, Period, Sharing, Type};
use source::{Checked, Diagnostic, FileId, SourceFile, Span, code, nearest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Resolves the units that others may stand on: versions by name, and the schema of facts.
///
/// Errors: `E02xx` names.
pub(crate) fn resolve(units: Vec<Arc<Unit>>) -> Checked<Recueil> {
    let mut out = Vec::new();
    let mut recueil = index(units);
    for unit in recueil.units.iter().filter(|unit| unit.kind == UnitKind::Vocabulary) {
        let names = unit.broken.iter().filter_map(|broken| broken.name.as_ref());
        recueil.broken_names.extend(names.map(|name| name.text.clone()));
    }
    schema::build(&mut recueil, &mut out);
    Checked::new(Some(recueil), out)
}

/// Resolves all units together, the schema being known of those that others stand on: versions and
/// uses.
///
/// Errors: `E02xx` names, `E05xx` versions.
pub(crate) fn join(base: Recueil, units: Vec<Arc<Unit>>) -> Checked<Recueil> {
    let Recueil { units, by_name, .. } = index(units);
    let recueil = Recueil { units, by_name, ..base };
    let mut out = Vec::new();
    timeline::check_versions(&recueil, &mut out);
    check_references(&recueil, &mut out);
    Checked::new(Some(recueil), out)
}

/// Finds the versions of each unit, in order of their periods.
pub(crate) fn index(units: Vec<Arc<Unit>>) -> Recueil {
    let mut recueil = Recueil { units, ..Recueil::default() };
    for (id, unit) in (0u32..).map(UnitId).zip(&recueil.units) {
        recueil.by_name.entry(unit.name.text.clone()).or_default().push(id);
    }
    for ids in recueil.by_name.values_mut() {
        ids.sort_by_key(|id| recueil.units.get(id.0 as usize).map(|unit| unit.period.from));
    }
    recueil
}

/// Reads the clauses of one unit, by itself.
///
/// Errors: `E0114` a clause said twice, `E0208` a clause due, the matrix, `E0503` periods.
pub fn read(file: syntax::Unit, out: &mut Vec<Diagnostic>) -> Unit {
    let mut unit = Unit {
        kind: file.kind,
        doc: file.doc,
        label: file.name.label(file.label.as_ref()),
        name: file.name,
        version: String::new(),
        period: Period::default(),
        period_span: file.span,
        uses: Vec::new(),
        applies: None,
        sources: Vec::new(),
        legal_bases: Vec::new(),
        hypotheses: Vec::new(),
        reviews: Vec::new(),
        bounds: None,
        applies_if: None,
        perimeter: None,
        of_frame: None,
        company: CompanyClauses::default(),
        of_ranking: None,
        sharing_sizes: Vec::new(),
        declared: Declared::Here(Vec::new()),
        broken: file.broken,
        span: file.span,
    };
    let mut reader =
        ClauseReader { seen: BTreeMap::new(), has_version: false, has_period: false, out };
    let applies = file.clauses.iter().any(|c| matches!(c.kind, UnitClauseKind::Applies(_)));
    for clause in file.clauses {
        reader.read(clause, &mut unit, applies);
    }
    let ClauseReader { has_version, has_period, .. } = reader;
    if !has_version && !unit.is_broken("version") {
        out.push(missing(unit.span, &unit.name.text, "version", "version 2019.1"));
    }
    if !has_period && !unit.is_broken("en") {
        let example = "en vigueur à partir du 2019-07-01";
        out.push(missing(unit.span, &unit.name.text, "en vigueur", example));
    }
    let mut declarations = file.declarations;
    declarations.retain(|declaration| allowed(unit.kind, applies, declaration, out));
    unit.declared = Declared::Here(declarations);
    unit.shrink();
    unit
}

/// Reads again what a unit declares, from a text that was read before: what there is to say of it
/// was said then.
pub(super) fn declarations(id: FileId, file: &SourceFile) -> Vec<Declaration> {
    let parsed = parse(id, &file.text).value;
    match parsed.map(|unit| read(unit, &mut Vec::new()).declared) {
        Some(Declared::Here(declarations)) => declarations,
        Some(Declared::Written(_)) | None => Vec::new(),
    }
}

fn missing(span: Span, unit: &str, clause: &str, example: &str) -> Diagnostic {
    Diagnostic::new(
        code::MISSING_CLAUSE,
        span,
        format!("« {unit} » n'a pas de clause « {clause} »"),
    )
    .with_help(format!("ajoutez par exemple « {example} »"))
}

/// The fields of `emploi` that a company may ask for: five, and no more.
pub const COMPLEMENTARY_FIELDS: [&str; 5] =
    ["matricule", "date_entrée", "direction_service", "cdii", "intéressé_logement_temporaire"];

struct ClauseReader<'a> {
    seen: BTreeMap<&'static str, Span>,
    has_version: bool,
    has_period: bool,
    out: &'a mut Vec<Diagnostic>,
}

impl ClauseReader<'_> {
    /// Reads one clause into the unit.
    fn read(&mut self, clause: UnitClause, unit: &mut Unit, applies: bool) {
        let span = clause.span;
        let rule = clause_rule(&clause.kind);
        if !rule.kinds.allow(unit.kind, applies) {
            self.out.push(
                Diagnostic::new(
                    code::WRONG_DECLARATION,
                    span,
                    format!(
                        "« {} » n'a pas sa place dans {}",
                        rule.word,
                        kind_name(unit.kind, applies)
                    ),
                )
                .with_help(format!(
                    "cette clause appartient à {} : supprimez-la ici",
                    rule.kinds.describe()
                ))
                .with_edit(span, ""),
            );
            return;
        }
        if let (Once::Once, Some(first)) = (rule.once, self.seen.insert(rule.word, span)) {
            self.out.push(
                Diagnostic::new(
                    code::DUPLICATE_CLAUSE,
                    span,
                    format!("« {} » est déjà dit", rule.word),
                )
                .with_label(first, "une première fois ici"),
            );
            return;
        }
        self.store(clause.kind, span, unit);
    }

    fn store(&mut self, kind: UnitClauseKind, span: Span, unit: &mut Unit) {
        match kind {
            UnitClauseKind::Version(label) => {
                self.has_version = true;
                unit.version = label;
            }
            UnitClauseKind::InForce(period) => {
                self.has_period = true;
                unit.period_span = period.span;
                unit.period = self.period(&period);
            }
            UnitClauseKind::Uses(names) => unit.uses.extend(names),
            UnitClauseKind::Source(text) => unit.sources.push(text),
            UnitClauseKind::LegalBasis(text) => unit.legal_bases.push(text),
            UnitClauseKind::Scale(quantity) => {
                unit.bounds().scale = self.placed_points(&quantity, span);
            }
            UnitClauseKind::Cap(quantity) => {
                unit.bounds().cap = self.placed_points(&quantity, span);
            }
            UnitClauseKind::Floor(quantity) => {
                unit.bounds().floor = self.placed_points(&quantity, span);
            }
            UnitClauseKind::Hypothesis(hypothesis) => unit.hypotheses.push(hypothesis),
            UnitClauseKind::Reviewed(date) => unit.reviews.push((date, span)),
            UnitClauseKind::Applies(name) => unit.applies = Some(name),
            UnitClauseKind::AppliesIf(condition) => unit.applies_if = Some(condition),
            UnitClauseKind::Perimeter(perimeter) => {
                let ranges = perimeter.included.iter().chain(&perimeter.excluded);
                for range in ranges.filter(|range| range.from.text > range.to.text) {
                    let message = "les bornes de cette suite de communes sont inversées";
                    let span = range.from.span.to(range.to.span);
                    self.out.push(Diagnostic::new(code::BAD_CELL, span, message));
                }
                let said = (perimeter.included, perimeter.excluded, span);
                unit.perimeter = Some(Box::new(said));
            }
            UnitClauseKind::OpenCriteria => unit.frame_mut().open = true,
            UnitClauseKind::RequiresEmployerValidation => {
                unit.frame_mut().requires_validation = Some(span);
            }
            UnitClauseKind::Visible(paths) => unit.frame_mut().visible.extend(paths),
            UnitClauseKind::SharingBy(choice, rows) => {
                unit.frame_mut().sharing = Some((choice, rows));
            }
            UnitClauseKind::SharingSize(level, size) => {
                unit.sharing_sizes.push((sharing(level), size, span));
            }
            UnitClauseKind::Employer(sirens) => {
                for siren in &sirens {
                    self.check_siren(siren);
                }
                unit.company.sirens.extend(sirens);
            }
            UnitClauseKind::Quota(quantity) => unit.company.quota = self.points(&quantity),
            UnitClauseKind::DelegatedValidation => unit.company.delegated = Some(span),
            UnitClauseKind::ComplementaryField(name, _) => self.complementary(name, unit),
            UnitClauseKind::OffersChoices(choices) => self.choices(choices, span, unit),
            UnitClauseKind::Grids(names) => unit.ranking_mut().grids.extend(names),
            UnitClauseKind::Order(keys) => {
                unit.ranking_mut().order_span = Some(span);
                unit.ranking_mut().order = keys
                    .into_iter()
                    .map(|key| OrderKey {
                        key: key.key,
                        direction: key.direction,
                        unique: key.unique,
                        span: key.span,
                    })
                    .collect();
            }
            UnitClauseKind::Keeps(count) => unit.ranking_mut().keeps = Some(count),
        }
    }

    fn period(&mut self, written: &syntax::Period) -> Period {
        read_period(written, self.out)
    }

    fn points(&mut self, written: &Quantity) -> Option<Exact> {
        read_points(written, self.out)
    }

    /// Reads points with the place of their clause.
    fn placed_points(&mut self, written: &Quantity, clause: Span) -> Option<(Exact, Span)> {
        self.points(written).map(|points| (points, clause))
    }

    /// Refuses a number that cannot be a SIREN: the policy would apply to nobody. Errors: `E0115`.
    fn check_siren(&mut self, siren: &syntax::Name) {
        const SIREN: usize = 9;
        const SIRET: usize = 14;
        let digits: String = siren.text.chars().filter(char::is_ascii_digit).collect();
        if digits.len() == SIREN {
            return;
        }
        let message = format!("un SIREN a {SIREN} chiffres, trouvé {}", digits.len());
        let fault = Diagnostic::new(code::BAD_SIREN, siren.span, message);
        self.out.push(match digits.get(..SIREN).filter(|_| digits.len() == SIRET) {
            Some(start) => fault
                .with_help(format!(
                    "c'est un SIRET : son SIREN est « {start} », ses neuf premiers chiffres"
                ))
                .with_edit(siren.span, start),
            None => fault.with_help("recopiez le SIREN de l'entreprise, neuf chiffres"),
        });
    }

    fn complementary(&mut self, name: syntax::Name, unit: &mut Unit) {
        if COMPLEMENTARY_FIELDS.contains(&name.text.as_str()) {
            unit.company.complementary.push(name);
        } else {
            // The field meant counts as asked for: reading it is no second mistake.
            let meant = nearest(&name.text, COMPLEMENTARY_FIELDS);
            let meant = meant.map(|near| syntax::Name { text: near.to_owned(), span: name.span });
            unit.company.complementary.extend(meant);
            self.out.push(
                Diagnostic::new(
                    code::COMPLEMENTARY_FIELD,
                    name.span,
                    format!("« {} » n'est pas un champ complémentaire", name.text),
                )
                .with_suggestion(&name.text, COMPLEMENTARY_FIELDS)
                .with_help(format!(
                    "les cinq champs possibles : {}",
                    COMPLEMENTARY_FIELDS.join(", ")
                )),
            );
        }
    }

    fn choices(&mut self, choices: Vec<u32>, span: Span, unit: &mut Unit) {
        const OFFERS: [&[u32]; 5] = [&[1, 2], &[1, 3], &[2], &[3], &[1, 3, 4]];
        if OFFERS.contains(&choices.as_slice()) {
            unit.company.choices = choices;
        } else {
            self.out.push(
                Diagnostic::new(
                    code::CONSENT_CHOICES,
                    span,
                    "combinaison de choix non proposée aux salariés",
                )
                .with_help("écrivez « propose choix 1 et 2 » ou « propose choix 1 et 3 »"),
            );
        }
    }
}

/// Reads a period. Errors: `E0503`.
pub(crate) fn read_period(written: &syntax::Period, out: &mut Vec<Diagnostic>) -> Period {
    let period = Period { from: written.from, to: written.to };
    if let (Some(from), Some(to)) = (period.from, period.to)
        && to < from
    {
        out.push(
            Diagnostic::new(
                code::BAD_PERIOD,
                written.span,
                format!("la période finit le {to}, avant de commencer le {from}"),
            )
            .with_help("écrivez la première date d'abord")
            .with_edit(written.span, format!("du {to} au {from}")),
        );
        return Period { from: Some(to), to: Some(from) };
    }
    period
}

/// Reads a number of points. Errors: `E0302`.
pub(crate) fn read_points(written: &Quantity, out: &mut Vec<Diagnostic>) -> Option<Exact> {
    let points = Some(engine::Unit::points());
    match measure::quantity(written) {
        Ok(measured) if measured.ty_unit() == points && !measured.value.is_whole() => {
            let message = "attendu un nombre entier de points";
            out.push(Diagnostic::new(code::POINTS_NOT_WHOLE, written.span, message));
            None
        }
        Ok(measured) if measured.ty_unit() == points => Some(measured.value),
        Ok(measured) => {
            let found = match measured.ty {
                Type::Number(unit, _) => unit.to_string(),
                _ => String::new(),
            };
            out.push(
                Diagnostic::new(
                    code::UNIT_MISMATCH,
                    written.span,
                    format!("attendu un nombre de points, trouvé « {found} »"),
                )
                .with_help("écrivez par exemple « 240 points »")
                .with_edits(points_edit(written, measured.ty_unit())),
            );
            None
        }
        Err(diagnostic) => {
            out.push(diagnostic);
            None
        }
    }
}

/// Adds « points » to a number that has no unit.
pub(crate) fn points_edit(written: &Quantity, unit: Option<engine::Unit>) -> Option<source::Edit> {
    let end = Span { start: written.span.end, ..written.span };
    let bare = unit.is_some_and(engine::Unit::is_none);
    bare.then(|| source::Edit { span: end, text: " points".to_owned() })
}

/// The sharing level of the syntax, as the engine's.
pub(crate) fn sharing(level: SharingLevel) -> Sharing {
    match level {
        SharingLevel::Nothing => Sharing::Nothing,
        SharingLevel::Identification => Sharing::Identification,
        SharingLevel::Complete => Sharing::Complete,
    }
}

#[derive(Clone, Copy)]
enum Once {
    Once,
    Many,
}

/// Which kinds of unit may hold a clause or a declaration.
#[derive(Clone, Copy)]
pub(crate) enum Kinds {
    All,
    Vocabulary,
    Frame,
    Policy,
    Filling,
    Grids,
    Ranking,
    Scoring,
}

impl Kinds {
    fn allow(self, kind: UnitKind, applies: bool) -> bool {
        match self {
            Self::All => true,
            Self::Vocabulary => kind == UnitKind::Vocabulary,
            Self::Frame => kind == UnitKind::Frame,
            Self::Policy => kind == UnitKind::Policy,
            Self::Filling => kind == UnitKind::Policy && applies,
            Self::Grids => kind == UnitKind::Policy || kind == UnitKind::Frame,
            Self::Ranking => kind == UnitKind::Ranking,
            Self::Scoring => kind != UnitKind::Vocabulary,
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::All => "toutes les unités",
            Self::Vocabulary => "un vocabulaire",
            Self::Frame => "un cadre",
            Self::Policy => "une politique",
            Self::Filling => "une politique qui applique un cadre",
            Self::Grids => "une politique ou un cadre",
            Self::Ranking => "un classement",
            Self::Scoring => "une politique, un cadre ou un classement",
        }
    }
}

/// Says of which kind a unit is.
pub(super) fn kind_name(kind: UnitKind, applies: bool) -> &'static str {
    match kind {
        UnitKind::Vocabulary => "un vocabulaire",
        UnitKind::Frame => "un cadre",
        UnitKind::Policy if applies => "une politique qui applique un cadre",
        UnitKind::Policy => "une politique",
        UnitKind::Ranking => "un classement",
    }
}

struct ClauseRule {
    word: &'static str,
    kinds: Kinds,
    once: Once,
}

fn clause_rule(kind: &UnitClauseKind) -> ClauseRule {
    let (word, kinds, once) = match kind {
        UnitClauseKind::Version(_) => ("version", Kinds::All, Once::Once),
        UnitClauseKind::InForce(_) => ("en vigueur", Kinds::All, Once::Once),
        UnitClauseKind::Uses(_) => ("utilise", Kinds::All, Once::Once),
        UnitClauseKind::Source(_) => ("source", Kinds::All, Once::Many),
        UnitClauseKind::LegalBasis(_) => ("fondement", Kinds::All, Once::Many),
        UnitClauseKind::Scale(_) => ("sur … points", Kinds::Grids, Once::Once),
        UnitClauseKind::Cap(_) => ("plafond", Kinds::Grids, Once::Once),
        UnitClauseKind::Floor(_) => ("plancher", Kinds::Grids, Once::Once),
        UnitClauseKind::Hypothesis(_) => ("hypothèse", Kinds::All, Once::Many),
        UnitClauseKind::Reviewed(_) => ("relu le", Kinds::All, Once::Many),
        UnitClauseKind::Applies(_) => ("applique", Kinds::Policy, Once::Once),
        UnitClauseKind::AppliesIf(_) => ("s'applique si", Kinds::Policy, Once::Once),
        UnitClauseKind::Perimeter(_) => ("périmètre", Kinds::Policy, Once::Once),
        UnitClauseKind::OpenCriteria => ("critères libres", Kinds::Frame, Once::Once),
        UnitClauseKind::RequiresEmployerValidation => {
            ("exige validation", Kinds::Frame, Once::Once)
        }
        UnitClauseKind::Visible(_) => ("visible", Kinds::Frame, Once::Many),
        UnitClauseKind::SharingBy(..) => ("partage selon", Kinds::Frame, Once::Once),
        UnitClauseKind::SharingSize(..) => ("partage … champs", Kinds::Vocabulary, Once::Many),
        UnitClauseKind::Employer(_) => ("employeur siren", Kinds::Filling, Once::Many),
        UnitClauseKind::Quota(_) => ("quota", Kinds::Filling, Once::Once),
        UnitClauseKind::DelegatedValidation => ("validation déléguée", Kinds::Filling, Once::Once),
        UnitClauseKind::ComplementaryField(..) => {
            ("champ complémentaire", Kinds::Filling, Once::Many)
        }
        UnitClauseKind::OffersChoices(_) => ("propose choix", Kinds::Filling, Once::Once),
        UnitClauseKind::Grids(_) => ("grilles", Kinds::Ranking, Once::Once),
        UnitClauseKind::Order(_) => ("ordre par", Kinds::Ranking, Once::Once),
        UnitClauseKind::Keeps(_) => ("retient", Kinds::Ranking, Once::Once),
    };
    ClauseRule { word, kinds, once }
}

fn declaration_rule(kind: &DeclarationKind) -> (&'static str, Kinds, Span) {
    match kind {
        DeclarationKind::Enumeration(d) => ("énumération", Kinds::Vocabulary, d.name.span),
        DeclarationKind::Entity(d) => ("entité", Kinds::Vocabulary, d.name.span),
        DeclarationKind::Definition(d) => ("définition", Kinds::All, d.name.span),
        DeclarationKind::Parameter(d) => ("paramètre", Kinds::All, d.name.span),
        DeclarationKind::Table(d) => ("table", Kinds::All, d.name.span),
        DeclarationKind::Function(d) => ("fonction", Kinds::Vocabulary, d.name.span),
        DeclarationKind::Criterion(d) => ("critère", Kinds::Grids, d.name.span),
        DeclarationKind::Family(d) => ("famille", Kinds::Grids, d.name.span),
        DeclarationKind::Slot(d) => ("tranche", Kinds::Grids, d.name.span),
        DeclarationKind::Eligibility(d) => ("éligible", Kinds::Ranking, d.name.span),
        DeclarationKind::Guarantee(d) => ("garantie", Kinds::Scoring, d.label.span),
        DeclarationKind::Example(d) => ("exemple", Kinds::All, d.label.span),
    }
}

fn allowed(
    kind: UnitKind,
    applies: bool,
    declaration: &Declaration,
    out: &mut Vec<Diagnostic>,
) -> bool {
    let (word, kinds, span) = declaration_rule(&declaration.kind);
    let fits = kinds.allow(kind, applies);
    if !fits {
        out.push(
            Diagnostic::new(
                code::WRONG_DECLARATION,
                span,
                format!("« {word} » n'a pas sa place dans {}", kind_name(kind, applies)),
            )
            .with_help(format!("cette déclaration appartient à {}", kinds.describe())),
        );
    }
    fits
}

fn check_references(recueil: &Recueil, out: &mut Vec<Diagnostic>) {
    for unit in &recueil.units {
        for name in &unit.uses {
            check_reference(recueil, name, &[UnitKind::Vocabulary], "vocabulaire", out);
            if recueil.by_name.contains_key(&name.text)
                && let Some(day) = timeline::first_day_without(recueil, &name.text, unit.period)
            {
                out.push(
                    Diagnostic::new(
                        code::VERSIONS_GAP,
                        name.span,
                        format!("« {} » n'a pas de version en vigueur le {day}", name.text),
                    )
                    .with_label(
                        unit.period_span,
                        format!("« {} » est en vigueur ce jour-là", unit.name.text),
                    ),
                );
            }
        }
        if let Some(frame) = &unit.applies {
            check_reference(recueil, frame, &[UnitKind::Frame], "cadre", out);
        }
        for grid in &unit.ranking().grids {
            let kinds = [UnitKind::Policy, UnitKind::Frame];
            check_reference(recueil, grid, &kinds, "grille", out);
        }
    }
}

fn check_reference(
    recueil: &Recueil,
    name: &syntax::Name,
    kinds: &[UnitKind],
    what: &str,
    out: &mut Vec<Diagnostic>,
) {
    let known = recueil.versions(&name.text).any(|(_, unit)| kinds.contains(&unit.kind));
    if !known {
        let names = recueil.units.iter().filter(|unit| kinds.contains(&unit.kind));
        let names: Vec<&str> = names.map(|unit| unit.name.text.as_str()).collect();
        out.push(
            Diagnostic::new(
                code::UNKNOWN_UNIT_OF_TEXT,
                name.span,
                format!("le recueil n'a pas de {what} « {} »", name.text),
            )
            .with_suggestion(&name.text, names),
        );
    }
}
