//! When messages to somebody arrive by their own settings, on a clock that is put forward and back.

use countersign_model::{
    Away, Channel, ChannelsByKind, ClockTime, NotAClockTime, NoticeKind, NoticeName, NotificationSettings,
    QuietHours, Rhythm,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Central Europe: the clock is put forward on 29 March 2026 at 02:00, and back on 25 October 2026 at 03:00.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn clock(text: &str) -> ClockTime {
    text.parse().unwrap()
}

fn quiet(from: &str, to: &str) -> NotificationSettings {
    let quiet_hours = Some(QuietHours { from: clock(from), to: clock(to) });
    NotificationSettings { quiet_hours, ..NotificationSettings::default() }
}

fn digest(digest: Rhythm, at: Option<&str>) -> NotificationSettings {
    let digest_at = at.map(clock);
    NotificationSettings { digest: Some(digest), digest_at, ..NotificationSettings::default() }
}

fn until(settings: &NotificationSettings, now: &str) -> Option<String> {
    settings.gathers_until(at(now), &berlin()).map(|until| until.to_string())
}

#[test]
fn without_settings_messages_are_sent_at_once() {
    assert_eq!(until(&NotificationSettings::default(), "2026-06-01T00:00:00Z"), None);
    assert!(NotificationSettings::default().is_unset());
}

#[test]
fn what_comes_in_quiet_hours_arrives_when_they_end() {
    let cases = [
        ("22:00", "07:00", "2026-06-01T19:59:59Z", None, "before they begin"),
        ("22:00", "07:00", "2026-06-01T20:00:00Z", Some("2026-06-02T05:00:00Z"), "when they begin"),
        ("22:00", "07:00", "2026-06-02T04:59:59Z", Some("2026-06-02T05:00:00Z"), "after midnight"),
        ("22:00", "07:00", "2026-06-02T05:00:00Z", None, "when they end"),
        ("12:00", "13:30", "2026-06-01T10:30:00Z", Some("2026-06-01T11:30:00Z"), "within one day"),
        ("12:00", "13:30", "2026-06-01T11:30:00Z", None, "after them"),
        ("22:00", "07:00", "2026-03-28T21:30:00Z", Some("2026-03-29T05:00:00Z"), "a night of 23 hours"),
        ("22:00", "07:00", "2026-10-24T20:30:00Z", Some("2026-10-25T06:00:00Z"), "a night of 25 hours"),
        ("22:00", "02:30", "2026-03-28T22:00:00Z", Some("2026-03-29T01:30:00Z"), "the clock skips the end"),
        ("22:00", "02:30", "2026-10-24T23:00:00Z", Some("2026-10-25T00:30:00Z"), "the end comes twice"),
        ("22:00", "02:30", "2026-10-25T01:10:00Z", Some("2026-10-25T01:30:00Z"), "the second time"),
    ];
    for (from, to, now, expected, why) in cases {
        assert_eq!(until(&quiet(from, to), now).as_deref(), expected, "{why}");
    }
}

#[test]
fn a_digest_arrives_each_hour_or_once_a_day() {
    let cases = [
        (digest(Rhythm::Immediately, None), "2026-06-01T10:20:00Z", None),
        (digest(Rhythm::Hourly, None), "2026-06-01T10:20:00Z", Some("2026-06-01T11:00:00Z")),
        (digest(Rhythm::Hourly, None), "2026-06-01T11:00:00Z", Some("2026-06-01T12:00:00Z")),
        (digest(Rhythm::Daily, Some("17:00")), "2026-06-01T10:20:00Z", Some("2026-06-01T15:00:00Z")),
        (digest(Rhythm::Daily, Some("17:00")), "2026-06-01T15:00:00Z", Some("2026-06-02T15:00:00Z")),
        (digest(Rhythm::Daily, Some("17:00")), "2026-03-28T16:30:00Z", Some("2026-03-29T15:00:00Z")),
    ];
    for (settings, now, expected) in cases {
        assert_eq!(until(&settings, now).as_deref(), expected, "{settings:?} {now}");
    }
    let half_past = TimeZone::posix("IST-5:30").unwrap();
    let hourly = digest(Rhythm::Hourly, None).gathers_until(at("2026-06-01T10:20:00Z"), &half_past);
    assert_eq!(hourly, Some(at("2026-06-01T10:30:00Z")), "16:00 on that clock");
}

#[test]
fn a_digest_that_would_arrive_in_quiet_hours_arrives_when_they_end() {
    let both = |digest, digest_at: Option<&str>| NotificationSettings {
        digest: Some(digest),
        digest_at: digest_at.map(clock),
        ..quiet("22:00", "07:00")
    };
    let end = Some("2026-06-02T05:00:00Z".to_owned());
    assert_eq!(until(&both(Rhythm::Hourly, None), "2026-06-01T19:30:00Z"), end);
    assert_eq!(until(&both(Rhythm::Hourly, None), "2026-06-01T23:30:00Z"), end);
    assert_eq!(until(&both(Rhythm::Daily, Some("23:00")), "2026-06-01T10:00:00Z"), end);
}

#[test]
fn somebody_is_on_unless_away_or_in_quiet_hours_or_waiting_for_nobody_else() {
    let (day, night) = (at("2026-06-01T10:00:00Z"), at("2026-06-01T22:00:00Z"));
    let away = Away { from: day, until: night, delegate_id: None };
    let absent = NotificationSettings { away: Some(away), ..NotificationSettings::default() };
    let last = NotificationSettings { only_when_nobody_else: true, ..NotificationSettings::default() };
    let cases = [
        (NotificationSettings::default(), true, true),
        (quiet("22:00", "07:00"), true, false),
        (absent, false, true),
        (last, false, false),
    ];
    for (settings, by_day, by_night) in cases {
        let on = [day, night].map(|now| settings.is_on(now, &berlin()));
        assert_eq!(on, [by_day, by_night], "{settings:?}");
    }
}

#[test]
fn a_kind_has_the_channels_that_are_chosen_for_it_or_the_usual_ones() {
    let chosen =
        ChannelsByKind { handled: Some(Vec::new()), joined: Some(vec![Channel::Push]), ..Default::default() };
    assert_eq!(chosen.of(NoticeKind::Handled), Some(&[][..]));
    assert_eq!(chosen.of(NoticeKind::Joined), Some(&[Channel::Push][..]));
    assert_eq!(chosen.of(NoticeKind::NewRequest), None);
    assert!(chosen.name(Channel::Push) && !chosen.name(Channel::Sms));
    let kinds = NoticeName::ALL.iter().filter(|name| NoticeKind::of(**name).is_some()).count();
    assert_eq!(kinds, 10);
}

#[test]
fn a_time_of_day_is_two_digits_each() {
    for text in ["00:00", "07:05", "23:59"] {
        assert_eq!(clock(text).to_string(), text);
    }
    for text in ["", "7:05", "24:00", "12:60", "12:5", "+1:05", "12:005", "12-30", "12:30:00", "１2:00"] {
        assert_eq!(text.parse::<ClockTime>(), Err(NotAClockTime), "{text}");
    }
}
