import io
from datetime import datetime, timedelta, timezone

import pytest
from PIL import Image

from inspection.demo import photos
from inspection.demo.photos import VIEWS, Scene, draw_photo
from uploads.checks import PhotoFacts, distance_m, run_checks
from uploads.derivatives import make_derivatives
from uploads.exif import read_metadata
from uploads.images import probe

NOON = datetime(2026, 5, 12, 12, 30, tzinfo=timezone(timedelta(hours=9)))

pytestmark = pytest.mark.skipif(not photos.FONT.is_file(), reason="fonts come with npm ci")


def a_scene(item="overview", house=1, shot=1, **options):
    place = {"lon": 130.87521, "lat": 33.88344, **options}
    return Scene(item, house, shot, NOON, **place)


@pytest.mark.parametrize("item", [*VIEWS, "7-1"])
def test_every_item_has_a_picture_of_a_phone_s_size(tmp_path, item):
    path = tmp_path / "photo.jpg"
    path.write_bytes(draw_photo(a_scene(item)))

    found = probe(path)

    assert (found.media_type, found.width, found.height) == ("image/jpeg", 1600, 1200)
    assert 100_000 < found.bytes < 450_000


def test_the_photo_says_where_and_when_it_was_taken(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(draw_photo(a_scene(accuracy_m=6.5, altitude_m=23.4, direction_deg=271.5)))

    said = read_metadata(path)

    assert said.problems == ()
    assert distance_m(said.lon, said.lat, 130.87521, 33.88344) < 0.01
    assert (said.accuracy_m, said.altitude_m, said.direction_deg) == (6.5, 23.4, 271.5)
    assert said.taken_at == said.gps_time == NOON
    assert (said.taken_at_assumed_zone, said.model) == (False, "Hantei demo")


def test_a_photo_without_a_position_says_so(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(draw_photo(Scene("2-4", 1, 1, NOON)))

    said = read_metadata(path)

    facts = PhotoFacts(position_problem=said.position_problem, taken_at=said.taken_at)
    assert said.lat is None
    assert run_checks(facts)[0].level == "unknown"


def test_an_upright_photo_is_turned_when_shown(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(draw_photo(a_scene("2-2", portrait=True)))

    made = make_derivatives(path)

    report = Image.open(io.BytesIO(made.report))
    assert (made.width, made.height) == report.size == (1200, 1600)
    red, green, blue = report.getpixel((600, 1580))
    assert red > 100 > max(green, blue), "the 見本 band lies at the foot"


def test_the_same_scene_gives_the_same_bytes_and_another_shot_does_not():
    first = draw_photo(a_scene("2-3"))

    assert draw_photo(a_scene("2-3")) == first
    assert draw_photo(a_scene("2-3", shot=2)) != first
    assert draw_photo(a_scene("2-3", house=2)) != first
