//! Files that other programs read: each is checked by its program.

use std::process::Command;

use countersign_tests::are_installed;

use crate::proxies::{certificate, nginx};
use crate::{deploy, read, said};

#[test]
fn systemd_knows_every_setting_of_the_unit_with_and_without_tls() {
    if !are_installed(&["systemd-analyze"], "systemd") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("countersign.service");
    // The program must be there.
    let text = read("systemd/countersign.service").replace("/usr/local/bin/countersign", "/bin/true");
    std::fs::write(&unit, text).unwrap();
    let with_tls = folder.path().join("countersign.service.d");
    for _ in 0..2 {
        let found = said(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&unit));
        assert_eq!(found, "", "systemd ignores what it does not know, and says so only there");
        std::fs::create_dir_all(&with_tls).unwrap();
        std::fs::copy(deploy("systemd/tls.conf"), with_tls.join("tls.conf")).unwrap();
    }
}

#[test]
fn systemd_knows_every_setting_of_the_timers_and_of_what_they_start() {
    if !are_installed(&["systemd-analyze"], "systemd") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["countersign-backup", "countersign-deliver"] {
        for kind in ["service", "timer"] {
            // The programs must be there. One in the text of a shell's argument is not looked for.
            let text = read(&format!("systemd/{name}.{kind}"));
            let text = text.replace("ExecStart=/usr/local/bin/countersign-deliver", "ExecStart=/bin/true");
            std::fs::write(folder.path().join(format!("{name}.{kind}")), text).unwrap();
        }
        let timer = folder.path().join(format!("{name}.timer"));
        let found = said(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(timer));
        assert_eq!(found, "", "{name}");
    }
}

#[test]
fn nginx_accepts_its_configuration() {
    if !are_installed(&["nginx"], "nginx") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    // Not everybody may listen on its ports.
    let site = read("proxy/nginx.conf")
        .replace(":80;", ":8080;")
        .replace(" 80;", " 8080;")
        .replace("443 ssl", "8443 ssl");
    said(nginx(folder.path(), &site).arg("-t"));
}

#[test]
fn caddy_accepts_its_configuration() {
    if !are_installed(&["caddy"], "caddy") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    for hosts in ["127.0.0.1:3000", "host-a:3000 host-b:3000"] {
        let mut caddy = Command::new("caddy");
        caddy.args(["validate", "--adapter", "caddyfile", "--config"]).arg(deploy("proxy/Caddyfile"));
        said(caddy.env("HOME", home.path()).env("COUNTERSIGN_HOSTS", hosts));
    }
}

#[test]
fn whatever_leads_people_to_a_host_asks_whether_it_is_ready() {
    for (file, check) in [
        ("proxy/Caddyfile", "health_uri /health/ready"),
        (
            "kubernetes/base/deployment.yaml",
            "readinessProbe:\n            httpGet:\n              path: /health/ready",
        ),
        ("kubernetes/spin/spinapp.yaml", "readiness:\n      httpGet:\n        path: /health/ready"),
    ] {
        assert!(read(file).contains(check), "{file}: `{check}`");
    }
}

#[test]
fn prometheus_accepts_its_configuration() {
    if are_installed(&["promtool"], "prometheus") {
        let mut promtool = Command::new("promtool");
        said(promtool.args(["check", "config", "--syntax-only"]).arg(deploy("prometheus/scrape.yaml")));
    }
}
