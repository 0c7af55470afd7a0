//! Numbers of this process, for those who watch it: what components cannot know. They are added to the application's own at
//! `/metrics`, which asks for the token.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Collected, Limited};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::body::{Body, full};
use crate::engine::reuse::LiveInstances;
use crate::kv::{Counters, KvError};

/// The path of the application's numbers.
pub(crate) const PATH: &str = "/metrics";
/// The media type of OpenMetrics.
const OPENMETRICS: &str = "application/openmetrics-text";
/// What a page of OpenMetrics ends with.
const END: &str = "# EOF\n";
/// The most bytes of the application's own numbers.
const LARGEST: usize = 1024 * 1024;

/// The steps of the time until an answer, in seconds.
const ANSWER_STEPS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// The steps of the time that a key-value operation takes, in seconds.
const STORE_STEPS: [f64; 13] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    component: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    component: Arc<str>,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Because {
    reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct By {
    access: &'static str,
}

/// Whether a key-value operation writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Histograms by a label.
type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The numbers of this process. What happens while it serves costs some atomic operations.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Histograms<Of>,
    under_way: Family<Of, Gauge>,
    waiting: Gauge,
    refused: Family<Because, Counter>,
    failed: Family<Because, Counter>,
    read_seconds: Histogram,
    write_seconds: Histogram,
}

impl Metrics {
    /// Numbers that begin at zero; only those of the key-value operations are counted elsewhere already.
    pub(crate) fn new(counters: Arc<Counters>, live: Arc<LiveInstances>, now: Duration) -> Self {
        let seconds: Histograms<Of> = Family::new_with_constructor(|| Histogram::new(ANSWER_STEPS));
        let store_seconds: Histograms<By> = Family::new_with_constructor(|| Histogram::new(STORE_STEPS));
        let new = Self {
            registry: Registry::default(),
            answered: Family::default(),
            seconds,
            under_way: Family::default(),
            waiting: Gauge::default(),
            refused: Family::default(),
            failed: Family::default(),
            read_seconds: store_seconds.get_or_create_owned(&By { access: "read" }),
            write_seconds: store_seconds.get_or_create_owned(&By { access: "write" }),
        };
        let mut all = Registry::with_prefix("countersign");
        all.register("http_requests", "Answers of components", new.answered.clone());
        all.register("http_request_seconds", "Time until the head of an answer", new.seconds.clone());
        all.register("http_requests_under_way", "Requests whose answer has not ended", new.under_way.clone());
        all.register("waiting_calls", "Of these, calls that asked to wait", new.waiting.clone());
        all.register("http_refused", "Answers of the host itself", new.refused.clone());
        all.register("key_value_errors", "Key-value operations that failed", new.failed.clone());
        all.register("key_value_seconds", "How long key-value operations took", store_seconds);
        all.register("host", "This host", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let started = ConstGauge::new(now.as_secs_f64());
        all.register("host_start_time_seconds", "When this host started", started);
        all.register_collector(Box::new(CountedElsewhere { counters, live }));
        Self { registry: all, ..new }
    }

    /// The numbers of one component.
    pub(crate) fn of(&self, component: &str) -> ComponentMetrics {
        let component: Arc<str> = component.into();
        let of = Of { component: component.clone() };
        ComponentMetrics {
            answered: self.answered.clone(),
            seconds: self.seconds.get_or_create_owned(&of),
            under_way: self.under_way.get_or_create_owned(&of),
            waiting: self.waiting.clone(),
            component,
        }
    }

    /// The host answered itself.
    pub(crate) fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&Because { reason }).inc();
    }

    /// A key-value operation has ended.
    pub(crate) fn operated(&self, access: Access, began: Instant, error: Option<&KvError>) {
        let seconds = match access {
            Access::Read => &self.read_seconds,
            Access::Write => &self.write_seconds,
        };
        seconds.observe(began.elapsed().as_secs_f64());
        if let Some(error) = error {
            self.failed(error);
        }
    }

    /// A key-value operation was refused or failed.
    pub(crate) fn failed(&self, error: &KvError) {
        let reason = if error.is_too_many() { "too-many-requests" } else { "failed" };
        self.failed.get_or_create(&Because { reason }).inc();
    }

    /// The application's answer at [`PATH`] with these numbers after its own. Any other answer there stays as it is.
    pub(crate) async fn added_to(&self, answer: Response<Body>) -> Response<Body> {
        let media_type = answer.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        if !answer.status().is_success() || !media_type.starts_with(OPENMETRICS.as_bytes()) {
            return answer;
        }
        let (mut parts, body) = answer.into_parts();
        let read = Limited::new(body, LARGEST).collect().await.map(Collected::to_bytes);
        let own = read.ok().and_then(|bytes| String::from_utf8(bytes.into()).ok());
        match own.ok_or(fmt::Error).and_then(|own| self.after(own)) {
            Ok(text) => {
                parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
                Response::from_parts(parts, full(text))
            }
            Err(fmt::Error) => {
                tracing::error!("the answer at `{PATH}` cannot be read");
                parts.status = StatusCode::BAD_GATEWAY;
                parts.headers.remove(CONTENT_LENGTH);
                Response::from_parts(parts, full(""))
            }
        }
    }

    fn after(&self, mut text: String) -> Result<String, fmt::Error> {
        text.truncate(text.strip_suffix(END).unwrap_or(&text).len());
        encode_registry(&mut text, &self.registry)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// What is counted elsewhere in this process.
#[derive(Debug)]
struct CountedElsewhere {
    counters: Arc<Counters>,
    live: Arc<LiveInstances>,
}

impl Collector for CountedElsewhere {
    fn encode(&self, mut page: DescriptorEncoder<'_>) -> fmt::Result {
        let mut operations: BTreeMap<&'static str, u64> = BTreeMap::new();
        for counts in self.counters.snapshot().into_values() {
            for (operation, count) in counts.operations {
                *operations.entry(operation).or_default() += count;
            }
        }
        let (name, help) = ("key_value_operations", "Key-value operations");
        let mut metric = page.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (operation, count) in &operations {
            let labels = [("operation", *operation)];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(count, None)?;
        }
        let (name, help) = ("instances", "Instances of components");
        page.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&self.live.count())
    }
}

/// The numbers of one component.
#[derive(Debug, Clone)]
pub(crate) struct ComponentMetrics {
    component: Arc<str>,
    answered: Family<Answered, Counter>,
    seconds: Histogram,
    under_way: Gauge,
    waiting: Gauge,
}

impl ComponentMetrics {
    /// A request has come. It is under way until what is returned is dropped.
    pub(crate) fn begin(&self, waits: bool) -> UnderWay {
        self.under_way.inc();
        let waiting = waits.then(|| self.waiting.clone());
        if let Some(waiting) = &waiting {
            waiting.inc();
        }
        UnderWay { under_way: self.under_way.clone(), waiting }
    }

    /// The head of its answer is there. How long a call took that waits says nothing.
    pub(crate) fn answered(&self, status: StatusCode, waits: bool, took: Duration) {
        let answered = Answered { component: self.component.clone(), status: status.as_u16() };
        self.answered.get_or_create(&answered).inc();
        if !waits {
            self.seconds.observe(took.as_secs_f64());
        }
    }
}

/// A request whose answer has not ended.
#[derive(Debug)]
pub(crate) struct UnderWay {
    under_way: Gauge,
    waiting: Option<Gauge>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.under_way.dec();
        if let Some(waiting) = &self.waiting {
            waiting.dec();
        }
    }
}

/// Whether a call asks to wait for news, by its query.
pub(crate) fn waits(query: Option<&str>) -> bool {
    let mut parameters = query.unwrap_or_default().split('&');
    parameters.any(|parameter| parameter.strip_prefix("wait=").is_some_and(|seconds| seconds != "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Metrics {
        Metrics::new(Arc::default(), Arc::default(), Duration::from_secs(1_700_000_000))
    }

    fn answer(media_type: &'static str, text: &'static str) -> Response<Body> {
        Response::builder()
            .header(CONTENT_TYPE, media_type)
            .header(CONTENT_LENGTH, text.len())
            .body(full(text))
            .unwrap()
    }

    async fn text(answer: Response<Body>) -> String {
        let length = answer.headers()[CONTENT_LENGTH].to_str().unwrap().parse::<usize>().unwrap();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes.len(), length);
        String::from_utf8(bytes.into()).unwrap()
    }

    #[tokio::test]
    async fn the_numbers_of_the_host_stand_after_those_of_the_application() {
        let metrics = metrics();
        let component = metrics.of("sign-in");
        let under_way = component.begin(true);
        component.answered(StatusCode::TOO_MANY_REQUESTS, false, Duration::from_millis(3));
        metrics.refused("overloaded");
        metrics.operated(Access::Write, Instant::now(), Some(&KvError::Other("it burns".into())));
        let own = answer("application/openmetrics-text; version=1.0.0", "# TYPE a gauge\na 1\n# EOF\n");
        let page = text(metrics.added_to(own).await).await;
        assert!(page.starts_with("# TYPE a gauge\na 1\n# HELP countersign_"), "{page}");
        assert!(page.ends_with("\n# EOF\n") && page.matches("# EOF").count() == 1, "{page}");
        for line in [
            r#"countersign_http_requests_total{component="sign-in",status="429"} 1"#,
            r#"countersign_http_request_seconds_bucket{le="0.005",component="sign-in"} 1"#,
            r#"countersign_http_requests_under_way{component="sign-in"} 1"#,
            "countersign_waiting_calls 1",
            r#"countersign_http_refused_total{reason="overloaded"} 1"#,
            r#"countersign_key_value_errors_total{reason="failed"} 1"#,
            r#"countersign_key_value_seconds_count{access="write"} 1"#,
            "countersign_instances 0",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}: {page}");
        }
        drop(under_way);
        let page = text(metrics.added_to(answer(OPENMETRICS, END)).await).await;
        assert!(page.contains("countersign_waiting_calls 0\n"), "{page}");
    }

    #[tokio::test]
    async fn what_is_no_page_of_numbers_stays_as_it_is() {
        assert_eq!(text(metrics().added_to(answer("text/plain", "hello")).await).await, "hello");
        let refused =
            Response::builder().status(401).header(CONTENT_TYPE, OPENMETRICS).header(CONTENT_LENGTH, 2);
        let refused = metrics().added_to(refused.body(full("no")).unwrap()).await;
        assert_eq!((refused.status(), text(refused).await.as_str()), (StatusCode::UNAUTHORIZED, "no"));
    }

    #[test]
    fn a_call_that_waits_is_known_by_its_query() {
        for (query, expected) in [
            (None, false),
            (Some("wait=25"), true),
            (Some("since=x&wait=5"), true),
            (Some("wait=0"), false),
            (Some("await=5"), false),
        ] {
            assert_eq!(waits(query), expected, "{query:?}");
        }
    }
}
