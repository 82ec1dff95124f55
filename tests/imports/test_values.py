"""Cells as people write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from inspection.imports import values
from inspection.imports.eras import moment_of, year_of
from inspection.imports.house_columns import STRUCTURES
from inspection.imports.places import point_of
from inspection.imports.visit_cells import AnswerReader
from inspection.models import STRUCTURES as CODES
from tests.scoring.shipped import WOODEN, shipped


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1981", 1981), ("1981年", 1981), ("昭和56年", 1981), ("S56", 1981), ("昭５６年", 1981),
        ("昭和元年", 1926), ("平成元年", 1989), ("R元", 2019), ("大正12年", 1923), ("明治45", 1912),
        ("昭和56年5月", 1981), ("S56.5.1", 1981), ("1981/5/1", 1981), ("昭和 56 年", 1981),
    ],
)  # fmt: skip
def test_years_of_every_calendar(text, year):
    assert year_of(text) == year


@pytest.mark.parametrize(
    "text", ["昭和65年", "平成0年", "昭和40年頃", "56", "築40年", "20231", "X1"]
)
def test_what_is_no_year_is_refused(text):
    with pytest.raises(ValueError, match="年"):
        year_of(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-05-01", date(2024, 5, 1)), ("2024/5/1", date(2024, 5, 1)),
        ("令和6年5月1日", date(2024, 5, 1)), ("R6.5.1", date(2024, 5, 1)),
        ("Ｒ６．５．１", date(2024, 5, 1)), ("令和元年5月1日(水)", date(2019, 5, 1)),
        ("H31/4/30", date(2019, 4, 30)), ("2024/5/1 9:05", datetime(2024, 5, 1, 9, 5)),
        ("令和6年5月1日 10時30分", datetime(2024, 5, 1, 10, 30)),
        ("2024-05-01T10:30:15+09:00", datetime.fromisoformat("2024-05-01T10:30:15+09:00")),
    ],
)  # fmt: skip
def test_days_and_moments(text, found):
    assert moment_of(text) == found


@pytest.mark.parametrize("text", ["2024/2/30", "R6.13.1", "45413", "5/1", "2024/5/1 25:00", "昨日"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="日"):
        moment_of(text)


def test_numbers_with_units_and_in_full_width():
    area = values.AREA_UNITS

    assert values.number_of("１２０．５㎡", area) == 120.5
    assert values.number_of("1,234.50 m²", area) == 1234.5
    assert values.number_of("86.0") == 86
    assert isinstance(values.number_of("86.0"), int)
    assert values.number_of("不明") is None
    assert values.storeys_of("地上２階建て") == 2
    assert values.storeys_of("平屋建") == 1


@pytest.mark.parametrize("text", ["30坪", "12-3", "1.2.3", "約100", "1e5", "NaN", "1,2"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="数値"):
        values.number_of(text, values.AREA_UNITS)


def test_cells_of_a_spreadsheet_become_text():
    assert values.text_of(401013.0) == "401013"
    assert values.text_of(12.5) == "12.5"
    assert values.text_of(" 　城内 ") == "城内"
    with pytest.raises(ValueError, match="日付"):
        values.text_of(datetime(2026, 1, 2))
    with pytest.raises(ValueError, match="桁"):
        values.text_of(12345678901234567890)


def test_every_structure_can_be_said_in_japanese():
    assert set(STRUCTURES.values()) == set(CODES)
    assert STRUCTURES["木造"] == "wooden"
    assert STRUCTURES["rc造"] == "reinforced_concrete"
    assert STRUCTURES["鉄骨造"] != STRUCTURES["軽量鉄骨造"]


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("イ", ["i"]), ("ｲ", ["i"]), ("い", ["i"]), ("i", ["i"]), ("㋑", ["i"]), ("(イ)", ["i"]),
        ("イ・ロ", ["i", "ro"]), ("イ、ハ", ["i", "ha"]), ("イロ", ["i", "ro"]),
        ("i, ro", ["i", "ro"]), ("なし", "none"), ("none", "none"), ("不明", "unknown"),
        ("該当なし", "na"), ("n/a", "na"),
    ],
)  # fmt: skip
def test_grades_by_code_mark_and_word(cell, answer):
    assert AnswerReader(shipped(WOODEN), "unknown").answers({"2-2": cell}) == {"2-2": answer}


@pytest.mark.parametrize("cell", ["○", "-", "0", "ニ", "イ ヘ", "あり", 2, True, date(2026, 1, 2)])
def test_what_may_mean_two_things_is_no_answer(cell):
    with pytest.raises(ValueError, match="2-2"):
        AnswerReader(shipped(WOODEN), "unknown").answers({"2-2": cell})


def test_an_empty_cell_means_what_was_said_of_it():
    cells = {"2-2": None, "2-4": " "}

    assert AnswerReader(shipped(WOODEN), "unknown").answers(cells) == {}
    assert AnswerReader(shipped(WOODEN), "none").answers(cells) == {"2-2": "none", "2-4": "none"}


def wkb_polygon(*rings):
    import struct

    data = struct.pack("<BII", 1, 3, len(rings))
    for ring in rings:
        data += struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *p) for p in ring)
    return data


def test_a_house_drawn_as_an_area_is_at_a_point_inside_it():
    square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    angle = [(0, 0), (10, 0), (10, 1), (1, 1), (1, 10), (0, 10), (0, 0)]
    yard = [(1, 1), (1, 3), (3, 3), (3, 1), (1, 1)]

    assert point_of(wkb_polygon(square)) == (2, 2)
    x, y = point_of(wkb_polygon(angle))
    assert (0 < x < 10 and 0 < y < 1) or (0 < x < 1 and 0 < y < 10)
    x, y = point_of(wkb_polygon(square, yard))
    assert not (1 <= x <= 3 and 1 <= y <= 3)
