"""What the tests need of the system: PostGIS, a browser, GDAL and tools that read PDF."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools import debian
from tools.steps import SetupError, step

_COMMANDS = {
    "ogrinfo": "gdal-bin",
    "pdftoppm": "poppler-utils",
    "qpdf": "qpdf",
    "ps": "procps",
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_POSTGIS_CONTROL = (
    "/usr/share/postgresql/*/extension/postgis.control",  # Debian
    "/usr/share/pgsql/extension/postgis.control",  # Fedora
    "/opt/homebrew/share/postgresql*/extension/postgis.control",
)


def ensure_test_tools() -> None:
    """Install the missing ones as root on Debian; else one line that names them."""
    missing = missing_packages()
    if not missing:
        return
    if not debian.can_install():
        raise SetupError(
            f"the tests need packages that only root can install: apt-get install {' '.join(missing)}"
        )
    with step(f"apt-get install {missing[0]}{' …' if missing[1:] else ''}"):
        debian.install(*missing)


def missing_packages() -> list[str]:
    """Return the Debian packages of what is not there."""
    missing = [] if _has_postgis() else ["postgresql-postgis"]
    if not any(shutil.which(name) for name in _BROWSERS):
        missing.append("chromium")
    return missing + [
        package for command, package in _COMMANDS.items() if not shutil.which(command)
    ]


def _has_postgis() -> bool:
    patterns = (pattern.lstrip("/") for pattern in _POSTGIS_CONTROL)
    return any(next(Path("/").glob(pattern), None) for pattern in patterns)
