"""Signing in: the same answer to every wrong guess, a fresh session, local destinations only."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import select

from inspection.extensions import db
from inspection.models import AuditEntry, User
from inspection.models.types import now
from inspection.web.sign_in import REFUSED, local_path
from tests.web.conftest import PAGE, PASSWORD, csrf_of


def acts(app):
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def test_the_right_password_opens_the_home_page(client, staff, sign_in):
    reply = sign_in(staff("secretariat"))

    assert (reply.status_code, reply.location) == (303, "/home")
    assert "secretariat@city.example.jp" in client.get("/home").text


def test_the_email_may_be_typed_with_capitals_and_spaces(staff, sign_in):
    email = staff("secretariat")

    assert sign_in(f" {email.upper()} ").status_code == 303


def test_unknown_email_and_wrong_password_look_the_same(staff, sign_in):
    wrong = sign_in(staff("secretariat"), "wrong-password")
    unknown = sign_in("nobody@city.example.jp", "wrong-password")

    pages = [re.sub(r'value="[^"]*"', "", reply.text) for reply in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 422
    assert pages[0] == pages[1]
    assert REFUSED in pages[0]


def test_every_attempt_is_audited(app, staff, sign_in):
    email = staff("secretariat")

    sign_in(email, "wrong-password")
    sign_in("nobody@city.example.jp")
    sign_in(email)

    assert acts(app)[-3:] == ["user.sign_in_refused", "user.sign_in_refused", "user.sign_in"]


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("", "something", "両方を入力"),
        ("a@city.example.jp", "", "両方を入力"),
        ("a" * 201 + "@x.jp", "something", REFUSED),
        ("a@city.example.jp", "x" * 1001, REFUSED),
        ("a\x00@city.example.jp", "some\x00thing", REFUSED),
        ("’; drop table users --@x.jp", "something", REFUSED),
    ],
)
def test_odd_input_is_refused_with_a_sentence(sign_in, email, password, said):
    reply = sign_in(email, password)

    assert reply.status_code == 422
    assert said in reply.text


def test_what_was_typed_is_shown_escaped(sign_in):
    page = sign_in('"><script>alert(1)</script>@x.jp', "something").text

    assert "<script>alert" not in page


def test_a_disabled_account_cannot_sign_in(app, staff, sign_in):
    email = staff("secretariat")
    disable(app, email)

    assert sign_in(email).status_code == 422


def disable(app, email):
    with app.app_context():
        user = db.session.scalar(select(User).where(User.email == email))
        user.disabled_at = now()
        db.session.commit()


def test_a_form_without_its_token_is_refused(client, staff):
    form = {"email": staff("secretariat"), "password": PASSWORD}

    reply = client.post("/sign-in", data=form, headers=PAGE)

    assert reply.status_code == 400
    assert "もう一度お送りください" in reply.text
    assert client.get("/home").status_code == 302


def test_a_token_from_before_signing_in_is_void_after_it(client, staff, sign_in):
    before = csrf_of(client.get("/sign-in"))
    sign_in(staff("secretariat"))

    reply = client.post("/home/enrolment-code", data={"csrf_token": before}, headers=PAGE)

    assert reply.status_code == 400


def test_nothing_of_the_session_before_stays(client, staff, sign_in):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"

    sign_in(staff("secretariat"))

    with client.session_transaction() as session:
        assert "planted" not in session


def test_the_cookie_is_closed_to_scripts_and_other_sites(staff, sign_in):
    cookie = sign_in(staff("secretariat")).headers["Set-Cookie"]

    assert cookie.startswith("hantei_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize("app_settings", [{"HANTEI_SECURE_COOKIES": "1"}])
def test_behind_tls_the_cookie_is_sent_over_https_only(client):
    reply = client.get("/sign-in", base_url="https://hantei.city.example.jp")

    assert "Secure" in reply.headers["Set-Cookie"]


@pytest.mark.parametrize("app_settings", [{"HANTEI_SIGN_IN_LIMIT": "3 per minute"}])
def test_guessing_is_stopped(sign_in):
    statuses = [sign_in("nobody@city.example.jp", "guess").status_code for _ in range(3)]
    stopped = sign_in("nobody@city.example.jp", "guess")

    assert statuses == [422, 422, 422]
    assert stopped.status_code == 429
    assert re.search(r"\d+ 秒ほど待って", stopped.text)
    assert int(stopped.headers["Retry-After"]) <= 60


def test_signing_out_ends_the_session(client, staff, sign_in):
    sign_in(staff("secretariat"))

    reply = client.post("/sign-out", data={"csrf_token": csrf_of(client.get("/home"))})

    assert (reply.status_code, reply.location) == (303, "/")
    assert client.get("/home").status_code == 302


def test_another_site_cannot_sign_somebody_out(client, staff, sign_in):
    sign_in(staff("secretariat"))

    assert client.post("/sign-out", headers=PAGE).status_code == 400
    assert client.get("/home").status_code == 200


def test_signing_out_after_the_session_has_ended_is_no_error(client):
    assert client.post("/sign-out").status_code == 303


@pytest.mark.parametrize("app_settings", [{"HANTEI_SESSION_HOURS": "2"}])
def test_a_session_ends_after_its_hours(client, staff, sign_in):
    sign_in(staff("secretariat"))
    with client.session_transaction() as session:
        session["signed_in_at"] = int(time.time()) - 2 * 3600

    assert client.get("/home").location == "/sign-in?next=/home"


def test_disabling_an_account_ends_its_sessions(app, client, staff, sign_in):
    email = staff("secretariat")
    sign_in(email)

    disable(app, email)

    assert client.get("/home").status_code == 302


def test_signing_in_leads_back_to_the_page_that_asked(client, staff, sign_in):
    asked = client.get("/home?tab=1").location

    assert asked == "/sign-in?next=/home?tab%3D1"
    assert sign_in(staff("secretariat"), next="/home?tab=1").location == "/home?tab=1"


def test_signing_in_never_leads_to_another_site(staff, sign_in):
    assert sign_in(staff("secretariat"), next="https://evil.example/").location == "/home"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\tevil",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
    ],
)
def test_addresses_elsewhere_are_no_local_paths(address):
    assert local_path(address) is None


@pytest.mark.parametrize("address", ["/home", "/home?a=1&b=二", "/"])
def test_paths_of_ours_are_local(address):
    assert local_path(address) == address


def test_who_is_signed_in_needs_no_form(client, staff, sign_in):
    sign_in(staff("secretariat"))

    assert client.get("/sign-in").location == "/home"
