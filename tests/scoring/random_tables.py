"""Small random rule tables with every feature, for comparing evaluators with each other."""

import random
from decimal import Decimal

from scoring.errors import RuleTableError
from tests.scoring.small import a_category, a_table, an_item, label

STEPS = ("5", "1", "0.5", "0.125", "7", "10", "33.333")
FORMULA = {
    "text": "(2*A - B/3) / (C - 1) + 0.1",
    "undefined": label("C が 1 のため計算できません"),
    "inputs": [
        {"code": code, "unit": "m", "label": label(code), "min": low}
        for code, low in (("A", 0), ("B", -5), ("C", 0))
    ],
}


def a_random_table(seed):
    """A table that loads; the same seed gives the same table."""
    rng = random.Random(f"table {seed}")
    for _ in range(200):
        try:
            return _table(rng)
        except RuleTableError:  # a threshold out of reach, a condition that is not used
            continue
    raise AssertionError("no table loads")


def _table(rng):
    other = a_table(
        *(a_category(code, None, _item(rng, f"{code}-1")) for code in ("8", "9")),
        threshold={"min": Decimal("0.125")},
    )
    categories = [
        a_category(
            str(number),
            rng.choice((None, rng.randint(5, 60))),
            *(_item(rng, f"{number}-{at}", other) for at in range(1, rng.randint(2, 4))),
        )
        for number in range(1, rng.randint(2, 4))
    ]
    judgements = _judgements(rng)
    return a_table(
        *categories,
        resolve=lambda id, version: other,
        conditions=[
            {"code": code, "label": label(code), "default": rng.choice((True, False, "unknown"))}
            for code in ("c1", "c2", "c3")
        ],
        modifiers=[
            {
                "code": f"m{at}",
                "label": label(f"m{at}"),
                "source": "試験",
                **rng.choice(({"multiply": Decimal("1.5")}, {"add": 30}, {"add": Decimal("0.1")})),
                "when": rng.choice(("c1", "c2", "c3")) if at else "c1",
            }
            for at in range(rng.randint(1, 4))
        ],
        unknown=rng.choice(("interval", "interval", "zero", "worst")),
        outcomes=[
            {"code": code, "label": label(code)}
            for code in ("good", *(one["code"] for one in judgements))
        ],
        judgements=judgements,
        examples=[
            {
                "answers": {},
                "others": "none",
                "conditions": {"c1": False, "c2": False, "c3": False},
                "total": 0,
                "judgement": "good",
            }
        ],
    )


def _judgements(rng):
    codes = ("worst", "bad", "mild")[: rng.randint(1, 3)]
    floors = sorted(rng.sample(range(1, 90), len(codes)), reverse=True)
    found = [
        {"code": code, "kind": "threshold", rng.choice(("min", "above")): floor}
        for code, floor in zip(codes, floors, strict=True)
    ]
    found[-1]["otherwise"] = "good"
    return found


def _item(rng, code, other=None):
    step = Decimal(rng.choice(STEPS))
    heights = sorted(rng.sample(range(1, 8), rng.randint(1, 4)))
    points = [step * height for height in heights]
    mode = rng.choice(("highest", "highest", "count", "range", "formula"))
    plain = mode == "highest"
    item = an_item(code, points) if plain else _measured(rng, code, mode, points)
    if other is not None and rng.random() < 0.4:
        item["replacements"] = [
            {
                "when": when,
                "table": other.id,
                "version": other.version,
                "sha256": other.sha256,
                "item": rng.choice(("8-1", "9-1")),
            }
            for when in rng.sample(("c1", "c2", "c3"), rng.randint(1, 2))
        ]
    return item


def _measured(rng, code, mode, points):
    """An item whose grades follow each other from 1 up, one unit wide each but the last."""
    step = 1 if mode == "count" else Decimal("0.7")
    opened = mode != "count" and rng.random() < 0.5
    low, high = ("above", "max") if opened else ("min", "below")
    ranges = [{low: at * step, high: (at + 1) * step} for at in range(1, len(points) + 1)]
    del ranges[-1][high]
    measure = {"label": label("数"), "min": 0, **({"max": 9} if mode == "count" else {})}
    extra = {"formula": FORMULA} if mode == "formula" else {}
    pairs = list(zip(points, ranges, strict=True))
    return an_item(code, pairs, mode=mode, measure=measure, **extra)
