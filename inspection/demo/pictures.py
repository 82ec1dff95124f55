"""The demo's photos: where each was taken from, and the drawing of them on two processors."""

from __future__ import annotations

import math
import multiprocessing
import random
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from inspection.demo.content import DemoHouse, DemoVisit
from inspection.demo.photo_house import look_of
from inspection.demo.photos import Scene, draw_photo
from inspection.processes import die_with_parent

METRES_PER_DEGREE = 111_320.0
FAR_M = 420.0
ANY_WALLS = ("boards", "plaster", "tin")
WALLS = {
    "reinforced_concrete": ("plaster",),
    "concrete_block": ("plaster",),
    "steel": ("tin",),
    "light_steel": ("tin",),
    "other": ("plaster",),
}

Draw = Iterator[bytes]


def scenes_of(house: DemoHouse, visit: DemoVisit) -> list[Scene]:
    """Return what each photo of a visit shows, where it was taken and when."""
    seed = _house_seed(house)
    return [_scene(house, visit, place, seed) for place in range(len(visit.photos))]


def _house_seed(house: DemoHouse) -> int:
    """Return a number whose drawn house has the storeys (two at most) and walls of this one."""
    storeys = min(house.fields["storeys"], 2)
    walls = WALLS.get(house.fields["structure"], ANY_WALLS)
    seed = house.index + 1
    while (look := look_of(seed)).storeys != storeys or look.wall not in walls:
        seed += 100
    return seed


def _scene(house: DemoHouse, visit: DemoVisit, place: int, seed: int) -> Scene:
    photo = visit.photos[place]
    rng = random.Random(f"{house.code}/{visit.number}/{place}")
    away = FAR_M if photo.far else rng.uniform(6, 16)
    side = rng.uniform(0, 360) if photo.from_deg is None else photo.from_deg
    bearing = (side + rng.uniform(-9, 9)) % 360
    lon, lat = moved(house.place, away, bearing)
    return Scene(
        item=photo.shows or photo.item,
        house=seed,
        shot=visit.number * 100 + place if photo.shot is None else photo.shot,
        taken_at=visit.at + timedelta(minutes=3 * place + 2, seconds=rng.randrange(60)),
        lon=lon if photo.gps else None,
        lat=lat if photo.gps else None,
        accuracy_m=round(rng.uniform(3, 9), 1),
        altitude_m=round(rng.uniform(4, 45), 1),
        direction_deg=round((bearing + 180) % 360, 1),
        portrait=photo.portrait,
    )


def moved(place: tuple[float, float], metres: float, bearing_deg: float) -> tuple[float, float]:
    """Return the point so many metres from a place (lon, lat), clockwise from north."""
    lon, lat = place
    angle = math.radians(bearing_deg)
    north, east = metres * math.cos(angle), metres * math.sin(angle)
    wide = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return round(lon + east / wide, 7), round(lat + north / METRES_PER_DEGREE, 7)


@contextmanager
def drawing(scenes: Iterable[Scene], processes: int) -> Iterator[Draw]:
    """Give the pictures of scenes one after another, drawn ahead by so many processes.

    processes: 0 draws in this process when a picture is asked for.
    """
    if processes == 0:
        yield map(draw_photo, scenes)
        return
    # Not forked: this process holds database connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_follow_parent) as pool:
        try:
            yield pool.map(draw_photo, scenes)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _follow_parent() -> None:
    """End with the command that draws, however it ends; Ctrl-C is that command's to answer."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
