"""What schemathesis cannot know of the API: how bytes are sent, what only the server can make, and where the schema cannot say everything."""

import os
import re
import tomllib
from pathlib import Path

import schemathesis

# Bytes of these types are sent as they are.
for of_bytes in ("application/partial-upload", "image/jpeg", "image/png"):
    schemathesis.serializer.alias(of_bytes, "application/octet-stream")

# What counts for every operation.
EVERY = "*"

# The server hands these out, by operation: a cursor, and the head of an audit's chain with its count. Nobody can make up one that is valid.
HANDED_OUT = {EVERY: ["cursor"], "verify_system_audit": ["head", "count"]}

WAIVABLE = ("positive_data_acceptance", "negative_data_rejection")
WAIVED = {
    (waiver["check"], waiver["status"], operation, what)
    for waiver in tomllib.loads(Path(__file__).with_name("waivers.toml").read_text(encoding="utf-8"))["waivers"]
    for operation, about in waiver["of"].items()
    for what in about
}
found = set()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Where everything is meant to be valid: leaves out what is handed out, and writes integers as such. To JSON Schema 30.0 is an integer, to
    the API it is not, which its description says."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    make_whole(case.body)
    names = HANDED_OUT[EVERY] + HANDED_OUT.get(operation_of(case), [])
    for values in (case.query, case.body):
        for name in names:
            if isinstance(values, dict):
                values.pop(name, None)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Keeps a failure unless all that the answer names is waived. What was found is noted: a waiver for which nothing is found must go."""
    check = next((check for check in failure.checks if check in WAIVABLE), None)
    if check is None:
        return True
    operation = operation_of(case)
    findings = {(check, response.status_code, operation, what) for what in what_of(response)}
    note(findings - found)
    found.update(findings)
    return not all(is_waived(*finding) for finding in findings)


def operation_of(case):
    return case.operation.definition.raw["operationId"]


def make_whole(value):
    """Writes `30` for `30.0`, wherever it is in a body."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, each in list(places):
        if isinstance(each, float) and each.is_integer():
            value[place] = int(each)
        make_whole(each)


def is_waived(check, status, operation, what):
    return any((check, status, each, what) in WAIVED for each in (operation, EVERY))


def what_of(response):
    """What the answer is about: the fields that it names, else its code, or that the call was accepted."""
    if response.status_code < 400:
        return ["accepted"]
    problem = response.json()
    fields = [re.sub(r"/\d+(?=/|$)", "/*", error["pointer"]) for error in problem.get("errors") or []]
    return fields or [problem["code"]]


def note(findings):
    """Writes them to the file that `FINDINGS` names, a line for each."""
    with open(os.environ["FINDINGS"], "a", encoding="utf-8") as file:
        for finding in sorted(findings, key=str):
            print(*finding, sep="\t", file=file)
