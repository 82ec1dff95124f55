"""A private PostGIS cluster for one test run, shared by its workers and gone at its end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

START_TIMEOUT_S = 60
ROLE = "hantei"


def binary(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs; the newest installed version's.

    Raises FileNotFoundError that says what to install.
    """
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name), reverse=True
    )
    if (config := shutil.which("pg_config")) is not None:
        reply = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(reply.stdout.strip()))
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"PostgreSQL's {name} is missing: apt-get install postgresql-postgis")


_FOR_A_RUN = (
    " -c shared_buffers=128MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c autovacuum=off"
)
# As its manual advises for a machine of some 8 GB with a solid-state disk.
_IN_SERVICE = " -c shared_buffers=2GB -c effective_cache_size=6GB -c random_page_cost=1.1"


class Cluster:
    """A PostgreSQL cluster in a folder of the run; root runs it as the user postgres."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._port_file = folder / "port"

    @property
    def running(self) -> bool:
        """Whether somebody of this run has started it."""
        return self._port_file.is_file()

    def start(self, *, durable: bool = False) -> None:
        """Make and start the cluster; durability is off, for the data lives as long as the run.

        durable: on, with vacuuming, as in service: what measurements need.
        """
        self.folder.mkdir(mode=0o755, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb", "-D", self.data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        port = _free_port()
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={self.folder} "
            "-c max_connections=200"
        )
        options += _IN_SERVICE if durable else _FOR_A_RUN
        self._run(
            "pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log",
            "-t", str(START_TIMEOUT_S), "-w", "start",
        )  # fmt: skip
        self._port_file.write_text(str(port))

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        port = self._port_file.read_text()
        return f"postgresql+psycopg://{ROLE}@127.0.0.1:{port}/{database}"

    def stop(self) -> None:
        """Stop it at once and remove its data; nothing happens when it never started."""
        if (self.data / "postmaster.pid").is_file():
            with contextlib.suppress(subprocess.CalledProcessError):
                self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        subprocess.run(
            [binary(program), *arguments],
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **(user if os.geteuid() == 0 else {}),
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(url: str):
    """Return a psycopg connection in autocommit mode, for work on whole databases."""
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def create_database(cluster: Cluster, name: str, template: str = "template0") -> str:
    """Create a database, from a template that nobody is connected to; return its URL."""
    with connect(cluster.url("postgres")) as connection:
        connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'  # cheap here: no fsync
        )
    return cluster.url(name)


_EMPTY = """
SET session_replication_role = replica;  -- no triggers: append-only and foreign keys would refuse
SET lock_timeout = '10s';
DO $$
DECLARE t regclass; filled boolean;
BEGIN
  FOR t IN
    SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname <> 'alembic_version'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', t) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %s', t); END IF;
  END LOOP;
END $$;
"""


def empty_database(url: str) -> None:
    """Delete all rows but the migration's mark; cheaper than TRUNCATE for a test's few rows."""
    with connect(url) as connection:
        connection.execute(_EMPTY)


def wait_for_disconnects(url: str, patience_s: float = 5) -> None:
    """Wait until no other session is connected to the database (needed to use it as template)."""
    deadline = time.monotonic() + patience_s
    name = url.rsplit("/", 1)[1]
    with connect(url.replace(f"/{name}", "/postgres")) as connection:
        while time.monotonic() < deadline:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            if connection.execute(query, (name,)).fetchone() == (0,):
                return
            time.sleep(0.05)
