"""The GIS interface beside tipg and pygeoapi on one table, and beside the bare SQL: the goals.

python -m bench gis [--gis-houses N] [--gis-database postgis|spatialite] [--gis-seconds S]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from bench import gis_export_report, gis_houses, gis_peers, gis_report, gis_requests
from bench.gis_check import check_features, check_tiles
from bench.gis_export import measure_exports
from bench.gis_houses import Houses
from bench.gis_measure import Figure, System, ask_all, bare, postmaster
from bench.gis_requests import Ask
from bench.load_server import Server, database, run_folder, settings
from bench.tables import short
from inspection.gis.feature_sql import feature_sql

CLIENTS = (8, 1)
ONE_CLIENT_SHARE = 0.4
CHECKED = 3


@dataclass(frozen=True)
class Operation:
    """One line of the comparison. asks: makes requests for some houses from a seed.

    many: how many are made for a load before it begins, the same for every server.
    """

    name: str
    asks: Callable[[Houses, int], Iterator[Ask]]
    many: int = 6000
    check: Callable[[Sequence[System], Sequence[Ask]], None] = check_features


OPERATIONS = (
    Operation("bbox 100", partial(gis_requests.boxes, 100, 1000)),
    Operation("bbox 1000", partial(gis_requests.boxes, 1000, 2000)),
    Operation("one house", gis_requests.items, 60_000),
    Operation("CQL2, 72k matches", gis_requests.filters),
    Operation("first page, all counted", gis_requests.first_pages, 1),
    Operation("deep page", gis_requests.deep_pages, 20_000),
    *(
        Operation(f"tile z{zoom}", partial(gis_requests.tiles, zoom), check=check_tiles)
        for zoom in (14, 12, 10, 8)
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    gis = parser.add_argument_group("gis")
    gis.add_argument("--gis-houses", type=int, default=1_000_000)
    gis.add_argument("--gis-database", choices=("postgis", "spatialite"), default="postgis")
    gis.add_argument("--gis-seconds", type=float, default=3.0, help="of each operation")
    gis.add_argument(
        "--gis-operation", action="append", help="only those whose name begins so; also exports"
    )


def run(arguments: argparse.Namespace) -> str:
    wanted = tuple(arguments.gis_operation or ("",))
    chosen = [operation for operation in OPERATIONS if operation.name.startswith(wanted)]
    begun = time.perf_counter()
    houses = gis_houses.make(arguments.gis_houses)
    kind = "embedded" if arguments.gis_database == "spatialite" else "postgis"
    exports = None
    with run_folder() as folder, database(kind) as url:
        with ExitStack() as stack:
            server = stack.enter_context(Server(folder, settings(folder, url)))
            _load(url, folder, houses)
            stack.enter_context(server.worker_at_rest())
            systems = [_ours(server)]
            if url and chosen:
                systems += _peers(url, folder, stack)
            figures = _figures(chosen, systems, houses, url, arguments.gis_seconds)
        if url and "exports".startswith(wanted):
            exports = measure_exports(url, folder)
    took = (time.perf_counter() - begun) / 60
    parts = [
        f"### {len(houses):,} houses, {arguments.gis_database}; all measured in {took:.0f} min",
        gis_report.figures_table(figures) if figures else "",
        gis_export_report.table(exports) if exports else "",
        gis_report.goals_table(figures, gis_export_report.goals(exports) if exports else ()),
    ]
    return "\n\n".join(part for part in parts if part)


def _load(url: str, folder: Path, houses: Houses) -> None:
    begun = time.perf_counter()
    if url:
        gis_houses.load_postgis(url, houses)
        gis_houses.copy_for_peers(url)
    else:
        gis_houses.load_spatialite(str(folder / "var" / "hantei.db"), houses)
    _say(f"{len(houses):,} houses loaded in {time.perf_counter() - begun:.1f} s")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _ours(server: Server) -> System:
    return System(
        gis_report.OURS, server.port, server.pid, lambda ask: ask.ours, server.token("gis")
    )


def _peers(url: str, folder: Path, stack: ExitStack) -> list[System]:
    port, pid = stack.enter_context(gis_peers.tipg(url, folder))
    tipg = System(gis_report.TIPG, port, pid, lambda ask: ask.tipg)
    port, pid = stack.enter_context(gis_peers.pygeoapi(url, folder))
    return [tipg, System(gis_report.PYGEOAPI, port, pid, lambda ask: ask.pygeoapi)]


def _figures(
    operations: Sequence[Operation],
    systems: Sequence[System],
    houses: Houses,
    url: str,
    seconds: float,
) -> dict[tuple[str, int, str], Figure]:
    """Measure operation by operation, each server in turn: none works while another is measured."""
    figures = {}
    pid = postmaster(url) if url else None
    text = feature_sql("houses", "postgresql").replace("%", "%%")
    for seed, operation in enumerate(operations):
        sample = list(islice(operation.asks(houses, 1000 + seed), CHECKED))
        able = [system for system in systems if system.path(sample[0]) is not None]
        operation.check(able, sample)
        for clients in CLIENTS:
            spend = seconds if clients > 1 else seconds * ONE_CLIENT_SHARE
            # The same boxes for every server, other ones for every load.
            asks = list(islice(operation.asks(houses, 100 * seed + clients), operation.many))
            for system in able:
                figure = ask_all(system, asks, clients, spend, pid)
                _note(figures, (operation.name, clients, system.name), figure, asks)
            if url:
                figure = bare(url, asks, text, clients, spend, pid)
                _note(figures, (operation.name, clients, gis_report.SQL), figure, asks)
    return figures


def _note(figures: dict, key: tuple[str, int, str], figure: Figure, asks: Sequence[Ask]) -> None:
    figures[key] = figure
    name, clients, server = key
    different = len({ask.ours for ask in asks[: figure.requests]})
    _say(
        f"{name}, {clients} connections, {server}: {short(figure.per_second)}/s, "
        f"p50 {short(figure.p50_ms)} ms ({figure.requests} requests, {different} different)"
    )
