"""`python -m inspection.serve`: migrate, load the demo data once, serve until told to stop.

Runs gunicorn and the workers for background jobs as children. SIGTERM, SIGINT and the death of
`make` (with --die-with-parent) end all of it within ten seconds; when gunicorn ends so does this,
with its exit code; a worker that dies is started again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from inspection import lanes, processes
from inspection.config import load_settings
from inspection.database import spatialite
from inspection.errors import SettingError

PATIENCE_S = 8.0
"""How long children may finish what they are doing once told to stop."""

WEB_PROCESSES = 2
WEB_THREADS = 8
_FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
_GRACEFUL_S = 6
_SILENT_WORKER_S = 120
_TICK_S = 0.2
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class CannotServe(Exception):
    """The server cannot start; the message is one line that says why and what to do."""


class Supervisor:
    """Prepares the database, then looks after gunicorn and the workers until told to stop."""

    def __init__(self, settings: Mapping[str, Any], host: str, port: int) -> None:
        self._settings = settings
        self._host = host
        self._port = port
        self._stopping = False
        self._bind = f"{_in_url(host)}:{port}"
        self._address = f"http://{_in_url(_ANY_ADDRESS.get(host, host))}:{port}"
        self._env = {"HANTEI_BASE_URL": os.environ.get("HANTEI_BASE_URL") or self._address}

    def stop_soon(self, _signal: int, _frame: FrameType | None) -> None:
        """Signal handler; a second signal, as under make, changes nothing."""
        self._stopping = True

    def serve(self) -> int:
        """Do everything; return the exit code: 0 when told to stop, else gunicorn's."""
        check_port(self._host, self._port)
        self._prepare()
        return 0 if self._stopping else self._supervise()

    def _prepare(self) -> None:
        """Migrate; load the demo data into a database that was new; print how to sign in."""
        pending = Path(self._settings["HANTEI_VAR_DIR"]) / "demo-pending"
        if self._settings["HANTEI_DEMO"] and is_new(self._settings):
            pending.parent.mkdir(parents=True, exist_ok=True)
            pending.touch()  # survives a first start that was cut short
        self._flask("db", "upgrade", quiet=True)
        if self._settings["HANTEI_DEMO"] and pending.exists():
            self._flask("demo", "load")
        if not self._stopping:
            pending.unlink(missing_ok=True)
        try:
            self._flask("demo", "info")
        except CannotServe as error:  # help that cannot be printed is no reason not to serve
            say(str(error))

    def _flask(self, *arguments: str, quiet: bool = False) -> None:
        """Run one of the application's commands to its end; quiet shows its output on failure."""
        if self._stopping:
            return
        with tempfile.TemporaryFile() as output:
            child = processes.spawn([*_FLASK, *arguments], self._env, output if quiet else None)
            while child.poll() is None and not self._stopping:
                time.sleep(_TICK_S / 4)
            processes.stop([child], PATIENCE_S)
            if child.returncode and not self._stopping:
                output.seek(0)
                sys.stderr.write(output.read().decode(errors="replace"))
                raise CannotServe(f"`flask {' '.join(arguments)}` failed, see above")

    def _supervise(self) -> int:
        counters = fresh_folder(Path(self._settings["HANTEI_VAR_DIR"]) / f"metrics-{self._port}")
        web_env = {**self._env, "PROMETHEUS_MULTIPROC_DIR": str(counters)}
        web = processes.spawn(gunicorn_command(self._bind), web_env)
        workers = lanes.crew(say, self._env)
        ready = False
        while not self._stopping and web.poll() is None:
            workers.tend()
            ready = ready or self._announce_when_ready()
            time.sleep(_TICK_S)
        asked = self._stopping
        processes.stop([web, *workers.children], PATIENCE_S)
        if asked:
            return 0
        say(f"gunicorn ended with code {processes.exit_code(web.returncode)}; stopping")
        return processes.exit_code(web.returncode) or 1

    def _announce_when_ready(self) -> bool:
        try:
            _no_proxy.open(f"{self._address}/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            return False
        say(f"ready on {self._address} (Ctrl-C stops it)")
        return True


def fresh_folder(folder: Path) -> Path:
    """Make an empty folder, in which the web server's processes add up what they count."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def gunicorn_command(bind: str) -> list[str]:
    """Return the command line of the web server; the application writes its own access log."""
    options = {
        "--bind": bind,
        "--worker-class": "inspection.web_worker.StayingWorker",
        "--workers": str(WEB_PROCESSES),
        "--threads": str(WEB_THREADS),
        "--timeout": str(_SILENT_WORKER_S),
        "--graceful-timeout": str(_GRACEFUL_S),
        "--keep-alive": "30",
        "--limit-request-line": "8190",  # filters of the GIS interface travel in the URL
        "--log-level": "warning",
    }
    if Path("/dev/shm").is_dir():
        options["--worker-tmp-dir"] = "/dev/shm"  # the heartbeat must not wait for a slow disk
    words = [word for pair in options.items() for word in pair]
    return [sys.executable, "-m", "gunicorn", "--no-control-socket", *words, "wsgi:app"]


def check_port(host: str, port: int) -> None:
    """Raise CannotServe when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another port, "
                f"for example: make run PORT={port + 1}"
            ) from None


def is_new(settings: Mapping[str, Any]) -> bool:
    """Tell whether the database has never been migrated.

    Raises CannotServe when it cannot be reached.
    """
    url = make_url(settings["HANTEI_DATABASE_URL"])
    options: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        if not Path(url.database or "").is_file():
            return True
        options = spatialite.engine_options(settings["HANTEI_BUSY_TIMEOUT_MS"])
    engine = create_engine(url, **options)
    try:
        return not inspect(engine).has_table("alembic_version")
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise CannotServe(f"HANTEI_DATABASE_URL: no answer from {url!r}: {reason}") from None
    finally:
        engine.dispose()


def say(line: str) -> None:
    """Print one line about what happens here."""
    print(f"hantei: {line}", flush=True)


def parse_port(text: str) -> int:
    """Return the TCP port. Raises CannotServe for anything but 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CannotServe(f"PORT={text!r}: must be a number from 1 to 65535")
    return int(text)


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code."""
    if "--die-with-parent" in arguments:
        processes.die_with_parent()
    try:
        settings = load_settings()
        host = os.environ.get("HANTEI_BIND", "").strip() or "127.0.0.1"
        port = parse_port(os.environ.get("PORT", "").strip() or "8000")
        supervisor = Supervisor(settings, host, port)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, supervisor.stop_soon)
        return supervisor.serve()
    except (CannotServe, SettingError) as error:
        print(f"hantei: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
