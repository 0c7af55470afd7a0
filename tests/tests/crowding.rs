//! Nobody can crowd out others: a flood of one component leaves the others theirs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Deployment;
use futures::stream::FuturesUnordered;
use futures::{StreamExt, stream};
use http_body_util::StreamBody;
use hyper::Request;
use hyper::body::Frame;
use hyper::client::conn::http2::handshake;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Instances of this host: more than twice as many as there are components, so that each has a reserve.
const INSTANCES: usize = 64;
/// Connections of the flood.
const CONNECTIONS: usize = 6;
/// Unfinished requests of each connection. All of them together are more than one component can take.
const STREAMS: usize = 100;

/// Requests under way, without credentials and with bodies that never end. It yields the status of each answer in the order of arrival.
type Flood = FuturesUnordered<JoinHandle<u16>>;

async fn flood(host: &TestHost) -> Flood {
    let flood = Flood::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(host.addr()).await.unwrap();
        let (mut client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        for _ in 0..STREAMS {
            let begun = stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"{")))]);
            let request = Request::post(host.url("/v1/session"))
                .header("content-type", "application/json")
                .header("content-length", 1000)
                .body(StreamBody::new(begun.chain(stream::pending())))
                .unwrap();
            let answer = client.send_request(request);
            flood.push(tokio::spawn(async move { answer.await.unwrap().status().as_u16() }));
        }
    }
    flood
}

/// Waits until one of the flood's requests is answered with a status.
async fn answered(flood: &mut Flood, wanted: u16, within: Duration) {
    let next = async {
        while let Some(status) = flood.next().await {
            let status = status.unwrap();
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
