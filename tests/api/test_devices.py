from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.conftest import Caller
from tests.factories import new_id


@pytest.fixture
def code(secretariat):
    return secretariat.post("/devices/codes").json["code"]


@pytest.fixture
def app_settings():
    return {"HANTEI_SIGN_IN_LIMIT": "6 per minute"}


def enrol(anonymous, code, name="タブレット1"):
    return anonymous.post("/devices/enrol", json={"code": code, "name": name})


def test_a_code_comes_with_its_link_and_ends_after_fifteen_minutes(secretariat):
    reply = secretariat.post("/devices/codes")

    ends = datetime.fromisoformat(reply.json["expires_at"])
    left = ends - datetime.now(UTC)
    assert reply.status_code == 201
    assert reply.json["code"] in reply.json["url"]
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_a_code_is_traded_once_for_an_inspectors_token(client, anonymous, code):
    reply = enrol(anonymous, code)
    again = enrol(anonymous, code)

    tablet = Caller(client, reply.json["token"])
    assert (reply.status_code, again.status_code) == (201, 422)
    assert tablet.get("/houses").status_code == 200
    assert tablet.get("/meetings").status_code == 403


def test_a_code_may_be_typed_in_small_letters(anonymous, code):
    assert enrol(anonymous, code.lower()).status_code == 201


def test_a_code_that_is_out_of_date_is_refused(app, anonymous, code):
    from inspection.extensions import db
    from inspection.models import EnrolmentCode
    from inspection.models.types import now

    with app.app_context():
        db.session.query(EnrolmentCode).update({"expires_at": now()})
        db.session.commit()

    reply = enrol(anonymous, code)
    assert (reply.status_code, "有効期限" in reply.json["detail"]) == (422, True)


def test_of_tablets_that_race_for_one_code_one_wins_and_the_others_are_told(app, code):
    from concurrent.futures import ThreadPoolExecutor

    from inspection.errors import InvalidError
    from inspection.services import devices

    def try_it(number):
        with app.app_context():
            try:
                devices.enrol_device(code, f"端末{number}", None)
            except InvalidError as error:
                return error.detail
        return "enrolled"

    with ThreadPoolExecutor(5) as pool:
        found = sorted(pool.map(try_it, range(5)))

    assert found == sorted([devices.USED] * 4 + ["enrolled"])


@pytest.mark.parametrize(
    "body",
    [{}, {"code": "x"}, {"code": "x", "name": ""}, {"code": "\x00", "name": "x"}, {"code": 5}],
)
def test_a_faulty_enrolment_is_422(anonymous, body):
    assert anonymous.post("/devices/enrol", json=body).status_code == 422


def test_guessing_codes_is_slowed_down(anonymous):
    replies = [enrol(anonymous, f"GUESS{number}") for number in range(7)]

    assert [reply.status_code for reply in replies] == [422] * 6 + [429]
    assert replies[-1].mimetype == "application/problem+json"
    assert int(replies[-1].headers["Retry-After"]) > 0


def test_a_lost_tablet_is_shut_out_at_once(client, secretariat, anonymous, code):
    enrolled = enrol(anonymous, code).json
    tablet = Caller(client, enrolled["token"])

    listed = secretariat.get("/devices").json["items"]
    deleted = secretariat.delete(f"/devices/{enrolled['device']['id']}")

    assert [device["name"] for device in listed] == ["タブレット1"]
    assert deleted.status_code == 204
    refused = tablet.get("/houses")
    assert (refused.status_code, "停止されています" in refused.json["detail"]) == (401, True)
    assert secretariat.delete(f"/devices/{enrolled['device']['id']}").status_code == 204
    assert secretariat.delete(f"/devices/{new_id()}").status_code == 404


def test_tokens_are_listed_without_their_text_and_can_be_revoked(client, admin, tokens):
    secret = tokens("gis", label="QGIS")

    listed = admin.get("/tokens")
    token = next(item for item in listed.json["items"] if item["label"] == "QGIS")
    reply = admin.delete(f"/tokens/{token['id']}")

    assert set(token) >= {"id", "label", "role", "last_used_at"}
    assert secret not in listed.text
    assert reply.status_code == 204
    assert Caller(client, secret).post("/scores", json={"structure": "wooden"}).status_code == 401
    assert admin.delete(f"/tokens/{new_id()}").status_code == 404


def test_a_token_is_kept_as_a_digest_only(app, tokens):
    from inspection.extensions import db
    from inspection.models import Token

    secret = tokens("gis")

    with app.app_context():
        assert secret not in str([vars(row) for row in db.session.query(Token)])


def test_last_use_is_noted(admin, inspector):
    inspector.get("/houses")

    items = admin.get("/tokens").json["items"]

    used = {item["label"]: item["last_used_at"] for item in items}
    assert used["test inspector"]


def test_a_token_past_its_expiry_is_401(app, inspector):
    from inspection.extensions import db
    from inspection.models import Token
    from inspection.models.types import now

    with app.app_context():
        db.session.query(Token).update({"expires_at": now()})
        db.session.commit()

    assert inspector.get("/houses").status_code == 401
