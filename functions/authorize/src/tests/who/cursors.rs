//! Cursors of who may do something: where the next page begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use countersign_authority::Beginning;

#[tokio::test]
async fn a_cursor_names_nobody_and_nothing() {
    let crowd = Crowd::new().await;
    let story = &crowd.story;
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let query = story.can("requests.approve-application");
    for limit in 1..=3 {
        let mut cursor = String::new();
        loop {
            let page = story.who(&viewer, &format!("{query}&limit={limit}{cursor}")).await.json();
            let Some(next) = page["next_cursor"].as_str() else { break };
            let bytes = URL_SAFE_NO_PAD.decode(next).unwrap();
            let shown = String::from_utf8_lossy(&bytes);
            for id in ["adm_", "rol_", "org_"] {
                assert!(!shown.contains(id), "{shown}");
            }
            for person in &crowd.everyone {
                let own = id(person).trim_start_matches("adm_");
                assert!(!next.contains(own) && !shown.contains(own), "{shown}");
            }
            cursor = format!("&cursor={next}");
        }
    }
}

#[tokio::test]
async fn a_page_goes_on_when_the_one_it_ended_with_is_no_longer_there() {
    let story = Story::new();
    let world = &story.world;
    let viewer = world.administrator(&story.child, [Permission::ViewAdministrators]);
    let mut people = vec![id(&viewer).to_owned()];
    for _ in 0..3 {
        world.advance(std::time::Duration::from_secs(1));
        people.push(id(&world.administrator(&story.child, [Permission::ViewAdministrators])).to_owned());
    }
    let query = story.can("administrators.view");
    let page = story.who(&viewer, &format!("{query}&limit=2")).await.json();
    assert_eq!(ids(page["items"].as_array().unwrap()), [&people[3], &people[2]]);
    let last = countersign_store::keys::record(&people[2]);
    world.journal.kv().delete(&last).await.unwrap();
    let next = page["next_cursor"].as_str().unwrap();
    let page = story.who(&viewer, &format!("{query}&cursor={next}")).await.json();
    assert_eq!(ids(page["items"].as_array().unwrap()), [&people[1], &people[0]]);
}

#[test]
fn a_beginning_is_read_as_it_was_written() {
    let (person, role) = ("adm_01ARZ3NDEKTSV4RRFFQ69G5FAV", "rol_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    let beginnings = [
        Beginning::Members { level: 0, below: None },
        Beginning::Members { level: 3, below: Some(person.parse().unwrap()) },
        Beginning::Holders { level: 1, role: Some(role.parse().unwrap()), above: None },
        Beginning::Holders {
            level: 1,
            role: Some(role.parse().unwrap()),
            above: Some(person.parse().unwrap()),
        },
    ];
    for beginning in beginnings {
        assert_eq!(Beginning::read(Some(&beginning.text())), beginning);
    }
}
