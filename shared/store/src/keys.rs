//! The names of all keys. Text from outside enters a key only as SHA-256. All have a prefix, because a Redis database
//! may be shared.

use countersign_model::ids::{ComputerId, EnrollmentKeyId, EventId, GrantId, OrganizationId, RequestId};
use sha2::{Digest, Sha256};

/// The prefix of every key of this program; the number is the version of the layout.
pub const PREFIX: &str = "countersign/1/";

/// A record. INVARIANT: `increment` is never called on one.
pub fn record(id: &str) -> String {
    format!("{PREFIX}r/{id}")
}

/// A slot, by the digest of its name.
pub fn slot(digest: &str) -> String {
    format!("{PREFIX}s/{digest}")
}

/// The claim that says what a number in a slot stands for.
pub fn claim(digest: &str, number: u64) -> String {
    format!("{PREFIX}c/{digest}/{number}")
}

/// The counter of an organization's journal.
pub fn counter(organization: &OrganizationId) -> String {
    format!("{PREFIX}n/{organization}")
}

/// An entry of an organization's journal.
pub fn entry(organization: &OrganizationId, number: u64) -> String {
    format!("{PREFIX}j/{organization}/{number:016x}")
}

/// A receipt: says that an event was committed, once its target no longer shows it.
pub fn receipt(organization: &OrganizationId, number: u64) -> String {
    format!("{PREFIX}k/{organization}/{number}")
}

/// A mark: says that no event may be committed under this number any more.
pub fn abandoned(organization: &OrganizationId, number: u64) -> String {
    format!("{PREFIX}x/{organization}/{number}")
}

/// Says that an event counts, although its number was skipped before it was found.
pub fn found_late(organization: &OrganizationId, event: &EventId) -> String {
    format!("{PREFIX}xl/{organization}/{event}")
}

/// One period of a lease.
pub fn lease(name: &str, period: i64) -> String {
    format!("{PREFIX}l/{}/{period}", digest(&[name]))
}

/// How far the last walk over all organizations came: only a hint, which may be overwritten.
pub fn walk() -> String {
    format!("{PREFIX}w/walk")
}

/// What the last walk found: overwritten by each.
pub fn walked() -> String {
    format!("{PREFIX}w/walked")
}

/// A counter of the whole deployment, for those who watch it.
pub fn watched(name: &str) -> String {
    format!("{PREFIX}wc/{name}")
}

/// A block of a list.
pub fn block(id: &str) -> String {
    format!("{PREFIX}b/{id}")
}

/// The note of which blocks a turn wrote, by whether the revision it was to replace is even.
pub fn turn(organization: &OrganizationId, parity: u64) -> String {
    format!("{PREFIX}p/{organization}/{parity}")
}

/// A session, by the digest of its token.
pub fn token(digest: &str) -> String {
    format!("{PREFIX}t/{digest}")
}

/// A throttle's counter of attempts in a period.
pub fn throttle(digest: &str, period: i64) -> String {
    format!("{PREFIX}u/{digest}/{period}")
}

/// The attempts under an idempotency key, by the digest of caller and key.
pub fn idempotency(digest: &str) -> String {
    format!("{PREFIX}i/{digest}")
}

/// How many notes a bucket has of keys that may be removed after its hour.
pub fn expiry_counter(bucket: i64) -> String {
    format!("{PREFIX}en/{bucket}")
}

/// One of these notes.
pub fn expiry_note(bucket: i64, number: i64) -> String {
    format!("{PREFIX}e/{bucket}/{number}")
}

/// How far sweeps have come.
pub fn expiry_progress() -> String {
    format!("{PREFIX}ep")
}

/// How far the clean-up of an organization's journal has come.
pub fn tidied(organization: &OrganizationId) -> String {
    format!("{PREFIX}q/{organization}")
}

/// A chunk of an attachment.
pub fn chunk(upload: &str, index: u32) -> String {
    format!("{PREFIX}a/{upload}/{index}")
}

/// How an upload stands that may go on after an interruption, by the request that it is for.
pub fn partial_upload(request: &RequestId) -> String {
    format!("{PREFIX}au/{request}")
}

/// How far one call has come with such an upload.
pub fn upload_progress(call: &str) -> String {
    format!("{PREFIX}ap/{call}")
}

/// That a download was recorded, by the digest of who downloads what.
pub fn download(digest: &str) -> String {
    format!("{PREFIX}d/{digest}")
}

/// The manifest of an attachment. `sha256` is lower-case hexadecimal, computed here or validated before.
pub fn manifest(organization: &OrganizationId, sha256: &str) -> String {
    format!("{PREFIX}m/{organization}/{}", digest(&[sha256]))
}

/// The bytes of a logo, by its own id.
pub fn logo(id: &str) -> String {
    format!("{PREFIX}g/{id}")
}

/// That some file was flagged in the deployment at some time.
pub fn flagged_somewhere() -> String {
    format!("{PREFIX}fl")
}

/// That some file was flagged at an organization at some time.
pub fn flagged_at(organization: &OrganizationId) -> String {
    format!("{PREFIX}fl/{organization}")
}

/// The newest requests of a computer.
pub fn asked(computer: &ComputerId) -> String {
    format!("{PREFIX}o/{computer}")
}

/// The newest requests of an organization that have something in common, by the digest of what that is.
pub fn earlier(organization: &OrganizationId, digest: &str) -> String {
    format!("{PREFIX}z/{organization}/{digest}")
}

/// The event that a record carried at a revision.
pub fn trail(record: &str, revision: u64) -> String {
    format!("{PREFIX}g/{record}/{revision}")
}

/// The deliveries that report an event.
pub fn told(organization: &OrganizationId, number: u64) -> String {
    format!("{PREFIX}d/{organization}/{number:016x}")
}

/// A block of the log of deliveries.
pub fn delivery_rows(organization: &OrganizationId, index: u64) -> String {
    format!("{PREFIX}dl/{organization}/{index}")
}

/// The newest check-ins of a computer.
pub fn check_ins(computer: &ComputerId) -> String {
    format!("{PREFIX}h/{computer}")
}

/// A block of earlier check-ins of a computer, by its place in their ring.
pub fn check_in_block(computer: &ComputerId, place: u64) -> String {
    format!("{PREFIX}h/{computer}/{place}")
}

/// What an upload counts for among the bytes of its computer.
pub fn counted_bytes(upload: &str) -> String {
    format!("{PREFIX}yu/{upload}")
}

/// How often it was asked that these no longer count: a counter, of which the first one counts them down.
pub fn forgotten_bytes(upload: &str) -> String {
    format!("{PREFIX}yf/{upload}")
}

/// How many bytes of attachments a computer has in the store: a counter.
pub fn kept_bytes(computer: &ComputerId) -> String {
    format!("{PREFIX}y/{computer}")
}

/// How many bytes of attachments the computers of an enrollment key have in the store: a counter.
pub fn kept_bytes_of_key(key: &EnrollmentKeyId) -> String {
    format!("{PREFIX}yk/{key}")
}

/// The requests that the computers of an enrollment key made in a week: a counter.
pub fn key_requests(key: &EnrollmentKeyId, week: i64) -> String {
    format!("{PREFIX}v/{key}/{week}")
}

/// How many computers an enrollment key has enrolled: a counter.
pub fn enrollment_key_uses(key: &EnrollmentKeyId) -> String {
    format!("{PREFIX}f/{key}")
}

/// How many computers have used a grant: a counter.
pub fn grant_uses(grant: &GrantId) -> String {
    format!("{PREFIX}g/{grant}")
}

/// What is under a key: backends keep counters in different encodings, and everything else as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Bytes.
    Value,
    /// A counter or a slot, to which `increment` adds.
    Counter,
}

/// What is under a key; `None` if the key is not one of this program's.
#[must_use]
pub fn holds(key: &str) -> Option<Holds> {
    let (kind, name) = key.strip_prefix(PREFIX)?.split_once('/').unwrap_or_default();
    let counts = match kind {
        "en" | "f" | "l" | "n" | "s" | "u" | "v" | "wc" | "y" | "yf" | "yk" => true,
        // Beside these there are logos and trails.
        "g" => name.parse::<GrantId>().is_ok(),
        _ => false,
    };
    Some(if counts { Holds::Counter } else { Holds::Value })
}

/// The SHA-256 of the parts, hexadecimal. Each part is preceded by its length, so that different lists of parts never
/// collide.
pub fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// The SHA-256 of bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_told_apart_from_values() {
        let id = |prefix: &str| format!("{prefix}_{:026}", 1);
        let (organization, grant) = (id("org").parse().unwrap(), id("grt").parse().unwrap());
        let (computer, key) = (id("cmp").parse().unwrap(), id("enk").parse().unwrap());
        let counters = [
            slot("ab"),
            counter(&organization),
            lease("name", 7),
            throttle("ab", 7),
            expiry_counter(7),
            forgotten_bytes("up"),
            kept_bytes(&computer),
            kept_bytes_of_key(&key),
            key_requests(&key, 7),
            enrollment_key_uses(&key),
            grant_uses(&grant),
            watched("deliveries/email/sent"),
        ];
        for key in counters {
            assert_eq!(holds(&key), Some(Holds::Counter), "{key}");
        }
        let values = [
            record("x"),
            claim("ab", 7),
            entry(&organization, 7),
            receipt(&organization, 7),
            abandoned(&organization, 7),
            walk(),
            block("b"),
            turn(&organization, 1),
            token("ab"),
            idempotency("ab"),
            expiry_note(7, 1),
            expiry_progress(),
            tidied(&organization),
            chunk("up", 1),
            upload_progress("call"),
            download("ab"),
            manifest(&organization, "ab"),
            logo("logo"),
            flagged_somewhere(),
            flagged_at(&organization),
            asked(&computer),
            earlier(&organization, "ab"),
            trail(&id("req"), 7),
            told(&organization, 7),
            delivery_rows(&organization, 7),
            check_ins(&computer),
            check_in_block(&computer, 7),
            counted_bytes("up"),
        ];
        for key in values {
            assert_eq!(holds(&key), Some(Holds::Value), "{key}");
        }
        assert_eq!(holds("other/1/s/ab"), None);
    }

    #[test]
    fn digests_of_different_parts_differ() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
