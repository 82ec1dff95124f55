"""Shared vectors: random records of a table with the score that Python gives, for other scorers.

A vector is {"answers", "conditions", "structure", "override", "lang"} and either "score" (the JSON of
`POST /scores`) or "errors" (that of its 422). The same table, count and seed give the same vectors.
"""

import json
import random

from scoring.answers import parse_answers, parse_conditions
from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from scoring.overrides import parse_override
from scoring.rendering import score_to_json

PARSERS = {
    "answers": parse_answers,
    "conditions": parse_conditions,
    "override": parse_override,
}
BLIND = (1, 0, 0)  # nothing observed: one record in a hundred
MOODS = (  # how often an item is: left out or unknown, none or na, found
    (6, 2, 1),
    (3, 3, 3),
    (1, 6, 3),
    (1, 3, 6),
    (0, 3, 1),
    (0, 1, 3),
)
STRANGE = (
    [],
    {},
    None,
    True,
    7,
    -3,
    0.000012,
    10**13,
    10**40,
    "i",
    "NONE",
    "",
    "不明な答え" * 20,
    ["i", "i"],
    ["i", 3],
    ["zz"],
    ["zz", "i", "yy", "zz"],
    [None, True, 0.5, "it's", 'a"b', "tab\tx", "\u3000", "𠮟る"],
    {"count": 1, "value": 2},
    {"count": "2"},
    {"count": True},
    {"count": 0.5},
    {"count": -1},
    {"count": 10**12 + 1},
    {"count": 10**12},
    {"value": None},
    {"value": [1.5]},
    {"value": -0.25},
    {"value": 1e-31},
    {"value": 123456.789e-30},
    {"value": 3e13},
    {"inputs": {}},
    {"inputs": {"zz": 1}},
    {"inputs": {"Af": "x", "zz": None}},
    {"inputs": [1]},
    {"counts": 3},
    {"__proto__": 1},
)


def vectors(table, count, seed):
    """`count` vectors of a table."""
    rng = random.Random(f"{seed} {table.id}@{table.version}")
    for _ in range(count):
        record = a_record(rng, table)
        yield record | answered(table, record)


def answered(table, record):
    """What Python says to a record: {"score": …} or {"errors": …}, as the API does."""
    errors, parsed = {}, []
    for name, parse in PARSERS.items():
        try:
            parsed.append(parse(table, record[name]))
        except AnswerError as refused:
            errors |= {path(name, code): texts for code, texts in refused.errors.items()}
    if errors:
        return {"errors": errors}
    try:
        answers, conditions, override = parsed
        score = evaluate(
            table, answers, conditions, structure=record["structure"], override=override
        )
    except AnswerError as refused:
        return {
            "errors": {
                "structure" if code == "structure" else path("answers", code): texts
                for code, texts in refused.errors.items()
            }
        }
    return {"score": score_to_json(score, record["lang"])}


def path(name, code):
    """The field's name in the API's 422."""
    return name if code == name else f"{name}.{code}"


def a_record(rng, table):
    """A record: most fit, one in eight has something strange in it."""
    weights = BLIND if rng.random() < 0.01 else rng.choice(MOODS)
    answers = {}
    for item in table.items():
        unseen, clear, found = weights
        kind = rng.choices(("unseen", "clear", "found"), (unseen, clear, found))[0]
        if kind == "unseen":
            if rng.random() < 0.5:
                answers[item.code] = "unknown"
        else:
            answers[item.code] = rng.choice(("none", "na")) if kind == "clear" else seen(rng, item)
    record = {
        "answers": answers,
        "conditions": {
            known.code: rng.choice((True, False, "unknown"))
            for known in table.conditions
            if rng.random() < 0.7
        },
        "structure": rng.choice((None, *table.structures)),
        "override": an_override(rng, table),
        "lang": rng.choice(("ja", "en")),
    }
    if rng.random() < 0.125:
        spoil(rng, table, record)
    return record


def an_override(rng, table):
    """A person's decision, now and then, where the table leaves one to a person."""
    codes = [known.code for known in table.judgements if known.kind == "override"]
    if not codes or rng.random() < 0.7:
        return None
    return {"judgement": rng.choice(codes), "reason": " 倒れかかっている。\u3000", "by": "市長"}


def seen(rng, item):
    """A finding of an item or of one that may stand in its place, in any form that it takes."""
    reading = rng.choice([item, *(found.item for found in item.replacements)])
    codes = [grade.code for grade in reading.grades]
    forms = []
    if codes:
        forms += [lambda: rng.sample(codes, rng.randint(1, len(codes)))]
        forms += [lambda: [rng.choice(codes)]]
    if reading.mode == "count":
        forms.append(lambda: {"count": number_near(rng, reading, whole=True)})
    if reading.mode in ("range", "formula"):
        forms.append(lambda: {"value": number_near(rng, reading)})
    if reading.computation is not None:
        forms.append(lambda: {"inputs": inputs(rng, reading)})
    return rng.choice(forms)()


def number_near(rng, item, *, whole=False):
    """A number within the item's limits, often exactly at a bound of a grade."""
    limits = item.measure.limits
    ranges = [limits, *(grade.range for grade in item.grades if grade.range is not None)]
    ends = [end for one in ranges for end in (one.low, one.high) if end is not None]
    number = float(rng.choice(ends or [1])) + rng.choice((0, 0, 0, 1, -1, 0.1, -0.1, 1e-9, 0.3333))
    if whole:
        number = int(number)
    if number in limits:
        return int(number) if number == int(number) else number
    return int(limits.low or 0)


def inputs(rng, item):
    """Inputs of the item's formula within their limits: zeros, round and odd numbers."""
    given = {
        quantity.code: rng.choice((0, 1, 20, 0.1, 1200, 900000, 333333.333, rng.randint(1, 999)))
        for quantity in item.computation.inputs
    }
    if rng.random() < 0.5:  # plausible figures, near the bounds of the grades
        area, strength = rng.randint(40, 400), rng.choice((18, 21, 20, 13.5))
        usual = {"Aw1": 1000 * rng.randint(10, 900), "Aw2": 1000 * rng.randint(0, 300)}
        usual |= {"Aw3": rng.randint(0, 99999), "Ac": rng.randint(0, 99999)}
        given |= usual | {"Af": area, "Fc": strength}
        given = {quantity.code: given[quantity.code] for quantity in item.computation.inputs}
    for quantity in item.computation.inputs:
        if given[quantity.code] not in quantity.limits:
            given[quantity.code] = 20
    return given


def spoil(rng, table, record):
    """Put something into a record that may be refused."""
    items = [item.code for item in table.items()]
    facts = [known.code for known in table.conditions] or ["no_such"]
    what = rng.randrange(9)
    if what < 5:
        for code in rng.sample(items, min(len(items), rng.randint(1, 2))):
            record["answers"][code] = rng.choice(STRANGE)
    if what == 4:
        record["answers"][rng.choice(("9-9", "1", "x" * 80, "__proto__", "answers"))] = "none"
    if what in (5, 4):
        record["conditions"][rng.choice((*facts, "no_such"))] = rng.choice(
            (None, 1, "true", "x" * 80, 0.5, [True], {"a": 1})
        )
    if what == 6:
        record["structure"] = rng.choice(("wooden", "reinforced_concrete", "tent"))
    if what == 7:
        name = rng.choice(("answers", "conditions"))
        record[name] = rng.choice(([], "none", 3, None))
    if what == 8:
        record["override"] = rng.choice(strange_overrides(table))


def strange_overrides(table):
    """Decisions that are refused, whatever the table; the last only by its judgement's code."""
    codes = [known.code for known in table.judgements if known.kind == "override"]
    code = codes[0] if codes else "bad"
    return (
        "市長",
        {},
        {"judgement": code, "reason": "理由"},
        {"judgement": code, "reason": "理由", "by": None},
        {"judgement": code, "reason": "理由", "by": "市長", "on": "2026-04-01"},
        {"judgement": code, "reason": "\u3000\x1f \n", "by": ""},
        {"judgement": code, "reason": "\ufeff", "by": "𠮟" * 2001},
        {"judgement": "𠮟" * 70, "reason": "理由", "by": "市長"},
    )


def write(path, rows):
    """JSON lines, in UTF-8; a lone character is never split."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
