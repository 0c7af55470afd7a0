//! Whether this machine's clock agrees with others'.

use jiff::SignedDuration;

use super::finding::Finding;

/// More than clocks that are set by the network differ.
const MUCH: SignedDuration = SignedDuration::from_secs(5);
/// The clocks of hosts may differ by this much.
const TOO_MUCH: SignedDuration = SignedDuration::from_mins(5);

/// Compares the clocks. `ahead`: how far this one is ahead.
pub(super) fn finding(than: &str, ahead: SignedDuration) -> Finding {
    const CHECK: &str = "clock";
    const SET: &str = "have both machines set their clocks by NTP (`timedatectl set-ntp true`)";
    let (much, way) = (ahead.abs(), if ahead.is_negative() { "behind" } else { "ahead of" });
    let found = format!("{:.1} s {way} {than}", much.as_secs_f64());
    if much > TOO_MUCH {
        let found = format!("{found}: links, sessions and one-time codes end too early or too late");
        Finding::fault(CHECK, found, SET)
    } else if much > MUCH {
        Finding::warning(CHECK, found, SET)
    } else {
        Finding::ok(CHECK, found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn clocks_may_differ_by_seconds_and_not_by_minutes() {
        for (milliseconds, state, said) in [
            (0, State::Ok, "0.0 s ahead of Redis"),
            (-4_900, State::Ok, "4.9 s behind Redis"),
            (5_100, State::Warning, "5.1 s ahead of Redis"),
            (-299_000, State::Warning, "299.0 s behind Redis"),
            (300_000, State::Warning, "300.0 s ahead of Redis"),
            (-300_100, State::Fault, "300.1 s behind Redis"),
        ] {
            let found = finding("Redis", SignedDuration::from_millis(milliseconds));
            assert_eq!(found.state, state, "{milliseconds}");
            assert!(found.found.starts_with(said), "{}", found.found);
        }
    }
}
