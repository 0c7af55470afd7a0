//! The credentials of a request: a bearer token or the console's cookie.
use countersign_model::text::several;
use countersign_store::{keys, tokens};
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

/// The console's cookie over plain HTTP: HttpOnly, SameSite, with a session token.
pub const SESSION_COOKIE: &str = "countersign_session";
/// The same over HTTPS. Because of the name's prefix, a browser accepts it only from this host, never from a
/// neighbouring one.
const HOST_COOKIE: &str = "__Host-countersign_session";

/// The name of the console's cookie in a deployment.
pub fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") { HOST_COOKIE } else { SESSION_COOKIE }
}

/// The bearer token of a request. With two `Authorization` headers there is none: which one counts must not be guessed.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The session token in the console's cookie, used only if there is no `Authorization` header. With two cookies of that
/// name there is none: which one counts must not be guessed.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    if headers.contains_key(AUTHORIZATION) {
        return None;
    }
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut tokens = pairs.filter(|(found, _)| *found == name).map(|(_, token)| token);
    tokens.next().filter(|_| tokens.next().is_none())
}

/// Compares a configured secret with a presented one, in constant time. An empty secret means that the feature is off:
/// it matches nothing.
pub fn secret_matches(secret: &str, presented: &str) -> bool {
    let hash = |text: &str| keys::sha256(text.as_bytes());
    tokens::matches(&hash(secret), &hash(presented)) && !secret.is_empty()
}

/// The secrets in a variable that holds several, so that a new one can be put in before the old one is taken out. If there are none, the feature is off.
pub(super) struct Secrets<'a>(&'a str);

impl<'a> Secrets<'a> {
    /// Those in a variable's text.
    pub(super) fn of(text: &'a str) -> Self {
        Self(text)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        several(self.0).next().is_none()
    }

    /// Whether a presented secret is one of them. Takes the same time whichever it is.
    pub(super) fn have(&self, presented: &str) -> bool {
        several(self.0).fold(false, |found, secret| secret_matches(secret, presented) | found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn an_empty_secret_matches_nothing() {
        assert!(!secret_matches("", ""));
        assert!(!secret_matches("", "anything"));
        assert!(!secret_matches("secret", ""));
        assert!(!secret_matches("secret", "secre"));
        assert!(secret_matches("secret", "secret"));
    }

    #[test]
    fn each_secret_of_several_matches_and_nothing_else_does() {
        let several = Secrets::of(" old,\nnew , newest");
        for (presented, matches) in [
            ("old", true),
            ("new", true),
            ("newest", true),
            ("", false),
            (",", false),
            ("old,", false),
            ("old,\nnew", false),
            ("older", false),
        ] {
            assert_eq!(several.have(presented), matches, "{presented}");
        }
        for none in ["", " , ,"] {
            let none = Secrets::of(none);
            assert!(none.is_empty() && !none.have("") && !none.have(",") && !none.have("anything"));
        }
    }

    #[test]
    fn a_bearer_token_is_read_from_exactly_one_header() {
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["Bearer abc"], Some("abc")),
            (&["bearer  abc "], Some("abc")),
            (&["Basic abc"], None),
            (&["Bearer"], None),
            (&["Bearer "], None),
            (&["Bearer abc", "Bearer abc"], None),
            (&[], None),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in *values {
                headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(bearer(&headers), *expected, "{values:?}");
        }
    }

    #[test]
    fn the_cookie_is_found_among_others_and_yields_to_the_header() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; countersign_session=abc; c=d"));
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("abc"));
        assert_eq!(
            cookie(&headers, cookie_name("https://countersign.example")),
            None,
            "another name over HTTPS"
        );
        let mut twice = headers.clone();
        twice.append(COOKIE, HeaderValue::from_static("countersign_session=planted"));
        assert_eq!(cookie(&twice, SESSION_COOKIE), None);
        headers.append(AUTHORIZATION, HeaderValue::from_static("Basic x"));
        assert_eq!(cookie(&headers, SESSION_COOKIE), None);
    }
}
