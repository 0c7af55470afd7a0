//! What the server says in English, in the reader's language: names of permissions and the codes of problems.

use countersign_tests::Browser;
use countersign_tests::sizes::{at_both_sizes, sign_in};

/// Of a request that does not exist.
const UNKNOWN: &str = "/requests/req_01ARZ3NDEKTSV4RRFFQ69G5FAV";

async fn reads(browser: &Browser, language: &str) {
    browser.run(&format!("localStorage.setItem('language', '{language}');")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_and_refusals_are_in_the_language_of_the_reader() {
    at_both_sizes(async |browser, host, world, _size| {
        let permissions = host.url(&format!("/administrators/{}/permissions", world.clerk));
        for (language, title, meaning, unknown) in [
            (
                "de",
                "Für einen einzelnen Computer genehmigen",
                "Das Genehmigungscenter sehen und Anfragen zu Programmen und Speichergeräten",
                "Hier ist nichts, was Sie sehen dürfen.",
            ),
            (
                "es",
                "Aprobar para un solo equipo",
                "Ver el Centro de aprobaciones y aprobar solicitudes de programas y de almacenamiento",
                "Aquí no hay nada que usted pueda ver.",
            ),
            (
                "fr",
                "Approuver pour un seul ordinateur",
                "Voir le Centre d’approbation et approuver les demandes de programmes et de stockage",
                "Il n’y a rien ici que vous puissiez voir.",
            ),
        ] {
            reads(browser, language).await;
            browser.open(&permissions).await;
            browser.says(title).await;
            browser.says(meaning).await;
            browser.settles().await;
            browser.is_accessible().await;
            assert_eq!(browser.complaints().await, [""; 0], "{language}");
            browser.open(&host.url(UNKNOWN)).await;
            browser.says(unknown).await;
            browser.is_accessible().await;
            browser.was_refused(&["/v1/requests/", "404"]).await;
        }

        // Where the code alone is not enough, the server's own sentence follows.
        reads(browser, "en").await;
        let held = ["change-permission", "view-administrators", "view-approvals"];
        world.administrator(host, "lead@company.example", &world.company, &held).await;
        browser.open(&host.url("/me")).await;
        browser.press("Sign out").await;
        sign_in(browser, "lead@company.example").await;
        reads(browser, "de").await;
        browser.open(&permissions).await;
        browser.says("Dazu sind Sie hier nicht berechtigt. Der Server sagt: ").await;
        browser.says("an be given only by an administrator who holds it").await;
        browser.settles().await;
        browser.was_refused(&["dry_run=true", "403"]).await;
        reads(browser, "en").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_field_is_said_in_the_language_of_the_reader() {
    at_both_sizes(async |browser, host, world, size| {
        let page = host.url(&format!("/login-settings?organization={}", world.company));
        for (language, networks, save, wrong) in [
            ("de", "Netzwerke, aus denen", "Speichern", "Das muss eine IP-Adresse oder ein CIDR-Block sein"),
            ("es", "Redes desde las que", "Guardar", "Tiene que ser una dirección IP o un bloque CIDR"),
            ("fr", "Réseaux depuis lesquels", "Enregistrer", "Il faut une adresse IP ou un bloc CIDR"),
            ("en", "Networks from which", "Save", "ust be an IP address or a CIDR block"),
        ] {
            reads(browser, language).await;
            browser.open(&page).await;
            browser.fill(networks, "10.0.0.0/8 nowhere").await;
            browser.press(save).await;
            browser.says(wrong).await;
            browser.is_accessible().await;
            browser.was_refused(&["login-settings", "422"]).await;
            let said = browser.text(".field-error").await;
            assert!(said.contains("nowhere") && said.contains(wrong), "{size:?} {language}: {said}");
        }
    })
    .await;
}
