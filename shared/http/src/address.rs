//! The client's address: the peer's, or behind trusted proxies the one in `X-Forwarded-For`.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use countersign_model::Network;
use countersign_model::text::several;
use countersign_store::keys;
use http::HeaderMap;

/// The header in which Spin gives the peer's address and port. Spin appends its own value after those that a client
/// sent under the same name, so only the last one counts.
const PEER: &str = "spin-client-addr";
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The most hops of `X-Forwarded-For` that are examined, starting from the nearest.
const MAX_HOPS: usize = 32;

/// Networks whose `X-Forwarded-For` is trusted: the variable `trusted_proxies`, addresses or CIDR blocks separated by
/// commas or spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// Reads the variable. Malformed entries are left out: trust is never guessed.
    pub fn parse(text: &str) -> Self {
        Self(several(text).filter_map(|entry| entry.parse().ok()).collect())
    }

    /// Whether `address` is in one of the networks.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// The peer, as the platform reports it. `None` for a call from another function, and in tests that do not set it.
pub fn peer(headers: &HeaderMap) -> Option<IpAddr> {
    let text = headers.get_all(PEER).iter().next_back()?.to_str().ok()?;
    let address = text.parse::<SocketAddr>().map(|peer| peer.ip()).or_else(|_| text.parse()).ok()?;
    // Spin reports 0.0.0.0:0 for a call from another component.
    (!address.is_unspecified()).then_some(address)
}

/// Whether the variable `trusted_proxies` is needed to find the client.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR)
}

/// The client: the peer, or, if the peer is a trusted proxy, the nearest address in `X-Forwarded-For` that is not a
/// trusted proxy itself. An unreadable hop ends the search at the hop before it.
pub fn client(headers: &HeaderMap, trusted: &TrustedProxies) -> Option<IpAddr> {
    let mut client = peer(headers)?;
    let hops = headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = hops.flat_map(|value| value.to_str().unwrap_or("?").rsplit(','));
    for hop in hops.take(MAX_HOPS) {
        if !trusted.contains(client) {
            break;
        }
        let Some(address) = parse_hop(hop.trim()) else { break };
        client = address;
    }
    Some(client)
}

/// A hop is an address; some proxies add the port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// The network within which one client may choose its address, as a digest: the address itself, or the /64 of an IPv6
/// address.
pub fn place(address: IpAddr) -> String {
    network_of("place", address, 32, 64)
}

/// The block of addresses that somebody may hold as a whole, as a digest: the /24 of an IPv4 address, or the /32 of an IPv6 address
/// (who has that has 65,536 networks of /48).
pub fn block(address: IpAddr) -> String {
    network_of("block", address, 24, 32)
}

/// The network of the given length, in bits, that the address is in.
fn network_of(kind: &str, address: IpAddr, v4_bits: u32, v6_bits: u32) -> String {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => {
            Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << (32 - v4_bits))).to_string()
        }
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - v6_bits))).to_string()
        }
    };
    keys::digest(&[kind, &network])
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn client_of(trusted: &str, peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.append(PEER, HeaderValue::from_str(peer).unwrap());
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        client(&headers, &TrustedProxies::parse(trusted)).map(|address| address.to_string())
    }

    #[test]
    fn forwarded_for_is_believed_only_behind_a_trusted_proxy() {
        let cases: &[(&str, &str, &[&str], Option<&str>)] = &[
            ("", "192.0.2.7:4711", &["203.0.113.9"], Some("192.0.2.7")),
            ("10.0.0.0/8", "192.0.2.7:4711", &["203.0.113.9"], Some("192.0.2.7")),
            ("10.0.0.0/8", "10.1.2.3:80", &["203.0.113.9"], Some("203.0.113.9")),
            ("10.0.0.0/8", "10.1.2.3:80", &["6.6.6.6, 203.0.113.9, 10.9.9.9"], Some("203.0.113.9")),
            ("10.0.0.0/8", "10.1.2.3:80", &["6.6.6.6", "203.0.113.9"], Some("203.0.113.9")),
            ("10.0.0.0/8", "10.1.2.3:80", &[], Some("10.1.2.3")),
            ("10.0.0.0/8", "10.1.2.3:80", &["203.0.113.9, nonsense"], Some("10.1.2.3")),
            ("127.0.0.1", "127.0.0.1:80", &["203.0.113.9:55"], Some("203.0.113.9")),
            ("::1 fd00::/8", "[::1]:80", &["[2001:db8::1], fd00::7"], Some("2001:db8::1")),
            ("10.0.0.0/8", "[::ffff:10.0.0.1]:80", &["203.0.113.9"], Some("203.0.113.9")),
            ("0.0.0.0/0", "198.51.100.1:80", &["203.0.113.9"], Some("203.0.113.9")),
            ("", "0.0.0.0:0", &["203.0.113.9"], None),
        ];
        for (trusted, peer, forwarded, expected) in cases {
            let found = client_of(trusted, peer, forwarded);
            assert_eq!(found.as_deref(), *expected, "trusted {trusted}, peer {peer}, {forwarded:?}");
        }
    }

    #[test]
    fn a_client_cannot_say_who_its_peer_is() {
        let mut headers = HeaderMap::new();
        headers.append(PEER, HeaderValue::from_static("10.0.0.1:1"));
        headers.append(PEER, HeaderValue::from_static("192.0.2.7:4711"));
        assert_eq!(peer(&headers).unwrap().to_string(), "192.0.2.7");
    }

    #[test]
    fn an_unreadable_network_is_trusted_by_nobody() {
        for text in ["10.0.0.0/33", "banana", "10.0.0.0/-1", "/8", "10.0.0.0/8/8", ","] {
            assert_eq!(TrustedProxies::parse(text), TrustedProxies::default(), "{text}");
        }
    }

    #[test]
    fn the_addresses_of_one_client_are_one_place() {
        let of = |text: &str| place(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
    #[test]
    fn the_addresses_of_one_holder_are_one_block() {
        let of = |text: &str| block(text.parse().unwrap());
        assert_eq!(of("2001:db8:7::1"), of("2001:db8:ffff::1"));
        assert_ne!(of("2001:db8::1"), of("2001:db9::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.255"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
    }
}
