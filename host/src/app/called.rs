//! An application of which one component is called in this process, for a command on the machine: nothing listens.

use std::sync::Arc;

use anyhow::{Context, ensure};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::AppBuilder;
use crate::body::full;
use crate::server::dispatch::Served;

/// A component of an application, to be called in this process.
pub(crate) struct Called {
    component: &'static str,
    served: Arc<Served>,
    stop: watch::Sender<bool>,
}

impl AppBuilder {
    /// Prepares one component of the manifest for calls. The others are not compiled.
    pub(crate) async fn call(mut self, component: &'static str) -> anyhow::Result<Called> {
        self.manifest.components.retain(|id, _| id == component);
        self.manifest.triggers.retain(|trigger| trigger.component == component);
        ensure!(
            !self.manifest.components.is_empty(),
            "the manifest has no component `{component}`: it is of another version"
        );
        let (stop, stopping) = watch::channel(false);
        let served = self.assemble(&stopping).await?;
        Ok(Called { component, served, stop })
    }
}

impl Called {
    /// Posts a body as JSON; the answer, read as JSON. An answer that is a problem is an error in its words.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        let component = self.component;
        let body = serde_json::to_vec(body)?;
        let mut request = Request::new(full(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::try_from(format!("http://{component}.spin.internal{path}"))?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.served.chain(component, request).await;
        let (head, body) = answer.with_context(|| format!("`{component}` does not answer"))?.into_parts();
        let body = body.collect().await.with_context(|| format!("`{component}` broke off"))?.to_bytes();
        if head.status.is_success() {
            return serde_json::from_slice(&body).with_context(|| format!("`{component}` answered nonsense"));
        }
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let detail = problem.get("detail").and_then(serde_json::Value::as_str);
        anyhow::bail!(
            "{}",
            detail.map_or_else(|| format!("`{component}` answered {}", head.status), str::to_owned)
        )
    }

    /// Waits until no instance has the stores open any more, and closes them.
    pub(crate) async fn close(self) {
        self.stop.send_replace(true);
        self.served.live.none().await;
    }
}
