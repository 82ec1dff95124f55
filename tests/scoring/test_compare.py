from dataclasses import replace

import pytest

from scoring.answers import parse_answers
from scoring.compare import compare, compare_lines
from scoring.crossing import crossings
from scoring.evaluate import evaluate
from scoring.model import NONE, Answer
from tests.scoring.shipped import BLOCK, CONCRETE, EXTERIOR, IDS, WOODEN, shipped
from tests.scoring.small import a_category, a_table, an_item


def changes(one, two):
    return [
        (change.kind, change.path(), change.before, change.after) for change in compare(one, two)
    ]


def test_a_table_does_not_differ_from_itself_or_from_a_mere_new_version():
    table = shipped(BLOCK)

    assert compare(table, replace(table, version="2030", sha256="0" * 64)) == ()


def test_points_caps_and_thresholds_are_told_where_they_are():
    one = a_table(a_category("1", 30, an_item("a", [10, 20])), threshold={"min": 10})
    two = a_table(a_category("1", 25, an_item("a", [10, 25])), threshold={"above": 12})

    assert changes(one, two) == [
        ("changed", "categories[1].cap", 30, 25),
        ("changed", "categories[1].items[a].grades[ro].points", 20, 25),
        ("removed", "judgements[bad].min", 10, None),
        ("added", "judgements[bad].above", None, 12),
    ]
    assert compare_lines(one, two) == [
        "評定区分 1 区分1 最高評点: 30点 → 25点",
        "評定区分 1 区分1 項目 a 項目a 評価 ロ ロ 評点: 20点 → 25点",
        "判定 bad 以上: 10 → なし",
        "判定 bad 超: なし → 12",
    ]


def test_items_and_grades_that_came_or_went_are_told_with_their_points():
    one = a_table(a_category("1", None, an_item("a", [10, 20]), an_item("b", [5])))
    two = a_table(a_category("1", None, an_item("a", [10]), an_item("c", [15, 30])))

    assert [(kind, path) for kind, path, _, _ in changes(one, two)] == [
        ("removed", "categories[1].items[a].grades[ro]"),
        ("removed", "categories[1].items[b]"),
        ("added", "categories[1].items[c]"),
    ]
    assert compare_lines(one, two) == [
        "評定区分 1 区分1 項目 a 項目a 評価 ロ ロ(20点): 削除",
        "評定区分 1 区分1 項目 b 項目b(イ 5点): 削除",
        "評定区分 1 区分1 項目 c 項目c(イ 15点、ロ 30点): 追加",
    ]


def test_the_order_of_items_is_no_difference():
    items = an_item("a", [10]), an_item("b", [5])

    assert (
        compare(
            a_table(a_category("1", None, *items)), a_table(a_category("1", None, *items[::-1]))
        )
        == ()
    )


@pytest.mark.parametrize(
    ("one", "two"), [(WOODEN, CONCRETE), (CONCRETE, BLOCK), (WOODEN, EXTERIOR)]
)
def test_there_and_back_are_mirror_images(one, two):
    there = {
        (kind, path, str(a), str(b)) for kind, path, a, b in changes(shipped(one), shipped(two))
    }
    back = changes(shipped(two), shipped(one))

    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert there == {(turned[kind], path, str(b), str(a)) for kind, path, a, b in back}
    assert all(compare_lines(shipped(one), shipped(two)))


def test_the_findings_that_would_cross_worked_by_hand():
    table = a_table(
        a_category("1", 25, an_item("a", [10, 20]), an_item("b", [5])),
        a_category("2", None, an_item("c", [5])),
        threshold={"min": 25},
    )
    answers = parse_answers(table, {"a": ["ro"], "b": "none", "c": "none"})  # 20 points

    found = [
        (one.item.code, one.change, one.grade and one.grade.code)
        for one in crossings(table, answers)
    ]

    assert found == [("b", "added", "i"), ("c", "added", "i")]
    over = parse_answers(table, {"a": ["ro"], "b": ["i"], "c": "none"})  # 25 points
    assert [
        (one.item.code, one.change, one.before, one.after) for one in crossings(table, over)
    ] == [("a", "removed", "bad", "good"), ("b", "removed", "bad", "good")]


@pytest.mark.parametrize("id", IDS)
def test_a_crossing_is_just_what_scoring_with_that_finding_gives(id):
    table = shipped(id)
    answers = {item.code: NONE for item in table.items()}
    answers |= parse_answers(table, {"2-2": ["ro"], "2-3": ["i"], "6-2": ["i"], "1-1": ["i"]})
    before = evaluate(table, answers).judgement

    found = {
        (one.item.code, one.grade.code if one.grade else None, one.after)
        for one in crossings(table, answers)
    }

    expected = set()
    for item in table.items():
        given = answers[item.code]
        tries = [(None, NONE)] if given.kind == "grades" else []
        tries += [
            (grade.code, Answer("grades", grades=(*given.grades, grade.code)))
            for grade in item.grades
            if grade.code not in given.grades
        ]
        for code, answer in tries:
            after = evaluate(table, {**answers, item.code: answer}).judgement
            if after != before:
                expected.add((item.code, code, after))
    assert found == expected


def test_an_undetermined_record_crosses_with_what_settles_it():
    table = a_table(a_category("1", None, an_item("a", [10]), an_item("b", [5])))
    answers = parse_answers(table, {"a": "unknown", "b": "none"})

    assert [(one.change, one.after) for one in crossings(table, answers)] == [
        ("removed", "good"),
        ("added", "bad"),
    ]
