"""A person's decision where the rule table leaves one to a person, with a reason and a name."""

from __future__ import annotations

import pytest

from inspection.config import PROJECT_ROOT
from tests.api.steps import a_kept_house
from tests.api.test_rule_table_proposals import review
from tests.factories import an_inspection, new_id

TABLE = "kitakyushu.test.mayor"
MAYOR = {"judgement": "mayor", "reason": "通学路に面し、外壁が落下しかけている", "by": "市長"}


@pytest.fixture
def _published(secretariat, admin):
    path = PROJECT_ROOT / "scoring" / "tables" / "examples" / "chikugo.toml"
    text = path.read_text("utf-8").replace('"example.chikugo"', f'"{TABLE}"')
    text = text.replace('"99902"', '"40100"').replace('status = "example"', 'status = "unverified"')
    reply = secretariat.post(
        "/rule-tables/proposals?note=試験&file_name=mayor.toml",
        data=text.encode(),
        content_type="application/toml",
    )
    assert reply.status_code == 201, reply.text
    assert review(admin, reply.json).status_code == 200


@pytest.mark.usefixtures("_published")
def test_a_person_decides_with_reason_and_name_and_both_stay_with_the_visit(secretariat):
    body = an_inspection(a_kept_house(secretariat), rule_table={"id": TABLE}, notes={})
    shown = secretariat.get(f"/rule-tables/{TABLE}/2026-11-25").json
    codes = [item["code"] for category in shown["categories"] for item in category["items"]]
    body["answers"] = dict.fromkeys(codes, "none")
    body["expected_photos"] = []

    visit = new_id()
    kept = secretariat.put(f"/inspections/{visit}", json={**body, "override": MAYOR}).json

    assert kept["score"]["judgement"] == "dangerous"
    assert kept["override"] == MAYOR
    assert kept["score"]["override"] == MAYOR
    again = secretariat.put(f"/inspections/{visit}", json={**body, "override": MAYOR})
    assert (again.status_code, again.json["revision"]) == (200, 1)


@pytest.mark.usefixtures("_published")
def test_without_a_reason_or_where_no_table_provides_for_it_a_decision_is_refused(secretariat):
    asked = {"rule_table": {"id": TABLE}, "answers": {}, "on": "2026-11-25"}

    silent = secretariat.post("/scores", json={**asked, "override": {**MAYOR, "reason": ""}})
    blank = secretariat.post("/scores", json={**asked, "override": {**MAYOR, "reason": " "}})
    national = secretariat.post(
        "/scores", json={"structure": "concrete_block", "answers": {}, "override": MAYOR}
    )

    assert [reply.status_code for reply in (silent, blank, national)] == [422, 422, 422]
    assert "override.reason" in silent.json["errors"]
    assert list(blank.json["errors"]) == list(national.json["errors"]) == ["override"]
