//! Requests that ended, were amended, prolonged or revoked.

use countersign_model::act::*;
use countersign_model::{
    Act, Audit, AuditFilter, DecisionScope, EndChange, EndReason, NewRequester, Outcome, Request, Revocation,
};

use super::{administrator, approved, company, decision, id, later, now, request, whereabouts};

pub fn ended(old: &Request, because: EndReason) -> Act {
    RequestEnded::of(old, &old.end(because, now()).unwrap(), because).into()
}

pub fn prolonged(mut old: Request) -> Act {
    if let Some(decision) = &mut old.decision {
        decision.expires_at = None;
    }
    let change =
        EndChange { administrator_id: administrator().id, administrator_name: "Kim".to_owned(), at: now() };
    GrantEdited::of(&old, &old.ending_at(Some(later()), change).unwrap()).into()
}

pub fn prolonged_along() -> Act {
    let mut new = along();
    if let Some(decision) = &mut new.decision {
        decision.expires_at = None;
    }
    GrantEdited::of(&along(), &new).into()
}

pub fn amended(old: &Request) -> RequestAmended {
    let says =
        NewRequester { username: "bob".to_owned(), email: None, reason: Some("for the audit".to_owned()) };
    RequestAmended::of(old, &old.amend(says, false, now()).unwrap(), "bob")
}

/// Settled along with another request.
pub fn along() -> Request {
    let id = id!(DecisionId, 2);
    let decision = decision(Outcome::Approved, DecisionScope::Group).settling(id, &id!(RequestId, 2));
    request().decide(decision, &whereabouts()).unwrap()
}

pub fn revoked(scope: DecisionScope) -> RequestRevoked {
    revocation_of(&approved(scope))
}

pub fn revoked_along() -> RequestRevoked {
    revocation_of(&along())
}

pub fn revocation_of(old: &Request) -> RequestRevoked {
    let revocation = Revocation {
        administrator_id: administrator().id,
        administrator_name: "Kim".to_owned(),
        at: now(),
        message: None,
    };
    RequestRevoked::of(old, &old.revoke(revocation).unwrap())
}

pub fn audit_exported(audit: Audit) -> AuditExported {
    AuditExported::of(&company().id, audit, &AuditFilter::default(), None, "csv")
}
