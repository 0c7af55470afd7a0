//! Headers of emails by which mail programs keep the messages about one request together, and by which automatic replies
//! and filters know what they are.

use countersign_model::{Delivery, Notice};

/// The headers of an email besides sender, recipient, subject and reply address.
pub fn of(delivery: &Delivery, public_url: &str) -> Vec<(&'static str, String)> {
    let host = host(public_url);
    let mut headers = vec![
        // The same in every attempt, so that a mailbox shows a message once that was delivered twice.
        ("Message-ID", format!("<{}@{host}>", delivery.id)),
        // Nobody's automatic reply answers it (RFC 3834).
        ("Auto-Submitted", "auto-generated".to_owned()),
    ];
    // A file is flagged for all requests for it, with a subject of its own.
    let of_request =
        delivery.request_id.as_ref().filter(|_| !matches!(delivery.notice, Notice::FileFlagged { .. }));
    if let Some(request) = of_request {
        // No message has this id: all messages about the request answer to it.
        let thread = format!("<{request}@{host}>");
        headers.extend([("In-Reply-To", thread.clone()), ("References", thread)]);
    }
    if delivery.request_id.is_some() || delivery.notice == Notice::Digest {
        headers.push(("List-Id", format!("<requests.{host}>")));
    }
    headers
}

/// The host of an address, if it can stand in a header.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !host.is_empty() && host.chars().all(plain) { host } else { "countersign.invalid" }
}

#[cfg(test)]
mod tests {
    use countersign_model::{
        Channel, EventId, FlagId, NewDelivery, Notice, NotificationId, OrganizationId, RequestId,
    };
    use jiff::Timestamp;
    use ulid::Ulid;

    use super::*;

    fn delivery(notice: Notice, number: u128) -> Delivery {
        let ulid = Ulid::from_parts(1_780_315_200_000, number);
        let new = NewDelivery {
            id: NotificationId::from_ulid(ulid),
            organization_id: OrganizationId::from_ulid(ulid),
            event_id: EventId::from_ulid(ulid),
            channel: Channel::Email,
            address: "a@b.example".to_owned(),
            recipient_organization_id: None,
            recipient: None,
            notice,
        };
        Delivery::new(new, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_messages_about_a_request_are_one_thread() {
        let request_id = RequestId::from_ulid(Ulid::from_parts(1, 1));
        let submitted = Notice::RequestSubmitted { request_id: request_id.clone() };
        let decided = Notice::RequestDecided { request_id: request_id.clone() };
        let [one, other] = [(submitted, 1), (decided, 2)]
            .map(|(notice, number)| of(&delivery(notice, number), "https://approvals.example:8443/x"));
        let find = |headers: &[(&str, String)], name: &str| {
            headers.iter().find(|(each, _)| *each == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let thread = format!("<{request_id}@approvals.example>");
        let list = "<requests.approvals.example>".to_owned();
        for headers in [&one, &other] {
            assert_eq!(
                [find(headers, "References"), find(headers, "In-Reply-To")],
                [thread.clone(), thread.clone()]
            );
            assert_eq!(find(headers, "List-Id"), list);
            assert_eq!(find(headers, "Auto-Submitted"), "auto-generated");
        }
        assert_ne!(find(&one, "Message-ID"), find(&other, "Message-ID"));
        let administrator_id = countersign_model::AdministratorId::from_ulid(Ulid::from_parts(1, 1));
        let invitation =
            of(&delivery(Notice::Invitation { administrator_id }, 3), "https://approvals.example");
        assert_eq!(find(&invitation, "References"), "", "belongs to no request");
        assert_eq!(find(&invitation, "List-Id"), "");
        let digest = of(&delivery(Notice::Digest, 4), "https://approvals.example");
        assert_eq!((find(&digest, "References"), find(&digest, "List-Id")), (String::new(), list.clone()));
        let flagged = Notice::FileFlagged { request_id, flag_id: FlagId::from_ulid(Ulid::from_parts(1, 1)) };
        let flagged = of(&delivery(flagged, 5), "https://approvals.example");
        assert_eq!((find(&flagged, "References"), find(&flagged, "List-Id")), (String::new(), list));
    }

    #[test]
    fn nothing_but_a_host_gets_into_a_header() {
        let cases = [
            ("https://approvals.example", "approvals.example"),
            ("http://127.0.0.1:3000/a", "127.0.0.1"),
            ("https://a\r\nBcc: b", "countersign.invalid"),
            ("https://bücher.example", "countersign.invalid"),
            ("", "countersign.invalid"),
        ];
        for (url, expected) in cases {
            assert_eq!(host(url), expected, "{url}");
        }
    }
}
