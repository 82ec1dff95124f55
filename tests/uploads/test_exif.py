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
        ((31, 5, [(4_294_967_295, 1)]), "accuracy_m"),
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


@pytest.mark.parametrize("offset", ["+09:00", "+0900", "+9:00", "+09", "UTC+09:00", "+09:00 "])
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


def test_seconds_may_have_fractions_in_a_tag_of_their_own():
    def taken(fraction):
        return parsed(photo=[*AT_TEN, (0x9291, 2, fraction)]).taken_at

    assert taken("123").microsecond == 123_000
    assert taken("05 ").microsecond == 50_000
    assert taken("1234567").microsecond == 123_456
    assert taken("x").microsecond == taken("").microsecond == 0


def test_a_time_without_seconds_and_one_with_fractions_are_read():
    short = parsed(photo=[(0x9003, 2, "2026:05:12 10:15"), AT_TEN[1]])
    long = parsed(photo=[(0x9003, 2, "2026-05-12T10:15:30.25"), AT_TEN[1]])

    assert short.taken_at == datetime(2026, 5, 12, 10, 15, tzinfo=JST)
    assert long.taken_at == datetime(2026, 5, 12, 10, 15, 30, tzinfo=JST)


def test_midnight_is_a_time():
    said = parsed(photo=[(0x9003, 2, "2026:05:12 00:00:00"), AT_TEN[1]])

    assert said.taken_at == datetime(2026, 5, 12, tzinfo=JST)


@pytest.mark.parametrize("tag", [0x9010, 0x9012])
def test_the_offset_of_another_time_serves(tag):
    said = parsed(photo=sorted([AT_TEN[0], (tag, 2, "+09:00")]))

    assert (said.taken_at_assumed_zone, said.taken_at.utcoffset()) == (False, timedelta(hours=9))


@pytest.mark.parametrize("offset", ["Z", "+00:00", "-00:00"])
def test_utc_is_an_offset(offset):
    said = parsed(photo=[AT_TEN[0], (0x9011, 2, offset)])

    assert said.taken_at == datetime(2026, 5, 12, 10, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-05-12", "2026/05/12", "2026:05:12 "])
def test_dates_of_the_satellites_as_phones_write_them(text):
    assert parsed(gps_with((29, 2, text))).gps_time == datetime(2026, 5, 12, 1, 15, 30, tzinfo=UTC)


def test_a_receiver_that_lost_1024_weeks_gets_them_back():
    lost = parsed(gps_with((29, 2, "2006:09:26")))
    wrong = parsed(gps_with((29, 2, "2006:09:20")))

    assert lost.gps_time == datetime(2026, 5, 12, 1, 15, 30, tzinfo=UTC)
    assert wrong.gps_time.year == 2006


def test_satellites_without_a_date_or_without_a_time_tell_none():
    for tag in (7, 29):
        said = parsed(gps_with(without=(tag,)))
        assert (said.gps_time, said.problems) == (None, ())


def test_an_error_of_zero_is_not_known():
    said = parsed(gps_with((31, 5, [(0, 1)])))

    assert (said.accuracy_m, said.problems) == (None, ())


def test_the_old_japanese_datum_is_converted():
    # PROJ with the geocentric translation of the old datum (-146.414, 507.337, 680.507 m).
    tokyo = gps_with((2, 12, [33.88]), (4, 12, [130.88]), (18, 2, "TOKYO"))

    said = parsed(tokyo)

    assert said.lat == pytest.approx(33.883238, abs=5e-5)
    assert said.lon == pytest.approx(130.877607, abs=5e-5)
    assert "旧日本測地系" in said.problems[0]
    assert parsed(gps_with((18, 2, "WGS-84"))).problems == ()


def test_speed_and_a_maker_s_own_notes_disturb_nothing():
    notes = (0x927C, 7, b"Apple iOS\0\0\1MM\0\x20" + b"\xff" * 60_000)

    said = parsed(gps_with((12, 2, "K"), (13, 5, [(0, 0)])), photo=sorted([*AT_TEN, notes]))

    assert (said.accuracy_m, said.direction_deg, said.problems) == (4.8, 225.0, ())
    assert said.taken_at is not None


def test_a_direction_below_zero_is_none_and_one_without_reference_is_true():
    assert parsed(gps_with((17, 10, [(-90, 1)]))).direction_deg is None
    assert parsed(gps_with(without=(16,))).direction_is_magnetic is False


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_that_lies_about_its_byte_order_gives_none_and_problems(order):
    block = exif(photo=AT_TEN, gps=KOKURA_GPS, order=order)
    other = (b"MM\0*" if order == "<" else b"II*\0") + block[4:]

    said = parse_metadata(other)

    assert (said.lat, said.taken_at) == (None, None)
    assert said.problems


def test_directories_that_point_at_each_other_end():
    said = parse_metadata(exif([(0x8769, 4, [8]), (0x8825, 4, [8])]))

    assert (said.lat, said.taken_at) == (None, None)


def test_counts_of_billions_are_left_out():
    block = bytearray(exif(photo=AT_TEN, gps=KOKURA_GPS))
    for tag in (b"\x03\x90\x02\0", b"\x02\0\x05\0"):
        at = block.index(tag) + 4
        block[at : at + 4] = b"\xff\xff\xff\xff"

    said = parse_metadata(bytes(block))

    assert (said.lat, said.taken_at) == (None, None)


def test_xmp_alone_is_no_word_of_the_camera(tmp_path):
    # Written by an editor: evidence is what the camera wrote.
    xmp = b'<rdf:Description exif:GPSLatitude="33,53.02N" exif:GPSLongitude="130,52.51E"/>'
    path = tmp_path / "photo"
    path.write_bytes(encoded(xmp=xmp))

    said = read_metadata(path)

    assert said.lat is None
    assert said.problems == ("撮影情報(EXIF)がありません。",)


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_of_four_bytes_turns_too(order):
    from uploads.structure.model import exif_orientation

    assert exif_orientation(exif([(0x0112, 4, [6])], order=order)) == 6
    assert exif_orientation(exif([(0x0112, 4, [70_000])], order=order)) == 1
