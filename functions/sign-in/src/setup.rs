//! The set-up: it creates the root organization and its first administrator, once per deployment.
//!
//! The winner of the slot `setup` is the root. The steps after it (permission edits, email address, session) can be
//! repeated: a set-up that died half way is completed by a call with the same input.
use axum::Json;
use axum::extract::State;
use countersign_authority::CursorKey;
use countersign_http::{Anonymous, Caller, JsonBody, Problem, Services};
use countersign_journal::{Change, Elected, Journal, PermissionEdits};
use countersign_model::act::{OrganizationCreated, SetUpCompleted};
use countersign_model::{
    Act, Administrator, AdministratorId, LoginPolicy, NewAdministrator, Organization, OrganizationId, Permit,
    SetUpProof, Who, text,
};
use countersign_store::{Claim, Slot, StoreError, keys};
use http::StatusCode;

use crate::begin::{Begun, Program};
use crate::email;
use crate::proof::Proof;
use crate::wire::{Person, SetUp, SetUpDone};

/// Creates the root organization and its first administrator, who is a Super Admin there.
#[utoipa::path(post, path = "/v1/setup", tag = "sign-in", request_body = SetUp, responses(
    (status = 201, description = "set up, and signed in", body = SetUpDone),
    (status = 403, description = "wrong `setup_token`"),
    (status = 409, description = "set up already")))]
pub async fn set_up(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    program: Program,
    body: JsonBody<SetUp>,
) -> Result<(StatusCode, Json<SetUpDone>), Problem> {
    let secret = services.settings.get("setup_token").await?;
    let token_shown = proof_of(&secret, &body.value.setup_token).ok_or_else(token_wrong)?;
    let caller = caller.known_as(Who::SetUp);
    let wanted = Wanted::try_from(body.value)?;
    let journal = &services.journal;
    let (organization, administrator) = match journal.holder(&Slot::set_up()).await? {
        Some(claim) => begun_before(journal, &claim, &wanted).await?,
        None => begin(journal, &caller, &token_shown, &wanted).await?,
    };
    order_edits(journal, &caller, &token_shown, &organization, &administrator).await?;
    if !email::take(journal, &administrator.email, &administrator.id).await? {
        return Err(already_set_up());
    }
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
    Problem::forbidden(
        "setup-token-wrong",
        "this is not the `setup_token` of the deployment; `cargo run` prints it",
    )
}

fn already_set_up() -> Problem {
    Problem::conflict("already-set-up", "this deployment is already set up; sign in instead")
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
            text::name(name).map_err(|error| Problem::invalid_field(pointer, error.to_string()))
        };
        let organization = name("/organization/name", &input.organization.name)?;
        let administrator = input.administrator;
        let person = name("/administrator/name", &administrator.name)?;
        administrator
            .password
            .accept(&administrator.email)
            .map_err(|weak| Problem::invalid_field("/administrator/password", weak.message()))?;
        Ok(Self { organization, name: person, email: administrator.email, password: administrator.password })
    }
}

async fn begin(
    journal: &Journal,
    caller: &Caller,
    token_shown: &SetUpProof,
    wanted: &Wanted,
) -> Result<(Organization, Administrator), Problem> {
    let now = caller.now;
    let root = OrganizationId::from_ulid(journal.random().ulid(now));
    let organization = Organization::root(root.clone(), wanted.organization.clone(), now);
    let new = NewAdministrator {
        id: AdministratorId::from_ulid(journal.random().ulid(now)),
        organization_id: root.clone(),
        email: wanted.email.clone(),
        name: wanted.name.clone(),
    };
    let hash = wanted.password.hash(journal.random()).ok_or_else(Problem::internal)?;
    let administrator = Administrator::first(new, hash, now);
    let permit = Permit::set_up(&organization, token_shown);
    let act = OrganizationCreated::root(&organization, &administrator);
    let change = Change::new(&permit, &caller.origin(), act)
        .create_organization(&organization)
        .create_administrator(&administrator);
    let never = |_: Claim| async { Ok(false) };
    match journal.save_elected::<Organization, _, _>(&Slot::set_up(), change, never).await? {
        Elected::Won(_) => Ok((organization, administrator)),
        Elected::Held(claim) => begun_before(journal, &claim, wanted).await,
    }
}

/// A set-up that was begun and is not complete: the same input completes it.
async fn begun_before(
    journal: &Journal,
    claim: &Claim,
    wanted: &Wanted,
) -> Result<(Organization, Administrator), Problem> {
    let organization =
        journal.load_by_record_id::<Organization>(&claim.holder).await?.ok_or_else(already_set_up)?.value;
    let administrator = first_administrator(journal, claim).await?.ok_or_else(already_set_up)?;
    if email::holder(journal, &administrator.email).await?.is_some() {
        return Err(already_set_up());
    }
    let is_same = organization.name == wanted.organization
        && administrator.email.key() == wanted.email.key()
        && administrator.name == wanted.name
        && wanted.password.is_behind(administrator.password_hash.as_deref());
    if is_same { Ok((organization, administrator)) } else { Err(already_set_up()) }
}

/// The event that won the slot names its administrator.
async fn first_administrator(journal: &Journal, claim: &Claim) -> Result<Option<Administrator>, StoreError> {
    let Some(place) = &claim.event else { return Ok(None) };
    let Some(event) = journal.event_of(place).await? else { return Ok(None) };
    let Act::OrganizationCreated(created) = event.act else { return Ok(None) };
    let Some(id) = created.administrator_id else { return Ok(None) };
    Ok(journal.load::<Administrator>(&id).await?.map(|stored| stored.value))
}

/// From here on, permission edits are serialized. They begin with one Super Admin. Cursors have their key from here on.
async fn order_edits(
    journal: &Journal,
    caller: &Caller,
    token_shown: &SetUpProof,
    organization: &Organization,
    administrator: &Administrator,
) -> Result<(), Problem> {
    if journal.load::<PermissionEdits>(&()).await?.is_some() {
        return Ok(());
    }
    // A repeated set-up that runs at the same moment may write the record again: it then begins with another number,
    // and edits that had begun are judged again. Cursors sealed with the key before are then refused.
    let edits = PermissionEdits::new(administrator.id.clone(), journal.random().u64());
    let permit = Permit::set_up(organization, token_shown);
    let act = SetUpCompleted { administrator_id: administrator.id.clone() };
    let key = CursorKey::new(journal.random());
    journal.save(Change::new(&permit, &caller.origin(), act).create(&edits).create(&key)).await?;
    Ok(())
}
