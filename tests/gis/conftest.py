"""A reader that presents a token to the OGC API, and rows to read."""

from __future__ import annotations

import shutil
import threading
from contextlib import ExitStack

import pytest
from werkzeug.serving import make_server

from tests.gis import factories as make
from tests.gis import world as cities


class Reader:
    """GET below /ogc with one token, as a program would."""

    def __init__(self, client, token):
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path, query="", expect=200, headers=None):
        """The reply; query: dict, or text that is sent as it is."""
        reply = self._client.get(
            f"/ogc{path}", query_string=query, headers={**self._headers, **(headers or {})}
        )
        allowed = expect if isinstance(expect, tuple) else (expect,)
        assert reply.status_code in allowed, (path, query, reply.text[:500])
        return reply

    def json(self, path, query=""):
        return self.get(path, query).get_json(force=True)

    def items(self, collection, query=""):
        return self.json(f"/collections/{collection}/items", query)

    def ids(self, collection, query=""):
        return [feature["id"] for feature in self.items(collection, query)["features"]]

    def follow(self, link):
        """The document behind a link."""
        path, _, query = link["href"].removeprefix("http://localhost").partition("?")
        reply = self._client.get(path, query_string=query, headers=self._headers)
        assert reply.status_code == 200, (link, reply.text[:500])
        return reply


@pytest.fixture
def reader_of(client, tokens):
    """Make a reader for a role; None reads without a token."""
    return lambda role: Reader(client, tokens(role) if role else None)


@pytest.fixture
def reader(reader_of):
    return reader_of("secretariat")


@pytest.fixture
def one_of_each(app):
    """Ids of a house with a confirmed visit and its photo."""
    with make.rows(app):
        house = make.a_house()
        visit = make.a_visit(house, position=(130.876, 33.884))
        photo = make.a_photo(visit, position=(130.877, 33.885))
        return {"houses": str(house.id), "inspections": str(visit.id), "photos": str(photo.id)}


def links_of(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


@pytest.fixture(scope="session")
def worlds(run_databases, tmp_path_factory):
    """Give the city on a kind of database, the same one all through the run."""
    kept: dict[str, cities.World] = {}
    with ExitStack() as open_until_the_end:

        def give(kind):
            if kind not in kept:
                folder = tmp_path_factory.mktemp(f"world-{kind}")
                made = cities.served(kind, run_databases, folder)
                kept[kind] = open_until_the_end.enter_context(made)
            return kept[kind]

        yield give


@pytest.fixture
def world(worlds, database_kind):
    """A served city that no test changes: see tests/gis/world.py."""
    return worlds(database_kind)


@pytest.fixture
def city(world):
    """Read the city within the process, with the role gis."""
    return Reader(world.app.test_client(), world.tokens["gis"])


@pytest.fixture
def city_visitor(world):
    """Read the city within the process, without a token."""
    return Reader(world.app.test_client(), None)


@pytest.fixture
def server(app):
    """The address of a server with `app`, on a free port."""
    httpd = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(scope="module")
def chromium_gl():
    """A browser that draws WebGL without a graphics card."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = (
        "--no-sandbox --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --use-gl=angle --use-angle=swiftshader "
        "--enable-unsafe-swiftshader --ignore-gpu-blocklist"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags.split())
        yield browser
        browser.close()
