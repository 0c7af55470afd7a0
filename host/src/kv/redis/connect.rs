//! How a Redis server is reached, over TLS if its address begins with `rediss://`, and why not.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, IntoConnectionInfo as _, RedisError, TlsCertificates};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{AlertDescription, CertificateError, RootCertStore};
use x509::der::pem;

use crate::runtime_config::RedisAddress;

const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(5);

/// Why there is no connection to a server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The two cannot agree on TLS.
    #[error("{found}: {advice}")]
    Tls {
        /// What is wrong.
        found: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// Anything else, in the client's words.
    #[error(transparent)]
    Other(RedisError),
}

/// What protects records and passwords on their way to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// TLS.
    Tls,
    /// They do not leave this machine.
    Local,
    /// Nothing that is known here.
    Open,
}

impl Way {
    pub(super) fn to(address: &ConnectionAddr) -> Self {
        match address {
            ConnectionAddr::TcpTls { .. } => Self::Tls,
            ConnectionAddr::Tcp(host, _)
                if host != "localhost" && !host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()) =>
            {
                Self::Open
            }
            ConnectionAddr::Tcp(..) | ConnectionAddr::Unix(_) => Self::Local,
            _ => Self::Open,
        }
    }
}

/// Whether the connection to this address is encrypted.
pub(super) fn is_tls(address: &ConnectionAddr) -> bool {
    Way::to(address) == Way::Tls
}

/// A client of the server with this address.
///
/// # Errors
/// If the address or the file of certificates cannot be used.
pub(crate) fn client(address: &RedisAddress) -> anyhow::Result<Client> {
    let RedisAddress { url, ca_file } = address;
    let found = url.as_str().into_connection_info();
    let info = found.map_err(|error| anyhow!("the Redis URL does not parse: {error}"))?;
    ensure!(
        !matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. }),
        "the Redis URL ends with `#insecure`, which is not supported: any server could then take the place of yours. Remove it, and \
         name the authority that issued the server's certificate as `ca_file`"
    );
    if !is_tls(info.addr()) {
        ensure!(ca_file.is_none(), "`ca_file` is for a Redis URL that begins with `rediss://`");
        return Ok(Client::open(info)?);
    }
    // Another crate of the process may bring a second provider; TLS would then have no default.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match ca_file {
        None => Ok(Client::open(info)?),
        Some(file) => {
            let root_cert = Some(roots(file)?.into_bytes());
            Ok(Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })?)
        }
    }
}

/// The authorities in this file and the system's in PEM form: the client takes the one or the other.
fn roots(file: &Path) -> anyhow::Result<String> {
    let name = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read `{name}`"))?;
    let own: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let own = own.map_err(|error| anyhow!("`{name}` is not in PEM form: {error}"))?;
    ensure!(!own.is_empty(), "`{name}` has no certificate in PEM form");
    if let Some(error) = own.iter().find_map(|root| usable(root).err()) {
        bail!("a certificate in `{name}` cannot be read: {error}");
    }
    // One of the system's that cannot be read is left out, as everywhere.
    let system = rustls_native_certs::load_native_certs().certs;
    let all = own.into_iter().chain(system.into_iter().filter(|root| usable(root).is_ok()));
    all.map(|root| {
        pem::encode_string("CERTIFICATE", pem::LineEnding::LF, &root)
            .map_err(|error| anyhow!("a certificate cannot be written in PEM form: {error}"))
    })
    .collect()
}

fn usable(root: &CertificateDer<'static>) -> Result<(), rustls::Error> {
    RootCertStore::empty().add(root.clone())
}

/// Connects; the connection is renewed when it breaks.
///
/// # Errors
/// If the server cannot be reached, lets nobody in with this password, or cannot be trusted.
pub(super) async fn connect(client: &Client) -> Result<ConnectionManager, ConnectError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(ANSWER))
        .set_number_of_retries(1);
    client.get_connection_manager_with_config(config).await.map_err(|error| match tls_error(&error) {
        Some(cause) => {
            let (found, advice) = explain(cause);
            ConnectError::Tls { found, advice }
        }
        // A server without TLS waits for the end of the line that it takes the greeting for.
        None if error.is_timeout() && is_tls(client.get_connection_info().addr()) => ConnectError::Tls {
            found: "it does not answer over TLS".to_owned(),
            advice: "see that it runs, and that this is the port on which it speaks TLS",
        },
        None => ConnectError::Other(error),
    })
}

/// The error of TLS in one of the client.
fn tls_error(error: &RedisError) -> Option<&rustls::Error> {
    let shared = error.source()?.downcast_ref::<Arc<dyn std::error::Error + Send + Sync>>()?;
    let direct = shared.downcast_ref::<rustls::Error>();
    direct.or_else(|| shared.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref())
}

/// What an error of TLS says of the server, and what to do.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "lists of errors of another crate; few need words of their own"
)]
fn explain(error: &rustls::Error) -> (String, &'static str) {
    const CLOCK: &str = "renew it, and see that this machine's clock is right";
    const CLIENTS: &str =
        "set `tls-auth-clients no` there: this host has none to show, and is known by its password";
    let (found, advice) = match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            // An authority of the same name with another key is another one.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => (
                "its certificate comes from no authority that is trusted here",
                "name the file with that authority's certificate as `ca_file`, beside `url` in the runtime configuration",
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
                "its certificate is for another name",
                "write a name in `url` that is in the certificate, or have one issued for this name",
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                ("its certificate has expired", CLOCK)
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ("its certificate is not valid yet", CLOCK)
            }
            _ => {
                let advice =
                    "have one issued for servers by an authority of your own, and name that as `ca_file`";
                return (format!("its certificate cannot be used ({error})"), advice);
            }
        },
        rustls::Error::InvalidMessage(_) => (
            "it does not speak TLS",
            "name the port on which it does, or write `redis://` where the network itself encrypts",
        ),
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            ("it demands a certificate of its clients", CLIENTS)
        }
        _ => return (format!("TLS failed ({error})"), "see that the server offers TLS 1.2 or 1.3"),
    };
    (found.to_owned(), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, ca_file: Option<&Path>) -> String {
        let address = RedisAddress { url: url.to_owned(), ca_file: ca_file.map(Path::to_owned) };
        client(&address).err().map(|error| format!("{error:#}")).unwrap_or_default()
    }

    #[test]
    fn an_address_that_cannot_be_used_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (text, said) in [("", "has no certificate"), (nonsense, "cannot be read")] {
            std::fs::write(&file, text).unwrap();
            let error = refused("rediss://h:1", Some(&file));
            assert!(error.contains("ca.pem") && error.contains(said), "{error}");
        }
        let issued = rcgen::generate_simple_self_signed(["h".to_owned()]).unwrap();
        std::fs::write(&file, issued.cert.pem()).unwrap();
        for (url, ca_file, said) in [
            ("rediss://h:1", Some(folder.path().join("absent.pem")), "absent.pem"),
            ("redis://h:1", Some(file.clone()), "rediss://"),
            ("rediss://h:1/#insecure", None, "`ca_file`"),
            ("http://h:1", None, "does not parse"),
        ] {
            let error = refused(url, ca_file.as_deref());
            assert!(error.contains(said), "{url}: {error}");
        }
        for (url, ca_file) in [("rediss://h:1", Some(&*file)), ("rediss://h:1", None), ("redis://h:1", None)]
        {
            assert_eq!(refused(url, ca_file), "", "{url}");
        }
    }

    #[test]
    fn the_way_to_another_machine_is_open_without_tls() {
        for (url, way) in [
            ("rediss://h:1", Way::Tls),
            ("redis://h:1", Way::Open),
            ("redis://192.0.2.1:1", Way::Open),
            ("redis://localhost:1", Way::Local),
            ("redis://127.0.0.1:1", Way::Local),
            ("redis://[::1]:1", Way::Local),
            ("redis+unix:///run/redis.sock", Way::Local),
        ] {
            assert_eq!(Way::to(url.into_connection_info().unwrap().addr()), way, "{url}");
        }
    }
}
