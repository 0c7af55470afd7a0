//! Calls of the administrators' API by somebody who is signed in.

use countersign_client::{Answer, Api, CallError, Connection, IdempotencyKey};
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::CliError;
use crate::options::Common;
use crate::profile;

/// What this program says of itself.
const PROGRAM: &str = concat!("countersign/", env!("CARGO_PKG_VERSION"));
/// The most items of a page.
const PAGE: usize = 200;

/// Parameters of a query.
pub type Query = Vec<(&'static str, String)>;

/// A connection to the server, with who calls.
pub struct Session {
    api: Api,
    /// The server's address.
    pub server: String,
}

/// How a write is repeated safely.
#[derive(Clone, Debug)]
pub enum Safely {
    /// Repeated calls count once, by their key.
    Once(IdempotencyKey),
    /// Only if the record is still of this revision.
    IfMatch(u64),
    /// Made once only: whether it took effect is seen by reading.
    Unrepeated,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next_cursor: Option<String>,
}

impl Session {
    /// Calls with the credentials that are kept or given.
    ///
    /// # Errors
    /// When there are none.
    pub fn open(common: &Common) -> Result<Self, CliError> {
        let chosen = profile::chosen(common)?;
        Self::with(&chosen.server, Some(&chosen.token), &chosen.connection)
    }

    /// Calls this server, as nobody or with a token.
    ///
    /// # Errors
    /// When the address or the connection is not usable.
    pub fn with(server: &str, token: Option<&str>, connection: &Connection) -> Result<Self, CliError> {
        let api = Api::connecting(server, &["v1"], PROGRAM, connection)?;
        let api = match token {
            Some(token) => api.with_token(token),
            None => api,
        };
        Ok(Self { api, server: server.to_owned() })
    }

    /// Reads.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        segments: &[&str],
        query: &Query,
    ) -> Result<T, CliError> {
        let answer = self.api.answered(|| Ok(self.api.call(Method::GET, segments)?.query(query))).await?;
        Ok(answer.read(operation)?)
    }

    /// Reads a list, page by page, until its end or until there are so many items.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn list(
        &self,
        operation: &'static str,
        segments: &[&str],
        query: &Query,
        most: Option<usize>,
    ) -> Result<Vec<Value>, CliError> {
        let mut found: Vec<Value> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let left = most.map_or(PAGE, |most| most.saturating_sub(found.len()));
            let mut asked = query.clone();
            asked.push(("limit", left.clamp(1, PAGE).to_string()));
            asked.extend(cursor.map(|cursor| ("cursor", cursor)));
            let page: Page = self.get(operation, segments, &asked).await?;
            found.extend(page.items);
            if let Some(most) = most {
                found.truncate(most);
            }
            cursor = page.next_cursor;
            if cursor.is_none() || most.is_some_and(|most| found.len() >= most) {
                return Ok(found);
            }
        }
    }

    /// Writes.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn send(
        &self,
        method: Method,
        segments: &[&str],
        query: &Query,
        body: Option<&Value>,
        safely: &Safely,
    ) -> Result<Answer, CliError> {
        let call = || {
            let call = self.api.call(method.clone(), segments)?.query(query);
            let call = match body {
                Some(body) => call.json(body),
                None => call,
            };
            Ok(match safely {
                Safely::Once(key) => call.header("idempotency-key", key.as_str()),
                Safely::IfMatch(revision) => call.header("if-match", format!("\"{revision}\"")),
                Safely::Unrepeated => call,
            })
        };
        Ok(match safely {
            Safely::Once(_) => self.api.answered(call).await?,
            Safely::IfMatch(_) | Safely::Unrepeated => self.api.answered_if_taken(call).await?,
        })
    }

    /// Asks something that needs a body, which changes nothing.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        segments: &[&str],
        query: &Query,
        body: &Value,
    ) -> Result<T, CliError> {
        let call = || Ok(self.api.call(Method::POST, segments)?.query(query).json(body));
        Ok(self.api.answered(call).await?.read(operation)?)
    }

    /// Reads an answer while it arrives.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn stream(
        &self,
        segments: &[&str],
        query: &Query,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, CallError> {
        self.api.streamed(change(self.api.call(Method::GET, segments)?.query(query))).await
    }
}

/// The items as what they are.
///
/// # Errors
/// When they are something else.
pub fn typed<T: DeserializeOwned>(operation: &'static str, items: &[Value]) -> Result<Vec<T>, CliError> {
    let read = |item: &Value| T::deserialize(item);
    let items: Result<Vec<_>, _> = items.iter().map(read).collect();
    items.map_err(|cause| CallError::Unexpected { operation, reason: cause.to_string() }.into())
}

/// The parameters that have a value.
pub fn query<const N: usize>(given: [(&'static str, Option<String>); N]) -> Query {
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
