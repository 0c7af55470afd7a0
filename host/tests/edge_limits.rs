//! The limits of the edge that an application as a whole must keep.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::fs::File;
use std::path::Path;

use countersign_host::{App, Limits, Manifest};

/// Why an application of one component is not served there.
async fn refused(folder: &Path, component: &str, bytes: u64) -> String {
    let text = format!(
        "spin_manifest_version = 2\n[application]\nname = \"a\"\n\
         [[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n{component}\n"
    );
    File::create(folder.join("a.wasm")).unwrap().set_len(bytes).unwrap();
    let app =
        App::builder(Manifest::from_toml(&text, folder).unwrap()).listen("127.0.0.1:0".parse().unwrap());
    let started = app.state_dir(folder).cache_dir(folder.join("cache")).limits(Limits::edge()).start().await;
    format!("{:#}", started.err().unwrap())
}

#[tokio::test]
async fn an_application_that_is_too_large_or_has_a_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(folder.path(), "", (50 << 20) + 1).await;
    assert!(error.contains("52428801 bytes") && error.contains("52428800"), "{error}");
    let error = refused(folder.path(), "key_value_stores = [\"default\"]", 1).await;
    assert!(error.contains("`a`") && error.contains("`default` is not available"), "{error}");
    let error = refused(folder.path(), "", 50 << 20).await;
    assert!(error.contains("a.wasm"), "it is only no component: {error}");
}
