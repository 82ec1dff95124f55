"""Every kanji of JIS X 0213 in the pack's fonts: drawn, read back; the rest counted by name."""

import unicodedata
from dataclasses import replace

from inspection.packs.fonts import font_set
from inspection.packs.model import Reference
from tests.packs import factories, reading

KANJI = 10_050  # of JIS X 0213:2004, both planes


def jis_kanji():
    """Return the kanji of both planes of JIS X 0213, one text each.

    By the codec of Shift JIS: that of EUC answers with JIS X 0212 where 0213 has nothing.
    """
    found = []
    for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            try:
                text = bytes((lead, trail)).decode("shift_jis_2004")
            except UnicodeDecodeError:
                continue
            if unicodedata.name(text[0], "").startswith("CJK "):
                found.append(text)
    return found


def test_the_table_of_the_standard_is_whole():
    kanji = jis_kanji()

    assert len(kanji) == len(set(kanji))
    assert abs(len(kanji) - KANJI) <= 5  # 々 and its like are kanji to some and not to others


def test_every_kanji_that_the_fonts_have_is_drawn_and_read_back(build):
    kanji = jis_kanji()
    fonts = font_set()
    lacking = [each for each in kanji if fonts.glyph(each).missing]
    snapshot, _ = factories.a_snapshot(cases=0)
    chapter = Reference("JIS X 0213の漢字", ("".join(kanji),))

    path, report = build(replace(snapshot, references=(chapter,)))

    assert sorted(report.missing_glyphs) == sorted(lacking)
    text = set(reading.text_of(path))
    unread = [each for each in kanji if each not in lacking and each not in text]
    assert unread == []
    assert lacking == []  # docs/packs.md says so
