//! The rules of a unit in words: criteria, families, tranches, conditions of eligibility.

use crate::phrases::{Condition, Phrase, Speech, quoted, unquoted};
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::{Clause, ClauseKind, Declaration, DeclarationKind, Hypothesis};
use dsl::typed::tree::{
    Contribution, Criterion, Expr, ExprKind, Family, Part, Recueil, Template, TemplatePart, Tranche,
};
use engine::{Arithmetic, Exact, FieldId, ProofLevel, Retains, Type, Unit as Measure, Value};
use schemars::JsonSchema;
use serde::Serialize;
use source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Une entrée des règles
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Entree")]
#[serde(tag = "entree")]
pub enum Entry {
    /// Un critère, ou une condition
    #[serde(rename = "critere")]
    Rule(Box<Rule>),
    /// Des critères dont une partie compte
    #[serde(rename = "groupe")]
    Group(Group),
}

/// Une famille ou une tranche
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Groupe")]
pub struct Group {
    /// Son nom
    pub id: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Ce qui compte
    #[serde(rename = "comment")]
    pub how: Vec<String>,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
    /// Ses critères
    #[serde(rename = "criteres")]
    pub rules: Vec<Rule>,
}

/// Un critère en mots
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CritereEnMots")]
pub struct Rule {
    /// Son nom
    pub id: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Les jours où il compte, quand ce ne sont pas ceux de l'unité
    #[serde(rename = "en_vigueur", skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Ce qu'il donne ou retire
    #[serde(rename = "points", skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<Gift>,
    /// Sa condition
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Ce qui l'écarte
    #[serde(rename = "sauf_si", skip_serializing_if = "Option::is_none")]
    pub exception: Option<Condition>,
    /// Ce que sont les noms qu'il emploie
    #[serde(rename = "avec", skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Phrase>,
    /// Ses bornes et ses preuves
    #[serde(rename = "de_plus", skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Phrase>,
    /// Ce qui est dit au demandeur quand il l'obtient
    #[serde(rename = "dit", skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Ce qui lui est dit sinon
    #[serde(rename = "sinon_dit", skip_serializing_if = "Option::is_none")]
    pub else_says: Option<String>,
    /// Les textes qui le fondent
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// Des points donnés ou retirés
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Don")]
pub struct Gift {
    /// Combien : « donne 70 points »
    #[serde(rename = "combien")]
    pub amount: Phrase,
    /// À quelle condition de plus
    #[serde(rename = "si", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

/// Ce qui fonde une règle
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FondementsDeRegle")]
pub struct Grounds {
    /// Les textes appliqués
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Les bases légales
    #[serde(rename = "fondements", skip_serializing_if = "Vec::is_empty")]
    pub legal_bases: Vec<String>,
    /// Ce que les textes ne disent pas, et que la règle suppose
    #[serde(rename = "hypotheses", skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<HypothesisWords>,
}

/// Une hypothèse
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "HypotheseDatee")]
pub struct HypothesisWords {
    /// Ce qui est supposé
    #[serde(rename = "texte")]
    pub text: String,
    /// Le jour où la revoir
    #[serde(rename = "a_revoir_le", skip_serializing_if = "Option::is_none")]
    pub review: Option<String>,
}

impl Grounds {
    /// Tells whether nothing is cited.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.legal_bases.is_empty() && self.hypotheses.is_empty()
    }

    /// Reads those of a unit.
    pub(super) fn of_unit(unit: &Unit) -> Self {
        let text = |it: &dsl::syntax::tree::Text| it.text.clone();
        Self {
            sources: unit.sources.iter().map(text).collect(),
            legal_bases: unit.legal_bases.iter().map(text).collect(),
            hypotheses: unit.hypotheses.iter().map(hypothesis).collect(),
        }
    }

    /// Reads those of a declaration's clauses.
    pub(super) fn of_clauses(clauses: &[Clause]) -> Self {
        let mut grounds = Self::default();
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Source(text) => grounds.sources.push(text.text.clone()),
                ClauseKind::LegalBasis(text) => grounds.legal_bases.push(text.text.clone()),
                ClauseKind::Hypothesis(it) => grounds.hypotheses.push(hypothesis(it)),
                _ => {}
            }
        }
        grounds
    }
}

fn hypothesis(written: &Hypothesis) -> HypothesisWords {
    let review = written.review.map(crate::days::day);
    HypothesisWords { text: written.text.text.clone(), review }
}

/// What is written of each criterion and group, by the place of its name.
#[derive(Debug, Default)]
pub(super) struct Written {
    grounds: BTreeMap<Span, Grounds>,
    docs: BTreeMap<Span, String>,
    /// Families and tranches of the file, by name.
    groups: BTreeMap<String, Span>,
}

impl Written {
    pub(super) fn of(unit: &Unit) -> Self {
        let mut written = Self::default();
        for declaration in unit.declarations().iter() {
            written.read(declaration);
        }
        written
    }

    fn read(&mut self, declaration: &Declaration) {
        let (name, clauses, criteria) = match &declaration.kind {
            DeclarationKind::Criterion(it) => (&it.name, &it.clauses, &[][..]),
            DeclarationKind::Eligibility(it) => (&it.name, &it.clauses, &[][..]),
            DeclarationKind::Family(it) => (&it.name, &it.clauses, it.criteria.as_slice()),
            DeclarationKind::Slot(it) => (&it.name, &it.clauses, it.criteria.as_slice()),
            _ => return,
        };
        self.grounds.insert(name.span, Grounds::of_clauses(clauses));
        self.docs.extend(declaration.doc.clone().map(|doc| (name.span, doc)));
        self.groups.insert(name.text.clone(), name.span);
        for criterion in criteria {
            self.grounds.insert(criterion.name.span, Grounds::of_clauses(&criterion.clauses));
        }
    }

    fn grounds(&self, span: Span) -> Grounds {
        self.grounds.get(&span).cloned().unwrap_or_default()
    }

    fn of_group(&self, name: &str) -> (Option<String>, Grounds) {
        let Some(span) = self.groups.get(name) else { return (None, Grounds::default()) };
        (self.docs.get(span).cloned(), self.grounds(*span))
    }
}

/// Puts the parts of a grid that a file writes into words.
pub(super) fn entries(
    tree: &Recueil,
    parts: &[Part],
    written: &Written,
    file: FileId,
    is_filling: bool,
) -> Vec<Entry> {
    let rules = Rules { tree, written };
    let here = |criterion: &Criterion| criterion.span.file == file;
    let mut entries = Vec::new();
    for part in parts {
        match part {
            Part::Criterion(criterion) if here(criterion) => {
                entries.push(Entry::Rule(Box::new(rules.rule(criterion))));
            }
            Part::Family(family) if family.criteria.iter().any(here) => {
                entries.push(Entry::Group(rules.family(family)));
            }
            Part::Tranche(tranche) if !is_filling || tranche.criteria.iter().any(here) => {
                entries.push(Entry::Group(rules.tranche(tranche)));
            }
            Part::Criterion(_) | Part::Family(_) | Part::Tranche(_) => {}
        }
    }
    entries
}

/// Puts conditions of eligibility into words.
pub(super) fn conditions(tree: &Recueil, criteria: &[Criterion], written: &Written) -> Vec<Entry> {
    let rules = Rules { tree, written };
    criteria.iter().map(|criterion| Entry::Rule(Box::new(rules.rule(criterion)))).collect()
}

struct Rules<'t> {
    tree: &'t Recueil,
    written: &'t Written,
}

impl Rules<'_> {
    fn family(&self, family: &Family) -> Group {
        let mut how = vec![match family.retains {
            Retains::Maximum => "Une seule ligne compte : celle qui donne le plus.".to_owned(),
            Retains::First => "Une seule ligne compte : la première qui est remplie.".to_owned(),
        }];
        how.extend(family.cap.map(|cap| format!("Elle ne donne pas plus de {}.", points(cap))));
        how.extend(family.floor.map(|it| format!("Elle ne donne pas moins de {}.", points(it))));
        self.group(&family.id, &family.label, how, &family.criteria)
    }

    fn tranche(&self, tranche: &Tranche) -> Group {
        let given = points(tranche.points);
        let how = if tranche.criteria.is_empty() {
            format!("Chaque entreprise y met ses propres critères ; en remplir un donne {given}.")
        } else {
            format!("Remplir un seul de ces critères donne {given}, une seule fois.")
        };
        self.group(&tranche.id, &tranche.label, vec![how], &tranche.criteria)
    }

    fn group(&self, id: &str, label: &str, how: Vec<String>, criteria: &[Criterion]) -> Group {
        let (doc, grounds) = self.written.of_group(id);
        let rules = criteria.iter().map(|criterion| self.rule(criterion)).collect();
        Group { id: id.to_owned(), label: label.to_owned(), doc, how, grounds, rules }
    }

    fn rule(&self, criterion: &Criterion) -> Rule {
        let speech = Speech { locals: &criterion.locals, ..Speech::new(self.tree) };
        let period = (criterion.period != engine::Period::default())
            .then(|| crate::days::period(criterion.period));
        Rule {
            id: criterion.id.clone(),
            label: criterion.label.clone(),
            doc: criterion.grounds.doc.clone(),
            period,
            gifts: criterion.contributions.iter().map(|it| gift(speech, it)).collect(),
            condition: criterion.condition.as_ref().map(|it| speech.condition(it)),
            exception: criterion.exception.as_ref().map(|it| speech.condition(it)),
            names: names(speech, criterion),
            further: self.further(speech, criterion),
            says: criterion.says.as_ref().map(|it| said(speech, it)),
            else_says: criterion.else_says.as_ref().map(|it| said(speech, it)),
            grounds: self.written.grounds(criterion.span),
        }
    }

    fn further(&self, speech: Speech<'_>, criterion: &Criterion) -> Vec<Phrase> {
        let bound = |before: &str, expr: &Expr| Phrase::of(before).with(speech.amount(expr));
        let floor = criterion.floor.iter().map(|it| bound("donne au moins ", it));
        let cap = criterion.cap.iter().map(|it| bound("donne au plus ", it));
        let proofs = criterion.proofs.iter().map(|(level, fields)| self.proof(level, fields));
        floor.chain(cap).chain(proofs).collect()
    }

    fn proof(&self, level: &ProofLevel, fields: &BTreeSet<FieldId>) -> Phrase {
        let how = match level {
            ProofLevel::Verified => "vérification sur pièce".to_owned(),
            ProofLevel::Validated(None) => "validation".to_owned(),
            ProofLevel::Validated(Some(role)) => {
                format!("validation (rôle : {})", role.replace('_', " "))
            }
        };
        let speech = Speech::new(self.tree);
        let facts = fields.iter().map(|field| Phrase::of(speech.fact(*field))).collect();
        let facts = Phrase::enumerated(facts, " et ");
        Phrase::of(format!("attend une {how} de ")).with(facts)
    }
}

fn gift(speech: Speech<'_>, contribution: &Contribution) -> Gift {
    let amount = match taken(&contribution.amount) {
        Some(taken) => Phrase::of("retire ").with(speech.amount(taken)),
        None => Phrase::of("donne ").with(speech.amount(&contribution.amount)),
    };
    Gift { amount, condition: contribution.condition.as_ref().map(|it| speech.condition(it)) }
}

/// Returns what `retire` takes: the checker writes it as what is subtracted from nothing.
fn taken(amount: &Expr) -> Option<&Expr> {
    let ExprKind::Arithmetic(Arithmetic::Subtract, nothing, taken) = amount.kind.as_ref() else {
        return None;
    };
    let is_nothing = match nothing.kind.as_ref() {
        ExprKind::Constant(Value::Number(number)) => number.is_zero(),
        _ => false,
    };
    (is_nothing && nothing.span == taken.span).then_some(taken)
}

fn names(speech: Speech<'_>, criterion: &Criterion) -> Vec<Phrase> {
    let said = |(name, value): &(String, Expr)| {
        Phrase::of(format!("{} est ", quoted(&name.replace('_', " ")))).with(speech.amount(value))
    };
    criterion.locals.iter().map(said).collect()
}

/// Says a text with, for each value, what it is the value of.
fn said(speech: Speech<'_>, template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        TemplatePart::Text(text) => text.to_string(),
        TemplatePart::Value(expr) => format!("[{}]", unquoted(&speech.amount(expr).to_string())),
    });
    parts.collect()
}

/// Writes a number of points.
pub(super) fn points(number: Exact) -> String {
    let ty = Type::Number(Measure::points(), engine::NumberForm::Decimal);
    let shown = engine::show_exactly(&Value::Number(number), ty, &engine::Schema::default());
    shown.replace('-', "−")
}
