"""A city that many tests only read: its rows, its server on a port, a token for each role.

Made once for each database and worker, on a database of its own.
"""

from __future__ import annotations

import random
import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text
from werkzeug.serving import WSGIRequestHandler, make_server

from inspection import create_app
from inspection.extensions import db
from inspection.geometry import to_database
from inspection.models import House, Inspection, Photo
from inspection.services.access import create_token
from tests import databases
from tests.gis import factories as make

HOUSES, VISITS, PHOTOS = 3000, 600, 300
WARDS = ("401013", "401030", "401064", "401072")
STATUSES = ("confirmed", "scheduled", "decided", "submitted", "draft", "returned")
CONFIRMED = STATUSES[:3]
CHECK_POINT = (130.8752, 33.8834)
"""Longitude and latitude whose EPSG:6670 coordinates are X 97977.183, Y -11544.200."""

SPECIAL_POINTS = (CHECK_POINT, (179.9995, -45.0), (-179.9995, -45.0), (10.0, 89.9995))
START = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass
class World:
    """A served city. requests: what the server was asked, `METHOD path?query` as it came."""

    app: object
    address: str
    tokens: dict[str, str]
    requests: list[str] = field(default_factory=list)


@contextmanager
def served(kind, run_databases, folder):
    """A World on one of the databases, gone at the end."""
    url = run_databases.apart(kind, "world", folder)
    app = create_app(databases.settings(url, folder))
    with make.rows(app):
        tokens = {role: create_token(role=role, label=role) for role in ("gis", "secretariat")}
        _fill(random.Random(6))
        db.session.execute(text("ANALYZE"))
    asked: list[str] = []
    with _server(app, asked) as port:
        yield World(app, f"http://127.0.0.1:{port}/ogc", tokens, asked)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _server(app, asked):
    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code="-", size="-"):
            asked.append(f"{self.command} {self.path}")

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fill(chance):
    """3000 houses, 600 visits of every status, 300 photos; some of each without a place or time."""
    table = make._added(make._rule_table())
    visits = [_visit(chance, n, table.pk) for n in range(1, VISITS + 1)]
    houses = [_house(chance, n) for n in range(1, HOUSES + 1)]
    results = ("total", "low", "high", "judgement", "status", "inspected_at")
    for house in houses:
        house.update(dict.fromkeys(results))
    for visit in visits:
        if visit["status"] in CONFIRMED:
            house = houses[visit["house_pk"] - 1]
            house.update({name: visit[name] for name in results})
    _insert(House, houses)
    _insert(Inspection, visits)
    _insert(Photo, [_photo(chance, n) for n in range(1, PHOTOS + 1)])


def _insert(entity, rows):
    """Insert rows whose points are pairs, those without a point apart from the others."""
    name = "location" if entity is House else "position"
    for present in (False, True):
        some = [row for row in rows if (row[name] is not None) is present]
        values = [{**row, name: to_database(*row[name]) if present else None} for row in some]
        db.session.execute(insert(entity), values)


def _house(chance, number):
    place = (chance.uniform(130.68, 131.02), chance.uniform(33.75, 33.97))
    if number <= len(SPECIAL_POINTS):
        place = SPECIAL_POINTS[number - 1]
    return {
        "pk": number,
        "id": uuid.UUID(int=chance.getrandbits(128), version=4),
        "code": f"K-{number:05}",
        "address": f"北九州市 '引用\" 𠮷 {number}%_\\ 番"
        if number % 97 == 0
        else f"城内{number}番",
        "town": chance.choice(("城内", "大手町", "Ōmachi", None)),
        "ward_code": chance.choice(WARDS),
        "structure": chance.choice(("wooden", "steel", "other")),
        "storeys": chance.choice((None, 1, 2, 3)),
        "built_year": chance.choice((None, *range(1930, 2020))),
        "body_sha256": "0" * 64,
        "updated_at": START + timedelta(minutes=number, microseconds=number * 331),
        "notes": "隣家の犬に注意",
        "location": None if number % 50 == 0 else place,
    }


def _visit(chance, number, table_pk):
    low = chance.choice((0.0, 42.5, 90.0, 100.1))
    return {
        "pk": number,
        "id": uuid.UUID(int=chance.getrandbits(128), version=4),
        "house_pk": number,
        "rule_table_pk": table_pk,
        "method": chance.choice(("full", "exterior")),
        "inspected_at": START + timedelta(minutes=chance.randrange(200 * 24 * 60)),
        "position": None if number % 3 else (130.87 + number / 1e5, 33.88 + number / 1e5),
        "status": STATUSES[number % len(STATUSES)],
        "record": {"inspectors": ["判定 太郎"], "remarks": "秘密の所見"},
        "score": {},
        "body_sha256": "1" * 64,
        "total": low + 5,
        "low": low,
        "high": low + 25.25,
        "judgement": "substandard" if low > 80 else "not_substandard",
    }


def _photo(chance, number):
    return {
        "pk": number,
        "id": uuid.UUID(int=chance.getrandbits(128), version=4),
        "inspection_pk": number * 2,
        "item": chance.choice(("2-2", "overview")),
        "filename": "IMG_0001.JPG",
        "sha256": f"{number:064x}",
        "bytes": 1000,
        "media_type": "image/jpeg",
        "width": 4000,
        "height": 3000,
        "status": "rejected" if number % 40 == 0 else "ready",
        "uploaded_by": "tablet",
        "taken_at": None if number % 10 == 0 else START + timedelta(hours=number),
        "position": None if number % 2 else (130.88 + number / 1e5, 33.87),
        "direction_deg": None if number < 30 else chance.choice((0.0, 271.5)),
        "distance_m": None if number % 5 == 0 else chance.uniform(1, 60),
    }
