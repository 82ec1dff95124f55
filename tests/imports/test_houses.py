"""`houses import`, on both databases."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import uuid

import pytest

from inspection.services import import_houses
from tests import databases
from tests.factories import a_house
from tests.imports import lists

FIELDS = (
    "code", "address", "town", "lot_number", "residence_number", "ward_code", "location",
    "structure", "storeys", "floor_area_m2", "built_year", "use", "notes", "extra",
)  # fmt: skip


@pytest.fixture
def app_settings():
    return {"HANTEI_EXTRA_FIELDS": "roof_age:屋根の築年:number, school_zone:通学路:boolean"}


def test_a_list_becomes_houses_that_an_equal_put_leaves_alone(run, tmp_path, houses, secretariat):
    path = lists.csv_file(tmp_path / "a.csv", encoding="cp932")

    code, output = run("houses", "import", path)

    assert code == 0, output
    assert "2 rows: 2 created, 0 changed, 0 unchanged, 0 refused" in output
    house = houses()["K-1"]
    assert house["location"] == {"type": "Point", "coordinates": [130.8752, 33.8834]}
    assert (house["structure"], house["built_year"], house["ward_code"]) == (
        "wooden", 1958, "401064",
    )  # fmt: skip
    assert (house["storeys"], house["floor_area_m2"], house["revision"]) == (2, 86.5, 1)
    again = secretariat.put(f"/houses/{house['id']}", json={n: house[n] for n in FIELDS})
    assert (again.status_code, again.json["revision"]) == (200, 1)
    assert "2 unchanged" in run("houses", "import", path)[1]
    assert run("audit", "verify")[0] == 0


def test_faulty_rows_are_told_by_number_and_can_be_mended(run, tmp_path, houses):
    rows = [
        [*lists.ROWS[0][:2], "木像", *lists.ROWS[0][3:]],
        lists.ROWS[1],
        ["K-3", "", "木造", "多い", "30坪", "昭和99年", "中央区", "33.88", "130.87"],
        ["", "番号なし", "木造", "", "", "", "", "", ""],
        ["K-2", "二度目", "木造", "", "", "", "", "", ""],
        ["K-6", "", "木造", "", "", "", "", "130.9", ""],
        ["K-7", "", "", "", "", "", "", "", ""],
    ]
    path, report = lists.csv_file(tmp_path / "a.csv", rows), tmp_path / "refused.csv"

    code, output = run("houses", "import", path, "--report", report)

    lines = {line.split(":")[0]: line for line in output.splitlines()}
    assert code == 1
    assert "木像" in lines["row 2"]
    assert all(n in lines["row 4"] for n in ("storeys", "floor_area_m2", "built_year", "ward"))
    assert "案件番号がありません" in lines["row 5"]
    assert "3 行目" in lines["row 6"]
    assert "片方だけ" in lines["row 7"]
    assert "structure: 必須" in lines["row 8"]
    assert "6 of 7 rows were refused" in output
    assert set(houses()) == {"K-2"}

    with report.open(encoding="utf-8-sig", newline="") as file:
        headings, first, *_ = csv.reader(file)
    assert first[:2] == ["2", "拒否"]
    mended = [[*first[:3], "K-1", "", "木造", *first[6:]]]
    assert run("houses", "import", lists.csv_file(tmp_path / "b.csv", mended, headings))[0] == 0
    assert set(houses()) == {"K-1", "K-2"}


def test_the_report_never_overwrites_the_list(run, tmp_path):
    path = lists.csv_file(tmp_path / "a.csv")
    before = path.read_bytes()

    code, output = run("houses", "import", path, "--report", path)

    assert (code, "name another file" in output, path.read_bytes()) == (1, True, before)


def test_only_so_many_lines_are_printed(run, tmp_path):
    rows = [[f"K-{n}", "", "?", "", "", "", "", "", ""] for n in range(50)]

    _, output = run("houses", "import", lists.csv_file(tmp_path / "a.csv", rows), "--show", 3)

    assert output.count("\nrow ") == 3
    assert "and 47 more" in output


def test_an_empty_cell_keeps_what_is_known_and_with_replace_clears_it(
    run, tmp_path, houses, secretariat
):
    house_id = uuid.uuid4()
    secretariat.put(f"/houses/{house_id}", json=a_house(code="K-1", extra={"roof_age": 30}))
    path = lists.csv_file(
        tmp_path / "a.csv", [["K-1", "", "RC造", "はい"]], ["code", "備考", "構造", "通学路"]
    )

    assert "1 changed" in run("houses", "import", path)[1]
    kept = houses()["K-1"]
    assert (kept["notes"], kept["structure"], kept["revision"]) == (
        "南側の塀が道路へ傾いている。", "reinforced_concrete", 2,
    )  # fmt: skip
    assert kept["extra"] == {"roof_age": 30, "school_zone": True}

    assert "1 changed" in run("houses", "import", path, "--replace")[1]
    cleared = houses()["K-1"]
    assert (cleared["id"], cleared["notes"], cleared["location"]) == (str(house_id), None, None)
    assert cleared["extra"] == {"school_zone": True}


def test_a_code_of_another_house_is_refused_and_an_id_may_change_its_code(
    run, tmp_path, houses, secretariat
):
    one, two = uuid.uuid4(), uuid.uuid4()
    secretariat.put(f"/houses/{one}", json=a_house(code="K-1"))
    secretariat.put(f"/houses/{two}", json=a_house(code="K-2"))
    rows = [[str(one), "K-2", "木造"], [str(two), "K-9", "木造"], ["17", "K-8", "木造"]]

    code, output = run(
        "houses", "import", lists.csv_file(tmp_path / "a.csv", rows, ["id", "code", "構造"])
    )

    assert code == 1
    assert "row 2: code: 案件番号 K-2 は別の家屋" in output
    assert "row 4: id: 「17」は UUID ではありません" in output
    assert {house["id"]: code for code, house in houses().items()} == {
        str(one): "K-1",
        str(two): "K-9",
    }


def test_a_zero_that_a_spreadsheet_cut_off_is_noticed(run, tmp_path, secretariat, houses):
    secretariat.put(f"/houses/{uuid.uuid4()}", json=a_house(code="0123"))
    path = lists.workbook(tmp_path / "a.xlsx", [[123, "木造"], [124, "木造"]], ["code", "構造"])

    code, output = run("houses", "import", path)

    assert (code, "登録済みの 0123" in output) == (1, True)
    assert set(houses()) == {"0123", "124"}


def test_a_misspelt_column_stops_the_import_unless_it_is_to_be_left_out(run, tmp_path, houses):
    path = lists.csv_file(tmp_path / "a.csv", [["K-1", "木造", "x"]], ["code", "構造", "延床面責"])

    code, output = run("houses", "import", path)
    assert (code, "unknown columns: '延床面責' (is it '延床面積'?)" in output) == (1, True)
    assert houses() == {}

    code, output = run("houses", "import", path, "--ignore-unknown")
    assert (code, "columns left out: 延床面責" in output) == (0, True)


def test_a_dry_run_writes_nothing(run, tmp_path, houses):
    code, output = run("houses", "import", lists.csv_file(tmp_path / "a.csv"), "--dry-run")

    assert (code, "2 would be created" in output, houses()) == (0, True, {})


def test_a_layer_in_a_plane_zone_stands_where_the_check_value_says(run, tmp_path, houses):
    columns = {"code": ["K-1"], "構造": ["木造"]}
    path = lists.layer(tmp_path / "a.gpkg", [lists.KOKURA_6670], columns, "EPSG:6670")

    assert run("houses", "import", path)[0] == 0

    found = houses()["K-1"]["location"]["coordinates"]
    assert found == pytest.approx(lists.KOKURA, abs=2e-8)
    assert "1 unchanged" in run("houses", "import", path)[1]


def test_houses_of_a_team_are_noted_for_its_tablets(app, run, tmp_path, houses):
    from inspection import changes

    path = lists.csv_file(tmp_path / "a.csv")
    run("houses", "import", path)
    noted = []
    original, changes_in = changes.note_houses, sys.modules["inspection.services.house_rows"]
    changes_in.note_houses = lambda pks: noted.extend(pks)
    try:
        rows = [[*lists.ROWS[0][:3], "3階", *lists.ROWS[0][4:]], lists.ROWS[1]]
        run("houses", "import", lists.csv_file(path, rows))
    finally:
        changes_in.note_houses = original

    assert len(noted) == 1


def test_a_run_that_was_killed_leaves_whole_batches_and_is_continued(
    app, run, tmp_path, houses, database_url
):
    rows = [[f"K-{n}", "", "木造", "", "", "", "", "", ""] for n in range(3 * import_houses.BATCH)]
    path = lists.csv_file(tmp_path / "a.csv", rows)
    environment = databases.settings(database_url, tmp_path)
    killing = (
        "import os, signal, wsgi\n"
        "from inspection.services import house_rows\n"
        "from inspection import audit\n"
        "record, calls = audit.record_many, []\n"
        "def once_more(acts, actor):\n"
        "    record(acts, actor)\n"
        "    calls.append(1)\n"
        "    if len(calls) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "audit.record_many = once_more\n"
        f"wsgi.app.cli.main(['houses', 'import', {str(path)!r}], obj=None)\n"
    )

    killed = subprocess.run(
        [sys.executable, "-c", killing],
        env={**os.environ, **environment, "FLASK_APP": "wsgi"},
        capture_output=True,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run("audit", "verify")[0] == 0
    output = run("houses", "import", path)[1]
    assert "3,000 rows: 2,000 created, 0 changed, 1,000 unchanged, 0 refused" in output
    assert run("audit", "verify")[0] == 0
