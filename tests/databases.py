"""Migrated, empty databases for tests: made once a run, handed out afresh for every test.

SpatiaLite: each test gets a copy of one migrated file. PostGIS: one private cluster a run, one
migrated template database, one clone a worker, emptied before every test.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgis, s3server

KINDS = ("spatialite", "postgis")
SECRET_KEY = "only-for-tests-0123456789abcdef"
_PREFIX = "hantei-tests-"
_RUN_FOLDER = "TESTS_RUN_FOLDER"
"""Environment variable through which pytest-xdist's workers find the folder of the run."""


def settings(url: str, folder: Path, **others: str) -> dict[str, str]:
    """Return the settings of an application on a database, everything else below folder."""
    return {
        "HANTEI_DATABASE_URL": url,
        "HANTEI_STORAGE_URL": f"file://{folder / 'storage'}",
        "HANTEI_VAR_DIR": str(folder),
        "HANTEI_SECRET_KEY": SECRET_KEY,
        **others,
    }


class Databases:
    """The databases of one worker, in a folder that the whole run shares."""

    def __init__(self, run_folder: Path, worker: str) -> None:
        self._folder = run_folder
        self._worker = worker
        self._cluster = postgis.Cluster(run_folder / "postgis")
        self._clone: str | None = None

    def fresh(self, kind: str, folder: Path) -> str:
        """Return the URL of a migrated, empty database of the kind; folder: the test's own."""
        return self._fresh_spatialite(folder) if kind == "spatialite" else self._fresh_postgis()

    def apart(self, kind: str, name: str, folder: Path) -> str:
        """Return the URL of a migrated, empty database that no `fresh` touches.

        For rows that many tests of a worker only read; folder: kept as long as they are.
        """
        if kind == "spatialite":
            return self._fresh_spatialite(folder)
        with self._locked():
            self._start_cluster()
            self._make_postgis_template()
            return postgis.create_database(
                self._cluster, f"{name}_{self._worker}", "hantei_template"
            )

    def bare(self, kind: str, folder: Path) -> str:
        """Return the URL of a database without any table, for tests of migrations."""
        if kind == "spatialite":
            return f"sqlite:///{folder / 'bare.db'}"
        with self._locked():
            self._start_cluster()
        name = f"bare_{self._worker}_{folder.name}".lower().replace("-", "_")[:60]
        return postgis.create_database(self._cluster, name)

    def _fresh_spatialite(self, folder: Path) -> str:
        template = self._folder / "template.db"
        with self._locked():
            if not template.is_file():
                making = self._folder / "making.db"
                _migrate(f"sqlite:///{making}", self._folder / "making")
                making.rename(template)
        target = folder / "hantei.db"
        shutil.copyfile(template, target)
        return f"sqlite:///{target}"

    def _fresh_postgis(self) -> str:
        if self._clone is None:
            with self._locked():
                self._start_cluster()
                self._make_postgis_template()
                name = f"hantei_{self._worker}"
                self._clone = postgis.create_database(self._cluster, name, "hantei_template")
        postgis.empty_database(self._clone)
        return self._clone

    def _start_cluster(self) -> None:
        if not self._cluster.running:
            self._cluster.start()

    def _make_postgis_template(self) -> None:
        made = self._folder / "postgis-template"
        if made.exists():
            return
        url = postgis.create_database(self._cluster, "hantei_template")
        _migrate(url, self._folder / "making")
        postgis.wait_for_disconnects(url)
        made.touch()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _migrate(url: str, folder: Path) -> None:
    """Bring a database to the newest migration with the application's own command."""
    from flask_migrate import upgrade

    from inspection import create_app
    from inspection.extensions import db

    app = create_app(settings(url, folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def begin_run() -> None:
    """Make the folder of the run; only the process that started pytest calls this."""
    _sweep()
    # /tmp itself: the path of a Unix socket may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir="/tmp"))
    folder.chmod(0o755)  # the user postgres passes through
    os.environ[_RUN_FOLDER] = str(folder)


def _sweep() -> None:
    """Stop and remove what runs left behind that were killed before they could tidy up."""
    for folder in Path("/tmp").glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).split("-")[0]
        if folder.stat().st_uid == os.getuid() and not Path(f"/proc/{process}").exists():
            _remove(folder)


def _remove(folder: Path) -> None:
    postgis.Cluster(folder / "postgis").stop()
    s3server.S3Server(folder / "s3").remove()
    shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path:
    """Return the folder that all workers of this run share."""
    return Path(os.environ[_RUN_FOLDER])


def end_run() -> None:
    """Stop the cluster and remove the folder of the run."""
    _remove(Path(os.environ.pop(_RUN_FOLDER)))
