//! Push messages to an administrator's browsers, which `push-notification` encrypts and sends.

use countersign_http::Services;
use countersign_http::functions::{Pushed, ToPush, push};
use countersign_model::{Attempt, PushSubscription, unicode};

use super::{About, Posting, TEST, retry_after};

/// The longest first line and the longest text, in characters: what is pushed has at most 4096 bytes.
const TITLE: usize = 150;
const BODY: usize = 600;

/// Has a message pushed to all browsers of the administrator whom its address means.
pub async fn send(
    services: &Services,
    public_url: Option<&str>,
    posting: &Posting<'_>,
    about: &About<'_>,
) -> Attempt {
    let Some(administrator_id) = PushSubscription::owner(posting.to) else {
        let answer = "this is not the address of an administrator's browsers".to_owned();
        return Attempt::Refused { answer, account: false };
    };
    let message = posting.message;
    let request_id = about.request_id;
    let what = ToPush {
        administrator_id,
        title: unicode::one_line(&message.title, TITLE),
        body: unicode::one_line(without_link(&message.short), BODY),
        url: public_url.zip(request_id).map(|(url, id)| format!("{url}/requests/{id}")),
        tag: request_id.map_or_else(|| posting.key.clone(), ToString::to_string),
        is_test: about.what == TEST,
    };
    match push(services.outbound.as_ref(), &what).await {
        Ok(pushed) if pushed.accepted => Attempt::Accepted { answer: pushed.answer },
        Ok(Pushed { answer, not_called_until: Some(until), .. }) => Attempt::NotMade { answer, until },
        Ok(pushed) if pushed.later => {
            let now = services.journal.clock().now();
            let retry_after = pushed.retry_after.and_then(|text| retry_after::asked(&text, now));
            Attempt::Later { answer: pushed.answer, retry_after }
        }
        Ok(Pushed { answer, account, .. }) => Attempt::Refused { answer, account },
        Err(error) => {
            Attempt::Later { answer: format!("it could not be pushed: {error}"), retry_after: None }
        }
    }
}

/// A text message without the link at its end: what is pushed opens it when it is touched.
fn without_link(short: &str) -> &str {
    match short.trim_end().rsplit_once(char::is_whitespace) {
        Some((text, last)) if last.starts_with("http") => text.trim_end(),
        _ => short,
    }
}
