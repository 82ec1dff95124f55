"""Small random rule tables with every feature, for comparing evaluators with each other."""

import random
from decimal import Decimal
from itertools import product

from scoring.errors import RuleTableError
from tests.scoring.random_judgements import some_judgements
from tests.scoring.small import a_category, a_table, an_item, label

CONDITIONS = ("c1", "c2", "c3")
SEVERITIES = ("light", "grave", "gravest")
AXES = ("near", "far")
STEPS = ("5", "5", "1", "0.5", "0.125", "7", "10", "33.333")
FORMULA = {
    "text": "(2*A - B/3) / (C - 1) + 0.1",
    "undefined": label("C が 1 のため計算できません"),
    "inputs": [
        {"code": code, "unit": "m", "label": label(code), "min": low}
        for code, low in (("A", 0), ("B", -5), ("C", 0))
    ],
}
HARMLESS = {"multiply": Decimal("1.5")}, {"multiply": Decimal("1.21")}, {"multiply": 2}


def a_random_table(seed, *, plain=False):
    """A table that loads; the same seed gives the same table.

    plain: only what the national tables need: no axes, findings, sums or units.
    """
    rng = random.Random(f"table {seed}")
    for _ in range(500):
        found = _loaded(rng, *_parts(rng, plain))
        if found is not None:
            return found
    raise AssertionError("no table loads")


def _loaded(rng, parts, other):
    """The table with its one example (nothing found), or None when the loader refuses it."""
    used = [code for code in CONDITIONS if f"'{code}'" in repr(parts)]
    parts["conditions"] = [
        {"code": code, "label": label(code), "default": rng.choice((True, False, "unknown"))}
        for code in used
    ]
    codes = [one["code"] for one in parts["outcomes"]]
    for truths in product((False, True), repeat=len(used)):
        conditions = dict(zip(used, truths, strict=True))
        for judgement in codes:
            example = {"answers": {}, "others": "none", "conditions": conditions}
            examples = [example | {"total": 0, "judgement": judgement}]
            try:
                return a_table(resolve=lambda id, version: other, examples=examples, **parts)
            except RuleTableError as refused:
                if "確認例" not in str(refused):
                    return None
    return None


def _parts(rng, plain):
    """What a document differs in, and the table that it borrows from."""
    scored = plain or rng.random() < 0.85
    axes = [] if plain or not scored else list(AXES[: rng.choice((0, 0, 1, 2))])
    graded = not plain and (not scored or rng.random() < 0.6)
    other = a_table(
        *(a_category(code, None, _item(rng, f"{code}-1", plain)) for code in ("8", "9")),
        threshold={"min": Decimal("0.125")},
    )
    categories = []
    for number in range(1, rng.randint(2, 4)):
        items = [
            _item(rng, f"{number}-{at}", plain, other if scored else None)
            for at in range(1, rng.randint(2, 4))
        ]
        categories.append(a_category(str(number), rng.choice((None, rng.randint(5, 60))), *items))
        if axes and number > 1:
            categories[-1]["axis"] = rng.choice(axes)
    items = [item for category in categories for item in category["items"]]
    for item in items:
        if not plain and rng.random() < 0.2:
            item[rng.choice(("when", "unless"))] = rng.choice(CONDITIONS)
        if graded:
            _grade_severities(rng, item)
    if not scored:
        _take_points_away(categories)
    judgements, outcomes = some_judgements(
        rng, items, axes, CONDITIONS, SEVERITIES if graded else (), scored=scored, plain=plain
    )
    parts = {
        "modifiers": [_modifier(rng, at, axes, plain) for at in range(rng.randint(0, 3) * scored)],
        "unknown": rng.choice(("interval", "interval", "zero", "worst")),
        "outcomes": outcomes,
        "judgements": judgements,
        "categories": categories,
    }
    if axes:
        parts["axes"] = [{"code": code, "label": label(code)} for code in axes]
    if graded:
        parts["severities"] = [{"code": code, "label": label(code)} for code in SEVERITIES]
    return parts | ({} if scored else {"scored": False}), other


def _modifier(rng, at, axes, plain):
    step = rng.choice((*HARMLESS, {"add": 30}, {"add": Decimal("0.1")}))
    when = {"when" if plain or rng.random() < 0.7 else "unless": rng.choice(CONDITIONS)}
    axis = {"axis": rng.choice(axes)} if axes and rng.random() < 0.4 else {}
    return {"code": f"m{at}", "label": label(f"m{at}"), "source": "試験"} | step | when | axis


def _item(rng, code, plain, other=None):
    step = Decimal(rng.choice(STEPS))
    heights = sorted(rng.sample(range(1, 8), rng.randint(1, 4)))
    points = [step * height for height in heights]
    modes = ("highest", "highest", "count", "range", "formula")
    mode = rng.choice(modes if plain else (*modes, "sum", "units"))
    if mode == "highest":
        item = an_item(code, points)
    elif mode == "sum":
        item = an_item(code, rng.sample(points, len(points)), mode="sum")
    elif mode == "units":
        item = _by_unit(rng, code, step)
    else:
        item = _measured(rng, code, mode, points)
    if other is not None and rng.random() < 0.3:
        item["replacements"] = [
            {
                "when": when,
                "table": other.id,
                "version": other.version,
                "sha256": other.sha256,
                "item": rng.choice(("8-1", "9-1")),
            }
            for when in rng.sample(CONDITIONS, rng.randint(1, 2))
        ]
    return item


def _by_unit(rng, code, step):
    item = an_item(code, [], mode="count", measure={"label": label("数"), "max": 6})
    del item["grades"]
    return item | {"per_unit": {"points": step, **rng.choice(({}, {"most": 3}))}}


def _measured(rng, code, mode, points):
    """An item whose grades follow each other from 1 up, one unit wide each but the last."""
    step = 1 if mode == "count" else Decimal("0.7")
    opened = mode != "count" and rng.random() < 0.5
    low, high = ("above", "max") if opened else ("min", "below")
    ranges = [{low: at * step, high: (at + 1) * step} for at in range(1, len(points) + 1)]
    del ranges[-1][high]
    if mode == "range" and rng.random() < 0.5:
        ranges[0] = {low: "1/60"} | {key: ranges[0][key] for key in ranges[0] if key == high}
    measure = {"label": label("数"), "min": 0, **({"max": 9} if mode == "count" else {})}
    extra = {"formula": FORMULA} if mode == "formula" else {}
    pairs = list(zip(points, ranges, strict=True))
    return an_item(code, pairs, mode=mode, measure=measure, **extra)


def _grade_severities(rng, item):
    """Severities that never fall from a grade to a heavier one."""
    grades = item.get("grades", [])
    places = sorted(rng.randint(-1, len(SEVERITIES) - 1) for _ in grades)
    for grade, place in zip(grades, places, strict=True):
        if place >= 0:
            grade["severity"] = SEVERITIES[place]


def _take_points_away(categories):
    for category in categories:
        category.pop("cap", None)
        for item in category["items"]:
            item.pop("replacements", None)
            if "per_unit" in item:
                del item["per_unit"], item["measure"], item["mode"]
                item["grades"] = an_item("", [1, 2])["grades"]
            for grade in item["grades"]:
                del grade["points"]
