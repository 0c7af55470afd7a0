//! Recording refusals in the audit.
use countersign_authority::root;
use countersign_http::{AsPerson, Caller, Problem, Services};
use countersign_journal::Change;
use countersign_model::act::{ProofRefused, SessionRefused};
use countersign_model::{OrganizationId, Permit, RefusalOnly};

use crate::account::Account;

/// A refused sign-in is recorded at the administrator's organization, or at the root if nobody has the address.
pub trait OrRefuse<T> {
    /// Passes the problem on, and records it if `tell`: of many equal refusals, the first is enough.
    async fn or_refuse(
        self,
        services: &Services,
        caller: &Caller,
        account: &Account,
        tell: bool,
    ) -> Result<T, Problem>;
}

impl<T> OrRefuse<T> for Result<T, Problem> {
    async fn or_refuse(
        self,
        services: &Services,
        caller: &Caller,
        account: &Account,
        tell: bool,
    ) -> Result<T, Problem> {
        if let (Err(problem), true) = (&self, tell) {
            record(services, caller, account, problem.code().as_str()).await?;
        }
        self
    }
}

async fn record(services: &Services, caller: &Caller, account: &Account, why: &str) -> Result<(), Problem> {
    let root = root(&services.journal).await?;
    let organization: Option<OrganizationId> = account.organization().cloned().or(root);
    // Before the set-up there is no journal to write to, and nobody who could sign in.
    let Some(organization) = organization else { return Ok(()) };
    let act = SessionRefused {
        administrator_id: account.id().cloned(),
        email: account.email.clone(),
        why: why.to_owned(),
    };
    let permit = Permit::refusal(&organization, RefusalOnly);
    services.journal.save(Change::new(&permit, &caller.origin(), act)).await?;
    Ok(())
}

/// Records that a password or a code was wrong that a session had to give again.
pub async fn within_session(services: &Services, person: &AsPerson, why: &str) -> Result<(), Problem> {
    let act = ProofRefused {
        administrator_id: person.administrator.id.clone(),
        session: person.session_id.clone(),
        why: why.to_owned(),
    };
    let permit = Permit::refusal(&person.administrator.organization_id, RefusalOnly);
    services.journal.save(Change::new(&permit, &person.caller.origin(), act)).await?;
    Ok(())
}
