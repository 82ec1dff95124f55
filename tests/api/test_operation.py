from __future__ import annotations

import base64

import pytest

from tests.api.conftest import Caller


def test_healthz_needs_no_token_and_no_database(app, anonymous):
    assert anonymous.get("//healthz").status_code == 200


def test_readyz_names_database_storage_and_migrations(anonymous):
    reply = anonymous.get("//readyz")

    assert reply.status_code == 200
    assert reply.json["checks"] == {"database": "ok", "storage": "ok", "migrations": "ok"}


def test_readyz_is_503_when_the_storage_is_gone(anonymous, monkeypatch):
    from uploads.errors import StorageUnavailableError
    from uploads.local import LocalStorage

    def gone(*_):
        raise StorageUnavailableError("gone")

    monkeypatch.setattr(LocalStorage, "check", gone)
    reply = anonymous.get("//readyz")

    assert (reply.status_code, reply.json["checks"]["storage"]) == (503, "unavailable")
    assert reply.headers["Retry-After"]


def test_readyz_is_503_when_migrations_are_behind(app, anonymous):
    from sqlalchemy import text

    from inspection.extensions import db

    with app.app_context():
        db.session.execute(text("update alembic_version set version_num = '0001'"))
        db.session.commit()
    reply = anonymous.get("//readyz")
    with app.app_context():
        from alembic.script import ScriptDirectory

        from inspection.config import PROJECT_ROOT

        head = ScriptDirectory(str(PROJECT_ROOT / "migrations")).get_current_head()
        db.session.execute(text("update alembic_version set version_num = :head"), {"head": head})
        db.session.commit()

    assert reply.status_code == 503
    assert "0001" in reply.json["checks"]["migrations"]


def test_metrics_answer_loopback_only(client):
    here = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    there = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert here.status_code == 200
    assert b"hantei_requests_total" in here.data
    assert there.status_code == 404


class TestPublicMetrics:
    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_METRICS_PUBLIC": "1"}

    def test_a_setting_opens_them(self, client):
        reply = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})

        assert reply.status_code == 200


def test_metrics_count_jobs_and_photos(client, inspector):
    from tests.api.steps import a_kept_visit, send_photo

    send_photo(inspector, a_kept_visit(inspector))

    page = client.get("/metrics").text

    assert 'hantei_jobs{kind="photo.derive",state="queued"} 1.0' in page
    assert 'hantei_photos{status="received"} 1.0' in page


def test_a_token_may_come_as_the_password_of_basic(client, tokens):
    token = tokens("inspector")

    def get(user, password):
        value = base64.b64encode(f"{user}:{password}".encode()).decode()
        return client.get("/api/v1/houses", headers={"Authorization": f"Basic {value}"})

    assert get("anybody", token).status_code == 200
    assert get("日本", token).status_code == 200
    assert get("", token).status_code == 200
    assert get(token, "").status_code == 401
    assert get("x", token + "x").status_code == 401


def test_without_a_valid_token_it_is_401_with_a_challenge(anonymous, client):
    reply = anonymous.get("/houses")
    wrong = Caller(client, "hantei_wrong").get("/houses")

    assert (reply.status_code, wrong.status_code) == (401, 401)
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_url_is_not_taken(client, tokens):
    assert client.get(f"/api/v1/houses?token={tokens('admin')}").status_code == 401


def test_401_comes_before_403_before_404_before_422(caller, anonymous):
    from tests.factories import new_id

    url = f"/meetings/{new_id()}/cases"
    inspector, secretariat = caller("inspector"), caller("secretariat")

    assert anonymous.put(url, json={"x": 1}).status_code == 401
    assert inspector.put(url, json={"x": 1}).status_code == 403
    assert secretariat.put(url, json={"x": 1}).status_code == 404


def test_replies_are_safe_for_browsers(inspector):
    headers = inspector.get("/houses").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert "no-cache" in headers["Cache-Control"]


def test_no_other_site_may_read_by_default(inspector):
    headers = inspector.get("/houses", headers={"Origin": "https://other.example"}).headers

    assert "Access-Control-Allow-Origin" not in headers


class TestCrossOrigin:
    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_CORS_ORIGINS": "https://map.example"}

    def test_a_named_site_may(self, inspector, anonymous):
        origin = {"Origin": "https://map.example"}

        preflight = anonymous.send("OPTIONS", "/houses", headers=origin)
        reply = inspector.get("/houses", headers=origin)
        other = inspector.get("/houses", headers={"Origin": "https://map.example.evil"})

        assert preflight.headers["Access-Control-Allow-Origin"] == "https://map.example"
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        assert reply.headers["Access-Control-Allow-Origin"] == "https://map.example"
        assert "ETag" in reply.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Origin" not in other.headers


def test_secrets_never_reach_the_log(secretariat):
    from structlog.testing import capture_logs

    from tests.api.steps import a_kept_house
    from tests.factories import an_owner

    with capture_logs() as events:
        house = a_kept_house(secretariat)
        secretariat.put(f"/houses/{house}/owner", json=an_owner())
        code = secretariat.post("/devices/codes").json["code"]

    logged = str(events)
    assert [event["status"] for event in events if event["event"] == "request"] == [201, 201, 201]
    for secret in (secretariat.token, an_owner()["name"], code):
        assert secret not in logged
