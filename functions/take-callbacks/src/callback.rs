//! Taking a provider's report.

use axum::extract::{Request, State};
use countersign_http::{Anonymous, Code, PathId, Problem, Services, SettingsError, read_bytes};
use countersign_kv::log;
use countersign_model::{ProviderPlace, openapi};
use countersign_store::throttle::Throttle;
use countersign_store::{StoreError, keys};
use futures::future::try_join_all;
use http::StatusCode;
use http::uri::PathAndQuery;
use jiff::SignedDuration;

use crate::amazon;
use crate::provider::{Call, Provider, Reports};

/// The largest report: SendGrid puts many events into one.
const LARGEST: usize = 1024 * 1024;
/// A report counts once. Providers repeat those that were not answered with success; these did not count.
const ONCE: Throttle = Throttle { name: "callback", most: 1, period: SignedDuration::from_hours(7 * 24) };

/// Takes a report of a provider of messages: that a message was delivered or read, that an address bounced, or that its owner complained.
///
/// The provider signs it, or sends a login, with the key in the variable `email_callback_key`, `sms_callback_key` or that of a fallback. Nothing is
/// sent to a bounced address until it is put right. Reports of other things are answered and left alone. When Amazon SNS asks whether it is to send
/// the reports of the topic that is the key, that is confirmed.
#[utoipa::path(post, path = "/v1/callbacks/{provider}", tag = "notifications",
    params(("provider" = inline(Provider), Path, description = "The provider.")),
    request_body(content = openapi::Bytes, content_type = "*/*"),
    responses((status = 204, description = "The report was taken."),
        (status = 400, description = "It is signed, and not what the provider sends."),
        (status = 401, description = "It is not signed, or not with the key, or it is too old: than five minutes, or than an hour if it is of Amazon SES.")))]
pub async fn take_callback(
    State(services): State<Services>,
    Anonymous { caller }: Anonymous,
    PathId(provider): PathId<Provider>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let signing_keys = keys_of(&services, provider).await?;
    if signing_keys.is_empty() {
        return Err(Problem::not_found());
    }
    let source = provider.source();
    let headers = request.headers().clone();
    if source.header().is_some_and(|header| !headers.contains_key(header)) {
        return Err(not_signed());
    }
    let path = request.uri().path_and_query().map_or("", PathAndQuery::as_str).to_owned();
    let url = address(&services, &path).await?;
    let body = read_bytes(request, &services, LARGEST).await?;
    let call = Call { headers: &headers, body: &body, url: &url, now: caller.now, certificate: None };
    let wanted = signing_keys.iter().find_map(|key| source.certificate(&call, key));
    let certificate = match &wanted {
        Some(address) => Some(amazon::certificate(&services, address).await?),
        None => None,
    };
    let call = Call { certificate: certificate.as_deref(), ..call };
    let Some(key) = signing_keys.iter().find(|key| source.is_signed(&call, key)) else {
        return Err(not_signed());
    };
    if let Some((address, certificate)) = wanted.as_deref().zip(certificate.as_ref()) {
        amazon::keep(address, certificate);
    }
    if let Some(address) = source.confirms(&call, key) {
        amazon::get(&services, &address).await?;
        log::line("reports are confirmed", &[("provider", &provider)]);
        return Ok(StatusCode::NO_CONTENT);
    }
    note(&services, provider, &call).await
}

/// Notes what a signed report says, once.
async fn note(services: &Services, provider: Provider, call: &Call<'_>) -> Result<StatusCode, Problem> {
    let source = provider.source();
    let Some(reports) = source.reports(call) else {
        let detail = format!("this is not what {provider} sends");
        return Err(Problem::new(Code::MalformedJson, detail));
    };
    let journal = &services.journal;
    let once = source.once(call).unwrap_or_else(|| keys::sha256(call.body));
    let counted = journal.count_try(&ONCE, &[provider.id(), &once]).await?;
    if !counted.allowed {
        return Ok(StatusCode::NO_CONTENT);
    }
    if let Err(error) = note_all(services, provider, &reports).await {
        journal.give_back(&counted).await?;
        return Err(error.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What is noted already changes nothing when it is repeated.
async fn note_all(services: &Services, provider: Provider, reports: &Reports) -> Result<(), StoreError> {
    // One after the other: two about the same address or message must not race.
    for bounce in &reports.bounces {
        services.journal.note_bounce(bounce).await?;
        let fields: [(&str, &dyn std::fmt::Display); 2] =
            [("provider", &provider), ("channel", &bounce.channel)];
        log::line("an address bounced", &fields);
    }
    for arrival in &reports.arrivals {
        services.journal.note_arrival(arrival).await?;
    }
    Ok(())
}

fn not_signed() -> Problem {
    Problem::new(Code::NotIdentified, "the report is not signed with the key of this deployment, or too old")
}

/// The keys of the places where the variables name this provider.
async fn keys_of(services: &Services, provider: Provider) -> Result<Vec<String>, SettingsError> {
    let at_place = async |place: &ProviderPlace| {
        let named = services.settings.get(&format!("{place}_provider")).await?;
        if named.trim() != provider.id() {
            return Ok::<_, SettingsError>(None);
        }
        let key = services.settings.get(&format!("{place}_callback_key")).await?;
        Ok(Some(key.trim().to_owned()).filter(|key| !key.is_empty()))
    };
    let found = try_join_all(ProviderPlace::CONFIGURED.iter().map(at_place)).await?;
    Ok(found.into_iter().flatten().collect())
}

/// The address as the provider has it: a proxy may have changed the host on the way.
async fn address(services: &Services, path: &str) -> Result<String, SettingsError> {
    let public_url = services.settings.get("public_url").await?;
    Ok(format!("{}{path}", public_url.trim().trim_end_matches('/')))
}
