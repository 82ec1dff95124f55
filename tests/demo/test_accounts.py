"""The demo's accounts and tokens, and what `demo info` says of them."""

import re
import stat

import pytest

from inspection.auth import SYSTEM
from inspection.demo import accounts
from inspection.demo.info import sign_in_help
from inspection.models import ROLES
from inspection.services import access, devices


def test_accounts_sign_in_with_the_password_of_the_private_file(app):
    with app.app_context():
        known = accounts.ensure()

        assert stat.S_IMODE(accounts.path().stat().st_mode) == 0o600
        for role in ROLES:
            assert access.sign_in(f"{role}@example.jp", known.password, None).role == role
        assert len(known.password) >= access.MIN_PASSWORD


def test_each_role_has_a_token_that_works_and_stays(app):
    with app.app_context():
        first = accounts.ensure()
        again = accounts.ensure()

        assert again == first
        for role, token in first.tokens.items():
            assert access.actor_of_token(token, None).role == role


def test_a_revoked_token_is_replaced(app):
    with app.app_context():
        first = accounts.ensure()
        row = next(row for row in access.list_tokens() if row.role == "gis")
        access.revoke_token(row.id, SYSTEM)

        again = accounts.ensure()

        assert again.tokens["gis"] != first.tokens["gis"]
        assert again.tokens["admin"] == first.tokens["admin"]


def test_passwords_differ_between_installations(app):
    with app.app_context():
        first = accounts.ensure()
        accounts.path().unlink()

        again = accounts.ensure()

        assert again.password != first.password
        assert accounts.works(first, "secretariat")
        assert not accounts.works(again, "secretariat")


def test_info_tells_everything_needed_to_come_in(app, load_part):
    load_part(("R8-010",))

    with app.app_context():
        text = sign_in_help()
        known = accounts.ensure()
        code = re.search(r"/enrol\?code=(\w+)", text)[1]
        device, _ = devices.enrol_device(code, "tablet", None)

    assert device.name == "tablet"
    assert known.password in text
    for token in known.tokens.values():
        assert token in text
    for page in ("/sign-in", "/api/v1/docs", "/ogc/"):
        assert f"http://127.0.0.1:8000{page}" in text


def test_a_lost_password_is_not_shown_as_if_it_worked(app, load_part):
    load_part(("R8-010",))

    with app.app_context():
        accounts.path().unlink()
        text = sign_in_help()
        known = accounts.ensure()

    assert known.password not in text
    assert "user create" in text


def test_without_demo_data_info_makes_nothing_and_names_the_commands(app):
    with app.app_context():
        text = sign_in_help()

        assert access.list_tokens() == []
        assert not accounts.path().exists()
    assert "token create" in text
    assert "user create" in text
    assert "hantei_" not in text
    assert "/enrol" not in text


@pytest.mark.parametrize("app_settings", [{"HANTEI_DEMO": "0"}])
def test_with_the_demo_switched_off_info_makes_nothing(app, load_part):
    load_part(("R8-010",))

    with app.app_context():
        before = len(access.list_tokens())
        text = sign_in_help()

        assert len(access.list_tokens()) == before
    assert "hantei_" not in text
