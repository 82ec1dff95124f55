"""A client that presents a token and reads replies of the OGC API."""

from __future__ import annotations

import pytest


class Reader:
    """GET below /ogc with one token, as a program would."""

    def __init__(self, client, token):
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path, expect=200, **query):
        """The reply; `bbox_crs` stands for the parameter `bbox-crs`."""
        arguments = {name.replace("_", "-"): value for name, value in query.items()}
        reply = self._client.get(f"/ogc{path}", query_string=arguments, headers=self._headers)
        assert reply.status_code == expect, (path, query, reply.text[:500])
        return reply

    def items(self, collection, **query):
        return self.get(f"/collections/{collection}/items", **query).get_json(force=True)

    def ids(self, collection, **query):
        return [feature["id"] for feature in self.items(collection, **query)["features"]]


@pytest.fixture
def reader_of(client, tokens):
    """Make a reader for a role; None reads without a token."""
    return lambda role: Reader(client, tokens(role) if role else None)


@pytest.fixture
def reader(reader_of):
    return reader_of("secretariat")


@pytest.fixture
def context(app):
    """An application context in which the factories write; it ends before requests read."""
    with app.app_context():
        yield
