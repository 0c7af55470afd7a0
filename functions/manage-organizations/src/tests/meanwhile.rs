//! Records that one administrator deletes while another changes them.

use countersign_http::testing::in_many_orders;
use countersign_model::Group;
use futures::executor::block_on;

countersign_http::story!(Office, crate::router);

#[test]
fn a_group_deleted_meanwhile_gets_no_enrollment_key() {
    in_many_orders(|seed| {
        let story = Story::new();
        let group = story.world.group(&story.company, "Desks");
        let path = story.at(&format!("/groups/{}", group.id));
        let made = story.race(seed, story.app.post(&format!("{path}/enrollment-keys")), &path);
        let group = block_on(story.world.journal.load::<Group>(&group.id)).unwrap().unwrap().value;
        let keys = group.enrollment_keys.len();
        assert!(!group.deleted || keys == 0, "seed {seed}: nobody enrols into a group that is gone");
        made
    });
}
