//! Bodies of calls that must not fail for a detail: what is odd or not known in them is noted, and the rest is read.

use std::borrow::Cow;
use std::fmt::{self, Write};

use axum::extract::{FromRef, FromRequest, OptionalFromRequest, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde_json::value::RawValue;

use crate::body::{BODY_LIMIT, Object, read_in_time, require_json, require_plain, unread};
use crate::pointer;
use crate::problem::Problem;
use crate::services::Services;

/// The most bytes of a [`LooseBody`]: two paths of the 32,767 characters that Windows allows, each written as an escape
/// of six bytes, fit with all else.
pub const LOOSE_BODY_LIMIT: usize = 512 * 1024;
/// How many members that are not known are noted.
const UNKNOWN_MAX: usize = 20;
/// How many characters of the pointer to such a member are noted.
const POINTER_MAX: usize = 200;

/// A JSON body as `T`, as [`JsonBody`](crate::JsonBody), but up to [`LOOSE_BODY_LIMIT`], and with the members that `T`
/// does not know noted, not refused. Members of `T` that only inform are [`Loose`].
///
/// A byte that is not UTF-8 is read as the escape of a lone surrogate, from `\udc80` to `\udcff` (as in PEP 383): agents
/// put names of files there as they find them, such as in Windows-1252. In a [`Loose`] text it is kept; elsewhere it is
/// refused.
#[derive(Clone, Debug)]
pub struct LooseBody<T> {
    /// The parsed body.
    pub value: T,
    /// Pointers to the members that are not known, at most 20.
    pub unknown: Vec<String>,
    bytes: Bytes,
}

impl<T> LooseBody<T> {
    /// The bytes as they were sent, for an `Idempotency-Key`.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<T, S> FromRequest<S> for LooseBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Services: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_plain(request.headers())?;
        require_json(request.headers())?;
        let bytes = read_in_time(request, state, LOOSE_BODY_LIMIT).await?;
        let (value, unknown) = parse_loosely("", &in_utf8(&bytes))?;
        Ok(Self { value, unknown, bytes })
    }
}

impl<T, S> OptionalFromRequest<S> for LooseBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Services: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        if request.headers().contains_key(CONTENT_TYPE) {
            let LooseBody { value, unknown, bytes } =
                <LooseBody<Option<Object<T>>> as FromRequest<S>>::from_request(request, state).await?;
            return Ok(value.map(|Object(value)| Self { value, unknown, bytes }));
        }
        match read_in_time(request, state, BODY_LIMIT).await?.is_empty() {
            true => Ok(None),
            false => Err(Problem::unsupported_media_type("application/json")),
        }
    }
}

/// JSON with an escape for each byte that is not UTF-8.
fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(bytes).is_ok() {
        return Cow::Borrowed(bytes);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // The byte follows a backslash that escapes it. That is no JSON, and must not become any.
            if text.bytes().rev().take_while(|before| *before == b'\\').count() % 2 == 1 {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            // Writing to a string does not fail.
            let _ = write!(text, "\\udc{byte:02x}");
        }
    }
    Cow::Owned(text.into_bytes())
}

/// Reads `bytes`, which stand at a pointer of a body, as a `T`. Returns the pointers to members that `T` does not know.
fn parse_loosely<T: DeserializeOwned>(at: &str, bytes: &[u8]) -> Result<(T, Vec<String>), Problem> {
    let mut unknown = Vec::new();
    let note = &mut |path: serde_ignored::Path<'_>| {
        if unknown.len() < UNKNOWN_MAX {
            unknown.push(format!("{at}{}", pointer::of_ignored(&path)).chars().take(POINTER_MAX).collect());
        }
    };
    let mut json = crate::body::reader(bytes)?;
    let Object(value) = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(&mut json, note))
        .map_err(|error| unread(at, error))?;
    json.end().map_err(|error| crate::body::malformed(&error))?;
    Ok((value, unknown))
}

/// A member of a body that can be any JSON value. What it should have been decides who reads it.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(transparent)]
pub struct Loose(Box<RawValue>);

impl Loose {
    /// The text in WTF-8: a JSON string may contain lone surrogates. `None` if it is no string.
    pub fn wtf8(&self) -> Option<Vec<u8>> {
        self.read::<Wtf8>().map(|text| text.0)
    }

    /// The value as a `T`; `None` if it is none.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.0.get().as_bytes()).ok()
    }

    /// The value, which stands at a pointer of a body, as a `T`, and the pointers to members that `T` does not know.
    ///
    /// # Errors
    /// 422 `invalid-body` if it is none.
    pub fn read_at<T: DeserializeOwned>(&self, pointer: &str) -> Result<(T, Vec<String>), Problem> {
        parse_loosely(pointer, self.0.get().as_bytes())
    }
}

/// A JSON string. serde_json hands out strings with lone surrogates only to those who ask for bytes.
struct Wtf8(Vec<u8>);

impl<'de> Deserialize<'de> for Wtf8 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Wtf8;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Wtf8, E> {
                Ok(Wtf8(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Form {
        name: Loose,
        note: Option<Loose>,
        inner: Inner,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Inner {
        count: Option<u8>,
    }

    fn read(text: &str) -> Result<(Form, Vec<String>), Problem> {
        parse_loosely("", text.as_bytes())
    }

    #[test]
    fn a_loose_member_is_any_json_value() {
        let cases = [
            (r#""a\u00e9""#, Some("aé".as_bytes().to_vec())),
            (r#""\ud800""#, Some(vec![0xed, 0xa0, 0x80])),
            (r#""\ud83d\ude00""#, Some("😀".as_bytes().to_vec())),
            ("1e999", None),
            ("null", None),
            (r#"{"a":["\udfff"]}"#, None),
        ];
        for (text, bytes) in cases {
            let (form, unknown) = read(&format!(r#"{{"name":{text},"inner":{{}},"note":null}}"#)).unwrap();
            assert_eq!((form.name.wtf8(), unknown.len()), (bytes, 0), "{text}");
            assert!(form.note.is_none() && form.inner.count.is_none());
        }
        let (form, _) = read(r#"{"name":7,"inner":{}}"#).unwrap();
        assert_eq!((form.name.read::<u8>(), form.name.read::<bool>()), (Some(7), None));
    }

    #[test]
    fn a_byte_that_is_not_utf_8_is_a_lone_surrogate() {
        let name = |bytes: &[u8]| {
            let body = [b"{\"inner\":{},\"name\":\"", bytes, b"\"}"].concat();
            parse_loosely::<Form>("", &in_utf8(&body)).map(|(form, _)| form.name.wtf8().unwrap()).ok()
        };
        assert_eq!(name(b"Caf\xe9").unwrap(), b"Caf\xed\xb3\xa9");
        assert_eq!(name(b"\xc3\xa9\xc3").unwrap(), b"\xc3\xa9\xed\xb3\x83", "cut within a character");
        assert_eq!(name(b"C:\\\\\xe9").unwrap(), b"C:\\\xed\xb3\xa9", "after a backslash");
        assert_eq!(name(b"C:\\\xe9"), None, "an escape that JSON does not have");
        assert!(
            parse_loosely::<Form>("", &in_utf8(b"{\"inner\":{},\"name\":\xe9}")).is_err(),
            "outside of texts"
        );
    }

    #[test]
    fn members_that_are_not_known_are_noted() {
        let (_, unknown) = read(r#"{"name":1,"inner":{"a/b":[{"c":"\ud800"}],"count":1},"x":null}"#).unwrap();
        assert_eq!(unknown, ["/inner/a~1b", "/x"]);
        let many: String = (0..100).map(|n| format!(r#","{n}{}":0"#, "x".repeat(1000))).collect();
        let (_, unknown) = read(&format!(r#"{{"name":1,"inner":{{}}{many}}}"#)).unwrap();
        assert_eq!(unknown.len(), UNKNOWN_MAX);
        assert!(unknown.iter().all(|pointer| pointer.chars().count() == POINTER_MAX));
    }

    #[test]
    fn what_is_not_loose_is_refused_where_it_is_wrong() {
        let pointers = |problem: Problem| -> Vec<String> {
            problem.errors().iter().map(|error| error.pointer.clone()).collect()
        };
        assert_eq!(pointers(read(r#"{"name":1,"inner":{"count":256}}"#).unwrap_err()), ["/inner/count"]);
        let (form, _) = read(r#"{"name":{"count":-1,"y":1},"inner":{}}"#).unwrap();
        assert_eq!(pointers(form.name.read_at::<Inner>("/name").unwrap_err()), ["/name/count"]);
        let (form, _) = read(r#"{"name":{"count":1,"y":1},"inner":{}}"#).unwrap();
        assert_eq!(form.name.read_at::<Inner>("/name").unwrap().1, ["/name/y"]);
        for text in ["{", r#"{"name":1,"inner":{}} {}"#, "{\"name\":\"a\nb\",\"inner\":{}}"] {
            assert!(pointers(read(text).unwrap_err()).is_empty(), "{text} is no JSON");
        }
    }
}
