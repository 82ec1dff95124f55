"""What stands around a case in a pack: its photos and the house's neighbours."""

from __future__ import annotations

import math

from sqlalchemy import select

from inspection.extensions import db
from inspection.geometry import Box, lon_lat, within
from inspection.models import House, Inspection, Meeting, Photo
from inspection.packs.model import Neighbour
from inspection.queries import photos_of
from uploads.checks import distance_m

NEIGHBOUR_RADIUS_M = 400.0
MAX_NEIGHBOURS = 12
METRES_PER_DEGREE = 111_320.0


def photos_by_visit(meeting: Meeting) -> dict[int, list[Photo]]:
    """Return the photos that can be shown, by the visit's key, in the order of arrival."""
    photos = photos_of([case.inspection_pk for case in meeting.cases])
    return {pk: [row for row in rows if row.status == "ready"] for pk, rows in photos.items()}


def neighbours(house: House) -> tuple[Neighbour, ...]:
    """Return the nearest judged houses around a house, lettered by distance."""
    centre = lon_lat(house.location)
    if centre is None:
        return ()
    rows = db.session.scalars(
        select(House).where(
            within(House.location, _around(centre)),
            House.pk != house.pk,
            House.total.is_not(None),
        )
    )
    near = sorted(
        (
            (distance_m(*centre, *where), row.code, where, row)
            for row in rows
            if (where := lon_lat(row.location))
        ),
        key=lambda found: found[:2],
    )
    labels = _judgement_labels([row for _, _, _, row in near[:MAX_NEIGHBOURS]])
    return tuple(
        Neighbour(
            letter=chr(ord("A") + place),
            lon=where[0],
            lat=where[1],
            total=labels[row.pk][0],
            judgement=row.judgement or "",
            judgement_label=labels[row.pk][1],
            code=code,
        )
        for place, (metres, code, where, row) in enumerate(near[:MAX_NEIGHBOURS])
        if metres <= NEIGHBOUR_RADIUS_M
    )


def _around(centre: tuple[float, float]) -> Box:
    lon, lat = centre
    high = NEIGHBOUR_RADIUS_M / METRES_PER_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    return (lon - wide, lat - high, lon + wide, lat + high)


def _judgement_labels(houses: list[House]) -> dict[int, tuple[float, str]]:
    """Return total and judgement in words of each house, from its newest confirmed visit."""
    visits = db.session.scalars(
        select(Inspection).where(Inspection.pk.in_([h.result_inspection_pk for h in houses]))
    )
    by_visit = {visit.pk: visit.score for visit in visits}
    found = {}
    for house in houses:
        score = by_visit[house.result_inspection_pk]
        found[house.pk] = (score["total"], score["judgement_label"])
    return found
