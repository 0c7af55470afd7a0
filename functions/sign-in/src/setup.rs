//! The set-up: it creates the root organization and its first administrator, once per deployment.
//!
//! The winner of the slot `setup` is the root. Its administrator cannot sign in yet. Completing the set-up is one update of
//! the administrator's record, which makes them active with the address, name and password of this call. Until then, every
//! call with the token may complete what an earlier one began, also with another input; from then on, none may. What
//! follows (the organization's name, if it has another one from an earlier call, and the session) can be done by the
//! administrator, who signs in.
use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use countersign_authority::{CursorKey, rights::actor_of};
use countersign_http::{Anonymous, Caller, Code, JsonBody, Problem, Services, require_short};
use countersign_journal::{Change, Elected, Journal, PermissionEdits};
use countersign_model::act::{OrganizationCreated, OrganizationEdited, SetUpCompleted};
use countersign_model::{
    Act, Action, Administrator, AdministratorError, AdministratorId, AdministratorState, LoginPolicy,
    NewAdministrator, Organization, OrganizationId, Permit, Resource, SetUpProof, Who, decide, text,
};
use countersign_store::{Claim, Slot, StoreEpoch, StoreError, UpdateError, keys};
use http::StatusCode;

use crate::begin::{Begun, Program};
use crate::capacity::Pools;
use crate::email;
use crate::proof::Proof;
use crate::wire::{Person, SetUp, SetUpDone};

/// The most characters of a set-up token.
const TOKEN_MAX: usize = 4096;

/// Creates the root organization and its first administrator, who is a Super Admin there.
///
/// Until that is complete, a repeated call completes what an earlier one began, also with another input.
#[utoipa::path(post, path = "/v1/setup", tag = "sign-in", request_body = SetUp, responses(
    (status = 201, description = "The deployment is set up, and the first administrator is signed in.", body = SetUpDone),
    (status = 403, description = "The `setup_token` is wrong."),
    (status = 409, description = "The deployment is set up already.")))]
pub async fn set_up(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    program: Program,
    body: JsonBody<SetUp>,
) -> Result<(StatusCode, Json<SetUpDone>), Problem> {
    require_short("/setup_token", &body.value.setup_token, TOKEN_MAX)?;
    let secret = services.settings.get("setup_token").await?;
    let token_shown = proof_of(&secret, &body.value.setup_token).ok_or_else(token_wrong)?;
    let caller = caller.known_as(Who::SetUp);
    let wanted = Wanted::try_from(body.value)?;
    let journal = &services.journal;
    let begun = match journal.holder(&Slot::set_up()).await? {
        Some(claim) => begun_before(journal, &claim).await?,
        None => begin(journal, &caller, &token_shown, &wanted).await?,
    };
    if !email::take(journal, &wanted.email, &begun.administrator_id).await? {
        return Err(already_set_up());
    }
    Pools::HELD.take(&services, 1).await?;
    let administrator = complete(journal, &caller, &token_shown, &begun, &wanted).await?;
    let organization =
        named(journal, &caller, begun.organization, &administrator, &wanted.organization).await?;
    let (policy, proof) = (LoginPolicy::default(), Proof::PasswordAlone);
    let begun = Begun::new(journal, &administrator, &caller, program, policy, &proof);
    begun.save(journal, &caller, &administrator, &proof).await?;
    let done = SetUpDone {
        organization: (&organization).into(),
        administrator: Person::new(&administrator, &organization),
        expires_at: begun.session.expires_at,
        token: begun.token,
    };
    Ok((StatusCode::CREATED, Json(done)))
}

/// Compares the SHA-256 of the set-up token and of the given one, so that the time taken does not depend on the token's
/// length. If the token is empty there is no set-up, and nothing is compared.
fn proof_of(secret: &str, shown: &str) -> Option<SetUpProof> {
    let digest = |text: &str| keys::sha256(text.as_bytes());
    if secret.is_empty() { None } else { SetUpProof::of(&digest(secret), &digest(shown)) }
}

fn token_wrong() -> Problem {
    Problem::new(
        Code::SetupTokenWrong,
        "this is not the `setup_token` of the deployment; `cargo run` prints it",
    )
}

fn already_set_up() -> Problem {
    Problem::new(Code::AlreadySetUp, "this deployment is already set up; sign in instead")
}

/// The input, checked.
struct Wanted {
    organization: String,
    email: countersign_model::EmailAddress,
    name: String,
    password: crate::password::Password,
}

impl TryFrom<SetUp> for Wanted {
    type Error = Problem;

    fn try_from(input: SetUp) -> Result<Self, Problem> {
        let name = |pointer: &str, name: &str| {
            text::name(name).map_err(|error| Problem::invalid_field(pointer, error))
        };
        let organization = name("/organization/name", &input.organization.name)?;
        let administrator = input.administrator;
        let person = name("/administrator/name", &administrator.name)?;
        administrator
            .password
            .accept(&administrator.email)
            .map_err(|weak| Problem::invalid_field("/administrator/password", weak))?;
        Ok(Self { organization, name: person, email: administrator.email, password: administrator.password })
    }
}

/// A set-up that was begun.
struct BegunSetUp {
    organization: Organization,
    administrator_id: AdministratorId,
}

async fn begin(
    journal: &Journal,
    caller: &Caller,
    token_shown: &SetUpProof,
    wanted: &Wanted,
) -> Result<BegunSetUp, Problem> {
    let now = caller.now;
    let root = OrganizationId::from_ulid(journal.random().ulid(now));
    let organization = Organization::root(root.clone(), wanted.organization.clone(), now);
    let new = NewAdministrator {
        id: AdministratorId::from_ulid(journal.random().ulid(now)),
        organization_id: root.clone(),
        email: wanted.email.clone(),
        name: wanted.name.clone(),
    };
    let administrator = Administrator::first(new, now);
    let permit = Permit::set_up(&organization, token_shown);
    let act = OrganizationCreated::root(&organization, &administrator);
    let change = Change::new(&permit, &caller.origin(), act)
        .create_organization(&organization)
        .create_administrator(&administrator);
    let never = |_: Claim| async { Ok(false) };
    match journal.save_elected::<Organization, _, _>(&Slot::set_up(), change, never).await? {
        Elected::Won(_) => Ok(BegunSetUp { organization, administrator_id: administrator.id }),
        Elected::Held(claim) => begun_before(journal, &claim).await,
    }
}

/// A set-up that another call began, and none has completed.
async fn begun_before(journal: &Journal, claim: &Claim) -> Result<BegunSetUp, Problem> {
    let organization =
        journal.load_by_record_id::<Organization>(&claim.holder).await?.ok_or_else(already_set_up)?.value;
    let administrator = first_administrator(journal, claim).await?.ok_or_else(already_set_up)?;
    match administrator.state {
        AdministratorState::Invited => Ok(BegunSetUp { organization, administrator_id: administrator.id }),
        AdministratorState::Active | AdministratorState::Disabled | AdministratorState::Deleted => {
            Err(already_set_up())
        }
    }
}

/// The event that won the slot names its administrator.
async fn first_administrator(journal: &Journal, claim: &Claim) -> Result<Option<Administrator>, StoreError> {
    let Some(place) = &claim.event else { return Ok(None) };
    let Some(event) = journal.event_of(place).await? else { return Ok(None) };
    let Act::OrganizationCreated(created) = event.act else { return Ok(None) };
    let Some(id) = created.administrator_id else { return Ok(None) };
    Ok(journal.load::<Administrator>(&id).await?.map(|stored| stored.value))
}

/// Makes the first administrator active with this input. From here on, permission edits are serialized; they begin with
/// one Super Admin. Cursors have their key from here on, and the store
/// its epoch.
async fn complete(
    journal: &Journal,
    caller: &Caller,
    token_shown: &SetUpProof,
    begun: &BegunSetUp,
    wanted: &Wanted,
) -> Result<Administrator, Problem> {
    let id = &begun.administrator_id;
    let hash = wanted.password.hash(journal.random()).ok_or_else(Problem::internal)?;
    // Another call that completes the set-up at the same moment may write this record again: it then begins with another
    // number, and edits that had begun are judged again. Cursors sealed with the key before are then refused.
    let edits = PermissionEdits::new(id.clone(), journal.random().u64());
    let (key, epoch) = (CursorKey::new(journal.random()), StoreEpoch::new(journal));
    let (permit, origin) = (Permit::set_up(&begun.organization, token_shown), caller.origin());
    let completed = journal
        .save_update(id, None, |old: &Administrator| {
            let new = old.set_up(wanted.email.clone(), wanted.name.clone(), hash.clone())?;
            let act = SetUpCompleted { administrator_id: id.clone() };
            let change = Change::new(&permit, &origin, act).create(&edits).create(&key).create(&epoch);
            Ok::<_, AdministratorError>((new, change))
        })
        .await;
    match completed {
        Ok(saved) => Ok(saved.value),
        Err(UpdateError::Refused(_)) => Err(already_set_up()),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// The root organization under the name of this call, which may differ from the one under which it was begun.
async fn named(
    journal: &Journal,
    caller: &Caller,
    organization: Organization,
    administrator: &Administrator,
    name: &str,
) -> Result<Organization, Problem> {
    if organization.name == name {
        return Ok(organization);
    }
    let actor = actor_of(journal, administrator).await?;
    let permit = decide(&actor, Action::OrganizationsEditGeneral, &Resource::at(&organization))?;
    let who =
        Who::Administrator { id: administrator.id.clone(), name: administrator.name.clone(), via: None };
    let origin = caller.known_as(who).origin();
    let renamed = journal
        .save_update(&organization.id, None, |old: &Organization| {
            let new = old.renamed(name.to_owned(), old.naming);
            let change = Change::new(&permit, &origin, OrganizationEdited::of(old, &new));
            Ok::<_, Infallible>((new, change))
        })
        .await;
    match renamed {
        Ok(saved) => Ok(saved.value),
        Err(UpdateError::Refused(never)) => match never {},
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}
