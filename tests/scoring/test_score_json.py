"""Scores and tables as the contract's JSON, and scores in sentences."""

import json
from decimal import Decimal

import pytest

from scoring.explain import explain
from scoring.rendering import score_to_json, table_to_json
from tests.scoring.shipped import BLOCK, CONCRETE, EXTERIOR, IDS, WOODEN, score, shipped
from tests.scoring.small import a_category, a_table, an_item, label

HUNDRED = {"2-2": ["i", "ro"], "2-3": ["ro"], "2-4": ["i"], "6-2": ["i"]}


def test_a_score_has_the_keys_of_the_contract():
    reply = score_to_json(score(shipped(WOODEN), HUNDRED, others="none"))

    assert (reply["total"], reply["low"], reply["high"], reply["cut"]) == (100, 100, 100, 0)
    assert reply["judgement"] == "substandard"
    assert reply["judgements"] == {"substandard": True, "not_substandard": False}
    assert (reply["open_items"], reply["warnings"]) == ([], [])
    assert reply["table"] == {
        "id": WOODEN,
        "version": "2004-07-01",
        "sha256": shipped(WOODEN).sha256,
    }
    decay = reply["categories"][1]
    assert {key: decay[key] for key in ("code", "label", "raw", "cap", "points")} == {
        "code": "2",
        "label": "構造の腐朽・破損の程度",
        "raw": 90,
        "cap": 100,
        "points": 90,
    }
    assert decay["items"][1] == {
        "code": "2-2",
        "label": "基礎・土台・柱・はり",
        "answer": ["i", "ro"],
        "points": 50,
        "max": 100,
        "source": "別表第一 二(二)",
        "grade": "ro",
        "mark": "ロ",
        "grade_label": "大修理が必要(不同沈下、柱の著しい傾斜、はりの腐朽破損、土台・柱の数か所の腐朽破損)",
        "value": None,
        "replaced_by": None,
    }


def test_every_item_of_the_table_has_a_line_and_unknown_gives_none():
    reply = score_to_json(score(shipped(WOODEN), {"1-1": "na"}))

    lines = {line["code"]: line for part in reply["categories"] for line in part["items"]}
    assert list(lines) == [item.code for item in shipped(WOODEN).items()]
    assert (lines["1-1"]["answer"], lines["1-2"]["answer"]) == ("na", "unknown")
    assert all(line["points"] == 0 and line["grade"] is None for line in lines.values())
    assert reply["judgement"] == "undetermined"
    assert reply["judgements"] == {
        "substandard": "undetermined",
        "not_substandard": "undetermined",
    }


def test_labels_and_warnings_follow_the_language():
    inputs = {"Aw1": 1, "Aw2": 0, "Aw3": 0, "Ac": 0, "Af": 0, "Fc": 18}
    found = score(shipped(CONCRETE), {"1-3": {"inputs": inputs}}, others="none")

    english, japanese = score_to_json(found, "en"), score_to_json(found)

    assert english["categories"][0]["label"] == "General construction"
    assert english["judgement_label"] == "Not a substandard dwelling"
    assert english["warnings"][0].startswith("1-3 Section of columns and bearing walls: The total")
    assert japanese["warnings"] == [
        "1-3 柱・耐力壁の断面積: 2階以上の床面積の合計(ΣAf)が0のため、"
        "強度指標Cは計算できません。検査員が評価を選んでください。"
    ]
    assert japanese["categories"][0]["items"][2]["answer"] == {"inputs": inputs}


def test_a_borrowed_item_says_where_it_comes_from():
    found = score(shipped(BLOCK), {"2-6": ["ha"]}, {"timber_roof_frame": True}, others="none")

    line = score_to_json(found)["categories"][1]["items"][5]

    assert (line["code"], line["points"], line["max"]) == ("2-6", 50, 50)
    assert (line["source"], line["grade_label"]) == ("別表第一 二(四)", "著しい変形")
    assert line["replaced_by"] == {
        "table": WOODEN,
        "version": "2004-07-01",
        "sha256": shipped(WOODEN).sha256,
        "item": "2-4",
    }


@pytest.mark.parametrize("id", IDS)
def test_a_table_in_json_holds_what_a_tablet_needs(id):
    table = shipped(id)

    known = json.loads(json.dumps(table_to_json(table), ensure_ascii=False))

    assert (known["id"], known["version"], known["sha256"]) == (id, "2004-07-01", table.sha256)
    assert known["effective"] == {"from": "2004-07-01", "to": None}
    assert set(known["label"]) == {"ja", "en"}
    for category, part in zip(known["categories"], table.categories, strict=True):
        assert category["cap"] == part.cap
        for item, kept in zip(category["items"], part.items, strict=True):
            assert [grade["points"] for grade in item["grades"]] == [
                grade.points for grade in kept.grades
            ]
            assert all(grade["label"]["ja"] and grade["label"]["en"] for grade in item["grades"])
    assert known["judgements"] == [
        {"code": "substandard", "kind": "threshold", "min": 100, "otherwise": "not_substandard"}
    ]


def test_conditions_and_replacements_are_in_the_json_of_the_block_table():
    known = table_to_json(shipped(BLOCK))

    assert known["conditions"][0] == {
        "code": "timber_floor_frame",
        "label": {"ja": "床の骨組みが木造", "en": "The floor frame is timber"},
        "default": False,
    }
    (replacement,) = known["categories"][1]["items"][5]["replacements"]
    assert (replacement["when"], replacement["item"]) == ("timber_roof_frame", "2-4")
    assert [grade["points"] for grade in replacement["resolved"]["grades"]] == [15, 25, 50]


def test_counts_and_the_formula_are_in_the_json():
    faces = table_to_json(shipped(WOODEN))["categories"][2]["items"][0]
    index = table_to_json(shipped(CONCRETE))["categories"][0]["items"][2]

    assert (faces["mode"], faces["measure"]["min"], faces["measure"]["max"]) == ("count", 0, 4)
    assert [grade["range"] for grade in faces["grades"]] == [{"min": 1, "max": 2}, {"min": 3}]
    assert [grade["range"] for grade in index["grades"]] == [
        {"min": 0.4, "below": 0.6},
        {"below": 0.4},
    ]
    assert [known["code"] for known in index["formula"]["inputs"]] == [
        "Aw1",
        "Aw2",
        "Aw3",
        "Ac",
        "Af",
        "Fc",
    ]


def test_the_exterior_table_says_that_it_is_unverified():
    source = table_to_json(shipped(EXTERIOR))["source"]

    assert source["status"] == "unverified"
    assert "一般的な知識" in source["note"]


def test_halves_stay_exact_and_whole_numbers_are_integers():
    factor = {
        "code": "route",
        "label": label("通学路"),
        "source": "試験 二",
        "multiply": 1,
        "when": "school_route",
    }
    table = a_table(
        a_category("1", 45, an_item("1-1", [45])),
        conditions=[{"code": "school_route", "label": label("通学路"), "default": False}],
        modifiers=[factor | {"multiply": Decimal("1.5")}],
    )

    reply = score_to_json(score(table, {"1-1": ["i"]}, {"school_route": True}))

    assert repr(reply["total"]) == "67.5"
    assert reply["modifiers"] == [
        {"code": "route", "label": "通学路", "points": 22.5, "source": "試験 二"}
    ]
    assert repr(reply["categories"][0]["points"]) == "45"


def test_a_modifier_waits_for_its_condition():
    modifiers = [
        {"code": "flat", "label": label("加点"), "source": "試験 二", "add": 30},
        {
            "code": "route",
            "label": label("通学路"),
            "source": "試験 三",
            "multiply": 2,
            "when": "c",
        },
    ]
    table = a_table(
        a_category("1", None, an_item("1-1", [5])),
        conditions=[{"code": "c", "label": label("c"), "default": False}],
        modifiers=modifiers,
        threshold={"min": 65},
        examples=[{"answers": {"1-1": "none"}, "total": 30, "judgement": "good"}],
    )

    left_out, on, unknown = (
        score(table, {"1-1": ["i"]}, conditions)
        for conditions in ({}, {"c": True}, {"c": "unknown"})
    )

    assert (left_out.total, on.total) == (35, 70)
    assert [line.points for line in on.modifiers] == [30, 35]
    assert (unknown.low, unknown.high, unknown.open_conditions) == (35, 70, ("c",))
    assert explain(table, on)[1:3] == [
        "加点により +30点(試験 二)。",
        "通学路により +35点(試験 三)。",
    ]


def test_sentences_name_grade_points_and_article_and_what_the_cap_cut():
    table = shipped(WOODEN)
    answers = {"1-1": ["ro"], "1-2": ["i"], "1-3": ["i"], "6-2": ["i"]}

    assert explain(table, score(table, answers, others="none")) == [
        "1-1 基礎 ロ 基礎なし: 20点(別表第一 一(一))。",
        "1-2 柱 イ 最小径 7.5 cm 未満: 20点(別表第一 一(二))。",
        "1-3 外壁・界壁 イ 構造が粗悪、または界壁が不適当: 25点(別表第一 一(三))。",
        "1 構造一般の程度: 項目の合計 65点のうち、最高評点 50点を超える 15点は数えない。",
        "6-2 雨水 イ 雨樋なし: 10点(別表第一 六(二))。",
        "評点の合計は 60点、判定は「不良住宅に該当しない」。",
    ]


def test_sentences_name_the_interval_and_what_would_settle_it():
    table = shipped(BLOCK)
    answers = {"1-1": ["ha"], "1-2": ["ro"], "2-2": ["i"], "2-6": "unknown"}

    told = explain(table, score(table, answers, {"timber_roof_frame": "unknown"}, others="none"))

    assert told[-3:] == [
        "評点の合計は 75点、判定は「判定できません」。",
        "確認できなかった項目により、評点は 75点から 125点の間にある。",
        "判定を左右する未確認の事項: 「屋根の骨組みが木造」かどうか、2-6 屋根。",
    ]


def test_a_sentence_names_eight_open_items_and_counts_the_rest():
    table = shipped(WOODEN)

    assert explain(table, score(table, {}))[-1].endswith("、2-2 基礎・土台・柱・はり ほか20件。")
