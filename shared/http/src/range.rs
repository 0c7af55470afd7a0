//! Downloads in parts: `Range` and `If-Range` (RFC 9110, sections 13 and 14).
use std::ops::RangeInclusive;

use http::HeaderMap;
use http::header::{IF_RANGE, RANGE};
use http_range_header::{RangeUnsatisfiableError, parse_range_header};
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::conditional::header;
use crate::openapi::text;

/// Which bytes are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of them: no range is given, or one that is ignored.
    Whole,
    /// These (206).
    Part(RangeInclusive<u64>),
    /// Others than there are (416).
    NotThere,
}

impl Asked {
    /// What these headers of a `GET` ask for, of so many bytes with this strong entity tag.
    ///
    /// A range in another unit, a malformed one and several ranges at once are ignored, as the RFC allows; so is a range
    /// for other bytes than those with the tag.
    pub fn of(headers: &HeaderMap, etag: &str, size: u64) -> Self {
        let mut ranges = headers.get_all(RANGE).iter();
        let (Some(range), None) = (ranges.next(), ranges.next()) else { return Self::Whole };
        // A date is never the right one, because these downloads have none. A weak tag proves nothing about bytes.
        if headers.get_all(IF_RANGE).iter().any(|tag| tag.as_bytes() != etag.as_bytes()) {
            return Self::Whole;
        }
        let Some(ranges) = range.to_str().ok().and_then(|range| parse_range_header(range).ok()) else {
            return Self::Whole;
        };
        match ranges.validate(size).as_deref() {
            Ok([only]) => Self::Part(only.clone()),
            Err(RangeUnsatisfiableError::Unsatisfiable) => Self::NotThere,
            _ => Self::Whole,
        }
    }
}

impl utoipa::IntoParams for Asked {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let range = text(r"^bytes=([0-9]{1,19}-[0-9]{0,19}|-[0-9]{1,19})$", 48, "bytes=0-499");
        let tag = text("^\"[0-9a-f]{64}\"$", 66, &format!("\"{}\"", "0f".repeat(32)));
        vec![
            header(
                "Range",
                "Which bytes to send, such as `bytes=0-499`; default: all. Anything but one range of bytes is ignored.",
                range,
            ),
            header(
                "If-Range",
                "The `ETag` of the file of which you have a part. If the file is another one, all of it is sent; default: any.",
                tag,
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const ETAG: &str = "\"abc\"";

    fn asked(range: &str, size: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        Asked::of(&headers, ETAG, size)
    }

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        use Asked::{NotThere, Part, Whole};
        for (range, expected, why) in [
            ("bytes=0-499", Part(0..=499), "the first bytes"),
            ("bytes=500-999", Part(500..=999), "the last bytes"),
            ("bytes=500-", Part(500..=999), "to the end"),
            ("bytes=-500", Part(500..=999), "the last bytes, counted from the end"),
            ("bytes=-5000", Part(0..=999), "more than there are, counted from the end"),
            ("bytes=900-5000", Part(900..=999), "more than there are"),
            ("bytes=0-18446744073709551615", Part(0..=999), "as many as can be"),
            ("BYTES=1-1", Part(1..=1), "units have no case"),
            ("bytes=0-0,2000-", Part(0..=0), "the only one that is there"),
            ("bytes=1000-", NotThere, "beyond the end"),
            ("bytes=1000-2000", NotThere, "beyond the end"),
            ("bytes=-0", NotThere, "none, counted from the end"),
            ("bytes=2000-,3000-", NotThere, "none of several"),
            ("bytes=0-0,5-9", Whole, "several"),
            ("bytes=9-5", Whole, "reversed"),
            ("bytes=-5-9", Whole, "negative"),
            ("bytes=a-b", Whole, "no numbers"),
            ("bytes=", Whole, "nothing"),
            ("bytes 0-5", Whole, "no range"),
            ("items=0-5", Whole, "another unit"),
            ("bytes=99999999999999999999-", NotThere, "more than any number has"),
        ] {
            assert_eq!(asked(range, 1_000), expected, "{range}: {why}");
        }
        assert_eq!(asked("bytes=0-", 0), NotThere, "an empty file has no first byte");
        assert_eq!(asked("bytes=-5", 0), Whole, "the last bytes of an empty file");
    }

    #[test]
    fn a_range_for_other_bytes_is_ignored() {
        let with = |condition: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, HeaderValue::from_static("bytes=1-2"));
            headers.insert(IF_RANGE, HeaderValue::from_static(condition));
            Asked::of(&headers, ETAG, 10)
        };
        assert_eq!(with("\"abc\""), Asked::Part(1..=2));
        for condition in ["\"abd\"", "W/\"abc\"", "abc", "*", "Wed, 21 Oct 2026 07:28:00 GMT", ""] {
            assert_eq!(with(condition), Asked::Whole, "{condition}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static("bytes=1-2"));
        headers.append(IF_RANGE, HeaderValue::from_static(ETAG));
        headers.append(IF_RANGE, HeaderValue::from_static("\"abd\""));
        assert_eq!(Asked::of(&headers, ETAG, 10), Asked::Whole, "two conditions");
    }

    #[test]
    fn two_fields_are_ignored() {
        let mut headers = HeaderMap::new();
        headers.append(RANGE, HeaderValue::from_static("bytes=1-2"));
        headers.append(RANGE, HeaderValue::from_static("bytes=3-4"));
        assert_eq!(Asked::of(&headers, ETAG, 10), Asked::Whole);
        assert_eq!(Asked::of(&HeaderMap::new(), ETAG, 10), Asked::Whole);
    }
}
