"""The commands, and what they left in the database."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller


@pytest.fixture
def run(app):
    """Run a command; returns the exit code and what was printed on both streams."""

    def run(*arguments):
        result = app.test_cli_runner().invoke(args=list(map(str, arguments)))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


@pytest.fixture
def houses(secretariat):
    """The stored houses by code, as the API shows them."""
    return lambda: {h["code"]: h for h in secretariat.get("/houses?limit=1000").json["items"]}


@pytest.fixture
def visits(secretariat):
    return lambda: secretariat.get("/inspections?limit=1000").json["items"]
