"""`inspections import`, on both databases."""

from __future__ import annotations

import uuid

import pytest

from tests.factories import HUNDRED, a_house, an_inspection
from tests.imports import lists
from tests.scoring.shipped import WOODEN, shipped

ITEMS = [item.code for item in shipped(WOODEN).items()]
HEADINGS = ["案件番号", "調査日", "判定員", "状態", "評点", "備考", "2-2 メモ", *ITEMS]


def a_row(code="K-1", day="R6.5.1", status="確定", total="", **cells):
    """A visit whose items are all なし, but those given by code with _ for -."""
    found = {name.removeprefix("i").replace("_", "-"): cell for name, cell in cells.items()}
    answers = [found.get(item, "なし") for item in ITEMS]
    return [code, day, "田中 一郎、佐藤 花子", status, total, "郵便物", "柱が傾く", *answers]


HUNDRED_CELLS = {"i2_2": "イ・ロ", "i2_3": "ロ", "i2_4": "イ", "i6_2": "イ"}


@pytest.fixture
def house(secretariat):
    house_id = str(uuid.uuid4())
    secretariat.put(f"/houses/{house_id}", json=a_house(code="K-1"))
    return house_id


def test_a_past_visit_is_scored_and_stands_beside_its_house(
    run, tmp_path, house, houses, visits, secretariat
):
    path = lists.csv_file(tmp_path / "a.csv", [a_row(**HUNDRED_CELLS)], HEADINGS, "cp932")

    code, output = run("inspections", "import", path)

    assert code == 0, output
    (visit,) = visits()
    assert (visit["status"], visit["score"]["total"], visit["revision"]) == ("confirmed", 100, 1)
    assert visit["inspected_at"] == "2024-05-01T00:00:00+09:00"
    assert visit["inspectors"] == ["田中 一郎", "佐藤 花子"]
    assert (visit["notes"], visit["review"]["action"]) == ({"2-2": "柱が傾く"}, "confirm")
    stored = houses()["K-1"]
    assert (stored["total"], stored["judgement"], stored["status"]) == (
        100, "substandard", "confirmed",
    )  # fmt: skip
    assert "1 unchanged" in run("inspections", "import", path)[1]
    assert run("audit", "verify")[0] == 0


def test_what_is_stored_is_what_a_put_would_store(app, run, tmp_path, house, visits, secretariat):
    from sqlalchemy import select

    from inspection.extensions import db
    from inspection.models import Inspection

    run("inspections", "import", lists.csv_file(
        tmp_path / "a.csv", [a_row(status="提出済み", **HUNDRED_CELLS)], HEADINGS
    ))  # fmt: skip
    (imported,) = visits()
    body = {name: imported[name] for name in an_inspection(house)}
    assert secretariat.put(f"/inspections/{imported['id']}", json=body).status_code == 200
    put = secretariat.put(f"/inspections/{uuid.uuid4()}", json=body)

    assert put.status_code == 201
    assert put.json["score"] == imported["score"]
    with app.app_context():
        one, two = db.session.scalars(select(Inspection).order_by(Inspection.pk))
        for name in ("record", "score", "body_sha256", "packed", "total", "low", "high",
                     "judgement", "status", "rule_table_pk", "method", "inspected_at",
                     "position", "accuracy_m", "confirmed_at"):  # fmt: skip
            assert getattr(one, name) == getattr(two, name), name
        first, second = one.revisions[0], two.revisions[0]
        assert (first.record, first.score, first.number) == (second.record, second.score, 1)


def test_faulty_rows_are_told_and_a_differing_total_warned_of(run, tmp_path, house, visits):
    rows = [
        a_row(day="2024/5/2", total="95点", **HUNDRED_CELLS),
        a_row(code="K-9"),
        a_row(day="2004-06-30"),
        a_row(day="2999/1/1"),
        a_row(day="R6.5.3", status="決定済み"),
        a_row(day="R6.5.4", i2_2="ヘ"),
        a_row(day="R6.5.5", i2_2="イ・イ"),
        a_row(day="2024-05-02T00:00:00+09:00"),
        a_row(day=""),
    ]

    code, output = run("inspections", "import", lists.csv_file(tmp_path / "a.csv", rows, HEADINGS))

    lines = {line.split(":")[0]: line for line in output.splitlines()}
    assert code == 1
    assert "warning: total: 元の記録は 95 点、計算では 100 点" in lines["row 2"]
    assert "登録されていません" in lines["row 3"]
    assert "inspected_at" in lines["row 4"]
    assert "未来" in lines["row 5"]
    assert "会議" in lines["row 6"]
    assert "「ヘ」" in lines["row 7"]
    assert "2-2" in lines["row 8"]
    assert "2 行目" in lines["row 9"]
    assert "調査日がありません" in lines["row 10"]
    assert [visit["score"]["total"] for visit in visits()] == [100]


def test_a_correction_is_refused_until_it_is_wanted(run, tmp_path, house, houses, visits):
    path = lists.csv_file(tmp_path / "a.csv", [a_row(**HUNDRED_CELLS)], HEADINGS)
    run("inspections", "import", path)
    lists.csv_file(path, [a_row(i2_4="ハ", **{k: v for k, v in HUNDRED_CELLS.items() if k != "i2_4"})], HEADINGS)  # fmt: skip

    code, output = run("inspections", "import", path)
    assert (code, "--update" in output) == (1, True)

    code, output = run("inspections", "import", path, "--update")
    assert (code, "1 changed" in output) == (0, True), output
    (visit,) = visits()
    assert (visit["revision"], visit["status"]) == (2, "confirmed")
    assert houses()["K-1"]["total"] == visit["score"]["total"] > 100


def test_an_empty_cell_is_not_observed_or_nothing_as_is_said(run, tmp_path, house, visits):
    row = [cell if cell != "なし" else "" for cell in a_row(status="提出済み")]
    path = lists.csv_file(tmp_path / "a.csv", [row], HEADINGS)

    assert run("inspections", "import", path, "--dry-run")[0] == 0
    assert visits() == []
    run("inspections", "import", path, "--blank", "none")

    (visit,) = visits()
    assert (visit["score"]["total"], visit["score"]["high"]) == (0, 0)


def test_the_newest_of_several_visits_counts_for_the_house(run, tmp_path, house, houses):
    rows = [
        a_row(day="R5.5.1", **HUNDRED_CELLS),
        a_row(day="R6.5.1"),
        a_row(day="R4.5.1", **HUNDRED_CELLS),
    ]

    run("inspections", "import", lists.workbook(tmp_path / "a.xlsx", rows, HEADINGS))

    assert (houses()["K-1"]["total"], houses()["K-1"]["judgement"]) == (0, "not_substandard")


def test_processes_give_the_same_as_one(run, tmp_path, house, visits, monkeypatch):
    from inspection.services import visit_scoring

    rows = [a_row(day=f"R{year}.5.{day}", i2_2="イ" if day % 2 else "不明")
            for year in (3, 4) for day in range(1, 29)]  # fmt: skip
    rows.append(a_row(day="R6.1.1", i2_2="×"))
    monkeypatch.setattr(visit_scoring, "WORTH_PROCESSES", 1)
    path = lists.csv_file(tmp_path / "a.csv", rows, HEADINGS)

    code, output = run("inspections", "import", path)

    assert (code, "56 created" in output, "row 58" in output) == (1, True, True), output
    assert len({visit["id"] for visit in visits()}) == 56
    monkeypatch.undo()
    assert "56 unchanged" in run("inspections", "import", path)[1]


def test_hundred_means_the_same_here_and_there():
    assert set(HUNDRED) == {name[1:].replace("_", "-") for name in HUNDRED_CELLS}
