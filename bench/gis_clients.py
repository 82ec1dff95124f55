"""GDAL copies a whole city from the running server: is every value and coordinate right?

python -m bench gis-clients [--gis-copied N]

On both databases, by Debian's GDAL (it transforms to EPSG:6670 itself) and by the newer one in
pyogrio (the server transforms: `crs`). Every copy is compared with the database value by value and
with pyproj point by point; one difference ends the run.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyogrio

from bench import gis_houses
from bench.gis_copies import Row, faults, new_gdal, ogr2ogr, stored
from bench.gis_houses import Houses
from bench.load_server import DATABASES, Server, database, run_folder, settings
from bench.tables import markdown, short
from inspection import create_app

_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("gis-clients")
    group.add_argument("--gis-copied", type=int, default=100_000, help="houses that are copied")


def run(arguments: argparse.Namespace) -> str:
    houses = gis_houses.make(arguments.gis_copied)
    lines = [line for kind in DATABASES for line in _on(kind, houses)]
    head = ("database", "client", "features", "seconds", "features/s", "values wrong")
    title = f"### {len(houses):,} houses copied into a GeoPackage in EPSG:6670"
    return f"{title}\n\n{markdown(head, lines)}"


def _on(kind: str, houses: Houses) -> list[tuple[str, ...]]:
    with run_folder() as folder, database(kind) as url:
        environment = settings(folder, url)
        with Server(folder, environment) as server:
            server.stop()  # it has migrated the database, and its worker would write too
            if url:
                gis_houses.load_postgis(url, houses)
            else:
                gis_houses.load_spatialite(str(folder / "var" / "hantei.db"), houses)
            server.start()
            truth = _truth(environment)
            assert len(truth) == len(houses)
            address, token = f"http://127.0.0.1:{server.port}/ogc", server.token("gis")
            return [
                (kind, name, *_measured(copy, address, token, folder / f"{number}.gpkg", truth))
                for number, (name, copy) in enumerate(_clients().items())
            ]


def _clients() -> dict[str, Callable[[str, str, Path], object]]:
    version = subprocess.run(["ogr2ogr", "--version"], capture_output=True, text=True, check=True)
    debian = version.stdout.split(",")[0]
    newer = f"GDAL {pyogrio.__gdal_version_string__}"
    return {f"{debian}, -t_srs": _by_client, f"{newer}, crs=": _by_server}


def _by_client(address: str, token: str, target: Path) -> None:
    options = ("-t_srs", "EPSG:6670", "-oo", "PAGE_SIZE=5000")
    ogr2ogr(token, *options, target, f"OAPIF:{address}", "houses")


def _by_server(address: str, token: str, target: Path) -> None:
    new_gdal(token, address, "houses", target, "CRS=EPSG:6670", "PAGE_SIZE=5000")


def _truth(environment: Mapping[str, str]) -> dict[str, Row]:
    """Read all houses with an application of this process, apart from what serves them."""
    names = ("HANTEI_DATABASE_URL", "HANTEI_VAR_DIR", "HANTEI_SECRET_KEY", "HANTEI_LOG_LEVEL")
    app = create_app({name: environment[name] for name in names if name in environment})
    with app.app_context():
        return stored()


def _measured(
    copy: Callable[[str, str, Path], object],
    address: str,
    token: str,
    target: Path,
    truth: Mapping[str, Row],
) -> tuple[str, ...]:
    begun = time.perf_counter()
    copy(address, token, target)
    seconds = time.perf_counter() - begun
    wrong = faults(target, truth)
    if wrong:
        raise SystemExit(f"{len(wrong)} differences, such as\n" + "\n".join(wrong[:_SHOWN]))
    return f"{len(truth):,}", short(seconds), short(len(truth) / seconds), "0"
