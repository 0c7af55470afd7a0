//! The manifests for Kubernetes: each kustomization can be built, and what it makes agrees with the published schemas.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Stdio};

use countersign_tests::{are_installed, root};

/// Each kustomization below `deploy/kubernetes`, with the kinds that it makes.
const KUSTOMIZATIONS: [(&str, &str); 3] = [
    ("base", "ConfigMap Deployment Ingress Job Namespace NetworkPolicy PodDisruptionBudget Service"),
    ("sqlite", "ConfigMap Deployment Ingress Job Namespace NetworkPolicy PersistentVolumeClaim Service"),
    (
        "spin",
        "ConfigMap CronJob Ingress Namespace NetworkPolicy PodDisruptionBudget Service Service SpinApp SpinAppExecutor",
    ),
];

#[test]
fn every_kustomization_makes_resources_that_the_schemas_allow() {
    if !are_installed(&["kubectl", "kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let folder = root().join("deploy/kubernetes");
    for (name, kinds) in KUSTOMIZATIONS {
        let made = tempfile::NamedTempFile::new().unwrap();
        let mut kubectl = Command::new("kubectl");
        kubectl.arg("kustomize").arg(folder.join(name)).stdout(made.reopen().unwrap());
        assert!(kubectl.status().unwrap().success(), "`{name}`: kubectl says above why");
        // A job that nobody runs until there is something to restore belongs to it.
        if let Ok(job) = std::fs::read_to_string(folder.join(name).join("restore.yaml")) {
            let mut all = File::options().append(true).open(made.path()).unwrap();
            all.write_all(format!("---\n{job}").as_bytes()).unwrap();
        }
        let mut checks = Command::new("python3");
        checks
            .arg(root().join("tests/python/kubernetes_manifests.py"))
            .arg(folder.join("secrets.example.yaml"));
        let checked =
            checks.stdin(File::open(made.path()).unwrap()).stderr(Stdio::inherit()).output().unwrap();
        assert!(checked.status.success(), "`{name}`: the checks say above why");
        assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), kinds, "{name}");
    }
}

#[test]
fn no_kustomization_is_missing_here() {
    let folder = root().join("deploy/kubernetes");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("kustomization.yaml").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort_unstable();
    let mut listed = KUSTOMIZATIONS.map(|(name, _)| name);
    listed.sort_unstable();
    assert_eq!(found, listed);
}
