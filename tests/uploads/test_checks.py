import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uploads.checks import CHECKS, PhotoFacts, Thresholds, Twin, distance_m, run_checks

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
    same_files=(),
    alike=(),
    has_structure=True,
    sharpness=900.0,
    contrast=40.0,
)
ELSEWHERE = Twin("整理番号 K-7、2025年5月12日の調査", same_house=False, same_visit=False)
LAST_YEAR = replace(ELSEWHERE, same_house=True)
HERE = replace(LAST_YEAR, same_visit=True)


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
        ("same_file", "ok"),
        ("alike", "ok"),
        ("blur", "ok"),
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


@pytest.mark.parametrize(
    ("twins", "level", "words"),
    [
        ([ELSEWHERE], "warning", "別の家屋(整理番号 K-7、2025年5月12日の調査)"),
        ([LAST_YEAR], "warning", "この家屋の別の調査"),
        ([HERE], "ok", "この調査の別の写真"),
        ([HERE, LAST_YEAR, ELSEWHERE], "warning", "別の家屋"),
        ([HERE, LAST_YEAR], "warning", "この家屋の別の調査"),
    ],
)
def test_the_same_file_elsewhere_is_told_the_worst_first(twins, level, words):
    told = answer("same_file", same_files=tuple(twins))

    assert told.level == level
    assert words in told.detail


@pytest.mark.parametrize(
    ("twin", "distance", "level", "words"),
    [
        (ELSEWHERE, 0, "warning", "ほぼ同じ画像"),
        (ELSEWHERE, 31, "warning", "ほぼ同じ画像"),
        (ELSEWHERE, 32, "unknown", "よく似ています"),
        (ELSEWHERE, 60, "unknown", "見比べて"),
        (ELSEWHERE, 61, "ok", "他の調査にありません"),
        (LAST_YEAR, 31, "warning", "今回の調査で撮影した写真か"),
        (LAST_YEAR, 32, "ok", "他の調査にありません"),
        (HERE, 0, "ok", "他の調査にありません"),
    ],
)
def test_a_likeness_warns_by_where_the_other_photo_belongs(twin, distance, level, words):
    told = answer("alike", alike=(replace(twin, distance=distance),))

    assert told.level == level
    assert words in told.detail


def test_the_nearest_of_several_likenesses_is_named():
    near = replace(ELSEWHERE, where="整理番号 K-9", distance=3)

    told = answer("alike", alike=(replace(ELSEWHERE, distance=20), near))

    assert "K-9" in told.detail


def test_a_picture_without_structure_has_no_likeness():
    assert answer("alike", has_structure=False).level == "unknown"


@pytest.mark.parametrize(
    ("sharpness", "contrast", "level"),
    [(15.0, 40.0, "ok"), (14.9, 40.0, "warning"), (14.9, 8.9, "unknown"), (60.0, 3.0, "ok")],
)
def test_blur_needs_contrast_to_be_told(sharpness, contrast, level):
    assert answer("blur", sharpness=sharpness, contrast=contrast).level == level


def test_every_threshold_can_be_moved():
    strict = Thresholds(copy_bits=3, likeness_bits=5, sharpness=1000.0, contrast=0.0)
    near = replace(ELSEWHERE, distance=6)

    assert answer("alike", strict, alike=(near,)).level == "ok"
    assert answer("blur", strict).level == "warning"
