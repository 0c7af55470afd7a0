//! One's own profile and the login settings in a real browser, as large as a phone and as a desktop.

use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{PASSWORD, link_token};
use serde_json::{Value, json};

/// What a browser would answer whose owner allows push messages: headless ones have no push service.
const A_PUSH_SERVICE: &str = r#"
    const bytes = (n) => btoa(String.fromCharCode(...Array.from({ length: n }, (_, at) => at))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    let present = null;
    const endpoint = "https://fcm.googleapis.com/fcm/send/of-this-browser";
    const made = {
        endpoint,
        toJSON: () => ({
            endpoint,
            keys: { p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: bytes(16) },
        }),
        unsubscribe: async () => { present = null; return true; },
    };
    PushManager.prototype.getSubscription = async () => present;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        if (!/^[\w-]{87}$/.test(applicationServerKey)) throw new TypeError(applicationServerKey);
        present = made;
        return made;
    };
    Notification.requestPermission = async () => "granted";
    Object.defineProperty(Notification, "permission", { get: () => "default" });
"#;

/// Stands in for the answer of that service to a test message: nothing outside of this machine is called.
const A_PUSHED_TEST: &str = r#"
    const real = window.fetch;
    window.fetch = (where, what) => {
        if (!String(where?.url ?? where).endsWith("/v1/session/push-subscriptions/test")) return real(where, what);
        const answer = JSON.stringify({ accepted: true, answer: "fcm.googleapis.com 201" });
        return Promise.resolve(new Response(answer, { headers: { "content-type": "application/json" } }));
    };
"#;

/// How many sessions the page lists.
const SESSIONS: &str = "return document.querySelectorAll('.lines > li').length;";

#[tokio::test(flavor = "multi_thread")]
async fn every_tab_of_the_own_profile_is_accessible() {
    at_both_sizes(async |browser, host, _world, _size| {
        for (path, words) in [
            ("/me", "Phone number"),
            ("/me/sign-in", "Where you are signed in"),
            ("/me/tokens", "No API tokens."),
            ("/me/tokens?new=1", "What it may use"),
            ("/me/notifications", "Only when nobody else is on"),
            ("/login-settings", "In force at Company A"),
        ] {
            browser.open(&host.url(path)).await;
            browser.says(words).await;
            browser.is_accessible().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_name_is_changed_and_the_frame_shows_it() {
    at_both_sizes(async |browser, host, _world, _size| {
        browser.open(&host.url("/me")).await;
        browser.fill("Name", "Lena Brandt").await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.open(&host.url("/me")).await;
        browser.says("Details").await;
        browser.until_it_is("return document.querySelector('input[name=name]').value;", "Lena Brandt").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn theme_shortcuts_and_language_are_chosen_for_this_browser() {
    at_both_sizes(async |browser, host, _world, size| {
        browser.open(&host.url("/me")).await;
        browser.choose("radio", "Dark").await;
        let theme = "return document.documentElement.dataset.theme ?? null;";
        browser.until_it_is(theme, "dark").await;
        browser.open(&host.url("/me")).await;
        browser.has("radio", "Dark").await;
        // It is remembered.
        browser.until_it_is(theme, "dark").await;
        if size == Size::Desktop {
            for (choice, chosen) in [("Light theme", "light"), ("Dark theme", "dark")] {
                browser.press("Your account").await;
                browser.press(choice).await;
                browser.until_it_is(theme, chosen).await;
            }
        }
        browser.choose("radio", "As the system").await;
        browser.until_it_is(theme, Value::Null).await;

        let dialogs = "return document.querySelectorAll('dialog').length;";
        browser.run("document.activeElement.blur();").await;
        browser.types("?").await;
        browser.has("heading", "Keyboard").await;
        browser.press("Close").await;
        browser.choose("checkbox", "Single keys are shortcuts").await;
        browser.run("document.activeElement.blur();").await;
        browser.types("?").await;
        browser.settles().await;
        assert_eq!(browser.run(dialogs).await, 0, "keys do nothing any more");

        browser.pick("Language of this console", "Deutsch").await;
        browser.says("Dies wird nur in diesem Browser gespeichert.").await;
        browser.until_it_is("return document.documentElement.lang;", "de").await;
        browser.is_accessible().await;
    })
    .await;
}

/// Whether all times of the page are exact: with seconds and the zone, but in the list, where a row leads to them.
const ARE_EXACT: &str = r"
    const times = [...document.querySelectorAll('main time')];
    return times.length > 0 && times.every((time) => (time.closest('.row-age') ? /\d\d:\d\d/ : /\d\d:\d\d:\d\d \S+/).test(time.textContent));
";

#[tokio::test(flavor = "multi_thread")]
async fn exact_times_need_no_pointer_that_hovers() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"timed"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        let page = host.url(&format!("/requests/{id}"));
        browser.open(&page).await;
        browser.says("I need it for the report").await;
        browser.settles().await;
        browser.until_it_is(ARE_EXACT, false).await;
        // A press on one of them is enough.
        browser.run("document.querySelector('main time').click();").await;
        browser.until_it_is(ARE_EXACT, true).await;
        browser.is_accessible().await;
        browser.open(&host.url("/requests")).await;
        browser.has("link", "report.exe").await;
        browser.settles().await;
        // It is remembered.
        browser.until_it_is(ARE_EXACT, true).await;
        browser.is_accessible().await;
        if size == Size::Desktop {
            browser.press("Your account").await;
            browser.press("Show how long ago").await;
            browser.until_it_is(ARE_EXACT, false).await;
            browser.press("Your account").await;
            browser.press("Show exact times").await;
        }

        // Nor a pointer at all.
        browser.open(&host.url("/me")).await;
        browser.has("checkbox", "Show times exactly").await;
        browser.tabs_to("input Show times exactly").await;
        browser.types(" ").await;
        browser.open(&page).await;
        browser.says("I need it for the report").await;
        browser.settles().await;
        browser.until_it_is(ARE_EXACT, false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_password_is_changed_with_the_present_one_and_other_sessions_end() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/me/sign-in")).await;
        browser.fill("Present password", PASSWORD).await;
        browser.fill("New password", "eight quiet boats at noon").await;
        browser.fill("Password, again", "eight quiet boats at noon").await;
        browser.press("Change password").await;
        browser.says("Your password is changed").await;
        browser.is_accessible().await;
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
        // This session goes on.
        browser.until_it_is(SESSIONS, 1).await;
        host.settle().await.unwrap();
        let told = host.providers.email.messages();
        let told: Vec<_> =
            told.iter().filter(|mail| mail.text.contains("Your password was changed.")).collect();
        assert_eq!((told.len(), told[0].to.as_str()), (1, "boss@company.example"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_change_nothing_else_changes_the_own_name_and_a_forgotten_password() {
    at_both_sizes(async |browser, host, _world, _size| {
        browser.open(&host.url("/forgotten-password")).await;
        browser.fill("Email address", "clerk@company.example").await;
        browser.press("Send me a link").await;
        browser.says("a link is on its way to it").await;
        browser.is_accessible().await;
        host.settle().await.unwrap();
        let token = link_token(&host.providers, "clerk@company.example", "/password-reset#");
        browser.open(&host.url(&format!("/password-reset#{token}"))).await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Password, again", PASSWORD).await;
        browser.press("Change password").await;
        browser.says("Your password is changed.").await;
        browser.has("link", "Forgotten your password?").await;
        sign_in(browser, "clerk@company.example").await;
        browser.has("heading", "Approval Center").await;
        browser.open(&host.url("/me")).await;
        browser.says("The phone number can be changed by").await;
        browser.fill("Name", "Clerk Kent").await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.is_accessible().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_is_shown_once_and_revoked() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/me/tokens")).await;
        browser.press("New token").await;
        browser.fill("What it is for", "Nightly report").await;
        // No permission is chosen.
        browser.has_disabled("button", "Make the token").await;
        browser.choose("checkbox", "View Approvals").await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Make the token").await;
        browser.says("It is shown only here and only now").await;
        browser.is_accessible().await;
        let token = browser.text("#token").await;
        world.api.get("/v1/requests").bearer(&token).send().await.expect(200);
        browser.open(&host.url("/me/tokens")).await;
        browser.says("Nightly report").await;
        assert_eq!(browser.run("return document.querySelectorAll('#token').length;").await, 0, "it is gone");
        browser.press("Revoke Nightly report").await;
        browser.says("refused from the next call on").await;
        browser.is_accessible().await;
        browser.press("Revoke the token").await;
        browser.has("heading", "No API tokens.").await;
        world.api.get("/v1/requests").bearer(&token).send().await.expect(401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sessions_are_listed_and_ended() {
    at_both_sizes(async |browser, host, world, _size| {
        browser.open(&host.url("/me/sign-in")).await;
        browser.says("This one").await;
        browser.press("End all others").await;
        browser.says("Everywhere else you have to sign in again.").await;
        browser.is_accessible().await;
        browser.press("End the other sessions").await;
        browser.has("button", "Send me a link").await;
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
        browser.open(&host.url("/me/sign-in")).await;
        browser.says("This one").await;
        browser.until_it_is(SESSIONS, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_set_by_kind_and_hour_and_for_an_absence() {
    at_both_sizes(async |browser, host, world, _size| {
        let read = async || {
            let answer = world.api.get("/v1/session/notifications").bearer(&world.boss).send().await;
            answer.expect(200).json()
        };
        browser.open(&host.url("/me/notifications")).await;
        browser.choose("checkbox", "Notify on request").await;
        browser.choose("checkbox", "Push").await;
        browser.pick("A request was taken or decided", "Not at all").await;
        browser.choose("checkbox", "Only when nobody else is on").await;
        browser.choose("checkbox", "Quiet hours").await;
        browser.choose("radio", "Once an hour").await;
        browser.pick("Time zone", "Europe/Berlin").await;
        browser.pick("Language of messages", "Deutsch").await;
        browser.choose("checkbox", "Away").await;
        browser.says("Nobody is told in your place.").await;
        browser.is_accessible().await;
        assert_eq!(read().await["digest"], "immediately", "nothing is saved yet");
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.open(&host.url("/me/notifications")).await;
        browser.says("On the clock of this browser").await;
        let saved = read().await;
        assert_eq!(saved["notify_on_request"], true);
        assert_eq!(saved["channels"], json!(["email", "push"]));
        assert_eq!(saved["channels_by_kind"]["handled"], json!([]));
        assert_eq!(saved["quiet_hours"], json!({ "from": "20:00", "to": "07:00" }));
        assert_eq!((&saved["digest"], &saved["language"]), (&json!("hourly"), &json!("de")));
        assert_eq!(
            (&saved["time_zone"], &saved["only_when_nobody_else"]),
            (&json!("Europe/Berlin"), &json!(true))
        );
        assert!(saved["away"]["until"].is_string(), "{saved}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn push_messages_are_turned_on_and_off_in_this_browser() {
    at_both_sizes(async |browser, host, world, _size| {
        let subscribed = async || {
            let answer = world.api.get("/v1/session/push-subscriptions").bearer(&world.boss).send().await;
            answer.expect(200).json()["items"].as_array().unwrap().len()
        };
        browser.open(&host.url("/me/sign-in")).await;
        browser
            .run_until_called("navigator.serviceWorker.ready.then(() => arguments[arguments.length - 1]());")
            .await;
        browser.run(A_PUSH_SERVICE).await;
        browser.choose("link", "Notifications").await;
        browser.press("Turn on").await;
        browser.says("On in this browser").await;
        browser.says("Push is not among your channels yet").await;
        browser.is_accessible().await;
        assert_eq!(subscribed().await, 1);
        browser.run(A_PUSHED_TEST).await;
        browser.press("Send a test message").await;
        browser.says("Accepted for your browsers. fcm.googleapis.com 201").await;
        browser.is_accessible().await;
        browser.press("Turn off").await;
        browser.says("Off in this browser.").await;
        assert_eq!(subscribed().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn login_settings_are_saved_and_what_would_lock_one_out_is_refused() {
    at_both_sizes(async |browser, host, world, _size| {
        let path = format!("/v1/organizations/{}/login-settings", world.company);
        browser.open(&host.url(&format!("/login-settings?organization={}", world.company))).await;
        browser.says("In force at Company B").await;
        browser.choose("checkbox", "Require one-time codes").await;
        browser.choose("radio", "8 hours").await;
        browser.fill("Networks from which", "192.0.2.7/24").await;
        browser.press("Save").await;
        browser.says("Saved.").await;
        browser.says("192.0.2.0/24").await;
        browser.says("Required").await;
        browser.is_accessible().await;
        let saved = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!((&saved["require_totp"], &saved["session_minutes"]), (&json!(true), &json!(480)));
        browser.fill("Networks from which", "nowhere").await;
        browser.press("Save").await;
        browser.says("nowhere:").await;
        browser.is_accessible().await;
        let present = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(present["allowed_ranges"], json!(["192.0.2.0/24"]));
        // The refusal is what this test is about.
        browser.was_refused(&["login-settings", "422"]).await;
    })
    .await;
}
