//! Settings from Spin's variables, kept in the instance for a minute: asking the host costs as much as a read from Redis.
use std::cell::RefCell;
use std::collections::BTreeMap;

use async_trait::async_trait;
use countersign_http::{Settings, SettingsError};
use send_wrapper::SendWrapper;
use spin_sdk::variables::{self, Error};
use spin_sdk::wasip3::clocks::system_clock;

/// How long a value is kept. A variable that is changed counts after this time at the latest.
const KEPT_SECONDS: i64 = 60;

/// A value, and when it was read, in seconds.
type Kept = (i64, String);

thread_local! {
    static KEPT: RefCell<BTreeMap<String, Kept>> = const { RefCell::new(BTreeMap::new()) };
}

/// The component's variables, as given by the manifest.
#[derive(Debug)]
pub struct Variables;

#[async_trait]
impl Settings for Variables {
    async fn get(&self, name: &str) -> Result<String, SettingsError> {
        let now = system_clock::now().seconds;
        let kept = KEPT.with_borrow(|kept| kept.get(name).and_then(|kept| kept_at(kept, now)));
        if let Some(value) = kept {
            return Ok(value);
        }
        let value = match SendWrapper::new(variables::get(name)).await {
            Ok(value) => value,
            // A variable that the manifest does not give to this component counts as unset.
            Err(Error::Undefined(_)) => String::new(),
            Err(error) => return Err(SettingsError { name: name.to_owned(), reason: error.to_string() }),
        };
        KEPT.with_borrow_mut(|kept| kept.insert(name.to_owned(), (now, value.clone())));
        Ok(value)
    }
}

/// The value, unless it is too old. One from a clock that has been set back since is too old as well.
fn kept_at((read_at, value): &Kept, now: i64) -> Option<String> {
    (*read_at..read_at.saturating_add(KEPT_SECONDS)).contains(&now).then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_for_a_minute_and_not_by_a_clock_that_was_set_back() {
        let kept = (1_000, "value".to_owned());
        for (now, is_kept) in [(999, false), (1_000, true), (1_059, true), (1_060, false)] {
            assert_eq!(kept_at(&kept, now).is_some(), is_kept, "{now}");
        }
    }
}
