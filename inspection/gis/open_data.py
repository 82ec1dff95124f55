"""The open-data file of approved houses (自治体標準オープンデータセット: one table, CSV, BOM).

A house is on it only when the committee approved its newest result (認定). What could point at one
house is left out or made coarse (docs/exports.md, "Open data"): no owner, no address below the
town, no case number, years by decade, places as the centre of a mesh; and a town or a mesh is named
only where at least three of the houses share it.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from inspection import audit
from inspection.auth import Actor
from inspection.database.transactions import read_transaction, write_transaction
from inspection.extensions import db
from inspection.gis.collections import HOUSES
from inspection.gis.field_titles import judgement_labels
from inspection.gis.open_data_places import Mesh, mesh_centres, prefecture
from inspection.gis.visibility import visible
from inspection.labels import DECISION_LABELS, STRUCTURE_LABELS
from inspection.lists.safe_text import printable, unformulated
from inspection.models import Case, Decision, House, Inspection
from inspection.packs.redaction import down_to_town

MEDIA_TYPE = "text/csv; charset=utf-8"
ENOUGH = 3
"""So many of the houses must share a town, or a mesh, for it to be named."""

HEADINGS = (
    "全国地方公共団体コード", "ID", "地方公共団体名", "名称", "所在地_全国地方公共団体コード",
    "所在地_連結表記", "所在地_都道府県", "所在地_市区町村", "所在地_町字", "緯度", "経度",
    "地域メッシュコード", "構造", "建築年代", "判定", "決定", "決定年度", "備考",
)  # fmt: skip
NAME = "除却補助の対象と認定された家屋"
NOTE = "緯度・経度は地域メッシュの中心"


@dataclass(frozen=True)
class Approved:
    """One approved house, before anything is made coarse. lon, lat: degrees or None."""

    id: uuid.UUID
    ward_code: str | None
    town: str
    lon: float | None
    lat: float | None
    structure: str
    built_year: int | None
    judgement: str | None
    decided_on: date


def open_data(actor: Actor) -> bytes:
    """Return the file, as far as the actor may see the houses; handing it out is audited."""
    with read_transaction():
        houses = _approved(actor)
        labels = judgement_labels()
    with write_transaction():
        audit.record("gis.open_data", "collection/houses", actor, rows=len(houses))
    return to_csv(houses, labels)


def _approved(actor: Actor) -> list[Approved]:
    """Read the houses whose newest decision on their result is an approval, by id."""
    statement = (
        select(
            House.id, House.ward_code, House.town, func.ST_X(House.location),
            func.ST_Y(House.location), House.structure, House.built_year, House.judgement,
            Decision.decided_on, Decision.decision,
        )
        .join(Inspection, Inspection.pk == House.result_inspection_pk)
        .join(Case, Case.inspection_pk == Inspection.pk)
        .join(Decision, Decision.case_pk == Case.pk)
        .where(Inspection.status == "decided", *visible(HOUSES, actor))
        .order_by(House.id, Decision.decided_on, Decision.pk)
    )  # fmt: skip
    newest: dict[uuid.UUID, Any] = {row[0]: row for row in db.session.execute(statement)}
    return [
        Approved(row[0], row[1], down_to_town(row[2]), *row[3:9])
        for row in newest.values()
        if row[9] == "approved"
    ]


def to_csv(houses: Iterable[Approved], labels: dict[str, str]) -> bytes:
    """Return the table; labels: what judgements are called."""
    listed = list(houses)
    meshes = mesh_centres([(each.lon, each.lat) for each in listed], ENOUGH)
    towns = Counter((each.ward_code, each.town) for each in listed)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for each, mesh in zip(listed, meshes, strict=True):
        town = each.town if towns[each.ward_code, each.town] >= ENOUGH else ""
        writer.writerow([unformulated(printable(cell)) for cell in _row(each, town, mesh, labels)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _row(house: Approved, town: str, mesh: Mesh | None, labels: dict[str, str]) -> list[str]:
    settings = current_app.config
    code, city = settings["HANTEI_MUNICIPALITY_CODE"], settings["HANTEI_MUNICIPALITY_NAME"]
    ward = settings["HANTEI_WARDS"].get(house.ward_code or "", "")
    place = (prefecture(code), f"{city}{ward}", town)
    return [
        code, _public_id(house.id), city, NAME, house.ward_code if ward and house.ward_code else code,
        "".join(place), *place,
        *((mesh.lat, mesh.lon, mesh.code) if mesh else ("", "", "")),
        STRUCTURE_LABELS[house.structure]["ja"],
        "" if house.built_year is None else f"{house.built_year // 10 * 10}年代",
        labels.get(house.judgement or "", ""), DECISION_LABELS["approved"],
        str(house.decided_on.year - (house.decided_on.month < 4)), NOTE if mesh else "",
    ]  # fmt: skip


def _public_id(identifier: uuid.UUID) -> str:
    """Return an id that stays the same and leads to nothing else of this system."""
    secret = current_app.config["HANTEI_SECRET_KEY"].encode()
    return hmac.new(secret, b"open-data:" + identifier.bytes, hashlib.sha256).hexdigest()[:12]
