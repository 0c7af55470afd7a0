//! Sending a component's outbound requests to the development mailbox, to another component in process, or to the
//! network, if its list allows it. Redirects are never followed.

use std::io::ErrorKind;
use std::sync::{Arc, Weak};
use std::time::Duration;

use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Limited};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use super::{AllowedHosts, chained_component};
use crate::body::full;
use crate::dev::{Development, MAX_BODY};
use crate::kv::Counters;
use crate::server::dispatch::Served;
use crate::traces::{Span, TRACE_HEADER};

/// How long connecting may take, unless the component asks for less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a response may be silent, before its head and between its pieces, unless the component asks for less.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

type Sent = Result<(Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

/// The outbound side of a component.
#[derive(Clone)]
pub(crate) struct Outbound {
    pub(crate) component: Arc<str>,
    /// The list, or the reason why it is invalid.
    pub(crate) allowed: Arc<Result<AllowedHosts, String>>,
    /// The application, for service chaining. Weak, because the application owns this.
    pub(crate) served: Weak<Served>,
    pub(crate) development: Option<Arc<Development>>,
    pub(crate) counters: Arc<Counters>,
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        // The component's result with the response, which is not needed here.
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let outbound = self.clone();
        self.counters.record_other(&self.component, "send-request");
        Box::new(async move { outbound.send(request, options).await })
    }
}

impl Outbound {
    async fn send(self, request: Request<WasiBody>, options: Option<RequestOptions>) -> Sent {
        let host = request.uri().host().unwrap_or_default().to_owned();
        if Development::catches(&host) {
            return self.to_mailbox(request).await;
        }
        self.check(request.uri())?;
        match chained_component(&host) {
            Some(component) => self.to_component(&component, request, options).await,
            None => self.to_network(request, options).await,
        }
    }

    /// Whether the component may call an address; if not, the log says what to do.
    pub(crate) fn check(&self, uri: &Uri) -> Result<(), Error> {
        let target = || {
            let port = uri.port().map_or_else(String::new, |port| format!(":{port}"));
            format!("{}://{}{port}", uri.scheme_str().unwrap_or("?"), uri.host().unwrap_or("?"))
        };
        match self.allowed.as_ref() {
            Ok(allowed) if allowed.allow(uri) => Ok(()),
            Ok(_) => {
                tracing::warn!(
                    "`{}` may not call `{}`: add it to its `allowed_outbound_hosts`",
                    self.component,
                    target()
                );
                Err(Error::HttpRequestDenied)
            }
            Err(reason) => {
                tracing::error!(
                    "`{}` may not call `{}`: its `allowed_outbound_hosts` are invalid: {reason}",
                    self.component,
                    target()
                );
                Err(Error::HttpRequestDenied)
            }
        }
    }

    async fn to_mailbox(&self, request: Request<WasiBody>) -> Sent {
        let Some((development, served)) = self.development.as_ref().zip(self.served.upgrade()) else {
            tracing::warn!("`{}` sends with the `dev` provider, which only development has", self.component);
            return Err(Error::HttpRequestDenied);
        };
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, MAX_BODY).collect().await;
        let body = body.map_err(|_| Error::HttpRequestBodySize(Some(MAX_BODY as u64)))?.to_bytes();
        let response = development.catch(&parts, &body, served.clock.now());
        Ok((response.map(full), Box::new(async { Ok(()) })))
    }

    async fn to_component(
        &self,
        component: &str,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Sent {
        let served = self.served.upgrade().ok_or(Error::ConnectionTerminated)?;
        let answer = served.chain(component, request);
        let response = match options.and_then(|options| options.first_byte_timeout) {
            Some(limit) => {
                tokio::time::timeout(limit, answer).await.map_err(|_| Error::HttpResponseTimeout)?
            }
            None => answer.await,
        };
        Ok((response?, Box::new(async { Ok(()) })))
    }

    async fn to_network(&self, mut request: Request<WasiBody>, options: Option<RequestOptions>) -> Sent {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let limits = with_limits(options);
        // Connecting includes the TLS handshake, which has no limit of its own.
        let head = limits.connect_timeout.unwrap_or(CONNECT_TIMEOUT) * 2
            + limits.first_byte_timeout.unwrap_or(SILENCE_TIMEOUT);
        let span = self.span(&mut request, &authority);
        let sent = tokio::time::timeout(head, default_send_request(request, Some(limits))).await;
        match sent.unwrap_or(Err(Error::ConnectionTimeout)) {
            Ok((response, io)) => {
                if let Some(span) = span {
                    span.answered(response.status());
                }
                Ok((response.map(BodyExt::boxed_unsync), Box::new(io)))
            }
            Err(error) => {
                tracing::warn!("`{}` could not call `{authority}`: {error}", self.component);
                if let Some(span) = span {
                    span.failed(&error.to_string());
                }
                Err(named(error))
            }
        }
    }

    /// The span of a request to another server, which is told of it. Without traces, it is told nothing.
    fn span(&self, request: &mut Request<WasiBody>, authority: &str) -> Option<Span> {
        let served = self.served.upgrade();
        match served.as_ref().and_then(|served| served.traces.as_ref()) {
            Some(traces) => {
                let method = request.method().clone();
                Some(traces.outbound(request.headers_mut(), &method, authority))
            }
            None => {
                request.headers_mut().remove(TRACE_HEADER);
                None
            }
        }
    }
}

/// The error without its details, so that it is not logged again where the component gets it.
#[expect(clippy::wildcard_enum_match_arm, reason = "lists of errors of other crates; few need another name")]
fn named(error: Error) -> Error {
    match error {
        Error::Tls(error) if error.to_string().contains("certificate") => Error::TlsCertificateError,
        Error::Tls(_) => Error::TlsProtocolError,
        Error::Connect(error) => match error.kind() {
            ErrorKind::ConnectionRefused => Error::ConnectionRefused,
            ErrorKind::TimedOut => Error::ConnectionTimeout,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Error::DestinationUnavailable,
            _ => Error::DnsError { rcode: Some("address not available".to_owned()), info_code: None },
        },
        Error::Hyper(_) => Error::HttpProtocolError,
        other => other,
    }
}

fn with_limits(options: Option<RequestOptions>) -> RequestOptions {
    let asked = options.unwrap_or_default();
    let least =
        |asked: Option<Duration>, limit: Duration| Some(asked.map_or(limit, |asked| asked.min(limit)));
    RequestOptions {
        connect_timeout: least(asked.connect_timeout, CONNECT_TIMEOUT),
        first_byte_timeout: least(asked.first_byte_timeout, SILENCE_TIMEOUT),
        between_bytes_timeout: least(asked.between_bytes_timeout, SILENCE_TIMEOUT),
    }
}
