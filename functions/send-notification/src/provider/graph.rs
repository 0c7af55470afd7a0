//! Microsoft Graph, `sendMail` of a mailbox, as an application with client credentials:
//! <https://learn.microsoft.com/graph/api/user-sendmail>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.
//!
//! The message goes as MIME: in JSON, Graph takes one body and only headers that begin with `x-`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_model::Rate;
use http::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::account::Account;
use super::answer::Answer;
use super::tokens::Token;
use super::{Order, Prepared, Provider, Unusable, mime, post, post_form, request};

const OWN: &str = "https://graph.microsoft.com";
const LOGIN: &str = "https://login.microsoftonline.com";
/// A token is not used any more so long before its end: a message takes some time, and clocks differ.
const EARLIER: SignedDuration = SignedDuration::from_mins(6);

/// A mailbox of Exchange Online sends 30 messages a minute:
/// <https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits>.
const RATE: Rate = Rate::new(30, 60);

pub struct Graph;

impl Provider for Graph {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn token_request(&self, account: &Account) -> Option<Prepared> {
        Some(token_request(account))
    }

    fn token(&self, response: &Response<Bytes>, now: Timestamp) -> Option<Token> {
        let body: Value = serde_json::from_slice(response.body()).ok()?;
        let text = body.get("access_token")?.as_str()?.to_owned();
        let lasts = SignedDuration::from_secs(body.get("expires_in")?.as_i64()?).checked_sub(EARLIER)?;
        Some(Token { text, until: now.saturating_add(lasts).ok()? })
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let sender = order.sender()?;
        let token = order.token.unwrap_or_default();
        let mailbox: String = form_urlencoded::byte_serialize(sender.address.as_bytes()).collect();
        let url = format!("{}/v1.0/users/{mailbox}/sendMail", order.account.origin(OWN));
        let builder =
            post(url).header(CONTENT_TYPE, "text/plain").header(AUTHORIZATION, format!("Bearer {token}"));
        request(builder, STANDARD.encode(mime::message(order, &sender)))
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        Answer::of(response, &["error/code", "error/message", "error_description"], now)
    }
}

fn token_request(account: &Account) -> Prepared {
    let (tenant, client) = ids(account)?;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("scope", &format!("{OWN}/.default"))
        .append_pair("client_secret", account.key()?)
        .append_pair("grant_type", "client_credentials")
        .finish();
    request(post_form(format!("{}/{tenant}/oauth2/v2.0/token", account.origin(LOGIN))), form)
}

/// Tenant and client of `TENANT/CLIENT`.
fn ids(account: &Account) -> Result<(&str, &str), Unusable> {
    let plain =
        |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    match account.account()?.split_once('/') {
        Some((tenant, client)) if plain(tenant) && plain(client) => Ok((tenant, client)),
        Some(_) | None => Err(account.unusable("account", "is not like TENANT/CLIENT")),
    }
}
