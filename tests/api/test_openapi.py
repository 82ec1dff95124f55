"""The document says what the application does: form, names, and every reply of a fuzzer's run."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, send_photo

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
for _kind in ("application/toml", SPREADSHEET):
    schemathesis.serializer.alias(_kind, "application/octet-stream")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
VERBS = ("get", "put", "post", "delete", "patch")


@pytest.fixture
def document(anonymous):
    return anonymous.get("/openapi.json").json


def operations(document):
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield verb, path, item[verb]


def test_the_document_is_openapi_3_1_by_its_own_schema(document):
    assert document["openapi"] == "3.1.0"
    # Every schema of the document is a JSON Schema of draft 2020-12, which OpenAPI 3.1 takes over.
    for name, schema in document["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid({"$schema": DRAFT, **schema}), name


def test_every_reference_in_the_document_points_somewhere(document):
    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    for reference in set(references(document)):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, reference
            target = target[part]


def test_every_operation_has_its_own_id_a_summary_and_a_tag(document):
    found = list(operations(document))

    ids = [operation.get("operationId") for _, _, operation in found]
    assert None not in ids
    assert len(ids) == len(set(ids))
    assert [path for _, path, operation in found if not operation.get("summary")] == []
    assert [path for _, path, operation in found if not operation.get("tags")] == []


def test_the_document_and_the_routes_name_the_same_operations(app, document):
    documented = {
        (verb.upper(), re.sub(r"{[^}]+}", "{}", path)) for verb, path, _ in operations(document)
    }
    routes = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and "/docs" not in rule.rule
    }

    assert documented == routes - {("GET", "/api/v1/openapi.json")}


def test_every_operation_says_how_it_refuses(document):
    for verb, path, operation in operations(document):
        problems = {
            status: reply.get("content", {}).keys()
            for status, reply in operation["responses"].items()
            if status >= "4"
        }
        assert problems, (verb, path)
        assert all(kinds == {"application/problem+json"} for kinds in problems.values()), path
        if operation.get("security"):
            assert {"401", "403"} <= problems.keys(), path


def test_enrolment_alone_needs_no_token(document):
    open_to_all = {path for _, path, op in operations(document) if not op.get("security")}

    assert open_to_all == {"/api/v1/devices/enrol"}


def test_the_document_needs_no_token_and_no_other_host(anonymous):
    reply = anonymous.get("/openapi.json")

    assert reply.status_code == 200
    assert re.findall(r"https?://(?!spec\.openapis\.org|json-schema\.org)[a-z.]+", reply.text) == []


@pytest.fixture
def ids(secretariat):
    """Ids of records that are there, by the name of the path's parameter."""
    house = a_kept_house(secretariat)
    visit = a_confirmed_visit(secretariat, house)
    meeting = a_kept_meeting(secretariat, visit)
    pack = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "closed"}).json["id"]
    return {
        "house_id": house,
        "inspection_id": visit,
        "photo_id": send_photo(secretariat, visit),
        "meeting_id": meeting,
        "pack_id": pack,
        "table_id": "jp.substandard-dwelling.wooden",
        "version": "2004-07-01",
    }


@pytest.fixture
def fuzz(app, ids):
    """Send what schemathesis makes up for one operation, valid and invalid; return the faults."""
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]

    def run(operation, mode, token, examples):
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode))
        def send(case):
            if mode is GenerationMode.POSITIVE:
                known = {name: ids[name] for name in case.path_parameters or {} if name in ids}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks)

        send()

    return run


@pytest.mark.parametrize("role", ["secretariat", "admin"])
def test_a_fuzzer_finds_no_5xx_and_no_reply_that_is_not_documented(app, caller, fuzz, role):
    sender = caller(role)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    faults = []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            try:
                fuzz(operation, mode, sender.token, examples=5)
            except Unsatisfiable:  # nothing invalid can be made up
                continue
            except (Exception, FailureGroup) as fault:
                faults.append(f"{operation.label} ({mode.value}): {fault}"[:1200])

    assert not faults, "\n\n".join(faults)
