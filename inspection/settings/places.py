"""Where data lies."""

from __future__ import annotations

from pathlib import Path

from inspection.setting_values import positive_int
from inspection.settings.model import PROJECT_ROOT, Setting

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_VAR_DIR", str(PROJECT_ROOT / "var"), "folder", "Embedded data and caches.", Path
    ),
    Setting(
        "HANTEI_DATABASE_URL",
        "",
        "URL",
        "Database; empty: SQLite in the var folder. PostGIS: postgresql+psycopg://…",
    ),
    Setting(
        "HANTEI_STORAGE_URL", "", "URL", "Photo storage; empty: file storage in the var folder."
    ),
    Setting(
        "HANTEI_SPATIALITE_LIBRARY",
        "",
        "path",
        "mod_spatialite, where it is not on the library path.",
    ),
    Setting(
        "HANTEI_BUSY_TIMEOUT_MS",
        "10000",
        "ms",
        "How long an SQLite writer waits for another.",
        positive_int,
    ),
)
