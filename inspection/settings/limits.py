"""How large what is sent may be, and how long it may take."""

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
    Setting(
        "HANTEI_UPLOAD_TTL_S",
        str(7 * 24 * 3600),
        "s",
        "A resumable upload that rests for so long is forgotten.",
        positive_int,
    ),
    Setting("HANTEI_MAX_BODY_BYTES", str(4_000_000), "bytes", "Largest JSON body.", positive_int),
    Setting(
        "HANTEI_MAX_SYNC_BYTES",
        str(32_000_000),
        "bytes",
        "Largest body of `POST /sync`, a tablet's whole day.",
        positive_int,
    ),
    Setting(
        "HANTEI_CHANGES_DAYS",
        "90",
        "days",
        "How long changes are kept for `GET /changes`; a tablet away longer starts anew.",
        positive_int,
    ),
)
