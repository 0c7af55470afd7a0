//! `Retry-After` (RFC 9110 §10.2.3): seconds, or the date of an HTTP header.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How long a provider asks to wait.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    asked(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// How long this text of the header asks to wait.
pub fn asked(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    Duration::try_from(date(text)?.duration_since(now)).ok()
}

/// A date such as `Sun, 06 Nov 1994 08:49:37 GMT`. The obsolete forms are not supported; the usual pause applies then.
fn date(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.strip_suffix(" GMT")?.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|each| *each == month)? + 1;
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}
