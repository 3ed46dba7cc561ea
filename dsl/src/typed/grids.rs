//! Grids: policies, frames, and frames filled by a company or a territory.

use super::criteria::{Place, Role, Written};
use super::expressions::expr;
use super::footprints::{Author, HasBasis, Reading};
use super::frames::{FrameParts, LineNames, lines_of};
use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tree::{Criterion, Expr, ExprKind, Family, Grid, Part, SharingRule, Target, Tranche};
use crate::resolved::tree::{Unit, UnitId};
use crate::resolved::{COMPLEMENTARY_FIELDS, Segment, read_points};
use crate::syntax::tree::{self as syntax, ClauseKind, DeclarationKind};
use engine::{Exact, Perimeter, Period, Type};
use source::{Diagnostic, code};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

pub(super) const REFUSED_IN_ELIGIBILITY: &str =
    "dans une condition d'application, décidée avant les rangs";

impl Checker<'_> {
    /// Checks a policy that stands alone.
    pub(super) fn policy(&mut self, id: UnitId, unit: &Unit, segment: &Segment) {
        let scope = self.unit_scope(id, unit, segment);
        let parts = self.own_parts(unit, &scope, Author::Operator, None, LineNames::new());
        let applies = self.applies(unit, &scope, Author::Operator, None);
        let grid = Grid {
            sirens: Vec::new(),
            perimeter: self.perimeter(unit, &scope),
            applies,
            parts,
            ..grid_of(unit, segment.period)
        };
        self.add_grid(unit, &scope, segment, grid);
    }

    /// Checks a frame as it is without a filling.
    pub(super) fn frame(&mut self, id: UnitId, unit: &Unit, segment: &Segment) {
        let scope = self.unit_scope(id, unit, segment);
        let frame = self.frame_parts(id, unit, segment);
        let grid = Grid {
            frame: true,
            open: unit.frame().open,
            sharing: frame.sharing.clone(),
            validation: frame.validation,
            parts: frame.parts.clone(),
            ..grid_of(unit, segment.period)
        };
        self.add_grid(unit, &scope, segment, grid);
    }

    /// Checks the filling of a frame, against the frame's version in force in the segment.
    pub(super) fn fill_frame(&mut self, id: UnitId, unit: &Unit, segment: &Segment) {
        let resolved = self.resolved;
        let Some(frame_name) = &unit.applies else { return };
        let Some(&frame_id) = segment.versions.get(&frame_name.text) else { return };
        let Some(frame_unit) =
            resolved.unit(frame_id).filter(|u| u.kind == syntax::UnitKind::Frame)
        else {
            return;
        };
        let frame = self.frame_parts(frame_id, frame_unit, segment);
        let scope = self.unit_scope(id, unit, segment);
        let parts = if frame_unit.frame().open {
            let mut parts = frame.parts.clone();
            let (author, sharing) = (Author::Territory, frame.sharing.as_deref());
            parts.extend(self.own_parts(unit, &scope, author, sharing, lines_of(frame_unit)));
            parts
        } else {
            self.filled_parts(unit, &scope, &frame, lines_of(frame_unit))
        };
        self.check_company_clauses(unit, frame_unit);
        self.check_bounds_left(unit, frame_unit);
        let author = if frame_unit.frame().open { Author::Territory } else { Author::Company };
        let applies = self.applies(unit, &scope, author, frame.sharing.as_deref());
        let grid = Grid {
            unit: Arc::clone(&frame.unit),
            version: Arc::clone(&frame.version),
            filling: Some((unit.name.text.as_str().into(), unit.version.as_str().into())),
            label: Arc::clone(&frame.label),
            period: segment.period,
            frame: true,
            open: frame_unit.frame().open,
            sirens: unit.company.sirens.iter().map(|siren| siren.text.clone()).collect(),
            perimeter: self.perimeter(unit, &scope),
            applies,
            scale: frame_unit.scale().or(unit.scale()),
            cap: points_of(frame_unit.cap().or(unit.cap())),
            floor: points_of(frame_unit.floor().or(unit.floor())),
            sharing: frame.sharing.clone(),
            validation: if unit.company.delegated.is_some() { None } else { frame.validation },
            parts,
            span: unit.name.span,
        };
        self.add_grid(unit, &scope, segment, grid);
    }

    fn add_grid(&mut self, unit: &Unit, scope: &Rc<Scope>, segment: &Segment, grid: Grid) {
        let target = Target::Grid(u32::try_from(self.tree.grids.len()).unwrap_or(u32::MAX));
        self.tree.grids.push(Arc::new(grid));
        self.guarantees(unit, scope, target);
        self.examples(unit, scope, segment, target);
    }

    /// Checks the criteria, families and tranches that a unit declares itself, under names that are
    /// not taken.
    pub(super) fn own_parts<'u>(
        &mut self,
        unit: &'u Unit,
        scope: &Rc<Scope>,
        author: Author,
        sharing: Option<&SharingRule>,
        mut names: LineNames<'u>,
    ) -> Vec<Part> {
        let mut parts = Vec::new();
        for declaration in unit.held() {
            let name = match &declaration.kind {
                DeclarationKind::Criterion(d) => &d.name,
                DeclarationKind::Family(d) => &d.name,
                DeclarationKind::Slot(d) => &d.name,
                _ => continue,
            };
            if let Some(first) = names.insert(&name.text, name.span) {
                self.duplicate_line(name, first);
                continue;
            }
            let place = |role| Place {
                scope: Rc::clone(scope),
                unit,
                role,
                author,
                sharing,
                pool: PoolAccess::Allowed,
                grid_totals: Vec::new(),
            };
            match &declaration.kind {
                DeclarationKind::Criterion(written) => {
                    let doc = declaration.doc.as_ref().or(written.doc.as_ref());
                    self.check_source(unit, author, &written.name, &written.clauses);
                    let written = written_of(written, doc);
                    parts.extend(
                        self.criterion(&place(Role::Line), &written)
                            .map(Arc::new)
                            .map(Part::Criterion),
                    );
                }
                DeclarationKind::Family(written) => {
                    let place = place(Role::InFamily);
                    parts.push(Part::Family(Arc::new(self.family(&place, written, &mut names))));
                }
                DeclarationKind::Slot(written) => {
                    parts.extend(self.slot(unit, written).map(Arc::new).map(Part::Tranche));
                }
                _ => {}
            }
        }
        parts
    }

    fn duplicate_line(&mut self, name: &syntax::Name, first: source::Span) {
        self.out.push(
            Diagnostic::new(
                code::DUPLICATE_NAME,
                name.span,
                format!("« {} » est déjà déclaré", name.text),
            )
            .with_label(first, "première déclaration")
            .with_help("renommez l'un des deux, ou supprimez la copie"),
        );
    }

    /// Refuses a criterion that a territory writes without a source. Errors: `E0411`.
    fn check_source(
        &mut self,
        unit: &Unit,
        author: Author,
        name: &syntax::Name,
        clauses: &[syntax::Clause],
    ) {
        let own = clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Source(_)));
        if author != Author::Territory || own || !unit.sources.is_empty() {
            return;
        }
        let message = format!("le critère « {} » ne cite pas de source", name.text);
        self.out.push(
            Diagnostic::new(code::TERRITORY_SOURCE, name.span, message)
                .with_help("ajoutez « source \"…\" »"),
        );
    }

    /// Checks a family; its lines share the names of the grid's.
    fn family<'u>(
        &mut self,
        place: &Place<'_>,
        written: &'u syntax::Family,
        names: &mut LineNames<'u>,
    ) -> Family {
        if written.criteria.is_empty() && !place.unit.is_broken("critere") {
            let message = format!("la famille « {} » n'a pas de critère", written.name.text);
            self.out.push(
                Diagnostic::new(code::MISSING_CLAUSE, written.name.span, message)
                    .with_help("écrivez ses critères en retrait sous elle"),
            );
        }
        let mut criteria = Vec::with_capacity(written.criteria.len());
        let mut clauses_read = FamilyClauses::default();
        for clause in &written.clauses {
            match &clause.kind {
                ClauseKind::Cap(points) => clauses_read.cap = read_points(points, &mut self.out),
                ClauseKind::Floor(points) => {
                    clauses_read.floor = read_points(points, &mut self.out);
                }
                ClauseKind::Source(_) | ClauseKind::Hypothesis(_) | ClauseKind::Reviewed(_) => {}
                _ => self.out.push(Diagnostic::new(
                    code::WRONG_DECLARATION,
                    clause.span,
                    "cette clause n'a pas sa place dans l'en-tête d'une famille",
                )),
            }
        }
        for criterion in &written.criteria {
            if let Some(first) = names.insert(&criterion.name.text, criterion.name.span) {
                self.duplicate_line(&criterion.name, first);
                continue;
            }
            let family_source =
                written.clauses.iter().any(|c| matches!(c.kind, ClauseKind::Source(_)));
            if !family_source {
                self.check_source(place.unit, place.author, &criterion.name, &criterion.clauses);
            }
            let written = written_of(criterion, criterion.doc.as_ref());
            criteria.extend(self.criterion(place, &written));
        }
        Family {
            id: written.name.text.clone(),
            label: written.name.label(written.label.as_ref()),
            retains: match written.retains {
                syntax::Retains::Maximum => engine::Retains::Maximum,
                syntax::Retains::First => engine::Retains::First,
            },
            cap: clauses_read.cap,
            floor: clauses_read.floor,
            criteria,
        }
    }

    /// Puts a company's criteria into the tranches of a closed frame.
    fn filled_parts<'u>(
        &mut self,
        unit: &'u Unit,
        scope: &Rc<Scope>,
        frame: &FrameParts,
        mut names: LineNames<'u>,
    ) -> Vec<Part> {
        let mut filled: BTreeMap<&str, (source::Span, Vec<Criterion>)> = BTreeMap::new();
        for declaration in unit.held() {
            match &declaration.kind {
                DeclarationKind::Slot(written) => {
                    self.fill(unit, scope, frame, written, &mut names, &mut filled);
                }
                DeclarationKind::Criterion(d) => self.company_declares(&d.name, "critère"),
                DeclarationKind::Family(d) => self.company_declares(&d.name, "famille"),
                DeclarationKind::Definition(d) => self.company_declares(&d.name, "définition"),
                DeclarationKind::Parameter(d) => self.company_declares(&d.name, "paramètre"),
                DeclarationKind::Table(d) => self.company_declares(&d.name, "table"),
                DeclarationKind::Enumeration(_)
                | DeclarationKind::Entity(_)
                | DeclarationKind::Function(_)
                | DeclarationKind::Eligibility(_)
                | DeclarationKind::Guarantee(_)
                | DeclarationKind::Example(_) => {}
            }
        }
        let mut parts = frame.parts.clone();
        for part in &mut parts {
            if let Part::Tranche(tranche) = part
                && let Some((_, criteria)) = filled.remove(tranche.id.as_str())
            {
                *tranche = Arc::new(Tranche { criteria, ..Tranche::clone(tranche) });
            }
        }
        parts
    }

    fn company_declares(&mut self, name: &syntax::Name, what: &str) {
        self.out.push(
            Diagnostic::new(
                code::WRONG_DECLARATION,
                name.span,
                format!(
                    "« {what} » n'a pas sa place dans une politique qui remplit un cadre fermé"
                ),
            )
            .with_help("écrivez des critères en retrait sous « tranche A », « tranche B »…"),
        );
    }

    fn fill<'f>(
        &mut self,
        unit: &Unit,
        scope: &Rc<Scope>,
        frame: &FrameParts,
        written: &'f syntax::Slot,
        names: &mut LineNames<'f>,
        filled: &mut BTreeMap<&'f str, (source::Span, Vec<Criterion>)>,
    ) {
        let slots: Vec<&Tranche> = frame
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Tranche(tranche) => Some(tranche.as_ref()),
                Part::Criterion(_) | Part::Family(_) => None,
            })
            .collect();
        let Some(slot) = slots.iter().find(|slot| slot.id == written.name.text) else {
            let names: Vec<&str> = slots.iter().map(|slot| slot.id.as_str()).collect();
            let listed = names.join(", ");
            self.out.push(
                Diagnostic::new(
                    code::UNKNOWN_SLOT,
                    written.name.span,
                    format!("le cadre n'a pas de tranche « {} »", written.name.text),
                )
                .with_suggestion(&written.name.text, names)
                .with_help(format!("tranches du cadre : {listed}")),
            );
            return;
        };
        if let Some(points) = &written.points {
            self.out.push(
                Diagnostic::new(
                    code::FRAME_FIXES_POINTS,
                    points.span,
                    format!(
                        "le cadre fixe déjà les points de la tranche « {} »",
                        written.name.text
                    ),
                )
                .with_label(slot.span, "fixés ici")
                .with_help("retirez « donne … points »")
                .with_edit(points.span, ""),
            );
        }
        let place = Place {
            scope: Rc::clone(scope),
            unit,
            role: Role::SubCriterion,
            author: Author::Company,
            sharing: frame.sharing.as_deref(),
            pool: PoolAccess::Refused("dans la politique d'une entreprise"),
            grid_totals: Vec::new(),
        };
        let mut criteria = Vec::with_capacity(written.criteria.len());
        for criterion in &written.criteria {
            if let Some(first) = names.insert(&criterion.name.text, criterion.name.span) {
                self.duplicate_line(&criterion.name, first);
                continue;
            }
            let checked = self.criterion(&place, &written_of(criterion, criterion.doc.as_ref()));
            if let Some(checked) = checked {
                self.check_complementary(unit, &checked);
                criteria.push(checked);
            }
        }
        if let Some((first, _)) = filled.insert(&written.name.text, (written.name.span, criteria)) {
            self.duplicate_line(&written.name, first);
        }
    }

    /// A company reads a complementary field only when its policy asks for it.
    fn check_complementary(&mut self, unit: &Unit, criterion: &Criterion) {
        let Some(entity) = self.tree.schema.entity_named("emploi") else { return };
        for &field in &criterion.footprint.fields {
            let Some(def) = self.tree.schema.field(field) else { continue };
            let complementary =
                def.entity == entity && COMPLEMENTARY_FIELDS.contains(&def.name.as_str());
            let declared = unit.company.complementary.iter().any(|name| name.text == def.name);
            if complementary && !declared {
                let message = format!(
                    "le champ complémentaire « {} » n'est pas demandé au salarié",
                    def.name
                );
                let help = format!("ajoutez « champ complémentaire {} »", def.name);
                self.out.push(
                    Diagnostic::new(code::COMPLEMENTARY_FIELD, criterion.span, message)
                        .with_help(help),
                );
            }
        }
    }

    fn check_company_clauses(&mut self, unit: &Unit, frame: &Unit) {
        if frame.frame().open
            || !unit.company.sirens.is_empty()
            || frame.frame().requires_validation.is_none()
        {
            return;
        }
        self.out.push(
            Diagnostic::new(
                code::MISSING_CLAUSE,
                unit.name.span,
                format!("« {} » ne dit pas de quelle entreprise il s'agit", unit.name.text),
            )
            .with_help("ajoutez « employeur siren 123456789 »"),
        );
    }

    fn applies(
        &mut self,
        unit: &Unit,
        scope: &Rc<Scope>,
        author: Author,
        sharing: Option<&SharingRule>,
    ) -> Option<Expr> {
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Refused(REFUSED_IN_ELIGIBILITY));
        let condition = self.condition(&mut env, unit.applies_if.as_ref()?)?;
        let footprint = self.tree.footprint(&condition);
        self.check_reading(&Reading {
            exprs: vec![&condition],
            footprint: &footprint,
            author,
            sharing,
            basis: HasBasis::of_unit(&unit.legal_bases),
            span: condition.span,
        });
        Some(condition)
    }

    fn perimeter(&mut self, unit: &Unit, scope: &Rc<Scope>) -> Option<(Arc<Perimeter>, Expr)> {
        let (included, excluded, span) = unit.perimeter.as_deref()?;
        let commune = match scope.get("offre") {
            Some((Symbol::Entity(entity), _)) => self.tree.schema.field_named(entity, "commune"),
            _ => None,
        };
        let Some(commune) = commune else {
            self.out.push(Diagnostic::new(
                code::UNKNOWN_NAME,
                *span,
                "un périmètre se compare à « offre.commune », que les vocabulaires utilisés ne déclarent pas",
            ));
            return None;
        };
        let ranges = |ranges: &[syntax::CodeRange]| {
            ranges.iter().map(|range| (range.from.text.clone(), range.to.text.clone())).collect()
        };
        let perimeter = Perimeter { included: ranges(included), excluded: ranges(excluded) };
        Some((Arc::new(perimeter), expr(ExprKind::Fact(commune), Type::Code, *span)))
    }

    /// Refuses two fillings of one frame for one case. Errors: `E0409`.
    pub(super) fn check_fillings(&mut self) {
        let mut by_key: BTreeMap<(&str, &str), Vec<&Grid>> = BTreeMap::new();
        for grid in self.tree.grids.iter().filter(|grid| grid.filling.is_some()) {
            let sirens: Vec<&str> = grid.sirens.iter().map(String::as_str).collect();
            let keys = if sirens.is_empty() { vec![""] } else { sirens };
            for siren in keys {
                by_key.entry((&grid.unit, siren)).or_default().push(grid);
            }
        }
        let mut found = Vec::new();
        for grids in by_key.values() {
            for (at, later) in grids.iter().enumerate() {
                let clash = grids.iter().take(at).find(|earlier| clash(earlier, later));
                // Two versions of one policy on one day are already told (`E0501`, `E0902`).
                if let Some(earlier) = clash.filter(|earlier| !are_of_one_policy(earlier, later)) {
                    found.push((later.span, earlier.span, later.unit.clone()));
                }
            }
        }
        for (span, first, frame) in found {
            self.out.push(
                Diagnostic::new(
                    code::FILLINGS_OVERLAP,
                    span,
                    format!("deux politiques remplissent le cadre « {frame} » pour les mêmes cas"),
                )
                .with_label(first, "l'autre politique")
                .with_help(
                    "distinguez-les par « s'applique si », « périmètre » ou « employeur siren »",
                ),
            );
        }
    }
}

#[derive(Default)]
struct FamilyClauses {
    cap: Option<Exact>,
    floor: Option<Exact>,
}

fn grid_of(unit: &Unit, period: Period) -> Grid {
    Grid {
        unit: unit.name.text.as_str().into(),
        version: unit.version.as_str().into(),
        filling: None,
        label: unit.label.as_str().into(),
        period,
        frame: false,
        open: false,
        sirens: Vec::new(),
        perimeter: None,
        applies: None,
        scale: unit.scale(),
        cap: points_of(unit.cap()),
        floor: points_of(unit.floor()),
        sharing: None,
        validation: None,
        parts: Vec::new(),
        span: unit.name.span,
    }
}

fn points_of(said: Option<(Exact, source::Span)>) -> Option<Exact> {
    said.map(|(points, _)| points)
}

fn written_of<'w>(criterion: &'w syntax::Criterion, doc: Option<&'w String>) -> Written<'w> {
    Written {
        name: &criterion.name,
        label: criterion.label.as_ref(),
        doc,
        clauses: &criterion.clauses,
    }
}

fn are_of_one_policy(a: &Grid, b: &Grid) -> bool {
    matches!((&a.filling, &b.filling), (Some((a, _)), Some((b, _))) if a == b)
}

/// Tells whether two fillings may concern one case: not told apart by days, communes or population.
fn clash(a: &Grid, b: &Grid) -> bool {
    if a.filling == b.filling || a.period.intersection(b.period).is_none() {
        return false;
    }
    if let (Some((a, _)), Some((b, _))) = (&a.perimeter, &b.perimeter)
        && !perimeters_meet(a, b)
    {
        return false;
    }
    match (&a.applies, &b.applies) {
        (Some(a), Some(b)) => !told_apart(a, b),
        _ => true,
    }
}

fn perimeters_meet(a: &Perimeter, b: &Perimeter) -> bool {
    let excluded = |low: &str, high: &str| {
        a.excluded
            .iter()
            .chain(&b.excluded)
            .any(|(from, to)| from.as_str() <= low && high <= to.as_str())
    };
    a.included.iter().any(|(from, to)| {
        b.included.iter().any(|(other_from, other_to)| {
            let (low, high) = (from.max(other_from), to.min(other_to));
            low <= high && !excluded(low, high)
        })
    })
}

/// Tells whether two conditions are proved never to hold together: each requires another constant of
/// one fact.
fn told_apart(a: &Expr, b: &Expr) -> bool {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    required_values(a, &mut left);
    required_values(b, &mut right);
    left.iter().any(|(field, value)| {
        right.iter().any(|(other, differs)| field == other && value != differs)
    })
}

fn required_values<'e>(condition: &'e Expr, into: &mut Vec<(engine::FieldId, &'e engine::Value)>) {
    match condition.kind.as_ref() {
        ExprKind::And(items) => items.iter().for_each(|item| required_values(item, into)),
        ExprKind::Or(items) => {
            if let [only] = items.as_slice() {
                required_values(only, into);
            }
        }
        ExprKind::Compare(engine::Comparison::Equal, x, y) => {
            if let (ExprKind::Fact(field), ExprKind::Constant(value)) =
                (x.kind.as_ref(), y.kind.as_ref())
            {
                into.push((*field, value));
            }
        }
        _ => {}
    }
}
