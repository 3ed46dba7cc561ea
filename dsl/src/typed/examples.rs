//! Examples: given facts to a pool of cases, expectations to typed checks.

use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tree::{
    Example, ExampleSaid, Expectation, ExpectationKind, ExpectedState, Target, default_date,
};
use crate::resolved::tree::Unit;
use crate::resolved::{Segment, points_edit, quantity};
use crate::syntax::tree::{
    self as syntax, DeclarationKind, FactTable, GivenFact, GivenValue, LineKind, Name, Path,
    Quantity,
};
use engine::{
    Candidate, Case, EntityId, Exact, Fact, FactState, FieldId, GridState, Item, LineState,
    ListState, Pool, Proof, Truth, Type, Value,
};
use source::{Diagnostic, Span, code, counted, fold};
use std::rc::Rc;
use std::sync::Arc;

impl Checker<'_> {
    /// Checks the examples of a unit whose date falls in a segment.
    pub(super) fn examples(
        &mut self,
        unit: &Unit,
        scope: &Rc<Scope>,
        segment: &Segment,
        target: Target,
    ) {
        for declaration in unit.held() {
            let DeclarationKind::Example(written) = &declaration.kind else { continue };
            let Some(date) = written.date.or_else(|| default_date(unit.period)) else { continue };
            if !segment.period.contains(date) {
                continue;
            }
            let Some(candidates) = self.candidates(scope, written) else { continue };
            let pool = Pool { date, candidates };
            let expectations = self.expectations(scope, written, &pool);
            let said = ExampleSaid {
                label: written.label.text.clone(),
                unit: unit.name.text.clone(),
                pool,
                expectations: expectations.into(),
                span: written.label.span,
            };
            self.tree.examples.push(Example { target, said: Arc::new(said) });
        }
    }

    /// Refuses the examples that no segment of a unit would run. Errors: `E0208`, `E0701`.
    pub(super) fn examples_without_a_day(&mut self, unit: &Unit, segments: &[Segment]) {
        for declaration in unit.held() {
            let DeclarationKind::Example(written) = &declaration.kind else { continue };
            let (place, name) = (written.label.span, &unit.name.text);
            let Some(date) = written.date.or_else(|| default_date(unit.period)) else {
                self.out.push(
                    Diagnostic::new(code::MISSING_CLAUSE, place, "cet exemple n'a pas de date")
                        .with_help("ajoutez « le 2019-10-15 » après son titre"),
                );
                continue;
            };
            if !unit.period.contains(date) {
                let message = format!("« {name} » n'est pas en vigueur le {date}");
                self.out.push(Diagnostic::new(code::EXAMPLE_FACT, place, message));
            } else if !segments.is_empty() && !segments.iter().any(|it| it.period.contains(date)) {
                let message = format!("ce dont « {name} » dépend n'est pas en vigueur le {date}");
                self.out.push(Diagnostic::new(code::EXAMPLE_FACT, place, message).with_help(
                    "choisissez un jour où ses vocabulaires et son cadre sont en vigueur",
                ));
            }
        }
    }

    fn candidates(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::Example,
    ) -> Option<Vec<Candidate>> {
        let mut env =
            Env::new(Rc::clone(scope), PoolAccess::Refused("dans les faits d'un exemple"));
        let mut case = Case::default();
        let mut sound = true;
        for given in &written.given {
            sound &= self.given(&mut env, given, &mut case).is_some();
        }
        // Without the room that was left to grow: companies' examples are many.
        case.facts = case.facts.into_iter().collect();
        let Some(table) = &written.candidates else {
            let alone = Candidate { id: "candidat".to_owned(), applies: true, case };
            return sound.then(|| vec![alone]);
        };
        let mut candidates: Vec<Candidate> = Vec::new();
        for row in &table.rows {
            let Some(candidate) = self.candidate(&mut env, table, row, case.clone()) else {
                sound = false;
                continue;
            };
            if candidates.iter().any(|other| other.id == candidate.id) {
                self.out.push(Diagnostic::new(
                    code::EXAMPLE_FACT,
                    row.span,
                    format!("le candidat « {} » est déjà dans l'exemple", candidate.id),
                ));
                sound = false;
            }
            candidates.push(candidate);
        }
        sound.then_some(candidates)
    }

    fn candidate(
        &mut self,
        env: &mut Env,
        table: &FactTable,
        row: &syntax::FactRow,
        case: Case,
    ) -> Option<Candidate> {
        let mut candidate = Candidate { id: String::new(), applies: true, case };
        if row.cells.len() != table.heads.len() {
            self.shape(row.span, table.heads.len(), row.cells.len());
            return None;
        }
        for (head, cell) in table.heads.iter().zip(&row.cells) {
            let Some(cell) = cell else { continue };
            match fold(&head.text()).as_str() {
                "candidat" => candidate.id = self.bare_text(cell.span),
                "postule" => {
                    let applies = self.constant(env, cell, Type::Bool)?;
                    candidate.applies = applies == Value::Bool(true);
                }
                _ => {
                    let (field, ty) = self.case_field(env, head)?;
                    let value = self.fact_value(env, cell, ty)?;
                    candidate.case.facts.insert(field, Fact::known(value));
                }
            }
        }
        if candidate.id.is_empty() {
            self.out.push(
                Diagnostic::new(code::EXAMPLE_FACT, row.span, "ce candidat n'a pas de nom")
                    .with_help("la première colonne s'appelle « candidat »"),
            );
            return None;
        }
        Some(candidate)
    }

    fn bare_text(&self, span: Span) -> String {
        self.sources
            .excerpt(span)
            .trim()
            .trim_matches(['"', '«', '»', ' ', '\u{a0}', '\u{202f}'])
            .to_owned()
    }

    fn shape(&mut self, span: Span, wanted: usize, found: usize) {
        let wanted = counted(wanted, "cellule", "cellules");
        self.out.push(Diagnostic::new(
            code::TABLE_SHAPE,
            span,
            format!("attendu {wanted}, trouvé {found}"),
        ));
    }

    fn case_field(&mut self, env: &mut Env, path: &Path) -> Option<(FieldId, Type)> {
        let fact = self.path(env, path, None)?;
        match fact.kind.as_ref() {
            super::tree::ExprKind::Fact(field) => Some((*field, fact.ty)),
            _ => {
                let message =
                    format!("« {} » n'est pas un fait : un exemple donne des faits", path.text());
                self.out.push(Diagnostic::new(code::EXAMPLE_FACT, path.span, message));
                None
            }
        }
    }

    /// Checks the value of a fact, as a dossier would.
    fn fact_value(&mut self, env: &mut Env, written: &syntax::Expr, ty: Type) -> Option<Value> {
        let value = self.constant(env, written, ty)?;
        if let Value::Number(number) = &value
            && number.is_negative()
            && ty.counts_from_zero()
        {
            self.out.push(
                Diagnostic::new(
                    code::EXAMPLE_FACT,
                    written.span,
                    "attendu un nombre positif ou nul, trouvé un nombre négatif",
                )
                .with_help("un fait compte des personnes, un montant, une distance ou une durée à partir de zéro"),
            );
            return None;
        }
        Some(value)
    }

    fn given(&mut self, env: &mut Env, given: &GivenFact, case: &mut Case) -> Option<()> {
        if let [head] = given.path.segments.as_slice()
            && let Some((Symbol::Entity(entity), _)) = env.scope.get(&head.text)
        {
            return self.given_list(env, given, head, entity, case);
        }
        let (field, ty) = self.case_field(env, &given.path)?;
        let fact = match &given.value {
            GivenValue::Value(value, proof) => {
                let value = self.fact_value(env, value, ty)?;
                Fact { proof: proof_of(proof.as_ref()), ..Fact::known(value) }
            }
            GivenValue::Withheld => Fact { state: FactState::Withheld, ..Fact::default() },
            GivenValue::Missing => Fact::default(),
            GivenValue::EmptyList | GivenValue::Items(_) => {
                self.out.push(Diagnostic::new(
                    code::NOT_A_LIST,
                    given.path.span,
                    format!("« {} » n'est pas une liste", given.path.text()),
                ));
                return None;
            }
        };
        if case.facts.insert(field, fact).is_some() {
            self.out.push(Diagnostic::new(
                code::EXAMPLE_FACT,
                given.span,
                format!("« {} » est déjà donné dans cet exemple", given.path.text()),
            ));
            return None;
        }
        Some(())
    }

    fn given_list(
        &mut self,
        env: &mut Env,
        given: &GivenFact,
        head: &Name,
        entity: EntityId,
        case: &mut Case,
    ) -> Option<()> {
        self.list_named(head)?;
        let list = match &given.value {
            GivenValue::EmptyList => ListState::Known(Vec::new()),
            GivenValue::Withheld => ListState::Withheld,
            GivenValue::Missing => ListState::Missing,
            GivenValue::Items(table) => ListState::Known(self.items_of(env, table, entity)?),
            GivenValue::Value(..) => {
                self.out.push(
                    Diagnostic::new(
                        code::EXAMPLE_FACT,
                        given.span,
                        format!("« {} » est une liste", head.text),
                    )
                    .with_help("donnez ses éléments dans un tableau, ou « aucune »"),
                );
                return None;
            }
        };
        case.lists.insert(entity, list);
        Some(())
    }

    fn items_of(
        &mut self,
        env: &mut Env,
        table: &FactTable,
        entity: EntityId,
    ) -> Option<Vec<Item>> {
        let mut heads = Vec::new();
        for head in &table.heads {
            let field = head.segments.last()?;
            heads.push(self.field_of(entity, field)?);
        }
        let mut items = Vec::new();
        for row in &table.rows {
            if row.cells.len() != heads.len() {
                self.shape(row.span, heads.len(), row.cells.len());
                return None;
            }
            let mut item = Item::new();
            for (&(field, ty), cell) in heads.iter().zip(&row.cells) {
                if let Some(cell) = cell {
                    item.insert(field, Fact::known(self.fact_value(env, cell, ty)?));
                }
            }
            items.push(item);
        }
        Some(items)
    }

    fn expectations(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::Example,
        pool: &Pool,
    ) -> Vec<Expectation> {
        let mut expectations = Vec::with_capacity(written.expectations.len());
        for expected in &written.expectations {
            let candidate = match &expected.candidate {
                None => 0,
                Some(name) => match pool.candidates.iter().position(|c| c.id == name.text) {
                    Some(at) => at,
                    None => {
                        let ids = pool.candidates.iter().map(|c| c.id.as_str());
                        let message = format!("aucun candidat « {} » dans l'exemple", name.text);
                        self.out.push(
                            Diagnostic::new(code::EXAMPLE_FACT, name.span, message)
                                .with_suggestion(&name.text, ids),
                        );
                        continue;
                    }
                },
            };
            if let Some(kind) = self.expectation(scope, &expected.kind) {
                expectations.push(Expectation { candidate, kind, span: expected.span });
            }
        }
        expectations
    }

    fn expectation(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::ExpectationKind,
    ) -> Option<ExpectationKind> {
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Allowed);
        Some(match written {
            syntax::ExpectationKind::Holds(condition) => {
                ExpectationKind::Holds(self.condition(&mut env, condition)?)
            }
            syntax::ExpectationKind::Unknown(value) => {
                ExpectationKind::Unknown(self.infer(&mut env, value)?)
            }
            syntax::ExpectationKind::Line(kind, name, outcome) => {
                let points = match &outcome.points {
                    Some(points) => Some(self.points_of(points)?),
                    None => None,
                };
                let state = match &outcome.state {
                    Some(word) => Some(self.state(*kind, word)?),
                    None => None,
                };
                ExpectationKind::Line(*kind, name.text.clone(), points, state)
            }
            syntax::ExpectationKind::Total(points) => {
                ExpectationKind::Total(self.points_of(points)?)
            }
            syntax::ExpectationKind::TotalRange(low, high) => {
                ExpectationKind::TotalRange(self.points_of(low)?, self.points_of(high)?)
            }
            syntax::ExpectationKind::Rank(rank) => ExpectationKind::Rank(*rank),
            syntax::ExpectationKind::Order(names) => {
                ExpectationKind::Order(names.iter().map(|name| name.text.clone()).collect())
            }
        })
    }

    fn points_of(&mut self, written: &Quantity) -> Option<Exact> {
        match quantity(written) {
            Ok(measured) if measured.ty_unit() == Some(engine::Unit::points()) => {
                Some(measured.value)
            }
            Ok(measured) => {
                let message = "attendu un nombre de points";
                let fault = Diagnostic::new(code::UNIT_MISMATCH, written.span, message)
                    .with_help("écrivez par exemple « 40 points »");
                self.out.push(fault.with_edits(points_edit(written, measured.ty_unit())));
                None
            }
            Err(diagnostic) => {
                self.out.push(diagnostic);
                None
            }
        }
    }

    fn state(&mut self, kind: LineKind, word: &Name) -> Option<ExpectedState> {
        let words: &[(&str, ExpectedState)] = match kind {
            LineKind::Criterion | LineKind::Slot | LineKind::Family => &[
                ("obtenu", ExpectedState::Line(LineState::Obtained)),
                ("non_obtenu", ExpectedState::Line(LineState::NotObtained)),
                ("non_evaluable", ExpectedState::Line(LineState::NotEvaluable)),
                ("en_attente", ExpectedState::Line(LineState::Pending)),
                ("plafonne", ExpectedState::Line(LineState::Capped)),
            ],
            LineKind::Grid => &[
                ("etabli", ExpectedState::Grid(GridState::Established)),
                ("non_etabli", ExpectedState::Grid(GridState::NotEstablished)),
                ("sans_objet", ExpectedState::Grid(GridState::NotApplicable)),
                ("indetermine", ExpectedState::Grid(GridState::Indeterminate)),
            ],
            LineKind::Eligibility => &[
                ("oui", ExpectedState::Truth(Truth::Yes)),
                ("non", ExpectedState::Truth(Truth::No)),
                ("indetermine", ExpectedState::Truth(Truth::Unknown)),
            ],
        };
        let folded = fold(&word.text).replace(' ', "_");
        if let Some((_, state)) = words.iter().find(|(name, _)| *name == folded) {
            return Some(*state);
        }
        let listed: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let message = format!("« {} » n'est pas un état possible ici", word.text);
        self.out.push(
            Diagnostic::new(code::UNKNOWN_VALUE, word.span, message)
                .with_suggestion(&word.text, listed.iter().copied())
                .with_help(format!("états possibles : {}", listed.join(", "))),
        );
        None
    }
}

fn proof_of(level: Option<&syntax::ProofLevel>) -> Proof {
    match level {
        None => Proof::Declared,
        Some(syntax::ProofLevel::Verified) => Proof::Verified,
        Some(syntax::ProofLevel::Validated(role)) => {
            Proof::Validated(role.as_ref().map(|role| Arc::from(role.text.as_str())))
        }
    }
}
