"""A public pack built by the application from a case full of personal data holds none of it."""

import io
import shutil
import subprocess
from urllib.parse import unquote

import numpy
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from tests.api.conftest import caller, secretariat, work  # noqa: F401
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, send_photo
from tests.factories import KOKURA, a_decision, a_jpeg, an_owner
from tests.uploads.pictures import jpeg_segment

SECRETS = {
    "owner": "秘匿 所有子",
    "owner's address": "福岡県秘匿郡所有町9番9号",
    "owner's phone": "093-555-0199",
    "owner's notes": "秘匿の相続人は三名",
    "address": "北九州市小倉北区城内7番77号",
    "lot number": "城内八番地八",
    "residence number": "7番77号",
    "house notes": "秘匿の家屋メモ",
    "inspector": "秘匿 調査子",
    "item notes": "秘匿の項目所見",
    "remarks": "秘匿の全体所見",
    "caption": "秘匿さん宅の玄関",
    "proposal": "秘匿さんの同意を得た",
    "decision's reason": "秘匿さんへ通知する",
    "member": "秘匿 委員子",
    "surroundings": "秘匿の隣家の窓",
    "extra": "秘匿の受付番号",
    "photo's comment": "hitoku-comment",
    "photo's XMP": "hitoku-xmp",
}
# In the closed edition these are nowhere in the text either: the derivatives leave them behind.
ONLY_IN_THE_ORIGINAL = ("photo's comment", "photo's XMP")
FILE_NAME = "hitoku-san-no-ie.jpg"
PLATE = (255, 0, 255)  # the name plate in the photo: a colour that nothing else has
BOX = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}


@pytest.fixture
def packs(app, secretariat, work):  # noqa: F811
    """The bytes of both editions of a meeting with one decided case and one released photo."""
    app.config["HANTEI_EXTRA_FIELDS"] = {"reception": ("受付番号", "text")}
    house = a_kept_house(
        secretariat,
        address=SECRETS["address"],
        lot_number=SECRETS["lot number"],
        residence_number=SECRETS["residence number"],
        notes=SECRETS["house notes"],
        extra={"reception": SECRETS["extra"]},
    )
    owner = {
        "name": SECRETS["owner"],
        "address": SECRETS["owner's address"],
        "phone": SECRETS["owner's phone"],
        "notes": SECRETS["owner's notes"],
    }
    assert secretariat.put(f"/houses/{house}/owner", json=an_owner(**owner)).status_code < 300
    visit = a_confirmed_visit(
        secretariat,
        house,
        inspectors=[SECRETS["inspector"]],
        notes={"2-2": SECRETS["item notes"], "surroundings": SECRETS["surroundings"]},
        remarks=SECRETS["remarks"],
    )
    photo = _captioned_photo(app, secretariat, visit)
    body = {"released": True, "boxes": [BOX]}
    released = secretariat.put(f"/photos/{photo}/release", json=body)
    assert released.status_code == 200, released.text
    hidden = send_photo(secretariat, visit, a_jpeg(2))
    work()
    meeting = a_kept_meeting(secretariat, members=[SECRETS["member"]])
    cases = [{"inspection_id": visit, "proposal": SECRETS["proposal"]}]
    assert secretariat.put(f"/meetings/{meeting}/cases", json=cases).status_code < 300
    decided = a_decision(decision="approved", reason=SECRETS["decision's reason"])
    reply = secretariat.put(f"/meetings/{meeting}/cases/{visit}/decision", json=decided)
    assert reply.status_code < 300, reply.text
    made = {}
    for edition in ("closed", "public", "secretariat"):
        pack = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": edition}).json["id"]
        work()
        reply = secretariat.get(f"/packs/{pack}/file")
        assert reply.status_code == 200, secretariat.get(f"/packs/{pack}").json
        made[edition] = reply.data
        made[f"{edition} name"] = unquote(reply.headers["Content-Disposition"]).encode()
    report = secretariat.get(f"/photos/{hidden}/file?size=report").data
    return made, report


def _captioned_photo(app, secretariat, visit):  # noqa: F811
    from inspection.extensions import db
    from inspection.models import Photo

    photo = send_photo(secretariat, visit, _telling_jpeg())
    with app.app_context():
        row = db.session.query(Photo).one()
        row.caption, row.filename = SECRETS["caption"], FILE_NAME
        db.session.commit()
    return photo


def _telling_jpeg():
    """A photo with a name plate, GPS in EXIF, a comment and XMP."""
    with Image.open(io.BytesIO(a_jpeg(1))) as picture:
        exif = picture.info["exif"]
        pen, (width, height) = ImageDraw.Draw(picture), picture.size
        edges = (0.12 * width, 0.12 * height, 0.28 * width, 0.28 * height)
        pen.rectangle(edges, fill=PLATE)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=95, exif=exif, comment=SECRETS["photo's comment"])
    data = out.getvalue()
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + SECRETS["photo's XMP"].encode()
    return data[:2] + jpeg_segment(0xE1, xmp) + data[2:]


def _plate_pixels(data):
    """How many pixels of the pack's pictures have the name plate's colour, near enough."""
    count = 0
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for image in page.get_images().values():
                pixels = numpy.asarray(pikepdf.PdfImage(image).as_pil_image().convert("RGB"))
                red, green, blue = (pixels[..., n].astype(int) for n in range(3))
                count += int(((red - green > 60) & (blue - green > 60)).sum())
    return count


def _squeezed(text):
    return "".join(text.split())


def _by_pdfium(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return _squeezed("".join(page.get_textpage().get_text_range() for page in pdf))


def _by_poppler(data):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return _squeezed(done.stdout.decode())


def _opened_up(data, path):
    """Every byte of the file, its streams decompressed except for the pictures."""
    path.write_bytes(data)
    parts = [data]
    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                image = thing.get("/Subtype") == "/Image"
                parts.append(thing.read_raw_bytes() if image else thing.read_bytes())
            parts.append(thing.unparse())
    return b"\n".join(parts)


def test_the_text_of_the_public_pack_holds_no_personal_data(packs):
    made, _ = packs
    for extract in (_by_pdfium, _by_poppler):
        closed, public = extract(made["closed"]), extract(made["public"])

        unshown = [name for name, text in SECRETS.items() if _squeezed(text) not in closed]
        assert unshown == list(ONLY_IN_THE_ORIGINAL)
        assert [name for name, text in SECRETS.items() if _squeezed(text) in public] == []
        assert "小倉北区城内" in public
        assert "委員会の決定" in public
        assert "認定" in public


def test_the_bytes_of_the_public_pack_hold_no_personal_data_and_no_unreleased_photo(
    packs, tmp_path
):
    made, unreleased = packs
    opened = _opened_up(made["public"], tmp_path / "public.pdf")
    opened += b"\n" + made["public name"]
    pieces = [*SECRETS.values(), str(KOKURA[0]), str(KOKURA[1]), FILE_NAME]
    codings = ("utf-8", "utf-16-be", "cp932")
    written = {text: [text.encode(coding) for coding in codings] for text in pieces}
    hexed = [text.encode("utf-16-be").hex() for text in pieces]

    assert [text for text, forms in written.items() if any(form in opened for form in forms)] == []
    assert [each for each in hexed if each.encode() in opened.lower()] == []
    whole = _opened_up(made["closed"], tmp_path / "whole.pdf")
    assert any(text.encode("utf-16-be").hex().encode() in whole.lower() for text in pieces)
    assert unreleased in _opened_up(made["closed"], tmp_path / "closed.pdf")
    assert unreleased not in opened


def test_the_name_plate_is_burnt_out_of_the_public_pictures_and_no_picture_has_exif(
    packs, tmp_path
):
    made, _ = packs

    for edition in ("closed", "public", "secretariat"):
        opened = _opened_up(made[edition], tmp_path / f"{edition}.pdf")
        assert b"Exif\0\0" not in opened
        assert b"GPS" not in opened
    assert _plate_pixels(made["closed"]) > 100
    assert _plate_pixels(made["public"]) == 0


def test_the_public_snapshot_holds_no_personal_data_either(app, packs):
    from inspection.extensions import db
    from inspection.models import Pack, PackSnapshot

    with app.app_context():
        public = db.session.query(Pack).filter_by(edition="public").one()
        kept = db.session.query(PackSnapshot).filter_by(sha256=public.snapshot_sha256).one()
        document = kept.document

    pieces = [*SECRETS.values(), str(KOKURA[0]), str(KOKURA[1]), FILE_NAME]
    assert [text for text in pieces if text in document] == []
