"""Imports of whole cities: `houses import` and `inspections import`, each on both databases.

What is measured is the command as it is typed, start to end: wall time, processor time of the
command and its processes, and the largest memory of any one of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench import import_lists as lists
from bench.environment import ROOT
from bench.load_server import DATABASES, database, run_folder, settings
from bench.tables import markdown, short

GOALS_S = {"houses": 5 * 60, "inspections": 15 * 60}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    imports = parser.add_argument_group("imports")
    imports.add_argument("--houses", type=int, default=300_000, help="of each list of them")
    imports.add_argument("--visits", type=int, default=300_000, help="of the lists of visits")
    imports.add_argument("--import-database", choices=DATABASES, help="default: both")


@dataclass(frozen=True)
class Measured:
    """One command: seconds, processor seconds (all processes), MB of the largest process."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def run(arguments: argparse.Namespace) -> str:
    kinds = [arguments.import_database] if arguments.import_database else DATABASES
    head = ("", "database", "rows", "rows a second", "seconds", "processor seconds", "MB",
            "goal, seconds")  # fmt: skip
    with run_folder() as folder:
        files = _write_lists(folder, arguments.houses, arguments.visits)
        rows = [row for kind in kinds for row in _measured(folder, kind, files)]
    return "### Imports\n\n" + markdown(head, rows)


@dataclass(frozen=True)
class Listed:
    """A list: what it is called, its file, its rows, the command that takes it."""

    name: str
    file: Path
    rows: int
    noun: str


def _write_lists(folder: Path, houses: int, visits: int) -> list[list[Listed]]:
    """Write the lists; those of one group go into one database, one after another."""
    csv, gpkg = folder / "houses.csv", folder / "houses.gpkg"
    known, sparse = folder / "known.csv", folder / "sparse.csv"
    # In another process: what a child inherits of this one's memory counts as the child's own.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(lists.write_houses_csv, csv, houses).result()
        pool.submit(lists.write_houses_gpkg, gpkg, houses).result()
        pool.submit(lists.write_visits, known, visits, houses, lists.KNOWN).result()
        pool.submit(lists.write_visits, sparse, visits // 10, houses, lists.SPARSE).result()
    return [
        [Listed("houses, GeoPackage (EPSG:6670)", gpkg, houses, "houses")],
        [
            Listed("houses, CSV (Shift_JIS)", csv, houses, "houses"),
            Listed("the same again, nothing changed", csv, houses, "houses"),
            Listed("visits, nearly all items known", known, visits, "inspections"),
            Listed("visits, only findings marked", sparse, visits // 10, "inspections"),
        ],
    ]


def _measured(folder: Path, kind: str, groups: list[list[Listed]]) -> Iterator[tuple[str, ...]]:
    for place, group in enumerate(groups):
        with database(kind) as url:
            own = folder / f"{kind}-{place}"
            own.mkdir()
            environment = settings(own, url)
            command(environment, "db", "upgrade")
            for one in group:
                found = command(environment, one.noun, "import", str(one.file))
                print(f"{kind}: {one.name}: {found}", file=sys.stderr)
                yield (
                    one.name,
                    kind,
                    f"{one.rows:,}",
                    short(one.rows / found.wall_s),
                    short(found.wall_s),
                    short(found.cpu_s),
                    short(found.memory_mb),
                    short(GOALS_S[one.noun] * one.rows / 300_000),
                )


def command(environment: Mapping[str, str], *arguments: str) -> Measured:
    """Run one of the application's commands. Raises SystemExit with its words when it fails."""
    program = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    began = time.perf_counter()
    child = subprocess.Popen(
        program, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert child.stdout is not None
    words = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)}: {words}")
    spent = usage.ru_utime + usage.ru_stime
    return Measured(time.perf_counter() - began, spent, usage.ru_maxrss / 1024)
