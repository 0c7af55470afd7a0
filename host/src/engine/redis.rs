//! `spin:redis@3`, outbound: opening a connection that `allowed_outbound_hosts` allows, and any command on it.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Value};
use wasmtime::component::{Accessor, HasSelf, Resource};

use super::bindings::OpenRedis;
use super::bindings::outbound_redis::{
    Error, Host, HostConnection, HostConnectionWithStore, RedisParameter, RedisResult,
};
use super::state::InstanceState;
use crate::kv::redis_connect::client;

const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(5);

impl Host for InstanceState {}

impl HostConnection for InstanceState {
    async fn drop(&mut self, connection: Resource<OpenRedis>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

impl<T: Send> HostConnectionWithStore<T> for HasSelf<InstanceState> {
    async fn open(
        accessor: &Accessor<T, Self>,
        address: String,
    ) -> wasmtime::Result<Result<Resource<OpenRedis>, Error>> {
        let outbound = accessor.with(|mut access| access.get().outbound().clone());
        // An address that is not allowed is reported as invalid, as on Spin.
        if !address.parse().is_ok_and(|address| outbound.check(&address).is_ok()) {
            return Ok(Err(Error::InvalidAddress));
        }
        match connect(&address).await {
            Ok(open) => Ok(Ok(accessor.with(|mut access| access.get().table.push(OpenRedis(open)))?)),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn execute(
        accessor: &Accessor<T, Self>,
        connection: Resource<OpenRedis>,
        command: String,
        arguments: Vec<RedisParameter>,
    ) -> wasmtime::Result<Result<Vec<RedisResult>, Error>> {
        let connection = accessor
            .with(|mut access| wasmtime::error::Ok(access.get().table.get(&connection)?.0.clone()))?;
        Ok(execute(connection, &command, arguments).await)
    }
}

async fn connect(address: &str) -> Result<MultiplexedConnection, Error> {
    let client = client(&address.to_owned().into()).map_err(|_| Error::InvalidAddress)?;
    let limits =
        AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
    client.get_multiplexed_async_connection_with_config(&limits).await.map_err(other)
}

async fn execute(
    mut connection: MultiplexedConnection,
    command: &str,
    arguments: Vec<RedisParameter>,
) -> Result<Vec<RedisResult>, Error> {
    let mut command = redis::cmd(command);
    for argument in arguments {
        match argument {
            RedisParameter::Int64(number) => command.arg(number),
            RedisParameter::Binary(bytes) => command.arg(bytes),
        };
    }
    let mut results = Vec::new();
    flatten(command.query_async(&mut connection).await.map_err(other)?, &mut results)?;
    Ok(results)
}

/// The interface has no nested lists: the elements follow in order.
#[expect(clippy::wildcard_enum_match_arm, reason = "the client's list of values, which may grow")]
fn flatten(value: Value, results: &mut Vec<RedisResult>) -> Result<(), Error> {
    results.push(match value {
        Value::Nil => RedisResult::Nil,
        Value::Int(number) => RedisResult::Int64(number),
        Value::BulkString(bytes) => RedisResult::Binary(bytes),
        Value::SimpleString(text) => RedisResult::Status(text),
        Value::Okay => RedisResult::Status("OK".to_owned()),
        Value::Array(values) => return values.into_iter().try_for_each(|value| flatten(value, results)),
        _ => return Err(Error::Other("an answer of a kind that only newer protocols have".to_owned())),
    });
    Ok(())
}

fn other(error: impl std::fmt::Display) -> Error {
    Error::Other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::redis::{self as server, RedisServer};

    async fn run(address: &str, command: &str, arguments: &[&str]) -> Result<Vec<RedisResult>, Error> {
        let binary = |text: &&str| RedisParameter::Binary(text.as_bytes().to_vec());
        execute(connect(address).await?, command, arguments.iter().map(binary).collect()).await
    }

    #[tokio::test]
    async fn a_command_answers_its_list_flat_and_a_refusal_as_an_error() {
        if !server::is_installed().unwrap() {
            return;
        }
        let server = RedisServer::start().await.unwrap();
        let address = server.empty_database().await.unwrap();
        let answer = run(&address, "CONFIG", &["GET", "appendonly"]).await.unwrap();
        let texts = answer.into_iter().map(|each| {
            let RedisResult::Binary(bytes) = each else { return format!("{each:?}") };
            String::from_utf8(bytes).unwrap()
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["appendonly", "yes"]);
        assert!(matches!(run(&address, "GET", &["absent"]).await.as_deref(), Ok([RedisResult::Nil])));
        assert!(matches!(run(&address, "NOSUCH", &[]).await, Err(Error::Other(_))));
    }

    #[tokio::test]
    async fn what_is_no_address_or_answers_nothing_is_an_error() {
        assert!(matches!(connect("http://127.0.0.1").await, Err(Error::InvalidAddress)));
        assert!(matches!(connect("redis://127.0.0.1:1").await, Err(Error::Other(_))));
    }
}
