//! What an administrator saw of a request: the digest of everything that matters for a decision, by which it shows whether the
//! request has changed since.

use countersign_http::{Code, Problem};
use countersign_model::{Aspect, Request, Whereabouts};
use countersign_store::keys;

/// The hexadecimal digits of each digest that are kept.
const DIGITS: usize = 12;
/// How many aspects the previous release knew, the first ones: what it told a caller may come back to this one.
const EARLIER: usize = 4;
const ALL: usize = Aspect::ALL.len();

/// What can be seen of a request now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen(Vec<(Aspect, String)>);

impl Seen {
    /// What can be seen of a request whose computer is at this place.
    pub fn of(request: &Request, at: &Whereabouts) -> Self {
        let digest = |(aspect, text): (Aspect, String)| {
            let digest = keys::digest(&[aspect.id(), &text]);
            (aspect, digest.chars().take(DIGITS).collect())
        };
        Self(request.aspects(at).into_iter().map(digest).collect())
    }

    /// What a caller says to have seen, as it was told them.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_digest =
            |part: &&str| part.len() == DIGITS && part.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !matches!(parts.len(), EARLIER | ALL) || !parts.iter().all(is_digest) {
            let message = "must be the `seen_revision` of the opened request";
            return Err(Problem::invalid_field("/seen_revision", message));
        }
        let parts = parts.into_iter().map(str::to_owned);
        Ok(Self(Aspect::ALL.iter().copied().zip(parts).collect()))
    }

    /// As it is told to callers.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.0.iter().map(|(_, digest)| digest.as_str()).collect();
        parts.join("-")
    }

    /// What has changed since, of what was told.
    pub fn changed(&self, now: &Self) -> Vec<Aspect> {
        let told = |aspect| self.0.iter().any(|(known, _)| *known == aspect);
        let changed = now.0.iter().filter(|part| told(part.0) && !self.0.contains(part));
        changed.map(|(aspect, _)| *aspect).collect()
    }
}

/// The answer to a decision on something else than what was seen.
pub fn request_changed(changed: Vec<Aspect>) -> Problem {
    let words: Vec<&str> = changed.iter().map(|aspect| aspect.words()).collect();
    let detail = format!("the request has changed since you opened it ({}); open it again", words.join("; "));
    Problem::new(Code::RequestChanged, detail).with_changed(changed)
}
