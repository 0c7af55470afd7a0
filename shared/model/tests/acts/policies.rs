//! Groups, policies, tags and branding, and what happens to them.

use countersign_model::act::*;
use countersign_model::{
    Act, AgentSettings, Branding, Deployment, EnrollmentKey, Logo, LogoFormat, MatchBy, Notify, Policy,
};

use crate::samples::{HASH, company, group, id, later, now};

fn policy() -> Policy {
    Policy {
        id: id!(PolicyId, 1),
        organization_id: company().id,
        group_id: group().id,
        name: "Default".to_owned(),
        notify: Notify { enabled: true, addresses: vec!["sms:+15550100".parse().unwrap()] },
        content: Default::default(),
        naming: 0,
        order: 0,
        deleted: false,
    }
}

fn tag(name: &str, values: &[&str]) -> Option<TagDetail> {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Some(TagDetail { name: name.to_owned(), by: MatchBy::Domain, values })
}

fn branding() -> Branding {
    Branding {
        display_name: Some("Company Security".to_owned()),
        colour: Branding::colour("#0A7B3C"),
        reply_to: Some("desk@company.example".parse().unwrap()),
        language: None,
        logo: Some(Logo { id: "01J00000000000000000000000".to_owned(), format: LogoFormat::Png, size: 68 }),
    }
}

pub fn samples() -> Vec<(&'static str, Act)> {
    let branded = company().branded(branding());
    let branded = vec![("branding.edited", BrandingEdited::of(&company(), &branded).into())];
    [branded, groups_and_policies(), tags()].concat()
}

fn groups_and_policies() -> Vec<(&'static str, Act)> {
    let key = EnrollmentKey {
        name: Some("Autumn".to_owned()),
        max_uses: Some(40),
        ..EnrollmentKey::new(id!(EnrollmentKeyId, 1), HASH.to_owned(), now())
    };
    let (old, with_key) = (group(), group().with_key(key.clone(), &[], now()).unwrap());
    let revoked = with_key.with_key_revoked(&key.id(), later());
    let renamed = group().renamed("Labs".to_owned(), 1);
    let agent = |version: &str, channel: Option<&str>| AgentSettings {
        version: Some(version.to_owned()),
        update_channel: channel.map(str::to_owned),
    };
    let versioned = group().with_agent(agent("2.4.1", None));
    let channelled = group().with_agent(agent("2.4.1", Some("preview")));
    let moved = Policy { order: 3, ..policy() };
    let deployment = Deployment::none(company().id);
    let next = deployment.next("generation".to_owned(), now());
    vec![
        ("group.created", GroupCreated::of(&old).into()),
        ("group.edited", GroupEdited::of(&old, &renamed).into()),
        ("group.agent-set", GroupAgentSet::of(&old, &versioned).into()),
        ("group.agent-set: channel", GroupAgentSet::of(&versioned, &channelled).into()),
        ("group.deleted", GroupDeleted::of(&with_key).into()),
        ("enrollment-key.created", EnrollmentKeyCreated::of(&old, &with_key, &key).into()),
        ("enrollment-key.deleted", EnrollmentKeyDeleted::of(&with_key, &revoked, &key).into()),
        ("policy.created", PolicyCreated::of(&policy()).into()),
        ("policy.edited", PolicyEdited::of(&policy(), &policy()).into()),
        ("policy.moved", PolicyMoved::of(&policy(), &moved).into()),
        ("policy.deleted", PolicyDeleted::of(&policy()).into()),
        ("policies.deployed", PoliciesDeployed::of(&deployment, &next, 2).into()),
    ]
}

fn tags() -> Vec<(&'static str, Act)> {
    let changed = |before, after| TagChanged { tag_id: id!(TagId, 1), before, after }.into();
    let (one, renamed) = (|| tag("Updates", &["a.example"]), tag("Vendors", &["a.example"]));
    vec![
        ("tag.changed: created", changed(None, one())),
        ("tag.changed: renamed", changed(one(), renamed)),
        ("tag.changed: edited", changed(one(), tag("Updates", &["b.example"]))),
        ("tag.changed: deleted", changed(one(), None)),
    ]
}
