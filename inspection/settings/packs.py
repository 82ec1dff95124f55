"""Meeting packs: the city's own words, kept sheets, signature."""

from __future__ import annotations

from inspection.packs.wording import read_wording
from inspection.setting_values import count
from inspection.settings.model import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_PACK_TEXTS",
        "",
        "path",
        "TOML file with the city's own titles, notices and paragraphs of a pack (docs/packs.md).",
        read_wording,
    ),
    Setting(
        "HANTEI_SHEET_CACHE_MB",
        "256",
        "MB",
        "Drawn case sheets kept in the var folder for the next build; 0: none.",
        count,
    ),
    Setting(
        "HANTEI_PACK_SIGNING_KEY",
        "",
        "path",
        "PKCS#12 file with which packs are signed (PAdES); empty: they are not.",
    ),
    Setting("HANTEI_PACK_SIGNING_PASSWORD", "", "text", "The password of that file."),
)
