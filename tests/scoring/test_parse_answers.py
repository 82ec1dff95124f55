"""Answers and conditions as clients send them."""

import math
from decimal import Decimal

import pytest

from scoring.answers import (
    answers_to_json,
    conditions_to_json,
    parse_answers,
    parse_conditions,
)
from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from tests.scoring.shipped import BLOCK, CONCRETE, WOODEN, score, shipped

INPUTS = {"Aw1": 900000, "Aw2": 0.5, "Aw3": 0, "Ac": 0, "Af": 600, "Fc": 21}


def faults(id, raw):
    with pytest.raises(AnswerError) as refused:
        parse_answers(shipped(id), raw)
    return refused.value.errors


@pytest.mark.parametrize(
    ("id", "raw"),
    [
        (WOODEN, {"2-2": ["i", "ro"]}),
        (WOODEN, {"2-2": "none", "2-3": "na", "2-4": "unknown"}),
        (WOODEN, {"3-1": {"count": 4}}),
        (BLOCK, {"1-3": {"count": 3}, "2-1": ["ha"]}),
        (CONCRETE, {"1-3": {"value": 0.49}}),
        (CONCRETE, {"1-3": {"inputs": INPUTS}}),
    ],
)
def test_every_form_of_the_contract_is_read_and_written_back(id, raw):
    assert answers_to_json(parse_answers(shipped(id), raw)) == raw


def test_a_float_is_the_decimal_that_it_is_written_as():
    answers = parse_answers(shipped(CONCRETE), {"1-3": {"value": 0.1 + 0.2}})

    assert answers["1-3"].number == Decimal("0.30000000000000004")


@pytest.mark.parametrize(
    ("id", "code", "given", "message"),
    [
        (WOODEN, "9-9", "none", "項目「9-9」は評点表 jp.substandard-dwelling.wooden にありません"),
        (WOODEN, "2-2", [], "評価が一つもありません"),
        (WOODEN, "2-2", ["i", "i"], "評価「i」が重複しています"),
        (WOODEN, "2-2", ["ni"], "使えるのは イ(i)、ロ(ro)、ハ(ha) です"),
        (WOODEN, "2-2", ["I"], "評価「I」はこの項目にありません"),
        (WOODEN, "2-2", "ro", "ro とあります。評価のリスト"),
        (WOODEN, "2-2", [1], "[1] とあります"),
        (WOODEN, "2-2", None, "None とあります"),
        (WOODEN, "2-2", {"count": 1}, "この項目は数(count)では答えられません"),
        (WOODEN, "2-2", {"value": 1}, "この項目は値(value)では答えられません"),
        (WOODEN, "2-2", {"inputs": {}}, "この項目に計算式はありません"),
        (WOODEN, "3-1", {"count": 5}, "5 となっています。0以上4以下で答えてください"),
        (WOODEN, "3-1", {"count": -1}, "-1 となっています"),
        (WOODEN, "3-1", {"count": 1.5}, "数は整数です(1.5 とあります)"),
        (WOODEN, "3-1", {"count": True}, "True は数値ではありません"),
        (WOODEN, "3-1", {"count": "2"}, "2 は数値ではありません"),
        (WOODEN, "3-1", {"count": None}, "None は数値ではありません"),
        (WOODEN, "3-1", {"count": 10**5000}, "数値が大きすぎます"),
        (WOODEN, "3-1", {"count": 2, "value": 1}, "いずれかで答えてください"),
        (WOODEN, "3-1", {"faces": 2}, "いずれかで答えてください"),
        (WOODEN, "5-3", {"count": 1000}, "0以上999以下で答えてください"),
        (BLOCK, "1-3", {"count": 4}, "0以上3以下で答えてください"),
        (CONCRETE, "1-3", {"count": 1}, "この項目は数(count)では答えられません"),
        (CONCRETE, "1-3", {"value": -0.1}, "-0.1 となっています。0以上で答えてください"),
        (CONCRETE, "1-3", {"value": math.nan}, "nan は数値ではありません"),
        (CONCRETE, "1-3", {"value": math.inf}, "inf は数値ではありません"),
        (CONCRETE, "1-3", {"value": Decimal("1e-31")}, "小数点以下が長すぎます"),
        (CONCRETE, "1-3", {"inputs": {"Aw1": 1}}, "式の入力 Aw2、Aw3、Ac、Af、Fc がありません"),
        (CONCRETE, "1-3", {"inputs": INPUTS | {"Ax": 1}}, "「Ax」は式にありません"),
        (CONCRETE, "1-3", {"inputs": INPUTS | {"Fc": 0}}, "Fcが 0 となっています。0超で"),
        (CONCRETE, "1-3", {"inputs": INPUTS | {"Aw1": -1}}, "Aw1が -1 となっています"),
        (CONCRETE, "1-3", {"inputs": INPUTS | {"Aw1": "9"}}, "Aw1: 9 は数値ではありません"),
        (CONCRETE, "1-3", {"inputs": []}, "いずれかで答えてください"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_allowed(id, code, given, message):
    errors = faults(id, {code: given})

    assert list(errors) == [code]
    assert message in " ".join(errors[code])


def test_all_errors_are_gathered():
    errors = faults(WOODEN, {"2-2": [], "2-3": "none", "9-9": "none", "3-1": {"count": 9}})

    assert list(errors) == ["2-2", "9-9", "3-1"]


def test_answers_that_are_no_object_are_refused():
    assert faults(WOODEN, ["2-2"]) == {"answers": ["項目番号と答えの組ではありません"]}


def test_conditions_are_true_false_or_unknown():
    conditions = parse_conditions(
        shipped(BLOCK), {"timber_floor_frame": True, "timber_roof_frame": "unknown"}
    )

    assert conditions == {"timber_floor_frame": True, "timber_roof_frame": None}
    assert conditions_to_json(conditions) == {
        "timber_floor_frame": True,
        "timber_roof_frame": "unknown",
    }


@pytest.mark.parametrize("given", [1, 0, None, "true", "yes", [], {}])
def test_a_condition_of_any_other_kind_is_refused(given):
    with pytest.raises(AnswerError) as refused:
        parse_conditions(shipped(BLOCK), {"timber_floor_frame": given})

    assert 'true、false、"unknown" のいずれかです' in refused.value.errors["timber_floor_frame"][0]


def test_a_condition_that_the_table_does_not_have_is_refused():
    with pytest.raises(AnswerError) as refused:
        parse_conditions(shipped(WOODEN), {"timber_floor_frame": True})

    assert "この評点表に条件はありません" in refused.value.errors["timber_floor_frame"][0]


def test_a_grade_that_only_the_replaced_item_has_is_refused_once_the_frame_is_timber():
    with pytest.raises(AnswerError) as refused:
        score(shipped(BLOCK), {"2-1": ["ha"]}, {"timber_floor_frame": True})

    assert refused.value.errors == {
        "2-1": ["評価「ha」はこの項目にありません。使えるのは イ(i)、ロ(ro) です"]
    }


def test_a_structure_that_the_table_is_not_for_is_refused():
    with pytest.raises(AnswerError) as refused:
        evaluate(shipped(BLOCK), {}, structure="wooden")

    assert "対象は concrete_block です" in refused.value.errors["structure"][0]


@pytest.mark.parametrize("structure", ["wooden", "light_steel", "steel", "other"])
def test_the_first_table_is_for_every_structure_but_two(structure):
    assert evaluate(shipped(WOODEN), {}, structure=structure).total == 0


def test_evaluate_refuses_codes_that_the_table_does_not_have():
    answers = parse_answers(shipped(WOODEN), {"1-2": "none"})

    with pytest.raises(AnswerError) as refused:
        evaluate(shipped("jp.substandard-dwelling.wooden-exterior"), answers, {"frame": True})

    assert list(refused.value.errors) == ["1-2", "frame"]
