import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uploads.checks import CHECKS, PhotoFacts, Thresholds, distance_m, run_checks

NOON = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
GOOD = PhotoFacts(
    lon=130.8752,
    lat=33.8834,
    accuracy_m=5.0,
    house_lon=130.8753,
    house_lat=33.8834,
    taken_at=NOON,
    gps_time=NOON - timedelta(minutes=3),
    visited_at=NOON,
    received_at=NOON + timedelta(hours=30),
)


def answer(code, thresholds=None, **changes):
    (found,) = [
        each for each in run_checks(replace(GOOD, **changes), thresholds) if each.code == code
    ]
    return found


def test_a_good_photo_passes_every_check():
    assert [(check.code, check.level) for check in run_checks(GOOD)] == [
        ("position", "ok"),
        ("distance", "ok"),
        ("taken_at", "ok"),
        ("clock", "ok"),
    ]


def test_every_check_answers_once_whatever_is_missing():
    answers = run_checks(PhotoFacts())

    assert len(answers) == len({each.code for each in answers}) == len(CHECKS)
    assert {each.level for each in answers} == {"unknown"}
    assert all(each.detail.endswith("。") for each in answers)


@pytest.mark.parametrize(
    ("points", "metres"),
    [
        # Wellington to Salamanca, the worked example of GeographicLib's documentation.
        ((174.81, -41.32, -5.50, 40.96), 19_959_679.267),
        ((130.8752, 33.8834, 130.8752, 33.8834), 0.0),
        ((179.9999, 0.0, -179.9999, 0.0), 22.264),
    ],
)
def test_the_distance_is_geodesic(points, metres):
    assert distance_m(*points) == pytest.approx(metres, abs=0.001)


def test_a_distance_beyond_accuracy_and_plot_is_a_warning():
    far = answer("distance", lon=130.8762)

    assert far.level == "warning"
    assert far.detail == "家屋から83m離れた場所で撮影されています(位置の誤差 約5m)。"


@pytest.mark.parametrize(
    ("accuracy_m", "level"), [(5.0, "warning"), (40.0, "warning"), (60.0, "ok"), (500.0, "unknown")]
)
def test_the_reported_accuracy_is_allowed_for(accuracy_m, level):
    assert answer("distance", lon=130.8762, accuracy_m=accuracy_m).level == level


def test_a_phone_that_reports_no_accuracy_gets_the_default():
    assert answer("distance", lon=130.8758, accuracy_m=None).level == "ok"
    assert answer("distance", lon=130.8762, accuracy_m=None).level == "warning"


def test_the_size_of_a_plot_is_a_threshold():
    assert answer("distance", Thresholds(plot_m=500), lon=130.8762).level == "ok"


@pytest.mark.parametrize("lon", [None, math.nan, 181.0])
def test_no_or_an_impossible_position_is_unknown(lon):
    assert answer("position", lon=lon).level == "unknown"
    assert answer("distance", lon=lon).level == "unknown"


def test_the_reason_why_the_position_was_refused_is_told():
    told = answer("position", lon=None, position_problem="位置情報が正しくありません。")

    assert told.detail == "位置情報が正しくありません。"


def test_a_position_too_vague_is_unknown():
    assert answer("position", accuracy_m=900.0).level == "unknown"


@pytest.mark.parametrize(
    ("hours", "level"),
    [(-24 * 30, "warning"), (-13, "warning"), (-1, "ok"), (0, "ok"), (23, "ok"), (25, "warning")],
)
def test_a_photo_is_taken_at_the_visit(hours, level):
    assert answer("taken_at", taken_at=NOON + timedelta(hours=hours)).level == level


def test_the_warning_says_how_long_before_or_after():
    assert "調査より30日前" in answer("taken_at", taken_at=NOON - timedelta(days=30)).detail
    assert "調査より25時間後" in answer("taken_at", taken_at=NOON + timedelta(hours=25)).detail


def test_an_assumed_zone_is_told():
    assert "現地時刻とみなして" in answer("taken_at", taken_at_assumed_zone=True).detail


def test_hours_offline_are_not_skew():
    assert answer("clock", received_at=NOON + timedelta(days=3)).level == "ok"


@pytest.mark.parametrize(
    ("minutes", "level"), [(0, "ok"), (-9, "ok"), (11, "warning"), (-11, "warning")]
)
def test_the_device_s_clock_is_held_against_the_server_s(minutes, level):
    sent = NOON + timedelta(hours=30)

    told = answer("clock", device_clock_at=sent + timedelta(minutes=minutes))

    assert told.level == level
    assert ("進んで" in told.detail) == (minutes == 11)
    assert ("遅れて" in told.detail) == (minutes == -11)


def test_a_photo_from_the_future_is_a_clock_that_is_ahead():
    told = answer("clock", received_at=NOON - timedelta(hours=3), gps_time=None)

    assert told.level == "warning"
    assert "3時間進んで" in told.detail


def test_the_satellites_tell_a_clock_that_is_off_by_hours():
    assert answer("clock", gps_time=NOON + timedelta(hours=9)).level == "warning"
    assert (
        answer("clock", gps_time=NOON + timedelta(hours=9), taken_at_assumed_zone=True).level
        == "unknown"
    )


def test_without_any_witness_the_clock_is_unknown():
    assert answer("clock", gps_time=None).level == "unknown"
