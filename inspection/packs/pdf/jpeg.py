"""What the PDF must know of a JPEG that it takes in untouched."""

from dataclasses import dataclass
from typing import Any

from inspection.packs.pdf.objects import Name

# Start-of-frame markers: all of 0xC0 to 0xCF but DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SPACES = {1: "DeviceGray", 3: "DeviceRGB"}  # what an RGB output intent gives a meaning


class JpegError(ValueError):
    """The bytes are not a JPEG that a PDF can carry."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame header: pixels as stored, bits a sample, components."""

    width: int
    height: int
    bits: int
    components: int


def read_frame(data: bytes) -> Frame:
    """Return the frame header of a JPEG; raises JpegError when there is none."""
    if data[:2] != b"\xff\xd8":
        raise JpegError("not a JPEG")
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise JpegError(f"marker expected at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAMES and at + 10 <= len(data):
            height, width = (
                int.from_bytes(data[at + 5 : at + 7]),
                int.from_bytes(data[at + 7 : at + 9]),
            )
            return Frame(width, height, data[at + 4], data[at + 9])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise JpegError("no frame header")


def image_entries(frame: Frame) -> dict[str, Any]:
    """Return the entries of the image XObject (DCTDecode, no re-encoding).

    Raises JpegError for CMYK, whose colours an RGB output intent leaves without meaning, and for
    samples of more than eight bits.
    """
    if frame.components not in _SPACES:
        raise JpegError("CMYK" if frame.components == 4 else f"{frame.components} components")
    if frame.bits != 8:
        raise JpegError(f"{frame.bits} bits a sample")
    return {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": frame.width,
        "Height": frame.height,
        "ColorSpace": Name(_SPACES[frame.components]),
        "BitsPerComponent": frame.bits,
        "Filter": Name("DCTDecode"),
    }
