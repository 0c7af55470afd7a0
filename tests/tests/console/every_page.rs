//! What must be so on every page of the console, in a real browser.

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::addresses::{ADDRESSES, OPEN, routes};
use countersign_tests::sizes::{Size, at_both_sizes, sign_in};
use countersign_tests::{Browser, Company, Deployment};
use serde_json::json;

/// As narrow as 400 % of a desktop's window.
const NARROWEST: (u32, u32) = (320, 640);
const DESKTOP: (u32, u32) = (1440, 900);

#[test]
fn every_address_is_on_the_list_of_those_that_are_tested() {
    let routes = routes();
    assert!(routes.len() > 30, "{routes:?}");
    let tested =
        |route: &&String| OPEN.contains(&route.as_str()) || ADDRESSES.iter().any(|one| one.route == **route);
    let missing: Vec<_> = routes.iter().filter(|route| !tested(route)).collect();
    assert_eq!(missing, [&""; 0], "see tests/src/addresses.rs");
    let gone = ADDRESSES.iter().find(|one| !routes.contains(one.route));
    assert!(gone.is_none_or(|one| panic!("{} is no route", one.route)));
}

/// Names as long as people have them, without a place to break.
async fn with_long_names(world: &Deployment) {
    let long = "Donaudampfschifffahrtsgesellschaft Süd-West Beteiligungsverwaltungs-GmbH & Co. KGaA";
    world.patch(&format!("/v1/organizations/{}", world.company), &json!({ "name": long })).await.expect(200);
    let path = format!("/v1/organizations/{}/groups/{}", world.company, world.group);
    world
        .patch(&path, &json!({ "name": "Arbeitsplatzrechnerverwaltungsgruppe-Süddeutschland" }))
        .await
        .expect(200);
    let folders = "Anwendungsdaten_ohne_Leerzeichen\\".repeat(8);
    let mut request = world.request_for(b"a long path");
    request["subject"]["path"] =
        json!(format!("C:\\{folders}Rechnungsverarbeitungsprogramm-Installationsassistent.exe"));
    request["reason"] = json!("برای گزارش ماهانه به این برنامه نیاز دارم ".repeat(6));
    request["requester"]["username"] =
        json!("NORDLICHT-LOGISTIK\\maximiliane.freifrau-von-und-zu-hohenstein");
    world.submit(&request, "long").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_is_accessible_and_shows_the_focus_and_nothing_is_refused_to_a_super_admin() {
    let Some(browser) = Browser::start().await else { return };
    let host = TestHost::start(Backend::Sqlite, Options::default()).await.unwrap();
    let company = Company::on(&host).await;
    with_long_names(&company.world).await;
    host.settle().await.unwrap();
    let (width, height) = NARROWEST;
    browser.lay_out(width, height).await;
    for path in OPEN.iter().filter(|path| **path != "/*") {
        browser.open(&host.url(path)).await;
        browser.settles().await;
        assert_eq!(browser.too_wide().await, [""; 0], "{path}");
    }
    browser.open(&host.url("/requests")).await;
    sign_in(&browser, "boss@company.example").await;
    browser.has("heading", "Approval Center").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    for one in ADDRESSES {
        let path = company.with_ids(one.path);
        println!("{path}");
        browser.lay_out(width, height).await;
        browser.open(&host.url(&path)).await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(browser.stops_out_of_sight().await, [""; 0], "{path}");
        let (width, height) = DESKTOP;
        browser.lay_out(width, height).await;
        browser.settles().await;
        browser.is_accessible().await;
        assert_eq!(browser.stops_out_of_sight().await, [""; 0], "{path} on a desktop");
        assert_eq!(browser.complaints().await, [""; 0], "{path}");
    }
    host.stop().await;
}

/// Whether a screen reader was told what the decision gives.
const ANNOUNCED: &str =
    "return document.querySelector('p[role=status]').textContent.includes('may run this file');";

#[tokio::test(flavor = "multi_thread")]
async fn the_reading_of_a_decision() {
    at_both_sizes(async |browser, host, world, size| {
        world.another_computer("pc-2").await;
        let id = world.submit(&world.request_for(b"in the browser"), "key").await.expect(201).text_at("/id");
        host.settle().await.unwrap();
        browser.open(&host.url(&format!("/requests/{id}"))).await;
        browser.has("heading", "report.exe").await;
        if size == Size::Phone {
            browser.press("Change").await;
        }
        browser.says("may run this file").await;
        browser.settles().await;
        // It is said half a second after it was chosen, so that a screen reader need not say what is chosen on the way.
        browser.until_it_is(ANNOUNCED, true).await;
        browser.reads_as(format!("tests/tests/console/decision-{size:?}.txt").to_lowercase()).await;
    })
    .await;
}
