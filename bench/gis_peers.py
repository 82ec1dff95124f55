"""The servers that are compared, each as its own documentation starts it, on the same table.

tipg: uvicorn with two workers, each with a pool of 8 connections. pygeoapi: gunicorn with two
workers of eight threads, as ours. Both are given the table's integer key, its indexes and the
same properties; neither asks for a token.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bench.environment import FOLDER, ROOT, python_for
from bench.gis_houses import PEERS_TABLE
from bench.load_server import START_S, answers, descendants, free_port, kill, until

REQUIREMENTS = ROOT / "bench" / "requirements-gis.txt"
PROPERTIES = (
    "id", "code", "address", "town", "ward_code", "structure", "storeys", "built_year", "total",
    "low", "high", "judgement", "status", "inspected_at", "updated_at",
)  # fmt: skip
STOP_S = 5.0
MOST_IN_A_TILE = 2_000_000


@contextmanager
def tipg(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Run tipg; give its port and the id of its first process."""
    settings = {
        "DATABASE_URL": url.replace("+psycopg", ""),
        "DB_MIN_CONN_SIZE": "8",
        "DB_MAX_CONN_SIZE": "8",
        "TIPG_DB_SCHEMAS": '["peers"]',
        "TIPG_DB_TABLES": f'["{PEERS_TABLE}"]',
        "TIPG_TABLE_CONFIG__peers_houses__PK": "pk",
        "TIPG_TABLE_CONFIG__peers_houses__PROPERTIES": json.dumps(PROPERTIES),
        # Ours loses no house in a tile; with the default of 10,000 theirs would.
        "TIPG_MAX_FEATURES_PER_TILE": str(MOST_IN_A_TILE),
        "TIPG_CATALOG_TTL": "0",
        "TIPG_DB_DATETIME_EXTENT": "0",
    }
    port = free_port()
    words = ["-m", "uvicorn", "tipg.main:app", "--workers", "2", "--port", str(port)]
    ready = f"http://127.0.0.1:{port}/collections/{PEERS_TABLE}"
    with _running([*words, "--log-level", "warning"], settings, folder / "tipg.log", ready) as pid:
        yield port, pid


@contextmanager
def pygeoapi(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Run pygeoapi; give its port and the id of its first process."""
    port = free_port()
    config, document = folder / "pygeoapi.json", folder / "pygeoapi-openapi.json"
    config.write_text(json.dumps(_configuration(url, port)))
    settings = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    environment = {**_clean(), **settings}
    with document.open("wb") as output, (folder / "pygeoapi-make.log").open("wb") as errors:
        generate = FOLDER / REQUIREMENTS.stem / "bin" / "pygeoapi"
        subprocess.run(
            [generate, "openapi", "generate", config, "--format", "json"],
            env=environment, stdout=output, stderr=errors, check=True,
        )  # fmt: skip
    words = ["-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "8", "--timeout", "300"]
    words += ["--keep-alive", "30", "--log-level", "warning", "-b", f"127.0.0.1:{port}"]
    ready = f"http://127.0.0.1:{port}/collections/houses/items?limit=1&f=json"
    log = folder / "pygeoapi.log"
    with _running([*words, "pygeoapi.flask_app:APP"], settings, log, ready) as pid:
        yield port, pid


def _configuration(url: str, port: int) -> dict:
    place = make_url(url)
    address = f"http://127.0.0.1:{port}"
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": place.host,
            "port": place.port,
            "dbname": place.database,
            "user": place.username,
            "password": "unused",
            "search_path": ["peers", "public"],
        },
        "id_field": "pk",
        "table": "houses",
        "geom_field": "location",
        "properties": list(PROPERTIES),
    }
    words = {"en": "houses"}
    houses = {
        "type": "collection",
        "title": words,
        "description": words,
        "keywords": {"en": [PEERS_TABLE]},
        "links": [],
        "extents": {"spatial": {"bbox": [129, 32, 132, 35]}},
        "providers": [provider],
    }
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en"],
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "https://example.org/{z}/{x}/{y}", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": words,
                "description": words,
                "keywords": {"en": [PEERS_TABLE]},
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": address,
            },
            "license": {"name": "none", "url": address},
            "provider": {"name": "bench", "url": address},
            "contact": {"name": "bench"},
        },
        "resources": {"houses": houses},
    }


def _clean() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANTEI_")}
    return {**kept, "PATH": f"{FOLDER / REQUIREMENTS.stem / 'bin'}:{kept['PATH']}"}


@contextmanager
def _running(words: list[str], settings: Mapping[str, str], log: Path, ready: str) -> Iterator[int]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python_for(REQUIREMENTS), *words],
            env={**_clean(), **settings},
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if not until(lambda: process.poll() is not None or answers(ready), START_S):
            raise SystemExit(f"{words[1]} did not start:\n{log.read_text()[-3000:]}")
        if process.poll() is not None:
            raise SystemExit(f"{words[1]} ended:\n{log.read_text()[-3000:]}")
        yield process.pid
    finally:
        family = descendants(process.pid)
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in family:
            kill(pid)
