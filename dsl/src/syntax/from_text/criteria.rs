//! Criteria, eligibility conditions, families, tranches.

use super::Built;
use super::layout::Line;
use super::literals::quantity;
use super::node::{Node, Rule};
use super::reader::{Cut, Reader, clauses_of, head_label, head_name};
use crate::syntax::tree::{
    Clause, ClauseKind, Criterion, Eligibility, ExprKind, Family, Name, Quantity, Retains, Slot,
    Text,
};

/// Name, label and clauses: what the heads of this file share.
struct Head {
    name: Name,
    label: Option<Text>,
    retains: Retains,
    points: Option<Quantity>,
    clauses: Vec<Clause>,
}

impl Reader<'_> {
    /// Reads `critère NOM` and its clauses.
    pub(super) fn criterion(&mut self, lines: &[Line]) -> Option<Criterion> {
        let head = self.headed(Rule::criterion, lines)?;
        let doc = lines.first().and_then(|line| line.doc.clone());
        let span = self.lines_span(lines);
        Some(Criterion { name: head.name, label: head.label, clauses: head.clauses, doc, span })
    }

    /// Reads `éligible NOM` and its clauses.
    pub(super) fn eligibility(&mut self, lines: &[Line]) -> Option<Eligibility> {
        let head = self.headed(Rule::eligibility, lines)?;
        Some(Eligibility { name: head.name, label: head.label, clauses: head.clauses })
    }

    /// Reads `famille NOM`; its broken criteria are left out.
    pub(super) fn family(&mut self, lines: &[Line]) -> Option<Family> {
        let nest = nest(lines);
        let head = self.headed(Rule::family, &nest.own);
        let criteria = self.criteria(&nest.criteria);
        let Head { name, label, retains, clauses, .. } = head?;
        Some(Family { name, label, retains, clauses, criteria })
    }

    /// Reads `tranche NOM`; its broken criteria are left out.
    pub(super) fn slot(&mut self, lines: &[Line]) -> Option<Slot> {
        let nest = nest(lines);
        let head = self.headed(Rule::slot, &nest.own);
        let criteria = self.criteria(&nest.criteria);
        let Head { name, label, mut points, mut clauses, .. } = head?;
        // The points may stand on a line of their own.
        if let Some(at) =
            clauses.iter().position(|clause| points.is_none() && fixed_points(clause).is_some())
        {
            points = fixed_points(&clauses.remove(at));
        }
        Some(Slot { name, label, points, clauses, criteria })
    }

    fn criteria(&mut self, groups: &[Vec<Line>]) -> Vec<Criterion> {
        let mut criteria = Vec::with_capacity(groups.len());
        for lines in groups {
            match self.deeper(|reader| reader.criterion(lines)) {
                Some(criterion) => criteria.push(criterion),
                None => lines.iter().take(1).for_each(|line| self.note_broken(line)),
            }
        }
        criteria
    }

    fn headed(&mut self, rule: Rule, lines: &[Line]) -> Option<Head> {
        let Cut { head, body } = self.cut(lines);
        let head = self.block(rule, &head?, build_head);
        let clauses = self.clauses(&body);
        let mut head = head?;
        head.clauses.extend(clauses?);
        head.clauses.shrink_to_fit();
        Some(head)
    }
}

fn build_head(node: &Node) -> Built<Head> {
    let mut parts = node.parts();
    let name = head_name(&mut parts)?;
    let label = head_label(&mut parts);
    let retained = parts.accept(Rule::retained).and_then(|node| node.choice());
    let retains =
        if retained == Some(Rule::kw_premier) { Retains::First } else { Retains::Maximum };
    let points = parts.accept(Rule::quantity).map(|node| quantity(&node)).transpose()?;
    Ok(Head { name, label, retains, points, clauses: clauses_of(parts)? })
}

fn fixed_points(clause: &Clause) -> Option<Quantity> {
    let ClauseKind::Gives(expr, None) = &clause.kind else {
        return None;
    };
    match expr.kind.as_ref() {
        ExprKind::Number(quantity) => Some(quantity.clone()),
        _ => None,
    }
}

/// A family's own lines, and those of each of its criteria.
struct Nest {
    own: Vec<Line>,
    criteria: Vec<Vec<Line>>,
}

fn nest(lines: &[Line]) -> Nest {
    let mut nest = Nest { own: Vec::new(), criteria: Vec::new() };
    let mut inside: Option<usize> = None;
    for line in lines {
        if &*line.word == "critere" && line.indent > 0 {
            inside = Some(line.indent);
            nest.criteria.push(vec![line.clone()]);
            continue;
        }
        // A clause of the family may come back after its criteria, at their indentation.
        if inside.is_some_and(|indent| line.indent <= indent && may_be_the_family_s(line)) {
            inside = None;
        }
        match nest.criteria.last_mut() {
            Some(criterion) if inside.is_some() => criterion.push(line.clone()),
            _ => nest.own.push(line.clone()),
        }
    }
    nest
}

fn may_be_the_family_s(line: &Line) -> bool {
    matches!(
        (&*line.word, &*line.second),
        ("plafond" | "plancher" | "source" | "fondement" | "hypothese" | "relu", _)
            | ("en", "vigueur")
    )
}
