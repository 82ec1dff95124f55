import pytest

from inspection.packs import words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-23", "令和8年11月23日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("2026-11-23T23:30:00+09:00", "令和8年11月23日"),
    ],
)
def test_dates_are_written_in_the_era(text, written):
    assert words.era_date(text) == written


def test_a_time_is_told_in_the_offset_it_carries():
    assert words.era_time("2026-11-23T23:30:00+09:00", weekday=True) == "令和8年11月23日(月) 23:30"


@pytest.mark.parametrize(
    ("year", "written"), [(1971, "昭和46年(1971年)"), (1868, "明治元年(1868年)"), (1800, "1800年")]
)
def test_a_year_of_building_has_both_calendars(year, written):
    assert words.built_year(year) == written


@pytest.mark.parametrize(
    ("degrees", "wind"),
    [(0, "北"), (22.4, "北"), (22.6, "北東"), (180, "南"), (359, "北"), (None, None)],
)
def test_bearings_are_told_in_eight_winds(degrees, wind):
    assert words.bearing(degrees) == wind


@pytest.mark.parametrize(
    ("value", "text"), [(100, "100"), (52.5, "52.5"), (63.76, "63.76"), (40.0, "40"), (None, "―")]
)
def test_figures_have_no_trailing_zeros(value, text):
    assert words.figure(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.536, "0.536"), (0.5361, "0.536"), (0.39996, "0.39996"), (0.4, "0.4"), (0.59999, "0.59999"),
     (1_200_000, "1,200,000"), (0, "0"), (18.5, "18.5"), (2 / 3, "0.667")],
)  # fmt: skip
def test_a_measured_value_is_short_but_never_rounded_onto_a_limit(value, text):
    assert words.measured(value) == text


@pytest.mark.parametrize(("value", "text"), [(45, "+45"), (-10, "−10"), (0, "+0"), (2.5, "+2.5")])
def test_points_of_a_step_carry_their_sign(value, text):
    assert words.signed(value) == text
