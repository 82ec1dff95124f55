"""A real S3 server (SeaweedFS) for tests: one a run, shared by its workers and gone at its end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

KEY_ID, SECRET = "hantei-tests", "only-for-tests-0123456789abcdef"
REGION, BUCKET = "ap-northeast-1", "photos"
START_TIMEOUT_S = 60
PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
         "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc")  # fmt: skip
FIXED = [
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-filer",
    "-s3",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",
    "-master.telemetry=false",
    "-master.electionTimeout=1s",
    "-master.volumePreallocate=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=50",
]


class S3Server:
    """One server in a folder; it refuses wrong keys and signatures, and buckets not made here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports_file, self._pid_file = folder / "ports.json", folder / "pid"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{json.loads(self._ports_file.read_text())['s3.port']}"

    @property
    def running(self) -> bool:
        return self._pid_file.is_file()

    def start(self) -> None:
        """Start it, again on the ports and data that it had; waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._ports_file.exists():
            self._ports_file.write_text(json.dumps(dict(zip(PORTS, _free_ports(), strict=True))))
            identity = {
                "name": "hantei",
                "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
                "actions": ["Admin", "Read", "Write", "List", "Tagging"],
            }
            (self.folder / "identities.json").write_text(json.dumps({"identities": [identity]}))
        self._launch()
        self._wait()

    def kill(self) -> None:
        """Stop it as a power cut does."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pid = int(self._pid_file.read_text())
            # The number may have gone to another process since; ours names its folder.
            if str(self.folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)

    def remove(self) -> None:
        """Stop it and remove its data; nothing happens when it never started."""
        self.kill()
        if self._ports_file.exists():  # SeaweedFS puts these where we cannot say otherwise
            ports = json.loads(self._ports_file.read_text())
            for name in ("master", "volume", "filer", "s3"):
                socket_name = f"seaweedfs-{name}-grpc-{ports[f'{name}.port.grpc']}.sock"
                (Path("/tmp") / socket_name).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, prefix: str, endpoint: str | None = None) -> dict[str, str]:
        """Return the settings of an application whose photos lie below a prefix here."""
        return {
            "HANTEI_STORAGE_URL": f"s3://{BUCKET}/{prefix}",
            "HANTEI_S3_ENDPOINT": endpoint or self.endpoint,
            "HANTEI_S3_REGION": REGION,
            "HANTEI_S3_ACCESS_KEY_ID": KEY_ID,
            "HANTEI_S3_SECRET_ACCESS_KEY": SECRET,
        }

    def boto(self):
        """Return a client that shares no line of code with ours."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )

    def _launch(self) -> None:
        weed = Path(sys.executable).parent / "weed"
        ports = json.loads(self._ports_file.read_text())
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        log = (self.folder / "log").open("ab")
        process = subprocess.Popen(
            [weed, "-logtostderr=true", "server", f"-dir={data}", *FIXED,
             f"-s3.config={self.folder / 'identities.json'}",
             f"-s3.localSocket={self.folder / 's3.sock'}",
             f"-filer.localSocket={self.folder / 'filer.sock'}",
             *(f"-{name}={port}" for name, port in ports.items())],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        self._pid_file.write_text(str(process.pid))

    def _wait(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                boto = self.boto()
                if BUCKET not in [each["Name"] for each in boto.list_buckets()["Buckets"]]:
                    boto.create_bucket(Bucket=BUCKET)
                boto.put_object(Bucket=BUCKET, Key="ready", Body=b"1")
                return
            except (BotoCoreError, ClientError) as error:
                if time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise TimeoutError(f"the S3 server does not start: {error}\n{log}") from error
                time.sleep(0.2)


def shared(run_folder: Path) -> S3Server:
    """Return the server of a run; the first worker that asks starts it."""
    server = S3Server(run_folder / "s3")
    with (run_folder / "s3-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.running:
            server.start()
    return server


def _free_ports() -> list[int]:
    probes = [socket.socket() for _ in PORTS]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
