//! `deploy/container/compose.yaml`: what its services name is there, and the script makes its secrets.

use std::net::Ipv4Addr;
use std::process::Command;

use countersign_tests::are_installed;
use serde_json::Value;

use crate::{deploy, said, yaml};

/// The texts of a list, or the names of a mapping; nothing if there is none.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(|each| each.as_str().unwrap()).collect(),
        Value::Object(all) => all.keys().map(String::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn every_service_finds_what_it_names() {
    if !are_installed(&["kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let compose = yaml(&deploy("container/compose.yaml")).remove(0);
    let services = compose["services"].as_object().unwrap();
    assert_eq!(services.keys().collect::<Vec<_>>(), ["host-a", "host-b", "proxy", "redis"]);
    for (name, service) in services {
        for (kind, place) in [("secrets", "secrets"), ("networks", "networks"), ("depends_on", "services")] {
            for named in texts(&service[kind]) {
                assert!(compose[place].get(named).is_some(), "{name}: no {kind} `{named}`");
            }
        }
        for mount in texts(&service["volumes"]) {
            let source = mount.split(':').next().unwrap();
            let is_there = match source.starts_with('.') {
                true => deploy("container").join(source).is_file(),
                false => compose["volumes"].get(source).is_some(),
            };
            assert!(is_there, "{name}: no `{source}`");
        }
        for file in texts(&service["env_file"]) {
            assert!(deploy("container").join(file).is_file(), "{name}: no `{file}`");
        }
        let secrets = texts(&service["secrets"]);
        let set = service["environment"].as_object().into_iter().flat_map(|set| set.values());
        let given = texts(&service["command"]).into_iter().chain(set.filter_map(Value::as_str));
        for value in given {
            let Some((_, secret)) = value.split_once("/run/secrets/") else { continue };
            assert!(secrets.contains(&secret), "{name} does not see `{secret}`");
        }
        let hardened =
            ["read_only", "cap_drop", "security_opt"].map(|setting| service.get(setting).is_some());
        assert_eq!(hardened, [true; 3], "{name}");
    }
    let proxy: Ipv4Addr =
        services["proxy"]["networks"]["inside"]["ipv4_address"].as_str().unwrap().parse().unwrap();
    let subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"].as_str().unwrap();
    let (network, bits) = subnet.split_once('/').unwrap();
    let network: Ipv4Addr = network.parse().unwrap();
    let mask = u32::MAX << (32 - bits.parse::<u32>().unwrap());
    assert_eq!(u32::from(proxy) & mask, u32::from(network), "the proxy is in its network");
    for host in ["host-a", "host-b"] {
        let trusted = &services[host]["environment"]["SPIN_VARIABLE_TRUSTED_PROXIES"];
        assert_eq!(trusted.as_str(), Some(proxy.to_string().as_str()), "{host} trusts the proxy");
    }
}

#[test]
fn the_script_makes_every_secret_once() {
    let tools = are_installed(&["openssl"], "openssl");
    if !tools || !are_installed(&["kubernetes-validate"], "tests/python/requirements.txt with pip") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("make-secrets");
    std::fs::copy(deploy("container/make-secrets"), &script).unwrap();
    let link = said(&mut Command::new(&script));
    let made = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(link.trim_end().ends_with(&format!("/setup#{}", made("secrets/setup_token").trim())), "{link}");
    let compose = yaml(&deploy("container/compose.yaml")).remove(0);
    for secret in compose["secrets"].as_object().unwrap().values() {
        assert!(made(secret["file"].as_str().unwrap()).trim().len() > 32, "{secret}");
    }
    let key = made("secrets/secret_key");
    assert!(!Command::new(&script).output().unwrap().status.success(), "they are made once");
    assert_eq!(made("secrets/secret_key"), key, "and stay");
}
