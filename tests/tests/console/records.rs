//! Deliveries, channels, integrations and reports in a real browser, as large as a phone and as a desktop.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_host::harness::TestHost;
use countersign_host::harness::providers::Behaviour;
use countersign_tests::Deployment;
use countersign_tests::company::rule;
use countersign_tests::sizes::{Size, at_both_sizes_with};
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha1::Sha1;

/// The login with which the provider of email reports bounces, and the same as a header has it.
const LOGIN: &str = "postmark:secret-of-the-tests";
const LOGIN_HEADER: &str = "Basic cG9zdG1hcms6c2VjcmV0LW9mLXRoZS10ZXN0cw==";

/// The key with which the provider of text messages signs its reports.
const SMS_TOKEN: &str = "auth-token-of-the-tests";

/// How many of the messages that are shown were read, and whether another one was delivered.
const READ: &str = "
    const states = [...document.querySelectorAll('.badge')].map((one) => one.textContent.trim());
    return [states.filter((state) => state === 'Read').length, states.includes('Delivered')];
";

/// The facts that the card of the first organization shows.
const FACTS: &str = "return [...document.querySelectorAll('.numbers > .card .card-row:first-child > .card-row-fact')].map((one) => one.textContent);";

async fn read(world: &Deployment, path: &str) -> Value {
    world.api.get(path).bearer(&world.boss).send().await.expect(200).json()
}

async fn to_desk(world: &Deployment) -> Value {
    let found = read(world, &format!("/v1/notifications?organization_id={}", world.company)).await;
    let items = found["items"].as_array().unwrap().clone();
    items.into_iter().find(|one| one["address"] == "desk@company.example").unwrap()
}

/// The provider of email reports something.
async fn reports(world: &Deployment, what: &Value) {
    let call = world.api.post("/v1/callbacks/postmark").header("authorization", LOGIN_HEADER);
    let taken = call.json(what).send().await;
    assert_eq!(taken.status, 204, "{}", taken.text());
}

/// The provider of text messages reports what became of one that went by RCS.
async fn reports_by_rcs(host: &TestHost, world: &Deployment, message: &str, status: &str) {
    let path = format!("/v1/callbacks/twilio?countersign={message}");
    // In the order of their names, as they are signed.
    let fields =
        [("ChannelPrefix", "rcs"), ("MessageSid", "SM1"), ("MessageStatus", status), ("To", "rcs:+15550100")];
    let mut mac = Hmac::<Sha1>::new_from_slice(SMS_TOKEN.as_bytes()).unwrap();
    mac.update(host.url(&path).as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let body = format!("ChannelPrefix=rcs&MessageSid=SM1&MessageStatus={status}&To=rcs%3A%2B15550100");
    let call = world.api.post(&path).header("x-twilio-signature", &signature);
    let taken = call.body("application/x-www-form-urlencoded", body).send().await;
    assert_eq!(taken.status, 204, "{}", taken.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_message_that_its_recipient_has_read_says_so() {
    at_both_sizes_with(&[("sms_callback_key", SMS_TOKEN)], async |browser, host, world, _size| {
        let id = world.submit(&world.request_for(b"is read"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let found =
            read(world, &format!("/v1/notifications?organization_id={}&channel=sms", world.company)).await;
        let key = format!("{}-0", found["items"][0]["id"].as_str().unwrap());
        let of_request = format!("/deliveries?organization={}&request={id}", world.company);
        reports_by_rcs(host, world, &key, "delivered").await;
        browser.open(&host.url(&of_request)).await;
        browser.says("Delivered").await;
        browser.says("1 is known to have arrived").await;
        reports_by_rcs(host, world, &key, "read").await;
        browser.open(&host.url(&of_request)).await;
        browser.says("1 is known to have arrived").await;
        browser.until_it_is(READ, json!([1, false])).await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_given_up_is_sent_again_and_the_request_shows_who_was_told() {
    at_both_sizes_with(&[("email_callback_key", LOGIN)], async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/deliveries?organization={}&status=failed", world.company))).await;
        browser.says("No message matches these filters.").await;
        browser.is_accessible().await;
        host.providers.email.behave(Behaviour::Refuse);
        let id = world.submit(&world.request_for(b"refused"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/deliveries?organization={}&status=failed", world.company))).await;
        browser.has("button", "Send again to desk@company.example").await;
        browser.says("Given up").await;
        browser.says("New request").await;
        browser.is_accessible().await;
        host.providers.email.behave(Behaviour::Ok);
        browser.press("Send again to desk@company.example").await;
        browser.has_no("button", "Send again to desk@company.example").await;
        host.settle().await.unwrap();
        assert_eq!(to_desk(world).await["status"], "sent");

        let of_request = format!("/deliveries?organization={}&request={id}", world.company);
        browser.open(&host.url(&of_request)).await;
        browser.has("heading", "Who was told").await;
        browser.says("desk@company.example").await;
        browser.says("On the policy’s list").await;
        browser.says("Clerk").await;
        browser.says("Notify on request").await;
        browser.says("were sent").await;
        browser.is_accessible().await;

        let desk = to_desk(world).await;
        let message = json!({ "countersign": format!("{}-1", desk["id"].as_str().unwrap()) });
        let delivered = json!({ "RecordType": "Delivery", "Recipient": "desk@company.example",
            "DeliveredAt": desk["updated_at"], "Metadata": message });
        reports(world, &delivered).await;
        assert_eq!(to_desk(world).await["delivered_at"], desk["updated_at"]);
        let timeline = read(world, &format!("/v1/requests/{id}/timeline")).await;
        assert!(timeline.to_string().contains("\"delivered_at\":\"20"), "{timeline}");
        browser.open(&host.url(&of_request)).await;
        browser.says("Delivered").await;
        browser.says("1 is known to have arrived").await;
        browser.is_accessible().await;
        let returned = json!({ "RecordType": "Bounce", "Email": "desk@company.example", "Inactive": true,
            "Details": "550 no such mailbox", "Metadata": message });
        reports(world, &returned).await;
        assert_eq!(to_desk(world).await["delivered_at"], Value::Null);
        browser.open(&host.url(&of_request)).await;
        browser.says("Bounced").await;
        browser.says("1 bounced").await;
        browser.is_accessible().await;

        browser.open(&host.url(&format!("/deliveries?organization={}", world.company))).await;
        browser.press("Send failed messages again").await;
        browser.has("radio", "Any time").await;
        browser.is_accessible().await;
        browser.choose("radio", "Any time").await;
        browser.press("Send again").await;
        browser.says("sent again.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_bounced_is_put_right() {
    at_both_sizes_with(&[("email_callback_key", LOGIN)], async |browser, host, world, _size| {
        let first = world.submit(&world.request_for(b"arrives"), "one").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let report = json!({ "RecordType": "Bounce", "Email": "desk@company.example", "Inactive": true, "Details": "550 no such mailbox" });
        reports(world, &report).await;
        world.submit(&world.request_for(b"is not sent"), "two").await.expect(201);
        host.settle().await.unwrap();
        assert_eq!(to_desk(world).await["bounce"]["reason"], "550 no such mailbox");

        // Its message was taken before the address was refused.
        let of_first = format!("/deliveries?organization={}&request={first}", world.company);
        browser.open(&host.url(&of_first)).await;
        browser.has("heading", "Who was told").await;
        browser.says("1 bounced").await;

        browser.open(&host.url(&format!("/deliveries?organization={}", world.company))).await;
        browser.says("550 no such mailbox").await;
        browser.says("Bounced").await;
        browser.says("do not arrive since").await;
        assert_eq!(browser.raw_times().await, [""; 0]);
        browser.is_accessible().await;
        browser.press("Put right desk@company.example").await;
        browser.says("Messages are sent there again from now on.").await;
        browser.is_accessible().await;
        browser.press("Put right").await;
        browser.press("Send again to desk@company.example").await;
        browser.has_no("button", "Send again to desk@company.example").await;
        host.settle().await.unwrap();
        let desk = to_desk(world).await;
        assert_eq!((&desk["status"], &desk["bounce"]), (&json!("sent"), &Value::Null));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_show_how_they_are_doing_and_a_test_message_arrives() {
    at_both_sizes_with(&[("email_callback_key", LOGIN)], async |browser, host, world, _size| {
        browser.open(&host.url(&format!("/deliveries?organization={}&tab=channels", world.company))).await;
        browser.has("heading", "Providers").await;
        browser.is_accessible().await;
        host.providers.email.clear();
        browser.fill("Address", "night@company.example").await;
        browser.press("Send a test message").await;
        browser.says("Accepted for night@company.example.").await;
        browser.says("Last worked").await;
        assert_eq!(host.providers.email.messages()[0].to, "night@company.example");
        host.providers.sms.behave(Behaviour::Refuse);
        browser.press("Test: send a message by Text messages").await;
        browser.fill("Phone number", "+15550100").await;
        browser.press("Send the test").await;
        browser.says("Not accepted for sms:+15550100.").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_is_made_its_key_shown_once_replaced_and_deleted() {
    at_both_sizes_with(&[("email_callback_key", LOGIN)], async |browser, host, world, _size| {
        let path = format!("/v1/organizations/{}/integrations", world.company);
        browser.open(&host.url(&format!("/integrations?organization={}", world.company))).await;
        browser.has("heading", "No integration here.").await;
        browser.is_accessible().await;
        browser.press("New integration").await;
        browser.pick("It sends to", "Webhook").await;
        // It has no name.
        browser.has_disabled("button", "Make the integration").await;
        browser.fill("Name", "Security desk").await;
        browser.fill("Address of your program", "http://hooks.company.example/x").await;
        browser.press("Make the integration").await;
        browser.says("Must begin with").await;
        browser.is_accessible().await;
        browser.was_refused(&["422"]).await;
        browser.fill("Address of your program", "https://hooks.company.example/x").await;
        browser.press("Make the integration").await;
        browser.has("heading", "The signing key").await;
        browser.says("whsec_").await;
        browser.is_accessible().await;
        browser.press("I have kept it").await;
        browser.says("webhook:Security desk").await;
        browser.is_accessible().await;
        assert_eq!(read(world, &path).await["items"][0]["address"], "webhook:Security desk");

        browser.press("What can be done with Security desk").await;
        browser.press("Replace what is behind it").await;
        browser.fill("Address of your program", "https://hooks.company.example/y").await;
        browser.press("Replace").await;
        browser.has("heading", "The signing key").await;
        browser.press("I have kept it").await;
        browser.press("What can be done with Security desk").await;
        browser.press("Delete").await;
        browser.says("fail from then on").await;
        browser.is_accessible().await;
        browser.press("Delete").await;
        browser.has("heading", "No integration here.").await;
        assert_eq!(read(world, &path).await["items"], json!([]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_tell_what_happened_as_charts_and_tables_and_the_history_is_exported() {
    at_both_sizes_with(&[("email_callback_key", LOGIN)], async |browser, host, world, size| {
        browser.open(&host.url("/reports")).await;
        browser.has("heading", "Nothing to draw yet.").await;
        browser.is_accessible().await;
        let id = world.submit(&world.request_for(b"first"), "one").await.expect(201).text_at("/id");
        world.submit(&world.request_for(b"second"), "two").await.expect(201);
        host.settle().await.unwrap();
        let rule = json!({ "organization_id": world.company, "rule": rule() });
        world.api.post("/v1/rules").bearer(&world.boss).json(&rule).send().await.expect(201);
        let mut ruled = world.request_for(b"third");
        ruled["requester"] = json!({ "username": "nobody" });
        world.submit(&ruled, "three").await.expect(201);
        world.decide(&world.boss, &id, &json!({ "outcome": "approved" })).await.expect(200);
        host.settle().await.unwrap();
        host.clock.advance(SignedDuration::from_secs(61));
        host.settle().await.unwrap();
        let report = read(world, "/v1/reports/requests").await;
        let (from, to) = (report["from"].as_str().unwrap(), report["to"].as_str().unwrap());
        browser.open(&host.url(&format!("/reports?from={from}&to={to}"))).await;
        browser.has("heading", "3 requests").await;
        let legend = browser.text(".legend").await;
        assert!(legend.contains("Approved by people 1") && legend.contains("By a rule 1"), "{legend}");
        browser.has("heading", "Half are decided within").await;
        browser.has("heading", "Boss decided the most").await;
        browser.has("heading", "Files of Example Software were asked for the most").await;
        browser.has("link", "Boss").await;
        browser.has("link", "report.exe").await;
        browser.has("heading", "0 computers not seen for 30 days").await;
        browser.has("link", "Company B").await;
        browser.says("Computers not seen").await;
        let below = browser.text(".numbers > .card").await;
        match size {
            // Two facts of an organization are shown, the others are folded.
            Size::Phone => {
                assert_eq!(browser.run(FACTS).await, json!(["Requests 3", "Computers not seen 0"]))
            }
            Size::Desktop => assert!(below.ends_with('0'), "no computer of Company B: {below}"),
        }
        browser.is_accessible().await;
        browser.press("As a table").await;
        let role = if size == Size::Phone { "list" } else { "table" };
        browser.has(role, "Requests over time by outcome").await;
        browser.is_accessible().await;
        browser.address_has("tables=days").await;
        browser.press("Export").await;
        browser.has("button", "As JSON lines 3 requests").await;
        browser.is_accessible().await;
        browser.press("As CSV 3 requests").await;
        browser.says("3 requests exported.").await;
        browser.has("link", "Save the file again").await;
    })
    .await;
}
