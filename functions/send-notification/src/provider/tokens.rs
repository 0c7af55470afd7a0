//! Access tokens, kept in the instance until they expire. They belong to the deployment, not to a caller.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::account::Account;

/// How many are kept: one for each provider that wants one, and those of earlier settings until they expire.
const KEPT: usize = 4;

static TOKENS: Mutex<Vec<(Account, Token)>> = Mutex::new(Vec::new());

/// An access token.
#[derive(Clone)]
pub struct Token {
    /// What is sent.
    pub text: String,
    /// Until when it is used.
    pub until: Timestamp,
}

/// The token of an account, if there is one that has not expired.
pub fn kept(account: &Account, now: Timestamp) -> Option<String> {
    let tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = tokens.iter().find(|(of, token)| of == account && token.until > now);
    found.map(|(_, token)| token.text.clone())
}

/// Keeps a token.
pub fn keep(account: &Account, token: Token) {
    let mut tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    tokens.retain(|(of, _)| of != account);
    let surplus = (tokens.len() + 1).saturating_sub(KEPT);
    tokens.drain(..surplus);
    tokens.push((account.clone(), token));
}

/// Forgets the token of an account, because the provider does not take it any more.
pub fn forget(account: &Account) {
    TOKENS.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, _)| of != account);
}
