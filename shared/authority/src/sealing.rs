//! Sealing under one key: what is sealed can neither be read nor altered without it.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use countersign_kv::Random;

/// Long enough to be chosen at random every time.
const NONCE_BYTES: usize = 24;

/// A key of the AEAD XChaCha20-Poly1305.
#[derive(Clone)]
pub struct SealingKey([u8; Self::BYTES]);

impl SealingKey {
    /// The length of a key.
    pub const BYTES: usize = 32;

    /// The key with these bytes.
    #[must_use]
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Encrypts bytes: nonce and ciphertext in base64, for addresses as well. They can be decrypted only with the same
    /// `about`, which is not stored. `None` if they are longer than the cipher allows.
    #[must_use]
    pub fn seal(&self, about: &str, plain: &[u8], random: &dyn Random) -> Option<String> {
        let mut nonce = [0; NONCE_BYTES];
        random.bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: about.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Decrypts what was sealed. `None` if it was altered or is about something else.
    #[must_use]
    pub fn open(&self, about: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: about.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}
