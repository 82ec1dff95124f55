import io
import random
import time

import pytest
from PIL import Image

from tests.uploads.hostile import HOSTILE
from tests.uploads.pictures import (
    a_photo,
    encoded,
    mpf_jpeg,
    quarters,
    samsung_trailer,
    video,
)
from uploads.errors import NotAnImageError
from uploads.images import probe


@pytest.fixture
def saved(tmp_path):
    def save(data):
        path = tmp_path / "photo"
        path.write_bytes(data)
        return path

    return save


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heic"),
    ],
)
def test_each_accepted_format_is_told_by_its_content(saved, kind, media_type):
    found = probe(saved(a_photo(kind)))

    assert (found.media_type, found.width, found.height) == (media_type, 640, 480)


def test_the_webp_variants_have_their_size(saved):
    lossless = probe(saved(encoded(kind="WEBP", lossless=True)))
    transparent = probe(saved(encoded(quarters().convert("RGBA"), "WEBP")))

    assert (lossless.width, lossless.height) == (640, 480)
    assert (transparent.width, transparent.height) == (640, 480)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 1}])
def test_progressive_pictures_and_restart_markers_are_walked(saved, options):
    assert probe(saved(encoded(**options))).width == 640


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_width_and_height_are_as_shown(saved, kind, orientation):
    found = probe(saved(a_photo(kind, orientation)))

    shown = (480, 640) if orientation >= 5 else (640, 480)
    assert (found.width, found.height, found.orientation) == (*shown, orientation)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_heic_has_the_size_that_its_decoder_gives(saved, orientation):
    data = a_photo("HEIF", orientation)

    found = probe(saved(data))

    assert (found.width, found.height) == Image.open(io.BytesIO(data)).size


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (b"", ""),
        (b"\0" * 4096, "padding"),
        (b"\xff" * 16, "padding"),
        (b"\r\n", "padding"),
        (video(), "video"),
        (b"\0" * 32 + video(), "video"),
        (video() + b"\0" * 16, "video"),
        (samsung_trailer(), "video"),
        (samsung_trailer(b"Image_UTC_Data", b"1778548530000"), "notes"),
    ],
)
def test_padding_and_a_phone_s_own_bodies_may_follow_a_jpeg(saved, tail, kind):
    assert probe(saved(a_photo() + tail)).trailer == kind


def test_announced_further_pictures_may_follow_a_jpeg(saved):
    found = probe(saved(mpf_jpeg()))

    assert (found.trailer, found.frames, found.width) == ("pictures", 2, 640)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_japanese_and_at_once(saved, name):
    path = saved(HOSTILE[name])
    start = time.perf_counter()

    with pytest.raises(NotAnImageError) as refusal:
        probe(path)

    assert time.perf_counter() - start < 1
    assert refusal.value.reason.endswith("。")


def test_there_are_many_hostile_files():
    assert len(HOSTILE) >= 90


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_cut_is_refused(saved, kind):
    data = a_photo(kind)
    for length in range(0, len(data), max(1, len(data) // 97)):
        with pytest.raises(NotAnImageError):
            probe(saved(data[:length]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_random_damage_never_raises_anything_else(saved, kind):
    chance = random.Random(kind)
    data = a_photo(kind)
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(min(len(data), 1500))] = chance.randrange(256)
        try:
            found = probe(saved(bytes(damaged)))
        except NotAnImageError:
            continue
        assert found.width * found.height <= 100_000_000


def test_limits_on_bytes_and_pixels_are_parameters(saved):
    path = saved(a_photo())

    with pytest.raises(NotAnImageError, match="大きすぎます"):
        probe(path, max_bytes=1000)
    with pytest.raises(NotAnImageError, match="640 × 480"):
        probe(path, max_pixels=640 * 480 - 1)
    assert probe(path, max_pixels=640 * 480).width == 640


def test_no_pixel_is_decoded(saved, monkeypatch):
    def refuse(*_args):
        raise AssertionError("decoded")

    monkeypatch.setattr(Image, "open", refuse)

    assert probe(saved(a_photo())).width == 640
