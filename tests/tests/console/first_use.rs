//! An approval whose time begins with its first use, in the sheet, in the column and beside the list.

use countersign_tests::sizes::{Size, at_both_sizes};

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_begins_with_its_first_use_where_somebody_chooses_that() {
    at_both_sizes(async |browser, host, world, size| {
        let id = world.submit(&world.request_for(b"on some day"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has("heading", "report.exe").await;
        if size == Size::Phone {
            browser.press("Change").await;
        }
        browser.choose("radio", "No end").await;
        browser.says_not("Its time begins with the first use").await;
        browser.choose("radio", "7 days").await;
        browser.has("checkbox", "Its time begins with the first use").await;
        browser.says_not("within 7 days").await;
        browser.choose("checkbox", "Its time begins with the first use").await;
        browser.choose("radio", "within 1 day").await;
        browser.says("may run this file for 7 days from the first use, which has to be by").await;
        browser.is_accessible().await;
        if size == Size::Phone {
            browser.press("Fold the choices away").await;
            browser.says("7 days from first use").await;
        }
        browser.press("Approve").await;
        browser.says("Approved for").await;
        browser.says("for 7 days from the first use, which has to be by").await;
        browser.is_accessible().await;

        let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
        let decision = opened.expect(200).json()["decision"].take();
        assert_eq!(decision["first_use"]["lasts_seconds"], 7 * 86_400, "{size:?}");
        let used_by: jiff::Timestamp = decision["first_use"]["use_by"].as_str().unwrap().parse().unwrap();
        let at: jiff::Timestamp = decision["at"].as_str().unwrap().parse().unwrap();
        let hours = used_by.duration_since(at).as_hours();
        assert!((23..=24).contains(&hours), "{size:?}: {hours}");
        browser.open(&host.url(&format!("/grants?organization={}", world.company))).await;
        browser.says("7 days from the first use").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_approvals_begin_with_their_first_use_where_somebody_chooses_that_for_all() {
    at_both_sizes(async |browser, host, world, size| {
        // Several are decided together on a desktop.
        if size == Size::Phone {
            return;
        }
        let mut ids = Vec::new();
        for file in ["one", "two"] {
            let asked = world.submit(&world.request_for(file.as_bytes()), file).await;
            ids.push(asked.expect(201).text_at("/id"));
        }
        host.settle().await.unwrap();
        browser.open(&host.url("/requests")).await;
        browser.choose("checkbox", "Select all shown").await;
        browser.says("2 selected").await;
        browser.says_not("Its time begins with the first use").await;
        browser.choose("radio", "7 days").await;
        browser.choose("checkbox", "Its time begins with the first use").await;
        browser.choose("radio", "within 30 days").await;
        browser.says("2 approvals").await;
        browser.is_accessible().await;
        browser.press("Approve 2").await;
        browser.says("2 approved").await;
        for id in &ids {
            let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.boss).send().await;
            let decision = opened.expect(200).json()["decision"].take();
            assert_eq!(decision["first_use"]["lasts_seconds"], 7 * 86_400);
            let used_by: jiff::Timestamp = decision["first_use"]["use_by"].as_str().unwrap().parse().unwrap();
            let at: jiff::Timestamp = decision["at"].as_str().unwrap().parse().unwrap();
            let days = used_by.duration_since(at).as_hours() / 24;
            assert!((29..=30).contains(&days), "{days}");
        }
    })
    .await;
}
