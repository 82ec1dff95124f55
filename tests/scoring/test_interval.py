"""The interval and what is open, against every completion scored one by one (small tables)."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.answers import parse_answer
from scoring.errors import AnswerError, RuleTableError
from scoring.evaluate import evaluate
from scoring.loader import build_table
from scoring.model import NONE, UNDETERMINED, UNKNOWN, Answer
from tests.scoring.small import a_category, a_document, a_table, an_item, label

POINTS = st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True).map(sorted)


@st.composite
def documents(draw):
    """Up to two categories and five items, some replaced while c1 holds, perhaps a factor by c2."""
    other = a_table(a_category("9", None, an_item("9-1", draw(POINTS))), threshold={"min": 1})
    conditions, modifiers, categories = [], [], []
    replaced = draw(st.sampled_from([None, "1-1", "2-1"]))
    for category in ("1", "2"):
        items = [
            an_item(f"{category}-{number}", draw(POINTS))
            for number in range(1, draw(st.integers(1, 3 if category == "1" else 2)) + 1)
        ]
        for item in items:
            if item["code"] == replaced:
                item["replacements"] = [_replacement(other)]
        categories.append(a_category(category, draw(st.none() | st.integers(1, 80)), *items))
    if replaced is not None:
        conditions.append({"code": "c1", "label": label("c1"), "default": False})
    if draw(st.booleans()):
        conditions.append({"code": "c2", "label": label("c2"), "default": False})
        modifiers.append(
            {"code": "m", "label": label("m"), "source": "試験", "multiply": 2, "when": "c2"}
        )
    document = a_document(
        *categories, threshold={draw(st.sampled_from(["min", "above"])): draw(st.integers(1, 60))}
    )
    return document | {"conditions": conditions, "modifiers": modifiers}, other


def _replacement(other):
    return {
        "when": "c1",
        "table": other.id,
        "version": other.version,
        "sha256": other.sha256,
        "item": "9-1",
    }


@st.composite
def records(draw):
    """A table that loads, with answers and conditions of which some are unknown."""
    document, other = draw(documents())
    try:
        table = build_table(document, "drawn.toml", lambda id, version: other)
    except RuleTableError:  # the threshold is out of reach
        document["judgements"][0] = document["judgements"][0] | {"min": 1}
        document["judgements"][0].pop("above", None)
        table = build_table(document, "drawn.toml", lambda id, version: other)
    answers = {
        item.code: draw(st.sampled_from([UNKNOWN, UNKNOWN, NONE, *graded(item)]))
        for item in table.items()
    }
    conditions = {
        known.code: draw(st.sampled_from([True, False, None])) for known in table.conditions
    }
    return table, answers, conditions


def graded(item):
    codes = {grade.code for grade in item.grades}
    codes |= {grade.code for other in item.replacements for grade in other.item.grades}
    return [Answer("grades", (code,)) for code in sorted(codes)]


def completions(table, answers, conditions):
    """(completed answers, completed conditions) -> score, for all that fit."""
    codes = [item.code for item in table.items()]
    choices = [
        [NONE, *graded(item)] if answers[item.code] == UNKNOWN else [answers[item.code]]
        for item in table.items()
    ]
    facts = list(conditions)
    truths = [(False, True) if conditions[fact] is None else (conditions[fact],) for fact in facts]
    scored = {}
    for picked, truth in product(product(*choices), product(*truths)):
        try:
            score = evaluate(
                table,
                dict(zip(codes, picked, strict=True)),
                dict(zip(facts, truth, strict=True)),
            )
        except AnswerError:
            continue
        assert score.low == score.high == score.total
        scored[picked, truth] = score
    return scored


def moves(scored, part, index):
    """Whether two completions that differ in one place alone have different judgements."""
    groups = {}
    for key, score in scored.items():
        rest = list(key[part])
        rest[index] = None
        groups.setdefault((tuple(rest), key[1 - part]), set()).add(score.judgement)
    return any(len(judgements) > 1 for judgements in groups.values())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_the_interval_is_that_of_all_completions(record):
    table, answers, conditions = record
    scored = completions(table, answers, conditions)
    if not scored:
        return

    score = evaluate(table, answers, conditions)

    totals = [one.total for one in scored.values()]
    judgements = {one.judgement for one in scored.values()}
    assert (score.low, score.high) == (min(totals), max(totals))
    assert score.total == score.low
    assert score.judgement == (judgements.pop() if len(judgements) == 1 else UNDETERMINED)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_open_are_exactly_the_unknowns_that_change_the_judgement(record):
    table, answers, conditions = record
    scored = completions(table, answers, conditions)
    if not scored:
        return

    score = evaluate(table, answers, conditions)

    codes = [item.code for item in table.items()]
    worked_items = [
        code
        for index, code in enumerate(codes)
        if answers[code] == UNKNOWN and moves(scored, 0, index)
    ]
    worked_conditions = [
        code
        for index, code in enumerate(conditions)
        if conditions[code] is None and moves(scored, 1, index)
    ]
    assert list(score.open_items) == worked_items
    assert list(score.open_conditions) == worked_conditions


def test_an_item_left_out_is_unknown():
    table = a_table(a_category("1", None, an_item("1-1", [10])))

    left_out, said = evaluate(table, {}), evaluate(table, {"1-1": parse_answer("unknown")})

    assert left_out == said
    assert (said.low, said.high, said.open_items) == (0, 10, ("1-1",))


def test_bounds_may_straddle_the_threshold_though_no_completion_reaches_between():
    """Totals 0, 5 and 30: the outcome between 10 and 20 is out of reach, so it is not possible."""
    three = {
        "outcomes": [{"code": code, "label": label(code)} for code in ("bad", "mild", "good")],
        "judgements": [
            {"code": "bad", "kind": "threshold", "min": 20},
            {"code": "mild", "kind": "threshold", "min": 10, "otherwise": "good"},
        ],
    }
    table = a_table(a_category("1", 30, an_item("1-1", [5, 30])), **three)

    score = evaluate(table, {})

    assert score.judgements == {"bad": None, "mild": False, "good": None}


def test_a_condition_whose_effect_the_cap_cuts_is_not_open():
    """20 or 40 under a cap of 20: only 2-1 decides between 20 and 30."""
    other = a_table(a_category("9", None, an_item("9-1", [40])))
    item = an_item("1-1", [20]) | {"replacements": [_replacement(other)]}
    table = a_table(
        a_category("1", 20, item),
        a_category("2", None, an_item("2-1", [10])),
        conditions=[{"code": "c1", "label": label("c1"), "default": "unknown"}],
        threshold={"min": 30},
        resolve=lambda id, version: other,
    )

    score = evaluate(table, {"1-1": Answer("grades", ("i",))})

    assert (score.low, score.high) == (20, 30)
    assert (score.open_items, score.open_conditions) == (("2-1",), ())


def test_policy_zero_counts_unknown_as_nothing_and_decides():
    table = a_table(a_category("1", None, an_item("1-1", [10])), unknown="zero")

    score = evaluate(table, {})

    assert (score.total, score.low, score.high) == (0, 0, 10)
    assert (score.judgement, score.open_items) == ("good", ())


def test_policy_worst_counts_unknown_as_the_gravest_grade():
    table = a_table(a_category("1", 15, an_item("1-1", [10, 20])), unknown="worst")

    score = evaluate(table, {})

    assert (score.total, score.low, score.high) == (15, 0, 15)
    assert (score.judgement, score.judgements) == ("bad", {"bad": True, "good": False})
    assert [line.points for line in score.lines()] == [20]
