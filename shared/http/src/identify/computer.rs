//! Computers, identified by their token.
use async_trait::async_trait;
use axum::extract::FromRequestParts;
use countersign_model::ids::ComputerId;
use countersign_model::{Computer, Who};
use countersign_store::Stored;
use countersign_store::tokens::{self, Kind, Token};
use http::request::Parts;

use super::credentials::bearer;
use crate::caller::Caller;
use crate::long_poll::StillIdentified;
use crate::problem::Problem;
use crate::services::Services;

/// An enrolled computer: `Authorization: Bearer csc_…`. Costs one read. Clones of one image are refused once they are found.
#[derive(Clone, Debug)]
pub struct AsComputer {
    /// The caller.
    pub caller: Caller,
    /// The computer's record, read just now.
    pub computer: Stored<Computer>,
    token: Token,
}

impl FromRequestParts<Services> for AsComputer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).and_then(tokens::parse);
        let token = token.filter(|token| token.kind == Kind::Computer).ok_or_else(Problem::not_identified)?;
        let computer = identify(&token, services).await?;
        let who = Who::Computer { id: computer.value.id.clone() };
        Ok(Self { caller: Caller::of(parts, services, who).await?, computer, token })
    }
}

#[async_trait]
impl StillIdentified for AsComputer {
    fn id(&self) -> &str {
        self.computer.value.id.as_str()
    }

    async fn check_again(&self, services: &Services) -> Result<(), Problem> {
        identify(&self.token, services).await.map(drop)
    }
}

async fn identify(token: &Token, services: &Services) -> Result<Stored<Computer>, Problem> {
    let id = ComputerId::from_ulid(token.owner);
    let computer = services.journal.load::<Computer>(&id).await?;
    let is_good =
        |computer: &Computer| tokens::matches(&computer.token_hash, &token.digest) && !computer.deleted;
    let computer =
        computer.filter(|computer| is_good(&computer.value)).ok_or_else(Problem::not_identified)?;
    // The token is right, but nobody knows which of the clones has sent it.
    if computer.value.is_cloned() { Err(Problem::computer_cloned()) } else { Ok(computer) }
}
