//! How a server is reached: through which proxy, and which certificates it may show.

use std::path::PathBuf;

use reqwest::{Certificate, ClientBuilder, Proxy};
use serde::{Deserialize, Serialize};

use crate::CallError;

/// How a server is reached. The default takes the proxy from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and
/// the certificates from the system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Connection {
    /// The address of a proxy for all calls, which may contain a user name and a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// A PEM file with certificates that the server's may lead to, in addition to the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl Connection {
    pub(crate) fn configure(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, CallError> {
        if let Some(address) = &self.proxy {
            // Without the address, which may contain a password.
            let proxy = Proxy::all(address).map_err(|_| CallError::Proxy)?;
            builder = builder.proxy(proxy);
        }
        let Some(path) = &self.ca_file else { return Ok(builder) };
        let unusable = |reason: String| CallError::Certificates { path: path.clone(), reason };
        let text = std::fs::read(path).map_err(|cause| unusable(cause.to_string()))?;
        let certificates = Certificate::from_pem_bundle(&text);
        let certificates = certificates.map_err(|_| unusable("it is not a PEM file".into()))?;
        if certificates.is_empty() {
            return Err(unusable("it has no certificate in PEM form".into()));
        }
        Ok(builder.tls_certs_merge(certificates))
    }
}
