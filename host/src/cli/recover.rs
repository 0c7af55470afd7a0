//! `countersign recover-admin`: gives an administrator who cannot sign in any more a link for a new password.

use clap::Args;
use serde::Deserialize;

use super::keep::{Deployment, block_on};
use super::say;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The administrator's email address
    #[arg(value_name = "EMAIL")]
    email: String,
    #[command(flatten)]
    deployment: Deployment,
}

#[derive(Deserialize)]
struct Recovered {
    name: String,
    token: String,
    expires_at: Option<jiff::Timestamp>,
    totp_removed: bool,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let place = options.deployment.find()?;
    let url = options.deployment.public_url(&place)?;
    let body = serde_json::json!({ "email": options.email });
    let done: Recovered = block_on(async {
        let component = options.deployment.component(&place, None).await?;
        let done = component.post("/recover", &body).await;
        component.close().await;
        done
    })?;
    say(&format!("Recovered {} ({})", done.name, options.email))?;
    if done.totp_removed {
        say("  One-time codes  removed: set up new ones after signing in")?;
    }
    say("  Sessions        all of them and all API tokens have ended")?;
    let until = done.expires_at.map_or_else(String::new, |at| format!(", until {at:.0}"));
    say(&format!("  New password    {url}/password-reset#{} (works once{until})", done.token))?;
    say("  On record       by the operator, in the system audit; every Super Admin is told")?;
    Ok(())
}
