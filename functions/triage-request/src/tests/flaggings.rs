//! Flags of the file, and downloads of its copy, in the time line of a request.
use std::time::Duration;

use countersign_http::testing::Person;
use countersign_journal::Change;
use countersign_model::act::AttachmentDownloaded;
use countersign_model::{FileFlag, Origin, Permission, Permit, Request, Who};
use countersign_store::keys;
use serde_json::{Value, json};

use super::timeline::acts;
use super::{HASH, Story};

const FLAG: &str = "request.file-flag-set";

impl Story {
    pub async fn flag(&self, who: &Person, request: &Request) {
        self.world.advance(Duration::from_secs(60));
        let flagged = self.put(who, request, "flag", &json!({ "note": "a trojan" })).send().await;
        assert_eq!(flagged.status, 200, "{}", flagged.text());
    }

    pub async fn clear(&self, who: &Person, request: &Request) {
        self.world.advance(Duration::from_secs(60));
        assert_eq!(self.delete(who, request, "flag").send().await.status, 204);
    }

    /// Somebody takes the request and releases it so many times, a minute each.
    async fn busy(&self, who: &Person, request: &Request, times: usize) {
        for _ in 0..times {
            self.world.advance(Duration::from_secs(60));
            self.put(who, request, "assignee", &json!({})).send().await;
            self.delete(who, request, "assignee").send().await;
        }
    }

    /// A request for the same file at the root, whose flags count at the company, too.
    pub async fn above(&self) -> Request {
        let request = self.request().await;
        let root = |old: &Request| {
            let (organization_id, ancestors) = (self.world.root.id.clone(), Vec::new());
            Ok::<_, std::convert::Infallible>(Request { organization_id, ancestors, ..old.clone() })
        };
        self.world.journal.update(&request.id, root).await.unwrap();
        self.stored(&request).await
    }
}

fn flags(entries: &[Value]) -> Vec<bool> {
    let flags = entries.iter().filter(|entry| entry["act"] == FLAG);
    flags.map(|entry| entry["detail"]["flagged"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn each_flag_of_the_file_is_there_when_it_was_set_and_when_it_was_cleared() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    let (first, request) = (story.request().await, story.request().await);
    story.flag(&ann, &first).await;
    story.world.advance(Duration::from_secs(60));
    story.put(&ann, &request, "assignee", &json!({})).send().await;
    story.clear(&ann, &first).await;
    story.flag(&ann, &request).await;
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", FLAG, "request.assigned", FLAG, FLAG]);
    assert_eq!(flags(&entries), [true, false, true], "one that was cleared is not forgotten");
    assert!(entries.iter().all(|entry| entry["event_id"].is_string()), "each is an event: {entries:?}");
    let by_ann = json!({ "kind": "administrator", "id": ann.record.id, "name": ann.record.name });
    assert!(entries[1..].iter().all(|entry| entry["actor"] == by_ann), "{entries:?}");
    assert_eq!(
        (&entries[1]["detail"]["sha256"], &entries[1]["detail"]["note"]),
        (&json!(HASH), &json!("a trojan"))
    );
    assert_eq!(entries[1]["detail"]["request_id"], first.id.as_str(), "at another request");

    story.world.advance(Duration::from_secs(60));
    story.clear(&ann, &request).await;
    story.world.advance(Duration::from_secs(60));
    let later = story.request().await;
    assert_eq!(
        acts(&story.timeline(&ann, &later).await),
        ["request.submitted"],
        "what was over before is not its"
    );
}

#[tokio::test]
async fn who_was_told_of_a_flag_is_there() {
    let story = Story::new();
    let near = story.subscriber(&story.company, Permission::ApproveForGroup);
    let request = story.request().await;
    story.process(&story.company).await;
    story.flag(&story.boss, &request).await;
    story.process(&story.company).await;
    let entries = story.timeline(&story.boss, &request).await;
    let flag = entries.iter().find(|entry| entry["act"] == FLAG).unwrap();
    let told: Vec<_> = flag["told"].as_array().unwrap().iter().map(|each| each["address"].clone()).collect();
    assert_eq!(told, [json!(near.record.email)], "{flag}");
}

#[tokio::test]
async fn a_flag_is_on_one_page_whatever_the_page_is() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    story.busy(&ann, &request, 5).await;
    story.flag(&ann, &request).await;
    story.busy(&ann, &request, 12).await;
    story.clear(&ann, &request).await;
    story.busy(&ann, &request, 12).await;
    story.flag(&ann, &request).await;
    let entries = story.timeline(&ann, &request).await;
    let at: Vec<_> = entries.iter().map(|entry| entry["at"].as_str().unwrap().to_owned()).collect();
    assert!(at.is_sorted(), "{at:?}");
    assert_eq!((entries.len(), flags(&entries)), (1 + 2 * 29 + 3, vec![true, false, true]));
    let mut ids: Vec<_> = entries.iter().map(|entry| entry["event_id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "each once");
}

#[tokio::test]
async fn a_flag_of_an_organization_above_is_there_without_its_place_and_its_people() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let (above, request) = (story.above().await, story.request().await);
    let rita = story.subscriber(&story.world.root, Permission::ApproveForEntireOrganization);
    story.flag(&story.boss, &above).await;
    story.process(&story.world.root).await;
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", FLAG]);
    assert_eq!(entries[1]["actor"], json!({ "kind": "managing-organization" }));
    assert_eq!(entries[1]["told"], json!([]), "{}", entries[1]);
    let detail = &entries[1]["detail"];
    assert_eq!((detail.get("organization_id"), detail.get("request_id")), (None, None));
    assert_eq!((&detail["managing_organization"], &detail["flagged"]), (&json!(true), &json!(true)));
    let text = entries[1].to_string();
    for hidden in [story.world.root.id.as_str(), story.boss.record.id.as_str(), above.id.as_str()] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let entries = story.timeline(&story.boss, &request).await;
    assert_eq!(entries[1]["detail"]["organization_id"], story.world.root.id.as_str());
    assert_eq!(entries[1]["actor"]["id"], story.boss.record.id.as_str());
    let told = entries[1]["told"].to_string();
    assert!(told.contains(rita.record.email.as_str()), "{told}");
}

#[tokio::test]
async fn a_flag_of_a_version_that_noted_no_events_tells_what_it_knows_itself() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    story.flag(&ann, &request).await;
    let flag: FileFlag = story.world.journal.flag_on(&request).await.unwrap().unwrap();
    story.world.journal.kv().delete(&keys::trail(flag.id.as_str(), 0)).await.unwrap();
    let entries = story.timeline(&ann, &request).await;
    assert_eq!(acts(&entries), ["request.submitted", FLAG]);
    assert_eq!((&entries[1]["event_id"], &entries[1]["actor"]["id"]), (&json!(null), &json!(ann.record.id)));
}

#[tokio::test]
async fn a_download_is_there_and_a_downloader_out_of_sight_is_not_named() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    for who in [&ann, &story.boss] {
        story.world.advance(Duration::from_secs(60));
        let (id, name) = (who.record.id.clone(), who.record.name.clone());
        let at = story.world.now();
        let origin = Origin { who: Who::Administrator { id, name, via: None }, address: None, at };
        let act = AttachmentDownloaded::of(&request, request.subject.file().unwrap(), 5);
        let permit = Permit::scene(&story.company.id);
        let downloads = |old: &Request| {
            let change = Change::new(&permit, &origin, act.clone());
            Ok::<_, std::convert::Infallible>((old.clone(), change))
        };
        story.world.journal.save_update(&request.id, None, downloads).await.unwrap();
    }
    let entries = story.timeline(&ann, &request).await;
    let downloaded = "request.attachment-downloaded";
    assert_eq!(acts(&entries), ["request.submitted", downloaded, downloaded]);
    assert_eq!(entries[1]["actor"]["id"], ann.record.id.as_str());
    assert_eq!(entries[2]["actor"], json!({ "kind": "managing-organization" }));
}

#[tokio::test]
async fn flags_cost_a_bounded_number_of_reads() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForEntireOrganization]);
    let request = story.request().await;
    let reads = async || {
        story.world.memory.reset_counts();
        let page = story.get(&ann, &request, "timeline").send().await.json();
        (story.world.counts().reads, flags(page["items"].as_array().unwrap()).len())
    };
    let (plain, none) = reads().await;
    assert!(plain <= 12 && none == 0, "{plain} reads for a request without a flag");
    for _ in 0..12 {
        story.flag(&ann, &request).await;
        story.clear(&ann, &request).await;
    }
    let (many, found) = reads().await;
    assert_eq!(found, 10, "the newest five of an organization");
    // A flag and the note of its first event; two entries with their deliveries.
    assert!(many <= plain + 2 + 5 * 2 + 10 * 2, "{plain} and {many} reads");
}
