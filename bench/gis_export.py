"""Exports from the running server beside ogr2ogr from the database, and the bare COPY.

python -m bench.gis_export [--houses N]; the same table ends `python -m bench gis`.
Ours comes through HTTP, ogr2ogr reads the same columns from PostGIS directly. A file that lacks a
row ends the run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import make_url

from bench.load_server import Server, database, descendants, run_folder, settings
from inspection.gis.collections import HOUSES
from inspection.gis.feature_sql import feature_sql
from tests.postgis import connect

BLOCK = 1 << 20
LIMIT_S = 900.0
POLL_S = 0.05
SMALLER = "ward_code=401030"
"""A part of the houses, to see whether memory grows with their number."""

TIMES = 3
"""How often GeoJSON is taken, for which there is a goal: the median counts."""


@dataclass(frozen=True)
class Kind:
    """A format: our extension, ogr2ogr's driver ("" where Debian's has none), rows of a file."""

    extension: str
    driver: str
    count: Callable[[Path], int]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What one file took. memory_mb: the peak beyond what its process held before."""

    first_s: float
    all_s: float
    memory_mb: float
    file_mb: float


@dataclass(frozen=True)
class Exports:
    """All files. theirs: None where ogr2ogr was not awaited. smaller: GeoJSON of SMALLER.

    bare_s: seconds of a bare COPY of the finished text.
    """

    houses: int
    ours: dict[Kind, Taken]
    theirs: dict[Kind, Taken | None]
    smaller: Taken
    bare_s: float


def _of_gdal(path: Path) -> int:
    told = subprocess.run(
        ["ogrinfo", "-so", "-al", str(path)], capture_output=True, text=True, check=True
    )
    line = next(line for line in told.stdout.splitlines() if line.startswith("Feature Count:"))
    return int(line.split()[-1])


def _marks(mark: bytes, less: int = 0) -> Callable[[Path], int]:
    def count(path: Path) -> int:
        with path.open("rb") as file:
            return _count(mark, iter(lambda: file.read(BLOCK), b"")) - less

    return count


def _count(mark: bytes, blocks: Iterator[bytes]) -> int:
    found, rest = 0, b""
    for block in blocks:
        data = rest + block
        found += data.count(mark)
        # The end may hold the beginning of a mark, never a whole one.
        rest = data[-(len(mark) - 1) :] if len(mark) > 1 else b""
    return found


def _of_sheet(path: Path) -> int:
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        return _count(b"</row>", iter(lambda: sheet.read(BLOCK), b"")) - 1


KINDS = (
    Kind("geojson", "GeoJSON", _marks(b'"type":"Feature"')),
    Kind("gpkg", "GPKG", _of_gdal),
    Kind("fgb", "FlatGeobuf", _of_gdal),
    Kind("parquet", "", lambda path: int(pq.read_metadata(path).num_rows)),
    Kind("csv", "CSV", _marks(b"\n", less=1), ("-lco", "GEOMETRY=AS_XY")),
    Kind("xlsx", "XLSX", _of_sheet),
    Kind("kml", "KML", _marks(b"<Placemark>")),
)


def measure_exports(url: str, folder: Path) -> Exports:
    """Measure every format on the houses of a database, ogr2ogr at once after ours.

    url: SQLAlchemy's, of a migrated PostGIS; folder: for files, gone again afterwards.
    """
    own = folder / "exports"
    own.mkdir(exist_ok=True)
    ours: dict[Kind, Taken] = {}
    theirs: dict[Kind, Taken | None] = {}
    with connect(url) as connection:
        houses = connection.execute("select count(*) from houses").fetchone()[0]
    with Server(own, settings(own, url)) as server, server.worker_at_rest():
        token = server.token("gis")
        smaller = _download(server, token, f"houses.geojson?{SMALLER}", own / "part.geojson")
        for kind in KINDS:
            both = [
                (
                    _ours(server, token, kind, own, houses),
                    _theirs(url, kind, own, houses) if kind.driver else None,
                )
                for _ in range(TIMES if kind is KINDS[0] else 1)
            ]
            ours[kind] = _median([taken for taken, _ in both])
            if kind.driver:
                theirs[kind] = _median([taken for _, taken in both])
            print(f"exported as {kind.extension}", file=sys.stderr, flush=True)
    return Exports(houses, ours, theirs, smaller, _bare(url))


def _median(taken: Sequence[Taken | None]) -> Taken | None:
    """Return the middle one by time; None stands for one that took longer than was waited."""
    return sorted(taken, key=lambda one: LIMIT_S if one is None else one.all_s)[len(taken) // 2]


def _ours(server: Server, token: str, kind: Kind, folder: Path, houses: int) -> Taken:
    path = folder / f"houses.{kind.extension}"
    taken = _download(server, token, path.name, path)
    _check(kind, path, houses)
    return taken


def _check(kind: Kind, path: Path, houses: int) -> None:
    found = kind.count(path)
    if found != houses:
        raise SystemExit(f"{path.name} has {found:,} of {houses:,} houses")
    path.unlink()


def _download(server: Server, token: str, name: str, path: Path) -> Taken:
    held = {pid: _settled(pid) for pid in descendants(server.pid)}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/exports/{name}",
        headers={"Authorization": f"Bearer {token}"},
    )
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=LIMIT_S) as reply, path.open("wb") as file:
        block = reply.read(1)
        first = time.perf_counter() - begun
        while block:
            file.write(block)
            block = reply.read(BLOCK)
    whole = time.perf_counter() - begun
    peaks = [_kilobytes(pid, "VmHWM") - rest for pid, rest in held.items()]
    return Taken(first, whole, max(peaks) * 1.024 / 1000, path.stat().st_size / 1e6)


def _settled(pid: int) -> int:
    """Forget a process's peak so far; return what it holds now, in kilobytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _kilobytes(pid, "VmRSS")


def _kilobytes(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def _theirs(url: str, kind: Kind, folder: Path, houses: int) -> Taken | None:
    """Let ogr2ogr copy the same columns; None when it has not ended within the limit."""
    path = folder / f"theirs.{kind.extension}"
    columns = ", ".join(f"{each.source} AS {each.name}" for each in HOUSES.properties)
    query = f"SELECT houses.id::text AS id, {columns}, houses.location FROM houses ORDER BY pk"
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["ogr2ogr", "-f", kind.driver, *kind.options, "-nln", "houses", str(path), _for_gdal(url),
         "-sql", query], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        peak = max(peak, _kilobytes(process.pid, "VmHWM"))
        if time.perf_counter() - begun > LIMIT_S:
            process.kill()
            process.wait()
            path.unlink(missing_ok=True)
            return None
        time.sleep(POLL_S)
    whole = time.perf_counter() - begun
    size = path.stat().st_size / 1e6
    if kind.extension not in ("geojson", "xlsx", "kml"):  # whose text is not ours
        _check(kind, path, houses)
    path.unlink(missing_ok=True)
    return Taken(whole, whole, peak * 1.024 / 1000, size)


def _for_gdal(url: str) -> str:
    found = make_url(url)
    values = {"host": found.host, "port": found.port, "user": found.username}
    told = " ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    return f"PG:{told} dbname={found.database}"


def _bare(url: str) -> float:
    """Return the seconds in which a bare COPY gives the finished text of all features."""
    query = f"COPY (SELECT {feature_sql('houses', 'postgresql')} FROM houses) TO STDOUT"
    begun = time.perf_counter()
    with connect(url) as connection, connection.cursor().copy(query) as rows:
        for _ in rows:
            pass
    return time.perf_counter() - begun


def main() -> None:
    from bench import gis_export_report, gis_houses, gis_report

    parser = argparse.ArgumentParser(prog="python -m bench.gis_export", description=__doc__)
    parser.add_argument("--houses", type=int, default=1_000_000)
    count = parser.parse_args().houses
    with run_folder() as folder, database("postgis") as url:
        with Server(folder, settings(folder, url)):
            pass  # migrates
        gis_houses.load_postgis(url, gis_houses.make(count))
        exports = measure_exports(url, folder)
    print(gis_export_report.table(exports))
    print(gis_report.goals_table({}, gis_export_report.goals(exports)))


if __name__ == "__main__":
    main()
