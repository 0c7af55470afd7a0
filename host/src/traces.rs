//! Traces by OpenTelemetry: one span for each request, each call of a component, each request that a component sends, and, if that is
//! asked for, each key-value operation. The context goes on in the header fields of W3C Trace Context.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use http::header::HeaderMap;
use http::{Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, Key, KeyValue};
use opentelemetry_http::{Bytes, HeaderExtractor, HeaderInjector, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use wasmtime_wasi_http::default_send_request;

use crate::body::full;

/// The name under which this program reports, unless the environment says another.
const SERVICE: &str = "countersign";
/// The header field of the context.
pub(crate) const TRACE_HEADER: &str = "traceparent";
/// The variables of the environment that name a collector, as on Spin.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// How long a collector may take.
const COLLECTOR_TAKES: Duration = Duration::from_secs(10);
/// The most bytes of a collector's answer.
const ANSWER_MAX: usize = 64 * 1024;

/// Where traces go.
#[derive(Clone)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    key_value: bool,
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("key_value", &self.key_value).finish_non_exhaustive()
    }
}

/// Whether the environment names the service: `OTEL_SERVICE_NAME`, or an attribute in `OTEL_RESOURCE_ATTRIBUTES`. Where it does not,
/// the SDK calls it unknown.
fn is_named() -> bool {
    let name = Resource::builder().build().get(&Key::from_static_str("service.name"));
    name.is_some_and(|name| !name.as_str().starts_with("unknown_service"))
}

impl Traces {
    /// To the collector that the environment names; `None` if it names none, or switches the SDK off. The other variables of
    /// OpenTelemetry's SDK apply as well: headers, sampler, batches, attributes; but a collector may always take as long as
    /// [`COLLECTOR_TAKES`] says. `key_value`: with a span for each key-value operation. Called within the runtime that sends them.
    ///
    /// # Errors
    /// If what the environment says cannot be used.
    pub fn from_environment(key_value: bool) -> anyhow::Result<Option<Self>> {
        let set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
        let is_off = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
        match ENDPOINTS.iter().any(set) && !is_off {
            true => Ok(Some(Self::to(None, key_value)?)),
            false => Ok(None),
        }
    }

    /// To the collector at an address such as `http://127.0.0.1:4318/v1/traces`; `None`: to that which the environment names.
    ///
    /// # Errors
    /// If the address cannot be used.
    pub fn to(endpoint: Option<&str>, key_value: bool) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder().with_http().with_http_client(Collector(Handle::current()));
        let exporter = match endpoint {
            Some(endpoint) => exporter.with_endpoint(endpoint),
            None => exporter,
        };
        let exporter =
            exporter.build().context("traces cannot be exported: see OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let resource = if is_named() { resource } else { resource.with_service_name(SERVICE) }.build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        let tracer = provider.tracer(SERVICE);
        Ok(Self { provider, tracer, key_value })
    }

    /// Sends what has not been sent yet.
    pub(crate) async fn finish(&self) {
        let provider = self.provider.clone();
        // It blocks until the runtime has sent it.
        let done = tokio::task::spawn_blocking(move || provider.force_flush()).await;
        if let Ok(Err(error)) = done {
            tracing::warn!("some traces were not sent: {error}");
        }
    }

    /// A request of a client: `route` is what it matched, which tells no ids.
    pub(crate) fn request(
        &self,
        headers: &mut HeaderMap,
        method: &Method,
        path: &str,
        route: &str,
        id: &str,
    ) -> Span {
        let attributes = vec![
            KeyValue::new("http.request.method", method.to_string()),
            KeyValue::new("url.path", path.to_owned()),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("countersign.request_id", id.to_owned()),
        ];
        self.over(headers, format!("{method} {route}"), SpanKind::Server, attributes)
    }

    /// A call of a component. It is told of its span by the headers.
    pub(crate) fn component(&self, headers: &mut HeaderMap, component: &str) -> Span {
        let attributes = vec![KeyValue::new("countersign.component", component.to_owned())];
        self.over(headers, component.to_owned(), SpanKind::Internal, attributes)
    }

    /// A request that a component sends to another server.
    pub(crate) fn outbound(&self, headers: &mut HeaderMap, method: &Method, server: &str) -> Span {
        let attributes = vec![
            KeyValue::new("http.request.method", method.to_string()),
            KeyValue::new("server.address", server.to_owned()),
        ];
        self.over(headers, format!("{method} {server}"), SpanKind::Client, attributes)
    }

    /// Whether key-value operations have spans.
    pub(crate) fn has_key_value(&self) -> bool {
        self.key_value
    }

    /// A key-value operation within a call; `None` if these have no spans.
    pub(crate) fn key_value(&self, of: &Span, operation: &'static str) -> Option<Span> {
        let attributes = [KeyValue::new("db.operation.name", operation)];
        let builder =
            self.tracer.span_builder(operation).with_kind(SpanKind::Client).with_attributes(attributes);
        self.key_value.then(|| Span(of.0.with_span(builder.start_with_context(&self.tracer, &of.0))))
    }

    /// A span below the one that the headers name, which the headers name afterwards.
    fn over(&self, headers: &mut HeaderMap, name: String, kind: SpanKind, attributes: Vec<KeyValue>) -> Span {
        let propagator = TraceContextPropagator::new();
        let parent = propagator.extract_with_context(&Context::new(), &HeaderExtractor(headers));
        let builder = self.tracer.span_builder(name).with_kind(kind).with_attributes(attributes);
        let context = parent.with_span(builder.start_with_context(&self.tracer, &parent));
        propagator.inject_context(&context, &mut HeaderInjector(headers));
        Span(context)
    }
}

/// A span that has begun. It ends when the last copy is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Span(Context);

impl Span {
    /// The head of the answer is there.
    pub(crate) fn answered(&self, status: StatusCode) {
        let span = self.0.span();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        if status.is_server_error() {
            span.set_status(Status::error(status.as_str().to_owned()));
        }
        span.end();
    }

    /// It failed without an answer. `why` has no credentials.
    pub(crate) fn failed(&self, why: &str) {
        let span = self.0.span();
        span.set_status(Status::error(why.to_owned()));
        span.end();
    }

    /// It is done.
    pub(crate) fn ended(&self) {
        self.0.span().end();
    }
}

/// The collector, called within the runtime of the host: the exporter has a thread of its own, without one.
#[derive(Debug)]
struct Collector(Handle);

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The time-out, too, needs the runtime.
        let sending = self.0.spawn(async { tokio::time::timeout(COLLECTOR_TAKES, post(request)).await });
        sending.await?.map_err(|_| HttpError::from("the collector does not answer"))?
    }
}

async fn post(mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let length = request.body().len();
    request.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    let (answer, io) =
        default_send_request(request.map(full), None).await.map_err(|error| error.to_string())?;
    tokio::spawn(io);
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER_MAX).collect().await?.to_bytes();
    Ok(Response::from_parts(parts, body))
}
