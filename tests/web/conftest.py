"""What tests of the pages share: staff who sign in, and a real browser on a real server."""

from __future__ import annotations

import re
import shutil
import threading

import pytest
from argon2 import PasswordHasher
from werkzeug.serving import make_server

from tests.api.conftest import caller, secretariat, work  # noqa: F401 (fixtures)
from tests.web.browser import PASSWORD, SIZES, Visitor

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def csrf_of(reply):
    """The CSRF token of the first form of a page."""
    return re.search(r'name="csrf_token" value="([^"]+)"', reply.text)[1]


def post(client, page, **form):
    """Send a form from a page, with the page's token."""
    token = csrf_of(client.get(page, headers=PAGE))
    form = {"csrf_token": token, **form}
    target = form.pop("to", page)
    return client.post(target, data=form, headers=PAGE)


def case_form(client, meeting):
    """What the desk's form holds as the page shows it."""
    page = client.get(f"/meetings/{meeting}", headers=PAGE).text
    return {
        "seen": re.search(r'name="seen" value="(\w+)"', page)[1],
        "case": re.findall(r'name="case" value="([^"]+)"', page),
    }


def order_of(api, meeting):
    """The visits of a meeting's cases, in order."""
    return [c["inspection_id"] for c in api.get(f"/meetings/{meeting}/cases").json["items"]]


@pytest.fixture
def staff(app, monkeypatch):
    """Make staff accounts: `staff("secretariat")` returns the email; the password is PASSWORD.

    The password is kept as a cheap hash, for a good one costs 0.2 s here and 0.2 s at each sign-in.
    """
    from inspection.services import access

    monkeypatch.setattr(access, "_hasher", CHEAP)

    def make(role):
        email = f"{role}@city.example.jp"
        with app.app_context():
            access.create_user(email, role=role, password=PASSWORD)
        return email

    return make


@pytest.fixture
def sign_in(client):
    """Send the sign-in form as a browser does; further fields by name."""

    def send(email, password=PASSWORD, **others):
        token = csrf_of(client.get("/sign-in", headers=PAGE))
        form = {"csrf_token": token, "email": email, "password": password, **others}
        return client.post("/sign-in", data=form, headers=PAGE)

    return send


@pytest.fixture
def server(app):
    """The address of a server with `app`, on a free port; stopped after the test."""
    httpd = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{httpd.server_port}"
    app.config["HANTEI_BASE_URL"] = address
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield address
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(params=sorted(SIZES))
def size(request):
    return request.param


@pytest.fixture
def visitor(chromium, server, size):
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=True)
    visitor = Visitor(context.new_page(), server)
    yield visitor
    context.close()
    assert visitor.outside == []


@pytest.fixture
def clerk(client, staff, sign_in):
    """A client signed in as secretariat."""
    sign_in(staff("secretariat"))
    return client
