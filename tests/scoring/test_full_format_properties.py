"""What holds for every record under generated tables of the full rule format."""

import tomllib
from copy import deepcopy
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.evaluate import evaluate
from scoring.loader import build_table
from scoring.model import NONE, UNDETERMINED, UNKNOWN, Answer
from scoring.rendering import score_to_json, table_to_json
from scoring.writing import table_document, table_to_toml
from tests.scoring.generated import answers_of, completions, records, tables
from tests.scoring.small import a_category, a_document, an_item, label
from tests.scoring.test_interval import moves

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
often = settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
seldom = settings(max_examples=50, deadline=None, suppress_health_check=SLOW)


@often
@given(records())
def test_bounds_and_verdicts_are_those_of_all_completions(record):
    table, answers, conditions, override = record
    scored = list(completions(*record).values())

    score = evaluate(table, answers, conditions, override=override)

    totals = [one.total for one in scored]
    judgements = {one.judgement for one in scored}
    assert (score.low, score.high, score.total) == (min(totals), max(totals), min(totals))
    assert score.judgement == (judgements.pop() if len(judgements) == 1 else UNDETERMINED)
    for at, axis in enumerate(score.axes):
        found = [one.axes[at].total for one in scored]
        assert (axis.low, axis.high) == (min(found), max(found))
    for at, test in enumerate(score.tests):
        held = {one.tests[at].holds for one in scored}
        assert test.holds == (held.pop() if len(held) == 1 else None)
    for code, verdict in score.judgements.items():
        reached = {one.judgement == code for one in scored}
        assert verdict == (reached.pop() if len(reached) == 1 else None)


@often
@given(records())
def test_open_are_exactly_the_unknowns_that_move_the_outcome(record):
    table, answers, conditions, override = record
    scored = completions(*record)

    score = evaluate(table, answers, conditions, override=override)

    codes = [item.code for item in table.items()]
    assert list(score.open_items) == [
        code for at, code in enumerate(codes) if answers[code] == UNKNOWN and moves(scored, 0, at)
    ]
    assert list(score.open_conditions) == [
        code
        for at, code in enumerate(conditions)
        if conditions[code] is None and moves(scored, 1, at)
    ]


@often
@given(records(), st.data())
def test_a_graver_answer_never_lowers_a_score(record, data):
    table, answers, conditions, override = record
    item = data.draw(st.sampled_from(list(table.items())))
    ladder = answers_of(item)
    if item.mode == "sum":  # only a set that holds another one is graver than it
        codes = tuple(grade.code for grade in item.grades)
        ladder = [NONE, *(Answer("grades", codes[: at + 1]) for at in range(len(codes)))]

    scores = [
        evaluate(table, answers | {item.code: step}, conditions, override=override)
        for step in ladder
    ]

    for bound in ("total", "low", "high"):
        found = [getattr(score, bound) for score in scores]
        assert found == sorted(found)
        found = [[getattr(axis, bound) for axis in score.axes] for score in scores]
        assert found == sorted(found)


@often
@given(records())
def test_the_parts_make_the_whole(record):
    table, answers, conditions, override = record

    score = evaluate(table, answers, conditions, override=override)

    for part in score.categories:
        assert part.raw == sum(line.points for line in part.lines)
        assert part.points == (part.raw if part.cap is None else min(part.raw, part.cap))
    for axis, total in [(None, score.total), *((axis.code, axis.total) for axis in score.axes)]:
        sums = sum(part.points for part in score.categories if part.axis == axis)
        assert total == sums + sum(line.points for line in score.modifiers if line.axis == axis)
    assert all(0 <= line.points <= line.max_points for line in score.lines())
    assert score.override == override


@seldom
@given(records())
def test_the_order_of_categories_items_and_answers_does_not_matter(record):
    table, answers, conditions, override = record
    document = deepcopy(table_document(table))
    document["categories"].reverse()
    for category in document["categories"]:
        category["items"].reverse()
        for item in category["items"]:
            if item.get("mode") == "sum":
                item["grades"].reverse()
    turned = {
        code: Answer(answer.kind, answer.grades[::-1], answer.number, answer.inputs)
        for code, answer in reversed(answers.items())
    }

    one = evaluate(table, answers, conditions, override=override)
    two = evaluate(build_table(document, "turned.toml"), turned, conditions, override=override)

    for key in ("total", "low", "high", "judgement", "judgements", "cut", "axes", "tests"):
        assert getattr(one, key) == getattr(two, key), key
    assert sorted(one.open_items) == sorted(two.open_items)


@seldom
@given(records())
def test_a_table_survives_the_way_through_toml(record):
    table, answers, conditions, override = record
    text = table_to_toml(table)

    again = build_table(tomllib.loads(text, parse_float=Decimal), "again.toml")

    assert again == table
    assert table_to_json(again) == table_to_json(table)
    one, two = (evaluate(one, answers, conditions, override=override) for one in (table, again))
    assert score_to_json(one) == score_to_json(two)


@seldom
@given(tables(), st.sampled_from(["zero", "worst"]))
def test_the_policies_decide_what_is_unknown_by_the_mildest_or_the_gravest(table, policy):
    document = table_document(table) | {"unknown": policy}
    changed = build_table(document, "policy.toml")
    facts = {known.code: False for known in table.conditions}
    end = 0 if policy == "zero" else -1

    score = evaluate(changed, {}, facts)

    chosen = {item.code: answers_of(item)[end] for item in table.items()}
    worked = evaluate(table, chosen, facts)
    assert (score.total, score.judgement) == (worked.total, worked.judgement)
    assert [test.holds for test in score.tests] == [test.holds for test in worked.tests]
    assert (score.low, score.high) == (
        evaluate(table, {}, facts).low,
        evaluate(table, {}, facts).high,
    )
    assert score.open_items == ()


def test_a_step_on_an_axis_leaves_the_total_alone_and_the_other_way_round():
    document = a_document(
        a_category("1", None, an_item("1-1", [10])),
        a_category("2", None, an_item("2-1", [20])) | {"axis": "x"},
        axes=[{"code": "x", "label": label("x")}],
        modifiers=[
            {"code": "m1", "label": label("m1"), "source": "試験", "multiply": 3, "axis": "x"},
            {"code": "m2", "label": label("m2"), "source": "試験", "multiply": 2},
        ],
    )
    table = build_table(document, "axis.toml")

    score = evaluate(table, {"1-1": Answer("grades", ("i",)), "2-1": UNKNOWN})

    assert (score.total, score.low, score.high) == (20, 20, 20)
    assert [(axis.total, axis.low, axis.high) for axis in score.axes] == [(0, 0, 60)]
    assert [(line.code, line.points, line.axis) for line in score.modifiers] == [
        ("m2", 10, None),
        ("m1", 0, "x"),
    ]
