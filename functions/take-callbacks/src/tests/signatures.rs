//! Signatures as the providers publish them, and what their reports mean.
use countersign_model::Channel;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::provider::{Call, Provider, Reports};

/// A report with a published signature.
struct Published {
    provider: Provider,
    key: &'static str,
    url: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    now: i64,
}

impl Published {
    fn call<T>(&self, answer: impl FnOnce(&Call<'_>) -> T) -> T {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let now = Timestamp::from_second(self.now).unwrap();
        answer(&Call { headers: &headers, body: self.body.as_bytes(), url: self.url, now, certificate: None })
    }

    fn is_signed(&self) -> bool {
        self.call(|call| self.provider.source().is_signed(call, self.key))
    }

    fn reports(&self) -> Option<Reports> {
        self.call(|call| self.provider.source().reports(call))
    }
}

/// From the tests of Svix's libraries, which Standard Webhooks took over.
fn resend() -> Published {
    Published {
        provider: Provider::Resend,
        key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        url: "",
        headers: vec![
            ("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("svix-timestamp", "1614265330"),
            ("svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        body: r#"{"test": 2432232314}"#,
        now: 1_614_265_330,
    }
}

/// From the tests of `sendgrid-python`.
fn sendgrid() -> Published {
    Published {
        provider: Provider::SendGrid,
        key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
        url: "",
        headers: vec![
            (
                "x-twilio-email-event-webhook-signature",
                "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
            ),
            ("x-twilio-email-event-webhook-timestamp", "1600112502"),
        ],
        body: "[{\"email\":\"hello@world.com\",\"event\":\"dropped\",\"reason\":\"Bounced Address\",\"sg_event_id\":\"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA\",\"sg_message_id\":\"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0\",\"smtp-id\":\"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>\",\"timestamp\":1600112492}]\r\n",
        now: 1_600_112_502,
    }
}

/// From the documentation of Twilio.
fn twilio() -> Published {
    Published {
        provider: Provider::Twilio,
        key: "12345",
        url: "https://mycompany.com/myapp.php?foo=1&bar=2",
        headers: vec![("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")],
        body: "CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212&Caller=%2B14158675309",
        now: 0,
    }
}

#[test]
fn published_signatures_are_right() {
    for published in [resend(), sendgrid(), twilio()] {
        assert!(published.is_signed(), "{}", published.provider);
    }
}

#[test]
fn another_key_body_header_or_address_is_wrong() {
    let other_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUpf4d8p1Qu5Yqkyf9iBfBcW0eCLzm1m4EnD3hEd4iRXsTVdGvlU0yE3gB7HqpX0aWb3ZWB2KxHZRjI1M9vU3rg==";
    for (published, key) in
        [(resend(), "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), (sendgrid(), other_key), (twilio(), "12346")]
    {
        let provider = published.provider;
        assert!(!Published { key, ..published }.is_signed(), "{provider}: key");
    }
    for make in [resend, sendgrid, twilio] {
        let whole = make();
        assert!(!Published { body: "[]", ..make() }.is_signed(), "{}: body", whole.provider);
        for index in 0..whole.headers.len() {
            let (mut less, mut twice) = (make(), make());
            let (name, value) = less.headers.remove(index);
            assert!(!less.is_signed(), "{}: without {name}", whole.provider);
            twice.headers.push((name, value));
            assert!(!twice.is_signed(), "{}: {name} twice", whole.provider);
        }
        for nonsense in ["", "v1,", "v1,!", "=", "MEUC"] {
            let mut other = make();
            if let Some(last) = other.headers.iter_mut().find(|(name, _)| name.contains("signature")) {
                last.1 = nonsense;
            }
            assert!(!other.is_signed(), "{}: {nonsense}", whole.provider);
        }
    }
    assert!(!Published { url: "https://mycompany.com/myapp.php", ..twilio() }.is_signed());
    assert!(!Published { key: "whsec_", ..resend() }.is_signed(), "an empty key signs nothing");
}

#[test]
fn a_signature_is_right_for_five_minutes() {
    for make in [resend, sendgrid] {
        let signed_at = make().now;
        for (seconds, expected) in [(300, true), (-300, true), (301, false), (-301, false)] {
            let later = Published { now: signed_at + seconds, ..make() };
            assert_eq!(later.is_signed(), expected, "{} {seconds}", later.provider);
        }
    }
}

#[test]
fn one_of_several_signatures_is_enough_while_a_key_is_replaced() {
    let mut published = resend();
    published.headers[2].1 =
        "v1,AAAA9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert!(published.is_signed());
}

#[test]
fn only_what_lasts_marks_an_address() {
    let resend_bounce = |kind: &'static str| match kind {
        "Permanent" => {
            r#"{"type":"email.bounced","created_at":"2020-09-14T19:41:32Z","data":{"to":["ann@company.example"],"bounce":{"message":"no such user","type":"Permanent","subType":"General"}}}"#
        }
        _ => {
            r#"{"type":"email.bounced","created_at":"2020-09-14T19:41:32Z","data":{"to":["ann@company.example"],"bounce":{"message":"mailbox full","type":"Transient"}}}"#
        }
    };
    let cases: [(Published, Option<(&str, &str)>); 10] = [
        (
            Published { body: resend_bounce("Permanent"), ..resend() },
            Some(("ann@company.example", "no such user")),
        ),
        (Published { body: resend_bounce("Transient"), ..resend() }, None),
        (
            Published {
                body: r#"{"type":"email.complained","data":{"to":["ann@company.example"]}}"#,
                ..resend()
            },
            Some(("ann@company.example", "the recipient complained of spam")),
        ),
        (Published { body: r#"{"type":"domain.created","data":{"id":"x"}}"#, ..resend() }, None),
        (
            Published {
                body: r#"[{"event":"processed","email":"a@b.example"},{"event":"bounce","type":"bounce","email":"ann@company.example","reason":"550 no such user","timestamp":1600112492}]"#,
                ..sendgrid()
            },
            Some(("ann@company.example", "550 no such user")),
        ),
        (
            Published {
                body: r#"[{"event":"bounce","type":"blocked","email":"ann@company.example"}]"#,
                ..sendgrid()
            },
            None,
        ),
        (sendgrid(), None),
        (
            Published {
                body: "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005&To=%2B15550100",
                ..twilio()
            },
            Some(("+15550100", "Twilio error 30005")),
        ),
        (
            Published {
                body: "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=%2B15550100",
                ..twilio()
            },
            None,
        ),
        (Published { body: "MessageSid=SM1&MessageStatus=delivered&To=%2B15550100", ..twilio() }, None),
    ];
    for (published, expected) in cases {
        let reports = published.reports().unwrap_or_else(|| panic!("{}", published.body)).bounces;
        let found = reports.first().map(|report| (report.address.as_str(), report.reason.as_str()));
        assert_eq!(found, expected, "{}", published.body);
        assert!(reports.len() <= 1 && reports.iter().all(|each| each.at.as_second() <= published.now));
        let channel = if published.provider == Provider::Twilio { Channel::Sms } else { Channel::Email };
        assert!(reports.iter().all(|each| each.channel == channel));
    }
}

#[test]
fn what_the_provider_does_not_send_is_no_report() {
    for make in [resend, sendgrid, twilio] {
        for body in ["", "null", "{\"type\":1}", "\u{0}"] {
            assert_eq!(Published { body, ..make() }.reports(), None, "{} {body:?}", make().provider);
        }
    }
}
