"""Freezing a meeting: database rows to the plain data that a pack is drawn from.

Redaction happens here and nowhere else: what the public edition must not show is not in its
snapshot. See `inspection/packs/model.py` for the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from inspection.extensions import db
from inspection.geometry import lon_lat
from inspection.labels import STRUCTURE_LABELS
from inspection.models import Case, Decision, House, Inspection, Meeting, Photo, RuleTableDigest
from inspection.packs import attention, model
from inspection.packs.redaction import down_to_town
from inspection.packs.score_model import OPEN
from inspection.packs.scores import freeze_score, standing
from inspection.resources import registry
from inspection.services.photo_items import known_items
from scoring.errors import UnknownTableError

ReportImage = Callable[[Photo], model.StoredImage]


@dataclass(frozen=True)
class CaseRows:
    """A case and what is shown around it, gathered by services/freeze_pack.py.

    neighbours: the nearest within `radius_m` metres, `most_neighbours` of them at most.
    """

    case: Case
    photos: list[Photo]
    history: tuple[model.HistoryEntry, ...] = ()
    neighbours: tuple[model.Neighbour, ...] = ()
    radius_m: float = 0.0
    most_neighbours: int = 0


class Freezer:
    """Turns rows into a snapshot of one edition.

    settings: the application's settings; image: gives the picture of a photo for this edition
    (with its boxes burnt in, for the public one).
    """

    def __init__(self, edition: str, settings: Mapping[str, Any], image: ReportImage) -> None:
        self.closed = edition != model.PUBLIC
        self.own = edition == model.SECRETARIAT
        self.edition = edition
        self.settings = settings
        self.zone: ZoneInfo = settings["HANTEI_TIME_ZONE"]
        self.image = image

    def snapshot(self, meeting: Meeting, cases: list[CaseRows]) -> model.Snapshot:
        """Freeze a meeting; cases in order, each with the rows around it."""
        return model.Snapshot(
            edition=self.edition,
            office=model.Office(
                city=self.settings["HANTEI_MUNICIPALITY_NAME"],
                secretariat=self.settings["HANTEI_SECRETARIAT_NAME"],
                stamp_roles=tuple(self.settings["HANTEI_STAMP_ROLES"]),
                wording=self.settings["HANTEI_PACK_TEXTS"],
            ),
            meeting=self._meeting(meeting),
            cases=tuple(self._case(rows) for rows in cases),
        )

    def _meeting(self, meeting: Meeting) -> model.Meeting:
        return model.Meeting(
            id=str(meeting.id),
            title=meeting.title,
            held_at=self._time(meeting.held_at),
            number=meeting.number,
            place=meeting.place,
            agenda=tuple(meeting.agenda),
            members=tuple(meeting.members) if self.closed else (),
        )

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat()

    def _case(self, rows: CaseRows) -> model.Case:
        inspection = rows.case.inspection
        case = model.Case(
            house=self._house(inspection.house),
            visit=self._visit(inspection),
            score=self._score(inspection),
            photos=self._photos(inspection, rows.photos),
            decision=self._decision(rows.case.decision),
        )
        return self._with_what_is_closed(case, rows) if self.closed else case

    def _with_what_is_closed(self, case: model.Case, rows: CaseRows) -> model.Case:
        """Return the case with what no public edition holds."""
        inspection, proposal = rows.case.inspection, rows.case.proposal
        owner = self._owner(inspection.house)
        neighbours = self._neighbours(rows.neighbours)
        note = inspection.record["notes"].get(attention.SURROUNDINGS)
        around = attention.surroundings(
            note, case.photos, case.house, neighbours, rows.radius_m, rows.most_neighbours
        )
        points = self._points(case, rows, owner) if self.own else ()
        return replace(
            case,
            owner=owner,
            history=rows.history,
            neighbours=neighbours,
            surroundings=around,
            checks=points,
            proposal=proposal,
        )

    def _points(
        self, case: model.Case, rows: CaseRows, owner: model.Owner | None
    ) -> tuple[str, ...]:
        here = {str(photo.id) for photo in rows.photos}
        announced = rows.case.inspection.record["expected_photos"]
        missing = sum(photo["id"] not in here for photo in announced)
        released = sum(photo.released for photo in rows.photos)
        proposal = rows.case.proposal
        return attention.points(
            case.score, case.photos, case.house, owner, proposal, missing, released
        )

    def _decision(self, decision: Decision | None) -> model.Decision | None:
        if decision is None:
            return None
        return model.Decision(
            decision=decision.decision,
            reason=decision.reason if self.closed else None,
            decided_on=decision.decided_on.isoformat(),
        )

    def _house(self, house: House) -> model.House:
        ward = self.settings["HANTEI_WARDS"].get(house.ward_code or "")
        shared = {
            "code": house.code,
            "town": down_to_town(house.town) if not self.closed else house.town,
            "ward_name": ward,
            "structure": house.structure,
            "structure_label": STRUCTURE_LABELS[house.structure]["ja"],
            "storeys": house.storeys,
            "floor_area_m2": house.floor_area_m2,
            "built_year": house.built_year,
            "use": house.use,
        }
        if not self.closed:
            city = self.settings["HANTEI_MUNICIPALITY_NAME"]
            return model.House(address=f"{city}{ward or ''}{shared['town']}", **shared)
        where = lon_lat(house.location)
        return model.House(
            address=house.address or house.town or "",
            lot_number=house.lot_number,
            residence_number=house.residence_number,
            lon=where[0] if where else None,
            lat=where[1] if where else None,
            notes=house.notes,
            extra=self._extra(house),
            **shared,
        )

    def _extra(self, house: House) -> tuple[model.LabelledText, ...]:
        declared = self.settings["HANTEI_EXTRA_FIELDS"]
        words = {True: "はい", False: "いいえ"}
        return tuple(
            model.LabelledText(label=label, text=str(words.get(value, value)), code=name)
            for name, (label, _) in declared.items()
            if (value := house.extra.get(name)) is not None
        )

    def _visit(self, inspection: Inspection) -> model.Visit:
        record, document = inspection.record, inspection.rule_table.document
        labels = known_items(inspection.rule_table)
        conditions = inspection.score.get("conditions", {})
        words = {True: "該当", False: "非該当", "unknown": "不明"}
        return model.Visit(
            id=str(inspection.id),
            method=inspection.method,
            inspected_at=self._time(inspection.inspected_at),
            inspectors=tuple(record["inspectors"]) if self.closed else (),
            remarks=record["remarks"] if self.closed else None,
            notes=tuple(
                model.LabelledText(label=labels.get(code, code), text=text, code=code)
                for code, text in sorted(record["notes"].items())
                if code != attention.SURROUNDINGS  # it has a section of its own
            )
            if self.closed
            else (),
            conditions=tuple(
                model.LabelledText(
                    label=condition["label"]["ja"],
                    text=words[conditions[condition["code"]]],
                    code=condition["code"],
                )
                for condition in document["conditions"]
                if condition["code"] in conditions
            ),
        )

    def _neighbours(self, found: tuple[model.Neighbour, ...]) -> tuple[model.Neighbour, ...]:
        """Give each neighbour its outcome's standing under the table that has this outcome."""
        return tuple(
            replace(
                each, standing=self._standings.get((each.judgement, each.judgement_label), OPEN)
            )
            for each in found
        )

    @cached_property
    def _standings(self) -> dict[tuple[str, str], str]:
        """Every outcome of the tables in use, by code and label: where it stands."""
        documents = db.session.scalars(
            select(RuleTableDigest.document).order_by(RuleTableDigest.pk)
        )
        return {
            (outcome["code"], outcome["label"]["ja"]): standing(document, outcome["code"])
            for document in documents
            for outcome in document["outcomes"]
        }

    def _score(self, inspection: Inspection) -> model.Score:
        score = freeze_score(inspection.score, inspection.rule_table.document, _table_name)
        if self.closed or score.override is None:
            return score
        return replace(score, override=replace(score.override, reason=None, by=None))

    def _photos(self, inspection: Inspection, photos: list[Photo]) -> tuple[model.Photo, ...]:
        labels = known_items(inspection.rule_table)
        shown = [photo for photo in photos if self.closed or photo.released]
        return tuple(
            self._photo(photo, number, labels.get(photo.item, photo.item))
            for number, photo in enumerate(shown, 1)
        )

    def _photo(self, photo: Photo, number: int, item_label: str) -> model.Photo:
        where = lon_lat(photo.position) if self.closed else None
        return model.Photo(
            id=str(photo.id),
            number=number,
            item=photo.item,
            item_label=item_label,
            sha256=photo.sha256,
            image=self.image(photo),
            caption=photo.caption if self.closed else None,
            taken_at=self._time(photo.taken_at) if photo.taken_at else None,
            lon=where[0] if where else None,
            lat=where[1] if where else None,
            direction_deg=photo.direction_deg if self.closed else None,
            distance_m=photo.distance_m if self.closed else None,
            warnings=tuple(check["detail"] for check in photo.checks if check["level"] == "warning")
            if self.own
            else (),
        )

    def _owner(self, house: House) -> model.Owner | None:
        owner = house.owner
        if owner is None or not self.closed:
            return None
        return model.Owner(
            name=owner.name, address=owner.address, phone=owner.phone, notes=owner.notes
        )


def _table_name(table_id: str, version: str) -> str | None:
    """Return the Japanese name of a published rule table, None for one that is no more there."""
    try:
        return registry().get(table_id, version).label.ja
    except UnknownTableError:
        return None
