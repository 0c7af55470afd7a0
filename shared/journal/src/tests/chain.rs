//! The sealed chain: it verifies whatever happens to its processor, and every change of sealed data is detected.

mod keys;
mod noted;
mod pages;
mod tampering;
mod turns;

use crate::{Fault, Flaw, Journal, Noted, SealCheck, Sealer, Verified};
use countersign_model::OrganizationId;
use futures::executor::block_on;
use serde_json::{Value, json};

use crate::tests::journal::{Way, write};
use crate::tests::world::{ALL, KEY, Plain, World};

/// A root organization with some entries, all sealed.
fn world_with(entries: usize) -> World {
    let world = World::new(ALL[0]);
    for n in 0..entries {
        append(&world, &format!("n{n}"));
    }
    world.settle();
    world
}

fn append(world: &World, what: &str) {
    block_on(world.store.save(world.change(what))).unwrap();
}

fn process(world: &World) {
    block_on(world.store.process(&world.root, &Plain(world.store.clone()))).unwrap();
}

/// The first page of the root's chain, a long one, under the usual key.
fn verify(world: &World) -> Verified {
    world.verify(&world.root, Some(&KEY), None, 200).remove(0)
}

fn noted_now(world: &World) -> Noted {
    let page = verify(world);
    Noted { count: page.count, head: page.head }
}

fn faults(page: &Verified) -> Vec<Fault> {
    page.flaws.iter().map(|flaw| flaw.fault.clone()).collect()
}

fn at(number: u64, fault: Fault) -> Flaw {
    Flaw { number: Some(number), fault }
}

fn entry_key(organization: &OrganizationId, number: u64) -> String {
    format!("countersign/1/j/{organization}/{number:016x}")
}

fn projection_key(world: &World) -> String {
    countersign_store::keys::record(&format!("projection_{}", world.root))
}

/// Rewrites a value in the store, as an attacker with the store's password would.
fn rewrite(world: &World, key: &str, change: impl FnOnce(&mut Value)) {
    let bytes = block_on(world.store.kv().get(key)).unwrap().unwrap();
    let mut value: Value = serde_json::from_slice(&bytes).unwrap();
    change(&mut value);
    put(world, key, serde_json::to_vec(&value).unwrap());
}

fn put(world: &World, key: &str, bytes: Vec<u8>) {
    block_on(world.store.kv().set_many(vec![(key.to_owned(), bytes)])).unwrap();
}

fn get(world: &World, key: &str) -> Vec<u8> {
    block_on(world.store.kv().get(key)).unwrap().unwrap()
}

/// The chain as the projection has it.
fn chain(world: &World) -> Value {
    let projection: Value = serde_json::from_slice(&get(world, &projection_key(world))).unwrap();
    projection["value"]["chain"].clone()
}

fn newest_block(world: &World) -> String {
    format!("countersign/1/b/{}", chain(world)["log"]["newest"].as_str().unwrap())
}

/// Rewrites the rows of the newest block, oldest first.
fn rewrite_rows(world: &World, change: impl FnOnce(&mut Vec<Value>)) {
    rewrite(world, &newest_block(world), |block| change(block["rows"].as_array_mut().unwrap()));
}
