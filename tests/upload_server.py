"""A real server for tests of uploads: gunicorn as `serve` starts it, to be killed and restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from inspection import serve
from tests import databases

ROOT = Path(__file__).resolve().parents[1]
START_S = 60


class UploadServer:
    """gunicorn on a migrated database; `kill` is SIGKILL to every process of it at once.

    app: what it serves, as `module:name`. others: further settings.
    """

    def __init__(
        self, url: str, folder: Path, port: int, app: str = "wsgi:app", **others: str
    ) -> None:
        clean = {name: text for name, text in os.environ.items() if name[:7] != "HANTEI_"}
        self.environment = {**clean, **databases.settings(url, folder, **others)}
        self.port = port
        self.command = [*serve.gunicorn_command(f"127.0.0.1:{port}")[:-1], app]
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> UploadServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of gunicorn's master."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            return False
        return True
