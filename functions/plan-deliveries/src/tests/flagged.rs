//! Whoever flags a file knows that, by whichever address they would hear of it.
use countersign_http::testing::stage::HASH;
use countersign_journal::Change;
use countersign_model::act::FileFlagSet;
use countersign_model::{FileFlag, FlagId, NewRequest, Permission, Permit, Request};
use countersign_store::Slot;

use super::Stage;

/// Flags the file of a request at the company, as triage-request does.
async fn flag(stage: &Stage, request: &Request, by: &countersign_model::Administrator) {
    let at = &stage.company.id;
    let flag = FileFlag {
        id: FlagId::from_ulid(stage.world.ulid()),
        organization_id: at.clone(),
        sha256: HASH.parse().unwrap(),
        file_name: request.subject.name(),
        request_id: request.id.clone(),
        administrator_id: by.id.clone(),
        administrator_name: by.name.clone(),
        at: stage.world.now(),
        note: None,
        spread: None,
        previous: None,
        cleared: None,
    };
    let change =
        Change::new(&Permit::scene(at), &stage.origin(), FileFlagSet::from(&flag)).create_flag(&flag);
    let never = |_| async { Ok(false) };
    let slot = Slot::file_flag(at, &flag.sha256);
    stage.world.journal.save_elected::<FileFlag, _, _>(&slot, change, never).await.unwrap();
}

#[tokio::test]
async fn a_policys_list_is_told_of_a_flag_but_for_the_address_of_who_flagged_it() {
    let stage = Stage::new().await;
    let by = stage.world.administrator(&stage.company, [Permission::ApproveForEntireOrganization]).record;
    let policy = stage.policy(true, &["desk@company.example", by.email.as_str()]).await;
    let new = NewRequest { policy_id: Some(policy), ..stage.new_request() };
    let request = stage.submit(&stage.world.computer(&stage.group), new).await;
    stage.process_company().await;
    assert_eq!(stage.told().len(), 2);
    flag(&stage, &request, &by).await;
    stage.process_company().await;
    assert_eq!(stage.told(), ["desk@company.example"]);
}
