"""What a durable write costs at least: hash, file and fsync, one transaction on the same database."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from pysqlite3 import dbapi2

from tests.postgis import connect

_TABLE = "create table bare (id text primary key, sha256 text, size integer, item text)"


class Bare:
    """A table of its own in a new database with the application's durability."""

    def __init__(self, url: str, folder: Path) -> None:
        """url: a PostgreSQL database, or empty for a SQLite file in the folder."""
        self.folder = folder / f"bare-{uuid.uuid4().hex[:8]}"
        self.folder.mkdir()
        if url:
            self._connection = connect(url)
            self._connection.execute("drop table if exists bare")
            self._sql = "insert into bare values (%s, %s, %s, %s)"
        else:
            self._connection = dbapi2.connect(str(self.folder / "bare.db"), isolation_level=None)
            self._connection.execute("pragma journal_mode=wal")
            self._connection.execute("pragma synchronous=full")
            self._sql = "insert into bare values (?, ?, ?, ?)"
        self._connection.execute(_TABLE)

    def commit(self, sha256: str = "", size: int = 0) -> None:
        """One transaction with one row."""
        self._connection.execute(self._sql, (str(uuid.uuid4()), sha256, size, "overview"))

    def keep(self, data: bytes) -> None:
        """Hash, write, fsync, give it its name, fsync the folder, commit a row."""
        digest = hashlib.sha256(data).hexdigest()
        self._write(data, self.folder / uuid.uuid4().hex)
        self.commit(digest, len(data))

    def write(self, data: bytes) -> None:
        """Write and fsync, nothing else."""
        self._write(data, self.folder / uuid.uuid4().hex)

    def _write(self, data: bytes, path: Path) -> None:
        descriptor = os.open(path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.with_suffix(".part").rename(path)
        parent = os.open(self.folder, os.O_RDONLY)
        os.fsync(parent)
        os.close(parent)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def commits_per_second(url: str, folder: Path, seconds: float) -> float:
    """Return how many one-row transactions one writer commits in a second."""
    bare = Bare(url, folder)
    rate = repeated(bare.commit, seconds)
    bare.close()
    return rate


def repeated(work: Callable[[], None], seconds: float) -> float:
    """Return how often in a second work is done, one after another."""
    work()
    count, begun = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begun) < seconds:
        work()
        count += 1
    return count / elapsed
