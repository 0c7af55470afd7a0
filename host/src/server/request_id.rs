//! The id of a request, by which its answer, its problem details and its lines in the log can be matched.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header field of the id, in requests and answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over.
const LONGEST: usize = 64;

/// The id of a request, which is left in its headers for the component. A client's own is taken over if it is a plain word: letters,
/// digits and `-_.:`, at most 64. It proves nothing, and two requests may have the same.
pub(super) fn of(headers: &mut HeaderMap) -> HeaderValue {
    let mut given = headers.get_all(X_REQUEST_ID).iter();
    if let (Some(id), None) = (given.next(), given.next())
        && is_sane(id.as_bytes())
    {
        return id.clone();
    }
    let id = fresh();
    headers.insert(X_REQUEST_ID, id.clone());
    id
}

fn is_sane(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.iter().all(is_plain)
}

/// The number that begins the ids of this process, and the one from which the rest is counted.
static SEED: LazyLock<(u64, u64)> = LazyLock::new(|| {
    // Without randomness, ids would only be told apart less well.
    let random = || getrandom::u64().unwrap_or_else(|_| u64::from(std::process::id()));
    (random(), random())
});
static NEXT: AtomicU64 = AtomicU64::new(0);

/// An id that no other request has: 32 hexadecimal digits. How many there were before cannot be seen in it.
fn fresh() -> HeaderValue {
    let (process, first) = *SEED;
    let number = mixed(first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)));
    let mut id = String::with_capacity(32);
    // Writing into a text does not fail, and hexadecimal digits are a valid value.
    let _ = write!(id, "{process:016x}{number:016x}");
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

/// The finalizer of SplitMix64: a permutation of all numbers.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_request_has_its_own_id_unless_it_brings_a_plain_one() {
        let mut seen = BTreeSet::new();
        for _ in 0..1_000 {
            let mut headers = HeaderMap::new();
            let id = of(&mut headers);
            assert_eq!(headers[X_REQUEST_ID], id);
            assert!(id.len() == 32 && seen.insert(id.to_str().unwrap().to_owned()));
        }
        for (given, is_taken) in [
            (vec!["req-1_2.3:4"], true),
            (vec!["a b"], false),
            (vec!["\"quoted\""], false),
            (vec![""], false),
            (vec!["one", "two"], false),
            (vec![&*"a".repeat(64)], true),
            (vec![&*"a".repeat(65)], false),
        ] {
            let mut headers = HeaderMap::new();
            for each in &given {
                headers.append(X_REQUEST_ID, each.parse().unwrap());
            }
            let id = of(&mut headers);
            assert_eq!(id == given[0], is_taken, "{given:?}");
            assert_eq!(headers.get_all(X_REQUEST_ID).iter().collect::<Vec<_>>(), [&id], "{given:?}");
        }
    }
}
