//! Outbound requests are captured instead of sent, and answered as the test says.
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use super::TestApp;
use crate::ports::{Outbound, OutboundError};

type Answer = Box<dyn FnMut(&Request<Bytes>) -> Result<Response<Bytes>, OutboundError> + Send>;

/// Captures every outbound request. Answers `200 {}` until told otherwise.
pub struct CapturedOutbound {
    connected: Mutex<BTreeMap<&'static str, TestApp>>,
    sent: Mutex<Vec<Sent>>,
    answer: Mutex<Answer>,
}

/// A request that would have been sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The request.
    pub request: Request<Bytes>,
    /// Its time-out.
    pub timeout: Duration,
}

impl Sent {
    /// Its body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.request.body()).expect("a JSON body")
    }
}

impl Default for CapturedOutbound {
    fn default() -> Self {
        Self {
            connected: Mutex::default(),
            sent: Mutex::default(),
            answer: Mutex::new(Box::new(|_| Ok(Response::new(Bytes::from_static(b"{}"))))),
        }
    }
}

impl CapturedOutbound {
    /// From now on this function answers the requests to a host inside the application.
    pub fn connect(&self, host: &'static str, function: &TestApp) {
        self.connected.lock().expect("no test panics in here").insert(host, function.clone());
    }

    fn function(&self, request: &Request<Bytes>) -> Option<TestApp> {
        let connected = self.connected.lock().expect("no test panics in here");
        connected.get(request.uri().host()?).cloned()
    }

    /// From now on answers with the result of `answer`.
    pub fn answer(
        &self,
        answer: impl FnMut(&Request<Bytes>) -> Result<Response<Bytes>, OutboundError> + Send + 'static,
    ) {
        *self.answer.lock().expect("no test panics in here") = Box::new(answer);
    }

    /// From now on answers every request with this status and body.
    pub fn answer_with(&self, status: u16, body: &'static str) {
        self.answer(move |_| {
            let mut response = Response::new(Bytes::from_static(body.as_bytes()));
            *response.status_mut() = status.try_into().expect("a status of a test");
            Ok(response)
        });
    }

    /// From now on fails every request.
    pub fn fail_with(&self, error: OutboundError) {
        self.answer(move |_| Err(error.clone()));
    }

    /// Takes the requests since the last call, including calls to other functions.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().expect("no test panics in here"))
    }

    /// Takes the requests sent to hosts outside the application.
    pub fn take_external(&self) -> Vec<Sent> {
        let is_internal =
            |sent: &Sent| sent.request.uri().host().is_some_and(|host| host.ends_with(".spin.internal"));
        self.take().into_iter().filter(|sent| !is_internal(sent)).collect()
    }
}

#[async_trait]
impl Outbound for CapturedOutbound {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, OutboundError> {
        if let Some(function) = self.function(&request) {
            let answer = function.pass(request.clone()).await;
            self.sent.lock().expect("no test panics in here").push(Sent { request, timeout });
            return Ok(answer);
        }
        let answer = (self.answer.lock().expect("no test panics in here"))(&request);
        self.sent.lock().expect("no test panics in here").push(Sent { request, timeout });
        answer
    }
}
