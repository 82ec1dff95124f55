from __future__ import annotations

import hashlib

import pytest

from tests.api.steps import (
    a_kept_house,
    a_kept_visit,
    for_each,
    photo_url,
    review,
    send_photo,
)
from tests.factories import KOKURA, a_jpeg, an_expected_photo, content_digest, new_id
from tests.uploads import hostile, pictures


@pytest.fixture
def visit(inspector):
    return a_kept_visit(inspector)


def test_a_photo_is_201_and_the_same_bytes_again_200(inspector, visit):
    url, data = photo_url(visit, new_id()), a_jpeg()

    created = inspector.put(url, data=data, headers={"Content-Digest": content_digest(data)})
    again = inspector.put(url, data=data)

    assert (created.status_code, again.status_code) == (201, 200)
    assert created.json == again.json
    assert created.json["sha256"] == hashlib.sha256(data).hexdigest()
    assert created.json["bytes"] == len(data)
    assert created.json["media_type"] == "image/jpeg"
    assert created.json["status"] == "received"


def test_other_bytes_for_a_known_id_are_409_and_change_nothing(inspector, visit):
    photo = send_photo(inspector, visit, a_jpeg(1))

    reply = inspector.put(photo_url(visit, photo), data=a_jpeg(2))

    assert reply.status_code == 409
    assert inspector.get(f"/photos/{photo}").json["sha256"] == hashlib.sha256(a_jpeg(1)).hexdigest()


def test_the_same_id_on_another_visit_is_409(inspector, visit):
    photo = send_photo(inspector, visit)

    reply = inspector.put(photo_url(a_kept_visit(inspector), photo), data=a_jpeg())

    assert reply.status_code == 409


def test_one_picture_may_be_two_photos(inspector, visit):
    first, second = send_photo(inspector, visit), send_photo(inspector, visit, item="overview")

    assert first != second
    assert inspector.get(f"/inspections/{visit}").json["photos"]["received"] == 2


def test_received_photos_are_no_longer_missing(inspector):
    data = a_jpeg()
    expected = an_expected_photo(data)
    visit = a_kept_visit(inspector, expected_photos=[expected])

    send_photo(inspector, visit, data, photo_id=expected["id"])

    photos = inspector.get(f"/inspections/{visit}").json["photos"]
    assert photos == {"expected": 1, "received": 1, "missing": []}


@pytest.mark.parametrize("item", ["2-2", "8-4", "overview", "surroundings"])
def test_a_photo_shows_an_item_or_the_house_or_its_surroundings(inspector, visit, item):
    photo = send_photo(inspector, visit, item=item)

    assert inspector.get(f"/photos/{photo}").json["item"] == item


@for_each("query", ["", "item=", "item=9-9", "item=%00", "item=2-2&x=1"])
def test_an_unknown_item_or_query_is_422(inspector, visit, query):
    reply = inspector.put(f"/inspections/{visit}/photos/{new_id()}?{query}", data=a_jpeg())

    assert reply.status_code == 422
    assert reply.json["errors"]


def test_a_visit_that_is_not_there_is_404_before_a_faulty_query(inspector):
    assert inspector.put(photo_url(new_id(), new_id()), data=a_jpeg()).status_code == 404
    assert inspector.put(f"/inspections/{new_id()}/photos/{new_id()}").status_code == 404
    assert inspector.put(photo_url(new_id(), new_id(), "9-9"), data=b"").status_code == 404


@for_each("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_formats_are_told_by_content_not_by_declared_type_or_name(inspector, visit, kind):
    reply = inspector.put(
        photo_url(visit, new_id()) + "&filename=page.html",
        data=pictures.a_photo(kind),
        content_type="text/html",
    )

    expected = {"HEIF": "image/heic"}.get(kind, f"image/{kind.lower()}")
    assert (reply.status_code, reply.json["media_type"]) == (201, expected)


@for_each(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"not a picture",
        hostile.HTML,
        hostile.PDF,
        hostile.a_zip(),
        a_jpeg() + hostile.a_zip(),
        a_jpeg() + hostile.HTML,
        a_jpeg() + hostile.PDF,
        a_jpeg()[:-400],
        b"GIF89a" + bytes(100),
        hostile.resized_jpeg(40_000, 40_000),
    ],
    ids=["empty", "start", "text", "html", "pdf", "zip", "jpeg+zip", "jpeg+html", "jpeg+pdf",
         "cut", "gif", "huge"],
)  # fmt: skip
def test_what_is_no_acceptable_picture_is_422_and_leaves_nothing(inspector, visit, data):
    photo = new_id()

    reply = inspector.put(photo_url(visit, photo), data=data)

    assert reply.status_code == 422, reply.text
    assert inspector.get(f"/photos/{photo}").status_code == 404


def test_a_motion_photo_and_padding_are_accepted(inspector, visit):
    send_photo(inspector, visit, a_jpeg() + pictures.samsung_trailer())
    send_photo(inspector, visit, a_jpeg() + bytes(64))
    send_photo(inspector, visit, pictures.mpf_jpeg())


GOOD = content_digest(a_jpeg())


@for_each(
    ("header", "status"),
    [
        (GOOD, 201),
        (f"{GOOD}, unixsum=:AAE=:", 201),
        (f"sha-512=:AAAA:,{GOOD}", 201),
        (content_digest(b"others"), 400),
        ("", 400),
        ("sha-256", 400),
        ("sha-256=abc", 400),
        ("sha-256=::", 400),
        ("sha-256=:AAAA:", 400),
        (GOOD.rstrip(":"), 400),
        (f"{GOOD},", 400),
        (f"{GOOD} {GOOD}", 400),
        (GOOD.replace("sha-256", "SHA-256"), 400),
        (f"sha-256={hashlib.sha256(a_jpeg()).hexdigest()}", 400),
    ],
)
def test_a_content_digest_must_be_well_formed_and_match(inspector, visit, header, status):
    reply = inspector.put(
        photo_url(visit, new_id()), data=a_jpeg(), headers={"Content-Digest": header}
    )

    assert reply.status_code == status, reply.text


class TestSmallLimits:
    @pytest.fixture
    def app_settings(self):
        return {"HANTEI_MAX_PHOTO_BYTES": "20000", "HANTEI_MAX_PHOTO_PIXELS": "200000"}

    def test_too_many_bytes_are_413(self, inspector, visit):
        reply = inspector.put(photo_url(visit, new_id()), data=a_jpeg(width=3000, height=2000))

        assert reply.status_code == 413
        assert reply.mimetype == "application/problem+json"

    def test_too_many_pixels_are_422(self, inspector, visit):
        data = pictures.encoded(pictures.quarters(500, 500), quality=20)

        assert len(data) < 20_000
        assert inspector.put(photo_url(visit, new_id()), data=data).status_code == 422


def test_a_photo_may_be_larger_than_a_json_body_may(inspector, visit):
    from PIL import Image

    noise = Image.effect_noise((3000, 2200), 120)
    data = pictures.encoded(noise, quality=95)
    assert len(data) > 4_000_000

    send_photo(inspector, visit, data)


def test_the_worker_reads_place_time_direction_and_distance(inspector, work):
    house = a_kept_house(inspector)
    visit = a_kept_visit(inspector, house)
    lon, lat = KOKURA
    photo = send_photo(inspector, visit, a_jpeg(1, lon=lon, lat=lat + 0.0009))

    work()

    reply = inspector.get(f"/photos/{photo}").json
    assert reply["status"] == "ready"
    assert reply["position"]["lon"] == pytest.approx(lon, abs=1e-6)
    assert reply["position"]["lat"] == pytest.approx(lat + 0.0009, abs=1e-6)
    assert reply["position"]["accuracy_m"] == pytest.approx(4.8)
    assert reply["position"]["altitude_m"] == pytest.approx(12.5)
    assert reply["distance_m"] == pytest.approx(100, abs=1)
    assert reply["direction_deg"] == 225
    assert reply["taken_at"] == "2026-05-12T01:16:30+00:00"
    assert {check["level"] for check in reply["checks"]} <= {"ok", "warning", "unknown"}
    assert (reply["width"], reply["height"]) == (480, 360)


def test_invalid_gps_in_a_good_photo_is_null_and_a_check_of_level_unknown(inspector, visit, work):
    broken = pictures.a_photo(gps=[(1, 2, "N"), (2, 5, [(0, 0)] * 3), (3, 2, "E"), (4, 5, [(0, 0)] * 3)])  # fmt: skip
    photo = send_photo(inspector, visit, broken)

    work()

    reply = inspector.get(f"/photos/{photo}").json
    assert (reply["status"], reply["position"], reply["distance_m"]) == ("ready", None, None)
    assert "unknown" in {check["level"] for check in reply["checks"]}


def test_a_picture_that_cannot_be_drawn_is_rejected_with_a_reason(inspector, visit, work):
    data = bytearray(pictures.encoded(kind="PNG"))
    at = data.index(b"IDAT") + 30
    data[at : at + 40] = bytes(40)
    import zlib

    length = int.from_bytes(data[data.index(b"IDAT") - 4 : data.index(b"IDAT")], "big")
    start = data.index(b"IDAT")
    crc = zlib.crc32(bytes(data[start : start + 4 + length]))
    data[start + 4 + length : start + 8 + length] = crc.to_bytes(4, "big")
    reply = inspector.put(photo_url(visit, new_id()), data=bytes(data))
    assert reply.status_code == 201, reply.text

    work()

    photo = inspector.get(f"/photos/{reply.json['id']}").json
    assert photo["status"] == "rejected"
    assert photo["reason"]
    assert inspector.get(f"/inspections/{visit}").json["photos"]["received"] == 0


def test_the_original_comes_back_byte_for_byte_as_a_download(inspector, visit):
    data = a_jpeg(5)
    photo = send_photo(inspector, visit, data)

    reply = inspector.get(f"/photos/{photo}/file?size=original")

    assert reply.data == data
    assert reply.mimetype == "image/jpeg"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("size", "longest"), [("report", 1600), ("thumbnail", 320)])
def test_derivatives_are_jpegs_no_longer_than_their_limit(inspector, visit, work, size, longest):
    import io

    from PIL import Image

    photo = send_photo(inspector, visit, a_jpeg(1, width=2400, height=1800))
    early = inspector.get(f"/photos/{photo}/file?size={size}")
    work()

    reply = inspector.get(f"/photos/{photo}/file?size={size}")

    picture = Image.open(io.BytesIO(reply.data))
    assert early.status_code == 409
    assert (picture.format, max(picture.size)) == ("JPEG", longest)
    assert reply.mimetype == "image/jpeg"
    assert not picture.getexif()


def test_a_file_answers_ranges_and_conditions(inspector, visit):
    data = a_jpeg(6)
    url = f"/photos/{send_photo(inspector, visit, data)}/file?size=original"
    etag = inspector.get(url).headers["ETag"]

    def get(**headers):
        return inspector.get(url, headers={k.replace("_", "-"): v for k, v in headers.items()})

    part = get(Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert get(Range="bytes=-5").data == data[-5:]
    assert get(Range=f"bytes={len(data)}-").status_code == 416
    assert get(Range="bytes=9-3").status_code in (200, 416)
    assert get(Range="lines=1-2").data == data
    assert get(If_None_Match=etag).status_code == 304
    assert get(Range="bytes=0-4", If_Range='"other"').data == data
    head = inspector.send("HEAD", url)
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(data))


@for_each("query", ["size=huge", "size=", "width=5"])
def test_an_unknown_size_is_422(inspector, visit, query):
    photo = send_photo(inspector, visit)

    assert inspector.get(f"/photos/{photo}/file?{query}").status_code == 422


def test_an_unknown_photo_is_404(inspector, secretariat):
    photo = new_id()

    assert inspector.get(f"/photos/{photo}").status_code == 404
    assert inspector.get(f"/photos/{photo}/file").status_code == 404
    assert inspector.get(f"/photos/{photo}/file?size=huge").status_code == 404
    release = {"released": True}
    assert secretariat.put(f"/photos/{photo}/release", json=release).status_code == 404
    assert secretariat.put(f"/photos/{photo}/release", json={}).status_code == 404


def test_after_confirmation_an_inspector_adds_nothing_but_may_send_again(inspector, secretariat):
    visit = a_kept_visit(inspector)
    photo = send_photo(inspector, visit, a_jpeg(1))
    review(secretariat, visit)

    assert inspector.put(photo_url(visit, photo), data=a_jpeg(1)).status_code == 200
    assert inspector.put(photo_url(visit, photo), data=a_jpeg(2)).status_code == 409
    assert inspector.put(photo_url(visit, new_id()), data=a_jpeg(3)).status_code == 403
    send_photo(secretariat, visit, a_jpeg(4))


def test_a_release_with_boxes_is_kept(inspector, secretariat, visit):
    photo = send_photo(inspector, visit)
    body = {"released": True, "boxes": [{"x": 0.1, "y": 0.2, "width": 0.1, "height": 0.05}]}

    reply = secretariat.put(f"/photos/{photo}/release", json=body)

    assert reply.status_code == 200
    assert (reply.json["released"], reply.json["boxes"]) == (True, body["boxes"])
    withdrawn = secretariat.put(f"/photos/{photo}/release", json={"released": False})
    assert (withdrawn.json["released"], withdrawn.json["boxes"]) == (False, [])


@for_each(
    "body",
    [
        {},
        {"released": "yes"},
        {"released": True, "boxes": [{"x": 2, "y": 0, "width": 1, "height": 1}]},
        {"released": True, "boxes": [{"x": 0.1}]},
        {"released": True, "boxes": {}},
        {"released": True, "by": "me"},
        {"released": True, "boxes": [{"x": 0, "y": 0, "width": 0, "height": 0.5}]},
    ],
)
def test_a_faulty_release_is_422(inspector, secretariat, visit, body):
    photo = send_photo(inspector, visit)

    assert secretariat.put(f"/photos/{photo}/release", json=body).status_code == 422
