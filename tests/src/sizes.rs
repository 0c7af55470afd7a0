//! Stories of the console that are told on a phone and on a desktop.

use countersign_host::harness::{Backend, Options, TestHost};

use crate::{Browser, Cookie, Deployment, PASSWORD};

/// Whether the page asks for a code, or is another one.
const IS_SIGNED_IN: &str = r#"
    return document.querySelector("h1")?.textContent !== "Sign in" || document.querySelector("input[name=totp]") !== null;
"#;

/// How large the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Phone,
    Desktop,
}

/// Tells a story at each size, with a deployment of its own. The first administrator is signed in. Afterwards the browser has nothing
/// to complain about.
pub async fn at_both_sizes(story: impl AsyncFn(&Browser, &TestHost, &Deployment, Size)) {
    at_both_sizes_with(&[], story).await;
}

/// The same on a host with these variables.
pub async fn at_both_sizes_with(
    variables: &[(&str, &str)],
    story: impl AsyncFn(&Browser, &TestHost, &Deployment, Size),
) {
    for size in [Size::Phone, Size::Desktop] {
        let Some(browser) = Browser::start().await else { return };
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let options = Options { variables: variables.collect(), ..Options::default() };
        let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
        let world = Deployment::on(&host).await;
        if size == Size::Desktop {
            browser.widen().await;
        }
        let session = Cookie::of(&world.api, "boss@company.example").await;
        browser.becomes(&host.url(""), Some(&session)).await;
        browser.open(&host.url("/requests")).await;
        browser.has("heading", "Approval Center").await;
        browser.settles().await;
        story(&browser, &host, &world, size).await;
        assert_eq!(browser.complaints().await, [""; 0], "{size:?}");
        host.stop().await;
    }
}

/// Signs in where the page asks for it, and waits until the next page is there.
pub async fn sign_in(browser: &Browser, email: &str) {
    browser.fill("Email address", email).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.until_it_is(IS_SIGNED_IN, true).await;
    browser.settles().await;
}
