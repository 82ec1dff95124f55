"""From a picture file to the JPEGs that are shown. Runs only inside the limited process.

JPEG is decoded at half, quarter or eighth size by the decoder itself (`draft`), so that the
cost and the memory hardly depend on the megapixels; the thumbnail is made from the report
copy. Everything is deterministic: the same input gives the same bytes.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path

from PIL import Image, ImageCms

from uploads.errors import NotAnImageError
from uploads.images import Probe
from uploads.looks import Looks, looks_of

REPORT_SIDE_PX, REPORT_QUALITY = 1600, 85
THUMBNAIL_SIDE_PX, THUMBNAIL_QUALITY = 320, 80
UNREADABLE = (
    "画像を開けません。ファイルが壊れているおそれがあります。"
    "端末で開けるか確認し、送り直すか撮り直してください。"
)
# Listing "MPO" raises KeyError on other input; JPEG covers it.
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow and its plug-ins raise for files that are not what they seem.
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    BufferError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)
_SRGB = ImageCms.createProfile("sRGB")


def render(path: Path, probed: Probe, max_pixels: int) -> tuple[bytes, bytes, Looks]:
    """Return the report copy and the thumbnail of an original as JPEG, and how it looks.

    probed: what `probe` said of the file. Raises NotAnImageError; MemoryError when the
    process's limit is reached.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            report = _report(path, probed, max_pixels)
            return (
                _jpeg(report, REPORT_QUALITY),
                _jpeg(_thumbnail(report), THUMBNAIL_QUALITY),
                looks_of(report),
            )
    except _DAMAGE as error:
        raise NotAnImageError(UNREADABLE) from error


def _report(path: Path, probed: Probe, max_pixels: int) -> Image.Image:
    # The warning starts at this limit, the error at twice that; both are errors here.
    Image.MAX_IMAGE_PIXELS = max_pixels
    if probed.media_type == "image/heic":
        _register_heif()
    with Image.open(path, formats=[_FORMATS[probed.media_type]]) as image:
        if image.width * image.height > max_pixels:
            raise NotAnImageError(UNREADABLE)
        size = _fitted(image.size, REPORT_SIDE_PX)
        if probed.media_type == "image/jpeg":
            image.draft(None, size)
        profile = image.info.get("icc_profile")
        # Not all modes can be resized well (palettes, one bit): those are made RGB first.
        small = _shrunk(_plain(image), size)
        shown = _to_srgb(small, profile)
    turn = _TURNS.get(probed.orientation)
    return shown.transpose(turn) if turn is not None else shown


def _register_heif() -> None:
    # Imported only for HEIC: its library is large and slow to load.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Scale a size down so that its longer side is at most `side` pixels."""
    longer = max(size)
    if longer <= side:
        return size
    width, height = (max(1, round(each * side / longer)) for each in size)
    return width, height


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture as L, RGB or CMYK, what is transparent on white."""
    if image.mode in ("L", "RGB", "CMYK"):
        image.load()
        return image
    if image.mode.startswith("I"):
        # 16-bit grey: its upper byte.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(colours, mask=colours.getchannel("A"))
        return ground
    return image.convert("L" if image.mode == "1" else "RGB")


def _shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB, which is what a picture without a profile is taken for.

    Without this a Display P3 photo would lose colour when its profile is dropped.
    """
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if image.mode == "RGB" and _is_srgb(source):
                return image
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            # A broken profile, or one for other channels than the picture has: no profile.
            pass
    return image.convert("RGB")


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return ImageCms.getProfileDescription(profile).startswith("sRGB")


def _thumbnail(report: Image.Image) -> Image.Image:
    factor = max(report.size) // THUMBNAIL_SIDE_PX
    reduced = report.reduce(factor) if factor > 1 else report
    return _shrunk(reduced, _fitted(report.size, THUMBNAIL_SIDE_PX))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    # Pillow writes what it finds in `info`; nothing of the original's notes may remain.
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, exif=b"", icc_profile=None)
    return buffer.getvalue()
