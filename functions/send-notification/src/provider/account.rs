//! The variables of one provider.

use countersign_http::{Services, SettingsError};
use countersign_model::Rate;
use futures::future::try_join_all;

use super::Unusable;
use super::turns::rate_of;

/// What the deployment's variables say about one provider: those that begin with its prefix.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    prefix: &'static str,
    /// The provider's name; empty if none is configured.
    pub provider: String,
    api_url: String,
    account: String,
    api_key: String,
    /// The sender; what it may be depends on the channel.
    pub from: String,
    rate: String,
    /// Where the provider reports what became of a message, if it has to be told.
    reports_to: Option<String>,
}

/// The provider that has to be told with each message where to report, and the beginning of the prefixes of its places.
const TOLD_WHERE: (&str, &str) = ("twilio", "sms");

impl Account {
    /// Reads the variables that begin with a prefix. Without a provider, there is nothing else to read.
    pub async fn load(services: &Services, prefix: &'static str) -> Result<Self, SettingsError> {
        let read = async |name: &str| {
            let value = services.settings.get(&format!("{prefix}_{name}")).await?;
            Ok::<_, SettingsError>(value.trim().to_owned())
        };
        let provider = read("provider").await?;
        let [api_url, account, api_key, from, rate] = if provider.is_empty() {
            Default::default()
        } else {
            let values = ["api_url", "account", "api_key", "from", "rate"].map(read);
            <[String; 5]>::try_from(try_join_all(values).await?).unwrap_or_default()
        };
        let api_url = api_url.trim_end_matches('/').to_owned();
        let is_told = provider == TOLD_WHERE.0 && prefix.starts_with(TOLD_WHERE.1);
        let reports_to = if is_told && !read("callback_key").await?.is_empty() {
            callback(&services.settings.get("public_url").await?, &provider)
        } else {
            None
        };
        Ok(Self { prefix, provider, api_url, account, api_key, from, rate, reports_to })
    }

    /// Whether a provider is named.
    pub fn is_configured(&self) -> bool {
        !self.provider.is_empty()
    }

    /// The origin to call: from the variable, or the provider's default.
    pub fn origin<'a>(&'a self, own: &'a str) -> &'a str {
        if self.api_url.is_empty() { own } else { &self.api_url }
    }

    /// The variable's origin, for a provider that has none of its own.
    pub fn api_url(&self) -> Result<&str, Unusable> {
        self.required("api_url", &self.api_url)
    }

    /// The name of the account with the provider; empty if it is not set.
    pub fn name(&self) -> &str {
        &self.account
    }

    /// The name of the account with the provider.
    pub fn account(&self) -> Result<&str, Unusable> {
        self.required("account", &self.account)
    }

    /// The key.
    pub fn key(&self) -> Result<&str, Unusable> {
        self.required("api_key", &self.api_key)
    }

    /// The sender.
    pub fn from(&self) -> Result<&str, Unusable> {
        self.required("from", &self.from)
    }

    /// Where the provider is to report what became of a message, if it has to be told.
    pub fn reports_to(&self) -> Option<&str> {
        self.reports_to.as_deref()
    }

    /// How often the provider is called, whose own rate this is; `None`: as often as there are messages.
    pub fn rate(&self, own: Option<Rate>) -> Result<Option<Rate>, Unusable> {
        rate_of(&self.rate, own).map_err(|why| self.unusable("rate", &why.to_string()))
    }

    /// A variable with another value than the provider takes.
    pub fn unusable(&self, name: &str, why: &str) -> Unusable {
        Unusable(format!("`{}_{name}` {why}", self.prefix))
    }

    /// No provider, or one that nobody knows.
    pub fn unknown(&self) -> Unusable {
        let variable = format!("{}_provider", self.prefix);
        Unusable(match self.provider.as_str() {
            "" => format!("no provider is configured; set `{variable}`"),
            other => format!("`{variable}` names an unknown provider: `{other}`"),
        })
    }

    /// An account as a test sets it.
    #[cfg(test)]
    pub fn of(provider: &str, account: &str, from: &str, api_url: &str) -> Self {
        let text = str::to_owned;
        let (provider, account, from, api_url) = (text(provider), text(account), text(from), text(api_url));
        let (api_key, rate) = (text("the-key"), String::new());
        Self { prefix: "email", provider, api_url, account, api_key, from, rate, reports_to: None }
    }

    /// The same account of a deployment at this address, with a key for callbacks.
    #[cfg(test)]
    pub fn reporting_to(self, public_url: &str) -> Self {
        Self { reports_to: callback(public_url, &self.provider), ..self }
    }

    fn required<'a>(&self, name: &str, value: &'a str) -> Result<&'a str, Unusable> {
        if value.is_empty() { Err(self.unusable(name, "is not set")) } else { Ok(value) }
    }
}

/// Where a provider reports to a deployment at this address. It reaches one over TLS alone, and may refuse messages that name
/// another.
fn callback(public_url: &str, provider: &str) -> Option<String> {
    let public_url = public_url.trim().trim_end_matches('/');
    public_url.starts_with("https://").then(|| format!("{public_url}/v1/callbacks/{provider}"))
}
