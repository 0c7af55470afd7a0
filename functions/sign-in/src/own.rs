//! Changing one's own credentials. All changes of one-time codes, sessions and API tokens are saved here.

use std::sync::{Mutex, PoisonError};

use countersign_authority::Session;
use countersign_http::{Caller, Code, Problem};
use countersign_journal::{Change, Journal};
use countersign_kv::log;
use countersign_model::{AdministratorId, Credentials, CredentialsError, FaultKind, NewAct, Permit};
use countersign_store::UpdateError;
use futures::future::join_all;

use crate::proof::Unproved;

/// Why the credentials were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotChanged {
    /// The proof that was checked before no longer counts.
    Unproved(Unproved),
    /// Their state does not allow the change.
    Credentials(CredentialsError),
    /// The code that was to confirm something is wrong.
    WrongCode,
    /// Without a key, nothing could be decrypted later, so nothing is stored.
    NoKey,
}

impl From<Unproved> for NotChanged {
    fn from(why: Unproved) -> Self {
        Self::Unproved(why)
    }
}

impl From<CredentialsError> for NotChanged {
    fn from(why: CredentialsError) -> Self {
        Self::Credentials(why)
    }
}

impl From<NotChanged> for Problem {
    fn from(why: NotChanged) -> Self {
        match why {
            NotChanged::Unproved(why) => why.into(),
            NotChanged::Credentials(error) => not_changed_so(error),
            NotChanged::WrongCode => wrong_code(),
            NotChanged::NoKey => {
                let detail = "one-time codes need the deployment's `secret_key`, which is not set";
                Self::new(Code::NotConfigured, detail)
            }
        }
    }
}

fn not_changed_so(error: CredentialsError) -> Problem {
    match error {
        CredentialsError::TotpExists => Problem::new(Code::TotpExists, error.to_string()),
        CredentialsError::NothingToConfirm => Problem::new(Code::TotpNotBegun, error.to_string()),
        CredentialsError::NoTotp => Problem::new(Code::TotpNotSetUp, error.to_string()),
        CredentialsError::UsedCode => wrong_code(),
        CredentialsError::NoSession | CredentialsError::NoApiToken => Problem::not_found(),
        CredentialsError::TooManyApiTokens => Problem::new(Code::TooManyApiTokens, error.to_string()),
    }
}

/// 422 about a code that was to confirm something.
fn wrong_code() -> Problem {
    Problem::invalid_field("/totp", FaultKind::WrongCode)
}

/// The new credentials.
pub struct Changed {
    credentials: Credentials,
    act: NewAct,
    sessions: Vec<(String, Session)>,
}

impl Changed {
    /// The credentials after an act.
    pub fn to(credentials: Credentials, act: impl Into<NewAct>) -> Self {
        Self { credentials, act: act.into(), sessions: Vec::new() }
    }

    /// With a session or API token that begins or ends in the same batch: what its token stands for from now on.
    pub fn with(mut self, digest: &str, session: Session) -> Self {
        self.sessions.push((digest.to_owned(), session));
        self
    }
}

/// Changes the caller's own credentials. Records of tokens that are no longer listed afterwards are deleted, because
/// nothing else would ever delete them.
///
/// # Errors
/// The change was refused, or the store failed. A token that was to begin does not work.
pub async fn save(
    journal: &Journal,
    caller: &Caller,
    permit: &Permit,
    owner: &AdministratorId,
    change: impl Fn(&Credentials) -> Result<Changed, NotChanged> + Send + Sync,
) -> Result<(), UpdateError<NotChanged>> {
    let origin = caller.origin();
    // The transition may run twice; its last result counts.
    let made = Mutex::new(Tokens::default());
    let saved = journal.save_update(owner, None, |old: &Credentials| {
        let Changed { credentials, act, sessions } = change(old)?;
        let tokens = Tokens::between(old, &credentials);
        *made.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
        let change = sessions.iter().fold(Change::new(permit, &origin, act), |change, (digest, session)| {
            let (key, value) = session.entry(digest);
            change.raw(key, value)
        });
        Ok::<_, NotChanged>((credentials, change))
    });
    let saved = saved.await;
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    // A failed attempt may have written a token that nobody has.
    forget(journal, if saved.is_ok() { &made.dropped } else { &made.added }).await;
    saved.map(drop)
}

/// The digests of the tokens that a change adds to the list, and of those that it removes.
#[derive(Default)]
struct Tokens {
    added: Vec<String>,
    dropped: Vec<String>,
}

impl Tokens {
    fn between(old: &Credentials, new: &Credentials) -> Self {
        let (before, after) = (listed(old), listed(new));
        let without = |these: &[&String], those: &[&String]| -> Vec<String> {
            these.iter().filter(|digest| !those.contains(digest)).map(|digest| (*digest).clone()).collect()
        };
        Self { added: without(&after, &before), dropped: without(&before, &after) }
    }
}

fn listed(credentials: &Credentials) -> Vec<&String> {
    let sessions = credentials.sessions.iter().map(|each| &each.digest);
    sessions.chain(credentials.api_tokens.iter().map(|each| &each.digest)).collect()
}

/// Deletes the records of tokens. The tokens have ended in any case, so a failure only wastes space.
async fn forget(journal: &Journal, digests: &[String]) {
    for ended in join_all(digests.iter().map(|digest| Session::end(journal, digest))).await {
        if let Err(error) = ended {
            log::line("an ended session was not deleted", &[("error", &error)]);
        }
    }
}
