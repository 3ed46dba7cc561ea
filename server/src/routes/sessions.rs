//! Where people come in with a key or a token, and leave; what pages say of who looks.

use crate::access::By;
use crate::answers::Document;
use crate::app::{App, with_new_keys};
use crate::forms::Sent;
use crate::problem::Problem;
use crate::roles::{Action, Role};
use crate::sessions::{Holder, Reach, Session};
use crate::tokens::Unproved;
use crate::under::Asked;
use axum::extract::{Extension, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use explain::wording::raised;
use jiff::Timestamp;
use pages::people::{DoorPage, Place, Visitor};
use serde::Deserialize;

/// The pages that are not for all, each with what asking it is.
const PLACES: [(Action, Place); 4] = [
    (Action::Simulate, Place { address: "/essai", name: "Banc d'essai" }),
    (Action::Audit, Place { address: "/audit", name: "Audit" }),
    (Action::SeeCompany, Place { address: "/entreprise", name: "Mon entreprise" }),
    (Action::Measure, Place { address: "/exploitation", name: "Exploitation" }),
];

/// Says who looks at a page, and where they may go.
pub fn visitor(app: &App, by: &By) -> Visitor {
    let may = |action: Action| match action {
        Action::SeeCompany => by.siren.is_some(),
        other => app.access.is_open() || by.role.is_some_and(|role| other.is_for(role)),
    };
    let own = PLACES.into_iter().filter(|(action, _)| may(*action)).map(|(_, place)| place);
    let rules = Place { address: "/regles/index.html", name: "Règles" };
    Visitor {
        name: by.role.map(|_| by.name.clone()),
        places: std::iter::once(rules).chain(own).collect(),
        mark: by.session.as_ref().map(|session| app.sessions.mark(session)),
    }
}

/// Makes the page where one comes in, to go somewhere, after a key that was refused perhaps.
pub fn door(app: &App, wanted: &str, refused: Option<&str>) -> String {
    door_to(app, Visitor::default(), wanted, refused)
}

fn door_to(app: &App, visitor: Visitor, wanted: &str, refused: Option<&str>) -> String {
    pages::people::door(&DoorPage {
        visitor,
        wanted: local(wanted).to_owned(),
        refused: refused.map(str::to_owned),
        is_open: app.sessions.reach() != Reach::Clear,
        takes_tokens: app.access.tokens().is_some(),
    })
}

/// Where to go after coming in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    #[serde(default)]
    vers: Option<String>,
}

/// `GET /session?vers=`: where one comes in.
pub async fn ask(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Asked(wanted): Asked<Where>,
) -> Document {
    let wanted = wanted.vers.unwrap_or_else(|| "/".to_owned());
    Document::page(door_to(&app, visitor(&app, &by), &wanted, None))
}

/// `POST /session`: opens a session for whoever holds a key or a token, and leads where they wanted to go.
pub async fn open(State(app): State<App>, sent: Sent) -> Response {
    let (now, wanted) = (Timestamp::now(), sent.field("vers").unwrap_or("/"));
    let opened = opened(&app, sent.field("cle").unwrap_or_default(), now).await;
    let (cookie, role) = match opened {
        Ok(opened) => opened,
        Err(refused) => {
            let page = door(&app, wanted, Some(&refused));
            return (StatusCode::UNAUTHORIZED, Document::page(page)).into_response();
        }
    };
    let home = match role {
        Role::Auditeur => "/audit",
        Role::Rh => "/entreprise",
        Role::Exploitant => "/exploitation",
        Role::Auteur => "/essai",
        Role::Service | Role::Territoire => "/",
    };
    let to = if local(wanted) == "/" { home } else { local(wanted) };
    ([(SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// Opens a session by a key or a token. Errors: what the page says, in words.
async fn opened(app: &App, sent: &str, now: Timestamp) -> Result<(HeaderValue, Role), String> {
    let (holder, ends, role) = match (app.access.holder(sent, now), app.access.tokens()) {
        (Some(caller), _) => (Holder::Key(caller.hash.clone()), None, caller.role),
        (None, Some(tokens)) if sent.contains('.') => {
            let new_key = |unproved: &Unproved| *unproved == Unproved::UnknownKey;
            let proved = with_new_keys(app, || tokens.prove(sent), new_key).await;
            let proved = proved.map_err(|unproved| why(unproved).to_owned())?;
            let role = proved.caller.role;
            (Holder::Token(Box::new(proved.caller.into())), Some(proved.until), role)
        }
        (None, _) => return Err("Cette clé n'ouvre rien ici, ou n'ouvre plus.".to_owned()),
    };
    let cookie = app.sessions.open(holder, ends, now).map_err(|unopened| sentence(&unopened))?;
    Ok((cookie, role))
}

/// Says why a token opens nothing, and what to do.
fn why(unproved: Unproved) -> &'static str {
    match unproved {
        Unproved::Expired => "Ce jeton a expiré : demandez-en un autre à qui l'a donné.",
        Unproved::Misdirected => "Ce jeton n'est pas fait pour ce serveur.",
        Unproved::Unclear => "Ce jeton ne dit pas clairement qui vous êtes, ou à quel titre.",
        Unproved::UnknownKey | Unproved::Refused => {
            "Ce jeton n'ouvre rien ici : il n'est pas de l'émetteur que ce serveur connaît, ou a été modifié."
        }
    }
}

/// Writes a reason as a sentence.
fn sentence(reason: &impl std::fmt::Display) -> String {
    format!("{}.", raised(&reason.to_string()))
}

/// `POST /session/fin`: ends a session, on every server of this registry.
///
/// Errors: the registry does not answer: it is not ended.
pub async fn end(
    State(app): State<App>,
    Extension(by): Extension<By>,
    _: Sent,
) -> Result<Response, Problem> {
    if let Some(Session { id, until, .. }) = &by.session {
        app.registry.end_session(id, *until, Timestamp::now().as_second()).await?;
    }
    let gone = app.sessions.gone().map(|gone| [(SET_COOKIE, gone)]);
    Ok((gone, Redirect::to("/")).into_response())
}

/// Keeps an address of this server; its first page in place of any other.
fn local(wanted: &str) -> &str {
    let is_plain = wanted.chars().all(|sign| sign.is_ascii_graphic() && sign != '\\');
    if is_plain && wanted.starts_with('/') && !wanted.starts_with("//") { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_to_this_server_alone() {
        assert_eq!(local("/audit?depuis=2019-10-15"), "/audit?depuis=2019-10-15");
        for elsewhere in
            ["//a.fr", "https://a.fr", "/\\a.fr", "javascript:1", "", "/a\nb", "a", "/é"]
        {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
    }
}
