//! Those who can decide a request get one message each when a colleague asks them to.
use countersign_model::{Administrator, DecisionScope, Outcome, Permission};

use super::Stage;

#[tokio::test]
async fn those_who_are_asked_get_one_message_each_while_the_request_is_pending() {
    let stage = Stage::new().await;
    let person = || stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
    let (one, two, _other) = (person(), person(), person());
    let request = stage.ask().await;
    stage.process_company().await;
    let asked = || {
        let whom = [one.record.id.clone(), two.record.id.clone()];
        stage.ask_to_decide(&request, Some("Ann waits for it."), whom);
    };
    asked();
    stage.process_company().await;
    stage.process_company().await;
    let mut expected = [one.record.email.to_string(), two.record.email.to_string()];
    expected.sort();
    let messages = stage.messages();
    let mut told: Vec<_> = messages.iter().map(|(to, _)| to.clone()).collect();
    told.sort();
    assert_eq!(told, expected);
    assert!(
        messages.iter().all(|(_, text)| text.contains("Kim asks you") && text.contains("Ann waits for it."))
    );

    stage.decide(&request, Outcome::Denied, DecisionScope::Computer, false).await;
    stage.world.advance(std::time::Duration::from_secs(1));
    asked();
    stage.process_company().await;
    assert_eq!(stage.told(), Vec::<String>::new(), "it is decided");
}

#[tokio::test]
async fn who_lost_the_right_while_the_question_waited_is_not_told() {
    for loses in [false, true] {
        let stage = Stage::new().await;
        let person = stage.world.administrator(&stage.company, [Permission::ApproveForGroup]);
        let request = stage.ask().await;
        stage.process_company().await;
        stage.ask_to_decide(&request, None, [person.record.id.clone()]);
        stage.world.outbound.answer_with(503, "{}");
        stage.process_company().await;
        assert_eq!(stage.told().len(), 1, "tried");
        stage.world.outbound.answer_with(200, "{}");
        if loses {
            let none = |old: &Administrator| Ok::<_, std::convert::Infallible>(old.with_permissions([]));
            stage.world.journal.update(&person.record.id, none).await.unwrap();
        }
        stage.world.advance(std::time::Duration::from_secs(120));
        stage.tick().await;
        assert_eq!(stage.told().len(), usize::from(!loses), "{loses}");
    }
}
