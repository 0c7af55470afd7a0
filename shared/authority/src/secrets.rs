//! The deployment's `secret_key`: it encrypts what must be recovered (an AEAD) and signs what must not be altered (an
//! HMAC), each under a derived key for its purpose: `docs/design.md` §10.
use countersign_kv::Random;
use countersign_model::text::several;
use countersign_store::keys::hex;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::sealing::SealingKey;

const KEY_BYTES: usize = SealingKey::BYTES;
const ID_BYTES: usize = 4;

/// The keys in the variable `secret_key`: one, or several separated by commas or spaces. The first encrypts and all
/// decrypt, so a key is changed by putting the new one in front of the old one.
#[derive(Clone)]
pub struct SecretKeys(Vec<SecretKey>);

#[derive(Clone)]
struct SecretKey {
    id: String,
    text: String,
}

impl SecretKeys {
    /// Reads the variable's text. If it is empty there is no key, and nothing is encrypted or signed.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(several(text).map(|text| SecretKey { id: key_id(text), text: text.to_owned() }).collect())
    }

    /// Whether the variable is empty: features that need a key are switched off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Encrypts bytes so that they can be recovered: `key id . nonce and ciphertext`. They can be decrypted only for
    /// the same purpose and the same subject, such as an administrator's id. `None` without a key.
    #[must_use]
    pub fn seal(&self, purpose: &str, about: &str, plain: &[u8], random: &dyn Random) -> Option<String> {
        let key = self.0.first()?;
        let sealed = key.sealing(purpose).seal(about, plain, random)?;
        Some(format!("{}.{sealed}", key.id))
    }

    /// Decrypts what was sealed. `None` if it was altered, belongs elsewhere, or its key is no longer in the variable.
    #[must_use]
    pub fn open(&self, purpose: &str, about: &str, sealed: &str) -> Option<Vec<u8>> {
        let (id, text) = sealed.split_once('.')?;
        let key = self.0.iter().find(|key| key.id == id)?;
        key.sealing(purpose).open(about, text)
    }

    /// A secret of 32 bytes for one purpose under each key, the first key's first.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> Vec<[u8; KEY_BYTES]> {
        self.0.iter().map(|key| key.derived(purpose)).collect()
    }

    /// Keys for seals that reveal alterations, for one purpose. `None` without a key.
    #[must_use]
    pub fn mac(&self, purpose: &str) -> Option<MacKeys> {
        let keys: Vec<_> = self.0.iter().map(|key| (key.id.clone(), key.derived(purpose))).collect();
        (!keys.is_empty()).then_some(MacKeys(keys))
    }
}

impl SecretKey {
    fn sealing(&self, purpose: &str) -> SealingKey {
        SealingKey::new(self.derived(purpose))
    }

    fn derived(&self, purpose: &str) -> [u8; KEY_BYTES] {
        derive(&self.text, purpose)
    }
}

/// Keys for seals of one purpose.
#[derive(Clone)]
pub struct MacKeys(Vec<(String, [u8; KEY_BYTES])>);

/// The result of checking a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The seal is that of this message.
    Good,
    /// The seal is that of another message, or is malformed.
    Wrong,
    /// The seal's key is no longer in the variable.
    UnknownKey,
}

impl MacKeys {
    /// Seals a message: `key id . HMAC-SHA256 in hexadecimal`.
    #[must_use]
    pub fn seal(&self, message: &[u8]) -> String {
        // INVARIANT: there is a first key, see `SecretKeys::mac`.
        let first = self.0.first().map(|(id, key)| format!("{id}.{}", hex(&mac(key, message))));
        first.unwrap_or_default()
    }

    /// Compares in constant time.
    #[must_use]
    pub fn check(&self, message: &[u8], seal: &str) -> Seal {
        let Some((id, presented)) = seal.split_once('.') else { return Seal::Wrong };
        let Some((_, key)) = self.0.iter().find(|(known, _)| known == id) else { return Seal::UnknownKey };
        let expected = hex(&mac(key, message));
        if countersign_store::tokens::matches(&expected, presented) { Seal::Good } else { Seal::Wrong }
    }
}

fn mac(key: &[u8; KEY_BYTES], message: &[u8]) -> Vec<u8> {
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key);
    debug_assert!(mac.is_ok(), "a key of any length will do");
    // An empty result matches nothing.
    mac.map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// Identifies a key without revealing it.
fn key_id(text: &str) -> String {
    hex(derive(text, "key id").first_chunk::<ID_BYTES>().unwrap_or(&[0; ID_BYTES]))
}

fn derive(text: &str, purpose: &str) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    let info = format!("countersign {purpose}");
    let derived = Hkdf::<Sha256>::new(None, text.as_bytes()).expand(info.as_bytes(), &mut key);
    debug_assert!(derived.is_ok(), "one block is never too long");
    key
}

#[cfg(test)]
mod tests {
    use countersign_kv::memory::TestRandom;

    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_its_owner() {
        let keys = SecretKeys::parse("first key");
        let sealed = keys.seal("totp", "adm_1", b"seed", &TestRandom::new(1)).unwrap();
        assert_eq!(keys.open("totp", "adm_1", &sealed).as_deref(), Some(&b"seed"[..]));
        assert_eq!(keys.open("totp", "adm_2", &sealed), None);
        assert_eq!(keys.open("other", "adm_1", &sealed), None);
        let other = if sealed.ends_with('A') { "B" } else { "A" };
        let altered = format!("{}{other}", &sealed[..sealed.len() - 1]);
        for bad in [altered.as_str(), "", ".", "nonsense", &sealed[..20]] {
            assert_eq!(keys.open("totp", "adm_1", bad), None, "{bad}");
        }
    }

    #[test]
    fn a_new_key_put_first_seals_and_the_old_one_still_opens() {
        let (old, both, new) =
            (SecretKeys::parse("old"), SecretKeys::parse("new,old"), SecretKeys::parse("new"));
        let random = TestRandom::new(1);
        let before = old.seal("totp", "adm_1", b"seed", &random).unwrap();
        let after = both.seal("totp", "adm_1", b"seed", &random).unwrap();
        assert!(
            both.open("totp", "adm_1", &before).is_some() && new.open("totp", "adm_1", &before).is_none()
        );
        assert!(new.open("totp", "adm_1", &after).is_some() && old.open("totp", "adm_1", &after).is_none());
        let seal = old.mac("audit").unwrap().seal(b"entry");
        assert_eq!(both.mac("audit").unwrap().check(b"entry", &seal), Seal::Good);
        assert_eq!(both.mac("audit").unwrap().check(b"another", &seal), Seal::Wrong);
        assert_eq!(new.mac("audit").unwrap().check(b"entry", &seal), Seal::UnknownKey);
        assert_eq!(both.mac("audit").unwrap().check(b"entry", "nonsense"), Seal::Wrong);
    }

    #[test]
    fn an_empty_variable_seals_nothing() {
        let none = SecretKeys::parse(" , ");
        assert!(none.is_empty() && none.mac("audit").is_none());
        assert_eq!(none.seal("totp", "adm_1", b"seed", &TestRandom::new(1)), None);
    }
}
