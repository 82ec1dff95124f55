import io

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from inspection.packs.fonts import BOLD, GETA, REGULAR, REGULAR_FALLBACK, FontsMissing, font_files
from inspection.packs.fonts import font_set as installed
from inspection.packs.text import TextStyle, text_width
from tests.packs import factories, reading

PLAIN = TextStyle(10, 14)


@pytest.fixture(scope="module")
def fonts():
    return installed()


def test_missing_font_files_name_what_to_run(tmp_path):
    with pytest.raises(FontsMissing, match="npm ci --ignore-scripts"):
        font_files(tmp_path)


def test_font_files_may_lie_directly_in_a_folder(tmp_path):
    for path in font_files().values():
        (tmp_path / path.name).symlink_to(path)

    assert font_files(tmp_path)[REGULAR].parent == tmp_path


def test_a_common_character_comes_from_the_first_font(fonts):
    assert fonts.glyph("空").face == REGULAR
    assert fonts.glyph("空", bold=True).face == BOLD


@pytest.mark.parametrize("character", ["𠮷", "槗"])
def test_what_the_first_font_lacks_comes_from_the_fallback(fonts, character):
    glyph = fonts.glyph(character)

    assert glyph.face == REGULAR_FALLBACK
    assert not glyph.missing


def test_a_variation_selector_chooses_another_glyph(fonts):
    plain, varied = fonts.glyph("辻"), fonts.glyph("辻\U000e0100")

    assert varied.gid != plain.gid
    assert not varied.missing


def test_a_variation_that_no_font_has_is_drawn_plain_and_reported(fonts):
    varied = fonts.glyph("空\U000e01ee")

    assert varied.gid == fonts.glyph("空").gid
    assert varied.missing


def test_a_character_in_no_font_is_drawn_as_geta_and_reported(fonts):
    glyph = fonts.glyph("🏚")

    assert glyph.missing
    assert (glyph.gid, glyph.face) == (fonts.glyph(GETA).gid, fonts.glyph(GETA).face)


def test_figures_in_columns_have_one_width(fonts):
    tabular = TextStyle(10, 14, tabular=True)
    widths = {round(text_width(fonts, digit, tabular), 6) for digit in "0123456789"}

    assert len(widths) == 1
    assert text_width(fonts, "1", PLAIN) < text_width(fonts, "0", PLAIN)


def test_names_come_back_from_the_file_and_missing_ones_are_reported(build):
    name = "𠮷田 辻\U000e0100太郎・髙橋 﨑山 槗本 神\ufa19 🏚"
    case = factories.a_case(0, 0)
    snapshot, _ = factories.a_snapshot(cases=0)
    owner = factories.Owner(name=name)
    cases = (factories.dataclasses.replace(case, owner=owner),)

    path, report = build(factories.dataclasses.replace(snapshot, cases=cases))

    assert report.missing_glyphs == ("🏚",)
    # pdfium leaves out an ActualText that its font lacks; others give the missing one back too.
    assert reading.squeeze(name.removesuffix("🏚")) in reading.text_of(path)


def test_every_font_in_the_file_is_an_embedded_small_subset(pack):
    path, *_ = pack
    with pikepdf.open(path) as pdf:
        fonts = pdf.pages[5].Resources.Font
        assert set(fonts.keys()) == {"/F1", "/F2"}
        for font in fonts.values():
            program = font.DescendantFonts[0].FontDescriptor.FontFile2
            assert font.Encoding == "/Identity-H"
            assert len(program.read_raw_bytes()) < 120_000
            assert "glyf" in TTFont(io.BytesIO(program.read_bytes())).keys()  # noqa: SIM118
