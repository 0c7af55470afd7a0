//! A component that makes given key-value calls and nothing else: no operation that needs these calls can be faster.
//!
//! The query is the plan: its rounds, separated by `,`, one after the other. `g3` reads three keys at once, `i` increments a counter,
//! `i0` creates one, `b3` writes three entries in one batch, `s` swaps a value. What follows `,,` is done after every second answer, by
//! a call over service chaining, as the product processes its events. `GET /fill` writes the values that are read.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::join_all;
use spin_sdk::experimental::wasi::keyvalue::{atomics, batch, store as wasi};
use spin_sdk::http::{IntoResponse, Request, StatusCode};
use spin_sdk::http_service;
use spin_sdk::key_value as spin;

/// How many values there are to read.
const VALUES: usize = 64;
/// The bytes of each: a record of a request has about as many.
const SIZE: usize = 1_100;

thread_local! {
    static STORE: RefCell<Option<Rc<spin::Store>>> = const { RefCell::new(None) };
    static BUCKET: RefCell<Option<Rc<wasi::Bucket>>> = const { RefCell::new(None) };
    static NUMBER: RefCell<u64> = const { RefCell::new(0) };
}

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let plan = request.uri().query().unwrap_or_default();
    if request.uri().path() == "/fill" {
        let entries: Vec<_> = (0..VALUES).map(|number| (key(number), vec![b'a'; SIZE])).collect();
        batch::set_many(&bucket(), &entries).expect("the store works");
        return StatusCode::OK;
    }
    let (before, after) = plan.split_once(",,").unwrap_or((plan, ""));
    run(before).await;
    if !after.is_empty() && next_number() % 2 == 0 {
        let uri = format!("http://floor.spin.internal/?{after}");
        spin_sdk::wit_bindgen::spawn(async move {
            spin_sdk::http::get(uri).await.expect("an answer");
        });
    }
    StatusCode::OK
}

async fn run(plan: &str) {
    for round in plan.split(',').filter(|round| !round.is_empty()) {
        let (call, count) = round.split_at(1);
        let count = count.parse().unwrap_or(1);
        match call {
            "g" => read(count).await,
            "i" if count == 0 => drop(atomics::increment(&bucket(), &fresh("counter"), 0)),
            "i" => drop(atomics::increment(&bucket(), "floor/counter", 1).expect("the store works")),
            "b" => {
                let entries: Vec<_> = (0..count).map(|_| (fresh("entry"), vec![b'a'; SIZE])).collect();
                batch::set_many(&bucket(), &entries).expect("the store works");
            }
            "s" => swap(),
            _ => panic!("no such call"),
        }
    }
}

async fn read(count: usize) {
    let store = store().await;
    let reads = join_all((0..count).map(|number| store.get(key(number))));
    assert!(reads.await.into_iter().all(|read| read.is_ok()), "the store works");
}

/// Swaps a value that nobody else has, so that it always takes effect, whatever is reported.
fn swap() {
    let handle = atomics::Cas::new(&bucket(), &fresh("swapped")).expect("the store works");
    handle.current().expect("the store works");
    let _ = atomics::swap(handle, &vec![b'a'; SIZE]);
}

fn key(number: usize) -> String {
    format!("floor/value/{}", number % VALUES)
}

/// A key that nobody else uses.
fn fresh(kind: &str) -> String {
    format!("floor/{kind}/{:x}", next_number())
}

/// Numbers that begin in another place in each instance.
fn next_number() -> u64 {
    NUMBER.with_borrow_mut(|number| {
        if *number == 0 {
            *number = spin_sdk::wasip3::random::random::get_random_u64() >> 8;
        }
        *number += 1;
        *number
    })
}

async fn store() -> Rc<spin::Store> {
    if let Some(store) = STORE.with_borrow(Clone::clone) {
        return store;
    }
    let store = Rc::new(spin::Store::open_default().await.expect("the store opens"));
    STORE.set(Some(Rc::clone(&store)));
    store
}

fn bucket() -> Rc<wasi::Bucket> {
    if let Some(bucket) = BUCKET.with_borrow(Clone::clone) {
        return bucket;
    }
    let bucket = Rc::new(wasi::open("default").expect("the store opens"));
    BUCKET.set(Some(Rc::clone(&bucket)));
    bucket
}
