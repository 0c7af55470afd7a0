//! Signing in with a device code.

use countersign_model::{
    AdministratorId, DeviceApproval, DeviceLogin, DeviceLoginError, DeviceLoginState, TextError, UserCode,
};
use jiff::Timestamp;
use ulid::Ulid;

const START: Timestamp = Timestamp::UNIX_EPOCH;

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn login() -> DeviceLogin {
    DeviceLogin {
        user_code: UserCode::of(7),
        digest: "0".repeat(64),
        description: "countersign on pc-7".to_owned(),
        address: None,
        started_at: START,
        expires_at: START + DeviceLogin::LASTS,
        state: DeviceLoginState::Pending,
    }
}

fn approval() -> DeviceApproval {
    let administrator_id = AdministratorId::from_ulid(Ulid::from_parts(1, 1));
    DeviceApproval { administrator_id, epoch: 3, second_factor: true }
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = UserCode::of(12_345_678_901);
    let shown = code.to_string();
    assert_eq!((shown.len(), shown.find('-')), (9, Some(4)), "{shown}");
    let bare = shown.replace('-', "");
    for typed in
        [shown.clone(), shown.to_lowercase(), bare.clone(), format!(" {} {} ", &bare[..4], &bare[4..])]
    {
        assert_eq!(typed.parse(), Ok(code), "{typed}");
    }
    for wrong in ["", "-", "BCDF-GHJ", "BCDF-GHJKL", "BCDF-GHJA", "BCDF-GHJ1", "ＢCDF-GHJK"] {
        assert!(wrong.parse::<UserCode>().is_err(), "{wrong}");
    }
}

#[test]
fn every_code_has_a_text_and_an_owner_of_its_own() {
    for number in [0, 1, 19, 20, 12_345_678_901, 25_599_999_999] {
        let code = UserCode::of(number);
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!(UserCode::from_ulid(code.ulid()), Some(code));
    }
    assert_eq!(UserCode::of(0).to_string(), "BBBB-BBBB");
    assert_eq!(UserCode::of(25_599_999_999).to_string(), "ZZZZ-ZZZZ");
    assert_eq!(UserCode::of(25_600_000_000), UserCode::of(0));
    assert_eq!(UserCode::from_ulid(Ulid::from_parts(0, 25_600_000_000)), None);
    assert_eq!(UserCode::from_ulid(Ulid::from_parts(1, 0)), None);
}

#[test]
fn the_first_decision_counts() {
    let now = after(60);
    let (approved, denied) = (login().approved(approval(), now).unwrap(), login().denied(now).unwrap());
    assert_eq!(approved.approval(now), Ok(&approval()));
    assert_eq!(denied.approval(now), Err(DeviceLoginError::Denied));
    assert_eq!(approved.denied(now), Err(DeviceLoginError::Approved));
    assert_eq!(approved.approved(approval(), now), Err(DeviceLoginError::Approved));
    assert_eq!(denied.approved(approval(), now), Err(DeviceLoginError::Denied));
    assert_eq!(login().approval(now), Err(DeviceLoginError::Pending));
}

#[test]
fn an_approval_begins_one_session() {
    let now = after(60);
    let used = login().approved(approval(), now).unwrap().used(now).unwrap();
    assert_eq!(used.used(now), Err(DeviceLoginError::Used));
    assert_eq!(used.approved(approval(), now), Err(DeviceLoginError::Approved));
    assert_eq!(login().used(now), Err(DeviceLoginError::Pending));
}

#[test]
fn after_ten_minutes_it_is_over() {
    let (last, over) = (after(599), after(600));
    let approved = login().approved(approval(), last).unwrap();
    assert!(approved.used(last).is_ok());
    assert_eq!(approved.used(over), Err(DeviceLoginError::Expired), "also if it was approved");
    assert_eq!(login().approval(over), Err(DeviceLoginError::Expired));
    assert_eq!(login().approved(approval(), over), Err(DeviceLoginError::Expired));
    assert_eq!(login().denied(over), Err(DeviceLoginError::Expired));
}

#[test]
fn what_a_program_calls_itself_cannot_deceive() {
    assert_eq!(DeviceLogin::description(" countersign on pc-7 ").unwrap(), "countersign on pc-7");
    let hidden = DeviceLogin::description("pc\u{202e}7\u{200b}").unwrap();
    assert_eq!(hidden, "pc\\u{202e}7\\u{200b}");
    assert_eq!(DeviceLogin::description(" "), Err(TextError::Empty));
    assert_eq!(DeviceLogin::description("a\nb"), Err(TextError::ControlCharacter));
    assert!(DeviceLogin::description(&"a".repeat(101)).is_err());
    let long = DeviceLogin::description(&"\u{202e}".repeat(100)).unwrap();
    assert_eq!(long.chars().count(), DeviceLogin::DESCRIPTION_MAX);
}
