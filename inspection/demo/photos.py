"""Photos for the demo, drawn by program: an invented house, real JPEGs, plainly marked 見本.

The same scene always gives the same bytes. A photo takes about a third of a second.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageFont

from inspection.demo import photo_details, photo_house, photo_roof, photo_room
from inspection.demo.photo_canvas import WEATHERS, Camera, Canvas, finished
from inspection.demo.photo_house import Look, look_of

LONG_SIDE_PX, SHORT_SIDE_PX = 1600, 1200
JPEG_QUALITY = 84
_FONT = Path("node_modules/@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf")
FONT = Path(__file__).resolve().parents[2] / _FONT
_ROOM_CAMERA = Camera((0.0, -0.9, 1.45), 0.0, 0.62, 0.46)
_CLOSE_CAMERA = Camera((0.0, -2.4, 1.4), 0.0, 0.9, 0.45)

View = Callable[[Canvas, Look], None]
# Item code -> what such a photo shows; anything else is the room.
VIEWS: dict[str, View] = {
    "overview": photo_house.overview,
    "surroundings": photo_house.surroundings,
    "1-1": photo_details.foundation,
    "1-2": photo_details.column,
    "1-3": photo_details.wall,
    "1-4": photo_details.wall,
    "1-5": photo_details.wall,
    "2-2": photo_details.column,
    "2-3": photo_details.wall,
    "2-4": photo_roof.roof,
    "2-5": photo_roof.roof,
    "3-1": photo_details.wall,
    "3-3": photo_roof.roof,
    "6-2": photo_roof.gutter,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What one demo photo shows and what its EXIF says.

    item: item code, `overview` or `surroundings`. house: number of the house; all photos of
    one house share its looks. shot: varies the viewpoint and the damage. taken_at: aware, with
    the house's offset; gives weather of the day. lon, lat: degrees WGS84, None for a photo
    without a position. portrait: taken upright, told by EXIF orientation 6 as phones do.
    """

    item: str
    house: int
    shot: int
    taken_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float = 5.0
    altitude_m: float = 10.0
    direction_deg: float = 0.0
    portrait: bool = False


def draw_photo(scene: Scene, font: Path = FONT) -> bytes:
    """Draw one photo as JPEG bytes, 1600 × 1200 pixels (upright: 1200 × 1600 as shown).

    font: a TrueType font with Japanese letters for the 見本 band.
    """
    size = (LONG_SIDE_PX, SHORT_SIDE_PX)
    if scene.portrait:
        size = size[::-1]
    image = _picture(scene, size)
    _mark(image, scene, font)
    if scene.portrait:
        image = image.transpose(Image.Transpose.ROTATE_90)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY, exif=_exif(scene))
    return buffer.getvalue()


def _picture(scene: Scene, size: tuple[int, int]) -> Image.Image:
    seed = (scene.house, scene.shot, *scene.item.encode())
    rng = np.random.default_rng(seed)
    day = np.random.default_rng((scene.house, scene.taken_at.toordinal()))
    look = look_of(scene.house)
    view = VIEWS.get(scene.item, photo_room.room)
    weather = WEATHERS[int(day.integers(len(WEATHERS)))]
    canvas = Canvas(size, rng, weather, _camera(view, look, rng, scene.portrait))
    view(canvas, look)
    return finished(canvas)


def _camera(view: View, look: Look, rng: np.random.Generator, portrait: bool) -> Camera:
    if view is photo_room.room:
        return _ROOM_CAMERA
    if view not in (photo_house.overview, photo_house.surroundings):
        return _CLOSE_CAMERA
    side = float(rng.choice((-1, 1)))
    far = view is photo_house.surroundings
    x = side * (look.width * 0.5 + float(rng.uniform(2.0, 4.5)))
    y = -float(rng.uniform(22, 25) if far else rng.uniform(14.5, 16.5))
    turn = -float(np.degrees(np.arctan2(x, -y + 2.5))) * (0.8 if far else 0.95)
    reach = (0.66 if far else 0.74) if portrait else (0.86 if far else 1.02)
    return Camera(
        (x, y, float(rng.uniform(2.2, 3.2))), turn, reach, 0.62 if look.storeys == 1 else 0.66
    )


@lru_cache(maxsize=4)
def _loaded(font: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font), size)


def _mark(image: Image.Image, scene: Scene, font: Path) -> None:
    """Put the 見本 band along the foot: nobody may take an invented house for a real one."""
    width, height = image.size
    tall = 84
    band = Image.new("RGB", (width, tall), (150, 22, 30))
    draw = ImageDraw.Draw(band)
    draw.rectangle((0, 0, width, 4), fill=(255, 255, 255))
    draw.text((28, tall // 2 + 2), "見本", font=_loaded(font, 52), fill="white", anchor="lm")
    note = "プログラムで描いた架空の家屋です"
    draw.text((160, tall // 2 + 2), note, font=_loaded(font, 28), fill=(255, 232, 226), anchor="lm")
    stamp = f"Hantei demo  {scene.taken_at:%Y-%m-%d %H:%M}"
    draw.text((width - 28, tall // 2 + 2), stamp, font=_loaded(font, 28), fill="white", anchor="rm")
    image.paste(band, (0, height - tall))


def _exif(scene: Scene) -> Image.Exif:
    exif = Image.Exif()
    tags, gps_tags = ExifTags.Base, ExifTags.GPS
    exif[tags.Make], exif[tags.Model] = "Hantei demo", "Hantei demo"
    exif[tags.Orientation] = 6 if scene.portrait else 1
    moment = scene.taken_at
    photo = exif.get_ifd(ExifTags.IFD.Exif)
    photo[tags.DateTimeOriginal] = photo[tags.DateTimeDigitized] = f"{moment:%Y:%m:%d %H:%M:%S}"
    photo[tags.OffsetTimeOriginal] = photo[tags.OffsetTimeDigitized] = moment.isoformat()[-6:]
    if scene.lon is None or scene.lat is None:
        return exif
    utc = moment.astimezone(UTC)
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            gps_tags.GPSVersionID: b"\2\3\0\0",
            gps_tags.GPSLatitudeRef: "N" if scene.lat >= 0 else "S",
            gps_tags.GPSLatitude: _sexagesimal(scene.lat),
            gps_tags.GPSLongitudeRef: "E" if scene.lon >= 0 else "W",
            gps_tags.GPSLongitude: _sexagesimal(scene.lon),
            gps_tags.GPSAltitudeRef: b"\1" if scene.altitude_m < 0 else b"\0",
            gps_tags.GPSAltitude: round(abs(scene.altitude_m), 1),
            gps_tags.GPSTimeStamp: (utc.hour, utc.minute, utc.second),
            gps_tags.GPSImgDirectionRef: "T",
            gps_tags.GPSImgDirection: round(scene.direction_deg % 360, 1),
            gps_tags.GPSMapDatum: "WGS-84",
            gps_tags.GPSDateStamp: f"{utc:%Y:%m:%d}",
            gps_tags.GPSHPositioningError: round(scene.accuracy_m, 1),
        }
    )
    return exif


def _sexagesimal(degrees: float) -> tuple[int, int, float]:
    """Degrees, minutes and seconds to a ten-thousandth, which is 3 mm."""
    seconds = round(abs(degrees) * 3600, 4)
    return int(seconds // 3600), int(seconds // 60 % 60), round(seconds % 60, 4)
