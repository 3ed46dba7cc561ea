//! The file: header, clauses of the unit, declarations, each chunk alone.

use super::clauses::unit_clause;
use super::layout::{Block, Chunk, Layout};
use super::node::{Node, Rule};
use super::reader::{Reader, head_label, head_name};
use super::tables::sharing_row;
use super::{Built, DECLARATION_WORDS, HEADER_WORDS, UNIT_WORDS};
use crate::limits::DECLARATIONS;
use crate::syntax::tree::{
    Declaration, DeclarationKind, Unit, UnitClause, UnitClauseKind, UnitKind,
};
use source::{Diagnostic, Span, code, nearest};

/// What a chunk is, from its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChunkKind {
    Header,
    Clause,
    Declaration(Declared),
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declared {
    Enumeration,
    Entity,
    Definition,
    Parameter,
    Table,
    Function,
    Criterion,
    Family,
    Slot,
    Eligibility,
    Guarantee,
    Example,
}

/// Whether the first chunk was refused as a header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Accepted,
    Refused,
}

fn chunk_kind(word: &str) -> ChunkKind {
    let declared = match word {
        "vocabulaire" | "cadre" | "politique" | "classement" => return ChunkKind::Header,
        "version" | "en" | "utilise" | "source" | "fondement" | "sur" | "plafond" | "plancher"
        | "hypothese" | "relu" | "applique" | "s'applique" | "perimetre" | "criteres" | "exige"
        | "visible" | "partage" | "employeur" | "quota" | "validation" | "champ" | "propose"
        | "grilles" | "ordre" | "retient" => return ChunkKind::Clause,
        "enumeration" => Declared::Enumeration,
        "entite" => Declared::Entity,
        "definition" => Declared::Definition,
        "parametre" => Declared::Parameter,
        "table" => Declared::Table,
        "fonction" => Declared::Function,
        "critere" => Declared::Criterion,
        "famille" => Declared::Family,
        "tranche" => Declared::Slot,
        "eligible" => Declared::Eligibility,
        "garantie" => Declared::Guarantee,
        "exemple" => Declared::Example,
        _ => return ChunkKind::Unknown,
    };
    ChunkKind::Declaration(declared)
}

impl Reader<'_> {
    /// Reads all chunks. Errors: `E0102`, `E0111`, `E0112`, `E0114`, and those of each chunk.
    pub(super) fn unit(&mut self, layout: &Layout) -> Option<Unit> {
        let mut header: Option<Unit> = None;
        let mut first_header: Option<Span> = None;
        let mut clauses = Vec::new();
        let mut declarations = Vec::new();
        let opening = self.check_start(layout);
        for (at, chunk) in layout.chunks.iter().enumerate() {
            if at == DECLARATIONS {
                self.too_many(chunk);
                break;
            }
            match chunk_kind(&chunk.head.word) {
                ChunkKind::Header => match first_header {
                    None => {
                        first_header = Some(self.line_span(&chunk.head));
                        header = self.header(chunk);
                    }
                    Some(first) => self.second_header(chunk, first),
                },
                ChunkKind::Clause => clauses.extend(self.clause(chunk)),
                ChunkKind::Declaration(declared) => {
                    declarations.extend(self.declaration(declared, chunk));
                }
                // One root cause: a missing header hides that its place is taken by no keyword.
                ChunkKind::Unknown if at == 0 && opening == Opening::Refused => {}
                ChunkKind::Unknown => {
                    let all: Vec<&str> = [HEADER_WORDS, UNIT_WORDS, DECLARATION_WORDS].concat();
                    let words = if at == 0 { HEADER_WORDS } else { &all };
                    let fault = self.unknown_keyword(&chunk.head, words);
                    self.note_broken(&chunk.head);
                    self.refuse(fault);
                }
            }
        }
        let mut unit = header?;
        unit.clauses = clauses;
        unit.declarations = declarations;
        unit.broken = std::mem::take(&mut self.broken);
        Some(unit)
    }

    fn too_many(&mut self, chunk: &Chunk) {
        let message = format!("plus de {DECLARATIONS} déclarations et clauses dans ce fichier");
        let fault = Diagnostic::new(code::TOO_LONG, self.line_span(&chunk.head), message);
        self.refuse(fault.with_help("coupez l'unité en plusieurs, ou mettez ses valeurs en CSV"));
    }

    /// Checks that the file opens with its header, in the first column.
    fn check_start(&mut self, layout: &Layout) -> Opening {
        if let Some(orphan) = layout.orphans.first() {
            let message = "la première ligne est en retrait";
            let span = self.word_span(orphan);
            self.refuse(Diagnostic::new(code::MISPLACED_INDENT, span, message).with_help(
                "la première colonne ouvre l'en-tête, puis chaque clause et chaque déclaration",
            ));
            return Opening::Accepted;
        }
        let first = layout.chunks.first().map(|chunk| &chunk.head);
        let word = first.map_or("", |line| &*line.word);
        let misspelt = chunk_kind(word) == ChunkKind::Unknown
            && nearest(word, HEADER_WORDS.iter().copied()).is_some();
        if chunk_kind(word) == ChunkKind::Header || misspelt {
            return Opening::Accepted;
        }
        let span = first.map_or_else(|| self.original.span(0, 0), |line| self.word_span(line));
        let message =
            "attendu un en-tête : vocabulaire, cadre, politique ou classement, suivi d'un nom";
        self.refuse(
            Diagnostic::new(code::MISSING_HEADER, span, message)
                .with_help("par exemple « politique mon_entreprise \"Politique logement\" »"),
        );
        Opening::Refused
    }

    fn header(&mut self, chunk: &Chunk) -> Option<Unit> {
        let block = whole(chunk);
        let doc = chunk.head.doc.clone();
        self.block(Rule::header, &block, |node| build_header(node, doc))
    }

    fn second_header(&mut self, chunk: &Chunk, first: Span) {
        let span = self.line_span(&chunk.head);
        self.refuse(
            Diagnostic::new(code::DUPLICATE_CLAUSE, span, "deux en-têtes dans un même fichier")
                .with_label(first, "le premier est ici")
                .with_help("un fichier contient une unité et une version"),
        );
    }

    fn clause(&mut self, chunk: &Chunk) -> Option<UnitClause> {
        let text = self.text();
        let rows = chunk.lines.iter().skip_while(|line| !line.is_row(text));
        let head = whole(&Chunk {
            lines: chunk.lines.iter().take_while(|line| !line.is_row(text)).cloned().collect(),
            head: chunk.head.clone(),
        });
        let mut clause = self.block(Rule::unit_clause, &head, unit_clause);
        for line in rows {
            let row = Block { start: line.start, end: line.end, head: line.clone() };
            let Some(UnitClause { kind: UnitClauseKind::SharingBy(_, rows), .. }) = &mut clause
            else {
                if clause.is_some() {
                    let span = self.line_span(line);
                    let message = "cette clause n'a pas de lignes « | »";
                    self.refuse(Diagnostic::new(code::SYNTAX, span, message));
                    clause = None;
                }
                continue;
            };
            match self.block(Rule::sharing_row, &row, sharing_row) {
                Some(row) => rows.push(row),
                None => clause = None,
            }
        }
        if clause.is_none() {
            self.note_broken(&chunk.head);
        }
        clause
    }

    fn declaration(&mut self, declared: Declared, chunk: &Chunk) -> Option<Declaration> {
        let lines = chunk.lines.as_slice();
        let kind = match declared {
            Declared::Enumeration => self.enumeration(lines).map(DeclarationKind::Enumeration),
            Declared::Entity => self.entity(lines).map(DeclarationKind::Entity),
            Declared::Definition => self.definition(lines).map(DeclarationKind::Definition),
            Declared::Parameter => self.parameter(lines).map(DeclarationKind::Parameter),
            Declared::Table => self.table(lines).map(DeclarationKind::Table),
            Declared::Function => self.function(lines).map(DeclarationKind::Function),
            Declared::Criterion => self.criterion(lines).map(|criterion| {
                // In the first column the declaration holds the documentation.
                DeclarationKind::Criterion(crate::syntax::tree::Criterion {
                    doc: None,
                    ..criterion
                })
            }),
            Declared::Family => self.family(lines).map(DeclarationKind::Family),
            Declared::Slot => self.slot(lines).map(DeclarationKind::Slot),
            Declared::Eligibility => self.eligibility(lines).map(DeclarationKind::Eligibility),
            Declared::Guarantee => self.guarantee(lines).map(DeclarationKind::Guarantee),
            Declared::Example => self.example(lines).map(DeclarationKind::Example),
        };
        if kind.is_none() {
            self.note_broken(&chunk.head);
        }
        let span = self.lines_span(lines);
        Some(Declaration { kind: kind?, doc: chunk.head.doc.clone(), span })
    }
}

/// A chunk as one block.
fn whole(chunk: &Chunk) -> Block {
    let end = chunk.lines.last().map_or(chunk.head.end, |line| line.end);
    Block { start: chunk.head.start, end, head: chunk.head.clone() }
}

fn build_header(node: &Node, doc: Option<String>) -> Built<Unit> {
    let mut parts = node.parts();
    let kind = match parts.need(Rule::unit_kind)?.choice() {
        Some(Rule::kw_vocabulaire) => UnitKind::Vocabulary,
        Some(Rule::kw_cadre) => UnitKind::Frame,
        Some(Rule::kw_classement) => UnitKind::Ranking,
        _ => UnitKind::Policy,
    };
    let name = head_name(&mut parts)?;
    let label = head_label(&mut parts);
    let (clauses, declarations, broken) = (Vec::new(), Vec::new(), Vec::new());
    Ok(Unit { kind, name, label, doc, clauses, declarations, broken, span: node.span() })
}
