import math
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.uploads.hostile import HOSTILE
from tests.uploads.pictures import AT_TEN, KOKURA_GPS, a_photo, encoded, exif, with_exif
from uploads.exif import parse_metadata, read_metadata

JST = timezone(timedelta(hours=9))


def gps_with(*changes, without=()):
    """The good GPS directory with some tags changed or left out."""
    values = {entry[0]: entry for entry in KOKURA_GPS if entry[0] not in without}
    values.update({entry[0]: entry for entry in changes})
    return [values[tag] for tag in sorted(values)]


def parsed(gps=KOKURA_GPS, photo=AT_TEN, **options):
    return parse_metadata(exif(photo=photo, gps=gps, **options))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_phone_s_photo_tells_place_time_and_direction(tmp_path, kind):
    path = tmp_path / "photo"
    path.write_bytes(a_photo(kind))

    said = read_metadata(path)

    assert said.taken_at == datetime(2026, 5, 12, 10, 15, 30, tzinfo=JST)
    assert said.taken_at_assumed_zone is False
    assert said.lat == pytest.approx(33 + 53 / 60 + 1.23 / 3600, abs=1e-8)
    assert said.lon == pytest.approx(130 + 52 / 60 + 30.72 / 3600, abs=1e-8)
    assert (said.accuracy_m, said.altitude_m, said.direction_deg) == (4.8, 12.5, 225.0)
    assert said.gps_time == datetime(2026, 5, 12, 1, 15, 30, tzinfo=UTC)
    assert (said.make, said.model) == ("Hantei", "Test camera")
    assert said.problems == ()


def test_big_endian_blocks_are_read():
    assert parsed(order=">") == parsed(order="<")
    assert parsed(order=">").accuracy_m == 4.8


def test_south_and_west_are_negative_and_below_the_sea_too():
    said = parsed(gps_with((1, 2, "S"), (3, 2, "W"), (5, 1, [1])))

    assert said.lat < -33
    assert said.lon < -130
    assert said.altitude_m == -12.5


def test_decimal_degrees_and_doubles_are_read():
    said = parsed(gps_with((2, 12, [33.8836]), (4, 5, [(1_308_752, 10_000)])))

    assert (said.lat, said.lon) == (33.8836, 130.8752)


WRONG_GPS = {
    "zero denominators": gps_with((2, 5, [(0, 0), (0, 0), (0, 0)])),
    "one zero denominator": gps_with((4, 5, [(130, 1), (52, 0), (0, 1)])),
    "NaN": gps_with((2, 12, [math.nan, math.nan, math.nan])),
    "infinite": gps_with((2, 12, [math.inf, 0.0, 0.0])),
    "no reference": gps_with(without=(1,)),
    "strange reference": gps_with((3, 2, "X")),
    "empty reference": gps_with((3, 2, "")),
    "latitude over 90": gps_with((2, 5, [(91, 1), (0, 1), (0, 1)])),
    "longitude over 180": gps_with((4, 5, [(181, 1), (0, 1), (0, 1)])),
    "60.5 minutes": gps_with((2, 5, [(33, 1), (605, 10), (0, 1)])),
    "negative": gps_with((2, 10, [(-33, 1), (0, 1), (0, 1)])),
    "zero zero": gps_with((2, 5, [(0, 1)] * 3), (4, 5, [(0, 1)] * 3)),
    "four parts": gps_with((2, 5, [(1, 1)] * 4)),
    "text": gps_with((2, 2, "33.88")),
    "latitude alone": gps_with(without=(4,)),
    "longitude alone": gps_with(without=(2,)),
}


@pytest.mark.parametrize("name", WRONG_GPS)
def test_an_impossible_position_is_none_and_a_problem(name):
    said = parsed(WRONG_GPS[name])

    assert (said.lon, said.lat) == (None, None)
    assert said.position_problem == "位置情報が正しくありません。"
    assert said.position_problem in said.problems
    assert said.taken_at is not None


def test_a_photo_without_a_position_says_so():
    assert parsed(gps=[]).position_problem == "位置情報がありません。"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((31, 5, [(5, 0)]), "accuracy_m"),
        ((31, 10, [(-5, 1)]), "accuracy_m"),
        ((6, 5, [(1, 0)]), "altitude_m"),
        ((6, 5, [(4_000_000_000, 1)]), "altitude_m"),
        ((17, 5, [(361, 1)]), "direction_deg"),
        ((17, 5, [(0, 0)]), "direction_deg"),
        ((7, 5, [(25, 1), (0, 1), (0, 1)]), "gps_time"),
        ((7, 5, [(1, 0), (0, 1), (0, 1)]), "gps_time"),
        ((29, 2, "2026:13:45"), "gps_time"),
    ],
)
def test_an_impossible_detail_is_none_and_leaves_the_position(change, field):
    said = parsed(gps_with(change))

    assert getattr(said, field) is None
    assert len(said.problems) == 1
    assert said.lat is not None


def test_direction_360_is_0_and_a_magnetic_one_is_marked():
    said = parsed(gps_with((17, 5, [(360, 1)]), (16, 2, "M")))

    assert said.direction_deg == 0
    assert said.direction_is_magnetic is True


def test_a_void_fix_is_kept_with_a_problem():
    said = parsed(gps_with((9, 2, "V")))

    assert said.lat is not None
    assert "衛星" in said.problems[0]


def test_a_time_without_offset_is_local_and_marked():
    here = parsed(photo=AT_TEN[:1])
    there = parse_metadata(exif(photo=AT_TEN[:1], gps=KOKURA_GPS), ZoneInfo("Europe/Berlin"))

    assert here.taken_at == datetime(2026, 5, 12, 10, 15, 30, tzinfo=JST)
    assert here.taken_at_assumed_zone is True
    assert there.taken_at == datetime(2026, 5, 12, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["    :  :     :  :  ", "", "    "])
def test_a_blank_time_is_no_time(text):
    said = parsed(photo=[(0x9003, 2, text)])

    assert said.taken_at is None
    assert "撮影日時がありません。" in said.problems


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "2026:02:30 10:00:00",
        "2026:05:12 25:00:00",
        "1904:01:01 00:00:00",
        "yesterday",
        "2026:05:12",
        b"\xff\xfe\xfd",
    ],
)
def test_an_impossible_time_is_none_and_a_problem(text):
    said = parsed(photo=[(0x9003, 2, text)])

    assert said.taken_at is None
    assert "撮影日時が正しくありません。" in said.problems


def test_the_next_best_time_serves_when_the_best_is_wrong():
    said = parsed(photo=[(0x9003, 2, "0000:00:00 00:00:00"), (0x9004, 2, "2026:05:12 11:00:00")])

    assert said.taken_at == datetime(2026, 5, 12, 11, tzinfo=JST)


@pytest.mark.parametrize("offset", ["+25:00", "+09:75", "JST", "", "   :  "])
def test_an_impossible_offset_counts_as_none(offset):
    assert parsed(photo=[AT_TEN[0], (0x9011, 2, offset)]).taken_at_assumed_zone is True


@pytest.mark.parametrize("offset", ["+09:00", "+0900"])
def test_offsets_as_phones_write_them(offset):
    assert parsed(photo=[AT_TEN[0], (0x9011, 2, offset)]).taken_at_assumed_zone is False


def test_a_picture_without_exif_says_so(tmp_path):
    path = tmp_path / "photo"
    path.write_bytes(encoded())

    said = read_metadata(path)

    assert said.problems == ("撮影情報(EXIF)がありません。",)
    assert said.position_problem == said.problems[0]


CORRUPT = {
    "empty": b"",
    "garbage": b"\x13\x37" * 40,
    "header alone": b"II*\0\x08\0\0\0",
    "directory beyond the end": b"II*\0\xff\xff\0\0",
    "directory in the header": b"II*\0\0\0\0\0",
    "65535 entries": b"II*\0\x08\0\0\0\xff\xff" + b"\0" * 50,
    "cut": exif(photo=AT_TEN, gps=KOKURA_GPS)[:100],
    "gps points at itself": exif([(0x8825, 4, [8])]),
    "gps points beyond": exif([(0x8825, 4, [0xFFFFFFF0])]),
    "exif pointer is text": exif([(0x8769, 2, "hello")]),
    "values beyond the end": exif([(0x010F, 2, "x" * 50)])[:40],
    "unknown type": exif([(0x010F, 3, [1])]).replace(b"\x0f\x01\x03", b"\x0f\x01\x63"),
}


@pytest.mark.parametrize("name", CORRUPT)
def test_a_corrupt_block_in_a_good_picture_gives_none_and_problems(tmp_path, name):
    path = tmp_path / "photo"
    path.write_bytes(with_exif(CORRUPT[name]))

    said = read_metadata(path)

    assert (said.lon, said.lat, said.gps_time) == (None, None, None)
    assert said.problems


@given(st.binary(max_size=400), st.integers(0, 400))
def test_no_bytes_make_it_raise(noise, at):
    block = exif(photo=AT_TEN, gps=KOKURA_GPS)

    said = parse_metadata(block[:at] + noise + block[at + len(noise) :])

    assert said.lat is None or -90 <= said.lat <= 90
    assert said.taken_at is None or said.taken_at.tzinfo is not None


def test_names_are_printable_and_short():
    said = parse_metadata(exif([(0x010F, 2, "A\x1b[31mB"), (0x0110, 2, "x" * 500)]))

    assert said.make == "A[31mB"
    assert len(said.model) == 100


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_a_problem(tmp_path, name):
    path = tmp_path / "photo"
    path.write_bytes(HOSTILE[name])

    said = read_metadata(path)

    assert said.lat is None or "bomb" in name or "0 " in name
    assert said.problems or said.lat is not None
