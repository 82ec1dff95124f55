from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters

from inspection.errors import ConflictError, InvalidError

PASSWORD = "correct horse battery"


@pytest.fixture
def access(app):
    from inspection.services import access

    with app.app_context():
        yield access


@pytest.fixture
def user(access):
    return access.create_user("Clerk@City.example ", role="secretariat", password=PASSWORD)


def acts():
    from inspection.extensions import db
    from inspection.models import AuditEntry

    return [(row.act, row.actor) for row in db.session.query(AuditEntry)]


def test_the_right_password_signs_in_whatever_the_case_of_the_address(access, user):
    found = access.sign_in(" clerk@CITY.example", PASSWORD, "127.0.0.1")

    assert found.id == user.id
    assert acts()[-1] == ("user.sign_in", "clerk@CITY.example")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("clerk@city.example", "wrong"),
        ("clerk@city.example", ""),
        ("clerk@city.example", PASSWORD + "\x00"),
        ("nobody@city.example", PASSWORD),
        ("\x00", PASSWORD),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_anything_else_is_refused_and_noted(access, user, email, password):
    assert access.sign_in(email, password, "127.0.0.1") is None
    assert acts()[-1][0] == "user.sign_in_refused"


def test_a_disabled_account_is_refused(access, user):
    from inspection.database.transactions import write_transaction
    from inspection.extensions import db
    from inspection.models import User
    from inspection.models.types import now

    with write_transaction():
        db.session.query(User).update({"disabled_at": now()})

    assert access.sign_in("clerk@city.example", PASSWORD, None) is None
    assert access.user_by_id(str(user.id)) is None


def test_the_password_is_kept_as_an_argon2_hash(access, user):
    assert user.password_hash.startswith("$argon2id$")


def test_an_unknown_email_costs_what_a_wrong_password_costs(access, user):
    tried = extract_parameters(access._DUMMY_HASH)

    assert tried == extract_parameters(user.password_hash)
    assert (tried.type, tried.memory_cost >= 2**16) == (Type.ID, True)


def test_one_address_is_one_account(access, user):
    with pytest.raises(ConflictError):
        access.create_user("clerk@city.example", role="admin", password=PASSWORD)


@pytest.mark.parametrize(
    ("email", "role", "password"),
    [
        ("no address", "admin", PASSWORD),
        ("a@b", "mayor", PASSWORD),
        ("a@b", "admin", "short"),
        ("a@" + "b" * 300, "admin", PASSWORD),
    ],
)
def test_a_faulty_account_is_refused(access, email, role, password):
    with pytest.raises(InvalidError):
        access.create_user(email, role=role, password=password)


@pytest.mark.parametrize(("role", "label"), [("mayor", "x"), ("admin", " "), ("admin", "x" * 201)])
def test_a_faulty_token_is_refused(access, role, label):
    with pytest.raises(InvalidError):
        access.create_token(role=role, label=label)


@pytest.mark.parametrize("user_id", ["", "x", "8d7ac3a9-4fd2-4f6e-9d5b-1bb1cf9c8b0e"])
def test_a_session_of_nobody_is_nobody(access, user_id):
    assert access.user_by_id(user_id) is None


class TestCommands:
    @pytest.fixture
    def run(self, app):
        return lambda *words, **more: app.test_cli_runner().invoke(args=words, **more)

    def test_a_token_is_printed_alone_on_the_last_line_and_works(self, client, run):
        result = run("token", "create", "--role", "inspector", "--label", "タブレット")

        token = result.output.splitlines()[-1]
        reply = client.get("/api/v1/houses", headers={"Authorization": f"Bearer {token}"})
        assert (result.exit_code, reply.status_code) == (0, 200)

    def test_an_unknown_role_is_refused_with_the_known_ones(self, run):
        result = run("token", "create", "--role", "mayor", "--label", "x")

        assert result.exit_code != 0
        assert "secretariat" in result.output

    def test_a_user_is_made_with_a_password_from_standard_input(self, access, run):
        words = ("user", "create", "a@b.example", "--role", "admin", "--password-stdin")

        made = run(*words, input=f"{PASSWORD}\n")
        again = run(*words, input=f"{PASSWORD}\n")
        short = run("user", "create", "c@d", "--role", "admin", "--password-stdin", input="x\n")

        assert made.exit_code == 0
        assert access.sign_in("a@b.example", PASSWORD, None) is not None
        for refused in (again, short):
            assert refused.exit_code == 1
            assert len(refused.output.strip().splitlines()) == 1
