//! Randomness from a generator in the instance, seeded by the host: asking the host costs as much as a read from Redis.
use std::cell::RefCell;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use countersign_kv::Random;
use spin_sdk::wasip3::random::random::get_random_bytes;

/// The bytes of a seed: 256 bits, as many as the longest secret has.
const SEED: usize = 32;
/// How many bytes one seed gives: those of some forty requests. A seed that leaks later reveals no more than these.
const BYTES_PER_SEED: usize = 4 * 1024;

thread_local! {
    // INVARIANT: seeded at the first use, never when the component is built. A snapshot of an initialised component would give the
    // same seed to every instance made from it.
    static GENERATOR: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

/// Cryptographically secure random bytes.
#[derive(Debug)]
pub struct SeededRandom;

impl Random for SeededRandom {
    fn bytes(&self, buffer: &mut [u8]) {
        GENERATOR.with_borrow_mut(|generator| fill(generator, buffer, host_seed));
    }
}

/// ChaCha20 with the bytes that its seed may still give.
struct Generator {
    stream: ChaCha20Rng,
    left: usize,
}

/// Fills the buffer. The generator is seeded if there is none, or if its seed has given enough.
fn fill(generator: &mut Option<Generator>, buffer: &mut [u8], seed: impl Fn() -> [u8; SEED]) {
    for part in buffer.chunks_mut(BYTES_PER_SEED) {
        let mut current = match generator.take().filter(|current| current.left >= part.len()) {
            Some(current) => current,
            None => Generator { stream: ChaCha20Rng::from_seed(seed()), left: BYTES_PER_SEED },
        };
        current.stream.fill_bytes(part);
        current.left -= part.len();
        *generator = Some(current);
    }
}

fn host_seed() -> [u8; SEED] {
    let mut seed = [0; SEED];
    let mut filled = 0;
    while filled < SEED {
        let rest = seed.get_mut(filled..).unwrap_or_default();
        // The interface may return fewer bytes than requested.
        let bytes = get_random_bytes(u64::try_from(rest.len()).unwrap_or(u64::MAX));
        for (place, byte) in rest.iter_mut().zip(&bytes) {
            *place = *byte;
        }
        filled += bytes.len();
    }
    seed
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;

    use super::*;

    /// A host that counts the seeds it gave. Each is another.
    #[derive(Default)]
    struct Host(Cell<u8>);

    impl Host {
        fn seed(&self) -> [u8; SEED] {
            self.0.set(self.0.get() + 1);
            [self.0.get(); SEED]
        }
    }

    #[test]
    fn one_seed_serves_many_draws_and_no_two_are_the_same() {
        let (host, mut generator) = (Host::default(), None);
        let draws: BTreeSet<[u8; SEED]> = (0..BYTES_PER_SEED / SEED)
            .map(|_| {
                let mut draw = [0; SEED];
                fill(&mut generator, &mut draw, || host.seed());
                draw
            })
            .collect();
        assert_eq!((host.0.get(), draws.len()), (1, BYTES_PER_SEED / SEED));
    }

    #[test]
    fn a_seed_that_has_given_enough_is_replaced() {
        let (host, mut generator) = (Host::default(), None);
        fill(&mut generator, &mut [0; BYTES_PER_SEED], || host.seed());
        assert_eq!(host.0.get(), 1);
        fill(&mut generator, &mut [0; 1], || host.seed());
        assert_eq!(host.0.get(), 2);
        fill(&mut generator, &mut [0; 3 * BYTES_PER_SEED], || host.seed());
        assert_eq!(host.0.get(), 5, "a large buffer takes several");
    }

    #[test]
    fn two_instances_with_seeds_of_their_own_draw_different_bytes() {
        let host = Host::default();
        let [first, second] = [(); 2].map(|()| {
            let mut draw = [0; SEED];
            fill(&mut None, &mut draw, || host.seed());
            draw
        });
        assert_ne!(first, second);
    }
}
