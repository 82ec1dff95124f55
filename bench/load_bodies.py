"""Houses, visits and requests as tablets send them, drawn from a seed."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from bench.load_http import Request
from scoring.model import RuleTable
from scoring.registry import load_registry

API = "/api/v1"
JST = timezone(timedelta(hours=9))
KOKURA = (130.8752, 33.8834)
NOTES = (
    "北西の柱が傾いている。下げ振りで1/40程度。",
    "南側の外壁の下見板がはがれ、下地が見えている。",
    "軒先が垂れ下がり、瓦が数枚落ちている。隣家の側に落ちるおそれがある。",
    "基礎にひび割れがある。幅は3 mmほどで、内部は見えない。",
)
INSPECTORS = ("田中 一郎", "佐藤 花子", "鈴木 次郎", "高橋 三奈")


def wooden() -> RuleTable:
    """Return the table that wooden houses are scored under."""
    return load_registry().get("jp.substandard-dwelling.wooden", "2004-07-01")


def new_id(numbers: random.Random) -> str:
    """Return a UUID that depends on the seed alone."""
    return str(uuid.UUID(int=numbers.getrandbits(128), version=4))


def a_house(numbers: random.Random, code: str) -> dict[str, Any]:
    """Return a wooden house in Kokura, anywhere within some 3 km."""
    block, number = numbers.randint(1, 40), numbers.randint(1, 30)
    lon, lat = (round(at + numbers.uniform(-0.03, 0.03), 6) for at in KOKURA)
    return {
        "code": code,
        "address": f"北九州市小倉北区見本町{block}番{number}号",
        "town": "小倉北区見本町",
        "lot_number": f"見本町{block}番地{number}",
        "residence_number": f"{block}番{number}号",
        "ward_code": "401064",
        "location": {"type": "Point", "coordinates": [lon, lat]},
        "structure": "wooden",
        "storeys": numbers.choice((1, 2, 2)),
        "floor_area_m2": round(numbers.uniform(40, 160), 1),
        "built_year": numbers.randint(1935, 1985),
        "use": "住宅",
        "notes": numbers.choice(NOTES),
    }


def answers(numbers: random.Random, table: RuleTable) -> dict[str, Any]:
    """Return one visit's answers: half without a finding, some unknown, the rest one or two grades."""
    found: dict[str, Any] = {}
    for item in table.items():
        draw = numbers.random()
        if draw < 0.5:
            found[item.code] = "none"
        elif draw < 0.58:
            found[item.code] = "unknown"
        else:
            grades = [grade.code for grade in item.grades]
            count = min(len(grades), numbers.choice((1, 1, 1, 2)))
            found[item.code] = sorted(numbers.sample(grades, count), key=grades.index)
    return found


def a_visit(
    numbers: random.Random,
    table: RuleTable,
    house_id: str,
    place: Sequence[float],
    at: datetime,
    photos: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the record of one visit, with position, notes and the photos that will follow."""
    found = answers(numbers, table)
    noted = [code for code, answer in found.items() if isinstance(answer, list)][:4]
    return {
        "house_id": house_id,
        "method": "full",
        "inspected_at": at.isoformat(),
        "inspectors": numbers.sample(INSPECTORS, 2),
        "position": {
            "lon": round(place[0] + numbers.uniform(-1e-4, 1e-4), 6),
            "lat": round(place[1] + numbers.uniform(-1e-4, 1e-4), 6),
            "accuracy_m": round(numbers.uniform(3, 12), 1),
            "fixed_at": at.isoformat(),
        },
        "answers": found,
        "conditions": {},
        "notes": {code: numbers.choice(NOTES) for code in noted},
        "remarks": "郵便物がたまっている。" if numbers.random() < 0.5 else None,
        "expected_photos": list(photos),
        "complete": True,
    }


def as_json(method: str, path: str, token: str, body: Any, **headers: str) -> Request:
    """Return a request of the API with a JSON body; path below /api/v1."""
    text = json.dumps(body, ensure_ascii=False).encode()
    return Request(
        method, API + path, {**bearer(token), "Content-Type": "application/json", **headers}, text
    )


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
