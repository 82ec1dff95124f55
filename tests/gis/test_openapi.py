"""What a fuzzer makes of the API document: no 5xx, and no reply that is not documented."""

from __future__ import annotations

import re

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

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 2}


def test_a_fuzzer_finds_no_5xx_and_no_reply_that_is_not_documented(world, city):
    schema = schemathesis.openapi.from_wsgi("/ogc/api?f=json", world.app)
    known = {"featureId": city.ids("houses", {"limit": 1})[0]}

    faults = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if re.search("/(inspections|photos)(?!/items$)", operation.path):
            continue  # made by the same views as those of the houses
        for mode, examples in EXAMPLES.items():
            try:
                _fuzz(operation, mode, examples, world.tokens["gis"], known)
            except Unsatisfiable:  # nothing invalid can be made up
                continue
            except (Exception, FailureGroup) as fault:
                faults.append(f"{operation.label} ({mode.value}): {fault}"[:1200])

    assert not faults, "\n\n".join(faults)


def _fuzz(operation, mode, examples, token, known):
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
        if mode is GenerationMode.POSITIVE and "houses" in operation.path:
            parts = case.path_parameters or {}
            case.path_parameters = {**parts, **{k: v for k, v in known.items() if k in parts}}
        # Its WSGI transport does not unpack what it says it takes.
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()
