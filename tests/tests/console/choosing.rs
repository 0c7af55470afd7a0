//! Choosing among a thousand organizations, in a real browser: what fits is listed while a part of the name is typed.

use countersign_tests::Key::{Down, Enter, Escape};
use countersign_tests::sizes::{Size, at_both_sizes};
use serde_json::json;

/// Answers for the organizations as a server that has a thousand more of them.
const A_THOUSAND: &str = r#"
    {
        const { fetch } = window;
        window.fetch = async (url, init) => {
            const answer = await fetch(url, init);
            if (!answer.ok || new URL(url, location.origin).pathname !== "/v1/organizations") return answer;
            const page = await answer.json();
            const [one] = page.items;
            const like = (nth) => ({ ...one, id: one.id.slice(0, -4) + String(nth).padStart(4, "0"), name: `Tenant ${nth}` });
            return Response.json({ ...page, items: [...page.items, ...Array.from({ length: 1000 }, (_, nth) => like(nth))] });
        };
    }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_found_among_a_thousand_by_a_part_of_its_name() {
    at_both_sizes(async |browser, host, world, size| {
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": A_THOUSAND })).await;
        browser.open(&host.url("/grants")).await;
        browser.choose("textbox", "Organization").await;
        // Its own, Company B and the thousand; fifty of them are listed.
        browser.says("952 more: type a part of the name").await;
        browser.is_accessible().await;
        browser.fill("Organization", "nant 99").await;
        browser.has("option", "Tenant 990").await;
        browser.says_not("more: type a part of the name").await;
        browser.fill("Organization", "nobody").await;
        browser.says("Nothing fits.").await;
        browser.is_accessible().await;
        browser.hits(Escape).await;
        browser.says_not("Nothing fits.").await;
        // Nothing was chosen.
        browser.until_it_is("return document.querySelector('[role=combobox]').value;", "Company A").await;

        browser.fill("Organization", "COMPANY").await;
        match size {
            Size::Phone => browser.choose("option", "Company B").await,
            Size::Desktop => {
                browser.has("option", "Company B").await;
                browser.hits(Down).await;
                browser.hits(Enter).await;
            }
        }
        let chosen =
            "return [document.querySelector('[role=combobox]').value, new URL(location).searchParams.get('organization')];";
        browser.until_it_is(chosen, json!(["Company B", world.company])).await;
    })
    .await;
}
