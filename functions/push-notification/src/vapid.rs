//! Who sends push messages: a key pair derived from `secret_key`, with which each call is signed (RFC 8292).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_authority::secrets::SecretKeys;
use jiff::{SignedDuration, Timestamp};
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use crate::encrypt::point;

/// What the key is derived for.
const PURPOSE: &str = "push";
/// How long a signature holds. Push services allow a day.
const LASTS: SignedDuration = SignedDuration::from_hours(12);

/// The key pair of the deployment.
pub struct Vapid(SecretKey);

impl Vapid {
    /// The key pair that new subscriptions are made for; `None` without a `secret_key`.
    pub fn present(keys: &SecretKeys) -> Option<Self> {
        Self::all(keys).next()
    }

    /// The key pair with this public key, while its `secret_key` is in the variable: a browser takes messages signed with no other.
    pub fn with_public_key(keys: &SecretKeys, public: &str) -> Option<Self> {
        Self::all(keys).find(|vapid| vapid.public_key() == public)
    }

    fn all(keys: &SecretKeys) -> impl Iterator<Item = Self> {
        keys.derived(PURPOSE).into_iter().filter_map(|bytes| SecretKey::from_slice(&bytes).ok().map(Self))
    }

    /// The public key, as browsers take it (`applicationServerKey`).
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(point(&self.0.public_key()))
    }

    /// The header `Authorization` of a call to this origin. `contact` is an address at which the push service reaches the operator.
    pub fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> String {
        let expires = now.checked_add(LASTS).unwrap_or(now).as_second();
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": expires, "sub": contact });
        let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{head}.{claims}");
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_call_is_signed_for_its_origin_and_for_half_a_day() {
        let vapid = Vapid::present(&SecretKeys::parse("a-secret")).unwrap();
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let header = vapid.authorization("https://push.example", "https://approvals.example", now);
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let verifying = VerifyingKey::from_sec1_bytes(&decode(key)).unwrap();
        let signature = Signature::from_slice(&decode(signature)).unwrap();
        verifying.verify(signed.as_bytes(), &signature).unwrap();
        let (head, claims) = signed.split_once('.').unwrap();
        let json = |text: &str| serde_json::from_slice::<Value>(&decode(text)).unwrap();
        assert_eq!(json(head), json!({ "typ": "JWT", "alg": "ES256" }));
        let expected = json!({ "aud": "https://push.example", "exp": 1_780_043_200, "sub": "https://approvals.example" });
        assert_eq!(json(claims), expected);
    }

    #[test]
    fn a_key_that_was_replaced_still_signs_for_the_browsers_that_know_it() {
        let old = Vapid::present(&SecretKeys::parse("old")).unwrap().public_key();
        let both = SecretKeys::parse("new,old");
        assert_ne!(Vapid::present(&both).unwrap().public_key(), old);
        assert_eq!(Vapid::with_public_key(&both, &old).unwrap().public_key(), old);
        assert!(Vapid::with_public_key(&SecretKeys::parse("new"), &old).is_none());
        assert!(Vapid::present(&SecretKeys::parse("")).is_none());
    }
}
