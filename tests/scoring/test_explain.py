"""What a score is made of and what would change it, told as JSON and in sentences."""

import json

import pytest

from scoring.answers import parse_answers, parse_conditions
from scoring.evaluate import evaluate
from scoring.explain_json import explain_json
from scoring.overrides import parse_override
from tests.scoring.test_example_tables import with_examples

WOODEN = "jp.substandard-dwelling.wooden"
CAPPED = {"1-1": ["ro"], "1-2": ["i"], "1-3": ["i"], "2-2": ["ro"]}


def explained(id, answers, conditions=None, override=None, *, others="none"):
    table = next(table for table in with_examples().tables() if table.id == id)
    everything = {item.code: others for item in table.items()} | answers
    score = evaluate(
        table,
        parse_answers(table, everything),
        parse_conditions(table, conditions or {}),
        override=parse_override(table, override),
    )
    return explain_json(table, score)


def test_every_point_names_item_grade_and_article():
    told = explained(WOODEN, CAPPED)

    found = [(one["code"], one["grade"], one["points"], one["source"]) for one in told["findings"]]
    assert found == [
        ("1-1", "ro", 20, "別表第一 一(一)"),
        ("1-2", "i", 20, "別表第一 一(二)"),
        ("1-3", "i", 25, "別表第一 一(三)"),
        ("2-2", "ro", 50, "別表第一 二(二)"),
    ]
    assert told["cuts"] == [
        {"category": "1", "label": "構造一般の程度", "raw": 65, "cap": 50, "cut": 15}
    ]
    assert json.loads(json.dumps(told)) == told


def test_exactly_100_is_crossed_back_by_any_finding_that_no_cap_had_cut():
    """50 (capped from 65) + 50: without 1-1 or 1-2 category 1 is 45, without 1-3 it is 40."""
    told = explained(WOODEN, CAPPED)

    assert told["judgement"] == "substandard"
    assert [(one["item"], one["change"], one["to"]) for one in told["crossings"]] == [
        (code, "removed", "not_substandard") for code in ("1-1", "1-2", "1-3", "2-2")
    ]
    assert told["sentences"][-1] == (
        "次のどれか一つがなければ、判定は「不良住宅に該当しない」になる: "
        "1-1 基礎、1-2 柱、1-3 外壁・界壁、2-2 基礎・土台・柱・はり。"
    )


def test_from_90_up_the_lightest_grade_that_crosses_is_named():
    told = explained(WOODEN, {"2-2": ["ro"], "2-3": ["ro"], "2-4": ["i"]})

    up = [(one["item"], one["grade"]) for one in told["crossings"] if one["item"] == "8-3"]
    assert up == [("8-3", "ro")]  # 5 for 改良便槽 would not do
    assert told["sentences"][-1].startswith(
        "次のどれか一つがあれば、判定は「不良住宅」になる: 1-1 基礎 イ 玉石基礎、1-2 柱 イ"
    )
    assert "8-3" not in told["sentences"][-1]  # beyond the first eight


def test_what_an_open_item_has_to_be_to_settle():
    told = explained(WOODEN, {"2-2": ["ro"], "2-3": ["ro"], "2-4": ["i"], "6-2": "unknown"})

    assert told["judgement"] == "undetermined"
    assert told["settling"] == [
        {
            "item": "6-2",
            "label": "雨水",
            "if": [
                {"grade": None, "judgement": "not_substandard"},
                {"grade": "i", "judgement": "substandard"},
            ],
        }
    ]


def test_what_an_open_condition_has_to_be_to_settle():
    told = explained("example.koka", {"1-1": ["ro"]}, {"neighbours": "unknown"})

    assert told["settling"] == [
        {
            "condition": "neighbours",
            "label": "影響を受ける隣家がある",
            "if": [
                {"holds": True, "judgement": "specified"},
                {"holds": False, "judgement": "not_specified"},
            ],
        }
    ]
    assert "1-1 基礎・柱 ロ 倒壊のおそれ: 該当(例 1-1)。" in told["sentences"]
    assert not any("点" in sentence for sentence in told["sentences"])


def test_counts_that_settle_a_counted_item():
    told = explained("example.nishinoshima", {"1-1": ["ha"], "2-1": ["i", "ha"], "2-2": "unknown"})

    assert told["settling"][0]["if"] == [
        {"grade": None, "judgement": "not_dangerous"},
        {"count": 1, "judgement": "not_dangerous"},
        *({"count": count, "judgement": "dangerous"} for count in (2, 3, 4)),
    ]
    assert "2-1 影響の及ぶもの イ 隣地 ハ 隣家: 40点(例 2-1)。" in told["sentences"]
    assert "周辺への危険度は 40点(40点から 60点の間)。" in told["sentences"]
    assert "周辺への危険度が50以上: 未定。" in told["sentences"]


def test_a_persons_decision_is_never_silent():
    decision = {"judgement": "mayor", "reason": "外壁が通学路に落ちかけている", "by": "市長"}

    told = explained("example.chikugo", {"2-1": ["i"]}, override=decision)

    assert (told["judgement"], told["without_override"]) == ("dangerous", "not_dangerous")
    assert told["override"] == decision
    assert "市長の判断による。理由: 外壁が通学路に落ちかけている。" in told["sentences"]
    assert told["sentences"][-1].startswith("人の判断によらなければ、次のどれか一つがあれば")


def test_an_answer_that_does_not_apply_is_said_not_to_count():
    told = explained("example.construction-1996", {"2-1": ["ha"]}, {"no_road": True})

    assert told["findings"] == []
    assert "2-1 前面道路の幅員: 条件に合わないため数えない(例 2-1)。" in told["sentences"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"judgement": "mayor", "reason": " ", "by": "市長"}, "理由(reason)が空です"),
        ({"judgement": "mayor", "reason": "危険", "by": ""}, "判断した人(by)が空です"),
        ({"judgement": "score", "reason": "危険", "by": "市長"}, "使えるのは mayor です"),
        ({"judgement": "mayor", "reason": "危険"}, "書き方が正しくありません"),
        ("mayor", "書き方が正しくありません"),
    ],
)
def test_a_decision_needs_a_reason_a_name_and_a_table_that_allows_it(override, message):
    table = with_examples().get("example.chikugo", "2026-11-25")

    with pytest.raises(ValueError, match="override: ") as refused:
        parse_override(table, override)

    assert message in refused.value.errors["override"][0]
