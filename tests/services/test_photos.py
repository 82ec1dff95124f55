from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image

from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_meeting, a_kept_visit, send_photo
from tests.factories import a_jpeg
from tests.uploads import pictures


@pytest.fixture
def secretariat(client, tokens):
    return Caller(client, tokens("secretariat"))


def test_boxes_are_black_pixels_and_nothing_else_changes():
    from inspection.services.redact_photo import burn

    jpeg = pictures.encoded(pictures.quarters(400, 200), quality=95)
    box = {"x": 0.5, "y": 0.5, "width": 0.25, "height": 0.25}

    burnt = Image.open(io.BytesIO(burn(jpeg, [box])))

    assert max(burnt.getpixel((250, 125))) < 8
    assert max(burnt.getpixel((201, 101))) < 40
    assert burnt.getpixel((100, 50))[0] > 180
    assert max(burnt.getpixel((350, 125))) > 180
    assert not burnt.getexif()


def test_boxes_reach_to_the_edges_of_the_picture():
    from inspection.services.redact_photo import burn

    white = pictures.encoded(Image.new("RGB", (101, 51), "white"))

    burnt = Image.open(io.BytesIO(burn(white, [{"x": 0, "y": 0, "width": 1, "height": 1}])))

    assert burnt.convert("L").getextrema()[1] < 16


def test_deriving_twice_changes_nothing(app, secretariat):
    from inspection.services.derive_photo import derive_photo

    photo = send_photo(secretariat, a_kept_visit(secretariat))
    with app.app_context():
        derive_photo(uuid.UUID(photo))
    first = secretariat.get(f"/photos/{photo}").json

    with app.app_context():
        derive_photo(uuid.UUID(photo))

    assert secretariat.get(f"/photos/{photo}").json == first


def test_a_photo_that_is_gone_is_no_error(app):
    from inspection.services.derive_photo import derive_photo

    with app.app_context():
        derive_photo(uuid.uuid4())


def test_the_command_makes_what_the_worker_has_not_made_yet(app, secretariat):
    photo = send_photo(secretariat, a_kept_visit(secretariat))

    result = app.test_cli_runner().invoke(args=["photos", "derive"])

    assert (result.exit_code, result.output.strip()) == (0, "1 photos")
    assert secretariat.get(f"/photos/{photo}").json["status"] == "ready"


def test_a_public_pack_shows_only_released_photos(app, secretariat, tmp_path):
    import pypdfium2

    visit = a_confirmed_visit(secretariat)
    released = send_photo(secretariat, visit, a_jpeg(1))
    send_photo(secretariat, visit, a_jpeg(2))
    box = {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}
    body = {"released": True, "boxes": [box]}
    assert secretariat.put(f"/photos/{released}/release", json=body).status_code == 200
    meeting = a_kept_meeting(secretariat, visit)

    def images(edition):
        out = tmp_path / f"{edition}.pdf"
        words = ["packs", "build", meeting, "-o", str(out), "--edition", edition]
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
        kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
        document = pypdfium2.PdfDocument(out)
        return [i for page in document for i in page.get_objects(filter=[kind], max_depth=5)]

    closed, public = images("closed"), images("public")

    assert (len(closed), len(public)) == (2, 1)
    bitmap = public[0].get_bitmap().to_pil().convert("L")
    assert bitmap.getpixel((bitmap.width // 3, bitmap.height // 3)) < 16


def test_a_command_for_a_meeting_that_is_not_there_fails_in_one_line(app, tmp_path):
    words = ["packs", "build", str(uuid.uuid4()), "-o", str(tmp_path / "x.pdf")]

    result = app.test_cli_runner().invoke(args=words)

    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1
    assert not (tmp_path / "x.pdf").exists()
