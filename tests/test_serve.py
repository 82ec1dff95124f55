from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from inspection import processes

ROOT = Path(__file__).resolve().parents[1]
START_S = 150  # for a machine that is busy; alone it takes some seconds
STOP_S = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, patience_s: float):
    """Return the first true value of condition(), asked again and again; fail after patience_s."""
    deadline = time.monotonic() + patience_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {patience_s} s"
        time.sleep(0.1)
    return value


class Served:
    """A server started as `make run` starts it: a fresh var folder, a free port, no demo data."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.output = folder / "output"
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inspection.serve"],
                cwd=ROOT,
                env={**clean, "PORT": str(self.port), "HANTEI_VAR_DIR": str(folder / "var"), "HANTEI_DEMO": "0"},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def wait_until_ready(self) -> Served:
        until(lambda: "ready on" in self.printed or self.process.poll() is not None, START_S)
        assert self.process.poll() is None, self.printed
        return self

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def family(self) -> dict[int, str]:
        """Process id -> command line of all that descend from the server, itself not."""
        found = {self.process.pid: ""}
        for pid, (parent, command) in sorted(running().items()):
            if parent in found:
                found[pid] = command
        found.pop(self.process.pid)
        return found

    def worker(self, lane: str = "pictures") -> int | None:
        return worker_of(self.process.pid, lane)


def worker_of(parent: int, lane: str) -> int | None:
    """Process id of the worker for a lane that a process started, if it runs just now."""
    for pid, (its_parent, command) in running().items():
        if its_parent == parent and f"worker --lane {lane}" in command:
            return pid
    return None


def running() -> dict[int, tuple[int, str]]:
    """Process id -> (parent, command line) of all live processes."""
    listing = subprocess.check_output(["ps", "-wweo", "pid=,ppid=,stat=,args="], text=True)
    rows = (line.split(None, 3) for line in listing.splitlines())
    return {int(r[0]): (int(r[1]), r[3]) for r in rows if len(r) == 4 and not r[2].startswith("Z")}


@pytest.fixture
def served(tmp_path):
    server = Served(tmp_path)
    try:
        yield server.wait_until_ready()
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(timeout=2 * STOP_S)


def test_killed_worker_comes_back_and_sigterm_ends_everything(served):
    first = until(served.worker, START_S)
    os.kill(first, signal.SIGKILL)
    until(lambda: served.worker() not in (None, first), START_S)
    assert until(lambda: served.worker("packs"), START_S)
    health = urllib.request.urlopen(f"http://127.0.0.1:{served.port}/healthz").status
    family = set(served.family())

    served.process.terminate()
    code = served.process.wait(timeout=STOP_S)

    assert health == 200
    assert len(family) >= 5  # gunicorn, its two processes, a worker for each lane
    assert code == 0
    assert not family & set(running())


def test_interrupt_delivered_twice_to_the_whole_group_ends_everything(served):
    family = set(served.family())

    os.killpg(served.process.pid, signal.SIGINT)
    os.killpg(served.process.pid, signal.SIGINT)
    code = served.process.wait(timeout=STOP_S)

    assert code == 0
    assert not family & set(running())
    assert "Traceback" not in served.printed


def test_end_of_gunicorn_is_the_end_of_all_with_its_code(served):
    family = served.family()
    master = min(pid for pid, command in family.items() if "gunicorn" in command)

    os.kill(master, signal.SIGKILL)
    code = served.process.wait(timeout=STOP_S)

    assert code == 128 + signal.SIGKILL
    assert not set(family) & set(running())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_nothing_outlives_a_supervisor_that_was_killed(served):
    family = set(served.family())

    served.process.kill()
    served.process.wait()

    until(lambda: not family & set(running()), STOP_S)


@pytest.fixture
def worker_command(tmp_path):
    """`flask worker` alone, as on a host without the web server."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env={**clean, "HANTEI_VAR_DIR": str(tmp_path / "var")},
        stderr=(tmp_path / "output").open("w"),
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def test_worker_command_looks_after_a_process_for_each_lane(worker_command):
    lanes = ("pictures", "packs")

    def crew():
        found = [worker_of(worker_command.pid, lane) for lane in lanes]
        return found if all(found) else None

    first = until(crew, START_S)
    os.kill(first[0], signal.SIGKILL)
    second = until(lambda: (now := crew()) and now[0] != first[0] and now, START_S)
    worker_command.terminate()

    assert worker_command.wait(timeout=START_S) == 0
    assert first[1] == second[1]
    assert not set(second) & set(running())


def test_port_in_use_is_one_clear_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = Served(tmp_path, port)

        assert refused.process.wait(timeout=START_S) == 1
    line = rf"hantei: cannot listen on 127\.0\.0\.1:{port} \(.*\); choose another port.*\n"
    assert re.fullmatch(line, refused.printed)


def test_a_child_that_keeps_dying_is_started_after_longer_and_longer_pauses():
    reports: list[str] = []
    restarted = processes.Restarted(
        lambda: processes.spawn([sys.executable, "-c", "raise SystemExit(3)"]), reports.append
    )

    def tend_until_second_report():
        restarted.tend()
        return len(reports) == 2

    until(tend_until_second_report, 15)

    assert reports == ["ended with code 3; again in 1 s", "ended with code 3; again in 2 s"]
