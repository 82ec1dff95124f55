"""The front page: plain Japanese, true figures, links that lead somewhere."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import event

from inspection import __version__, create_app
from inspection.extensions import db
from tests import databases
from tests.factories import a_house


def test_says_in_japanese_what_runs_here(client):
    page = client.get("/").text

    assert '<html lang="ja">' in page
    assert "老朽空き家の現地判定を、家の前から委員会の資料まで。" in page
    assert __version__ in page


def test_speaks_english_when_asked(client):
    page = client.get("/?lang=en").text

    assert '<html lang="en">' in page
    assert "Staff sign-in" in page
    assert "職員のサインイン" not in page


def test_an_unknown_language_is_answered_in_the_default_one(client):
    assert '<html lang="ja">' in client.get("/?lang=fr").text


def test_counts_what_is_there(client, tokens):
    header = {"Authorization": f"Bearer {tokens('secretariat')}"}
    for _ in range(3):
        client.put(f"/api/v1/houses/{uuid.uuid4()}", json=a_house(), headers=header)

    page = client.get("/").text

    assert "<dt>家屋</dt><dd>3<small>戸</small></dd>" in page
    assert "<dt>判定の記録</dt><dd>0<small>件</small></dd>" in page


def test_says_that_nothing_is_there_yet(client):
    assert "家屋はまだ登録されていません。" in client.get("/").text


def test_costs_one_query(app, client):
    asked = []
    with app.app_context():
        engine = db.engine

    def note(conn, cursor, statement, *_):
        if statement.lower().startswith("select"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    client.get("/")

    assert len(asked) == 1


def test_answers_when_the_database_cannot_be_used(run_databases, database_kind, tmp_path):
    bare = run_databases.bare(database_kind, tmp_path)
    app = create_app(databases.settings(bare, tmp_path))

    reply = app.test_client().get("/")

    assert reply.status_code == 200
    assert "データベースを使えません" in reply.text
    assert "relation" not in reply.text
    assert "no such table" not in reply.text


def test_tells_qgis_the_address_at_which_the_reader_came(client):
    page = client.get("/", base_url="http://hantei.city.example.jp:8000").text

    assert 'value="http://hantei.city.example.jp:8000/ogc/"' in page


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/openapi.json", "/ogc/", "/sign-in"])
def test_links_lead_somewhere(client, path):
    page = client.get("/").text

    assert f'href="{path}"' in page
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("app_settings", [{"HANTEI_LANGUAGE": "en"}])
def test_the_default_language_is_a_setting(client):
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="ja">' in client.get("/sign-in").text
