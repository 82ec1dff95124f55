"""The photo request in one process, against the least it must do: hash, fsync, one transaction."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from unittest import mock

from werkzeug.test import EnvironBuilder

from bench import load_bodies
from bench.intake_bare import Bare
from bench.intake_photos import of_size
from bench.load_server import DATABASES, database, run_folder, settings
from bench.tables import markdown, short

SIZES = (300_000, 3_000_000, 12_000_000)
GOAL = 1.5


def measured(rounds: int) -> str:
    """Measure both databases: medians of so many photos of each size, the two in turns."""
    rows = []
    for kind in DATABASES:
        with run_folder() as folder, database(kind) as url:
            environment = settings(folder, url)
            with mock.patch.dict("os.environ", environment, clear=True):
                app = _application()
                for size in SIZES:
                    rows.append(
                        (f"{kind}: {size / 1e6:g} MB", *_compared(app, url, folder, size, rounds))
                    )
    head = ("photo in one request", "Hantei ms", "bare ms", f"Hantei ÷ bare (goal ≤ {GOAL})")
    return markdown(head, rows)


def _application() -> object:
    from flask_migrate import upgrade

    from inspection import create_app

    app = create_app()
    with app.app_context():
        upgrade()
    return app


def _compared(app: object, url: str, folder: Path, size: int, rounds: int) -> tuple[str, ...]:
    photos = [of_size(size, seed) for seed in range(rounds + 1)]
    bare, requests = Bare(url, folder), _requests(app, photos)
    ours, theirs = [], []
    for photo, request in zip(photos, requests, strict=True):
        theirs.append(_timed(lambda photo=photo: bare.keep(photo)))
        ours.append(_timed(request))
    bare.close()
    mine, least = median(ours[1:]) * 1e3, median(theirs[1:]) * 1e3
    return short(mine), short(least), f"{mine / least:.2f}"


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _requests(app: object, photos: list[bytes]) -> Iterator[Callable[[], None]]:
    """Yield one call of the WSGI application for each photo, its environ made beforehand."""
    token = _token(app)
    visit = _visit(app, token)
    for photo in photos:
        builder = EnvironBuilder(
            path=f"{load_bodies.API}/inspections/{visit}/photos/{uuid.uuid4()}",
            query_string="item=overview",
            method="PUT",
            headers=load_bodies.bearer(token),
            data=photo,
        )
        environ = builder.get_environ()
        yield lambda environ=environ: _call(app, environ)


def _call(app: object, environ: Mapping[str, object]) -> None:
    answered = []
    body = app(environ, lambda status, headers, *_: answered.append(status))
    text = b"".join(body)
    body.close()
    if not answered[0].startswith("201"):
        raise SystemExit(f"a photo was refused: {answered[0]} {text[:500].decode()}")


def _token(app: object) -> str:
    from inspection.services.access import create_token

    with app.app_context():
        return create_token(role="inspector", label="bench")


def _visit(app: object, token: str) -> str:
    numbers = random.Random(uuid.uuid4().int)
    house_id, visit_id = load_bodies.new_id(numbers), load_bodies.new_id(numbers)
    house = load_bodies.a_house(numbers, house_id)
    at = datetime(2026, 11, 25, 10, tzinfo=load_bodies.JST)
    place = house["location"]["coordinates"]
    visit = load_bodies.a_visit(numbers, load_bodies.wooden(), house_id, place, at)
    client = app.test_client()
    for path, body in ((f"/houses/{house_id}", house), (f"/inspections/{visit_id}", visit)):
        reply = client.put(load_bodies.API + path, json=body, headers=load_bodies.bearer(token))
        if reply.status_code != 201:
            raise SystemExit(f"{path}: {reply.status_code} {reply.text[:500]}")
    return visit_id
