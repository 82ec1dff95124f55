"""Meeting packs: the city's own words, kept sheets."""

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
)
