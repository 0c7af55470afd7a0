//! The store at the edge, over Spin's outbound Redis: the key-value store there is not atomic, and shows a write to others late.
use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use countersign_http::Settings;
use countersign_kv::KvError;
use countersign_kv::over_redis::{RedisCommands, Reply};
use send_wrapper::SendWrapper;
use spin_sdk::redis::{Connection, Error, RedisParameter, RedisResult};

use crate::settings::Variables;

thread_local! {
    // Connecting costs several round trips, so the connection stays open for the life of the instance.
    static CONNECTION: RefCell<Option<Rc<Connection>>> = const { RefCell::new(None) };
}

/// The server that the variable `redis_url` names.
#[derive(Debug)]
pub struct EdgeRedis;

#[async_trait]
impl RedisCommands for EdgeRedis {
    async fn run(&self, command: &'static str, arguments: Vec<Vec<u8>>) -> Result<Reply, KvError> {
        SendWrapper::new(async {
            let connection = connection().await?;
            let arguments = arguments.into_iter().map(RedisParameter::Binary);
            let answer = connection.execute(command, arguments).await.map_err(failure)?;
            Ok(match answer.into_iter().next() {
                Some(RedisResult::Int64(number)) => Reply::Number(number),
                Some(RedisResult::Binary(bytes)) => Reply::Bytes(bytes),
                Some(RedisResult::Status(_)) => Reply::Done,
                Some(RedisResult::Nil) | None => Reply::Nil,
            })
        })
        .await
    }
}

async fn connection() -> Result<Rc<Connection>, KvError> {
    if let Some(connection) = CONNECTION.with_borrow(Clone::clone) {
        return Ok(connection);
    }
    let variable = async |name: &'static str| {
        Variables.get(name).await.map_err(|error| KvError::Failed(error.to_string()))
    };
    let (address, login) = (variable("redis_url").await?, variable("redis_login").await?);
    let connection = Connection::open(&address).await.map_err(failure)?;
    if !login.is_empty() {
        let parts = login.splitn(2, ':').map(|part| RedisParameter::Binary(part.into()));
        connection.execute("AUTH", parts).await.map_err(failure)?;
    }
    let connection = Rc::new(connection);
    CONNECTION.set(Some(Rc::clone(&connection)));
    Ok(connection)
}

/// After a failure the server is connected to again, because a broken connection stays broken in its handle.
fn failure(error: Error) -> KvError {
    CONNECTION.set(None);
    match error {
        Error::InvalidAddress => {
            KvError::Failed("`redis_url` is not the address of a Redis server, or is not allowed".to_owned())
        }
        Error::TooManyConnections => KvError::Crowded,
        Error::TypeError => KvError::Failed("Redis answered something unexpected".to_owned()),
        Error::Other(reason) => KvError::from_platform(reason),
    }
}
