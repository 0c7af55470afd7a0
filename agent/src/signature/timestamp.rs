//! Timestamps (RFC 3161): an authority's signed word that a signature existed at a time. They keep a signature valid
//! after its certificate has expired.

use der::Decode;
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use x509_tsp::TstInfo;

use super::TrustStore;
use super::chain::{Chain, Purpose};
use super::message::{Algorithm, Message};

/// The attribute in which Authenticode keeps a timestamp.
const TIMESTAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.3.3.1");
/// The content of a timestamp.
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// When a signature was made, if an authority that this computer trusts says so. A time to come proves nothing.
pub fn verified(message: &Message, trust: &TrustStore, now: Timestamp) -> Option<Timestamp> {
    let tokens = message.unsigned(TIMESTAMP);
    let mut times = tokens.iter().filter_map(|token| time(token, message.signature(), trust));
    times.find(|time| *time <= now)
}

fn time(token: &[u8], stamped: &[u8], trust: &TrustStore) -> Option<Timestamp> {
    let message = Message::read(token)?;
    let info = TstInfo::from_der(message.content(TST_INFO)?).ok()?;
    let algorithm = Algorithm::of(info.message_imprint.hash_algorithm.oid)?;
    if info.message_imprint.hashed_message.as_bytes() != algorithm.digest(stamped).as_slice() {
        return None;
    }
    let (certificate, encoded) = message.signed_with()?;
    message.check(&encoded).ok()?;
    let at = i64::try_from(info.gen_time.to_unix_duration().as_secs()).ok()?;
    let at = Timestamp::from_second(at).ok()?;
    let chain = Chain { certificate: &certificate, encoded: &encoded, others: message.certificates(), trust };
    chain.verified(Purpose::Timestamp, at).ok().map(|_| at)
}
