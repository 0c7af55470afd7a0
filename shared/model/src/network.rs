//! Networks of addresses, as people write them: an address, or a CIDR block.

use std::net::IpAddr;
use std::str::FromStr;
use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// A network: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. Keeps the text it was written as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct Network {
    text: String,
    address: u128,
    mask: u128,
}

/// The text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an IP address or a CIDR block, such as `192.0.2.0/24`")]
pub struct NotANetwork;

impl Network {
    /// Whether `address` is in the network. IPv4 addresses and their IPv4-mapped IPv6 form are the same.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.address
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().map_err(|_| NotANetwork)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let width: u32 = if address.is_ipv4() { 32 } else { 128 };
        let host_bits = width.checked_sub(length.unwrap_or(width)).ok_or(NotANetwork)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        // An IPv4 network is a part of the IPv4-mapped block, whose upper 96 bits always count.
        let mask = if address.is_ipv4() { mask | (u128::MAX << 32) } else { mask };
        Ok(Self { text: text.to_owned(), address: bits(address) & mask, mask })
    }
}

impl TryFrom<Cow<'_, str>> for Network {
    type Error = NotANetwork;

    fn try_from(text: Cow<'_, str>) -> Result<Self, NotANetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.text
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Network {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::openapi::text(None, "192.0.2.0/24")
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Network {}

/// IPv4 addresses as their IPv4-mapped IPv6 form, so that both compare as one.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn an_unreadable_network_is_none() {
        for text in ["10.0.0.0/33", "banana", "10.0.0.0/-1", "/8", "10.0.0.0/8/8", "", " 10.0.0.1", "::/129"]
        {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }

    #[test]
    fn an_ipv4_network_of_any_size_holds_no_ipv6_address() {
        assert!(contains("0.0.0.0/0", "1.2.3.4"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("::/0", "1.2.3.4"));
    }

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let cases = [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ];
        for (network, address, expected) in cases {
            assert_eq!(contains(network, address), expected, "{address} in {network}");
        }
    }

    #[test]
    fn a_network_is_kept_as_it_was_written() {
        let network: Network = serde_json::from_str("\"10.1.2.3/8\"").unwrap();
        assert_eq!(serde_json::to_string(&network).unwrap(), "\"10.1.2.3/8\"");
    }
}
