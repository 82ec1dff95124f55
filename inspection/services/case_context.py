"""What stands around a case in a pack: its photos, the house's history, its neighbours."""

from __future__ import annotations

import math

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspection.extensions import db
from inspection.geometry import Box, lon_lat, within
from inspection.labels import DECISION_LABELS, METHOD_LABELS
from inspection.models import CONFIRMED_STATUSES, Case, House, Inspection, Meeting, Photo
from inspection.packs.model import HistoryEntry, Neighbour
from inspection.queries import photos_of
from uploads.checks import distance_m

NEIGHBOUR_RADIUS_M = 400.0
MAX_NEIGHBOURS = 12
METRES_PER_DEGREE = 111_320.0


def photos_by_visit(meeting: Meeting) -> dict[int, list[Photo]]:
    """Return the photos that can be shown, by the visit's key, in the order of arrival."""
    photos = photos_of([case.inspection_pk for case in meeting.cases])
    return {pk: [row for row in rows if row.status == "ready"] for pk, rows in photos.items()}


def history(case: Case) -> tuple[HistoryEntry, ...]:
    """Return earlier visits to the house and earlier decisions on them, oldest first."""
    zone = current_app.config["HANTEI_TIME_ZONE"]
    entries = [
        HistoryEntry(
            on=visit.inspected_at.astimezone(zone).date().isoformat(),
            event=f"現地調査({METHOD_LABELS[visit.method]})",
            detail=f"{visit.score['total']}点 {visit.score['judgement_label']}",
        )
        for visit in _visits_before(case)
    ]
    for earlier in _decided_before(case):
        if earlier.decision is None:
            continue
        label = DECISION_LABELS[earlier.decision.decision]
        detail = f"{label}({earlier.decision.reason})" if earlier.decision.reason else label
        entries.append(
            HistoryEntry(
                on=earlier.decision.decided_on.isoformat(),
                event=earlier.meeting.title,
                detail=detail,
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.on))


def _visits_before(case: Case) -> list[Inspection]:
    visit = case.inspection
    return list(
        db.session.scalars(
            select(Inspection)
            .where(
                Inspection.house_pk == visit.house_pk,
                Inspection.pk != visit.pk,
                Inspection.inspected_at <= visit.inspected_at,
                Inspection.status.in_(CONFIRMED_STATUSES),
            )
            .order_by(Inspection.inspected_at, Inspection.pk)
        )
    )


def _decided_before(case: Case) -> list[Case]:
    return list(
        db.session.scalars(
            select(Case)
            .join(Case.inspection)
            .join(Case.meeting)
            .where(
                Inspection.house_pk == case.inspection.house_pk,
                Case.pk != case.pk,
                Meeting.held_at < case.meeting.held_at,
            )
            .options(joinedload(Case.decision), joinedload(Case.meeting))
            .order_by(Meeting.held_at, Case.pk)
        )
    )


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
