//! Requiring the password, and a code if codes are set up, again within a session: for acts that a stolen session must
//! not perform.

use countersign_http::{AsPerson, Code, Problem, Services};
use countersign_model::Credentials;

use crate::attempts::Counted;
use crate::codes::RecoveryCode;
use crate::codes::TotpCode;
use crate::password::Password;
use crate::proof::Proof;
use crate::refusal::within_session;

/// Requires the password.
///
/// # Errors
/// 403 `wrong-password`, 429; both are recorded in the audit.
pub async fn require_password(
    services: &Services,
    person: &AsPerson,
    password: &Password,
) -> Result<(), Problem> {
    let counted = begun(services, person).await?;
    counted.require_capacity(services, password.comparisons()).await?;
    let is_right = password.is_behind(person.administrator.password_hash.as_deref());
    let tried =
        is_right.then_some(()).ok_or_else(|| Problem::new(Code::WrongPassword, "the password is wrong"));
    ended(services, person, &counted, tried).await
}

/// Requires a code of either kind if codes are set up. It counts once it is used up.
///
/// # Errors
/// 401 `totp-missing`, 401 `totp-wrong`, 429; the latter two are recorded in the audit.
pub async fn require_proof(
    services: &Services,
    person: &AsPerson,
    code: Option<&TotpCode>,
    recovery: Option<&RecoveryCode>,
) -> Result<Proof, Problem> {
    let (owner, now) = (&person.administrator.id, person.caller.now);
    let keys = services.secret_keys().await?;
    let credentials = credentials(services, person).await?;
    let check = || Proof::check(&keys, owner, &credentials, code, recovery, now);
    if code.is_none() && recovery.is_none() {
        return check().map_err(Problem::from);
    }
    counted(services, person, async { check().map_err(Problem::from) }).await
}

/// The caller's own credentials.
pub async fn credentials(services: &Services, person: &AsPerson) -> Result<Credentials, Problem> {
    let id = &person.administrator.id;
    let stored = services.journal.load::<Credentials>(id).await?.ok_or_else(Problem::not_found)?;
    Ok(stored.value)
}

/// Tries a secret that only its owner should know. Failures are counted for this session alone.
pub async fn counted<T>(
    services: &Services,
    person: &AsPerson,
    attempt: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let counted = begun(services, person).await?;
    ended(services, person, &counted, attempt.await).await
}

/// Counts an attempt before anything is compared.
async fn begun(services: &Services, person: &AsPerson) -> Result<Counted, Problem> {
    let counted = Counted::step_up(services, &person.session_id).await?;
    if let Err(problem) = counted.require_room(person.caller.now) {
        within_session(services, person, problem.code().as_str()).await?;
        return Err(problem);
    }
    Ok(counted)
}

/// Records a failed attempt; one that succeeded, or could not be made, is not counted.
async fn ended<T>(
    services: &Services,
    person: &AsPerson,
    counted: &Counted,
    tried: Result<T, Problem>,
) -> Result<T, Problem> {
    match &tried {
        Err(problem) if problem.status().is_client_error() => {
            within_session(services, person, problem.code().as_str()).await?;
        }
        _ => counted.give_back(services).await?,
    }
    tried
}
