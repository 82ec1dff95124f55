"""Real servers for measurements: Hantei as `make run` starts it, and a PostGIS that is durable."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.environment import FOLDER, ROOT
from tests.postgis import Cluster, create_database

DATABASES = ("embedded", "postgis")
PORTS = range(8300, 8350)
START_S = 120.0
STOP_S = 15.0
SECRET_KEY = "only-for-measurements-0123456789abcdef"


@contextmanager
def run_folder() -> Iterator[Path]:
    """Give a folder on the project's own disk, gone afterwards."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=FOLDER) as folder:
        yield Path(folder)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the URL of a new database; empty text stands for the embedded default.

    PostgreSQL's own durability is on, as it is in service.
    """
    if kind == "embedded":
        yield ""
        return
    # /tmp itself: the path of a Unix socket may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="hantei-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the user postgres passes through
        cluster = Cluster(Path(folder) / "postgis")
        cluster.start(durable=True)
        try:
            yield create_database(cluster, "hantei")
        finally:
            cluster.stop()


def settings(folder: Path, database_url: str, **others: str) -> dict[str, str]:
    """Return the environment of a server whose data lies below folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")}
    given = {"HANTEI_DATABASE_URL": database_url} if database_url else {}
    return {
        **clean,
        **given,
        "HANTEI_VAR_DIR": str(folder / "var"),
        "HANTEI_SECRET_KEY": SECRET_KEY,
        "HANTEI_DEMO": "0",
        "HANTEI_LOG_LEVEL": "WARNING",
        **others,
    }


def free_port() -> int:
    """Return a port that nobody listens on; in any order, for two runs may ask at once."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"no free port from {PORTS.start} to {PORTS.stop - 1}")


class Server:
    """Hantei with its worker: started, killed without warning, started again, stopped.

    port: the same for the whole life. output: what all its processes printed.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.output = folder / "output"
        self.environment = {**environment, "PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The id of its first process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it is ready. Raises SystemExit when it does not get there."""
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "inspection.serve"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        ready = until(self._ready, START_S)
        if not ready:
            self.kill()
            raise SystemExit(f"the server did not start:\n{self.output.read_text()[-3000:]}")

    def _ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            code = self._process.returncode
            raise SystemExit(f"the server ended ({code}):\n{self.output.read_text()[-3000:]}")
        return answers(f"http://127.0.0.1:{self.port}/readyz")

    def kill(self) -> int:
        """End the whole tree with SIGKILL, the worker too; return how many processes it had."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)  # it must not look after its children meanwhile
        family = descendants(self._process.pid)
        for pid in (self._process.pid, *family):
            kill(pid)
        while late := [pid for pid in family for pid in descendants(pid)]:
            for pid in late:
                kill(pid)
        self._process.wait()
        return len(family) + 1

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    @contextmanager
    def worker_at_rest(self) -> Iterator[None]:
        """Hold the background worker still, so that only the requests are measured."""
        assert self._process is not None
        words = {pid: command_of(pid) for pid in descendants(self._process.pid)}
        tops = [pid for pid, command in words.items() if "worker" in command.split()]
        pids = sorted({*tops, *(below for pid in tops for below in descendants(pid))})
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def flask(self, *arguments: str) -> str:
        """Run one of the application's commands and return what it printed."""
        reply = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if reply.returncode:
            raise SystemExit(f"flask {' '.join(arguments)}: {reply.stdout}{reply.stderr}")
        return reply.stdout

    def token(self, role: str) -> str:
        """Make an API token of a role."""
        return self.flask("token", "create", "--role", role, "--label", f"bench {role}").split()[-1]


def descendants(pid: int) -> list[int]:
    """Return the processes below one, nearest first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop(0)
        try:  # it may end meanwhile
            tasks = list(Path(f"/proc/{parent}/task").glob("*/children"))
        except OSError:
            continue
        for task in tasks:
            try:
                children = [int(word) for word in task.read_text().split()]
            except OSError:
                continue
            found += children
            waiting += children
    return found


def command_of(pid: int) -> str:
    """Return the words of a process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def kill(pid: int) -> None:
    """Send SIGKILL to a process that may be gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


_no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str) -> bool:
    """Tell whether a URL answers with success."""
    try:
        _no_proxy.open(url, timeout=2).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


def listens(port: int) -> bool:
    """Tell whether somebody takes connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], patience_s: float) -> bool:
    """Ask again and again; false when it did not become true within patience_s."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
