"""A public pack built by the application from a case full of personal data holds none of it."""

import shutil
import subprocess

import pikepdf
import pypdfium2
import pytest

from tests.api.conftest import caller, secretariat, work  # noqa: F401
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting, send_photo
from tests.factories import KOKURA, a_decision, a_jpeg, an_owner

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
}


@pytest.fixture
def packs(app, secretariat, work):  # noqa: F811
    """The bytes of both editions of a meeting with one decided case and one released photo."""
    house = a_kept_house(
        secretariat,
        address=SECRETS["address"],
        lot_number=SECRETS["lot number"],
        residence_number=SECRETS["residence number"],
        notes=SECRETS["house notes"],
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
        notes={"2-2": SECRETS["item notes"]},
        remarks=SECRETS["remarks"],
    )
    photo = _captioned_photo(app, secretariat, visit)
    boxes = [{"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}]
    released = secretariat.put(f"/photos/{photo}/release", json={"released": True, "boxes": boxes})
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
    for edition in ("closed", "public"):
        pack = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": edition}).json["id"]
        work()
        made[edition] = secretariat.get(f"/packs/{pack}/file").data
    report = secretariat.get(f"/photos/{hidden}/file?size=report").data
    return made, report


def _captioned_photo(app, secretariat, visit):  # noqa: F811
    from inspection.extensions import db
    from inspection.models import Photo

    photo = send_photo(secretariat, visit, a_jpeg(1))
    with app.app_context():
        row = db.session.query(Photo).one()
        row.caption = SECRETS["caption"]
        db.session.commit()
    return photo


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


@pytest.mark.parametrize("extract", [_by_pdfium, _by_poppler])
def test_the_text_of_the_public_pack_holds_no_personal_data(packs, extract):
    made, _ = packs
    closed, public = extract(made["closed"]), extract(made["public"])

    assert [name for name, text in SECRETS.items() if _squeezed(text) not in closed] == []
    assert [name for name, text in SECRETS.items() if _squeezed(text) in public] == []
    assert "小倉北区城内" in public
    assert "委員会の決定" in public
    assert "認定" in public


def test_the_bytes_of_the_public_pack_hold_no_personal_data_and_no_unreleased_photo(
    packs, tmp_path
):
    made, unreleased = packs
    opened = _opened_up(made["public"], tmp_path / "public.pdf")
    pieces = [*SECRETS.values(), str(KOKURA[0]), str(KOKURA[1])]
    codings = ("utf-8", "utf-16-be", "cp932")
    written = {text: [text.encode(coding) for coding in codings] for text in pieces}
    hexed = [text.encode("utf-16-be").hex() for text in pieces]

    assert [text for text, forms in written.items() if any(form in opened for form in forms)] == []
    assert [each for each in hexed if each.encode() in opened.lower()] == []
    assert unreleased in _opened_up(made["closed"], tmp_path / "closed.pdf")
    assert unreleased not in opened


def test_no_picture_of_either_pack_carries_exif(packs, tmp_path):
    made, _ = packs
    for edition, data in made.items():
        opened = _opened_up(data, tmp_path / f"{edition}.pdf")
        assert b"Exif\0\0" not in opened
        assert b"GPS" not in opened
