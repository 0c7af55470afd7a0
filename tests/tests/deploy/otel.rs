//! `deploy/otel/collector.yaml`: its pipeline names what is there, and it listens where the documentation sends hosts.

use countersign_tests::{are_installed, root};

use crate::{deploy, yaml};

#[test]
fn the_collector_s_pipeline_names_what_is_there_and_takes_what_hosts_send() {
    if !are_installed(&["kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let collector = yaml(&deploy("otel/collector.yaml")).remove(0);
    let pipelines = collector["service"]["pipelines"].as_object().unwrap();
    assert_eq!(pipelines.keys().collect::<Vec<_>>(), ["traces"]);
    for (kind, names) in pipelines["traces"].as_object().unwrap() {
        let names: Vec<_> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let defined: Vec<_> = collector[kind].as_object().unwrap().keys().collect();
        assert!(names.len() == defined.len(), "{kind}: {names:?}, {defined:?}");
        assert!(names.iter().all(|name| collector[kind].get(name).is_some()), "{kind}: {names:?}");
    }
    let listens = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].as_str().unwrap();
    let document = std::fs::read_to_string(root().join("docs/monitoring.md")).unwrap();
    assert!(document.contains(&format!("OTEL_EXPORTER_OTLP_ENDPOINT=http://{listens} ")), "{listens}");
}
