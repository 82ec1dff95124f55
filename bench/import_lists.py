"""Invented lists for the measurement of imports: houses, and past visits to them."""

from __future__ import annotations

import csv
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scoring.registry import load_registry

WARDS = ("門司区", "若松区", "戸畑区", "小倉北区", "小倉南区", "八幡東区", "八幡西区")
HEADINGS = (
    "案件番号", "所在地", "町名", "地番", "住居表示", "区", "構造", "階数", "延床面積(㎡)",
    "建築年", "用途", "備考", "経度", "緯度",
)  # fmt: skip
WOODEN = ("jp.substandard-dwelling.wooden", "2004-07-01")
KNOWN, SPARSE = "known", "sparse"


def code(number: int) -> str:
    """Return a case number."""
    return f"K-{number:06}"


def houses(count: int) -> Iterator[list[str]]:
    """Give rows of wooden houses in Kitakyushu, the same each time."""
    chance = random.Random(1)
    for number in range(count):
        ward = chance.choice(WARDS)
        yield [
            code(number),
            f"北九州市{ward}城内{number % 90 + 1}番{number % 30 + 1}号",
            f"{ward}城内",
            f"{number % 900 + 1}番地{number % 7 + 1}",
            f"{number % 90 + 1}番{number % 30 + 1}号",
            ward,
            "木造",
            f"{chance.randint(1, 3)}階",
            f"{chance.uniform(30, 300):.2f}㎡",
            f"昭和{chance.randint(1, 63)}年",
            "住宅",
            "南側の塀が道路へ傾いている。" if number % 3 == 0 else "",
            f"{130.75 + chance.random() * 0.2:.7f}",
            f"{33.8 + chance.random() * 0.2:.7f}",
        ]


def write_houses_csv(path: Path, count: int) -> None:
    """Write them in Shift_JIS, as municipal software does."""
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(houses(count))


def write_houses_gpkg(path: Path, count: int) -> None:
    """Write them as points in plane rectangular zone II (EPSG:6670)."""
    import pyogrio.raw
    from pyproj import Transformer

    rows = list(houses(count))
    turn = Transformer.from_crs(4326, 6670, always_xy=True)
    eastings, northings = turn.transform(*([float(row[n]) for row in rows] for n in (12, 13)))
    points = [struct.pack("<BIdd", 1, 1, x, y) for x, y in zip(eastings, northings, strict=True)]
    columns = [np.array([row[n] for row in rows], dtype=object) for n in range(12)]
    pyogrio.raw.write(
        path,
        np.array(points, dtype=object),
        columns,
        HEADINGS[:12],
        geometry_type="Point",
        crs="EPSG:6670",
        driver="GPKG",
        layer="houses",
    )


def write_visits(path: Path, count: int, houses_known: int, kind: str) -> None:
    """Write visits under the wooden table.

    kind: `known`, where nearly every item was looked at; `sparse`, where only what was found is
    marked and all else is blank, so that each score has an interval over some 24 unknown items.
    """
    chance = random.Random(2)
    items = {
        item.code: [grade.mark for grade in item.grades]
        for item in load_registry().get(*WOODEN).items()
    }
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["案件番号", "調査日", "判定員", "状態", *items, "備考"])
        for number in range(count):
            day = f"R{chance.randint(1, 7)}.{chance.randint(1, 12)}.{chance.randint(1, 28)}"
            hour = f"{18 if kind == SPARSE else 9}:{chance.randint(0, 59):02}"
            writer.writerow(
                [
                    code(number % houses_known),
                    f"{day} {hour}",
                    "田中 一郎、佐藤 花子",
                    "確定" if number % 3 else "提出済み",
                    *(_cell(chance, marks, kind) for marks in items.values()),
                    "郵便物がたまっている。",
                ]
            )


def _cell(chance: random.Random, marks: list[str], kind: str) -> str:
    found = chance.random()
    if kind == SPARSE:
        return chance.choice(marks) if found < 0.15 else ""
    if found < 0.02:
        return "不明"
    return chance.choice(marks) if found < 0.35 else "なし"
