//! The store over the commands of a Redis server, for platforms whose own key-value store has no atomic operations. Keys and counters are
//! those that a host with its store on the same database reads and writes.
//!
//! Each operation is one command, which Redis runs whole. `MULTI` … `EXEC` would need a connection of its own for each operation:
//! the requests of an instance share one, and their commands would mix with the transaction's.

use async_trait::async_trait;

use crate::{KeyValue, KvError, SwapHint};

/// Writes the new value if the key holds the expected one. A script is the compare-and-swap that every Redis has; `SET` compares values only
/// since Redis 8.4.
const SWAP: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1";

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// There is no such key.
    Nil,
    /// A number.
    Number(i64),
    /// The value of a key.
    Bytes(Vec<u8>),
    /// That it was done.
    Done,
}

/// A way to a server.
#[async_trait]
pub trait RedisCommands: Send + Sync {
    /// Has one command run and returns its answer.
    ///
    /// # Errors
    /// If the server cannot be reached, or refuses. Whether the command took effect is then unknown.
    async fn run(&self, command: &'static str, arguments: Vec<Vec<u8>>) -> Result<Reply, KvError>;
}

/// The store of a server.
#[derive(Debug)]
pub struct OverRedis<C>(pub C);

#[async_trait]
impl<C: RedisCommands> KeyValue for OverRedis<C> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        match self.0.run("GET", vec![key.into()]).await? {
            Reply::Nil => Ok(None),
            Reply::Bytes(value) => Ok(Some(value)),
            other @ (Reply::Number(_) | Reply::Done) => Err(unexpected("GET", &other)),
        }
    }

    async fn set_many(&self, entries: Vec<(String, Vec<u8>)>) -> Result<(), KvError> {
        if entries.is_empty() {
            return Ok(());
        }
        let arguments = entries.into_iter().flat_map(|(key, value)| [key.into_bytes(), value]).collect();
        self.0.run("MSET", arguments).await.map(|_| ())
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.0.run("DEL", vec![key.into()]).await.map(|_| ())
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        match self.0.run("INCRBY", vec![key.into(), delta.to_string().into()]).await? {
            Reply::Number(sum) => Ok(sum),
            other @ (Reply::Nil | Reply::Bytes(_) | Reply::Done) => Err(unexpected("INCRBY", &other)),
        }
    }

    async fn swap(&self, key: &str, expected: &[u8], new: Vec<u8>) -> Result<SwapHint, KvError> {
        let arguments = vec![SWAP.into(), "1".into(), key.into(), expected.to_vec(), new];
        match self.0.run("EVAL", arguments).await? {
            Reply::Number(1) => Ok(SwapHint::Succeeded),
            Reply::Number(_) => Ok(SwapHint::Differs),
            other @ (Reply::Nil | Reply::Bytes(_) | Reply::Done) => Err(unexpected("EVAL", &other)),
        }
    }
}

fn unexpected(command: &str, reply: &Reply) -> KvError {
    let kind = match reply {
        Reply::Nil => "nothing",
        Reply::Number(_) => "a number",
        Reply::Bytes(_) => "text",
        Reply::Done => "that it was done",
    };
    KvError::Failed(format!("Redis answered {kind} to {command}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::executor::block_on;

    use super::*;

    /// A command with its arguments.
    type Sent = (&'static str, Vec<Vec<u8>>);

    /// Answers each command in the same way, and keeps them.
    struct Recorder(Reply, Mutex<Vec<Sent>>);

    #[async_trait]
    impl RedisCommands for Recorder {
        async fn run(&self, command: &'static str, arguments: Vec<Vec<u8>>) -> Result<Reply, KvError> {
            self.1.lock().unwrap().push((command, arguments));
            Ok(self.0.clone())
        }
    }

    fn answering(reply: Reply) -> OverRedis<Recorder> {
        OverRedis(Recorder(reply, Mutex::default()))
    }

    #[test]
    fn each_operation_is_one_command_and_an_empty_batch_is_none() {
        let store = answering(Reply::Number(1));
        block_on(async {
            store.set_many(Vec::new()).await.unwrap();
            store.set_many(vec![("a".into(), b"1".to_vec()), ("b".into(), Vec::new())]).await.unwrap();
            store.delete("a").await.unwrap();
            assert_eq!(store.increment("n", -3).await, Ok(1));
            assert_eq!(store.swap("a", b"old", b"new".to_vec()).await, Ok(SwapHint::Succeeded));
        });
        let seen = store.0.1.into_inner().unwrap();
        let words = |arguments: &[Vec<u8>]| {
            arguments.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect::<Vec<_>>()
        };
        let seen: Vec<_> = seen.iter().map(|(command, arguments)| (*command, words(arguments))).collect();
        assert_eq!(seen[0], ("MSET", ["a", "1", "b", ""].map(str::to_owned).to_vec()));
        assert_eq!(seen[1], ("DEL", vec!["a".to_owned()]));
        assert_eq!(seen[2], ("INCRBY", ["n", "-3"].map(str::to_owned).to_vec()));
        assert_eq!((seen[3].0, &seen[3].1[1..]), ("EVAL", &["1", "a", "old", "new"].map(str::to_owned)[..]));
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn an_answer_of_another_kind_is_an_error() {
        block_on(async {
            assert_eq!(answering(Reply::Nil).get("a").await, Ok(None));
            assert_eq!(answering(Reply::Number(0)).swap("a", b"", Vec::new()).await, Ok(SwapHint::Differs));
            for reply in [Reply::Nil, Reply::Done, Reply::Bytes(Vec::new())] {
                assert!(answering(reply.clone()).increment("n", 1).await.is_err(), "{reply:?}");
                assert!(answering(reply.clone()).swap("a", b"", Vec::new()).await.is_err(), "{reply:?}");
            }
            for reply in [Reply::Done, Reply::Number(1)] {
                assert!(answering(reply.clone()).get("a").await.is_err(), "{reply:?}");
            }
        });
    }
}
