//! Administrators with few permissions in a real browser. A page asks for nothing that its reader may not know but its own contents,
//! and where these are refused it says what is missing.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::addresses::ADDRESSES;
use countersign_tests::sizes::sign_in;
use countersign_tests::{Browser, Company, Deployment};
use serde_json::{Value, json};

/// The addresses of the sidebar.
const OFFERED: &str =
    "return [...document.querySelectorAll('nav a[href^=\"/\"]')].map((link) => link.getAttribute('href'));";

/// Whether something says that and why there is nothing to see.
const SAYS_WHY: &str = "return [...document.querySelectorAll('[role=alert]')].some((alert) => alert.textContent.trim().length > 20);";

/// The addresses of this page's calls that failed.
const FAILED: &str = "return performance.getEntriesByType('resource').filter((call) => call.responseStatus >= 400).map((call) => call.name);";

/// A signed-in administrator with a window.
struct Reader {
    browser: Browser,
    host: TestHost,
    world: Deployment,
    id: String,
}

impl Reader {
    /// Opens a page and waits until it has read everything. Returns what was refused meanwhile.
    async fn open(&self, path: &str) -> Vec<String> {
        self.browser.open(&self.host.url(path)).await;
        self.browser.settles().await;
        self.browser.complaints().await
    }

    /// The addresses of the calls of the open page that failed. The browser's log may have one when the next page is open already.
    async fn failed(&self) -> Vec<String> {
        serde_json::from_value(self.browser.run(FAILED).await).unwrap()
    }

    /// The pages of the navigation.
    async fn offered(&self) -> Vec<String> {
        assert_eq!(self.open("/me").await, [""; 0]);
        let links = self.browser.run(OFFERED).await;
        links.as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned()).collect()
    }

    /// Gives these permissions and takes all others away.
    async fn holds(&self, permissions: &[&str]) {
        let path = format!("/v1/administrators/{}/permissions", self.id);
        let given = self.world.api.put(&path).bearer(&self.world.boss);
        given.json(&json!({ "permissions": permissions })).send().await.expect(200);
    }
}

/// Somebody who belongs to an organization of the deployment and holds nothing yet.
async fn reader(host: TestHost, world: Deployment, browser: Browser, organization: &str) -> Reader {
    let (id, _) = world.administrator(&host, "few@company.example", organization, &[]).await;
    browser.widen().await;
    browser.open(&host.url("/me")).await;
    sign_in(&browser, "few@company.example").await;
    browser.has("heading", "My profile").await;
    Reader { browser, host, world, id }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_navigation_offers_works_with_any_single_permission() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let Company { world, .. } = Company::on(&host).await;
    let company = world.company.clone();
    let reader = reader(host, world, browser, &company).await;
    let catalogue =
        reader.world.api.get("/v1/permissions").bearer(&reader.world.boss).send().await.expect(200).json();
    let all = catalogue["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
    // One is for the root alone, the other counts below the organization alone: there the reader chooses one first.
    for permission in all.filter(|id| !["help-desk-management", "super-admin-child"].contains(id)) {
        reader.holds(&[permission]).await;
        // A report counts the organizations below as well.
        let below = |path: &String| permission == "super-admin-parent-only" && path.starts_with("/reports");
        for path in reader.offered().await.into_iter().filter(|path| !below(path)) {
            assert_eq!(reader.open(&path).await, [""; 0], "{path} with {permission}");
        }
    }
    reader.host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_refused_once_at_most_and_says_why() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let company = Company::on(&host).await;
    let paths: Vec<_> = ADDRESSES.iter().map(|one| (company.with_ids(one.path), one.reads)).collect();
    let home = company.world.company.clone();
    let reader = reader(host, company.world, browser, &home).await;
    let few: &[&[&str]] = &[&[], &["approve-for-single-computer"], &["view-system-audit"], &["view-reports"]];
    for permissions in few {
        reader.holds(permissions).await;
        for (path, reads) in &paths {
            let logged = reader.open(path).await;
            let is_refusal = |line: &String| line.contains("403") || line.contains("404");
            assert!(logged.iter().all(is_refusal), "{path} with {permissions:?}: {logged:#?}");
            let refused = reader.failed().await;
            let own = |address: &String| !reads.is_empty() && address.contains(&reader.host.url(reads));
            assert!(
                refused.len() <= 1 && refused.iter().all(own),
                "{path} with {permissions:?}: {refused:#?}"
            );
            if !refused.is_empty() {
                reader.browser.until_it_is(SAYS_WHY, true).await;
            }
        }
    }
    reader.host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_something_at_another_organization_alone_works_there() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let Company { world, .. } = Company::on(&host).await;
    let root = world.root.clone();
    let reader = reader(host, world, browser, &root).await;
    let world = &reader.world;
    let post = async |path: &str, body: Value| {
        world.api.post(path).bearer(&world.boss).json(&body).send().await.expect(201).text_at("/id")
    };
    let permissions = ["approve-for-single-computer", "view-reports", "view-administrators"];
    let role = json!({ "organization_id": root, "name": "Technician", "permissions": permissions });
    let role = post("/v1/roles", role).await;
    let body = json!({ "assignments": [{ "role_id": role, "organization_id": world.company }] });
    let path = format!("/v1/administrators/{}/roles", reader.id);
    world.api.put(&path).bearer(&world.boss).json(&body).send().await.expect(200);
    for path in reader.offered().await {
        assert_eq!(reader.open(&path).await, [""; 0], "{path}");
    }
    assert_eq!(reader.open("/").await, [""; 0]);
    reader.browser.has("link", "report.exe").await;
    reader.browser.press("Approve").await;
    reader.browser.says("Approved for").await;
    assert_eq!(reader.browser.complaints().await, [""; 0]);
    reader.host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_begins_where_its_reader_holds_something() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let Company { world, .. } = Company::on(&host).await;
    let root = world.root.clone();
    let reader = reader(host, world, browser, &root).await;
    let world = &reader.world;
    let role =
        json!({ "organization_id": root, "name": "Technician", "permissions": ["view-organizations"] });
    let role = world.api.post("/v1/roles").bearer(&world.boss).json(&role).send().await.expect(201);
    let body =
        json!({ "assignments": [{ "role_id": role.text_at("/id"), "organization_id": world.company }] });
    let path = format!("/v1/administrators/{}/roles", reader.id);
    world.api.put(&path).bearer(&world.boss).json(&body).send().await.expect(200);
    let below = json!({ "name": "Branch C", "parent_id": world.company });
    world.api.post("/v1/organizations").bearer(&world.boss).json(&below).send().await.expect(201);
    reader.browser.open(&reader.host.url("/organizations")).await;
    reader.browser.has("link", "Company B").await;
    reader.browser.has("link", "Branch C").await;
    reader.host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_do_something_reads_whom_to_ask() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let world = Deployment::on(&host).await;
    let company = world.company.clone();
    world.administrator(&host, "editor@company.example", &company, &["edit-organizations"]).await;
    let lead = ["edit-organizations", "change-permission", "view-administrators"];
    world.administrator(&host, "lead@company.example", &company, &lead).await;
    let reader = reader(host, world, browser, &company).await;
    reader.holds(&["view-organizations", "view-administrators"]).await;
    assert_eq!(reader.open(&format!("/organizations/{company}")).await, [""; 0]);
    // The first administrator may as well, whom this one does not see.
    reader.browser.says("Ask Clerk or 2 others who may do it.").await;
    reader.browser.says("Clerk or 1 other can give you Edit Organizations.").await;
    reader.browser.is_accessible().await;
    reader.holds(&["view-organizations"]).await;
    assert_eq!(reader.open(&format!("/organizations/{company}")).await, [""; 0]);
    reader.browser.says("The managing organization can give you Edit Organizations.").await;
    reader.browser.says_not("Clerk or 1 other").await;
    assert_eq!(reader.browser.complaints().await, [""; 0]);
    reader.host.stop().await;
}
