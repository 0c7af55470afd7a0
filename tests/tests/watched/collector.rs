//! A collector of OpenTelemetry's traces: takes what is posted, as protobuf.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
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

/// How spans were sent.
#[derive(Debug, Clone)]
pub struct Post {
    pub path: String,
    pub headers: HeaderMap,
    /// The texts that describe who sent them.
    pub resource: BTreeMap<String, String>,
}

#[derive(Default)]
struct All {
    seen: Vec<Seen>,
    posts: Vec<Post>,
}

/// A running collector.
pub struct Collector {
    addr: SocketAddr,
    all: Arc<Mutex<All>>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let all: Arc<Mutex<All>> = Arc::default();
        let sink = all.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                let service = service_fn(move |request| take(sink.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { addr, all }
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Where traces are posted to.
    pub fn url(&self) -> String {
        format!("{}/v1/traces", self.origin())
    }

    /// The spans that came so far.
    pub fn spans(&self) -> Vec<Seen> {
        self.all.lock().unwrap().seen.clone()
    }

    /// How they came.
    pub fn posts(&self) -> Vec<Post> {
        self.all.lock().unwrap().posts.clone()
    }
}

async fn take(
    sink: Arc<Mutex<All>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.headers()["content-type"], "application/x-protobuf");
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    let mut all = sink.lock().unwrap();
    let described =
        sent.resource_spans.iter().filter_map(|of| of.resource.as_ref()).flat_map(|of| &of.attributes);
    let described = described.filter_map(|each| {
        let Value::StringValue(text) = each.value.as_ref()?.value.as_ref()? else { return None };
        Some((each.key.clone(), text.clone()))
    });
    let (path, headers) = (parts.uri.path().to_owned(), parts.headers);
    all.posts.push(Post { path, headers, resource: described.collect() });
    let spans = sent.resource_spans.into_iter().flat_map(|of| of.scope_spans).flat_map(|of| of.spans);
    all.seen.extend(spans.map(|span| {
        let status = span.attributes.iter().find(|each| each.key == "http.response.status_code");
        let status = status.and_then(|status| {
            let Value::IntValue(status) = status.value.as_ref()?.value.as_ref()? else { return None };
            Some(*status)
        });
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Seen {
            status,
            name: span.name,
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
        }
    }));
    Ok(Response::new(Full::default()))
}
