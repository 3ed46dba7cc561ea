//! Builds the tree from a flat stream of events, whatever the text they come from, and holds every
//! limit: depth, nodes, length of a scalar, copies by aliases.
//!
//! The builder keeps its own stack, so nothing here recurses on what arrives.

use crate::error::{DossierError, Fault, Problems};
use crate::limits;
use crate::node::{Entry, Node, NodeKind, Place, Scalar};
use crate::path::word;
use source::code;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// An error that ends the reading, possibly after others.
pub(crate) type Stop = Vec<DossierError>;

/// A tree under construction.
#[derive(Default)]
pub(crate) struct Builder {
    stack: Vec<Frame>,
    root: Option<Node>,
    nodes: usize,
    aliased: usize,
    keys: BTreeSet<Arc<str>>,
    anchors: BTreeMap<usize, Anchored>,
    problems: Problems,
}

/// A list or a map that is not closed yet.
struct Frame {
    content: Content,
    place: Place,
    anchor: usize,
}

/// What an open list or map holds so far.
enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(Arc<str>, Place)> },
}

/// A node that aliases may copy.
struct Anchored {
    node: Node,
    size: Size,
}

/// How big a tree is.
#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    depth: usize,
    bytes: usize,
}

impl Builder {
    /// Adds a scalar: the key of the open map when one is due, else a value. Anchor 0 is none.
    pub(crate) fn scalar(
        &mut self,
        scalar: Scalar,
        place: Place,
        anchor: usize,
    ) -> Result<(), Stop> {
        if scalar.text.len() > limits::SCALAR_BYTES {
            let most = limits::SCALAR_BYTES;
            return Err(self.limit(&format!("texte de plus de {most} octets"), place));
        }
        let scalar = Scalar { text: composed(scalar.text), spelling: scalar.spelling };
        if self.key_is_due() {
            return self.key(&scalar.text, place);
        }
        self.value(Node { kind: NodeKind::Scalar(scalar), place }, anchor)
    }

    /// Opens a list.
    pub(crate) fn open_list(&mut self, place: Place, anchor: usize) -> Result<(), Stop> {
        self.open(Content::List(Vec::new()), place, anchor)
    }

    /// Opens a map.
    pub(crate) fn open_map(&mut self, place: Place, anchor: usize) -> Result<(), Stop> {
        self.open(Content::Map { entries: Vec::new(), key: None }, place, anchor)
    }

    /// Closes the innermost list or map.
    pub(crate) fn close(&mut self) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let kind = match frame.content {
            Content::List(items) => NodeKind::List(items),
            Content::Map { entries, .. } => {
                self.refuse_duplicates(&entries);
                NodeKind::Map(entries)
            }
        };
        self.attach(Node { kind, place: frame.place }, frame.anchor)
    }

    /// Copies an anchored node.
    pub(crate) fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Stop> {
        if self.key_is_due() {
            return Err(self.syntax("une clé ne peut pas être un alias", place));
        }
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(self.syntax("alias d'une ancre qui n'est pas finie", place));
        };
        let size = anchored.size;
        self.charge_aliases(size, place)?;
        self.count(size.nodes, place)?;
        if self.stack.len() + size.depth > limits::DEPTH {
            return Err(self.too_deep(place));
        }
        let Some(anchored) = self.anchors.get(&anchor) else { return Ok(()) };
        let node = anchored.node.clone();
        self.attach(node, 0)
    }

    /// Returns the tree, or every mistake of the text.
    pub(crate) fn finish(mut self) -> Result<Node, Vec<DossierError>> {
        match self.root.take() {
            Some(root) => self.problems.settle(root),
            None => Err(self.syntax("texte vide", Place::START)),
        }
    }

    /// Tells whether the open map waits for a key.
    fn key_is_due(&self) -> bool {
        match self.stack.last() {
            Some(Frame { content: Content::Map { key, .. }, .. }) => key.is_none(),
            Some(Frame { content: Content::List(_), .. }) | None => false,
        }
    }

    /// Ends the reading: the text is malformed.
    pub(crate) fn syntax(&mut self, message: &str, place: Place) -> Stop {
        self.stop(Fault::new(code::DOSSIER_SYNTAX, message), place)
    }

    fn limit(&mut self, message: &str, place: Place) -> Stop {
        self.stop(Fault::new(code::DOSSIER_LIMIT, message), place)
    }

    fn too_deep(&mut self, place: Place) -> Stop {
        let most = limits::DEPTH;
        self.limit(&format!("imbrication de plus de {most} niveaux"), place)
    }

    fn stop(&mut self, fault: Fault, place: Place) -> Stop {
        let error = self.error(fault, place);
        let mut problems = std::mem::take(&mut self.problems);
        problems.record(error);
        problems.settle(()).err().unwrap_or_default()
    }

    fn error(&self, fault: Fault, place: Place) -> DossierError {
        DossierError {
            code: fault.code,
            path: self.path(),
            message: fault.message,
            place,
            help: fault.help,
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.stack {
            match &frame.content {
                Content::List(items) => {
                    path.push('[');
                    path.push_str(&items.len().to_string());
                    path.push(']');
                }
                Content::Map { key: Some((key, _)), .. } => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&word(key));
                }
                Content::Map { key: None, .. } => {}
            }
        }
        path
    }

    fn open(&mut self, content: Content, place: Place, anchor: usize) -> Result<(), Stop> {
        if self.key_is_due() {
            return Err(self.syntax("une clé doit être un mot, pas une liste", place));
        }
        if self.stack.len() >= limits::DEPTH {
            return Err(self.too_deep(place));
        }
        self.count(1, place)?;
        self.stack.push(Frame { content, place, anchor });
        Ok(())
    }

    fn key(&mut self, text: &str, place: Place) -> Result<(), Stop> {
        if text == "<<" {
            return Err(self.syntax("la clé de fusion « << » n'est pas admise", place));
        }
        let name = match self.keys.get(text) {
            Some(name) => Arc::clone(name),
            None => {
                let name: Arc<str> = text.into();
                self.keys.insert(Arc::clone(&name));
                name
            }
        };
        if let Some(Frame { content: Content::Map { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some((name, place));
        }
        Ok(())
    }

    fn value(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        self.count(1, node.place)?;
        self.attach(node, anchor)
    }

    fn attach(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        if anchor > 0 {
            let size = size_of(&node);
            self.charge_aliases(size, node.place)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), size });
        }
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None if self.root.is_some() => {
                Err(self.syntax("un seul dossier par texte", node.place))
            }
            None => {
                self.root = Some(node);
                Ok(())
            }
            Some(Content::List(items)) => {
                items.push(node);
                Ok(())
            }
            Some(Content::Map { entries, key }) => {
                if let Some((key, place)) = key.take() {
                    entries.push(Entry { key, place, value: node });
                }
                Ok(())
            }
        }
    }

    fn refuse_duplicates(&mut self, entries: &[Entry]) {
        let mut sorted: Vec<&Entry> = entries.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| a.place.cmp(&b.place)));
        for pair in sorted.windows(2) {
            let [first, second] = pair else { continue };
            if first.key == second.key {
                let message = format!("champ « {} » donné deux fois", word(&second.key));
                let error = self.error(Fault::new(code::DOSSIER_SYNTAX, message), second.place);
                self.problems.record(error);
            }
        }
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes > limits::NODES {
            let most = limits::NODES;
            return Err(self.limit(&format!("dossier de plus de {most} éléments"), place));
        }
        Ok(())
    }

    fn charge_aliases(&mut self, size: Size, place: Place) -> Result<(), Stop> {
        self.aliased += size.nodes + size.bytes / limits::ALIASED_BYTES_PER_NODE;
        if self.aliased > limits::ALIASED_NODES {
            let most = limits::ALIASED_NODES;
            return Err(self.limit(&format!("alias qui recopient plus de {most} éléments"), place));
        }
        Ok(())
    }
}

/// Measures a tree; its depth is bounded, so the recursion is.
fn size_of(node: &Node) -> Size {
    let around = |sizes: &mut dyn Iterator<Item = Size>| {
        sizes.fold(Size { nodes: 1, depth: 1, bytes: 0 }, |sum, size| Size {
            nodes: sum.nodes + size.nodes,
            depth: sum.depth.max(size.depth + 1),
            bytes: sum.bytes + size.bytes,
        })
    };
    match &node.kind {
        NodeKind::Scalar(scalar) => Size { nodes: 1, depth: 0, bytes: scalar.text.len() },
        NodeKind::List(items) => around(&mut items.iter().map(size_of)),
        NodeKind::Map(entries) => around(&mut entries.iter().map(|entry| size_of(&entry.value))),
    }
}

/// Returns the text in Unicode form NFC, so that « é » typed in two ways is one name.
pub(crate) fn composed(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}
