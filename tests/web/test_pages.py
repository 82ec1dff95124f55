"""What holds for every page: error pages, enrolment, headers, no inline script, no dead file."""

from __future__ import annotations

import re

import pytest

from inspection.auth import public
from inspection.extensions import db
from tests.web.conftest import PAGE

# What is said here is the same whatever the database is.
pytestmark = pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True)

PAGES = ("/", "/?lang=en", "/sign-in", "/enrol?code=ABCDE-23456", "/api/v1/docs", "/nothing-here")


def test_a_browser_gets_a_japanese_page_for_an_unknown_address(client):
    reply = client.get("/nothing-here", headers=PAGE)

    assert (reply.status_code, reply.mimetype) == (404, "text/html")
    assert "<h1>見つかりません</h1>" in reply.text


def test_a_program_gets_a_problem_for_an_unknown_address(client):
    reply = client.get("/nothing-here")

    assert (reply.status_code, reply.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/ogc/nothing", "/uploads/nothing"])
def test_the_api_answers_browsers_with_problems_too(client, path):
    reply = client.get(path, headers=PAGE)

    assert reply.mimetype == "application/problem+json"


def test_a_wrong_method_is_a_page_too(client):
    reply = client.post("/", headers=PAGE)

    assert (reply.status_code, reply.mimetype) == (405, "text/html")


def test_an_unexpected_error_shows_a_number_to_ask_about_and_nothing_else(app):
    @public
    def broken():
        raise RuntimeError("secret internals")

    app.add_url_rule("/broken", view_func=broken)

    reply = app.test_client().get("/broken", headers=PAGE)

    assert (reply.status_code, reply.mimetype) == (500, "text/html")
    assert reply.headers["X-Request-Id"] in reply.text
    assert "secret internals" not in reply.text


def test_an_error_page_needs_no_database(app, client, staff, sign_in, monkeypatch):
    sign_in(staff("secretariat"))
    with app.app_context():
        engine = db.engine
    monkeypatch.setattr(engine, "raw_connection", lambda *a, **k: pytest.fail("asked"))
    monkeypatch.setattr(engine, "connect", lambda *a, **k: pytest.fail("asked"))

    reply = client.get("/nothing-here", headers=PAGE)

    assert reply.status_code == 404
    assert 'href="/home"' in reply.text


def test_the_enrolment_page_takes_over_the_code(client):
    reply = client.get("/enrol?code=ABCDE-23456")

    assert 'value="ABCDE-23456"' in reply.text
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_enrolment_page_shows_an_odd_code_escaped_and_cut(client):
    page = client.get("/enrol", query_string={"code": '"><script>x</script>' + "A" * 100}).text

    assert "<script>x" not in page
    assert "A" * 41 not in page


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_script_or_style(client, path):
    reply = client.get(path, headers=PAGE)

    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", reply.text, re.S)
    assert not any(script.strip() for script in scripts)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", reply.text)
    assert "'unsafe" not in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_for_files_that_are_here(client, path):
    page = client.get(path, headers=PAGE).text

    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert addresses
    assert {client.get(address).status_code for address in addresses} == {200}
    linked = re.findall(r'(?:src|href|action)="([^"]+)"', page)
    assert not [address for address in linked if "//" in address]


def test_style_sheets_ask_for_fonts_that_are_here(client):
    sheet = client.get("/static/hantei.css").text

    fonts = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(fonts) == 2
    for font in fonts:
        reply = client.get(f"/static/{font}")
        assert (reply.status_code, reply.mimetype) == (200, "font/ttf")
        assert "max-age=86400" in reply.headers["Cache-Control"]


def test_our_own_files_are_asked_for_anew(client):
    first = client.get("/static/hantei.css")

    again = client.get("/static/hantei.css", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_modules_are_served_as_script(client):
    assert client.get("/static/js/device.js").mimetype == "text/javascript"
