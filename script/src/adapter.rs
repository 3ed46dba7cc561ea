//! A form adapter of the recueil: `fn adapter(formulaire)` returns `#{ faits, refus }`.

use crate::sandbox::{CallFailure, CallFailureKind, Sandbox};
use crate::tree;
use dossier::{AdaptedForm, AdapterFailure, FormAdapter, Node, NodeKind, Refusal};

/// The function that every adapter has.
const ENTRY: &str = "adapter";

/// One adapter of a sandbox.
#[derive(Clone, Copy)]
pub struct Adapter<'a> {
    sandbox: &'a Sandbox,
    path: &'a str,
}

impl Sandbox {
    /// Returns the adapter at a path; absent when no script there has `fn adapter(formulaire)`.
    pub fn adapter<'a>(&'a self, path: &'a str) -> Option<Adapter<'a>> {
        self.adapter_has(path, ENTRY, 1).then_some(Adapter { sandbox: self, path })
    }
}

impl FormAdapter for Adapter<'_> {
    fn adapt(&self, form: &Node) -> Result<AdaptedForm, AdapterFailure> {
        let result = self
            .sandbox
            .call_adapter(self.path, ENTRY, tree::to_script(form))
            .map_err(|failure| adapter_failure(&failure))?;
        let wrong = || adapter_failure(&CallFailureKind::Result.into());
        let result = tree::from_script(&result, 0).ok_or_else(wrong)?;
        let facts = result.get("faits").cloned().ok_or_else(wrong)?;
        let refusals = match result.get("refus").map(|node| &node.kind) {
            None => Vec::new(),
            Some(NodeKind::List(items)) => {
                let refusals: Option<Vec<Refusal>> = items.iter().map(refusal).collect();
                refusals.ok_or_else(wrong)?
            }
            Some(NodeKind::Scalar(_) | NodeKind::Map(_)) => return Err(wrong()),
        };
        Ok(AdaptedForm { facts, refusals })
    }
}

fn refusal(node: &Node) -> Option<Refusal> {
    let text = |key: &str| match node.get(key).map(|node| &node.kind) {
        Some(NodeKind::Scalar(scalar)) => Some(scalar.text.clone()),
        Some(NodeKind::List(_) | NodeKind::Map(_)) | None => None,
    };
    Some(Refusal { form_box: text("boite")?, message: text("message")? })
}

fn adapter_failure(failure: &CallFailure) -> AdapterFailure {
    AdapterFailure { message: format!("l'adaptateur du formulaire a échoué : {failure}") }
}
