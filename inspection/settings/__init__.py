"""Every setting once: name, default, unit and help. A group a file, listed here.

`docs/settings.md` is checked against this list.
"""

from __future__ import annotations

from inspection.settings import access, limits, packs, photo_checks, places, running, site, storage
from inspection.settings.model import PROJECT_ROOT, Setting

__all__ = ["PROJECT_ROOT", "SETTINGS", "Setting"]

SETTINGS: tuple[Setting, ...] = (
    *places.SETTINGS,
    *storage.SETTINGS,
    *access.SETTINGS,
    *site.SETTINGS,
    *packs.SETTINGS,
    *limits.SETTINGS,
    *photo_checks.SETTINGS,
    *running.SETTINGS,
)
