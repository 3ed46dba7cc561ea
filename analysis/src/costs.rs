//! What each version may cost to evaluate, against the limit.

use crate::scales::version;
use crate::verifier::Look;
use dsl::Compiled;
use dsl::limits::COST;
use engine::{LIST_ITEMS, cost};
use source::{Diagnostic, Span, code};

/// Refuses what would cost too much for one candidate. Errors: `E0904`.
pub(crate) fn check(compiled: &Compiled, look: &Look, out: &mut Vec<Diagnostic>) {
    let program = &compiled.lowered.program;
    let grids = compiled.typed.grids.iter().zip(&compiled.lowered.grids);
    for (written, place) in grids.filter(|(written, _)| look.at(written.span.file)) {
        let Some(version) = version(compiled, *place) else { continue };
        let name = version.filling.as_ref().map_or(&version.unit, |(name, _)| name);
        within(name, cost(&version.code, program), written.span, out);
    }
    for (written, ranking) in compiled.typed.rankings.iter().zip(&program.rankings) {
        within(&ranking.unit, cost(&ranking.code, program), written.span, out);
    }
}

fn within(name: &str, cost: u64, span: Span, out: &mut Vec<Diagnostic>) {
    if cost <= COST {
        return;
    }
    let message = format!(
        "évaluer « {name} » demande environ {cost} opérations par candidat, au plus {COST}"
    );
    out.push(Diagnostic::new(code::TOO_COSTLY, span, message).with_help(format!(
        "une boucle compte {LIST_ITEMS} fois ce qu'elle contient : évitez les boucles dans les boucles"
    )));
}
