"""One caller a role: a client that sends that role's token, with paths below /api/v1."""

from __future__ import annotations

import pytest

BASE = "/api/v1"


class Caller:
    """Sends requests with one token; a path that starts with // is taken as it is after the /."""

    def __init__(self, client, token):
        self.client = client
        self.token = token

    def send(self, method, path, headers=None, **arguments):
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(
            path[1:] if path.startswith("//") else BASE + path,
            method=method,
            headers=authorization | (headers or {}),
            **arguments,
        )

    def get(self, path, **arguments):
        return self.send("GET", path, **arguments)

    def put(self, path, **arguments):
        return self.send("PUT", path, **arguments)

    def post(self, path, **arguments):
        return self.send("POST", path, **arguments)

    def delete(self, path, **arguments):
        return self.send("DELETE", path, **arguments)


@pytest.fixture
def caller(client, tokens):
    """Make a caller: `caller("inspector")`; `caller(None)` sends no token."""

    def make(role):
        return Caller(client, tokens(role, label=f"test {role}") if role else None)

    return make


@pytest.fixture
def inspector(caller):
    return caller("inspector")


@pytest.fixture
def secretariat(caller):
    return caller("secretariat")


@pytest.fixture
def committee(caller):
    return caller("committee")


@pytest.fixture
def admin(caller):
    return caller("admin")


@pytest.fixture
def anonymous(caller):
    return caller(None)


@pytest.fixture
def work(app):
    """Run every background job that is due, as the worker does; returns how many there were."""
    from inspection.services.background import KINDS
    from inspection.worker import Worker

    return lambda: Worker(app, KINDS).drain()
