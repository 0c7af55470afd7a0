//! The log on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object in each line, also one for each request
    Json,
}

/// What the host and the components say goes to standard error; `RUST_LOG` can change what of it.
pub(super) fn start(quiet: bool, format: LogFormat) {
    let filter = filter(quiet, format, std::env::var(EnvFilter::DEFAULT_ENV).ok().as_deref());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Setting a second logger fails only in tests.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
        }
    };
}

/// Quiet hides progress. Warnings, and what components say, such as the head lines of audits, reach the log in any case, unless the
/// environment says otherwise of components. Requests are logged as JSON, and otherwise if the environment asks for it.
fn filter(quiet: bool, format: LogFormat, asked: Option<&str>) -> EnvFilter {
    let usual = if quiet { "warn" } else { "info" };
    let requests = match format {
        LogFormat::Text => "off",
        LogFormat::Json => "info",
    };
    let asked = asked.filter(|asked| EnvFilter::try_new(asked).is_ok()).unwrap_or(usual);
    // Of two directives for one target, the later one counts.
    EnvFilter::new(format!("component=info,{}={requests},{asked}", crate::server::line::TARGET))
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn what_components_say_reaches_the_log_however_quiet_it_is() {
        use tracing::subscriber::with_default;
        let format = LogFormat::Text;
        for (quiet, asked, progress, heads) in [
            (true, None, false, true),
            (false, None, true, true),
            (true, Some("error"), false, true),
            (true, Some("warn,countersign_host::components=debug"), false, true),
            (false, Some("component=error"), false, false),
            (true, Some("==nonsense"), false, true),
        ] {
            let subscriber = tracing_subscriber::registry().with(filter(quiet, format, asked));
            let enabled = || {
                (
                    tracing::enabled!(target: "countersign_host", tracing::Level::INFO),
                    tracing::enabled!(target: "component", tracing::Level::INFO),
                )
            };
            assert_eq!(with_default(subscriber, enabled), (progress, heads), "{quiet} {asked:?}");
        }
    }

    #[test]
    fn requests_are_logged_as_json_or_if_the_environment_asks_for_it() {
        use tracing::subscriber::with_default;
        for (format, quiet, asked, expected) in [
            (LogFormat::Text, false, None, false),
            (LogFormat::Text, false, Some("request=info"), true),
            (LogFormat::Json, false, None, true),
            (LogFormat::Json, true, None, true),
            (LogFormat::Json, true, Some("warn,request=off"), false),
        ] {
            let subscriber = tracing_subscriber::registry().with(filter(quiet, format, asked));
            let enabled = || tracing::enabled!(target: "request", tracing::Level::INFO);
            assert_eq!(with_default(subscriber, enabled), expected, "{format:?} {quiet} {asked:?}");
        }
    }
}
