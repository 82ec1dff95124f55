import io
import os
import signal
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.uploads.hostile import HOSTILE, png, png_chunk
from tests.uploads.pictures import CORNERS, a_photo, encoded, quarters
from uploads import derivatives
from uploads.derivatives import Limits, make_derivatives
from uploads.errors import NotAnImageError, PictureWorkerError
from uploads.images import Probe, probe
from uploads.render import render

KINDS = ["JPEG", "PNG", "WEBP", "HEIF"]


@pytest.fixture
def saved(tmp_path):
    def save(data):
        path = tmp_path / "photo"
        path.write_bytes(data)
        return path

    return save


def opened(data):
    return Image.open(io.BytesIO(data))


def corners(image):
    """The nearest corner colour of each quarter, clockwise from top left."""
    width, height = image.size
    places = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    pixels = [image.convert("RGB").getpixel((int(x * width), int(y * height))) for x, y in places]
    return [
        min(
            CORNERS,
            key=lambda name: sum(abs(a - b) for a, b in zip(CORNERS[name], pixel, strict=True)),
        )
        for pixel in pixels
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_becomes_two_jpegs_of_the_right_size(saved, kind):
    made = make_derivatives(saved(a_photo(kind, image=quarters(2400, 1500))))

    report, thumbnail = opened(made.report), opened(made.thumbnail)
    assert (report.format, report.size) == ("JPEG", (1600, 1000))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 200))
    assert (made.width, made.height) == (2400, 1500)
    assert corners(report) == corners(thumbnail) == ["red", "green", "blue", "white"]


def test_a_small_picture_is_not_blown_up(saved):
    made = make_derivatives(saved(encoded(quarters(200, 100))))

    assert opened(made.report).size == opened(made.thumbnail).size == (200, 100)


def test_a_sliver_keeps_at_least_one_pixel(saved):
    made = make_derivatives(saved(encoded(quarters(5000, 2))))

    assert opened(made.report).size == (1600, 1)
    assert opened(made.thumbnail).size == (320, 1)


SHOWN = {
    1: ["red", "green", "blue", "white"],
    2: ["green", "red", "white", "blue"],
    3: ["blue", "white", "red", "green"],
    4: ["white", "blue", "green", "red"],
    5: ["red", "white", "blue", "green"],
    6: ["white", "red", "green", "blue"],
    7: ["blue", "green", "red", "white"],
    8: ["green", "blue", "white", "red"],
}


@pytest.mark.parametrize("orientation", SHOWN)
@pytest.mark.parametrize("kind", KINDS)
def test_orientation_is_applied_once(saved, kind, orientation):
    data = a_photo(kind, orientation, quarters(1800, 1200))

    made = make_derivatives(saved(data))

    report = opened(made.report)
    assert corners(report) == corners(opened(made.thumbnail)) == SHOWN[orientation]
    assert (made.width > made.height) == (report.width > report.height) == (orientation < 5)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_original_s_notes_is_left(saved, kind):
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = a_photo(kind, icc_profile=icc)
    assert b"Test camera" in data

    made = make_derivatives(saved(data))

    for jpeg in (made.report, made.thumbnail):
        assert b"Exif" not in jpeg
        assert b"Test camera" not in jpeg
        assert set(opened(jpeg).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_comments_and_xmp_are_gone(saved):
    data = encoded(comment=b"secret comment", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")

    made = make_derivatives(saved(data))

    assert b"secret" in data
    assert b"secret" not in made.report + made.thumbnail


@pytest.mark.parametrize("kind", KINDS)
def test_xmp_is_gone_whatever_the_format(saved, kind):
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret place</x:xmpmeta>"
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt("XML:com.adobe.xmp", packet.decode())
        data = encoded(kind=kind, pnginfo=notes)
    else:
        data = encoded(kind=kind, xmp=packet)

    made = make_derivatives(saved(data))

    assert b"secret place" in data
    for jpeg in (made.report, made.thumbnail):
        assert b"secret" not in jpeg
        assert b"xmp" not in jpeg


def grey_profile(gamma):
    """A grey profile with this exponent (ICC.1: header, white point, grey curve)."""
    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"grey\0" + b"\0" * 79
    texts = b"text\0\0\0\0none\0\0\0\0"
    parts = ((b"desc", name), (b"cprt", texts), (b"wtpt", white), (b"kTRC", curve))
    table, body, at = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, part in parts:
        table += tag + struct.pack(">II", at + len(body), len(part))
        body += part
    head = struct.pack(">I", at + len(body)) + b"\0" * 4 + b"\x02\x40\0\0" + b"mntrGRAYXYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += struct.pack(">iii", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_grey_profile_is_converted_too(saved, kind):
    image = Image.new("L", (300, 200), 128)
    data = encoded(image, kind, icc_profile=grey_profile(1.0))

    report = opened(make_derivatives(saved(data)).report)

    # Linear 128 / 255 is 188 in sRGB.
    assert all(abs(value - 188) <= 3 for value in report.getpixel((150, 100)))


def test_colours_of_16_bit_png_keep_their_upper_byte(saved):
    row = b"\0" + struct.pack(">HHH", 200 * 257, 100 * 257, 50 * 257) * 40
    pixels = png_chunk(b"IDAT", zlib.compress(row * 30))

    report = opened(make_derivatives(saved(png(40, 30, pixels, depth=16))).report)

    assert np.abs(np.array(report.getpixel((20, 15)), int) - (200, 100, 50)).max() <= 3


def test_ten_bit_heic_is_drawn(saved):
    pixels = np.full((300, 400, 3), (200 * 257, 100 * 257, 50 * 257), np.uint16)
    buffer = io.BytesIO()
    pillow_heif.encode("RGB;16", (400, 300), pixels.tobytes(), buffer, quality=95)

    report = opened(make_derivatives(saved(buffer.getvalue())).report)

    assert np.abs(np.array(report.getpixel((200, 150)), int) - (200, 100, 50)).max() <= 5


def test_what_the_drawing_process_holds_is_told(saved):
    path = saved(a_photo())
    order = derivatives._order(path, probe(path), Limits())

    head, _ = derivatives._SERVER.ask(order)

    assert 10_000_000 < head["peak_bytes"] < 200_000_000


def display_p3():
    """A Display P3 profile: sRGB's with wider primaries (D50-adapted, as in Apple's)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.51512, 0.2412, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.1571, 0.06657, 0.78407),
    }
    for entry in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[entry : entry + 4])
        at = int.from_bytes(profile[entry + 4 : entry + 8], "big")
        if name in primaries:
            values = b"".join(
                round(value * 65536).to_bytes(4, "big", signed=True) for value in primaries[name]
            )
            profile[at + 8 : at + 20] = values
        if name == b"desc":
            profile[at:] = profile[at:].replace(b"\0s\0R\0G\0B", b"\0D\0i\0s\0P", 1)
    return bytes(profile)


@pytest.mark.parametrize("kind", KINDS)
def test_display_p3_is_converted_before_its_profile_is_dropped(saved, kind):
    # The same colour: P3 (200, 100, 80) is sRGB (215, 93, 73) (CSS Color 4's matrices).
    image = Image.new("RGB", (400, 300), (200, 100, 80))
    data = encoded(image, kind, icc_profile=display_p3(), quality=95)

    report = opened(make_derivatives(saved(data)).report)

    assert np.abs(np.array(report.getpixel((200, 150)), int) - (215, 93, 73)).max() <= 3
    assert "icc_profile" not in report.info


def test_a_broken_profile_is_taken_for_srgb(saved):
    image = Image.new("RGB", (40, 30), (200, 100, 80))

    report = opened(make_derivatives(saved(encoded(image, icc_profile=b"nonsense" * 30))).report)

    assert np.abs(np.array(report.getpixel((20, 15)), int) - (200, 100, 80)).max() <= 4


@pytest.mark.parametrize("mode", ["L", "CMYK", "1", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_pixels_becomes_rgb(saved, mode):
    grey = Image.new("L", (500, 400), 200)
    if mode == "I;16":
        image = Image.fromarray(np.full((400, 500), 200 * 257, np.uint16))
    elif mode == "CMYK":
        image = Image.new("RGB", (500, 400), (200,) * 3).convert("CMYK")
    else:
        image = grey.convert("RGBA").convert(mode) if mode == "P" else grey.convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"

    report = opened(make_derivatives(saved(encoded(image, kind))).report)

    expected = 255 if mode == "1" else 200
    assert report.mode == "RGB"
    if mode != "1":
        assert abs(report.getpixel((250, 200))[0] - expected) <= 6


def test_what_is_transparent_becomes_white(saved):
    report = opened(make_derivatives(saved(encoded(Image.new("RGBA", (50, 50)), "PNG"))).report)

    assert report.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_give_the_same_bytes(saved, kind):
    path = saved(a_photo(kind, 6, quarters(2000, 1500)))
    first = make_derivatives(path)
    derivatives._SERVER.stop()

    assert make_derivatives(path) == first


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(saved, name):
    with pytest.raises(NotAnImageError):
        make_derivatives(saved(HOSTILE[name]))


@pytest.mark.parametrize("name", HOSTILE)
def test_even_past_the_probe_the_decoder_refuses_or_draws(saved, name):
    path = saved(HOSTILE[name])
    head = HOSTILE[name][:12]
    kind = "jpeg" if head[:2] == b"\xff\xd8" else "png" if head[1:4] == b"PNG" else "heic"
    kind = "webp" if head[8:] == b"WEBP" else kind
    claimed = Probe(f"image/{kind}", 640, 480, 1, 1, path.stat().st_size, "")

    order = derivatives._order(path, claimed, Limits())
    answer, bodies = derivatives._SERVER.ask(order)

    assert answer["ended"] in ("refused", "memory", "drawn")
    assert all(max(opened(body).size) <= 1600 for body in bodies)


def test_damaged_pixels_are_refused(saved):
    data = bytearray(encoded(quarters(), "PNG"))
    at = data.index(b"IDAT")
    length = int.from_bytes(data[at - 4 : at], "big")
    data[at + 4 : at + 4 + length] = os.urandom(length)
    path = saved(bytes(data))
    claimed = Probe("image/png", 640, 480, 1, 1, len(data), "")

    with pytest.raises(NotAnImageError):
        render(path, claimed, 100_000_000)


def test_memory_beyond_the_limit_ends_the_picture_and_nothing_else(saved):
    path = saved(encoded(Image.new("RGB", (8000, 6000)), "PNG"))

    with pytest.raises(NotAnImageError):
        make_derivatives(path, Limits(memory_bytes=50_000_000))

    assert make_derivatives(path).width == 8000


def test_time_beyond_the_limit_ends_the_picture_and_nothing_else(saved):
    path = saved(a_photo(image=quarters(3000, 2000)))

    with pytest.raises(NotAnImageError, match="処理できません"):
        make_derivatives(path, Limits(wall_s=0.001))

    assert make_derivatives(path).width == 3000


def test_a_killed_drawing_process_is_no_fault_of_the_picture(saved):
    path = saved(a_photo())
    make_derivatives(path)
    os.kill(derivatives._SERVER._process.pid, signal.SIGKILL)
    derivatives._SERVER._process.wait()

    assert make_derivatives(path).width == 640


def test_a_drawing_process_that_dies_at_work_is_reported(saved, monkeypatch):
    path = saved(a_photo())
    make_derivatives(path)
    process = derivatives._SERVER._process
    monkeypatch.setattr(process, "poll", lambda: None)
    os.kill(process.pid, signal.SIGKILL)

    with pytest.raises(PictureWorkerError):
        make_derivatives(path)

    assert make_derivatives(path).width == 640


def test_threads_and_forks_get_their_own_answers(tmp_path):
    paths = []
    for side in range(300, 308):
        path = tmp_path / str(side)
        path.write_bytes(encoded(quarters(side, 100)))
        paths.append(path)
    widths = {}
    threads = [
        threading.Thread(
            target=lambda each=path: widths.update({each: make_derivatives(each).width})
        )
        for path in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {int(path.name): width for path, width in widths.items()} == {
        side: side for side in range(300, 308)
    }


def test_the_drawing_process_ends_with_its_caller(saved):
    script = (
        "import sys; from pathlib import Path; from uploads import derivatives as d\n"
        "d.make_derivatives(Path(sys.argv[1])); print(d._SERVER._process.pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(saved(a_photo()))], capture_output=True, timeout=60
    )

    pid = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or _is_zombie(pid):
            return
        threading.Event().wait(0.05)
    pytest.fail("the drawing process lives on")


def _is_zombie(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
