//! Work that continues after the response.
use countersign_http::Background;
use countersign_kv::request;
use futures::future::BoxFuture;

/// Tasks of the component's own executor. The host keeps the instance until they are done.
#[derive(Debug)]
pub struct Spawned;

impl Background for Spawned {
    fn spawn(&self, work: BoxFuture<'static, ()>) {
        let work: BoxFuture<'static, ()> = match request::current() {
            Some(request) => Box::pin(request::within(request, work)),
            None => work,
        };
        spin_sdk::wit_bindgen::spawn(work);
    }
}
