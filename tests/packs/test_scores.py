"""Freezing real scores under the shipped tables: what a pack knows besides the contract's keys."""

from decimal import Decimal

import pytest

from inspection.packs.score_model import ADVERSE, MIDDLE, MILD, OPEN, Quantity, ScoreModifier
from inspection.packs.scores import freeze_score, outcomes, standing
from inspection.packs.sections.result import sentences
from inspection.packs.sections.score_rows import finding, inputs
from scoring.rendering import score_to_json
from scoring.table_json import table_to_json
from tests.scoring.shipped import BLOCK, CONCRETE, EXTERIOR, WOODEN, registry, score, shipped
from tests.scoring.small import a_category, a_document, a_table, an_item, label

STRENGTH = {"Aw1": 1_200_000, "Aw2": 0, "Aw3": 0, "Ac": 720_000, "Af": 600, "Fc": 18}


def frozen(table, answers, conditions=None):
    """The frozen score of answers; what they leave out was looked at and not found."""
    made = score(table, answers, conditions, others="none")
    return freeze_score(score_to_json(made), table_to_json(table), _name)


def _name(table_id, version):
    return registry().get(table_id, version).label.ja


def item_of(found, code):
    return next(item for part in found.categories for item in part.items if item.code == code)


def test_a_score_is_frozen_whole():
    found = frozen(shipped(WOODEN), {"2-2": ["ha"], "2-3": ["ro"], "6-2": "unknown"})

    assert (found.total, found.low, found.high, found.threshold) == (100, 100, 110, 100)
    assert (found.judgement_label, found.standing, found.cut) == ("不良住宅", ADVERSE, 25)
    assert found.categories[1].cap == 100
    assert item_of(found, "2-2").answer == ["ha"]
    assert item_of(found, "2-2").mark == "ハ"
    assert (found.table.status, found.table.checked_on) == ("verified", "2026-11-24")


def test_a_computed_item_tells_its_index_first_and_its_inputs_with_units():
    item = item_of(frozen(shipped(CONCRETE), {"1-3": {"inputs": STRENGTH}}), "1-3")

    assert finding(item).split("\n") == ["強度指標 C = 0.513", "強度指標 C が 0.4 以上 0.6 未満"]
    assert item.inputs[0] == Quantity("Aw1", 1_200_000, "mm²")
    told = inputs(item.inputs).replace("\u00a0", " ")
    assert told == "Aw1 1,200,000、Aw2 0、Aw3 0、Ac 720,000 mm²、Af 600 m²、Fc 18 N/mm²"


def test_counts_carry_the_unit_of_the_table_where_it_has_one():
    wooden = frozen(shipped(WOODEN), {"3-1": {"count": 4}, "5-3": {"count": 12}})
    block = frozen(shipped(BLOCK), {"1-3": {"count": 2}})

    assert finding(item_of(wooden, "3-1")).endswith("(4面)")
    assert finding(item_of(wooden, "5-3")).endswith("(12戸)")
    assert "個数 2" in finding(
        next(i for i in block.categories[0].items if i.answer == {"count": 2})
    )


def test_a_borrowed_item_names_the_table_and_item_that_stand_there():
    found = frozen(shipped(BLOCK), {"2-1": ["ro"]}, {"timber_floor_frame": True})

    assert item_of(found, "2-1").borrowed == f"「{shipped(WOODEN).label.ja}」の項目2-1による"
    assert item_of(found, "2-2").borrowed is None


def test_an_unverified_table_brings_its_note():
    found = frozen(shipped(EXTERIOR), {})

    assert found.table.status == "unverified"
    assert "本文と照合してください" in found.table.note


@pytest.mark.parametrize(
    ("code", "place"),
    [("grave", ADVERSE), ("watch", MIDDLE), ("fine", MILD), ("undetermined", OPEN), ("?", MILD)],
)
def test_the_standing_of_an_outcome_is_its_place_in_the_table(code, place):
    document = {
        "judgements": [
            {"code": "grave", "kind": "threshold", "min": 100},
            {"code": "helper", "kind": "count", "decides": False},
            {"code": "watch", "kind": "threshold", "min": 50, "otherwise": "fine"},
        ]
    }

    assert standing(document, code) == place


def test_of_ranks_the_highest_band_is_the_gravest():
    ranks = [
        {"code": "A", "max": 10},
        {"code": "B", "above": 10, "max": 20},
        {"code": "C", "above": 20},
    ]
    document = {"judgements": [{"code": "rank", "kind": "ranks", "ranks": ranks}]}

    assert outcomes(document) == ["C", "B", "A"]


def test_every_shipped_table_judges_substandard_as_the_gravest():
    for known in registry().tables():
        document = table_to_json(known)
        codes = {outcome["code"] for outcome in document["outcomes"]}
        assert set(outcomes(document)) == codes
        if known.id.startswith("jp."):
            assert outcomes(document) == ["substandard", "not_substandard"]


def _with_a_step():
    return a_table(
        a_category("1", 20, an_item("1-1", (10, 30))),
        conditions=[{"code": "school_route", "label": label("通学路に面する"), "default": False}],
        modifiers=[
            {
                "code": "school",
                "label": label("通学路の補正"),
                "source": "試験 第3条",
                "multiply": Decimal("1.5"),
                "when": "school_route",
            }
        ],
        threshold={"min": 25},
    )


def test_a_step_after_the_caps_is_frozen_with_its_effect_and_told():
    found = frozen(_with_a_step(), {"1-1": ["ro"]}, {"school_route": True})

    assert found.modifiers == (ScoreModifier("school", "通学路の補正", 10, "×1.5", "試験 第3条"),)
    assert sum(c.points for c in found.categories) + found.modifiers[0].points == found.total == 30
    assert "「通学路の補正」により+10点(×1.5)とした。" in sentences(found)


def test_exactly_the_threshold_is_told_on_the_side_where_it_belongs():
    category = a_category("1", 50, an_item("1-1", (10, 30, 40)))
    answers = {"1-1": ["ro"]}

    enough = frozen(a_table(category, threshold={"min": 30}), answers)
    too_little = frozen(a_table(category, threshold={"above": 30}), answers)
    more = frozen(a_table(category, threshold={"above": 25}), answers)

    assert "基準の30点以上である。" in "".join(sentences(enough))
    assert "基準の30点以下である。" in "".join(sentences(too_little))
    assert "基準の25点を超える。" in "".join(sentences(more))
    assert enough.judgement == more.judgement != too_little.judgement


def test_a_decision_by_a_person_is_told_with_its_reason():
    document = a_document(a_category("1", 20, an_item("1-1", (10, 30))))
    found = frozen(a_table(a_category("1", 20, an_item("1-1", (10, 30)))), {})
    raw = score_to_json(score(a_table(*document["categories"]), {}, others="none"))
    raw |= {
        "override": {"judgement": "bad", "reason": "隣家に傾いている。", "by": "見本太郎"},
        "tests": [{"code": "bad", "label": "緊急の危険"}],
    }

    told = freeze_score(raw, table_to_json(a_table(*document["categories"])), _name)

    assert found.override is None
    assert (
        "評点表の定めにより「緊急の危険」と判断した(判断者:見本太郎)。理由:隣家に傾いている。"
        in sentences(told)
    )
