"""tus 1.0, from its specification: each MUST, and what the contract adds; strict throughout."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.api.steps import a_kept_visit, for_each, review, send_photo
from tests.api.tus import (
    MAX_SIZE,
    OFFSET_STREAM,
    TUS,
    announcing,
    base64_of,
    checksum,
    created,
    head,
    offset_of,
    patch,
)
from tests.factories import a_jpeg, new_id

DATA = a_jpeg()
HALF = len(DATA) // 2
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def visit(inspector):
    return a_kept_visit(inspector)


@pytest.fixture
def url(inspector, visit):
    return created(inspector, visit, DATA)


# Core: OPTIONS, version


def test_options_needs_no_token_and_tells_what_is_spoken(anonymous):
    for path in ("//uploads", f"//uploads/{new_id()}"):
        reply = anonymous.send("OPTIONS", path)

        assert reply.status_code == 204
        assert reply.headers["Tus-Version"] == "1.0.0"
        extensions = set(reply.headers["Tus-Extension"].split(","))
        assert extensions == {
            "creation", "creation-with-upload", "checksum", "expiration", "termination",
        }  # fmt: skip
        assert reply.headers["Tus-Max-Size"] == str(MAX_SIZE)
        assert reply.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


@for_each("version", [None, "0.2.2", "1.0", "1.0.0, 2.0.0", "2.0.0"])
def test_another_version_is_412_with_ours_and_nothing_is_done(inspector, visit, url, version):
    said = {"Tus-Resumable": version} if version else {}
    create = announcing(visit, DATA)
    del create["Tus-Resumable"]
    requests = (
        ("POST", "//uploads", create),
        ("HEAD", url, {}),
        ("PATCH", url, OFFSET_STREAM | {"Upload-Offset": "0"}),
        ("DELETE", url, {}),
    )

    for method, path, headers in requests:
        body = {"data": DATA} if method == "PATCH" else {}
        reply = inspector.send(method, path, headers=headers | said, **body)

        assert reply.status_code == 412, method
        assert reply.headers["Tus-Version"] == "1.0.0"
        assert "Location" not in reply.headers
    assert offset_of(inspector, url) == 0


def test_every_reply_says_version_and_largest_size_also_when_it_refuses(
    inspector, committee, anonymous, visit, url
):
    replies = {
        401: anonymous.post("//uploads", headers=TUS),
        403: committee.post("//uploads", headers=announcing(visit, DATA)),
        404: inspector.send("HEAD", f"//uploads/{new_id()}", headers=TUS),
        405: inspector.get(url, headers=TUS),
        409: patch(inspector, url, 5, b"x"),
        412: inspector.send("HEAD", url),
        415: inspector.send("PATCH", url, headers=TUS | {"Upload-Offset": "0"}, data=b"x"),
        422: inspector.post("//uploads", headers=announcing(visit, DATA, item=...)),
    }

    for status, reply in replies.items():
        assert reply.status_code == status
        assert reply.headers["Tus-Resumable"] == "1.0.0", status
        assert reply.headers["Tus-Max-Size"] == str(MAX_SIZE), status
        assert reply.mimetype == "application/problem+json", status


def test_401_and_403_come_before_everything_else(anonymous, committee, url):
    for method in ("POST", "HEAD", "PATCH", "DELETE"):
        path = "//uploads" if method == "POST" else url
        assert anonymous.send(method, path).status_code == 401
        assert committee.send(method, path).status_code == 403
        nowhere = "//uploads" if method == "POST" else f"//uploads/{new_id()}"
        assert committee.send(method, nowhere).status_code == 403


# Core: HEAD, PATCH


def test_head_tells_offset_length_and_metadata_as_it_came_and_is_never_cached(inspector, visit):
    said = announcing(visit, DATA, filename="家.jpg", colour="red", empty=None)
    reply = inspector.post("//uploads", headers=said)
    url = "/" + reply.headers["Location"]
    patch(inspector, url, 0, DATA[:HALF])

    found = head(inspector, url)

    assert found.status_code == 200
    assert found.data == b""
    assert found.headers["Upload-Offset"] == str(HALF)
    assert found.headers["Upload-Length"] == str(len(DATA))
    assert found.headers["Upload-Metadata"] == said["Upload-Metadata"]
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Tus-Resumable"] == "1.0.0"


def test_head_of_what_is_not_there_has_no_offset(inspector):
    reply = head(inspector, f"//uploads/{new_id()}")

    assert reply.status_code == 404
    assert "Upload-Offset" not in reply.headers


def test_patches_append_and_the_last_one_is_the_photo(inspector, visit):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo, sha256=SHA256, caption="北の柱")
    assert inspector.get(f"/photos/{photo}").status_code == 404

    first = patch(inspector, url, 0, DATA[:HALF])
    assert inspector.get(f"/photos/{photo}").status_code == 404
    last = patch(inspector, url, HALF, DATA[HALF:])

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(HALF))
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(DATA)))
    kept = inspector.get(f"/photos/{photo}").json
    assert (kept["sha256"], kept["inspection_id"]) == (SHA256, visit)
    assert (kept["item"], kept["caption"], kept["status"]) == ("2-2", "北の柱", "received")
    assert inspector.get(f"/photos/{photo}/file?size=original").data == DATA
    assert offset_of(inspector, url) == len(DATA)


def test_the_photo_is_read_by_the_worker_like_any_other(inspector, visit, work):
    photo = new_id()
    patch(inspector, created(inspector, visit, DATA, photo_id=photo), 0, DATA)

    work()

    assert inspector.get(f"/photos/{photo}").json["status"] == "ready"


def test_a_wrong_offset_is_409_and_changes_nothing(inspector, url):
    patch(inspector, url, 0, DATA[:HALF])

    for offset in (0, HALF - 1, HALF + 1, len(DATA), 10**14):
        assert patch(inspector, url, offset, DATA[HALF:]).status_code == 409, offset
    assert offset_of(inspector, url) == HALF


@for_each("offset", [None, "", "-1", "+0", "0x0", "1e1", "0.0", " ", "٠", "0,0", "9" * 40])
def test_an_offset_is_ascii_digits_and_nothing_else(inspector, url, offset):
    said = {} if offset is None else {"Upload-Offset": offset.encode().decode("latin-1")}

    reply = inspector.send("PATCH", url, headers=TUS | OFFSET_STREAM | said, data=b"x")

    assert reply.status_code == 400
    assert offset_of(inspector, url) == 0


@for_each("kind", [None, "", "application/octet-stream", "image/jpeg", "application/offset"])
def test_another_content_type_is_415(inspector, url, kind):
    said = {} if kind is None else {"Content-Type": kind}

    reply = inspector.send("PATCH", url, headers=TUS | {"Upload-Offset": "0"} | said, data=DATA)

    assert reply.status_code == 415
    assert offset_of(inspector, url) == 0


def test_what_is_not_there_is_404_before_412_415_and_400(inspector):
    nowhere = f"//uploads/{new_id()}"

    for headers in ({}, TUS, TUS | OFFSET_STREAM, TUS | OFFSET_STREAM | {"Upload-Offset": "x"}):
        assert inspector.send("PATCH", nowhere, headers=headers).status_code == 404
    assert inspector.send("DELETE", nowhere).status_code == 404
    assert inspector.send("HEAD", nowhere).status_code == 404


def test_more_bytes_than_announced_are_413_and_none_is_taken(inspector, url):
    assert patch(inspector, url, 0, DATA + b"x").status_code == 413

    assert offset_of(inspector, url) == 0


def test_a_method_override_is_the_method(inspector, url):
    said = TUS | OFFSET_STREAM | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}

    reply = inspector.post(url, headers=said, data=DATA[:HALF])
    looked = inspector.post(url, headers=TUS | {"X-HTTP-Method-Override": "HEAD"})
    ended = inspector.post(url, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})

    assert (reply.status_code, reply.headers["Upload-Offset"]) == (204, str(HALF))
    assert (looked.status_code, looked.headers["Upload-Offset"]) == (200, str(HALF))
    assert ended.status_code == 204


def test_no_other_place_obeys_a_method_override(inspector):
    reply = inspector.get("/houses", headers={"X-HTTP-Method-Override": "PUT"})

    assert reply.status_code == 200


# Creation


def test_creation_is_201_with_a_location_that_works_behind_any_proxy(inspector, visit):
    reply = inspector.post("//uploads", headers=announcing(visit, DATA))

    assert reply.status_code == 201
    assert reply.headers["Location"].startswith("/uploads/")
    assert reply.headers["Upload-Offset"] == "0"
    assert reply.data == b""


@for_each("length", [None, "", "-1", "1.5", "0x10", "１２", "1 2", "9" * 40])
def test_a_length_is_ascii_digits_and_nothing_else(inspector, visit, length):
    said = announcing(visit, DATA) | {"Upload-Length": (length or "").encode().decode("latin-1")}
    if length is None:
        del said["Upload-Length"]

    assert inspector.post("//uploads", headers=said).status_code == 400


@for_each("header", ["Upload-Defer-Length: 1", "Upload-Concat: partial"])
def test_what_is_not_offered_is_refused(inspector, visit, header):
    name, value = header.split(": ")

    reply = inspector.post("//uploads", headers=announcing(visit, DATA) | {name: value})

    assert reply.status_code == 400


def test_more_than_the_largest_size_is_413_and_nothing_at_all_is_no_photo(inspector, visit):
    said = announcing(visit, DATA)

    def answered(length):
        return inspector.post("//uploads", headers=said | {"Upload-Length": length}).status_code

    assert answered(str(MAX_SIZE)) == 201
    assert answered(str(MAX_SIZE + 1)) == 413
    assert answered("0") == 422


@for_each(
    "header",
    [
        "item MS0x,item MS0x", "item MS0x,,photo_id MS0x", ",", "item MS0", "item ***",
        "item MS0x MS0x", "it,em MS0x", "項目 MS0x", " ", "item  MS0x",
    ],
)  # fmt: skip
def test_malformed_metadata_is_refused(inspector, visit, header):
    said = TUS | {"Upload-Length": "10", "Upload-Metadata": header.encode().decode("latin-1")}

    assert inspector.post("//uploads", headers=said).status_code in (400, 422)


@for_each(
    ("key", "value"),
    [
        ("photo_id", ...), ("photo_id", ""), ("photo_id", "1"), ("photo_id", "{" + "1" * 32 + "}"),
        ("inspection_id", ...), ("inspection_id", "x"), ("inspection_id", new_id()),
        ("item", ...), ("item", None), ("item", "9-9"), ("item", "x" * 5000),
        ("sha256", "ab"), ("sha256", "g" * 64), ("sha256", base64_of(bytes(32))),
        ("filename", "あ" * 301), ("filename", "a\x00b"), ("filename", b"\xff\xfe"),
        ("filetype", "x" * 101), ("caption", "あ" * 301), ("caption", "a\x00"),
        ("taken_at", "2026-05-12T10:15:00"), ("taken_at", "2026-05-12"), ("taken_at", "now"),
        ("taken_at", "2026-13-12T10:15:00+09:00"), ("taken_at", "1515-05-12T10:15:00Z"),
    ],
)  # fmt: skip
def test_values_are_checked_before_the_first_byte(inspector, visit, key, value):
    reply = inspector.post("//uploads", headers=announcing(visit, DATA, **{key: value}))

    assert reply.status_code == 422
    assert key in reply.json["errors"]


def test_good_values_of_every_key_are_taken(inspector, visit):
    said = announcing(
        visit, DATA, sha256=SHA256.upper(), filename="../家.jpg", filetype="image/jpeg",
        caption="一行目\n二行目", taken_at="2026-05-12T10:15:00.5+09:00", unknown=b"\xff\x00",
    )  # fmt: skip

    assert inspector.post("//uploads", headers=said).status_code == 201


def test_a_confirmed_record_takes_photos_from_the_secretariat_only(inspector, secretariat, visit):
    url = created(inspector, visit, DATA)
    review(secretariat, visit)

    refused = inspector.post("//uploads", headers=announcing(visit, DATA))
    late = patch(inspector, url, 0, DATA)

    assert (refused.status_code, late.status_code) == (403, 403)
    photo = new_id()
    allowed = created(secretariat, visit, DATA, photo_id=photo)
    assert patch(secretariat, allowed, 0, DATA).status_code == 204
    assert inspector.get(f"/photos/{photo}").status_code == 200


def test_an_upload_refused_for_now_is_finished_when_the_record_is_open_again(
    inspector, secretariat, visit
):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo)
    review(secretariat, visit)
    assert patch(inspector, url, 0, DATA).status_code == 403
    review(secretariat, visit, "return")

    assert offset_of(inspector, url) == len(DATA)  # and then the photo is there

    assert inspector.get(f"/photos/{photo}").json["sha256"] == SHA256


# Creation with upload


def test_creation_takes_first_bytes_or_all_of_them(inspector, visit):
    photo = new_id()
    said = announcing(visit, DATA, photo_id=photo) | OFFSET_STREAM

    part = inspector.post(
        "//uploads", headers=announcing(visit, DATA) | OFFSET_STREAM, data=DATA[:9]
    )
    whole = inspector.post("//uploads", headers=said, data=DATA)

    assert (part.status_code, part.headers["Upload-Offset"]) == (201, "9")
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, str(len(DATA)))
    assert inspector.get(f"/photos/{photo}").json["sha256"] == SHA256
    assert offset_of(inspector, "/" + part.headers["Location"]) == 9


def test_first_bytes_of_another_type_are_415(inspector, visit):
    said = announcing(visit, DATA) | {"Content-Type": "image/jpeg"}

    assert inspector.post("//uploads", headers=said, data=DATA).status_code == 415


# Checksum


@for_each("algorithm", ["sha1", "sha256"])
def test_a_checksum_that_fits_is_taken_and_one_that_does_not_is_460(inspector, visit, algorithm):
    url = created(inspector, visit, DATA)

    wrong = patch(inspector, url, 0, DATA[:HALF], checksum(algorithm, DATA))
    assert (wrong.status_code, offset_of(inspector, url)) == (460, 0)

    right = patch(inspector, url, 0, DATA[:HALF], checksum(algorithm, DATA[:HALF]))
    assert (right.status_code, offset_of(inspector, url)) == (204, HALF)

    wrong = patch(inspector, url, HALF, DATA[HALF:], checksum(algorithm, DATA))
    assert (wrong.status_code, offset_of(inspector, url)) == (460, HALF)
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 204


@for_each("header", ["", "md5 " + base64_of(bytes(16)), "sha1", "sha1 " + base64_of(bytes(19)),
                     "sha1 ***", "SHA1 " + base64_of(bytes(20)), "crc32 AAAA"])  # fmt: skip
def test_a_checksum_of_another_kind_is_400(inspector, url, header):
    assert patch(inspector, url, 0, DATA, {"Upload-Checksum": header}).status_code == 400

    assert offset_of(inspector, url) == 0


# Expiration


def expires(reply):
    return parsedate_to_datetime(reply.headers["Upload-Expires"])


def test_creation_and_every_patch_tell_when_the_upload_expires(inspector, visit):
    reply = inspector.post("//uploads", headers=announcing(visit, DATA))
    url = "/" + reply.headers["Location"]
    week = datetime.now(UTC) + timedelta(days=7)

    for answer in (reply, patch(inspector, url, 0, DATA[:HALF]), head(inspector, url)):
        assert abs(expires(answer) - week) < timedelta(minutes=1)


# Termination


def test_a_terminated_upload_is_gone_with_its_bytes(app, inspector, url):
    patch(inspector, url, 0, DATA[:HALF])

    assert inspector.delete(url, headers=TUS).status_code == 204

    assert head(inspector, url).status_code == 410
    assert patch(inspector, url, HALF, DATA[HALF:]).status_code == 410
    assert inspector.delete(url, headers=TUS).status_code == 410
    from inspection.services.upload_ledger import parts_folder

    with app.app_context():
        assert list(parts_folder().iterdir()) == []


def test_terminating_a_finished_upload_leaves_the_photo(inspector, visit):
    photo = new_id()
    url = created(inspector, visit, DATA, photo_id=photo)
    patch(inspector, url, 0, DATA)

    assert inspector.delete(url, headers=TUS).status_code == 204

    assert inspector.get(f"/photos/{photo}/file?size=original").data == DATA


# What the contract adds: the photo


def test_the_last_patch_may_be_repeated(inspector, visit):
    url = created(inspector, visit, DATA)
    patch(inspector, url, 0, DATA)

    again = patch(inspector, url, len(DATA), b"")

    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(len(DATA)))
    assert patch(inspector, url, len(DATA), b"x").status_code == 413


def test_the_same_photo_may_come_twice(inspector, visit):
    photo = send_photo(inspector, visit, DATA)

    url = created(inspector, visit, DATA, photo_id=photo)

    assert patch(inspector, url, 0, DATA).status_code == 204
    assert inspector.get(f"/inspections/{visit}").json["photos"]["received"] == 1


def refused_for_good(caller, url, data):
    """The last PATCH says why, as often as it is sent: its answer may be lost on the way."""
    for _ in range(2):
        last = patch(caller, url, 0, data)
        assert last.status_code == 422, last.text
        assert "Upload-Offset" not in last.headers
    assert head(caller, url).status_code == 410
    return last.json["detail"]


def test_other_bytes_for_a_known_photo_are_refused_with_the_last_patch(inspector, visit):
    photo = send_photo(inspector, visit, a_jpeg(2))

    reason = refused_for_good(inspector, created(inspector, visit, DATA, photo_id=photo), DATA)

    assert "写真ID" in reason
    kept = inspector.get(f"/photos/{photo}").json["sha256"]
    assert kept == hashlib.sha256(a_jpeg(2)).hexdigest()


def test_another_visits_photo_id_is_refused(inspector, visit):
    photo = send_photo(inspector, a_kept_visit(inspector), DATA)

    reason = refused_for_good(inspector, created(inspector, visit, DATA, photo_id=photo), DATA)

    assert "写真ID" in reason


@for_each(
    ("data", "said"),
    [
        (DATA, {"sha256": hashlib.sha256(b"others").hexdigest()}),
        (b"GIF89a" + bytes(100), {}),
        (DATA[:-400], {}),
    ],
)
def test_what_can_be_no_photo_is_refused_and_leaves_none(app, inspector, visit, data, said):
    photo = new_id()
    url = created(inspector, visit, data, photo_id=photo, **said)

    refused_for_good(inspector, url, data)

    assert inspector.get(f"/photos/{photo}").status_code == 404
    from inspection.services.upload_ledger import parts_folder

    with app.app_context():
        assert list(parts_folder().iterdir()) == []


def test_another_token_may_go_on_and_the_photo_is_the_announcers(app, caller, visit):
    first, second = caller("inspector"), caller("secretariat")
    photo = new_id()
    url = created(first, visit, DATA, photo_id=photo)
    patch(first, url, 0, DATA[:HALF])

    assert patch(second, url, HALF, DATA[HALF:]).status_code == 204

    from inspection.extensions import db
    from inspection.models import Photo

    with app.app_context():
        assert db.session.query(Photo.uploaded_by).scalar() == "test inspector"


class TestBrowsers:
    """CORS: what a page of an allowed origin may send and read."""

    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_CORS_ORIGINS": "https://tablet.example.jp"}

    def test_an_allowed_origin_may_send_and_read_every_header(self, inspector, anonymous, visit):
        origin = {"Origin": "https://tablet.example.jp"}
        asked = {"Access-Control-Request-Method": "PATCH"}

        preflight = anonymous.send("OPTIONS", "//uploads", headers=origin | asked)
        reply = inspector.post("//uploads", headers=announcing(visit, DATA) | origin)

        allowed = {
            h.strip().lower() for h in preflight.headers["Access-Control-Allow-Headers"].split(",")
        }
        assert {
            "authorization", "content-type", "tus-resumable", "upload-length", "upload-metadata",
            "upload-offset", "upload-checksum", "x-http-method-override", "hantei-device-time",
        } <= allowed  # fmt: skip
        methods = preflight.headers["Access-Control-Allow-Methods"]
        assert {"POST", "HEAD", "PATCH", "DELETE"} <= set(methods.replace(" ", "").split(","))
        exposed = {h.strip() for h in reply.headers["Access-Control-Expose-Headers"].split(",")}
        assert {
            "Location", "Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata",
            "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size",
        } <= exposed  # fmt: skip

    def test_another_origin_is_told_nothing(self, anonymous):
        reply = anonymous.send("OPTIONS", "//uploads", headers={"Origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in reply.headers
