//! Tags of policies in a real browser, as large as a phone and as a desktop.

use countersign_tests::Deployment;
use countersign_tests::sizes::at_both_sizes;
use serde_json::{Value, json};

async fn tags(world: &Deployment) -> Value {
    let path = format!("/v1/organizations/{}/tags", world.company);
    world.api.get(&path).bearer(&world.boss).send().await.expect(200).json()["items"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_made_edited_and_deleted_once_no_policy_names_it() {
    at_both_sizes(async |browser, host, world, size| {
        browser.open(&host.url(&format!("/policies?organization={}", world.company))).await;
        browser.choose("link", "Tags").await;
        browser.says("No tags yet.").await;
        browser.is_accessible().await;
        browser.press("New tag").await;
        // It has no name.
        browser.has_disabled("button", "Create").await;
        browser.fill("Name", "Office").await;
        browser.pick("What its values are", "Publisher").await;
        browser.fill("Values, one a line", "CN=Example Office\nCN=Example Software").await;
        browser.is_accessible().await;
        browser.press("Create").await;
        browser.says("Publisher: 2 values").await;
        browser.press("Publisher: 2 values").await;
        browser.says("CN=Example Office").await;
        browser.is_accessible().await;

        browser.press("What can be done with Office").await;
        browser.press("Edit").await;
        browser.fill("Name", "Office suite").await;
        browser.fill("Values, one a line", "CN=Example Office").await;
        browser.is_accessible().await;
        browser.press("Save").await;
        browser.says("Publisher: 1 value").await;
        browser.says("Office suite").await;
        let kept = tags(world).await;
        assert_eq!(kept[0]["name"], "Office suite", "{size:?}");
        assert_eq!(kept[0]["values"], json!(["CN=Example Office"]));

        let policy = format!("/v1/organizations/{}/policies/{}", world.company, world.policy);
        let entry = json!({ "action": "allow", "match": { "by": "publisher", "values": [], "tag_id": kept[0]["id"] } });
        world.patch(&policy, &json!({ "entries": [entry] })).await.expect(200);
        browser.press("What can be done with Office suite").await;
        browser.press("Delete").await;
        browser.says("A tag that policies name cannot be deleted.").await;
        browser.is_accessible().await;
        browser.press("Delete").await;
        browser.has("button", "Details").await;
        browser.was_refused(&["/tags/", "409"]).await;
        world.patch(&policy, &json!({ "entries": [] })).await.expect(200);
        browser.press("Delete").await;
        browser.says("No tags yet.").await;
        assert_eq!(tags(world).await, json!([]), "{size:?}");
    })
    .await;
}

/// Keeps the answer to a deletion back until `letGo` is called.
const KEPT_BACK: &str = "
    const { fetch } = window;
    window.fetch = async (url, init) => {
        const answer = await fetch(url, init);
        if (init?.method === 'DELETE') await new Promise((letGo) => { window.letGo = letGo; });
        return answer;
    };
";

/// Whether an answer is kept back.
const HELD: &str = "return Boolean(window.letGo);";

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_leaves_the_dialog_that_was_opened_meanwhile() {
    at_both_sizes(async |browser, host, world, size| {
        for name in ["Alpha", "Beta"] {
            let tag = json!({ "name": name, "by": "path", "values": [r"C:\Tools\**"] });
            let path = format!("/v1/organizations/{}/tags", world.company);
            world.api.post(&path).bearer(&world.boss).json(&tag).send().await.expect(201);
        }
        browser.open(&host.url(&format!("/policies?organization={}&tab=tags", world.company))).await;
        browser.press("What can be done with Alpha").await;
        browser.press("Delete").await;
        browser.says("A tag that policies name cannot be deleted.").await;
        browser.run(KEPT_BACK).await;
        browser.press("Delete").await;
        browser.until_it_is(HELD, true).await;
        browser.press("Keep it").await;
        browser.press("What can be done with Beta").await;
        browser.press("Edit").await;
        browser.fill("Name", "Gamma").await;
        browser.run("window.letGo();").await;
        // The list is read again, and the dialog of the other tag is as it was.
        browser.says_not("Alpha").await;
        browser.settles().await;
        browser
            .until_it_is("return document.querySelector('dialog[open] input[name=name]').value;", "Gamma")
            .await;
        browser.press("Save").await;
        browser.says("Gamma").await;
        assert_eq!(tags(world).await[0]["name"], "Gamma", "{size:?}");
    })
    .await;
}
