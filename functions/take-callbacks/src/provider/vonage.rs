//! Vonage's signed webhooks, in the format of its Messages API: <https://developer.vonage.com/en/messages/concepts/signed-webhooks>. The
//! signature is a JSON Web Token (RFC 7519) with the digest of the body.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_model::Channel;
use countersign_store::keys;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;

use super::{Call, Event, Reports, Source, key_in};

const TOKEN: &str = "authorization";
/// Errors that say that no message will arrive at the number: it is none, is no longer in use, or its owner has sent STOP
/// (<https://developer.vonage.com/en/api-errors/messages>). After others, the next message may arrive.
const LASTING: [u64; 3] = [1170, 1190, 1240];

pub struct Vonage;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    jti: String,
    payload_hash: String,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    to: Option<String>,
    timestamp: Option<String>,
    error: Option<Failure>,
    client_ref: Option<Value>,
}

#[derive(Deserialize)]
struct Failure {
    /// A number, or a text with it.
    title: Option<Value>,
    detail: Option<String>,
}

impl Source for Vonage {
    fn header(&self) -> Option<&'static str> {
        Some(TOKEN)
    }

    /// `key` is the signature secret. No other algorithm is taken, whatever the token names.
    fn is_signed(&self, call: &Call<'_>, key: &str) -> bool {
        let Some((header, claims, signature)) = parts(call) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
        mac.update(header.as_bytes());
        mac.update(b".");
        mac.update(claims.as_bytes());
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        if mac.verify_slice(&signature).is_err() {
            return false;
        }
        let is_hs256 = decoded::<Header>(header).is_some_and(|header| header.alg == "HS256");
        let Some(claims) = decoded::<Claims>(claims) else { return false };
        let is_whole = claims.payload_hash.eq_ignore_ascii_case(&keys::sha256(call.body));
        is_hs256 && is_whole && call.is_now(&claims.iat.to_string())
    }

    fn reports(&self, call: &Call<'_>) -> Option<Reports> {
        let Status { status, to, timestamp, error, client_ref } = serde_json::from_slice(call.body).ok()?;
        let title = error.as_ref().and_then(|error| error.title.as_ref());
        let code = title.and_then(|title| title.as_u64().or_else(|| title.as_str()?.parse().ok()));
        let lasts = code.is_some_and(|code| LASTING.contains(&code));
        // Vonage writes numbers without the plus sign.
        let to = to.map(|to| format!("+{}", to.trim_start_matches('+')));
        let event = || {
            Some(Event {
                channel: Channel::Sms,
                address: to.as_deref()?,
                message: key_in(client_ref.as_ref()),
                at: timestamp.and_then(|at| at.parse::<Timestamp>().ok()),
            })
        };
        Some(match status.as_str() {
            "rejected" | "undeliverable" if lasts => {
                call.bounced(event()?, error.as_ref().and_then(|error| error.detail.as_deref()))
            }
            "delivered" => call.delivered(event()?),
            _ => Reports::default(),
        })
    }

    fn once(&self, call: &Call<'_>) -> Option<String> {
        decoded::<Claims>(parts(call)?.1).map(|claims| claims.jti)
    }
}

/// Header, claims and signature of the token, encoded.
fn parts<'a>(call: &'a Call<'_>) -> Option<(&'a str, &'a str, &'a str)> {
    let mut parts = call.header(TOKEN)?.strip_prefix("Bearer ")?.trim().split('.');
    let all = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { Some(all) }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
