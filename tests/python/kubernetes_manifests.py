"""Checks what `kubectl kustomize` made, from standard input: each resource against its published schema (SpinKube's against what
spinkube.json says of version v1alpha1), and that what resources name of each other is there.
Usage: kubernetes_manifests.py EXAMPLE_OF_SECRETS < RESOURCES
"""

import json
import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml

SPINKUBE = "core.spinkube.dev/v1alpha1"


def validate(resource):
    """Against the schema of its kind, without fields that the kind does not have."""
    if resource["apiVersion"] == SPINKUBE:
        schemas = json.loads(pathlib.Path(__file__).with_name("spinkube.json").read_text())
        jsonschema.validate(resource["spec"], schemas[resource["kind"]])
    else:
        kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


def pods(resources):
    """The template of each workload's pods: labels, names of ports, specification."""
    for resource in resources:
        kind, spec = resource["kind"], resource["spec"] if "spec" in resource else {}
        if kind == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if kind == "SpinApp":
            yield spec["podLabels"], {"http-app"}, spec
        elif "template" in spec:
            template = spec["template"]
            ports = {port["name"] for container in template["spec"]["containers"] for port in container.get("ports", [])}
            yield template["metadata"]["labels"], ports, template["spec"]


def selected(labels, resources):
    """The names of the ports of the pods with these labels."""
    found = [ports for carried, ports, _ in pods(resources) if labels.items() <= carried.items()]
    assert found, f"no pod has the labels {labels}"
    return set().union(*found)


def nodes(value):
    """Each mapping in the value, with the key under which it is."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else []):
        if isinstance(inner, dict):
            yield key, inner
        yield from nodes(inner)


def references(resources, secrets):
    """Secrets and settings that workloads name are there, with the keys that they name."""
    data = {("Secret", secret["metadata"]["name"]): secret["stringData"] for secret in secrets}
    data |= {("ConfigMap", one["metadata"]["name"]): one["data"] for one in resources if one["kind"] == "ConfigMap"}
    for _, _, spec in pods(resources):
        for key, node in nodes(spec):
            kind = "Secret" if str(key).startswith("secret") else "ConfigMap"
            if key in ("secretKeyRef", "configMapKeyRef"):
                assert node["key"] in data[kind, node["name"]], f"{kind} has no {node['key']}"
            elif key in ("secretRef", "configMapRef"):
                assert (kind, node["name"]) in data, f"no {kind} {node['name']}"
            elif key == "secret":
                assert (kind, node["secretName"]) in data, f"no {kind} {node['secretName']}"
        if "runtimeConfig" in spec:
            assert "runtime-config.toml" in data["Secret", spec["runtimeConfig"]["loadFromSecret"]]


def connections(resources):
    """Services, budgets and network policies select pods and ports that are there; the ingress, a service that is there."""
    services = {one["metadata"]["name"]: one["spec"] for one in resources if one["kind"] == "Service"}
    for resource in resources:
        kind, spec = resource["kind"], resource.get("spec", {})
        if kind == "Service":
            assert {port["targetPort"] for port in spec["ports"]} <= selected(spec["selector"], resources)
        elif kind == "PodDisruptionBudget":
            selected(spec["selector"]["matchLabels"], resources)
        elif kind == "NetworkPolicy":
            ports = selected(spec["podSelector"]["matchLabels"], resources)
            assert {port["port"] for rule in spec["ingress"] for port in rule["ports"]} <= ports
        elif kind == "Ingress":
            for key, node in nodes(spec):
                if key == "service":
                    assert node["port"]["name"] in {port["name"] for port in services[node["name"]]["ports"]}


def restricted(resources):
    """Where the namespace demands it, pods have no privilege and cannot get one, and their root file system is read-only."""
    level = "pod-security.kubernetes.io/enforce"
    namespace = next(one for one in resources if one["kind"] == "Namespace")
    for resource in resources:
        assert resource["kind"] == "Namespace" or resource["metadata"].get("namespace") == "countersign", resource["kind"]
    for _, _, spec in pods(resources):
        if "containers" not in spec:
            assert namespace["metadata"]["labels"][level] == "baseline", "the operator's pods are not `restricted`"
            continue
        assert spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"]
        assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
            assert context["capabilities"]["drop"] == ["ALL"] and container["resources"]["limits"]["memory"]


def main():
    resources = list(yaml.safe_load_all(sys.stdin))
    secrets = list(yaml.safe_load_all(pathlib.Path(sys.argv[1]).read_text()))
    for resource in resources + secrets:
        validate(resource)
    references(resources, secrets)
    connections(resources)
    restricted(resources)
    print(" ".join(sorted(resource["kind"] for resource in resources)))


main()
