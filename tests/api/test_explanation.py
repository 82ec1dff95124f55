"""Why a visit has the score it has, over HTTP."""

from __future__ import annotations

from tests.api.steps import a_kept_house
from tests.factories import HUNDRED, an_inspection, new_id


def test_a_visit_explains_its_points_and_what_would_change_the_judgement(inspector):
    visit, body = new_id(), an_inspection(a_kept_house(inspector))
    table = inspector.get("/rule-tables/jp.substandard-dwelling.wooden/2004-07-01").json
    codes = [item["code"] for category in table["categories"] for item in category["items"]]
    body["answers"] = dict.fromkeys(codes, "none") | HUNDRED
    assert inspector.put(f"/inspections/{visit}", json=body).json["score"]["total"] == 100

    told = inspector.get(f"/inspections/{visit}/explanation").json

    sentences = "".join(told["sentences"])
    assert "基礎・土台・柱・はり" in sentences
    assert "50点" in sentences
    assert "次のどれか一つがなければ、判定は「不良住宅に該当しない」になる" in sentences
    assert {each["item"] for each in told["crossings"]} == set(HUNDRED)


def test_a_visit_that_is_not_there_has_no_explanation(inspector):
    assert inspector.get(f"/inspections/{new_id()}/explanation").status_code == 404
