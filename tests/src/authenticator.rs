//! An authenticator app.

use jiff::Timestamp;
use totp_rs::{Builder, Secret};

/// The six digits it shows at this time, for a secret as it is typed (base32).
pub fn one_time_code(now: Timestamp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let second = u64::try_from(now.as_second()).expect("a time after 1970");
    Builder::new().with_secret(secret).build_noncompliant().generate(second).to_string()
}
