//! Which hosts a component may call: `allowed_outbound_hosts` as Spin interprets it. Unlisted hosts are denied.

pub(crate) mod send;

use std::net::IpAddr;

use anyhow::{Context, bail, ensure};
use http::Uri;

use crate::variables::{Variables, is_template};

/// The suffix of host names for service chaining.
const CHAINING_SUFFIX: &str = ".spin.internal";

/// The hosts that one component may call.
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// `None`: any scheme.
    scheme: Option<String>,
    host: Host,
    port: Port,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Any,
    /// `.example.com` of `*.example.com`.
    Below(String),
    Name(String),
    /// An address and how many of its first bits count.
    Network(IpAddr, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Any,
    /// The first one and the one after the last.
    Range(u16, u32),
}

impl AllowedHosts {
    /// Parses the entries of a component. An entry that a template leaves empty is ignored; a malformed one makes the
    /// whole list invalid, as in Spin.
    pub fn parse(entries: &[String], variables: &Variables) -> anyhow::Result<Self> {
        let mut parsed = Vec::new();
        for text in entries {
            if !is_template(text) {
                parsed.push(Entry::parse(text)?);
                continue;
            }
            let filled = variables.fill(text)?;
            if !matches!(filled.as_str(), "" | "http://" | "https://") {
                parsed.push(Entry::parse(&filled).with_context(|| format!("after filling in `{text}`"))?);
            }
        }
        Ok(Self { entries: parsed })
    }

    /// Whether a problem of a list may come from a variable's value, because all entries without a template are valid.
    pub fn depends_on_variables(entries: &[String]) -> bool {
        entries.iter().filter(|text| !is_template(text)).all(|text| Entry::parse(text).is_ok())
    }

    /// Whether a request to this absolute address may be made.
    pub fn allow(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
        let scheme = scheme.to_ascii_lowercase();
        let Some(port) = uri.port_u16().or_else(|| known_port(&scheme)) else { return false };
        self.entries.iter().any(|entry| {
            entry.scheme.as_ref().is_none_or(|allowed| *allowed == scheme)
                && entry.host.is(host)
                && entry.port.is(port)
        })
    }
}

/// The component that a host name of service chaining refers to.
pub fn chained_component(host: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(CHAINING_SUFFIX).map(str::to_owned)
}

impl Entry {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once("://") else {
            bail!("the allowed host `{text}` has no scheme; write SCHEME://HOST[:PORT], `*` for any");
        };
        let within = || format!("in the allowed host `{text}`");
        let (host, port) = split_port(rest);
        let (port, path) = port.split_once('/').unwrap_or((port, ""));
        ensure!(path.is_empty(), "the allowed host `{text}` has a path; only a host can be allowed");
        Ok(Self {
            scheme: parse_scheme(scheme).with_context(within)?,
            host: Host::parse(host).with_context(within)?,
            port: Port::parse(port, scheme).with_context(within)?,
        })
    }
}

/// Splits at the colon of the port, not at one of an IPv6 address.
fn split_port(rest: &str) -> (&str, &str) {
    if Host::parse_network(rest).is_some() {
        return (rest, "");
    }
    rest.rsplit_once(':').unwrap_or((rest, ""))
}

fn parse_scheme(scheme: &str) -> anyhow::Result<Option<String>> {
    if scheme == "*" {
        return Ok(None);
    }
    ensure!(!scheme.starts_with('{'), "lists of schemes are not supported");
    ensure!(scheme.bytes().all(|b| b.is_ascii_alphabetic()), "the scheme `{scheme}` must be letters");
    Ok(Some(scheme.to_owned()))
}

impl Host {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        ensure!(
            !matches!(text, "self" | "self.alt"),
            "`self` is not supported; name the component: `NAME.spin.internal`"
        );
        ensure!(!text.starts_with('{'), "lists of hosts are not supported");
        if let Some(network) = Self::parse_network(text) {
            return Ok(network);
        }
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        ensure!(!text.contains('/'), "there is a path; only a host can be allowed");
        let name = text.strip_prefix("*.");
        ensure!(!name.unwrap_or(&text).contains('*'), "a wildcard can only be the first label");
        check_name(name.unwrap_or(&text))?;
        Ok(match name {
            Some(name) => Self::Below(format!(".{name}")),
            None => Self::Name(text),
        })
    }

    fn parse_network(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        (bits <= all).then_some(Self::Network(address, bits))
    }

    fn is(&self, host: &str) -> bool {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        match (self, address) {
            (Self::Any, _) => true,
            (Self::Network(network, bits), Some(address)) => within(*network, *bits, address),
            (Self::Name(name), None) => host.eq_ignore_ascii_case(name),
            (Self::Below(suffix), None) => host.to_ascii_lowercase().ends_with(suffix.as_str()),
            _ => false,
        }
    }
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    ensure!(name.trim_end_matches('.').split('.').all(label), "`{name}` is no host name");
    Ok(())
}

fn within(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    let same = |a: u128, b: u128, width: u8| {
        let ignored = u32::from(width - bits);
        ignored >= 128 || (a >> ignored) == (b >> ignored)
    };
    match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
        _ => false,
    }
}

impl Port {
    fn parse(text: &str, scheme: &str) -> anyhow::Result<Self> {
        let number =
            |text: &str| text.parse::<u16>().with_context(|| format!("the port `{text}` is no number"));
        match text {
            "*" => Ok(Self::Any),
            "" => match known_port(scheme) {
                Some(port) => Ok(Self::Range(port, u32::from(port) + 1)),
                None => bail!("the scheme `{scheme}` has no usual port, so the port must be named"),
            },
            _ if text.starts_with('{') => bail!("lists of ports are not supported"),
            _ => match text.split_once("..") {
                Some((from, to)) => Ok(Self::Range(number(from)?, number(to)?.into())),
                None => number(text).map(|port| Self::Range(port, u32::from(port) + 1)),
            },
        }
    }

    fn is(self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Range(from, end) => port >= from && u32::from(port) < end,
        }
    }
}

fn known_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "redis" => Some(6379),
        "postgres" => Some(5432),
        "mysql" => Some(3306),
        "mqtt" => Some(1883),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
