//! Who is notified of a request, and who is not.
use countersign_model::{
    Administrator, AdministratorState, Channel, DeliveryState, NewRequest, Permission, RequestKind, Subject,
};

use super::Stage;

use Permission::{
    ApproveForEntireOrganization, ApproveForGroup, ApproveForSingleComputer,
    ApproveForSingleComputerApplicationOnly, EditAdministrators, ElevationAdministrator, SuperAdmin,
    SuperAdminChild, SuperAdminParentOnly, ViewApprovals,
};

/// The organization of a case's administrator.
#[derive(Clone, Copy, Debug)]
enum At {
    Root,
    Company,
    Sister,
    Below,
}

type Edit = fn(Administrator) -> Administrator;
/// Where, what is held, other conditions, what is requested, whether they are notified, and why.
type Case = (At, &'static [Permission], Edit, RequestKind, bool, &'static str);

#[tokio::test]
async fn those_hear_of_a_request_who_want_to_and_could_open_it() {
    let same: Edit = |a| a;
    let application = RequestKind::Application;
    let elevation = RequestKind::Elevation;
    #[rustfmt::skip]
    let cases: &[Case] = &[
        (At::Company, &[ApproveForSingleComputer], same, application, true, "could open it"),
        (At::Company, &[ApproveForGroup], same, application, true, "could open it"),
        (At::Company, &[ApproveForEntireOrganization], same, application, true, "could open it"),
        (At::Company, &[ApproveForSingleComputerApplicationOnly], same, application, true, "applications are what it opens"),
        (At::Company, &[SuperAdmin], same, application, true, "may do everything"),
        (At::Root, &[ApproveForSingleComputer], same, application, true, "rights count below, too"),
        (At::Root, &[SuperAdminChild], same, application, true, "the company is below"),
        (At::Root, &[SuperAdminParentOnly], same, application, false, "counts at the root alone"),
        (At::Company, &[SuperAdminChild], same, application, false, "counts below the company alone"),
        (At::Company, &[], same, application, false, "holds nothing"),
        (At::Company, &[ViewApprovals], same, application, false, "sees the list and opens nothing"),
        (At::Company, &[ViewApprovals, ElevationAdministrator], same, elevation, true, "together they open elevations"),
        (At::Company, &[ElevationAdministrator], same, elevation, false, "needs another approval permission"),
        (At::Company, &[ApproveForSingleComputerApplicationOnly], same, elevation, false, "is for applications"),
        (At::Company, &[EditAdministrators], same, application, false, "is about administrators"),
        (At::Sister, &[ApproveForEntireOrganization], same, application, false, "belongs to another company"),
        (At::Below, &[SuperAdmin], same, application, false, "belongs below the company"),
        (At::Company, &[SuperAdmin], |a| Administrator { notify_on_request: false, ..a }, application, false, "does not want to hear"),
        (At::Company, &[SuperAdmin], |a| Administrator { state: AdministratorState::Disabled, ..a }, application, false, "is disabled"),
        (At::Company, &[SuperAdmin], |a| Administrator { state: AdministratorState::Invited, ..a }, application, false, "has not accepted yet"),
    ];
    for (at, permissions, edit, kind, hears, why) in cases {
        let stage = Stage::new().await;
        let sister = stage.world.organization(&stage.world.root, "Sister");
        let below = stage.world.organization(&stage.company, "Branch");
        let at_organization = match at {
            At::Root => &stage.world.root,
            At::Company => &stage.company,
            At::Sister => &sister,
            At::Below => &below,
        };
        let person = stage.subscriber_with(at_organization, permissions, edit);
        let device = stage.world.computer(&stage.group);
        let mut new = stage.new_request();
        if let (RequestKind::Elevation, Subject::Application(file)) = (*kind, new.subject.clone()) {
            new.subject = Subject::Elevation(file);
        }
        stage.submit(&device, new).await;
        stage.process_company().await;
        let expected: Vec<String> = hears.then(|| person.record.email.to_string()).into_iter().collect();
        assert_eq!(stage.told(), expected, "{at:?} {permissions:?}: {why}");
    }
}

#[tokio::test]
async fn rights_are_those_of_the_moment_of_processing() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[ApproveForSingleComputer]);
    stage.ask().await;
    let none = |old: &Administrator| Ok::<_, std::convert::Infallible>(old.with_permissions([]));
    stage.world.journal.update(&person.record.id, none).await.unwrap();
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "the permission was gone when it was looked at");
}

#[tokio::test]
async fn a_role_counts_like_single_permissions() {
    let stage = Stage::new().await;
    let role = stage.world.role(&stage.world.root, "Approver", [ApproveForGroup]);
    let assignment = stage.world.assignment(&stage.world.root, &role, None);
    let person = stage.subscriber_with(&stage.company, &[], |a| a.with_assignments([assignment]));
    stage.ask().await;
    stage.process_company().await;
    assert_eq!(stage.told(), [person.record.email.to_string()]);
}

#[tokio::test]
async fn each_is_told_by_the_channels_they_chose_and_can_use() {
    let phone = "+15550123";
    let cases: &[(&[Channel], bool, &[Channel], &str)] = &[
        (&[Channel::Email], true, &[Channel::Email], "a phone alone is no wish"),
        (&[Channel::Email, Channel::Sms], true, &[Channel::Sms, Channel::Email], "both"),
        (&[Channel::Sms], true, &[Channel::Sms], "text messages only"),
        (&[Channel::Email, Channel::Sms], false, &[Channel::Email], "there is no phone"),
        (&[Channel::Sms], false, &[Channel::Email], "nobody who asked to hear hears nothing"),
        (&[], false, &[Channel::Email], "the same"),
    ];
    for (channels, has_phone, expected, why) in cases {
        let stage = Stage::new().await;
        let person = stage.subscriber_with(&stage.company, &[SuperAdmin], |a| Administrator {
            channels: channels.to_vec(),
            phone: has_phone.then(|| phone.parse().unwrap()),
            ..a
        });
        stage.ask().await;
        stage.process_company().await;
        let mut expected: Vec<_> = expected
            .iter()
            .map(|channel| match channel {
                Channel::Sms => phone.to_owned(),
                Channel::Push => format!("push:{}", person.record.id),
                Channel::Email | Channel::Chat | Channel::Webhook => person.record.email.to_string(),
            })
            .collect();
        expected.sort();
        assert_eq!(stage.told(), expected, "{why}");
    }
}

#[tokio::test]
async fn a_policy_names_addresses_as_deployed() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let policy = stage.policy(true, &["soc@example.com", "SOC@example.com", "sms:+15550100"]).await;
    let mut new = stage.new_request();
    new.policy_id = Some(policy.clone());
    stage.submit(&device, new.clone()).await;
    stage.process_company().await;
    assert_eq!(stage.told(), ["+15550100", "soc@example.com"], "each once");

    let off = stage.policy(false, &["off@example.com"]).await;
    new.policy_id = Some(off);
    new.subject = Subject::Application(countersign_model::File {
        sha256: super::OTHER_HASH.parse().unwrap(),
        ..new.subject.file().unwrap().clone()
    });
    stage.submit(&device, new.clone()).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "the list is off");
}

#[tokio::test]
async fn a_policy_that_was_replaced_still_names_its_addresses_for_a_day() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    let old = stage.policy(true, &["old@example.com", "both@example.com"]).await;
    stage.policy(true, &["both@example.com", "new@example.com"]).await;
    let ask = async |number: usize| {
        let new = NewRequest { policy_id: Some(old.clone()), ..stage.new_request_for(number) };
        stage.submit(&device, new).await;
        stage.process_company().await;
        stage.told()
    };
    assert_eq!(ask(1).await, ["both@example.com", "new@example.com", "old@example.com"], "each once");
    stage.world.advance(std::time::Duration::from_secs(24 * 3600));
    assert_eq!(ask(2).await, ["both@example.com", "new@example.com"], "only those of today");
}

#[tokio::test]
async fn a_request_in_the_name_of_an_unknown_policy_reaches_the_lists_of_the_group() {
    let stage = Stage::new().await;
    let device = stage.world.computer(&stage.group);
    stage.policy(true, &["desk@example.com"]).await;
    let unknown = Some("pol_x\u{0}".into());
    let new = NewRequest { unknown_policy: unknown.clone(), ..stage.new_request_for(1) };
    stage.submit(&device, new).await;
    stage.process_company().await;
    assert_eq!(stage.told(), ["desk@example.com"]);
    stage.policy(false, &["off@example.com"]).await;
    stage.submit(&device, NewRequest { unknown_policy: unknown, ..stage.new_request_for(2) }).await;
    stage.submit(&device, stage.new_request_for(3)).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "the list is off; the other request names no policy");
}

#[tokio::test]
async fn an_address_is_told_once_however_often_it_is_named() {
    let stage = Stage::new().await;
    let email = "ann@example.com";
    stage.subscriber_with(&stage.company, &[SuperAdmin], |a| Administrator {
        email: email.parse().unwrap(),
        ..a
    });
    stage.subscriber_with(&stage.world.root, &[SuperAdmin], |a| Administrator {
        email: "ANN@example.com".parse().unwrap(),
        ..a
    });
    let policy = stage.policy(true, &["Ann@Example.com"]).await;
    let device = stage.world.computer(&stage.group);
    let mut new = stage.new_request();
    new.policy_id = Some(policy);
    stage.submit(&device, new).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 1);
    assert_eq!(stage.deliveries().await.len(), 1);
}

#[tokio::test]
async fn a_message_that_waited_is_sent_while_anybody_with_the_address_may_know() {
    for at_fault in 0..2 {
        let stage = Stage::new().await;
        let named = |email: &str| {
            let email = email.parse().unwrap();
            stage.subscriber_with(&stage.company, &[SuperAdmin], |a| Administrator { email, ..a })
        };
        let people = [named("Ann@example.com"), named("ann@Example.com.")];
        stage.world.outbound.answer_with(500, "");
        stage.ask().await;
        stage.process_company().await;
        stage.world.outbound.take();
        let gone = |old: &Administrator| old.disable();
        stage.world.journal.update(&people[at_fault].record.id, gone).await.unwrap();
        stage.world.outbound.answer_with(200, "{}");
        stage.world.advance(std::time::Duration::from_secs(120));
        stage.tick().await;
        assert_eq!(stage.told().len(), 1, "one has gone, and the other still waits for the message");
    }
}

#[tokio::test]
async fn nobody_is_told_of_a_request_that_no_longer_waits() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[SuperAdmin]);
    let request = stage.ask().await;
    stage.cancel(&request).await;
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_that_waited_is_not_sent_to_who_may_no_longer_know() {
    let stage = Stage::new().await;
    let person = stage.subscriber(&stage.company, &[SuperAdmin]);
    stage.world.outbound.answer_with(500, "");
    stage.ask().await;
    stage.process_company().await;
    stage.world.outbound.take();
    let gone = |old: &Administrator| old.disable();
    stage.world.journal.update(&person.record.id, gone).await.unwrap();
    stage.world.outbound.answer_with(200, "{}");
    stage.world.advance(std::time::Duration::from_secs(120));
    stage.tick().await;
    assert_eq!(stage.told(), Vec::<String>::new());
    assert_eq!(stage.states().await, [(person.record.email.to_string(), DeliveryState::Skipped)]);
}
