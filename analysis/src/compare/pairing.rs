//! Which thing of one version is which of the other: by name, else by label, else by what it says.

use super::tree::SubjectKind;
use super::written::Written;

/// A thing on both sides, or on one.
pub(super) type Pair<'w> = (Option<&'w Written>, Option<&'w Written>);

/// Pairs what two versions declare, in the order of the second; what is only in the first is last.
pub(super) fn pairs<'w>(before: &'w [Written], after: &'w [Written]) -> Vec<Pair<'w>> {
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let passes: [fn(&Written, &Written) -> bool; 4] =
        [same_place, same_name, same_label, same_text];
    for matches in passes {
        for (own, found) in after.iter().zip(&mut partner) {
            if found.is_some() {
                continue;
            }
            let at = before.iter().zip(&taken).position(|(one, taken)| !taken && matches(one, own));
            if let Some(mark) = at.and_then(|at| taken.get_mut(at)) {
                *mark = true;
                *found = at;
            }
        }
    }
    let kept = after
        .iter()
        .zip(&partner)
        .map(|(own, found)| (found.and_then(|at| before.get(at)), Some(own)));
    let gone = before.iter().zip(&taken).filter(|(_, taken)| !**taken);
    kept.chain(gone.map(|(one, _)| (Some(one), None))).collect()
}

fn same_place(a: &Written, b: &Written) -> bool {
    same_name(a, b) && a.subject.within == b.subject.within
}

/// A field of another entity is another fact.
fn same_name(a: &Written, b: &Written) -> bool {
    let (a, b) = (&a.subject, &b.subject);
    let free = match b.kind {
        SubjectKind::Field => a.within == b.within,
        _ => true,
    };
    a.kind == b.kind && a.name == b.name && free
}

fn same_label(a: &Written, b: &Written) -> bool {
    let (one, other) = (&a.subject, &b.subject);
    renames(one.kind) && one.kind == other.kind && one.label.is_some() && one.label == other.label
}

fn same_text(a: &Written, b: &Written) -> bool {
    let (one, other) = (&a.subject, &b.subject);
    renames(one.kind)
        && one.kind == other.kind
        && one.within == other.within
        && !a.rules().is_empty()
        && a.rules() == b.rules()
}

/// Whether a thing of another name may be the same thing: a fact is its name.
fn renames(kind: SubjectKind) -> bool {
    match kind {
        SubjectKind::Field | SubjectKind::Enumeration | SubjectKind::Unit => false,
        SubjectKind::Criterion
        | SubjectKind::Family
        | SubjectKind::Tranche
        | SubjectKind::Eligibility
        | SubjectKind::Definition
        | SubjectKind::Parameter
        | SubjectKind::Table
        | SubjectKind::Function
        | SubjectKind::Guarantee => true,
    }
}
