//! What is fetched from Amazon SNS: the certificates of its signatures, and the confirmation of a subscription.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use countersign_http::{Code, Problem, Services};
use countersign_kv::log;
use countersign_store::throttle::Throttle;
use http::Request;
use jiff::SignedDuration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How many certificates are kept. Amazon has one for a region, and another before it ends.
const KEPT: usize = 4;
/// Calls that a deployment makes because of reports: whoever knows the topic can send some that are not signed.
const CALLS: Throttle = Throttle { name: "callback/call", most: 30, period: SignedDuration::from_mins(1) };
/// The provider repeats its report after a while. It goes by its own schedule.
const RETRY_AFTER: u32 = 20;

/// The certificates that signatures were right with, kept in the instance.
static CERTIFICATES: Mutex<Vec<(String, Bytes)>> = Mutex::new(Vec::new());

/// The certificate at an address, whose host was checked.
pub async fn certificate(services: &Services, url: &str) -> Result<Bytes, Problem> {
    let kept = {
        let all = CERTIFICATES.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(of, _)| of == url).map(|(_, kept)| kept.clone())
    };
    match kept {
        Some(kept) => Ok(kept),
        None => get(services, url).await,
    }
}

/// Keeps the certificate of a signature that was right.
pub fn keep(url: &str, certificate: &Bytes) {
    let mut all = CERTIFICATES.lock().unwrap_or_else(PoisonError::into_inner);
    if all.iter().any(|(of, _)| of == url) {
        return;
    }
    let surplus = (all.len() + 1).saturating_sub(KEPT);
    all.drain(..surplus);
    all.push((url.to_owned(), certificate.clone()));
}

/// Calls an address, whose host was checked.
pub async fn get(services: &Services, url: &str) -> Result<Bytes, Problem> {
    let counted = services.journal.count_all(&[(CALLS, &[])], 1).await?;
    let request = Request::get(url).body(Bytes::new()).map_err(|_| Problem::internal())?;
    let why = if counted.is_ok() {
        match services.outbound.send(request, TIMEOUT).await {
            Ok(response) if response.status().is_success() => return Ok(response.into_body()),
            Ok(response) => response.status().to_string(),
            Err(error) => error.to_string(),
        }
    } else {
        "too many calls in a minute".to_owned()
    };
    log::line("a report waits, because Amazon SNS does not answer", &[("answer", &why)]);
    let detail = "what is needed to check the report cannot be fetched at the moment";
    Err(Problem::unavailable(Code::Busy, detail, RETRY_AFTER))
}

/// Forgets all of them, for another test.
#[cfg(test)]
pub fn forget() {
    CERTIFICATES.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
