//! Where push messages to a browser go, and its keys: checked when it is made, kept encrypted under `secret_key`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_authority::secrets::SecretKeys;
use countersign_kv::Random;
use countersign_model::{AdministratorId, ProviderPlace};
use http::Uri;
use p256::PublicKey;
use serde::{Deserialize, Serialize};

use crate::encrypt::Browser;

const PURPOSE: &str = "push subscriptions";

/// A browser's subscription, as the browser gives it, and the public key that it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where messages go. Who knows it and has the deployment's key can send there.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: String,
    /// Its authentication secret.
    pub auth: String,
    /// The deployment's public key.
    pub made_for: String,
}

/// The field of a subscription that is wrong, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct NoTarget {
    /// The field.
    pub field: &'static str,
    /// Why.
    pub why: &'static str,
}

impl Target {
    /// The host of the push service, if everything is in order.
    pub fn checked(&self) -> Result<String, NoTarget> {
        let refused = |why| NoTarget { field: "/endpoint", why };
        let uri: Uri = self.endpoint.parse().map_err(|_| refused("must be an address"))?;
        let authority = uri.authority().ok_or_else(|| refused("must be an address"))?;
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        // The manifest allows calls to these.
        let known = ProviderPlace::of_push_host(&host).is_some();
        // Neither a port nor a login.
        if uri.scheme_str() != Some("https") || !known || !authority.as_str().eq_ignore_ascii_case(&host) {
            return Err(refused("must be an address of a known push service"));
        }
        if public_key(&self.p256dh).is_none() {
            return Err(NoTarget {
                field: "/keys/p256dh",
                why: "must be a public key of P-256 in base64url",
            });
        }
        if auth(&self.auth).is_none() {
            return Err(NoTarget { field: "/keys/auth", why: "must be 16 bytes in base64url" });
        }
        Ok(host)
    }

    /// The browser's keys.
    pub fn browser(&self) -> Option<Browser> {
        Some(Browser { key: public_key(&self.p256dh)?, auth: auth(&self.auth)? })
    }

    /// The origin of the push service.
    pub fn origin(&self) -> Option<String> {
        let uri: Uri = self.endpoint.parse().ok()?;
        Some(format!("https://{}", uri.host()?))
    }

    /// Encrypted for its owner. `None` without a `secret_key`.
    pub fn seal(&self, keys: &SecretKeys, owner: &AdministratorId, random: &dyn Random) -> Option<String> {
        let plain = serde_json::to_vec(self).ok()?;
        keys.seal(PURPOSE, owner.as_str(), &plain, random)
    }

    /// What was sealed. `None` if the `secret_key` is gone.
    pub fn open(keys: &SecretKeys, owner: &AdministratorId, sealed: &str) -> Option<Self> {
        serde_json::from_slice(&keys.open(PURPOSE, owner.as_str(), sealed)?).ok()
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn public_key(text: &str) -> Option<PublicKey> {
    let bytes = decoded(text).filter(|bytes| bytes.len() == 65)?;
    PublicKey::from_sec1_bytes(&bytes).ok()
}

fn auth(text: &str) -> Option<[u8; 16]> {
    decoded(text)?.try_into().ok()
}
