"""Generated tables of the full rule format, small enough to score every completion one by one."""

from decimal import Decimal
from itertools import product

from hypothesis import assume
from hypothesis import strategies as st

from scoring.errors import RuleTableError
from scoring.evaluate import evaluate
from scoring.findings import possible_choices
from scoring.loader import build_table
from scoring.model import NONE, UNKNOWN, Answer
from scoring.overrides import parse_override
from tests.scoring.small import a_category, a_document, an_item, label

POINTS = st.lists(st.integers(1, 30), min_size=1, max_size=2, unique=True).map(sorted)
SEVERITIES = [None, "s1", "s2"]
DECISION = {"judgement": "person", "reason": "危険", "by": "市長"}


@st.composite
def items(draw, code):
    mode = draw(st.sampled_from(["highest", "highest", "sum", "count", "range"]))
    if mode == "count":
        measure = {"label": label("数")}
        item = an_item(code, [], mode="count", measure=measure)
        del item["grades"]
        item["per_unit"] = {"points": draw(st.integers(1, 12)), "most": draw(st.integers(1, 2))}
    elif mode == "range":
        given = [(point, {"min": at, "below": at + 1}) for at, point in enumerate(draw(POINTS), 1)]
        item = an_item(code, given, mode="range", measure={"label": label("値")})
    else:
        item = an_item(code, draw(POINTS), mode=mode)
    severities = sorted(draw(st.lists(st.integers(0, 2), min_size=2, max_size=2)))
    for grade, severity in zip(item.get("grades", ()), severities, strict=False):
        if severity:
            grade["severity"] = SEVERITIES[severity]
    if draw(st.integers(0, 3)) == 0:
        item[draw(st.sampled_from(["when", "unless"]))] = "c1"
    return item


@st.composite
def documents(draw):
    """Two categories, perhaps the second on an axis; steps, severities, and mixed judgements."""
    axis = draw(st.booleans())
    categories = []
    for number in ("1", "2"):
        count = draw(st.integers(1, 2))
        parts = [draw(items(f"{number}-{at}")) for at in range(1, count + 1)]
        cap = draw(st.none() | st.integers(1, 40))
        categories.append(a_category(number, cap, *parts))
    if axis:
        categories[1]["axis"] = "x"
    tests = draw(st.lists(st.sampled_from(list(_TESTS)), min_size=1, max_size=3, unique=True))
    if not axis:
        tests = [code for code in tests if code != "axis"] or ["points"]
    judgements = _judgements(draw, tests, categories)
    document = a_document(*categories) | {"judgements": judgements}
    document["conditions"] = [
        {"code": c, "label": label(c), "default": False} for c in ("c1", "c2")
    ]
    document["severities"] = [{"code": code, "label": label(code)} for code in SEVERITIES[1:]]
    if axis:
        document["axes"] = [{"code": "x", "label": label("x")}]
    document["modifiers"] = [
        {
            "code": "m1",
            "label": label("m1"),
            "source": "試験",
            "multiply": Decimal("1.5"),
            "when": "c2",
        },
        {"code": "m2", "label": label("m2"), "source": "試験", "add": 3, "when": "c2"},
        {"code": "m3", "label": label("m3"), "source": "試験", "multiply": 2, "unless": "c1"},
    ]
    if axis:
        document["modifiers"][draw(st.integers(0, 2))]["axis"] = "x"
    return _used(document)


_TESTS = {
    "points": lambda draw: {
        "kind": "threshold",
        draw(st.sampled_from(["min", "above"])): draw(st.integers(1, 30)),
    },
    "axis": lambda draw: {"kind": "threshold", "axis": "x", "min": draw(st.integers(1, 20))},
    "graves": lambda draw: {
        "kind": "count",
        "severities": ["s1", "s2"],
        "min": draw(st.integers(1, 2)),
    },
    "fact": lambda draw: {"kind": "condition", "condition": "c2"},
    "person": lambda draw: {"kind": "override"},
    "seen": lambda draw: {"kind": "any_of"},
}


def _judgements(draw, tests, categories):
    kind = draw(st.sampled_from(["any_of", "all_of"]))
    known = [{"code": "bad", "kind": kind, "of": tests, "otherwise": "good"}]
    for code in tests:
        test = _TESTS[code](draw) | {"code": code, "decides": False, "label": label(code)}
        if code == "seen":
            graded = [item for part in categories for item in part["items"] if "grades" in item]
            assume(graded)
            item = draw(st.sampled_from(graded))
            grade = draw(st.sampled_from(item["grades"]))
            test["findings"] = [{"item": item["code"], "grade": grade["code"]}]
        known.append(test)
    if draw(st.booleans()):
        del known[0]["otherwise"]
        limit = draw(st.integers(2, 20))
        bands = [{"code": "good", "min": 0, "below": limit}, {"code": "fair", "min": limit}]
        known.append({"code": "rank", "kind": "ranks", "ranks": bands})
    return known


def _used(document):
    """Leave out severities that no grade has; name the third outcome where there are ranks."""
    grades = [g for c in document["categories"] for i in c["items"] for g in i.get("grades", ())]
    used = {grade.get("severity") for grade in grades}
    document["severities"] = [one for one in document["severities"] if one["code"] in used]
    for test in document["judgements"]:
        if test["kind"] == "count":
            test["severities"] = [code for code in test["severities"] if code in used]
            assume(test["severities"])
    if document["judgements"][-1]["kind"] == "ranks":
        document["outcomes"] = [*document["outcomes"], {"code": "fair", "label": label("可")}]
    return document


@st.composite
def tables(draw):
    try:
        return build_table(draw(documents()), "drawn.toml")
    except RuleTableError:  # a threshold, a count or a rank is out of reach
        assume(False)


def answers_of(item):
    """An answer for everything that the item may turn out to be."""
    return [answer_of(choice) for choice in possible_choices(item)]


def answer_of(choice):
    if choice.units:
        return Answer("count", number=Decimal(choice.units))
    codes = tuple(grade.code for grade in choice.grades)
    return Answer("grades", grades=codes) if codes else NONE


@st.composite
def records(draw):
    """A table, answers and conditions of which some are unknown, perhaps a person's decision."""
    table = draw(tables())
    answers = {
        item.code: draw(st.sampled_from([UNKNOWN, UNKNOWN, *answers_of(item)]))
        for item in table.items()
    }
    conditions = {
        known.code: draw(st.sampled_from([True, False, None])) for known in table.conditions
    }
    possible = any(test.kind == "override" for test in table.judgements)
    decision = draw(st.sampled_from([None, DECISION])) if possible else None
    return table, answers, conditions, parse_override(table, decision)


def completions(table, answers, conditions, override):
    """(answers, conditions) -> score of every completion."""
    items = list(table.items())
    choices = [
        answers_of(item) if answers[item.code] == UNKNOWN else [answers[item.code]]
        for item in items
    ]
    truths = [(False, True) if truth is None else (truth,) for truth in conditions.values()]
    codes = [item.code for item in items]
    return {
        (picked, truth): evaluate(
            table,
            dict(zip(codes, picked, strict=True)),
            dict(zip(conditions, truth, strict=True)),
            override=override,
        )
        for picked in product(*choices)
        for truth in product(*truths)
    }
