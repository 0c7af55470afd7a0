//! A computer that one administrator removes while another changes it.

use countersign_http::testing::in_many_orders;
use countersign_model::Computer;
use futures::executor::block_on;
use serde_json::json;

countersign_http::story!(Office, crate::router);

#[test]
fn a_computer_removed_meanwhile_gets_no_maintenance_mode() {
    in_many_orders(|seed| {
        let story = Story::new();
        let id = &story.device.record.id;
        let path = story.at(&format!("/computers/{id}"));
        let until = story.world.now() + jiff::SignedDuration::from_hours(1);
        let set = story.app.post(&format!("{path}/maintenance"));
        let set = story.race(seed, set.json(json!({ "mode": "learning", "until": until })), &path);
        let computer = block_on(story.world.journal.load::<Computer>(id)).unwrap().unwrap().value;
        assert!(!computer.deleted || computer.maintenance.is_none(), "seed {seed}");
        set
    });
}
