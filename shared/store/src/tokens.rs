//! Tokens: `cs{kind}_{owner}_{secret}`. The owner says which record to read; only the digest of the whole token is
//! stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use ulid::Ulid;

use countersign_kv::Random;

use crate::keys;

/// The bytes of a secret: 256 bits.
const SECRET: usize = 32;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `csa_`: an administrator's session.
    Session,
    /// `csp_`: a program that acts for an administrator (an API token).
    ApiToken,
    /// `csc_`: a computer.
    Computer,
    /// `cse_`: enrolls computers into a group.
    Enrollment,
    /// `csi_`: accepts an administrator's invitation.
    Invitation,
    /// `csr_`: resets an administrator's password.
    PasswordReset,
    /// `csd_`: a program that waits to be signed in (a device code).
    DeviceCode,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Session,
        Self::ApiToken,
        Self::Computer,
        Self::Enrollment,
        Self::Invitation,
        Self::PasswordReset,
        Self::DeviceCode,
    ];

    fn prefix(self) -> &'static str {
        match self {
            Self::Session => "csa",
            Self::ApiToken => "csp",
            Self::Computer => "csc",
            Self::Enrollment => "cse",
            Self::Invitation => "csi",
            Self::PasswordReset => "csr",
            Self::DeviceCode => "csd",
        }
    }
}

/// A presented token that is well formed; it was not checked any further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: Kind,
    /// The ULID of its owner, depending on the kind: an administrator, a computer, a group, or the user code beside a device code.
    pub owner: Ulid,
    /// The digest under which it would be stored.
    pub digest: String,
}

/// Generates a token: its text, shown once, and the part that is stored.
pub fn mint(kind: Kind, owner: Ulid, random: &dyn Random) -> (String, Token) {
    let mut secret = [0; SECRET];
    random.bytes(&mut secret);
    let text = format!("{}_{owner}_{}", kind.prefix(), URL_SAFE_NO_PAD.encode(secret));
    let digest = keys::sha256(text.as_bytes());
    (text, Token { kind, owner, digest })
}

/// Parses a token; `None` if the text is not well formed.
pub fn parse(text: &str) -> Option<Token> {
    let (prefix, rest) = text.split_once('_')?;
    let (owner, secret) = rest.split_once('_')?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
    let ulid = Ulid::from_string(owner).ok().filter(|ulid| ulid.to_string() == owner)?;
    let bytes = URL_SAFE_NO_PAD.decode(secret).ok()?;
    (bytes.len() == SECRET).then(|| Token { kind, owner: ulid, digest: keys::sha256(text.as_bytes()) })
}

/// Compares digests in constant time. An empty digest matches nothing.
pub fn matches(stored: &str, presented: &str) -> bool {
    !stored.is_empty() && bool::from(stored.as_bytes().ct_eq(presented.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_kv::memory::TestRandom;

    #[test]
    fn a_minted_token_is_read_back() {
        let random = TestRandom::new(1);
        for kind in Kind::ALL {
            let (text, token) = mint(kind, Ulid::from_parts(7, 9), &random);
            assert_eq!(text.len(), 3 + 1 + 26 + 1 + 43);
            assert_eq!(parse(&text), Some(token));
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let (text, _) = mint(Kind::Session, Ulid::from_parts(7, 9), &TestRandom::new(1));
        for bad in [
            "",
            "csa",
            "csa__",
            &text[..73],
            &format!("{text}A"),
            &text.replace("csa", "csz"),
            &text.to_lowercase(),
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_empty_digest_matches_nothing() {
        assert!(!matches("", ""));
        assert!(!matches("ab", "ac"));
        assert!(matches("ab", "ab"));
    }
}
