//! JSON bodies: read after the caller is identified, up to 64 KiB, refused with pointers to the errors.
use std::pin::pin;
use std::time::Duration;

use axum::extract::{FromRef, FromRequest, OptionalFromRequest, Request};
use bytes::Bytes;
use countersign_model::json;
use futures::future::{Either, select};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::de::SliceRead;

use crate::pointer;
use crate::problem::{Code, InputError, Problem};
use crate::services::Services;

/// The most bytes of a JSON body.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How long a JSON body may take in total, however its parts arrive: an unfinished body holds a place of an instance.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// Distinguishes `null` from an omitted field of a body: `#[serde(default, deserialize_with = "countersign_http::given")]` on an
/// `Option<Option<T>>`.
///
/// # Errors
/// If it is neither `null` nor a `T`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    field: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// A JSON body as `T`. It is the last parameter of a handler, so the caller is identified before a byte is read. `T`
/// denies unknown fields.
#[derive(Clone, Debug)]
pub struct JsonBody<T> {
    /// The parsed body.
    pub value: T,
    bytes: Bytes,
}

impl<T> JsonBody<T> {
    /// The bytes as they were sent, for an `Idempotency-Key`.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<T, S> FromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Services: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_plain(request.headers())?;
        require_json(request.headers())?;
        let bytes = read_in_time(request, state, BODY_LIMIT).await?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// A body that may be left out: `Option<JsonBody<T>>`. One without a content type must be empty; `null` is none.
impl<T, S> OptionalFromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Services: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        if request.headers().contains_key(CONTENT_TYPE) {
            let JsonBody { value, bytes } =
                <JsonBody<Option<Object<T>>> as FromRequest<S>>::from_request(request, state).await?;
            return Ok(value.map(|Object(value)| Self { value, bytes }));
        }
        match read_in_time(request, state, BODY_LIMIT).await?.is_empty() {
            true => Ok(None),
            false => Err(Problem::unsupported_media_type("application/json")),
        }
    }
}

/// Reads a body of at most `limit` bytes to its end, within [`BODY_DEADLINE`].
pub(crate) async fn read_in_time<S>(request: Request, state: &S, limit: usize) -> Result<Bytes, Problem>
where
    Services: FromRef<S>,
{
    let journal = Services::from_ref(state).journal;
    let body = pin!(read(request, limit));
    // Mostly the body is there as soon as the host has had its turn. Waiting by the clock costs several calls to the host more.
    let body = match select(body, journal.clock().sleep(Duration::ZERO)).await {
        Either::Left((bytes, _)) => return bytes,
        Either::Right(((), body)) => body,
    };
    match select(body, journal.clock().sleep(BODY_DEADLINE)).await {
        Either::Left((bytes, _)) => bytes,
        Either::Right(_) => Err(too_slow()),
    }
}

fn too_slow() -> Problem {
    let detail = format!("the body did not arrive within {} seconds", BODY_DEADLINE.as_secs());
    Problem::new(Code::BodyTooSlow, detail)
}

/// Reads `bytes` as a JSON body, under the same rules as [`JsonBody`].
///
/// # Errors
/// 400 if it is not JSON in UTF-8, 422 `invalid-body` if it is not a `T`.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = reader(bytes)?;
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| unread("", error))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// A body that is a struct is an object: serde's derived code would read it from an array as well, and from an empty one if every
/// field may be left out.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json::object(json).map(Self)
    }
}

/// A reader of JSON in UTF-8. It reads from bytes, as the store does: a component then contains one reader instead of two.
pub(crate) fn reader(bytes: &[u8]) -> Result<serde_json::Deserializer<SliceRead<'_>>, Problem> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Problem::new(Code::MalformedJson, "the body is not UTF-8"))?;
    Ok(serde_json::Deserializer::from_slice(text.as_bytes()))
}

/// Why the value at a pointer of a body is not read.
pub(crate) fn unread(at: &str, error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().is_data() {
        let fault = pointer::fault(&error.inner().to_string());
        Problem::invalid_body(vec![InputError::new(format!("{at}{}", pointer::of(error.path())), fault)])
    } else {
        malformed(error.inner())
    }
}

pub(crate) fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("the body is not JSON at line {} column {}", error.line(), error.column());
    Problem::new(Code::MalformedJson, detail)
}

/// Refuses a body that is compressed or otherwise encoded: unpacked, it could be of any size.
///
/// # Errors
/// 415 `unsupported-content-encoding`.
pub fn require_plain(headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    let is_plain = |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    if values.all(|value| value.to_str().is_ok_and(|text| text.split(',').map(str::trim).all(is_plain))) {
        return Ok(());
    }
    Err(Problem::unsupported_content_encoding())
}

pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = sent.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if essence.eq_ignore_ascii_case("application/json") && utf8 {
        return Ok(());
    }
    Err(Problem::unsupported_media_type("application/json"))
}

/// The bytes of a body of at most `limit` bytes that is no JSON, once it is decided that the caller may send it.
///
/// # Errors
/// 408, 413 or 415.
pub async fn read_bytes(request: Request, services: &Services, limit: usize) -> Result<Bytes, Problem> {
    require_plain(request.headers())?;
    read_in_time(request, services, limit).await
}

async fn read(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::too_large(u64::try_from(limit).unwrap_or(u64::MAX));
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = Limited::new(request.into_body(), limit);
    let mut bytes = Vec::new();
    // A body of the announced length is complete. Asking for its end and its trailers would cost two calls to the host more.
    while announced.is_none_or(|length| bytes.len() < length) {
        let frame = match body.frame().await {
            None if announced.is_some() => return Err(cut_short()),
            None => break,
            Some(Ok(frame)) => frame,
            Some(Err(error)) if is_over_limit(error.as_ref()) => return Err(too_large()),
            Some(Err(_)) => return Err(cut_short()),
        };
        // Trailers say nothing here.
        if let Ok(part) = frame.into_data() {
            bytes.extend_from_slice(&part);
        }
    }
    Ok(bytes.into())
}

fn cut_short() -> Problem {
    Problem::new(Code::BodyCutShort, "the body ended before it was complete")
}

fn is_over_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<LengthLimitError>())
}
