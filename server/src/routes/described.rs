//! What the interface is, for machines (OpenAPI 3.1, as it was written of the table of routes) and for people.

use crate::answers::{Document, Form};
use crate::table::{Route, table};

/// The description, as the tests write it.
const WRITTEN: &str = include_str!("../../schemas/openapi.json");

/// `GET /v1/openapi.json`.
pub async fn openapi() -> Document {
    Document { form: Form::Json, bytes: WRITTEN.into() }
}

/// `GET /docs`: every route, on a page.
pub async fn page() -> Document {
    let rows: Vec<String> = table().iter().map(row).collect();
    let rows = rows.concat();
    let style = pages::html::style();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>L'interface de Barème</title>\n\
         <style>{style}</style>\n</head>\n<body>\n<main id=\"contenu\">\n<h1>L'interface de Barème</h1>\n\
         <p class=\"lede\">La même en <a href=\"/v1/openapi.json\">OpenAPI 3.1</a>.</p>\n<table>\n\
         <caption>Les adresses</caption>\n<thead><tr><th scope=\"col\">Adresse</th><th scope=\"col\">Ce \
         qu'elle fait</th><th scope=\"col\">Portée demandée</th></tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table>\n</main>\n</body>\n</html>\n"
    );
    Document { form: Form::Html, bytes: page.into_bytes() }
}

fn row(route: &Route) -> String {
    let who = if route.action.is_public() { "sans clé" } else { route.action.word() };
    let (method, path, says) = (route.method.word(), route.path, route.says);
    format!(
        "<tr><th scope=\"row\"><code>{method} {path}</code></th><td>{says}</td><td>{who}</td></tr>\n"
    )
}
