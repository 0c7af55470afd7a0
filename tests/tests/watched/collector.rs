//! A collector of OpenTelemetry's traces: takes what is posted, as protobuf.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use tokio::net::TcpListener;

/// A span as it was sent.
#[derive(Debug, Clone)]
pub struct Seen {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    /// The HTTP status, if it has one.
    pub status: Option<i64>,
}

/// A running collector.
pub struct Collector {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let sink = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                let service = service_fn(move |request| take(sink.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { addr, seen }
    }

    /// Where traces are posted to.
    pub fn url(&self) -> String {
        format!("http://{}/v1/traces", self.addr)
    }

    /// The spans that came so far.
    pub fn spans(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn take(
    sink: Arc<Mutex<Vec<Seen>>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), "/v1/traces");
    assert_eq!(request.headers()["content-type"], "application/x-protobuf");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    let spans = sent.resource_spans.into_iter().flat_map(|of| of.scope_spans).flat_map(|of| of.spans);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let seen = spans.map(|span| {
        let status = span.attributes.iter().find(|each| each.key == "http.response.status_code");
        let status = status.and_then(|status| {
            let Value::IntValue(status) = status.value.as_ref()?.value.as_ref()? else { return None };
            Some(*status)
        });
        Seen {
            status,
            name: span.name,
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
        }
    });
    sink.lock().unwrap().extend(seen);
    Ok(Response::new(Full::default()))
}
