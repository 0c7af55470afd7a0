//! Signing in a program with a device code (RFC 8628): the program shows a user code, an administrator approves it in the console, and
//! the program gets a session of that administrator.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::ids::AdministratorId;
use crate::text::{self, TextError};
use crate::unicode;

/// The letters of a user code: no vowels, so that no words appear, and no digits, so that none is taken for a letter.
const LETTERS: [char; 20] =
    ['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Z'];
/// The letters before and after the hyphen.
const HALF: usize = 4;
/// How many user codes there are: 20⁸, about 2³⁵.
const CODES: u64 = 25_600_000_000;

/// The code that a program shows and an administrator types: eight letters, written `WDJB-MJHT`. It only finds a login; the secret is
/// the device code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserCode(
    // INVARIANT: below CODES.
    u64,
);

/// A text that is not a user code. Callers answer it exactly like a code that nothing waits under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be eight letters such as `WDJB-MJHT`")]
pub struct NotAUserCode;

impl UserCode {
    /// The code that a random number stands for.
    #[must_use]
    pub fn of(random: u64) -> Self {
        Self(random % CODES)
    }

    /// The code as the owner that a device code names; [`UserCode::from_ulid`] reads it back.
    #[must_use]
    pub fn ulid(self) -> Ulid {
        Ulid::from_parts(0, u128::from(self.0))
    }

    /// The code that the owner of a device code stands for.
    #[must_use]
    pub fn from_ulid(owner: Ulid) -> Option<Self> {
        u64::try_from(u128::from(owner)).ok().filter(|number| *number < CODES).map(Self)
    }
}

impl FromStr for UserCode {
    type Err = NotAUserCode;

    /// In upper or lower case, with or without hyphens and white space: people type it.
    fn from_str(text: &str) -> Result<Self, NotAUserCode> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let mut number: u64 = 0;
        let mut letters = 0;
        for typed in typed {
            let letter = typed.to_ascii_uppercase();
            let place = LETTERS.iter().position(|known| *known == letter).ok_or(NotAUserCode)?;
            letters += 1;
            if letters > 2 * HALF {
                return Err(NotAUserCode);
            }
            number = number * LETTERS.len() as u64 + place as u64;
        }
        if letters == 2 * HALF { Ok(Self(number)) } else { Err(NotAUserCode) }
    }
}

impl TryFrom<String> for UserCode {
    type Error = NotAUserCode;

    fn try_from(text: String) -> Result<Self, NotAUserCode> {
        text.parse()
    }
}

impl From<UserCode> for String {
    fn from(code: UserCode) -> Self {
        code.to_string()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for UserCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let letters: String = LETTERS.iter().collect();
        let pattern = format!("^[{letters}]{{{HALF}}}-[{letters}]{{{HALF}}}$");
        crate::schema::described(
            "The code that a program shows. Lower case counts as upper case; hyphens and spaces do not count.",
            crate::schema::text(Some(&pattern), "WDJB-MJHT"),
        )
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for UserCode {}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = LETTERS.len() as u64;
        for place in (0..2 * HALF).rev() {
            let digit = self.0 / base.pow(u32::try_from(place).unwrap_or(0)) % base;
            let letter = usize::try_from(digit).ok().and_then(|digit| LETTERS.get(digit));
            write!(f, "{}", letter.unwrap_or(&'B'))?;
            if place == HALF {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

/// A program that waits for an administrator to approve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLogin {
    /// The code by which an administrator finds it.
    pub user_code: UserCode,
    /// The digest of the device code, which only the program has.
    pub digest: String,
    /// The program, as it calls itself; see [`DeviceLogin::description`].
    pub description: String,
    /// The client's address when it asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When it asked.
    pub started_at: Timestamp,
    /// Until when it can be approved and begin its session.
    pub expires_at: Timestamp,
    /// How it stands.
    pub state: DeviceLoginState,
}

/// How a login with a device code stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DeviceLoginState {
    /// Nobody has decided.
    Pending,
    /// An administrator has approved it; the session has not begun.
    Approved(DeviceApproval),
    /// An administrator has denied it.
    Denied,
    /// Its session has begun, or was about to: it never begins another one.
    Used,
}

/// Who approved a login with a device code, and what the session takes over from theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceApproval {
    /// Whose session it will be.
    pub administrator_id: AdministratorId,
    /// Their `session_epoch`: what ends all their sessions also ends the approval.
    pub epoch: u64,
    /// Whether a one-time code was used for the session in which they approved it.
    pub second_factor: bool,
}

/// Why a login with a device code goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceLoginError {
    /// Nobody has decided yet.
    #[error("nobody has approved this code yet; ask again after `Retry-After`")]
    Pending,
    /// An administrator denied it.
    #[error("an administrator denied this code; if that was a mistake, start again")]
    Denied,
    /// An administrator approved it before.
    #[error("this code was approved before")]
    Approved,
    /// Its session has begun.
    #[error("this code was used before; start again")]
    Used,
    /// It has expired.
    #[error("this code has expired; start again")]
    Expired,
}

impl DeviceLogin {
    /// How long a program waits.
    pub const LASTS: SignedDuration = SignedDuration::from_mins(10);
    /// The most characters of a description.
    pub const DESCRIPTION_MAX: usize = 100;

    /// What a program calls itself, as it is kept and shown: one line, in which characters that hide or reorder others are escapes.
    ///
    /// # Errors
    /// It is empty, longer than 100 characters, or has control characters.
    pub fn description(text: &str) -> Result<String, TextError> {
        let line = text::line(text, Self::DESCRIPTION_MAX)?;
        Ok(unicode::shown(&line).chars().take(Self::DESCRIPTION_MAX).collect())
    }

    /// Whether its time is over.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Approved by an administrator.
    ///
    /// # Errors
    /// It was decided before, or has expired.
    pub fn approved(&self, approval: DeviceApproval, now: Timestamp) -> Result<Self, DeviceLoginError> {
        self.decided(DeviceLoginState::Approved(approval), now)
    }

    /// Denied by an administrator.
    ///
    /// # Errors
    /// It was decided before, or has expired.
    pub fn denied(&self, now: Timestamp) -> Result<Self, DeviceLoginError> {
        self.decided(DeviceLoginState::Denied, now)
    }

    fn decided(&self, state: DeviceLoginState, now: Timestamp) -> Result<Self, DeviceLoginError> {
        match &self.state {
            _ if self.has_expired(now) => Err(DeviceLoginError::Expired),
            DeviceLoginState::Pending => Ok(Self { state, ..self.clone() }),
            DeviceLoginState::Denied => Err(DeviceLoginError::Denied),
            DeviceLoginState::Approved(_) | DeviceLoginState::Used => Err(DeviceLoginError::Approved),
        }
    }

    /// The approval with which the session may begin now.
    ///
    /// # Errors
    /// There is none, it was used, or its time is over.
    pub fn approval(&self, now: Timestamp) -> Result<&DeviceApproval, DeviceLoginError> {
        match &self.state {
            DeviceLoginState::Denied => Err(DeviceLoginError::Denied),
            DeviceLoginState::Used => Err(DeviceLoginError::Used),
            _ if self.has_expired(now) => Err(DeviceLoginError::Expired),
            DeviceLoginState::Pending => Err(DeviceLoginError::Pending),
            DeviceLoginState::Approved(approval) => Ok(approval),
        }
    }

    /// With its approval used up, so that it begins one session at most.
    ///
    /// # Errors
    /// As [`DeviceLogin::approval`].
    pub fn used(&self, now: Timestamp) -> Result<Self, DeviceLoginError> {
        self.approval(now)?;
        Ok(Self { state: DeviceLoginState::Used, ..self.clone() })
    }
}
