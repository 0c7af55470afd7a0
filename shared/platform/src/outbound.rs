//! Outbound HTTP over WASI, with limits on time and on the size of answers.
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign_http::{OUTBOUND_RESPONSE_LIMIT, Outbound, OutboundError};
use countersign_kv::request;
use futures::future::{Either, select};
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use send_wrapper::SendWrapper;
use spin_sdk::wasip3::http::types::ErrorCode;

/// The header field with the id of a request.
pub(crate) const ID: HeaderName = HeaderName::from_static(request::ID_HEADER);
/// The header field with its trace.
pub(crate) const TRACE: HeaderName = HeaderName::from_static(request::TRACE_HEADER);
/// How the hosts of functions end.
const FUNCTIONS: &str = ".spin.internal";

/// Sends through the host, which allows only what the manifest lists.
#[derive(Debug)]
pub struct SpinOutbound;

#[async_trait]
impl Outbound for SpinOutbound {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, OutboundError> {
        SendWrapper::new(send_within(request, timeout)).await
    }
}

async fn send_within(
    request: http::Request<Bytes>,
    timeout: Duration,
) -> Result<http::Response<Bytes>, OutboundError> {
    let sending = Box::pin(send(request));
    let timer = Box::pin(spin_sdk::time::sleep(timeout));
    match select(sending, timer).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => Err(OutboundError::TimedOut),
    }
}

async fn send(mut request: http::Request<Bytes>) -> Result<http::Response<Bytes>, OutboundError> {
    // The whole body is known. Without its length it would be sent in chunks, which some providers refuse.
    let length = HeaderValue::from(request.body().len());
    request.headers_mut().insert(CONTENT_LENGTH, length);
    pass_on(&mut request);
    let response = spin_sdk::http::send(request.map(Full::new)).await.map_err(|code| failure(&code))?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, OUTBOUND_RESPONSE_LIMIT).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return OutboundError::TooLarge;
        }
        match error.downcast::<ErrorCode>() {
            Ok(code) => failure(&code),
            Err(error) => OutboundError::Failed(error.to_string()),
        }
    })?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}

/// Tells another function for which request it is called, and every server for which trace, if there is one.
fn pass_on(request: &mut http::Request<Bytes>) {
    let Some(current) = request::current() else { return };
    let is_function = request.uri().host().is_some_and(|host| host.ends_with(FUNCTIONS));
    let id = is_function.then_some((ID, current.id.as_str()));
    for (name, value) in id.into_iter().chain(current.trace.as_deref().map(|trace| (TRACE, trace))) {
        // Both came in headers, or are hexadecimal.
        if let Ok(value) = HeaderValue::from_str(value) {
            request.headers_mut().insert(name, value);
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the platform's list of some forty errors; few mean more than failure"
)]
fn failure(code: &ErrorCode) -> OutboundError {
    match code {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => OutboundError::NotAllowed,
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout
        | ErrorCode::DnsTimeout => OutboundError::TimedOut,
        ErrorCode::InternalError(Some(reason)) => OutboundError::Failed(reason.clone()),
        other => OutboundError::Failed(format!("{other:?}")),
    }
}
