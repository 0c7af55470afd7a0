//! Accepting an invitation: the one-time token and a new password make an invited administrator active.
use axum::extract::State;
use axum::response::Response;
use countersign_authority::login_policy;
use countersign_authority::rights::organization;
use countersign_http::{Anonymous, Code, JsonBody, Problem, Services, require_allowed_address};
use countersign_journal::Change;
use countersign_model::act::InvitationAccepted;
use countersign_model::{Administrator, AdministratorId, Permit, Who};
use countersign_store::tokens::{self, Kind, Token};
use jiff::Timestamp;

use crate::begin::{Begun, Program};
use crate::capacity::Pools;
use crate::email;
use crate::proof::Proof;
use crate::wire::{NewPassword, SignedIn};

/// Accepts an invitation by setting a password, and signs in.
#[utoipa::path(post, path = "/v1/invitations/accept", tag = "sign-in", request_body = NewPassword, responses(
    (status = 201, description = "The invitation is accepted, and the administrator is signed in.", body = SignedIn),
    (status = 401, description = "The invitation is used up, withdrawn, expired or unknown."),
    (status = 403, description = "The organization does not allow signing in from this address."),
    (status = 409, description = "Another administrator has this email address already.")))]
pub async fn accept_invitation(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    program: Program,
    body: JsonBody<NewPassword>,
) -> Result<Response, Problem> {
    let NewPassword { token, password } = body.value;
    let token = tokens::parse(&token).filter(|token| token.kind == Kind::Invitation).ok_or(NotValid)?;
    let journal = &services.journal;
    let id = AdministratorId::from_ulid(token.owner);
    let invited = journal.load::<Administrator>(&id).await?.ok_or(NotValid)?.value;
    require_invited(&invited, &token, caller.now)?;
    password.accept(&invited.email).map_err(|weak| Problem::invalid_field("/password", weak))?;
    Pools::HELD.take(&services, 1).await?;
    let hash = password.hash(journal.random()).ok_or_else(Problem::internal)?;
    invited.accept(hash.clone(), caller.now).map_err(|_| NotValid)?;
    let organization = organization(journal, &invited.organization_id).await?.value;
    let policy = login_policy(journal, &organization).await?;
    require_allowed_address(&policy, &caller)?;
    if !email::take(journal, &invited.email, &id).await? {
        return Err(Problem::new(
            Code::EmailTaken,
            "an administrator with this email address already exists",
        ));
    }
    let who = Who::Administrator { id: id.clone(), name: invited.name.clone(), via: None };
    let (origin, permit) = (caller.known_as(who).origin(), Permit::oneself(&invited));
    let saved = journal
        .save_update(&id, None, |old: &Administrator| {
            require_invited(old, &token, caller.now)?;
            let accepted = old.accept(hash.clone(), caller.now).map_err(|_| NotValid)?;
            let change = Change::new(&permit, &origin, InvitationAccepted::of(old, &accepted));
            Ok::<_, NotValid>((accepted, change))
        })
        .await?;
    // Accepted in any case: if no session can be started here, the administrator signs in with the new password.
    let proof = Proof::PasswordAlone;
    let begun = Begun::new(journal, &saved.value, &caller, program, policy, &proof);
    begun.save(journal, &caller, &saved.value, &proof).await?;
    Ok(begun.answer(&saved.value, &organization))
}

/// The invitation cannot be accepted, for whatever reason.
struct NotValid;

impl From<NotValid> for Problem {
    fn from(NotValid: NotValid) -> Self {
        Self::new(
            Code::InvitationNotValid,
            "this invitation has been used or withdrawn, or has expired; ask for a new one",
        )
    }
}

fn require_invited(administrator: &Administrator, token: &Token, now: Timestamp) -> Result<(), NotValid> {
    let is_its = |hash: &str| tokens::matches(hash, &token.digest);
    if administrator.is_invited_by(is_its, now) { Ok(()) } else { Err(NotValid) }
}
