//! What is under the keys that the host has found: backends keep counters in different encodings, and a Redis database may have keys of
//! other programs.

use axum::Json;
use countersign_http::{JsonBody, Problem};
use countersign_store::keys::{self, Holds};

use crate::wire::{Kind, Kinds, ToTell};

/// Says what is under each of some keys.
pub async fn kinds(body: JsonBody<ToTell>) -> Result<Json<Kinds>, Problem> {
    let kind = |key: &String| match keys::holds(key) {
        Some(Holds::Value) => Kind::Value,
        Some(Holds::Counter) => Kind::Counter,
        None => Kind::Foreign,
    };
    Ok(Json(Kinds { kinds: body.value.keys.iter().map(kind).collect() }))
}
