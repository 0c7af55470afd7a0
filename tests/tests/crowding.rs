//! Nobody can crowd out others: a flood of one component leaves the others theirs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::time::Duration;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Deployment;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Instances of this host: a flood of one component then fits into the usual limit of open files.
const INSTANCES: usize = 22;
/// More unfinished requests than one component can take.
const FLOOD: usize = 260;

/// A request without credentials whose body never ends.
async fn unfinished(host: &TestHost) -> TcpStream {
    let mut stream = TcpStream::connect(host.addr()).await.unwrap();
    let head = format!(
        "POST /v1/session HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        host.addr()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The status of an answer that comes within a time.
async fn status(stream: &mut TcpStream, within: Duration) -> u16 {
    let mut head = [0; 12];
    tokio::time::timeout(within, stream.read_exact(&mut head)).await.expect("an answer in time").unwrap();
    std::str::from_utf8(&head[9..]).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_bodies_of_one_component_end_in_time_and_leave_the_others_their_places() {
    let options = Options { instances: Some(INSTANCES), ..Options::default() };
    let host = TestHost::start(Backend::Sqlite, options).await.unwrap();
    let world = Deployment::on(&host).await;
    let mut flood = Vec::new();
    for _ in 0..FLOOD {
        flood.push(unfinished(&host).await);
    }
    // The last ones found every place of their component taken.
    assert_eq!(status(&mut flood[FLOOD - 1], Duration::from_secs(20)).await, 503);
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
    assert_eq!(status(&mut flood[0], Duration::from_secs(30)).await, 408);
    drop(flood);
    world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
    host.stop().await;
}
