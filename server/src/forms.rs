//! Forms of pages, as browsers send them.
//!
//! One that comes by a session carries the mark of that session, or is refused: nothing else of a page can make a
//! browser ask in somebody's name.

use crate::access::By;
use crate::app::App;
use crate::problem::Problem;
use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;

/// The field of the mark.
const MARK: &str = "jeton";

/// What a form says, field by field, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// Returns what a field holds; nothing when it is blank.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let by = request.extensions().get::<By>().cloned().ok_or_else(Problem::broken)?;
        let read = Form::from_request(request, app).await;
        let Form(fields) = read.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            _ => Problem::unreadable("le corps n'est pas celui d'un formulaire"),
        })?;
        let sent = Self(fields);
        if let Some(session) = &by.session
            && !app.sessions.is_of(session, sent.field(MARK).unwrap_or_default())
        {
            return Err(Problem::foreign_form());
        }
        Ok(sent)
    }
}
