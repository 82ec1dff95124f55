from __future__ import annotations

import pytest

from tests.api.steps import for_each
from tests.factories import HUNDRED

WOODEN = "jp.substandard-dwelling.wooden"
CONCRETE = "jp.substandard-dwelling.reinforced-concrete"
BLOCK = "jp.substandard-dwelling.concrete-block"
EXTERIOR = "jp.substandard-dwelling.wooden-exterior"


@pytest.fixture
def score(inspector):
    def post(answers=(), **body):
        body = {"structure": "wooden", "answers": answers if answers != () else {}, **body}
        return inspector.post("/scores", json=body)

    return post


@pytest.fixture
def wooden_items(inspector):
    tables = inspector.get("/rule-tables?structure=wooden&method=full").json["items"]
    table = inspector.get(f"/rule-tables/{WOODEN}/{tables[0]['version']}").json
    return [item["code"] for category in table["categories"] for item in category["items"]]


def category_of(reply, code):
    return next(c for c in reply.json["categories"] if c["code"] == code)


def item_of(reply, code):
    lines = (item for category in reply.json["categories"] for item in category["items"])
    return next(item for item in lines if item["code"] == code)


def test_the_answers_of_the_example_make_exactly_100(score):
    reply = score(HUNDRED)

    assert reply.status_code == 200
    assert (reply.json["total"], reply.json["low"]) == (100, 100)
    assert reply.json["judgement"] == "substandard"
    assert reply.json["judgements"] == {"substandard": True, "not_substandard": False}
    assert reply.json["open_items"] == []
    assert reply.json["table"]["id"] == WOODEN
    assert len(reply.json["table"]["sha256"]) == 64


def test_of_several_grades_the_highest_counts(score):
    assert item_of(score({"2-2": ["i", "ro"]}), "2-2")["points"] == 50
    assert item_of(score({"2-2": ["ro", "i"]}), "2-2")["points"] == 50


def test_a_category_stops_at_its_cap_and_the_cut_is_told(score):
    reply = score({"2-2": ["ha"], "2-3": ["ro"], "2-4": ["ha"]})

    found = category_of(reply, "2")
    assert (found["raw"], found["cap"], found["points"]) == (175, 100, 100)
    assert (reply.json["total"], reply.json["cut"]) == (100, 75)


def test_every_item_of_the_table_has_a_line_with_its_source(score, wooden_items):
    reply = score(HUNDRED)

    lines = [item for category in reply.json["categories"] for item in category["items"]]
    assert [line["code"] for line in lines] == wooden_items
    assert all(line["source"] and line["label"] for line in lines)
    assert item_of(reply, "1-1")["answer"] == "unknown"
    assert item_of(reply, "2-2")["answer"] == ["i", "ro"]


def test_nothing_answered_is_undetermined_between_0_and_350(score, wooden_items):
    reply = score({})

    assert [reply.json[name] for name in ("total", "low", "high")] == [0, 0, 350]
    assert reply.json["judgement"] == "undetermined"
    assert set(reply.json["judgements"].values()) == {"undetermined"}
    assert reply.json["open_items"] == wooden_items


def test_everything_looked_at_and_nothing_found_is_determined(score, wooden_items):
    reply = score(dict.fromkeys(wooden_items, "none"))

    assert [reply.json[name] for name in ("total", "low", "high")] == [0, 0, 0]
    assert reply.json["judgement"] == "not_substandard"
    assert reply.json["open_items"] == []


def test_only_the_items_that_could_change_the_judgement_are_open(score, wooden_items):
    answers = dict.fromkeys(wooden_items, "none") | {"2-2": ["ro"], "2-3": ["ro"]}

    near = score(answers | {"6-1": "unknown", "2-4": "unknown"})
    far = score(answers | {"6-1": "unknown", "6-2": "unknown"})

    assert near.json["open_items"] == ["2-4", "6-1"]
    assert (near.json["low"], near.json["high"]) == (75, 120)
    assert far.json["open_items"] == ["6-1", "6-2"]
    assert (far.json["low"], far.json["high"]) == (75, 105)


def test_na_counts_as_nothing_and_not_as_unknown(score, wooden_items):
    reply = score(dict.fromkeys(wooden_items, "none") | {"4-2": "na"})

    assert (reply.json["high"], item_of(reply, "4-2")["answer"]) == (0, "na")


def test_the_strength_index_is_computed_from_its_inputs(score):
    inputs = {"Aw1": 200_000, "Aw2": 100_000, "Aw3": 0, "Ac": 0, "Af": 100, "Fc": 20}
    # (0.3 × 200000 + 0.2 × 100000) ÷ (1200 × 100) × (20 ÷ 20) = 80000 ÷ 120000 = 0.666…: no grade
    strong = score({"1-3": {"inputs": inputs}}, structure="reinforced_concrete")
    # 0.5: イ = 20
    middle = score({"1-3": {"inputs": inputs | {"Aw2": 0}}}, structure="reinforced_concrete")
    weak = score({"1-3": {"inputs": inputs | {"Aw1": 100_000}}}, structure="reinforced_concrete")

    assert [item_of(reply, "1-3")["points"] for reply in (strong, middle, weak)] == [0, 20, 20]
    assert middle.json["table"]["id"] == CONCRETE


def test_the_strength_index_without_upper_floors_is_unknown_with_a_warning(score):
    inputs = {"Aw1": 1, "Aw2": 1, "Aw3": 1, "Ac": 1, "Af": 0, "Fc": 20}

    reply = score({"1-3": {"inputs": inputs}}, structure="reinforced_concrete")

    assert reply.status_code == 200
    assert reply.json["warnings"]
    assert "1-3" in reply.json["open_items"]


@pytest.mark.parametrize(("value", "points"), [(0.39, 40), (0.4, 20), (0.59, 20), (0.6, 0)])
def test_a_measured_value_takes_its_grade(score, value, points):
    reply = score({"1-3": {"value": value}}, structure="reinforced_concrete")

    assert item_of(reply, "1-3")["points"] == points


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 10), (2, 20), (3, 40)])
def test_counted_defects_take_their_grade(score, count, points):
    reply = score({"1-3": {"count": count}}, structure="concrete_block")

    assert item_of(reply, "1-3")["points"] == points


def test_a_timber_roof_is_judged_by_the_wooden_tables_item(score):
    answers = {"2-6": ["ha"]}

    timber = score(answers, structure="concrete_block", conditions={"timber_roof_frame": True})
    stone = score(answers, structure="concrete_block", conditions={"timber_roof_frame": False})

    assert item_of(timber, "2-6")["points"] == 50
    assert item_of(stone, "2-6")["points"] == 25


def test_the_exterior_table_keeps_the_codes_and_has_lower_caps(score):
    reply = score({"1-1": ["ro"], "1-3": ["i"], "6-2": ["i"]}, method="exterior")

    codes = [item["code"] for category in reply.json["categories"] for item in category["items"]]
    assert codes == ["1-1", "1-3", "2-2", "2-3", "2-4", "3-1", "3-3", "6-2"]
    assert [c["code"] for c in reply.json["categories"]] == ["1", "2", "3", "6"]
    assert [c["cap"] for c in reply.json["categories"]] == [45, 100, 30, 10]
    assert (reply.json["total"], reply.json["high"]) == (55, 185)
    assert reply.json["table"]["id"] == EXTERIOR


def test_labels_follow_the_requests_language_and_are_japanese_by_default(inspector):
    body = {"structure": "wooden", "answers": {}}

    plain = inspector.post("/scores", json=body)
    english = inspector.post("/scores", json=body, headers={"Accept-Language": "en-GB,en;q=0.8"})
    odd = inspector.post("/scores", json=body, headers={"Accept-Language": ";;q=x,\x7f"})

    assert category_of(plain, "2")["label"] == "構造の腐朽・破損の程度"
    assert category_of(english, "2")["label"].isascii()
    assert category_of(odd, "2")["label"] == category_of(plain, "2")["label"]


def test_a_table_may_be_named_with_or_without_its_version(score):
    version = score({}).json["table"]["version"]

    named = score(HUNDRED, rule_table={"id": WOODEN, "version": version})
    newest = score(HUNDRED, rule_table={"id": WOODEN})

    assert named.json["table"] == newest.json["table"]
    assert named.json["total"] == 100


def test_the_table_alone_is_enough(inspector):
    reply = inspector.post("/scores", json={"rule_table": {"id": EXTERIOR}, "answers": {}})

    assert reply.status_code == 200
    assert reply.json["table"]["id"] == EXTERIOR


def test_every_role_may_ask(caller):
    body = {"structure": "wooden", "answers": HUNDRED}

    for role in ("inspector", "secretariat", "committee", "gis", "admin"):
        assert caller(role).post("/scores", json=body).json["total"] == 100


@for_each(
    ("change", "field"),
    [
        ({"answers": {"2-2": []}}, "answers.2-2"),
        ({"answers": {"2-2": ["i", "i"]}}, "answers.2-2"),
        ({"answers": {"2-2": ["ni"]}}, "answers.2-2"),
        ({"answers": {"2-2": "i"}}, "answers.2-2"),
        ({"answers": {"2-2": None}}, "answers.2-2"),
        ({"answers": {"2-2": [None]}}, "answers.2-2"),
        ({"answers": {"2-2": {"count": 1}}}, "answers.2-2"),
        ({"answers": {"2-2": {"grades": ["i"]}}}, "answers.2-2"),
        ({"answers": {"9-9": "none"}}, "answers.9-9"),
        ({"answers": {"\x00": "none"}}, "answers.\x00"),
        ({"answers": []}, "answers"),
        ({"answers": None}, "answers"),
        ({"conditions": {"timber_roof_frame": True}}, "conditions.timber_roof_frame"),
        ({"structure": "straw"}, "structure"),
        ({"structure": None}, "structure"),
        ({"method": "half"}, "method"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "1950-01-01"}, "rule_table"),
        ({"on": 20260230}, "on"),
        ({"rule_table": {"id": "no.such.table"}}, "rule_table"),
        ({"rule_table": {"id": WOODEN, "version": "1"}}, "rule_table"),
        ({"rule_table": WOODEN}, "rule_table"),
        ({"rule_table": {"id": CONCRETE}}, "structure"),
        ({"answer": {}}, "answer"),
    ],
)
def test_what_does_not_fit_is_422_and_named(score, change, field):
    reply = score(**change)

    assert reply.status_code == 422, reply.text
    assert field in reply.json["errors"]


@for_each(
    "answers",
    [
        {"1-3": {"count": 4}},
        {"1-3": {"count": -1}},
        {"1-3": {"count": 1.5}},
        {"1-3": {"count": True}},
        {"1-3": {"count": "2"}},
        {"1-3": {"count": 10**17}},
        {"1-3": {"count": 1e300}},
        {"1-3": {"count": 1, "value": 1}},
        {"1-3": {"value": 0.5}},
        {"1-3": {"inputs": {"Fc": 1}}},
    ],
)
def test_a_count_that_does_not_fit_its_item_is_422(score, answers):
    reply = score(answers, structure="concrete_block")

    assert reply.status_code == 422, reply.text
    assert "answers.1-3" in reply.json["errors"]


def test_every_fault_is_told_at_once(score):
    reply = score({"2-2": [], "9-9": "none", "1-1": ["x"]}, conditions={"x": 1})

    assert set(reply.json["errors"]) == {
        "answers.2-2",
        "answers.9-9",
        "answers.1-1",
        "conditions.x",
    }


def test_nothing_is_stored(app, score):
    from inspection.extensions import db
    from inspection.models import AuditEntry, Inspection, RuleTableDigest

    score(HUNDRED)

    with app.app_context():
        assert db.session.query(Inspection).count() == 0
        assert db.session.query(RuleTableDigest).count() == 0
        acts = {row.act for row in db.session.query(AuditEntry)}
        assert acts == {"token.create"}
