//! Headers about repetition and concurrency: `If-Match` with a record's revision, and `Idempotency-Key`.
use axum::extract::FromRequestParts;
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, Required};

use crate::problem::{Code, Problem};

/// The revisions of which the caller has read one and wants to change it; `None` if none was sent, or `*`.
///
/// An entity tag is the revision in quotes. A proxy that compresses answers may make it weak (`W/"3"`) or append the
/// encoding (`"3-gzip"`); it still names the revision, which does not depend on how its answer was transferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<Vec<u64>>);

impl IfMatch {
    /// Whether a record at this revision is one that the caller means.
    pub fn accepts(&self, revision: u64) -> bool {
        self.0.as_ref().is_none_or(|revisions| revisions.contains(&revision))
    }

    /// Refuses if the record has another revision.
    ///
    /// # Errors
    /// 412 with the current revision.
    pub fn check(&self, revision: u64) -> Result<(), Problem> {
        if self.accepts(revision) { Ok(()) } else { Err(Problem::precondition_failed(revision)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let lines: Vec<_> = parts.headers.get_all(IF_MATCH).iter().map(HeaderValue::to_str).collect();
        match lines.as_slice() {
            [] => return Ok(Self(None)),
            [Ok(all)] if all.trim() == "*" => return Ok(Self(None)),
            _ => {}
        }
        // A header that comes more than once is one list (RFC 9110, section 5.3).
        let tags = lines.iter().flat_map(|line| line.as_deref().unwrap_or("not ASCII").split(','));
        let tags = tags.map(str::trim).filter(|tag| !tag.is_empty());
        match tags.take(MOST_TAGS + 1).map(revision_of).collect::<Option<Vec<u64>>>() {
            Some(revisions) if (1..=MOST_TAGS).contains(&revisions.len()) => Ok(Self(Some(revisions))),
            _ => Err(Problem::new(
                Code::InvalidIfMatch,
                "`If-Match` must be a revision in quotes, such as `\"3\"`, up to 50 of them separated by commas, or `*`",
            )),
        }
    }
}

/// The most entity tags of an `If-Match`.
const MOST_TAGS: usize = 50;
/// The most digits of a revision: any number of so many is one.
const MOST_DIGITS: usize = 19;
/// What proxies that compress an answer append to its entity tag, after `-`, `--` or `;`.
const ENCODINGS: [&str; 5] = ["gzip", "br", "zstd", "deflate", "df"];

/// The revision that an entity tag names. Revisions contain no comma, so a list of tags can be split at commas.
fn revision_of(tag: &str) -> Option<u64> {
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    // Many clients leave the quotes out.
    let text = match quoted.strip_prefix('"') {
        Some(text) => text.strip_suffix('"')?,
        None if quoted.len() == tag.len() && tag.bytes().all(|byte| byte.is_ascii_digit()) => tag,
        None => return None,
    };
    let (revision, encoding) = match text.find(['-', ';']) {
        Some(at) => text.split_at_checked(at)?,
        None => (text, ""),
    };
    let encoding = encoding.strip_prefix("--").or(encoding.strip_prefix(['-', ';'])).unwrap_or_default();
    let plain = revision.len() == text.len() || ENCODINGS.contains(&encoding);
    let digits = revision.len() <= MOST_DIGITS && revision.bytes().all(|byte| byte.is_ascii_digit());
    if plain && digits { revision.parse().ok() } else { None }
}

/// The response header with a record's revision.
pub fn etag(revision: u64) -> (HeaderName, HeaderValue) {
    // A number in quotes is always a valid header value.
    let value = HeaderValue::try_from(format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    (ETAG, value)
}

/// The caller's name for one attempt, with which the call can be repeated without a second effect; `None` if it was not
/// sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

/// The most characters of an `Idempotency-Key`.
const LONGEST_IDEMPOTENCY_KEY: usize = 200;
static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(key) = single(parts, &IDEMPOTENCY_KEY)? else {
            return Ok(Self(None));
        };
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if key.is_empty() || key.len() > LONGEST_IDEMPOTENCY_KEY || !printable {
            return Err(Problem::new(
                Code::InvalidIdempotencyKey,
                format!(
                    "`Idempotency-Key` must be 1 to {LONGEST_IDEMPOTENCY_KEY} printable ASCII characters"
                ),
            ));
        }
        Ok(Self(Some(key)))
    }
}

/// The value of a header that may be sent at most once and must be printable ASCII.
fn single(parts: &Parts, name: &HeaderName) -> Result<Option<String>, Problem> {
    let mut values = parts.headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let text = text.ok_or_else(|| {
        let detail = format!("`{name}` must be a single value of printable ASCII characters");
        Problem::new(Code::InvalidIdempotencyKey, detail)
    })?;
    Ok(Some(text.trim().to_owned()))
}

impl utoipa::IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let digits = format!("[0-9]{{1,{MOST_DIGITS}}}");
        let tag = format!(r#"({digits}|(W/)?"{digits}((-|--|;)(gzip|br|zstd|deflate|df))?")"#);
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(format!("^(\\*|{tag}( *, *{tag}){{0,49}})$")))
            .examples(["\"3\""]);
        vec![header(
            "If-Match",
            "The revision that you have read, as given by `ETag`, or several, of which one must be the present one; default: any. If the record has changed, the answer is 412.",
            schema,
        )]
    }
}

impl utoipa::IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LONGEST_IDEMPOTENCY_KEY))
            .pattern(Some("^[ -~]*[!-~][ -~]*$"))
            .examples(["7f0c2c1e-9d0f-4b53-9a51-0d6a7f2f9b1e"]);
        vec![header(
            "Idempotency-Key",
            "Your name for this attempt: 1 to 200 printable ASCII characters, not only spaces; default: none. Repeated calls with the same name take effect once.",
            schema,
        )]
    }
}

/// The documentation of an optional header field of a request.
pub(crate) fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
