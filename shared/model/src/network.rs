//! Networks in the usual notation: an address, or a CIDR block.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};

/// A network: `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. It is stored and shown in canonical form: the first address
/// of the block, IPv6 as in RFC 5952, and the length of the prefix unless the block is a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct Network {
    // INVARIANT: the bits after the prefix are 0, and an IPv4-mapped IPv6 block is stored as IPv4.
    first: IpAddr,
    // INVARIANT: at most the width of the address.
    prefix: u32,
}

/// The text is not a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Fault::from(FaultKind::NotANetwork))]
pub struct NotANetwork;

impl Network {
    /// The most bytes of a text that is parsed as a network. The longest form in use has 49.
    pub const TEXT_MAX: usize = 64;

    /// Whether `address` is in the network. An IPv4 address and its IPv4-mapped IPv6 form are the same.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let prefix = self.prefix + MAPPED_BITS * u32::from(self.first.is_ipv4());
        bits(address) & mask(prefix) == bits(self.first)
    }

    /// The block of this many bits around an address; `None` if the address has fewer bits.
    fn around(address: IpAddr, prefix: u32) -> Option<Self> {
        if prefix > width(address) {
            return None;
        }
        let mapped = prefix + MAPPED_BITS * u32::from(address.is_ipv4());
        let first = IpAddr::from(Ipv6Addr::from_bits(bits(address) & mask(mapped)));
        // Blocks that extend beyond the IPv4-mapped one are IPv6, whatever their first address is.
        let first = if mapped < MAPPED_BITS { first } else { first.to_canonical() };
        let prefix = mapped - MAPPED_BITS * u32::from(first.is_ipv4());
        Some(Self { first, prefix })
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        if text.len() > Self::TEXT_MAX {
            return Err(NotANetwork);
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let prefix = match prefix {
            // The number parser would also accept a sign.
            Some(digits) if !digits.bytes().all(|byte| byte.is_ascii_digit()) => return Err(NotANetwork),
            Some(digits) => digits.parse().map_err(|_| NotANetwork)?,
            None => width(address),
        };
        Self::around(address, prefix).ok_or(NotANetwork)
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
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix == width(self.first) {
            true => self.first.fmt(f),
            false => write!(f, "{}/{}", self.first, self.prefix),
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Network {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let about = "An IP address, or a network as a CIDR block. It is stored and shown in canonical form: the first \
            address of the block, and the length of its prefix unless it is a single address.";
        crate::schema::described(about, crate::schema::network("192.0.2.0/24"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Network {}

/// How many bits precede an IPv4 address in its IPv4-mapped IPv6 form.
const MAPPED_BITS: u32 = 96;

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first `prefix` of 128 bits.
fn mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128_u32.saturating_sub(prefix)).unwrap_or(0)
}

/// IPv4 addresses in their IPv4-mapped IPv6 form, so that both forms compare as equal.
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
        for text in [
            "10.0.0.0/33",
            "banana",
            "10.0.0.0/-1",
            "/8",
            "10.0.0.0/8/8",
            "",
            " 10.0.0.1",
            "::/129",
            "10.0.0.0/+8",
            "10.0.0.0/",
        ] {
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
    fn a_network_is_kept_in_one_form_however_it_was_written() {
        let cases = [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.0.0.0/008", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:0DB8:0000::0001/32", "2001:db8::/32"),
            ("2001:db8::1/128", "2001:db8::1"),
            ("::ffff:10.1.2.3", "10.1.2.3"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:0.0.0.0/95", "::fffe:0:0/95"),
            ("::/0", "::/0"),
        ];
        for (written, kept) in cases {
            let network: Network = serde_json::from_value(written.into()).unwrap();
            assert_eq!(serde_json::to_value(network).unwrap(), kept, "{written}");
            assert_eq!(kept.parse(), Ok(network), "what is kept is read as the same network");
        }
    }

    #[test]
    fn a_text_too_long_for_a_network_is_none() {
        let padded = |zeros: usize| format!("192.0.2.0/{}24", "0".repeat(zeros));
        assert_eq!(padded(52).len(), Network::TEXT_MAX);
        assert_eq!(padded(52).parse::<Network>().unwrap().to_string(), "192.0.2.0/24");
        for zeros in [53, 64_000] {
            assert_eq!(padded(zeros).parse::<Network>(), Err(NotANetwork), "{zeros}");
        }
    }
}
