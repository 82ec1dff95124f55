from __future__ import annotations

import pytest

from tests.api.steps import for_each
from tests.factories import new_id

WOODEN = "jp.substandard-dwelling.wooden"
NATIONAL = {
    WOODEN: "full",
    "jp.substandard-dwelling.reinforced-concrete": "full",
    "jp.substandard-dwelling.concrete-block": "full",
    "jp.substandard-dwelling.wooden-exterior": "exterior",
}


@pytest.fixture
def wooden_url(inspector):
    tables = inspector.get("/rule-tables").json["items"]
    version = next(table["version"] for table in tables if table["id"] == WOODEN)
    return f"/rule-tables/{WOODEN}/{version}"


def test_the_national_tables_are_there_with_their_methods(inspector):
    tables = inspector.get("/rule-tables").json["items"]

    found = {table["id"]: table["method"] for table in tables}
    assert found.items() >= NATIONAL.items()


@for_each(
    ("query", "expected"),
    [
        ("structure=wooden&method=full", {WOODEN}),
        ("structure=light_steel&method=full", {WOODEN}),
        ("structure=steel&method=full", {WOODEN}),
        ("structure=other&method=full", {WOODEN}),
        (
            "structure=reinforced_concrete&method=full",
            {"jp.substandard-dwelling.reinforced-concrete"},
        ),
        ("structure=concrete_block", {"jp.substandard-dwelling.concrete-block"}),
        ("method=exterior", {"jp.substandard-dwelling.wooden-exterior"}),
        ("on=1950-01-01", set()),
    ],
)
def test_the_list_filters_by_structure_method_and_day(inspector, query, expected):
    items = inspector.get(f"/rule-tables?{query}").json["items"]

    assert {table["id"] for table in items} == expected


@for_each("query", ["structure=straw", "method=half", "on=2026-13-01", "on=x", "unknown=1"])
def test_a_faulty_query_is_422(inspector, query):
    assert inspector.get(f"/rule-tables?{query}").status_code == 422


def test_a_table_holds_all_that_a_tablet_needs_to_draw_and_score(inspector, wooden_url):
    table = inspector.get(wooden_url).json

    item = table["categories"][1]["items"][1]
    assert table["categories"][1]["cap"] == 100
    assert (item["code"], item["label"]["ja"]) == ("2-2", "基礎・土台・柱・はり")
    assert item["label"]["en"]
    assert [(g["code"], g["mark"], g["points"]) for g in item["grades"]] == [
        ("i", "イ", 25),
        ("ro", "ロ", 50),
        ("ha", "ハ", 100),
    ]
    assert {outcome["code"] for outcome in table["outcomes"]} == {
        "substandard",
        "not_substandard",
    }


def test_conditions_are_listed_with_code_label_and_default(inspector):
    tables = inspector.get("/rule-tables?structure=concrete_block").json["items"]

    table = inspector.get(f"/rule-tables/{tables[0]['id']}/{tables[0]['version']}").json

    codes = {condition["code"] for condition in table["conditions"]}
    assert codes == {"timber_floor_frame", "timber_roof_frame"}
    assert all(set(condition) >= {"code", "label", "default"} for condition in table["conditions"])


def test_the_etag_is_the_tables_sha256_and_saves_the_body(inspector, wooden_url):
    first = inspector.get(wooden_url)

    again = inspector.get(wooden_url, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"] == f'"{first.json["sha256"]}"'
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_table_or_version_that_does_not_exist_is_404(inspector):
    assert inspector.get(f"/rule-tables/{WOODEN}/1900-01-01").status_code == 404
    assert inspector.get(f"/rule-tables/{new_id()}/2004-07-01").status_code == 404
    assert inspector.get("/rule-tables/%00/%00").status_code == 404
