from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pytest

from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting
from tests.factories import new_id


@pytest.mark.parametrize("file", ["cases.xlsx", "cases.csv", "minutes.docx"])
def test_a_list_is_a_download_with_a_japanese_name(secretariat, file):
    meeting = a_kept_meeting(secretariat, a_confirmed_visit(secretariat), title="判定委員会")

    reply = secretariat.get(f"/meetings/{meeting}/{file}")

    assert reply.status_code == 200
    disposition = unquote(reply.headers["Content-Disposition"])
    assert disposition.startswith("attachment")
    assert "判定委員会" in disposition
    assert secretariat.get(f"/meetings/{new_id()}/{file}").status_code == 404


def test_the_text_file_tells_order_result_and_decision(secretariat):
    first = a_confirmed_visit(secretariat, a_kept_house(secretariat, code="一番"))
    second = a_confirmed_visit(secretariat, a_kept_house(secretariat, code="二番"))
    meeting = a_kept_meeting(secretariat, second, first)
    secretariat.put(
        f"/meetings/{meeting}/cases/{first}/decision",
        json={"decision": "deferred", "reason": "再調査", "decided_on": "2026-11-23"},
    )

    data = secretariat.get(f"/meetings/{meeting}/cases.csv").data.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(data)))
    total = secretariat.get(f"/inspections/{first}").json["score"]["total"]
    assert [(row["資料"], row["番号"]) for row in rows] == [
        ("資料2-1", "二番"),
        ("資料2-2", "一番"),
    ]
    assert (rows[1]["決定"], rows[1]["理由・条件"]) == ("保留", "再調査")
    assert float(rows[1]["評点"]) == total
    assert rows[0]["決定"] == ""
