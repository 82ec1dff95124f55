"""The hash and the sharpness of pictures, on scenes with edges, at night and without texture."""

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from uploads.checks import PhotoFacts, Thresholds
from uploads.checks.blur import check as blur
from uploads.looks import looks_of
from uploads.near import HashIndex, Near


def scene(number=1, size=(1600, 1200)):
    """A street with a house: boards, windows, a roof, each number another."""
    chance = random.Random(number)
    image = Image.new("RGB", size, (150, 180, 220))
    draw = ImageDraw.Draw(image)
    width, height = size
    for _ in range(70):
        x, y = chance.randrange(width), chance.randrange(height // 4, height)
        w, h = chance.randrange(20, width // 3), chance.randrange(10, height // 4)
        colour = tuple(chance.randrange(30, 230) for _ in range(3))
        draw.rectangle((x, y, x + w, y + h), colour, outline=(20, 20, 20), width=3)
        for line in range(y, y + h, 12):
            draw.line((x, line, x + w, line), tuple(c * 4 // 5 for c in colour), 2)
    return image


def bits(image):
    hashed = looks_of(image).perceptual_hash
    return np.unpackbits(np.frombuffer(bytes.fromhex(hashed), np.uint8))


def apart(one, other):
    return int((bits(one) != bits(other)).sum())


def saved_again(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


COPIES = {
    "saved again": lambda image: saved_again(image, 30),
    "smaller": lambda image: image.resize((640, 480)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.2),
    "grey": lambda image: image.convert("L"),
    "softer": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "cut by a hair": lambda image: image.crop((8, 6, 1592, 1194)),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_differs_in_few_bits(name):
    original = scene()

    assert apart(original, COPIES[name](original)) <= Thresholds().copy_bits


def test_other_pictures_differ_in_about_half_the_bits():
    scenes = [scene(number) for number in range(6)]

    distances = [apart(a, b) for i, a in enumerate(scenes) for b in scenes[:i]]

    assert min(distances) > Thresholds().likeness_bits
    assert 100 < sum(distances) / len(distances) < 156


def test_a_hash_is_that_of_the_library():
    # pdqhash 0.2.8 of the same 512 × 512 pixels, quality 100.
    y, x = np.mgrid[0:512, 0:512]
    pixels = (128 + 80 * np.sin(x / 37) * np.cos(y / 23) + 40 * ((x // 64 + y // 96) % 2)).clip(
        0, 255
    )

    hashed = looks_of(Image.fromarray(pixels.astype(np.uint8))).perceptual_hash

    assert hashed == "fd0fff20a04fff20004fffb0004fffb0004f000faaf5fd0aff20d50aff20d50a"


FLAT = {
    "one colour": Image.new("RGB", (1600, 1200), (180, 170, 160)),
    "a soft gradient": Image.linear_gradient("L")
    .resize((1600, 1200))
    .point(lambda v: 150 + v // 8),
    "black": Image.new("L", (1600, 1200)),
    "one pixel": Image.new("RGB", (1, 1)),
    "a line": Image.new("RGB", (1600, 2), "white"),
}


@pytest.mark.parametrize("name", FLAT)
def test_a_flat_picture_has_no_hash_and_is_not_called_blurred(name):
    found = looks_of(FLAT[name])

    assert found.perceptual_hash is None
    assert told(FLAT[name]) != "warning"


def told(image):
    found = looks_of(image)
    facts = PhotoFacts(sharpness=found.sharpness, contrast=found.contrast)
    return blur(facts, Thresholds()).level


def noisy(image, deviation):
    chance = np.random.default_rng(7)
    pixels = np.asarray(image, np.float32)
    pixels = pixels + chance.normal(0, deviation, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def night(image):
    return noisy(ImageEnhance.Brightness(image).enhance(0.15), 2)


def stamped(image):
    """With the sharp date that cameras burn into a corner."""
    stamp = scene(99, (300, 80))
    image.paste(stamp, (1250, 1080))
    return image


def wall(crack, noise=1.0):
    """A plaster wall in slanting light, with a hairline crack or without."""
    pixels = np.full((1200, 1600), 170.0) + np.linspace(-35, 35, 1600)
    if crack:
        for y in range(1200):
            x = int(800 + 60 * np.sin(y / 90))
            pixels[y, x : x + 4] -= 70
    return noisy(Image.fromarray(pixels.astype(np.uint8)), noise)


def blurred(image, pixels):
    return image.filter(ImageFilter.GaussianBlur(pixels))


BLUR = {
    "sharp": (lambda: scene(), "ok"),
    "a little soft": (lambda: blurred(scene(), 1.5), "ok"),
    "sharp at night": (lambda: night(scene()), "ok"),
    "sharp in one quarter": (lambda: quarter(), "ok"),
    "wall with a crack": (lambda: wall(crack=True), "ok"),
    "bare wall": (lambda: wall(crack=False), "unknown"),
    "bare wall out of focus": (lambda: blurred(wall(crack=False), 8), "unknown"),
    "out of focus": (lambda: blurred(scene(), 8), "warning"),
    "far out of focus": (lambda: blurred(scene(), 16), "warning"),
    "out of focus with a date": (lambda: stamped(blurred(scene(), 8)), "warning"),
    "small and out of focus": (lambda: blurred(scene(2, (640, 480)), 4), "warning"),
}


def quarter():
    image = Image.new("RGB", (1600, 1200), (150, 180, 220))
    image.paste(scene(3, (800, 600)), (0, 600))
    return image


@pytest.mark.parametrize("name", BLUR)
def test_blur_is_told_from_night_and_bare_walls(name):
    make, level = BLUR[name]

    assert told(make()) == level


def an_index(count, first=1):
    chance = random.Random(count)
    hashes = [f"{chance.getrandbits(256):064x}" for _ in range(count)]
    index = HashIndex()
    index.extend(range(first, first + count), hashes)
    return index, hashes


def flipped(hashed, count):
    return f"{int(hashed, 16) ^ ((1 << count) - 1):064x}"


def test_a_search_finds_exactly_what_is_near_the_nearest_first():
    index, hashes = an_index(70_000)
    index.extend([70_005, 70_009], [flipped(hashes[3], 31), flipped(hashes[3], 32)])

    assert index.near(hashes[3], 31) == [Near(4, 0), Near(70_005, 31)]
    assert index.near(hashes[3], 32, limit=2) == [Near(4, 0), Near(70_005, 31)]
    assert (index.last, len(index)) == (70_009, 70_002)


def test_all_bits_differing_is_far():
    index, hashes = an_index(1)

    assert index.near(flipped(hashes[0], 256), 255) == []
    assert index.near(flipped(hashes[0], 256), 256) == [Near(1, 256)]


@pytest.mark.parametrize("numbers", [[5], [4], [6, 6], [7, 6]])
def test_numbers_must_ascend(numbers):
    index, hashes = an_index(5)

    with pytest.raises(ValueError, match="ascend"):
        index.extend(numbers, hashes[: len(numbers)])


def test_an_empty_index_finds_nothing():
    assert HashIndex().near("0" * 64, 256) == []
