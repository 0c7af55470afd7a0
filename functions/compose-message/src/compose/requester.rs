//! Messages to those who asked, within the limit for the requests of one computer.

use countersign_http::Services;
use countersign_journal::readable::load_readable;
use countersign_model::{ComputerId, Delivery, Digest, NoticeName, Request, RequestId};
use countersign_store::{MailLimitReached, RequesterMail, StoreError, UpdateError};

use super::{Content, no_longer, say};
use crate::message::{self, Message, Reader};

/// How often it is tried to count a message: those to all users of a computer are sent at once.
const ATTEMPTS: usize = 32;

/// What those who asked are told.
const TOLD: [NoticeName; 5] = [
    NoticeName::RequestDecided,
    NoticeName::RequestRevoked,
    NoticeName::ApprovalEdited,
    NoticeName::RequestEnded,
    NoticeName::RequestExpired,
];

/// To a requester: what became of a request.
pub async fn to_a_requester(
    services: &Services,
    delivery: &Delivery,
    id: &RequestId,
    words: impl Fn(&Request) -> Option<Message>,
) -> Result<Content, StoreError> {
    let Some(request) = services.journal.load::<Request>(id).await? else {
        return Ok(no_longer("the request does not exist"));
    };
    let Some(message) = words(&request.value) else {
        return Ok(no_longer("there is nothing to report any more"));
    };
    counted(services, delivery, &request.value.computer_id, message).await
}

/// What a digest says to a requester; `None` if it is for somebody else. All its requests are of one computer.
pub async fn requesters_digest(
    services: &Services,
    reader: &Reader,
    delivery: &Delivery,
    digest: &Digest,
) -> Result<Option<Content>, StoreError> {
    if !delivery.to_requester {
        return Ok(None);
    }
    let mut ids: Vec<&str> =
        TOLD.iter().flat_map(|notice| digest.requests(*notice)).map(RequestId::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    let requests = load_readable::<Request>(&services.journal, &ids).await?;
    let (Some(first), Some(message)) =
        (requests.first(), message::requesters_digest(reader, &requests, digest.more()))
    else {
        return Ok(Some(no_longer("there is nothing to report any more")));
    };
    counted(services, delivery, &first.computer_id, message).await.map(Some)
}

/// The message, unless the computer has caused enough of them: then it waits until there is room for it.
async fn counted(
    services: &Services,
    delivery: &Delivery,
    computer: &ComputerId,
    message: Message,
) -> Result<Content, StoreError> {
    let journal = &services.journal;
    let now = journal.clock().now();
    let count = |mail: &RequesterMail| mail.with(delivery, now);
    match journal.update_within(ATTEMPTS, computer, count).await {
        Ok(_) => Ok(say(message)),
        Err(UpdateError::Refused(MailLimitReached { until })) => {
            let why = "waits: the requests of this computer have reached the limit of messages for a day";
            Ok(Content::Later { why: why.to_owned(), until })
        }
        Err(UpdateError::Store(error)) => Err(error),
    }
}
