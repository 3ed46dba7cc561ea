//! How a server begins: with the rules of its directory or those that served last, which the registry keeps;
//! and, to be tried, with an example already decided.

use crate::access::By;
use crate::activation::{self, NotRecorded, Origin};
use crate::app::App;
use crate::problem::Problem;
use crate::reload::Keeper;
use crate::routes::{decisions, links};
use crate::rules::Rules;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use registry::{After, Registry};
use tokio::runtime::Handle;

/// Who puts into force what comes from the rules' directory, as the log names it.
const SERVER: &str = "serveur";

/// Keeps in a registry whatever of the rules' directory begins to serve, and says there that it does, unless the
/// log says so already; called from a thread that may wait.
pub fn keeper(handle: Handle, registry: Registry) -> Keeper {
    Box::new(move |rules| {
        handle.block_on(keep(&registry, rules)).map_err(|error| error.to_string())
    })
}

async fn keep(registry: &Registry, rules: &Rules) -> Result<u64, NotRecorded> {
    match activation::last(registry).await? {
        Some(last) if last.hash == rules.hash() => Ok(last.place),
        Some(_) | None => {
            let by = (SERVER, Origin::Directory);
            activation::record(registry, rules, by, Vec::new(), After::Anything).await
        }
    }
}

/// Records a dossier (YAML) once, as an example, and gives a link to the explanation of some candidates, in the
/// order of their names.
///
/// Errors: those of the dossier and of the registry.
pub async fn example(
    app: &App,
    dossier: &[u8],
    candidates: &[&str],
) -> Result<Vec<(String, String)>, Problem> {
    let by = By::example();
    let mut headers = HeaderMap::new();
    let yaml = HeaderValue::from_static("application/yaml");
    headers.insert(header::CONTENT_TYPE, yaml);
    headers.insert(decisions::KEY, HeaderValue::from_static("exemple"));
    let asked = decisions::Asked::example();
    let (rules, body) = (app.generation().rules.clone(), Bytes::copy_from_slice(dossier));
    let recording = decisions::recorded(app, by, asked, &rules, &headers, body).await?;
    let mut given = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let days = app.settings.link_days;
        let link = links::given(app, &recording.recorded.id, candidate, days).await?;
        given.push(((*candidate).to_owned(), link.lien));
    }
    Ok(given)
}
