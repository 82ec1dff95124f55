"""The city: its names, wards, stamps and own fields."""

from __future__ import annotations

from inspection.setting_values import (
    extra_fields,
    language,
    municipality,
    pairs,
    plane_zone,
    words,
    zone,
)
from inspection.settings.model import Setting

KITAKYUSHU_WARDS = (
    "401013:門司区,401030:若松区,401056:戸畑区,401064:小倉北区,401072:小倉南区,"
    "401081:八幡東区,401099:八幡西区"
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_TIME_ZONE",
        "Asia/Tokyo",
        "zone",
        "The site's time zone; a date without time is a day in it.",
        zone,
    ),
    Setting("HANTEI_LANGUAGE", "ja", "ja or en", "Default language of labels and pages.", language),
    Setting(
        "HANTEI_MUNICIPALITY_CODE",
        "401005",
        "code",
        "The city's six-digit code (text); its own rule tables go before the national ones.",
        municipality,
    ),
    Setting("HANTEI_MUNICIPALITY_NAME", "北九州市", "text", "The city's name on pages and packs."),
    Setting("HANTEI_WARDS", KITAKYUSHU_WARDS, "list", "Ward codes and names: code:name, …", pairs),
    Setting(
        "HANTEI_PLANE_CRS",
        "EPSG:6670",
        "CRS",
        "The city's plane rectangular zone (EPSG:6669 to 6687), in which hexagons are laid out.",
        plane_zone,
    ),
    Setting(
        "HANTEI_SECRETARIAT_NAME",
        "空き家対策担当課",
        "text",
        "The secretariat's name on the cover.",
    ),
    Setting(
        "HANTEI_STAMP_ROLES",
        "委員長,副委員長,委員,委員,事務局",
        "list",
        "Stamp boxes on a case sheet, in order.",
        words,
    ),
    Setting(
        "HANTEI_EXTRA_FIELDS",
        "",
        "list",
        "The city's own house fields: name:label:type, …",
        extra_fields,
    ),
)
