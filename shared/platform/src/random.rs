//! The host's randomness.
use countersign_kv::Random;
use spin_sdk::wasip3::random::random::get_random_bytes;

/// Cryptographically secure random bytes from the host.
#[derive(Debug)]
pub struct HostRandom;

impl Random for HostRandom {
    fn bytes(&self, buffer: &mut [u8]) {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            // The interface may return fewer bytes than requested.
            let bytes = get_random_bytes(u64::try_from(rest.len()).unwrap_or(u64::MAX));
            for (place, byte) in rest.iter_mut().zip(&bytes) {
                *place = *byte;
            }
            filled += bytes.len();
        }
    }
}
