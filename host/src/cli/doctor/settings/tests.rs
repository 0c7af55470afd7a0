use super::super::finding::State::{self, Fault, Ok, Warning};
use super::*;

const STRONG: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn declared() -> BTreeMap<String, VariableDeclaration> {
    let text = |default: &str| VariableDeclaration { default: Some(default.to_owned()), secret: false };
    let secret = || VariableDeclaration { default: Some(String::new()), secret: true };
    let mut all = BTreeMap::new();
    for name in
        ["secret_key", "setup_token", "scheduler_token", "metrics_token", "email_api_key", "sms_api_key"]
    {
        all.insert(name.to_owned(), secret());
    }
    for (name, default) in [
        ("public_url", "http://127.0.0.1:3000"),
        ("trusted_proxies", ""),
        ("email_provider", "dev"),
        ("email_from", "Countersign <countersign@localhost>"),
        ("email_fallback_provider", ""),
        ("sms_provider", "dev"),
        ("sms_from", ""),
    ] {
        all.insert(name.to_owned(), text(default));
    }
    all
}

/// Variables and their values.
type Given<'a> = &'a [(&'a str, &'a str)];

fn settings(given: Given<'_>) -> Settings {
    let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings {
        declared: declared(),
        given: given.collect(),
        made: BTreeMap::new(),
        secrets_file: SecretsFile::Absent,
        environment: BTreeSet::new(),
        is_shared: false,
        tls: false,
    }
}

#[test]
fn a_key_that_can_be_guessed_or_is_missing_is_a_fault() {
    let cases = [
        (Some(STRONG), Ok),
        (Some("new0123456789abcdefghijklmnopqrstuvw, old"), Ok),
        (Some("old 0123456789"), Fault),
        (Some("correct horse battery"), Fault),
        (Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), Fault),
        (Some("Tr0ub4dor&3-and-more-of-it"), Warning),
        (Some(""), Fault),
        (Some(" , "), Fault),
        (None, Ok),
    ];
    for (key, state) in cases {
        let given: Vec<_> = key.map(|key| ("secret_key", key)).into_iter().collect();
        let found = settings(&given).secret_key();
        assert_eq!(found.state, state, "{key:?}: {found:?}");
        assert!(key.is_none_or(|key| key.len() < 6 || !found.found.contains(key)), "{found:?}");
    }
    let mut shared = settings(&[]);
    shared.is_shared = true;
    assert_eq!(shared.secret_key().state, Warning, "each host would make its own");
    shared.made.insert("secret_key".to_owned(), STRONG.to_owned());
    assert_eq!(shared.secret_key().state, Warning);
    shared.given.insert("secret_key".to_owned(), STRONG.to_owned());
    assert_eq!(shared.secret_key().state, Ok);
}

#[test]
fn tokens_that_can_be_guessed_are_faults_and_a_missing_scheduler_is_too() {
    let cases: &[(Given<'_>, State)] = &[
        (&[], Ok),
        (&[("metrics_token", STRONG), ("setup_token", "")], Ok),
        (&[("metrics_token", "prometheus")], Fault),
        (&[("setup_token", "welcome1")], Fault),
        (&[("scheduler_token", "")], Fault),
        (&[("scheduler_token", ",")], Fault),
        (&[("scheduler_token", "0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210")], Ok),
        (&[("scheduler_token", "0123456789abcdef0123456789abcdef, new")], Fault),
    ];
    for (given, state) in cases {
        let found = settings(given).tokens();
        assert_eq!(found[0].state, *state, "{given:?}: {found:?}");
    }
}

#[test]
fn secrets_that_others_can_read_are_a_fault() {
    let file = |mode| SecretsFile::Present { path: "/state/secrets.toml".to_owned(), mode };
    let unreadable = SecretsFile::Unreadable("cannot read it".to_owned());
    let cases =
        [(file(0o100_600), Ok), (file(0o100_400), Ok), (file(0o100_640), Fault), (file(0o100_604), Fault)];
    for (secrets_file, state) in cases.into_iter().chain([(SecretsFile::Absent, Ok), (unreadable, Fault)]) {
        let mut settings = settings(&[]);
        settings.secrets_file = secrets_file;
        assert_eq!(settings.secrets_file().state, state, "{:?}", settings.secrets_file);
    }
}

#[test]
fn a_misspelt_variable_is_told_with_what_was_meant() {
    let mut settings = settings(&[("emial_provider", "postmark"), ("public_url", "x")]);
    settings.environment = ["SPIN_VARIABLE_PUBLIC_URL", "SPIN_VARIABLE_PUBLIC_ULR", "SPIN_VARIABLE_COLOUR"]
        .map(str::to_owned)
        .into();
    let found = settings.variables();
    let states: Vec<_> =
        found.iter().map(|found| (found.state, found.advice.as_deref().unwrap_or_default())).collect();
    let remove = "remove it; README.md has a table of all variables";
    let expected = [
        (Warning, remove),
        (Warning, "perhaps `public_url` is meant"),
        (Fault, "perhaps `email_provider` is meant"),
    ];
    assert_eq!(states, expected, "{found:?}");
    settings.declared.insert("wanted".to_owned(), VariableDeclaration { default: None, secret: true });
    assert!(
        settings.variables().iter().any(|found| found.state == Fault && found.found.contains("`wanted`"))
    );
}

#[test]
fn a_channel_without_a_provider_or_a_sender_is_told() {
    let from = ("email_from", "a@company.example");
    let cases: &[(Given<'_>, State, State)] = &[
        (&[], Warning, Warning),
        (&[("email_provider", ""), ("sms_provider", "")], Fault, Ok),
        (&[("email_provider", "postmark")], Fault, Warning),
        (&[("email_provider", "postmark"), from, ("sms_provider", "twilio")], Ok, Ok),
    ];
    for (given, email, sms) in cases {
        let settings = settings(given);
        let states = [settings.provider("email", "email_fallback"), settings.provider("sms", "sms_fallback")]
            .map(|found| found.state);
        assert_eq!(states, [*email, *sms], "{given:?}");
    }
}

#[test]
fn everything_secret_is_known_to_be_so() {
    let settings = settings(&[("secret_key", "newest-key,older-key"), ("email_from", "open")]);
    let secrets = settings.secrets();
    assert_eq!(secrets[..3], ["newest-key,older-key", "newest-key", "older-key"]);
    assert!(!secrets.contains(&"open".to_owned()));
}

#[test]
fn few_changes_are_a_small_distance() {
    for (one, other, expected) in
        [("public_url", "public_ulr", 2), ("a", "a", 0), ("", "ab", 2), ("abc", "abd", 1)]
    {
        assert_eq!(distance(one, other), expected, "{one} {other}");
    }
}
