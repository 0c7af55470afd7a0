//! Takes a request from the network or from service chaining to the component that answers it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::uri::Scheme;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::handler::{InstantiationError, ProxyHandler};

use super::Peer;
use super::headers::{describe, insist_on_tls, make_absolute};
use super::line::Line;
use super::linger::Lingering;
use super::problem::Problem;
use super::request_id::{self, X_REQUEST_ID};
use crate::activity::Activity;
use crate::app::Limits;
use crate::body::{Body, HeldBody, WatchedBody, full};
use crate::clock::HostClock;
use crate::dev::{self, Development};
use crate::engine::reuse::{ComponentHandler, LiveInstances, NoPlace, PLACE_TIMEOUT, in_one_line};
use crate::metrics::{self, ComponentMetrics, Metrics};
use crate::places::{ClientPlace, Clients, Places};
use crate::routes::{RouteMatch, Router};
use crate::traces::{Span, Traces};

/// The path prefix that Spin reserves.
pub(super) const RESERVED: &str = "/.well-known/spin/";
/// The client address of a request from another component, as on Spin, and from this process itself.
const CHAINED_CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The application while it is served.
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) router: Router,
    pub(crate) handlers: BTreeMap<String, Handler>,
    pub(crate) limits: Limits,
    pub(crate) clock: HostClock,
    pub(crate) development: Option<Arc<Development>>,
    pub(crate) live: Arc<LiveInstances>,
    /// Places of requests: as many as the instances can serve at once.
    pub(crate) requests: Places,
    pub(crate) clients: Clients,
    /// Connections of clients.
    pub(crate) connections: Clients,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) traces: Option<Traces>,
}

/// A component while it is served.
pub(crate) struct Handler {
    pub(crate) proxy: ProxyHandler<ComponentHandler>,
    pub(crate) metrics: ComponentMetrics,
}

impl Handler {
    /// Has an instance answer a request.
    ///
    /// When many requests come together, `ProxyHandler` starts more instances than there are places for. One that gets no place fails
    /// the request that it was started for, or else every request in the queue, although running instances have room for these. So
    /// they are handed in again.
    async fn answer(
        &self,
        activity: &Arc<Activity>,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, wasmtime::Error> {
        let until = Instant::now() + PLACE_TIMEOUT;
        loop {
            let error = match self.proxy.handle(activity.clone(), request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let failed: InstantiationError<Arc<Activity>> = error.downcast()?;
            if !failed.error.is::<NoPlace>() || Instant::now() >= until {
                return Err(failed.into());
            }
            request = failed.request.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Served {
    /// Answers a request from the network.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Body> {
        // Browsers would keep what one program says of a loopback name for all others on the machine.
        let insists = peer.scheme == Scheme::HTTPS && !dev::asks_loopback(request.headers(), request.uri());
        let mut answer = self.observe(request, |request| self.respond(request, peer)).await;
        if insists {
            insist_on_tls(answer.headers_mut());
        }
        answer
    }

    /// Answers a request that this process makes itself. Its address must be absolute.
    pub(crate) async fn answer_own(&self, request: Request<Body>) -> Response<Body> {
        let respond = async |mut request: Request<Body>| {
            let found = self.router.find(request.uri().path()).ok_or(Problem::NoRoute)?;
            describe(&mut request, &found, CHAINED_CLIENT);
            self.run(&found.component, request, None).await
        };
        self.observe(request, respond).await
    }

    /// Gives a request its id, its line in the log and its span.
    async fn observe<B>(
        &self,
        mut request: Request<B>,
        respond: impl AsyncFnOnce(Request<B>) -> Result<Response<Body>, Problem>,
    ) -> Response<Body> {
        let id = request_id::of(request.headers_mut());
        let line = Line::begin(&request, &id, &self.router);
        let span = self.span(&mut request, &id);
        let mut answer = match respond(request).await {
            Ok(answer) => answer,
            Err(problem) => {
                self.metrics.refused(problem.code());
                problem.response(&id)
            }
        };
        if let Some(span) = span {
            span.answered(answer.status());
        }
        answer.headers_mut().insert(X_REQUEST_ID, id);
        match line {
            Some(line) => line.after(answer),
            None => answer,
        }
    }

    /// The span of a request, if there are traces.
    fn span<B>(&self, request: &mut Request<B>, id: &HeaderValue) -> Option<Span> {
        let traces = self.traces.as_ref()?;
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let found = self.router.find(&path).filter(|_| !path.starts_with(RESERVED));
        let route = found.as_ref().map_or("", |found| found.matched_route());
        let id = id.to_str().unwrap_or_default();
        Some(traces.request(request.headers_mut(), &method, &path, route, id))
    }

    /// Answers a request from another component.
    pub(crate) async fn chain(
        &self,
        component: &str,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Error> {
        if !self.handlers.contains_key(component) {
            tracing::warn!("there is no component `{component}` to call");
            return Err(Error::DestinationNotFound);
        }
        let found = RouteMatch::chained(component, request.uri().path());
        describe(&mut request, &found, CHAINED_CLIENT);
        self.run(component, request, None).await.map_err(|problem| {
            self.metrics.refused(problem.code());
            match problem {
                Problem::TimedOut => Error::HttpResponseTimeout,
                Problem::Overloaded => Error::ConnectionLimitReached,
                Problem::NoRoute
                | Problem::UnclearHost
                | Problem::TooLarge
                | Problem::TooMany
                | Problem::Failed => Error::HttpResponseIncomplete,
            }
        })
    }

    /// A place for a request of a client, if clients at this address are counted.
    pub(super) fn place_of(&self, client: SocketAddr) -> Result<Option<ClientPlace>, Problem> {
        self.one_of(&self.clients, client)
    }

    /// A place for a connection of a client, if clients at this address are counted.
    pub(super) fn connection_of(&self, client: SocketAddr) -> Result<Option<ClientPlace>, Problem> {
        self.one_of(&self.connections, client)
    }

    fn one_of(&self, counted: &Clients, client: SocketAddr) -> Result<Option<ClientPlace>, Problem> {
        let limited = self.limits.limit_loopback || !client.ip().to_canonical().is_loopback();
        match limited.then(|| counted.take(client.ip())) {
            Some(None) => Err(Problem::TooMany),
            place => Ok(place.flatten()),
        }
    }

    async fn respond(&self, request: Request<Incoming>, peer: &Peer) -> Result<Response<Body>, Problem> {
        let (parts, body) = request.into_parts();
        if let Some(development) = self.development.as_ref().filter(|_| Development::owns(parts.uri.path())) {
            return Ok(development.answer(&parts).map(full));
        }
        if let Some(name) = parts.uri.path().strip_prefix(RESERVED) {
            return self.reserved(name);
        }
        let place = self.place_of(peer.address)?;
        let mut request = Request::from_parts(parts, Lingering::new(body));
        let found = self.router.find(request.uri().path()).ok_or(Problem::NoRoute)?;
        make_absolute(&mut request, &peer.scheme).ok_or(Problem::UnclearHost)?;
        let length = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.limits.max_body) {
            return Err(Problem::TooLarge);
        }
        describe(&mut request, &found, peer.address);
        let has_numbers = request.uri().path() == metrics::PATH;
        let answer = self.run(&found.component, request, place).await?;
        Ok(if has_numbers { self.metrics.added_to(answer).await } else { answer })
    }

    fn reserved(&self, name: &str) -> Result<Response<Body>, Problem> {
        let (content_type, body) = match name {
            "health" => ("text/plain", Bytes::from_static(b"OK")),
            "info" => {
                let info = serde_json::json!({ "name": self.name, "version": self.version });
                ("application/json", Bytes::from(info.to_string()))
            }
            _ => return Err(Problem::NoRoute),
        };
        let mut response = Response::new(full(body));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Ok(response)
    }

    /// Lets a component answer. The places of the request, and of its client if it is counted, are kept until the answer has ended.
    async fn run<B>(
        &self,
        component: &str,
        mut request: Request<B>,
        client: Option<ClientPlace>,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
        Error: From<B::Error>,
    {
        let handler = self.handlers.get(component).ok_or(Problem::NoRoute)?;
        let waits = metrics::waits(request.uri().query());
        let began = Instant::now();
        let place = self.requests.try_take(component).ok_or(Problem::Overloaded)?;
        let places = (place, client, handler.metrics.begin(waits));
        let span = self.traces.as_ref().map(|traces| traces.component(request.headers_mut(), component));
        let activity = Activity::new(self.limits.request_timeout, self.limits.longest_wait);
        let activity = Arc::new(activity.traced(span));
        let request =
            request.map(|body| WatchedBody::new(body, self.limits.max_body, activity.clone()).boxed_unsync());
        let answer = tokio::select! {
            answer = handler.answer(&activity, request) => answer,
            () = activity.overdue() => {
                tracing::error!("`{component}` did not answer in time");
                if let Some(span) = activity.span() {
                    span.failed(Problem::TimedOut.code());
                }
                return Err(Problem::TimedOut);
            }
        };
        match answer {
            Ok(response) => {
                activity.touch();
                if let Some(span) = activity.span() {
                    span.answered(response.status());
                }
                handler.metrics.answered(response.status(), waits, began.elapsed());
                let limit = self.limits.max_answer;
                Ok(response.map(|body| HeldBody::new(body, limit, activity, places).boxed_unsync()))
            }
            Err(error) => {
                let problem = explain(component, &error);
                if let Some(span) = activity.span() {
                    span.failed(problem.code());
                }
                Err(problem)
            }
        }
    }
}

fn explain(component: &str, error: &wasmtime::Error) -> Problem {
    match error.downcast_ref::<InstantiationError<Arc<Activity>>>() {
        Some(failed) => {
            tracing::error!("`{component}` could not be started: {}", in_one_line(&failed.error));
            Problem::Overloaded
        }
        None => {
            tracing::error!("`{component}` did not answer: {}", in_one_line(error));
            Problem::Failed
        }
    }
}
