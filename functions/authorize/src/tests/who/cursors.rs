//! Cursors of who may do something: what they contain, and what they must not reveal.

use super::*;

#[tokio::test]
async fn a_cursor_names_nobody_and_nothing() {
    let crowd = Crowd::new().await;
    let story = &crowd.story;
    let viewer = story.world.administrator(&story.child, [Permission::ViewAdministrators]);
    let query = story.can("requests.approve-application");
    for limit in 1..=3 {
        let (mut cursor, mut kinds) = (String::new(), BTreeSet::new());
        loop {
            let page = story.who(&viewer, &format!("{query}&limit={limit}{cursor}")).await.json();
            let Some(next) = page["next_cursor"].as_str() else { break };
            for id in ["adm_", "rol_", "org_"] {
                assert!(!next.contains(id), "{next}");
            }
            for person in &crowd.everyone {
                let own = id(person).trim_start_matches("adm_").to_lowercase();
                assert!(!next.to_lowercase().contains(&own), "{next}");
            }
            kinds.extend(next.chars().next());
            cursor = format!("&cursor={next}");
        }
        assert_eq!(kinds, ['h', 'm'].into(), "both kinds of cursor were seen");
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
    // As if the one in between had been deleted: nobody is at that place.
    let page = story.who(&viewer, &format!("{}&limit=2", story.can("administrators.view"))).await.json();
    assert_eq!(ids(page["items"].as_array().unwrap()), [&people[3], &people[2]]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let (moment, _) = cursor.rsplit_once('-').unwrap();
    let gone = format!("{}&cursor={moment}-0123456789abcdef", story.can("administrators.view"));
    let page = story.who(&viewer, &gone).await.json();
    assert_eq!(ids(page["items"].as_array().unwrap()), [&people[2], &people[1], &people[0]]);
}
