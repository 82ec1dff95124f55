"""The shipped tables against cases worked by hand (cases/*.toml)."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.evaluate import evaluate
from tests.scoring.shipped import IDS, score, shipped

CASES = Path(__file__).parent / "cases"


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def worked_cases():
    for path in sorted(CASES.glob("*.toml")):
        document = read(path)
        for case in document.get("cases", ()):
            yield pytest.param(document["table"], case, id=f"{path.stem}: {case['name']}")


def single_grades():
    """Every grade alone with its points, from points.toml."""
    document = read(CASES / "points.toml")
    for id in IDS:
        points = document[id]["points"]
        if not id.endswith("exterior"):
            points = points | document["common"]["points"]
        for code, worked in points.items():
            for grade, number in zip(("i", "ro", "ha", "ni"), worked, strict=False):
                yield id, code, grade, number


@pytest.mark.parametrize(("id", "case"), list(worked_cases()))
def test_a_worked_case_scores_as_worked(id, case):
    result = score(shipped(id), case["answers"], case.get("conditions"), others=case.get("others"))

    lines = {line.code: line for line in result.lines()}
    assert result.total == case["total"]
    assert result.judgement == case["judgement"]
    for key in ("low", "high", "cut"):
        assert getattr(result, key) == case.get(key, getattr(result, key)), key
    for key in ("open_items", "open_conditions"):
        assert list(getattr(result, key)) == case.get(key, list(getattr(result, key))), key
    assert len(result.warnings) == case.get("warnings", 0)
    assert {part.code: part.points for part in result.categories}.items() >= case.get(
        "categories", {}
    ).items()
    assert {code: lines[code].points for code in case.get("lines", {})} == case.get("lines", {})
    assert {code: lines[code].value for code in case.get("values", {})} == case.get("values", {})
    sources = case.get("sources", {})
    assert {code: lines[code].source for code in sources} == sources


@pytest.mark.parametrize(("id", "code", "grade", "points"), list(single_grades()))
def test_a_single_grade_gives_its_points(id, code, grade, points):
    result = score(shipped(id), {code: [grade]}, others="none")

    assert result.total == points
    assert [line.code for line in result.lines() if line.points] == [code]


@pytest.mark.parametrize("id", IDS)
def test_a_table_has_just_the_items_grades_and_caps_of_the_ordinance(id):
    worked = read(CASES / "points.toml")
    common = {"caps": {}, "points": {}} if id.endswith("exterior") else worked["common"]

    table = shipped(id)

    assert {part.code: part.cap for part in table.categories} == (
        worked[id]["caps"] | common["caps"]
    )
    assert {item.code: [grade.points for grade in item.grades] for item in table.items()} == (
        worked[id]["points"] | common["points"]
    )


@pytest.mark.parametrize("id", IDS)
def test_marks_are_those_of_the_grade_codes(id):
    marks = {"i": "イ", "ro": "ロ", "ha": "ハ", "ni": "ニ"}

    for item in shipped(id).items():
        assert [grade.mark for grade in item.grades] == list(marks.values())[: len(item.grades)]
        assert [grade.code for grade in item.grades] == list(marks)[: len(item.grades)]


@pytest.mark.parametrize("id", IDS)
def test_a_line_names_the_article_of_its_item(id):
    kanji = "一二三四五六七八"
    annex = {"wooden": "別表第一", "reinforced-concrete": "別表第二", "concrete-block": "別表第三"}

    for line in evaluate(shipped(id), {}).lines():
        category, item = (int(number) for number in line.code.split("-"))
        if id.endswith("exterior"):
            assert line.source.startswith("外観目視の手引き(案) ")
        else:
            name = annex[id.removeprefix("jp.substandard-dwelling.")]
            assert line.source == f"{name} {kanji[category - 1]}({kanji[item - 1]})"
