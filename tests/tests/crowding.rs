//! Nobody can crowd out others: a flood of one component leaves the others theirs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Deployment;
use futures::stream::FuturesUnordered;
use futures::{Stream, StreamExt, stream};
use http_body_util::StreamBody;
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

/// Instances of this host: more than twice as many as there are components, so that each has a reserve.
const INSTANCES: usize = 64;
/// Connections of the flood.
const CONNECTIONS: usize = 6;
/// How often a byte of each body comes. A limit of time between the bytes would never end such a body.
const TRICKLE: Duration = Duration::from_secs(2);
/// Unfinished requests of each connection. All of them together are more than one component can take.
const STREAMS: usize = 100;

/// The answers to many requests without credentials, whose bodies trickle and never end, as they come.
type Flood = FuturesUnordered<JoinHandle<Response<Incoming>>>;

/// A body of which a byte comes now and then, without an end.
fn endless() -> Parts {
    let byte = |part: &'static [u8]| Ok(Frame::data(Bytes::from_static(part)));
    let rest = stream::unfold((), move |()| async move {
        tokio::time::sleep(TRICKLE).await;
        Some((byte(b" "), ()))
    });
    Box::pin(stream::iter([byte(b"{")]).chain(rest))
}

/// Parts of a body.
type Parts = Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;
type Sender = SendRequest<StreamBody<Parts>>;

/// A connection of a client with this address. All of 127.0.0.0/8 are addresses of this machine.
async fn connect(host: &TestHost, from: Ipv4Addr) -> Sender {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let stream = socket.connect(host.addr()).await.unwrap();
    let (client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A request whose body never ends.
fn unfinished(host: &TestHost) -> Request<StreamBody<Parts>> {
    let request = Request::post(host.url("/v1/session"));
    let request = request.header("content-type", "application/json").header("content-length", 1000);
    request.body(StreamBody::new(endless())).unwrap()
}

fn begin(client: &mut Sender, request: Request<StreamBody<Parts>>) -> JoinHandle<Response<Incoming>> {
    let answer = client.send_request(request);
    tokio::spawn(async move { answer.await.unwrap() })
}

async fn flood(host: &TestHost) -> Flood {
    let flood = Flood::new();
    for _ in 0..CONNECTIONS {
        let mut client = connect(host, Ipv4Addr::LOCALHOST).await;
        for _ in 0..STREAMS {
            flood.push(begin(&mut client, unfinished(host)));
        }
    }
    flood
}

/// Waits until one of the flood's requests is answered with a status.
async fn answered(flood: &mut Flood, wanted: u16, within: Duration) {
    let next = async {
        while let Some(answer) = flood.next().await {
            let status = answer.unwrap().status().as_u16();
            assert!([408, 503].contains(&status), "{status}");
            if status == wanted {
                return;
            }
        }
        panic!("no request was answered with {wanted}");
    };
    tokio::time::timeout(within, next).await.expect("an answer in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_bodies_of_one_component_end_in_time_and_leave_the_others_their_places() {
    let options = Options { instances: Some(INSTANCES), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let world = Deployment::on(&host).await;
    let mut flood = flood(&host).await;
    // The last ones found every place of their component taken.
    answered(&mut flood, 503, Duration::from_secs(20)).await;
    world.api.get("/v1/requests").bearer(&world.boss).send().await.expect(200);
    world.api.get("/v1/organizations").bearer(&world.boss).send().await.expect(200);
    world
        .api
        .post("/agent/v1/requests")
        .bearer(&world.computer_token)
        .json(&world.request_for(b"x"))
        .send()
        .await
        .expect(201);
    // The first ones are ended by their component, and their places are free again.
    answered(&mut flood, 408, Duration::from_secs(30)).await;
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_come_together_share_the_instances_that_there_are() {
    let options = Options { instances: Some(INSTANCES), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    // More than the component may have instances, fewer than these can answer at once. All come before the first instance has started.
    let mut flood = Flood::new();
    for _ in 0..CONNECTIONS / 2 {
        let mut client = connect(&host, Ipv4Addr::LOCALHOST).await;
        flood.extend((0..STREAMS).map(|_| begin(&mut client, unfinished(&host))));
    }
    let answers = async {
        let mut statuses = BTreeMap::new();
        while let Some(answer) = flood.next().await {
            *statuses.entry(answer.unwrap().status().as_u16()).or_default() += 1;
        }
        statuses
    };
    let answers = tokio::time::timeout(Duration::from_secs(60), answers).await.expect("answers in time");
    assert_eq!(answers, BTreeMap::from([(408, CONNECTIONS / 2 * STREAMS)]), "each body was waited for");
    host.stop().await;
}

/// Requests that one client of the second host may have under way.
const OF_A_CLIENT: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_as_many_requests_under_way_as_it_may_waits_for_one_to_end_and_others_do_not() {
    let options = Options { requests_per_client: Some(OF_A_CLIENT), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let mut greedy = connect(&host, Ipv4Addr::new(127, 0, 0, 2)).await;
    let mut begun: Flood = (0..=OF_A_CLIENT).map(|_| begin(&mut greedy, unfinished(&host))).collect();
    let first = tokio::time::timeout(Duration::from_secs(5), begun.next()).await.expect("an answer at once");
    let refused = first.unwrap().unwrap();
    assert_eq!(refused.status(), 429, "one more than it may have");
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.headers()["content-type"], "application/problem+json");

    let mut other = connect(&host, Ipv4Addr::new(127, 0, 0, 3)).await;
    let mut others: Flood = (0..OF_A_CLIENT).map(|_| begin(&mut other, unfinished(&host))).collect();
    // All of them are ended by their component, as the places of another address are its own.
    let ended = async |begun: &mut Flood| {
        let answers: Vec<_> = begun.collect().await;
        answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect::<Vec<_>>()
    };
    let both = async { (ended(&mut begun).await, ended(&mut others).await) };
    let (own, of_other) = tokio::time::timeout(Duration::from_secs(30), both).await.expect("in time");
    assert_eq!((own, of_other), (vec![408; OF_A_CLIENT], vec![408; OF_A_CLIENT]));

    // A place is free as soon as its answer has been sent.
    let short = || {
        Request::get(host.url("/v1/session"))
            .body(StreamBody::new(Box::pin(stream::empty()) as Parts))
            .unwrap()
    };
    let status = async {
        loop {
            let status = begin(&mut greedy, short()).await.unwrap().status();
            if status != 429 {
                return status;
            }
        }
    };
    let status =
        tokio::time::timeout(Duration::from_secs(30), status).await.expect("its places are free again");
    assert_eq!(status, 401);
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_as_many_connections_as_it_may_gets_no_more_and_others_do() {
    let options = Options { connections_per_client: Some(OF_A_CLIENT), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let silent = async |from: u8| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into()).unwrap();
        socket.connect(host.addr()).await.unwrap()
    };
    let mut all = Vec::new();
    for _ in 0..=OF_A_CLIENT {
        all.push(silent(2).await);
    }
    // Which one is closed is up to the order in which the host takes them; nothing was sent on any.
    let mut ends: FuturesUnordered<_> = all.iter_mut().map(|connection| connection.read_u8()).collect();
    let first =
        tokio::time::timeout(Duration::from_secs(5), ends.next()).await.expect("one is closed at once");
    assert!(first.unwrap().is_err());
    let mut other = connect(&host, Ipv4Addr::new(127, 0, 0, 3)).await;
    let request = Request::get(host.url("/v1/session"));
    let request = request.body(StreamBody::new(Box::pin(stream::empty()) as Parts)).unwrap();
    assert_eq!(
        begin(&mut other, request).await.unwrap().status(),
        401,
        "another address has connections of its own"
    );
    // The silent ones are closed, too, as their first byte does not come.
    let rest = async { while ends.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(30), rest).await.expect("they end by themselves");
    host.stop().await;
}
