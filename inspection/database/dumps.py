"""A whole database to a file while it is in use, and back into an empty one.

SQLite: its backup interface, one step under one read transaction, so writers go on meanwhile.
PostgreSQL: pg_dump's custom format and pg_restore, of at least the server's version.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import URL, text

from inspection.errors import ConflictError, HanteiError
from inspection.extensions import db

NOT_EMPTY = "the database is not empty; restore goes into a new one only"
POSTGRESQL_FOLDERS = "/usr/lib/postgresql/*/bin"


class DumpError(HanteiError):
    """A database could not be written to a file, or read from one."""


def kind() -> str:
    """Return `sqlite` or `postgresql`."""
    return str(db.engine.dialect.name)


def revision() -> str | None:
    """Return the migration that the database is at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def dump(target: Path) -> None:
    """Write the whole database, as it is at one moment, to a new file.

    Raises DumpError: no tables, a damaged database, a program that is missing or fails.
    """
    if revision() is None:
        raise DumpError("there is nothing to back up: the database has no tables of ours")
    if kind() == "sqlite":
        _dump_sqlite(target)
    else:
        # PostGIS brings its reference systems itself; only a superuser may write them.
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            "--exclude-table-data=*.spatial_ref_sys", f"--file={target}",
        )  # fmt: skip
    with target.open("rb") as file:
        os.fsync(file.fileno())


def check_empty() -> None:
    """Raise ConflictError unless the database has no table of ours."""
    if kind() == "sqlite":
        tables = _tables_of_sqlite(_sqlite_path())
    else:
        with db.engine.connect() as connection:
            tables = connection.scalar(
                text(
                    "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                    "where c.relkind in ('r', 'p') and n.nspname = 'public' and not exists "
                    "(select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')"
                )
            )
    if tables:
        raise ConflictError(NOT_EMPTY)


def load(source: Path) -> None:
    """Read a file of `dump` into the empty database, all of it or nothing."""
    check_empty()
    db.session.remove()
    db.engine.dispose()
    if kind() == "sqlite":
        _load_sqlite(source)
    else:
        _run(
            "pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error",
            "--single-transaction", f"--dbname={db.engine.url.database}", str(source),
        )  # fmt: skip


def _sqlite_path() -> Path:
    return Path(db.engine.url.database or "")


def _tables_of_sqlite(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with closing(dbapi2.connect(path)) as connection:
            return int(connection.execute("select count(*) from sqlite_master").fetchone()[0])
    except dbapi2.Error as error:
        raise ConflictError(f"{path} is there and cannot be read: {error}") from None


def _dump_sqlite(target: Path) -> None:
    try:
        with closing(dbapi2.connect(target)) as copy:
            source = db.engine.raw_connection()
            try:
                source.driver_connection.backup(copy, pages=-1)
            finally:
                source.close()
            copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, nothing beside it
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except dbapi2.Error as error:
        raise DumpError(f"the database cannot be copied: {error}") from None
    if found != "ok":
        raise DumpError(f"the database is damaged: {found}")


def _load_sqlite(source: Path) -> None:
    target = _sqlite_path()
    part = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    for beside in ("-wal", "-shm"):  # of the empty database that may be there
        target.with_name(target.name + beside).unlink(missing_ok=True)
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the application's database."""
    ended = subprocess.run(
        [_program(name), *arguments],
        env=os.environ | _connection_variables(db.engine.url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        lines = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        raise DumpError(f"{name}: {lines[0].removeprefix(f'{name}: ')}")


def _program(name: str) -> str:
    """Return the path of a program that is not older than the server. Raises DumpError."""
    with db.engine.connect() as connection:
        wanted = int(connection.scalar(text("show server_version_num"))) // 10_000
    found = []
    for path in _candidates(name):
        reply = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        if version := re.search(r"(\d+)(?:\.\d+)?", reply.stdout):
            if int(version[1]) >= wanted:
                return str(path)
            found.append(f"{path} is of version {version[1]}")
    raise DumpError(
        f"{name} of PostgreSQL {wanted} or newer is needed; install postgresql-client-{wanted}"
        + (f" ({'; '.join(found)})" if found else "")
    )


def _candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    if config := shutil.which("pg_config"):
        reply = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        if (path := Path(reply.stdout.strip()) / name).is_file():
            yield path
    for path in sorted(Path("/").glob(f"{POSTGRESQL_FOLDERS[1:]}/{name}"), reverse=True):
        yield path


def _connection_variables(url: URL) -> dict[str, str]:
    """Return libpq's variables for a URL: a password on the command line is seen by everyone."""
    values = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        **{
            f"PG{name.upper()}": value if isinstance(value, str) else ",".join(value)
            for name, value in url.query.items()
        },
    }
    return {name: str(value) for name, value in values.items() if value}
