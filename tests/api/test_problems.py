"""Whatever a client sends: one shape, the right status, never a 5xx, never the database's words."""

from __future__ import annotations

import json
import re

import pytest

from tests.api.steps import a_kept_house, a_kept_meeting, a_kept_visit, for_each, send_photo
from tests.factories import a_house, an_inspection, new_id
from uploads.storage import original_key

DATABASE_WORDS = re.compile(r"sqlite|psycopg|postgres|sqlalchemy|traceback|IntegrityError", re.I)


def is_a_problem(reply, status):
    assert reply.status_code == status, reply.text
    assert reply.mimetype == "application/problem+json"
    body = json.loads(reply.data)
    assert body.keys() >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert reply.headers["X-Request-Id"]
    assert not DATABASE_WORDS.search(reply.text)
    return body


@pytest.fixture
def put(inspector):
    def send(data, **arguments):
        arguments = {"content_type": "application/json"} | arguments
        return inspector.put(f"/houses/{new_id()}", data=data, **arguments)

    return send


@for_each(
    "data",
    [
        b"",
        b"{",
        b"{'code': 1}",
        b'{"code": "x",}',
        b"\xff\xfe{}",
        b'{"code": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"nonsense",
        b'{"code": NaN}',
        b'{"code": Infinity}',
        b'{"code": -Infinity}',
        b"{}{}",
        b"\x00",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"extra":' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"extra": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}",
    ],
    ids=range(18),
)
def test_malformed_json_is_400(put, data):
    is_a_problem(put(data), 400)


@for_each(
    "data",
    [
        b"[]",
        b"null",
        b"5",
        b'"text"',
        b"true",
        b"{}",
        b'{"code": 1e400, "structure": "wooden"}',
        b'{"storeys": 1' + b"0" * 5000 + b', "code": "x", "structure": "wooden"}',
        b'{"code": "\\ud800", "structure": "wooden"}',
        b'{"\\udfff": 1, "code": "x", "structure": "wooden"}',
        b'{"code": "x", "structure": "wooden", "\\u0000": 1}',
        b'{"code": "x\\u0000", "structure": "wooden"}',
        b'{"code": "x", "structure": "wooden", "extra": {"a": "\\ud800"}}',
        b'{"code": "x", "structure": "wooden", "location": {"type": "Point", "coordinates": [1e309, 1]}}',
        b'{"code": "x", "structure": "wooden", "location": {"type": "Point", "coordinates": [1' + b"0" * 400 + b', 1]}}',
        b'{"code": "x", "structure": "wooden", "floor_area_m2": -1e-400000}',
    ],
    ids=range(16),
)  # fmt: skip
def test_json_that_cannot_be_accepted_is_422(put, data):
    reply = put(data)

    if b"e-400000" in data:  # a zero, however small it is written
        assert reply.status_code == 201
        return
    assert is_a_problem(reply, 422)["errors"]


def test_infinite_and_odd_numbers_in_answers_are_never_stored(inspector):
    house = a_kept_house(inspector, structure="reinforced_concrete")
    url = f"/inspections/{new_id()}"

    for text in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 400, "1e-400"):
        body = json.dumps(an_inspection(house, answers={"1-3": {"value": "?"}}, notes={}))
        reply = inspector.put(url, data=body.replace('"?"', text), content_type="application/json")
        assert reply.status_code in (400, 422) or text == "1e-400", text
    assert inspector.get(url).status_code in (200, 404)


@for_each(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/xml"],
)  # fmt: skip
def test_another_media_type_is_415(put, content_type):
    is_a_problem(put(json.dumps(a_house()), content_type=content_type), 415)


@for_each(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"],
)
def test_json_by_any_of_its_names_is_accepted(put, content_type):
    assert put(json.dumps(a_house()), content_type=content_type).status_code == 201


def test_a_body_that_is_too_large_is_413(put):
    body = json.dumps(a_house(notes="x" * 4_100_000))

    is_a_problem(put(body), 413)


def test_a_body_cut_short_is_400_and_stores_nothing(inspector):
    house_id = new_id()
    body = json.dumps(a_house()).encode()

    reply = inspector.put(
        f"/houses/{house_id}",
        data=body[:-20],
        content_type="application/json",
        headers={"Content-Length": str(len(body))},
    )

    assert reply.status_code == 400
    assert inspector.get(f"/houses/{house_id}").status_code == 404


@for_each(
    ("method", "path", "status"),
    [
        ("GET", "//nowhere", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/houses/not-a-uuid", 404),
        ("GET", "/houses/%00", 404),
        ("GET", "/houses/../../etc/passwd", 404),
        ("DELETE", "/houses/8d7ac3a9-4fd2-4f6e-9d5b-1bb1cf9c8b0e", 405),
        ("PATCH", "/houses", 405),
        ("POST", "/rule-tables", 405),
        ("GET", "/scores", 405),
    ],
)
def test_no_such_path_or_method(inspector, method, path, status):
    body = is_a_problem(inspector.send(method, path), status)

    assert body["title"]


def test_405_names_the_methods_that_are_there(inspector):
    reply = inspector.send("PATCH", "/houses")

    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@for_each("accept", ["text/html", "application/xml;q=0.9", "*/*;q=0", "garbage;;;", "\x7f", ""])
def test_a_weird_accept_header_changes_nothing(inspector, accept):
    house = a_kept_house(inspector)

    reply = inspector.get(f"/houses/{house}", headers={"Accept": accept})

    assert (reply.status_code, reply.mimetype) == (200, "application/json")
    is_a_problem(inspector.get(f"/houses/{new_id()}", headers={"Accept": accept}), 404)


def test_head_is_get_without_the_body(inspector):
    house = a_kept_house(inspector)

    head = inspector.send("HEAD", f"/houses/{house}")

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == inspector.get(f"/houses/{house}").headers["ETag"]
    assert inspector.send("HEAD", f"/houses/{new_id()}").status_code == 404


def test_options_needs_no_token_and_names_the_methods(anonymous):
    reply = anonymous.send("OPTIONS", f"/houses/{new_id()}")

    assert reply.status_code == 200
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}


@for_each(
    "headers",
    [
        {"If-Match": "\x00"},
        {"If-Match": '"' * 5000},
        {"If-None-Match": "W/"},
        {"If-Modified-Since": "yesterday"},
        {"Range": "bytes=x-"},
        {"Content-Type": "application/json; charset=nonsense"},
        {"Cookie": "session=\xff; ="},
        {"X-Forwarded-For": "'; drop table houses"},
        {"X-Request-Id": "a b\tc"},
        {"Accept-Language": "\xff" * 500},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + "A" * 5000},
        {"Authorization": "Bearer \xff\x00"},
        {"Authorization": "Digest x"},
        {"Origin": "null"},
        {"Expect": "200-maybe"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_odd_headers_never_end_in_a_5xx(inspector, headers):
    assert inspector.get("/houses", headers=headers).status_code < 500
    put = inspector.put(f"/houses/{new_id()}", json=a_house(), headers=headers)
    assert put.status_code < 500


def test_every_reply_carries_a_request_id_and_a_good_one_is_kept(inspector, anonymous):
    given = {"X-Request-Id": "tablet-7.2026-05-12"}

    assert inspector.get("/houses", headers=given).headers["X-Request-Id"] == given["X-Request-Id"]
    for reply in (
        inspector.get("/houses"),
        anonymous.get("/houses"),
        inspector.get("/nowhere"),
        inspector.get("/houses", headers={"X-Request-Id": "bad id"}),
        anonymous.get("//healthz"),
    ):
        assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["X-Request-Id"])


def test_an_unexpected_error_is_a_problem_that_tells_nothing(app, secretariat, monkeypatch):
    from inspection.services import meetings

    app.config["PROPAGATE_EXCEPTIONS"] = app.testing = False
    meeting = a_kept_meeting(secretariat)

    def fall(*_args, **_kwargs):
        raise RuntimeError("sqlite secret path /var/hantei.db")

    monkeypatch.setattr(meetings, "get", fall)
    body = is_a_problem(secretariat.get(f"/meetings/{meeting}"), 500)

    assert "secret" not in str(body)


def test_a_database_that_is_gone_is_503_with_retry_after(app, secretariat, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from inspection.services import meetings

    def fall(*_args, **_kwargs):
        raise OperationalError("select", {}, Exception("sqlite: disk I/O error"))

    monkeypatch.setattr(meetings, "list_meetings", fall)
    reply = secretariat.get("/meetings")

    is_a_problem(reply, 503)
    assert int(reply.headers["Retry-After"]) > 0


def test_storage_that_is_gone_is_503_with_retry_after(app, secretariat, inspector, monkeypatch):
    from tests.api.steps import a_kept_visit, photo_url, send_photo
    from tests.factories import a_jpeg
    from uploads.errors import StorageUnavailableError
    from uploads.local import LocalStorage

    visit = a_kept_visit(inspector)

    def full(*_args, **_kwargs):
        raise StorageUnavailableError("no space left on /secret/path")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStorage, "adopt", full)
        photo = new_id()
        reply = inspector.put(photo_url(visit, photo), data=a_jpeg())

    body = is_a_problem(reply, 503)
    assert "secret" not in str(body)
    assert int(reply.headers["Retry-After"]) > 0
    send_photo(inspector, visit, photo_id=photo)


def test_a_file_that_the_storage_lost_is_told_as_such(app, secretariat):
    from inspection.resources import storage

    photo = send_photo(secretariat, a_kept_visit(secretariat))
    sha256 = secretariat.get(f"/photos/{photo}").json["sha256"]
    with app.app_context():
        storage().delete(original_key(sha256))

    reply = secretariat.get(f"/photos/{photo}/file?size=original")

    assert "保管場所にファイルがありません" in is_a_problem(reply, 500)["detail"]
