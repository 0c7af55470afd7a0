//! Budgets that keep one component, or one client, from taking everything: places of instances, places of requests, and requests of
//! one client address.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Places of an application: a reserve for each component, and the rest for the components that come first.
pub(crate) struct Places {
    shared: Arc<Semaphore>,
    reserved: BTreeMap<String, Arc<Semaphore>>,
}

impl Places {
    /// Divides `total` places. Each component has a reserve of `reserve` of them; at most half of all places are reserved.
    pub(crate) fn new<'a>(total: usize, reserve: usize, components: impl Iterator<Item = &'a str>) -> Self {
        let components: Vec<_> = components.collect();
        let reserve = reserve.min(total / 2 / components.len().max(1));
        let shared = Arc::new(Semaphore::new(total.saturating_sub(reserve * components.len())));
        let reserved = components.into_iter().map(|id| (id.to_owned(), Arc::new(Semaphore::new(reserve))));
        Self { shared, reserved: reserved.collect() }
    }

    /// A place for a component, if there is one now.
    pub(crate) fn try_take(&self, component: &str) -> Option<OwnedSemaphorePermit> {
        let own = self.reserved.get(component).and_then(|own| own.clone().try_acquire_owned().ok());
        own.or_else(|| self.shared.clone().try_acquire_owned().ok())
    }

    /// A place for a component, as soon as there is one.
    pub(crate) async fn take(&self, component: &str) -> Result<OwnedSemaphorePermit, AcquireError> {
        if let Some(place) = self.try_take(component) {
            return Ok(place);
        }
        let shared = self.shared.clone().acquire_owned();
        match self.reserved.get(component) {
            Some(own) => tokio::select! {
                place = own.clone().acquire_owned() => place,
                place = shared => place,
            },
            None => shared.await,
        }
    }
}

/// Requests under way, or connections, by client address. An IPv6 client is a /64 network: one subscriber has all of it.
pub(crate) struct Clients {
    most: Option<usize>,
    under_way: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A request of a client that is under way.
pub(crate) struct ClientPlace {
    under_way: Arc<Mutex<HashMap<IpAddr, usize>>>,
    client: IpAddr,
}

impl Clients {
    /// Lets each client have so many requests under way; `None` is no limit.
    pub(crate) fn at_most(most: Option<usize>) -> Self {
        Self { most, under_way: Arc::default() }
    }

    /// A place for a request of a client; `None` when it has as many under way as it may.
    pub(crate) fn take(&self, client: IpAddr) -> Option<ClientPlace> {
        let client = network(client);
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(client).or_default();
        if self.most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(ClientPlace { under_way: self.under_way.clone(), client })
    }
}

impl Drop for ClientPlace {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.client);
            }
        }
    }
}

fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        IpAddr::V4(address) => IpAddr::V4(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_that_takes_all_it_can_get_leaves_the_others_their_reserve() {
        let places = Places::new(100, 10, ["one", "two", "three"].into_iter());
        let taken: Vec<_> = std::iter::from_fn(|| places.try_take("one")).collect();
        assert_eq!(taken.len(), 80, "its reserve and all that is shared");
        let others: Vec<_> = std::iter::from_fn(|| places.try_take("two")).collect();
        assert_eq!(others.len(), 10);
        assert_eq!(std::iter::from_fn(|| places.try_take("three")).collect::<Vec<_>>().len(), 10);
        drop(taken);
        let all: Vec<_> = std::iter::from_fn(|| places.try_take("three")).collect();
        assert_eq!(all.len(), 80);
        assert!(places.try_take("two").is_none(), "nothing shared is left");
    }

    #[tokio::test]
    async fn who_waits_gets_the_first_place_that_is_given_back() {
        let places = Arc::new(Places::new(2, 1, ["one"].into_iter()));
        let (own, shared) = (places.take("one").await.unwrap(), places.take("one").await.unwrap());
        for place in [own, shared] {
            let waits = tokio::spawn({
                let places = places.clone();
                async move { places.take("one").await.map(drop) }
            });
            tokio::task::yield_now().await;
            drop(place);
            waits.await.unwrap().unwrap();
        }
    }

    #[test]
    fn a_client_has_so_many_requests_under_way_and_no_more() {
        let clients = Clients::at_most(Some(2));
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        let (first, second) = (clients.take(one), clients.take(mapped));
        assert!(first.is_some() && second.is_some());
        assert!(clients.take(one).is_none(), "however its address is written");
        assert!(clients.take("192.0.2.2".parse().unwrap()).is_some());
        drop(first);
        assert!(clients.take(one).is_some());
        let six = |text: &str| clients.take(text.parse().unwrap());
        let _held = (six("2001:db8::1"), six("2001:db8::2"));
        assert!(six("2001:db8::3").is_none(), "a network is one client");
        assert!(six("2001:db8:0:1::1").is_some());
        assert!(Clients::at_most(None).take(one).is_some());
        drop(second);
        drop(_held);
        assert!(clients.under_way.lock().unwrap().is_empty());
    }
}
