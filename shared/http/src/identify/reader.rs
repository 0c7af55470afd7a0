//! Administrators who read lists page by page.
use axum::extract::FromRequestParts;
use countersign_authority::Principal;
use futures::future::join;
use http::request::Parts;

use super::AsAdministrator;
use crate::caller::Caller;
use crate::cursor::Paging;
use crate::problem::Problem;
use crate::services::Services;

/// An administrator who reads a list: [`AsAdministrator`], with the pages of the list. In an instance's first such call,
/// the key for cursors is read in the same round.
pub struct AsReader {
    /// The caller.
    pub caller: Caller,
    /// The administrator, limited to what their credential allows.
    pub administrator: Principal,
    /// Opens the cursor and makes the page.
    pub paging: Paging,
}

impl FromRequestParts<Services> for AsReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let uri = parts.uri.clone();
        let key = services.cursors.key(&services.journal);
        let (reader, key) = join(AsAdministrator::from_request_parts(parts, services), key).await;
        let AsAdministrator { caller, administrator, .. } = reader?;
        let paging = Paging::new(key?, &administrator.value.id, &uri, &services.journal);
        Ok(Self { caller, administrator, paging })
    }
}
