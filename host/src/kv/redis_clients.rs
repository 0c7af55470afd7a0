//! Who else is connected to a Redis database.

use super::redis::connect::client;
use crate::runtime_config::RedisAddress;

/// How many other connections have selected the same database.
///
/// # Errors
/// If the server cannot be reached, or does not tell.
pub(crate) async fn others(address: &RedisAddress) -> anyhow::Result<usize> {
    let mut connection = client(address)?.get_multiplexed_async_connection().await?;
    let own: i64 = redis::cmd("CLIENT").arg("ID").query_async(&mut connection).await?;
    let list: String = redis::cmd("CLIENT").arg("LIST").query_async(&mut connection).await?;
    Ok(count(&list, own))
}

/// The connections of a list that have the same database as `own` and are not it.
fn count(list: &str, own: i64) -> usize {
    let field = |line: &str, name: &str| {
        line.split_whitespace()
            .find_map(|field| field.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    };
    let is_own = |line: &&str| field(line, "id") == Some(own.to_string());
    let Some(database) = list.lines().find(is_own).and_then(|line| field(line, "db")) else { return 0 };
    list.lines().filter(|line| !is_own(line) && field(line, "db").as_ref() == Some(&database)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_connections_to_the_same_database_count() {
        let list = "id=3 addr=127.0.0.1:1 name= db=2 cmd=client|list\nid=4 addr=127.0.0.1:2 name= db=2 cmd=get\n\
            id=5 addr=127.0.0.1:3 name= db=0 cmd=get\nid=33 addr=127.0.0.1:4 name=x db=2 cmd=ping\n";
        assert_eq!((count(list, 3), count(list, 5), count(list, 9)), (2, 0, 0));
    }
}
