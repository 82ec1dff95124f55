"""The packs follow the rules of PDF/A-2b, and the lint that says so finds what breaks them."""

import dataclasses
import shutil
import subprocess

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from inspection.packs import PhotoMismatch
from inspection.packs.model import Decision
from tests.packs import factories
from tests.packs.pdfa_lint import findings


@pytest.fixture
def rich(build):
    """A pack with every edition's particulars: fallback fonts, variation selectors, missing glyphs."""

    def build_it(edition):
        snapshot, files = factories.a_snapshot(cases=2, photos=3, edition=edition)
        case = snapshot.cases[0]
        house = dataclasses.replace(case.house, address="𠮷野町 辻󠄀 槗 1番")
        decided = dataclasses.replace(
            case, house=house, decision=Decision("deferred", "再調査", "2026-11-23")
        )
        return build(dataclasses.replace(snapshot, cases=(decided, *snapshot.cases[1:])), files)[0]

    return build_it


@pytest.mark.parametrize("edition", ["closed", "public", "secretariat"])
def test_every_edition_follows_the_rules(rich, edition):
    path = rich(edition)

    assert findings(path) == []
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
    if qpdf := shutil.which("qpdf"):
        done = subprocess.run([qpdf, "--check", path], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def _lzw(pdf):
    pdf.pages[0].Contents[0].Filter = Name.LZWDecode


def _transparent(pdf):
    pdf.pages[0].Group = Dictionary(S=Name.Transparency)


def _script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _cmyk(pdf):
    next(iter(pdf.pages[-2].Resources.XObject.values())).ColorSpace = Name.DeviceCMYK


def _no_intent(pdf):
    del pdf.Root.OutputIntents


def _other_title(pdf):
    pdf.docinfo.Title = "別の題"


def _no_language(pdf):
    del pdf.Root.Lang


def _hidden_link(pdf):
    pdf.pages[2].Annots[0].F = 2


def _no_font_file(pdf):
    del pdf.pages[0].Resources.Font.F1.DescendantFonts[0].FontDescriptor.FontFile2


def _wrong_widths(pdf):
    pdf.pages[0].Resources.Font.F1.DescendantFonts[0].W = Array([])


def _no_text(pdf):
    font = pdf.pages[0].Resources.Font.F1
    font.ToUnicode = pdf.make_stream(b"endcodespacerange")


def _notdef(pdf):
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(b"BT /F1 9 Tf [<0000>] TJ ET")


def _external(pdf):
    pdf.pages[0].Contents[0].F = "outside.bin"


def _unbalanced(pdf):
    pdf.pages[0].Contents = pdf.make_stream(b"q q Q")


def _state(pdf):
    pdf.pages[0].Contents = pdf.make_stream(b"/GS0 gs")


def _no_labels(pdf):
    del pdf.Root.PageLabels


def _no_outline(pdf):
    del pdf.Root.Outlines


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    snapshot, files = factories.a_snapshot(cases=1, photos=2)
    path = tmp_path_factory.mktemp("pdfa") / "pack.pdf"
    from inspection.packs import build_document

    build_document(snapshot, files.__getitem__, path)
    return path


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (_lzw, "6.1.7"),
        (_transparent, "transparency"),
        (_script, "JavaScript"),
        (_cmyk, "6.2.4"),
        (_no_intent, "6.2.2 output intent"),
        (_other_title, "6.6.3"),
        (_no_language, "Lang"),
        (_hidden_link, "6.3"),
        (_no_font_file, "not embedded"),
        (_wrong_widths, "6.2.11.5"),
        (_no_text, "6.2.11.7"),
        (_notdef, "6.2.11.8"),
        (_external, "external"),
        (_unbalanced, "nested"),
        (_state, "operator gs"),
        (_no_labels, "page labels"),
        (_no_outline, "outline"),
    ],
)
def test_the_lint_finds_each_breach(small, tmp_path, fault, told):
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(small) as pdf:
        fault(pdf)
        pdf.save(
            broken, object_stream_mode=pikepdf.ObjectStreamMode.disable, fix_metadata_version=False
        )

    assert [each for each in findings(broken) if told in each]


def test_the_lint_reads_header_and_table_too(small, tmp_path):
    data = small.read_bytes()
    broken = tmp_path / "broken.pdf"

    broken.write_bytes(data.replace(b"%\xe2\xe3\xcf\xd3\n", b"%text\n", 1))
    assert any("6.1.2" in each for each in findings(broken))
    broken.write_bytes(data + b"more")
    assert any("6.1.3" in each for each in findings(broken))


def test_a_picture_in_cmyk_is_refused_with_its_number(build, tmp_path):
    import hashlib
    import io

    from PIL import Image

    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    out = io.BytesIO()
    Image.new("CMYK", (40, 30)).save(out, "JPEG")
    photo = snapshot.cases[0].photos[0]
    image = dataclasses.replace(photo.image, sha256=hashlib.sha256(out.getvalue()).hexdigest())
    files[image.key] = out.getvalue()
    case = dataclasses.replace(snapshot.cases[0], photos=(dataclasses.replace(photo, image=image),))

    with pytest.raises(PhotoMismatch, match=r"資料2-1 R8-001 写真1: .*CMYK"):
        build(dataclasses.replace(snapshot, cases=(case,)), files)
