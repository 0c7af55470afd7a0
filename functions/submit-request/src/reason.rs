//! The reason that an organization requires of its users.

use countersign_http::Problem;
use countersign_journal::Journal;
use countersign_model::{ApprovalSettings, Request, RequestStatus};
use jiff::Timestamp;

use crate::submitting::{Submitting, open_request};

/// Requires a reason that the organization accepts. A user who waits already with such a reason may ask again without one.
pub async fn require_reason(
    journal: &Journal,
    settings: &ApprovalSettings,
    submitting: &Submitting<'_>,
    now: Timestamp,
) -> Result<(), Problem> {
    let asked = &submitting.requester;
    let Err(why) = settings.accepts_reason(asked.reason.as_deref()) else { return Ok(()) };
    let given = match (&asked.reason, journal.holder(&open_request(submitting)).await?) {
        (None, Some(open)) => journal.load_by_record_id::<Request>(&open.holder).await?,
        _ => None,
    };
    let is_known = given.is_some_and(|open| {
        let known = open.value.requester(&asked.username).filter(|known| known.waits());
        open.value.status_at(now) == RequestStatus::Pending
            && known.is_some_and(|known| settings.accepts_reason(known.reason.as_deref()).is_ok())
    });
    if is_known { Ok(()) } else { Err(Problem::invalid_field("/reason", why)) }
}
