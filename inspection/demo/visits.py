"""Loading one visit through the services: records, photos, reviews, in the order of real life."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from inspection.api.inspections import InspectionSchema, to_record
from inspection.auth import Actor
from inspection.demo.content import DemoHouse, DemoRecord, DemoVisit
from inspection.demo.pictures import moved
from inspection.extensions import db
from inspection.models import Inspection, Photo, Review
from inspection.resources import storage
from inspection.services import photos, scoring_rules
from inspection.services.attach_photo import PhotoLabel, attach_photo
from inspection.services.review_inspection import review_inspection
from inspection.services.submit_inspection import find, submit_inspection
from uploads.spool import Spool

CLERK = Actor(label="事務局(デモ)", role="secretariat")
ONLY_SHARED = ("4-2", "5-3", "7-3", "8-4")
"""Items that only a shared building has: not applicable unless a visit says otherwise."""

Step = Callable[[], object]


class VisitLoader:
    """Loads one visit, from where an interrupted load left it.

    inspector: who sends the records.
    """

    def __init__(self, house: DemoHouse, visit: DemoVisit, inspector: Actor) -> None:
        self.house = house
        self.visit = visit
        self.inspector = inspector

    def is_complete(self) -> bool:
        """Tell whether nothing is left to do."""
        return self._done() >= len(self._steps([])) and not self._absent()

    def load(self, pictures: list[bytes]) -> None:
        """Do what is left; pictures: one for each photo of the visit."""
        steps = self._steps(pictures)
        done = self._done()
        if done == 0:
            steps[0]()
            done = 1
        for place in self._absent():
            self._attach(place, pictures[place])
        for step in steps[done:]:
            step()

    def _steps(self, pictures: list[bytes]) -> list[Step]:
        """Return what happens to the visit: each record comes in and may be reviewed."""
        return list(self._each_step(pictures))

    def _each_step(self, pictures: list[bytes]) -> Iterator[Step]:
        reopens = False
        for record in self.visit.records:
            actor = CLERK if reopens else self.inspector
            yield lambda record=record, actor=actor: self._submit(record, pictures, actor)
            if record.returned:
                comment = record.returned
                yield lambda comment=comment: self._review("return", comment)
            elif record.confirmed:
                yield lambda: self._review("confirm", None)
            reopens = record.confirmed

    def _done(self) -> int:
        """Count the steps taken: each left a revision or a review."""
        inspection = find(self.visit.id)
        if inspection is None:
            return 0
        reviews = select(func.count()).where(Review.inspection_pk == inspection.pk)
        return inspection.revision + (db.session.scalar(reviews) or 0)

    def _absent(self) -> list[int]:
        """Return the places of photos that are still to be sent."""
        query = select(Photo.id).join(Inspection).where(Inspection.id == self.visit.id)
        here = set(db.session.scalars(query))
        return [
            place
            for place, photo in enumerate(self.visit.photos)
            if not photo.withheld and self.visit.photo_id(place) not in here
        ]

    def _submit(self, record: DemoRecord, pictures: list[bytes], actor: Actor) -> None:
        inspection = find(self.visit.id)
        body = InspectionSchema().load(self._body(record, pictures))
        submit_inspection(
            self.visit.id,
            to_record(body),
            actor=actor,
            if_match=str(inspection.revision) if inspection else None,
        )

    def _body(self, record: DemoRecord, pictures: list[bytes]) -> dict[str, Any]:
        visit = self.visit
        lon, lat = moved(self.house.place, 9.0, (self.house.index * 47) % 360)
        return {
            "house_id": str(self.house.id),
            "method": visit.method,
            "inspected_at": visit.at.isoformat(),
            "inspectors": list(visit.inspectors),
            "position": {
                "lon": lon,
                "lat": lat,
                "accuracy_m": 4 + self.house.index % 7,
                "fixed_at": visit.at.isoformat(),
            },
            "answers": self._answers(record),
            "conditions": visit.conditions,
            "notes": record.notes,
            "remarks": record.remarks,
            "expected_photos": [
                {
                    "id": str(visit.photo_id(place)),
                    "sha256": hashlib.sha256(picture).hexdigest(),
                    "bytes": len(picture),
                    "item": visit.photos[place].item,
                }
                for place, picture in enumerate(pictures)
            ],
            "complete": not visit.draft,
        }

    def _answers(self, record: DemoRecord) -> dict[str, Any]:
        table = scoring_rules.choose_table(
            None,
            structure=self.house.fields["structure"],
            method=self.visit.method,
            on=scoring_rules.local_date(self.visit.at),
        )
        rest = "unknown" if "*" in record.unknown else "none"
        answers: dict[str, Any] = {}
        for item in table.items():
            answers[item.code] = "na" if item.code in ONLY_SHARED else rest
        answers |= dict.fromkeys((code for code in record.unknown if code != "*"), "unknown")
        return answers | record.found

    def _attach(self, place: int, picture: bytes) -> None:
        photo, photo_id = self.visit.photos[place], self.visit.photo_id(place)
        label = PhotoLabel(photo.item, photo.caption, f"IMG_{1000 + place:04d}.JPG")
        with Spool(storage(), current_app.config["HANTEI_MAX_PHOTO_BYTES"]) as spool:
            spool.receive(io.BytesIO(picture), len(picture))
            attach_photo(
                spool, self.visit.id, photo_id, label, actor=self._sender(), announced_sha256=None
            )
        if photo.released:
            photos.release(photo_id, True, list(photo.boxes), actor=CLERK)

    def _sender(self) -> Actor:
        """Only the secretariat may add to a confirmed record, after an interrupted load."""
        inspection = find(self.visit.id)
        confirmed = inspection is not None and inspection.confirmed_at is not None
        return CLERK if confirmed else self.inspector

    def _review(self, action: str, comment: str | None) -> None:
        review_inspection(self.visit.id, action, comment, actor=CLERK)
