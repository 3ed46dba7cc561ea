//! What was published, and where.

use super::page::Page;
use super::style;
use super::table::{Align, Cell, Table};
use pages::Publication;
use source::counted;
use std::path::Path;

/// Lists the pages that were written.
pub fn publication(folder: &Path, publication: &Publication) -> String {
    let mut page = Page::default();
    let pages = counted(publication.sheets.len(), "page", "pages");
    page.line(format!("Publié dans « {} » : {pages}, et index.html", folder.display()));
    let mut table = Table::new([Align::Left; 3]);
    for sheet in &publication.sheets {
        table.row(vec![
            format!("{}.html", sheet.address).into(),
            sheet.label.as_str().into(),
            Cell::styled(style::FAINT, format!("version {}", sheet.version)),
        ]);
    }
    page.lines(table.draw("  "));
    page.done()
}
