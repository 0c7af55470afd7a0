//! An authenticator app.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;
use totp_rs::{Builder, Secret};

use crate::Browser;

/// The six digits it shows at this time, for a secret as it is typed (base32).
pub fn one_time_code(now: Timestamp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let second = u64::try_from(now.as_second()).expect("a time after 1970");
    Builder::new().with_secret(secret).build_noncompliant().generate(second).to_string()
}

/// The secret in the QR code on a page, as its camera reads it; what the code says has to fit an authenticator.
pub async fn scanned_secret(browser: &Browser, selector: &str) -> String {
    let place = "const at = document.querySelector('SELECTOR').getBoundingClientRect();
        return { x: at.x + scrollX, y: at.y + scrollY, width: at.width, height: at.height, scale: 2 };";
    let clip = browser.run(&place.replace("SELECTOR", selector)).await;
    let shot = browser
        .command("Page.captureScreenshot", json!({ "clip": clip, "captureBeyondViewport": true }))
        .await;
    let shot = STANDARD.decode(shot["data"].as_str().expect("a picture")).expect("base64");
    let image = image::load_from_memory(&shot).expect("a picture").into_luma8();
    let mut seen = rqrr::PreparedImage::prepare(image);
    let codes = seen.detect_grids();
    let [code] = codes.as_slice() else { panic!("{} QR codes", codes.len()) };
    let (_, address) = code.decode().expect("a QR code that can be read");
    let address = reqwest::Url::parse(&address).expect("an address");
    assert_eq!((address.scheme(), address.host_str()), ("otpauth", Some("totp")), "{address}");
    let secret = address.query_pairs().find(|(name, _)| name == "secret").expect("a secret");
    secret.1.into_owned()
}
