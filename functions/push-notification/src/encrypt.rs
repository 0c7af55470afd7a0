//! The encryption of push messages for a browser: RFC 8291 with the coding `aes128gcm` of RFC 8188, in one record.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey, ecdh};
use sha2::Sha256;

/// The most bytes of a message: push services take bodies of 4096 bytes, of which 86 are the header, 16 the tag and one ends the text.
pub const LARGEST: usize = 4096 - 86 - 16 - 1;
/// The size of a record, as the header has it: there is one.
const RECORD: u32 = 4096;
/// What ends the text of the last record.
const LAST: u8 = 2;

/// The keys of a browser's subscription.
pub struct Browser {
    /// Its public key.
    pub key: PublicKey,
    /// Its authentication secret.
    pub auth: [u8; 16],
}

/// What is fresh for each message.
pub struct Fresh {
    /// The sender's key pair.
    pub own: SecretKey,
    /// The salt.
    pub salt: [u8; 16],
}

/// The body of a push message. `None` if the text is too long.
pub fn encrypt(text: &[u8], browser: &Browser, fresh: &Fresh) -> Option<Vec<u8>> {
    if text.len() > LARGEST {
        return None;
    }
    let (theirs, own) = (point(&browser.key), point(&fresh.own.public_key()));
    let shared = ecdh::diffie_hellman(fresh.own.to_nonzero_scalar(), browser.key.as_affine());
    let about = [b"WebPush: info\0".as_slice(), &theirs, &own].concat();
    let secret: [u8; 32] = expanded(&browser.auth, shared.raw_secret_bytes(), &about)?;
    let key: [u8; 16] = expanded(&fresh.salt, &secret, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expanded(&fresh.salt, &secret, b"Content-Encoding: nonce\0")?;
    let plain = [text, &[LAST]].concat();
    let sealed = Aes128Gcm::new_from_slice(&key).ok()?.encrypt(&Nonce::from(nonce), plain.as_slice()).ok()?;
    let length = u8::try_from(own.len()).ok()?;
    Some([fresh.salt.as_slice(), &RECORD.to_be_bytes(), &[length], &own, &sealed].concat())
}

/// A public key as 65 bytes, uncompressed.
pub fn point(key: &PublicKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

fn expanded<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A.
    fn published() -> (Browser, Fresh) {
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let own = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let browser = Browser {
            key: PublicKey::from_sec1_bytes(&bytes(key)).unwrap(),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap(),
        };
        (browser, Fresh { own, salt: bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap() })
    }

    #[test]
    fn the_published_example_is_encrypted_as_published() {
        let (browser, fresh) = published();
        let body = encrypt(b"When I grow up, I want to be a watermelon", &browser, &fresh).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(body), expected);
    }

    #[test]
    fn a_body_is_never_larger_than_push_services_take() {
        let (browser, fresh) = published();
        assert_eq!(encrypt(&[b'x'; LARGEST], &browser, &fresh).unwrap().len(), 4096);
        assert!(encrypt(&[b'x'; LARGEST + 1], &browser, &fresh).is_none());
    }
}
