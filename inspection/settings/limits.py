"""How large what is sent may be."""

from __future__ import annotations

from inspection.setting_values import positive_int
from inspection.settings.model import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting("HANTEI_MAX_PHOTO_BYTES", str(60_000_000), "bytes", "Largest photo.", positive_int),
    Setting(
        "HANTEI_MAX_PHOTO_PIXELS",
        str(100_000_000),
        "pixels",
        "Largest picture, width × height.",
        positive_int,
    ),
    Setting("HANTEI_MAX_BODY_BYTES", str(4_000_000), "bytes", "Largest JSON body.", positive_int),
)
