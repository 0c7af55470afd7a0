//! Waiting calls.
use std::time::Duration;

use jiff::SignedDuration;

use super::probe::world;
use crate::waiting::{PLACES_OF_ONE_CALLER, WAITING_PLACES, Waiting};

#[test]
fn a_place_is_free_again_when_its_call_is_over() {
    let waiting = Waiting::default();
    let places: Vec<_> = (0..).map_while(|n| waiting.take(&format!("caller {n}"))).collect();
    assert_eq!(places.len(), WAITING_PLACES);
    assert!(waiting.clone().take("one more").is_none(), "clones share the places");
    drop(places);
    assert!(waiting.take("one more").is_some());
}

#[test]
fn one_caller_leaves_places_to_the_others() {
    let waiting = Waiting::default();
    let mut own: Vec<_> = std::iter::from_fn(|| waiting.take("a")).collect();
    assert_eq!(own.len(), PLACES_OF_ONE_CALLER);
    let other = waiting.take("b");
    assert!(other.is_some());
    own.pop();
    assert!(waiting.take("a").is_some(), "one of its own is over");
    drop(own);
    let all: Vec<_> = (0..).map_while(|n| waiting.take(&format!("caller {n}"))).collect();
    assert_eq!(all.len(), WAITING_PLACES - 1);
}

#[test]
fn a_newer_call_of_the_same_caller_takes_the_turn() {
    let waiting = Waiting::default();
    let (first, other) = (waiting.turn("a"), waiting.turn("b"));
    assert!(first.is_newest() && other.is_newest());
    let second = waiting.clone().turn("a");
    assert!(!first.is_newest() && second.is_newest() && other.is_newest());
    drop(first);
    assert!(second.is_newest(), "the end of the older call takes nothing from the newer one");
}

#[tokio::test]
async fn a_call_without_wait_answers_at_once() {
    let (world, app) = world();
    let device = world.computer(&world.group(&world.root, "Office"));
    let before = world.now();
    let answer = app.get("/v1/news").bearer(&device.token).send().await;
    assert_eq!((answer.status, answer.header("retry-after")), (200, ""));
    assert_eq!(world.now(), before);
}

#[tokio::test]
async fn a_waiting_call_looks_twice_a_second_until_its_time_is_over() {
    let (world, app) = world();
    let device = world.computer(&world.group(&world.root, "Office"));
    let before = world.now();
    let answer = app.get("/v1/news?wait=3").bearer(&device.token).send().await;
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    assert_eq!(world.now().duration_since(before), SignedDuration::from_secs(3));
}

#[tokio::test]
async fn news_end_the_waiting_within_a_second() {
    let (world, app) = world();
    let device = world.computer(&world.group(&world.root, "Office"));
    let before = world.now();
    let call = app.get("/v1/news?wait=25").bearer(&device.token).send();
    let settings = world.settings.clone();
    let later = async move {
        tokio::task::yield_now().await;
        settings.set("news", "good");
    };
    let (answer, ()) = tokio::join!(call, later);
    assert_eq!(answer.text(), "good");
    assert!(world.now().duration_since(before) <= SignedDuration::from_secs(1), "{}", world.now());
}

#[tokio::test]
async fn a_call_that_finds_no_place_is_answered_at_once_and_told_when_to_return() {
    let (world, app) = world();
    let device = world.computer(&world.group(&world.root, "Office"));
    let places: Vec<_> = (0..).map_while(|n| world.waiting.take(&format!("caller {n}"))).collect();
    let before = world.now();
    let answer = app.get("/v1/news?wait=25").bearer(&device.token).send().await;
    assert_eq!((answer.status, answer.header("retry-after")), (200, "2"));
    assert_eq!(world.now(), before);
    drop(places);
}

#[tokio::test]
async fn whoever_loses_their_token_while_waiting_gets_no_answer() {
    let (world, app) = world();
    let device = world.computer(&world.group(&world.root, "Office"));
    let call = app.get("/v1/news?wait=2").bearer(&device.token).send();
    let journal = world.journal.clone();
    let id = device.record.id.clone();
    let later = async move {
        tokio::task::yield_now().await;
        let remove = |old: &countersign_model::Computer| Ok::<_, std::convert::Infallible>(old.deleted());
        journal.update(&id, remove).await.unwrap();
    };
    let (answer, ()) = tokio::join!(call, later);
    assert_eq!((answer.status, answer.code().as_str()), (401, "not-identified"));
    assert!(world.waiting.take("one more").is_some());
    world.advance(Duration::from_secs(1));
}
