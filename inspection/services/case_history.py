"""The history of a case's house (経緯): visits, decisions and returned records, across years."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspection.extensions import db
from inspection.labels import DECISION_LABELS, METHOD_LABELS
from inspection.models import CONFIRMED_STATUSES, Case, Inspection, Meeting, Review
from inspection.packs import words
from inspection.packs.model import HistoryEntry

BATCH = 500  # keys in one query; SQLite allows 32,766 parameters


def histories(cases: Sequence[Case]) -> dict[int, tuple[HistoryEntry, ...]]:
    """Return the history of each case by its key, oldest entry first.

    Earlier visits to the house with total and judgement, what earlier meetings decided on them,
    and when the secretariat sent this visit's record back. A few queries however many cases.
    """
    visits, earlier = _visits(cases), _decided(cases)
    returned = _returned(cases)
    return {
        case.pk: tuple(
            sorted(
                [
                    *_visit_entries(case, visits[case.inspection.house_pk]),
                    *_decision_entries(case, earlier[case.inspection.house_pk]),
                    *_returned_entries(returned[case.inspection_pk]),
                ],
                key=lambda entry: entry.on,
            )
        )
        for case in cases
    }


def history(case: Case) -> tuple[HistoryEntry, ...]:
    """Return the history of one case."""
    return histories([case])[case.pk]


def _batches(keys: Iterable[int]) -> list[list[int]]:
    found = sorted(set(keys))
    return [found[start : start + BATCH] for start in range(0, len(found), BATCH)]


def _visits(cases: Sequence[Case]) -> dict[int, list[Inspection]]:
    """Return all confirmed visits to the cases' houses, by house."""
    found: dict[int, list[Inspection]] = defaultdict(list)
    for keys in _batches(case.inspection.house_pk for case in cases):
        rows = db.session.scalars(
            select(Inspection)
            .where(Inspection.house_pk.in_(keys), Inspection.status.in_(CONFIRMED_STATUSES))
            .order_by(Inspection.inspected_at, Inspection.pk)
        )
        for row in rows:
            found[row.house_pk].append(row)
    return found


def _decided(cases: Sequence[Case]) -> dict[int, list[Case]]:
    """Return all cases of the cases' houses, on whatever meeting, by house."""
    found: dict[int, list[Case]] = defaultdict(list)
    for keys in _batches(case.inspection.house_pk for case in cases):
        rows = db.session.scalars(
            select(Case)
            .join(Case.inspection)
            .join(Case.meeting)
            .where(Inspection.house_pk.in_(keys))
            .options(
                joinedload(Case.decision), joinedload(Case.meeting), joinedload(Case.inspection)
            )
            .order_by(Meeting.held_at, Case.pk)
        )
        for row in rows:
            found[row.inspection.house_pk].append(row)
    return found


def _returned(cases: Sequence[Case]) -> dict[int, list[Review]]:
    """Return the reviews that sent the cases' visits back, by visit."""
    found: dict[int, list[Review]] = defaultdict(list)
    for keys in _batches(case.inspection_pk for case in cases):
        rows = db.session.scalars(
            select(Review)
            .where(Review.inspection_pk.in_(keys), Review.action == "return")
            .order_by(Review.pk)
        )
        for row in rows:
            found[row.inspection_pk].append(row)
    return found


def _visit_entries(case: Case, visits: list[Inspection]) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            on=_day(visit.inspected_at),
            event=f"現地調査({METHOD_LABELS[visit.method]})",
            detail=_result(visit),
        )
        for visit in visits
        if visit.pk != case.inspection_pk and visit.inspected_at <= case.inspection.inspected_at
    ]


def _result(visit: Inspection) -> str:
    """Return what a visit found: 85点 未確定(85〜135点)."""
    score = visit.score
    told = f"{words.figure(score['total'])}点 {score['judgement_label']}"
    if score["low"] != score["high"]:
        told += f"({words.figure(score['low'])}〜{words.figure(score['high'])}点)"
    return told


def _decision_entries(case: Case, earlier: list[Case]) -> list[HistoryEntry]:
    entries = []
    for each in earlier:
        decision = each.decision
        before = each.pk != case.pk and each.meeting.held_at < case.meeting.held_at
        if decision is None or not before:
            continue
        label = DECISION_LABELS[decision.decision]
        detail = f"{label}({decision.reason})" if decision.reason else label
        entries.append(
            HistoryEntry(decision.decided_on.isoformat(), _numbered(each.meeting), detail)
        )
    return entries


def _numbered(meeting: Meeting) -> str:
    if meeting.number is None or re.search("第[0-9０-９]+回", meeting.title):
        return meeting.title
    return f"第{meeting.number}回 {meeting.title}"


def _returned_entries(reviews: list[Review]) -> list[HistoryEntry]:
    return [
        HistoryEntry(_day(review.reviewed_at), "調査記録の差戻し", review.comment)
        for review in reviews
    ]


def _day(moment: datetime) -> str:
    return moment.astimezone(current_app.config["HANTEI_TIME_ZONE"]).date().isoformat()
