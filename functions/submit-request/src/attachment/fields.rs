//! The header fields of resumable uploads (draft-ietf-httpbis-resumable-upload), which are structured fields (RFC 9651).

use axum::response::Response;
use countersign_http::{Code, Problem};
use countersign_store::CHUNK;
use http::{HeaderMap, HeaderName, HeaderValue};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Required, Schema};

/// The form of bytes that are appended.
pub const PARTIAL_UPLOAD: &str = "application/partial-upload";
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_LIMIT: HeaderName = HeaderName::from_static("upload-limit");
/// The most digits of an integer (RFC 9651, section 3.3.1).
const DIGITS_MAX: usize = 15;
/// The largest integer.
const INTEGER_MAX: f64 = 999_999_999_999_999.0;

/// What a call says about the bytes that it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appending {
    /// Where they begin.
    pub offset: u64,
    /// Whether they are the last ones.
    pub completes: bool,
    /// How many the whole file has, if the call says so.
    pub length: Option<u64>,
}

impl Appending {
    /// # Errors
    /// 400: a field is missing, malformed or given twice.
    pub fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let integer = |name| item(headers, name, integer);
        Ok(Self {
            offset: integer(&UPLOAD_OFFSET)?.ok_or_else(|| malformed(&UPLOAD_OFFSET))?,
            completes: item(headers, &UPLOAD_COMPLETE, boolean)?
                .ok_or_else(|| malformed(&UPLOAD_COMPLETE))?,
            length: integer(&UPLOAD_LENGTH)?,
        })
    }
}

/// The value of a field that must not be given twice.
fn item<T>(
    headers: &HeaderMap,
    name: &HeaderName,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(name) { Err(malformed(name)) } else { Ok(None) };
    };
    // Parameters of an item say nothing here.
    let text = value.to_str().ok().and_then(|text| text.split(';').next());
    text.and_then(|text| read(text.trim())).map(Some).ok_or_else(|| malformed(name))
}

/// A non-negative integer. `parse` would also take a plus sign, which the field does not have.
fn integer(text: &str) -> Option<u64> {
    let is_integer = text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_integer)
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "?1" => Some(true),
        "?0" => Some(false),
        _ => None,
    }
}

fn malformed(name: &HeaderName) -> Problem {
    let form = if *name == UPLOAD_COMPLETE { "`?1` or `?0`" } else { "a number of bytes" };
    Problem::new(Code::InvalidUploadField, format!("send `{name}` once, as {form}"))
}

/// 413: the file is larger than what is stored. `Upload-Limit` says how large it may be.
pub fn too_large(largest: u64) -> Problem {
    let problem = Problem::too_large(largest);
    match HeaderValue::try_from(format!("max-size={largest}")) {
        Ok(limit) => problem.with_accepted(UPLOAD_LIMIT, limit),
        Err(_) => problem,
    }
}

/// How an upload stands, for an answer.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub offset: u64,
    pub complete: bool,
    pub length: Option<u64>,
    /// The most bytes of a file, and how many seconds the upload has left; `None` once it is complete.
    pub limit: Option<(u64, u64)>,
}

impl Standing {
    /// The answer with these fields.
    pub fn on(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(UPLOAD_OFFSET, self.offset.into());
        headers.insert(UPLOAD_COMPLETE, HeaderValue::from_static(if self.complete { "?1" } else { "?0" }));
        if let Some(length) = self.length {
            headers.insert(UPLOAD_LENGTH, length.into());
        }
        let limit = self.limit.and_then(|(largest, left)| {
            let limit = format!("max-size={largest}, min-append-size={CHUNK}, max-age={left}");
            HeaderValue::try_from(limit).ok()
        });
        if let Some(limit) = limit {
            headers.insert(UPLOAD_LIMIT, limit);
        }
        response
    }
}

impl utoipa::IntoParams for Appending {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let integer = || {
            let number = ObjectBuilder::new().schema_type(Type::Integer);
            number.minimum(Some(0.0)).maximum(Some(INTEGER_MAX)).examples([262_144])
        };
        let boolean =
            ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\\?[01]$")).examples(["?1"]);
        vec![
            header(
                "Upload-Offset",
                Required::True,
                "Where the bytes begin that you send: as many as have arrived, as `GET` tells.",
                integer().build().into(),
            ),
            header(
                "Upload-Complete",
                Required::True,
                "Whether the bytes that you send are the last ones: `?1` or `?0`.",
                boolean.build().into(),
            ),
            header(
                "Upload-Length",
                Required::False,
                "How many bytes the whole file has; default: as announced with the request.",
                integer().build().into(),
            ),
        ]
    }
}

fn header(name: &str, required: Required, description: &str, schema: Schema) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&'static str, &str)]) -> Result<Appending, u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        Appending::read(&headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn fields_are_read_as_structured_fields() {
        let whole = Appending { offset: 0, completes: true, length: None };
        assert_eq!(read(&[("upload-offset", "0"), ("upload-complete", "?1")]), Ok(whole));
        let fields =
            [("upload-offset", " 262144;x=1 "), ("upload-complete", "?0"), ("upload-length", "300000")];
        let part = Appending { offset: 262_144, completes: false, length: Some(300_000) };
        assert_eq!(read(&fields), Ok(part));
    }

    #[test]
    fn odd_fields_are_refused() {
        for (offset, complete, why) in [
            ("-1", "?1", "negative"),
            ("+1", "?1", "a sign"),
            ("1.0", "?1", "a fraction"),
            ("1e3", "?1", "an exponent"),
            ("1000000000000000", "?1", "sixteen digits"),
            ("18446744073709551616", "?1", "more than any number has"),
            ("0, 0", "?1", "a list"),
            ("\"0\"", "?1", "a text"),
            ("", "?1", "nothing"),
            ("0", "1", "no boolean"),
            ("0", "?2", "no boolean"),
            ("0", "true", "no boolean"),
            ("0", "", "nothing"),
        ] {
            assert_eq!(read(&[("upload-offset", offset), ("upload-complete", complete)]), Err(400), "{why}");
        }
        assert_eq!(read(&[("upload-offset", "0")]), Err(400), "whether they are the last ones must be said");
        assert_eq!(read(&[("upload-complete", "?1")]), Err(400), "where they begin must be said");
        let twice = [("upload-offset", "0"), ("upload-offset", "0"), ("upload-complete", "?1")];
        assert_eq!(read(&twice), Err(400), "twice");
        let negative = [("upload-offset", "0"), ("upload-complete", "?1"), ("upload-length", "-5")];
        assert_eq!(read(&negative), Err(400), "a negative length");
    }
}
