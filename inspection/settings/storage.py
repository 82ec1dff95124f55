"""The S3 server of the photo storage, where that is not a disk; and the links to it."""

from __future__ import annotations

from inspection.setting_values import positive_int, web_address
from inspection.settings.model import Setting

LONGEST_LINK_S = 604_800  # of the signature that S3 has (version 4)


def _address_or_none(text: str) -> str:
    return web_address(text).rstrip("/") if text else ""


def _link_ttl(text: str) -> int:
    seconds = positive_int(text)
    if seconds > LONGEST_LINK_S:
        raise ValueError(f"must be at most {LONGEST_LINK_S} (7 days)")
    return seconds


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_S3_ENDPOINT",
        "",
        "URL",
        "The S3 server, for a storage URL s3://bucket/prefix; empty: Amazon's of the region.",
        _address_or_none,
    ),
    Setting("HANTEI_S3_REGION", "us-east-1", "text", "The region that requests are signed for."),
    Setting(
        "HANTEI_S3_ACCESS_KEY_ID",
        "",
        "text",
        "Who we are at the S3 server; empty: the machine's own role.",
    ),
    Setting("HANTEI_S3_SECRET_ACCESS_KEY", "", "text", "The secret that belongs to the key id."),
    Setting(
        "HANTEI_S3_PUBLIC_ENDPOINT",
        "",
        "URL",
        "The S3 server as browsers reach it, for links to originals; empty: as the server does.",
        _address_or_none,
    ),
    Setting("HANTEI_LINK_TTL_S", "300", "s", "How long a link to an original is valid.", _link_ttl),
)
