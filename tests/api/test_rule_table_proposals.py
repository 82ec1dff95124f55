"""The life of a city's rule table over HTTP: proposed, checked, approved by another, in force."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.api.conftest import Caller
from tests.api.steps import a_confirmed_visit, a_kept_house, a_kept_meeting
from tests.factories import an_inspection, new_id
from tests.scoring.workbooks import Book, a_city_book

WOODEN = "jp.substandard-dwelling.wooden"
CITY = "kitakyushu.substandard-dwelling.wooden"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHOOL = {"school_route": True}


def send(caller, book, note="試験"):
    data = book.data() if isinstance(book, Book) else book
    path = f"/rule-tables/proposals?note={note}&file_name=city.xlsx"
    return caller.post(path, data=data, content_type=XLSX)


def propose(caller, book):
    reply = send(caller, book)
    assert reply.status_code == 201, reply.text
    return reply.json


def review(caller, proposal, action="approve", comment=None):
    path = f"/rule-tables/proposals/{proposal['id']}/review"
    return caller.post(path, json={"action": action, "comment": comment})


def publish(secretariat, admin, book):
    proposal = propose(secretariat, book)
    reply = review(admin, proposal)
    assert reply.status_code == 200, reply.text
    return reply.json


def ids(caller, query):
    return [t["id"] for t in caller.get(f"/rule-tables?{query}").json["items"]]


def test_a_table_is_fetched_edited_proposed_approved_and_judges(
    secretariat, admin, inspector, client
):
    fetched = inspector.get(f"/rule-tables/{WOODEN}/2004-07-01.xlsx")
    assert (fetched.status_code, fetched.mimetype) == (200, XLSX)
    assert Book(fetched.data).read().table.id == WOODEN
    before = a_confirmed_visit(secretariat)

    proposal = propose(secretariat, a_city_book())
    assert ids(inspector, "structure=wooden&method=full&on=2026-05-12") == [WOODEN]
    assert review(admin, proposal).json["status"] == "approved"

    # The list, a score, the next visit: the city's table goes before the national one.
    assert ids(inspector, "structure=wooden&method=full&on=2026-05-12") == [CITY, WOODEN]
    shown = inspector.get(f"/rule-tables/{CITY}/2026-10-01").json
    assert [condition["code"] for condition in shown["conditions"]] == ["school_route"]
    answers = {item["code"]: "none" for c in shown["categories"] for item in c["items"]}
    score = inspector.post(
        "/scores",
        json={
            "structure": "wooden",
            "on": "2026-05-12",
            "answers": answers | {"9-1": ["i"], "2-4": ["i"]},
            "conditions": SCHOOL,
        },
    ).json
    assert (score["table"]["id"], score["total"]) == (CITY, 97.5)  # (50 + 15) × 1.5
    visit = new_id()
    body = an_inspection(a_kept_house(secretariat), conditions=SCHOOL)
    kept = inspector.put(f"/inspections/{visit}", json=body).json
    assert (kept["score"]["table"]["id"], kept["score"]["total"]) == (CITY, 150)
    assert secretariat.get(f"/inspections/{before}").json["score"]["table"]["id"] == WOODEN


def test_the_report_says_what_differs_and_how_many_houses_cross(secretariat):
    a_confirmed_visit(secretariat)  # 100 points stay a substandard dwelling, whatever is unknown
    shown = dict.fromkeys(("1-1", "1-2"), "none")
    house = a_kept_house(secretariat, code="R8-777")
    from scoring.registry import load_registry

    table = load_registry().get(WOODEN, "2004-07-01")
    clean = {item.code: "none" for item in table.items()} | shown | {"2-2": ["ro"], "2-4": ["i"]}
    a_confirmed_visit(secretariat, house, answers=clean)  # 65, and 115 if 9-1 is found

    report = propose(secretariat, a_city_book())["report"]

    assert report["current"]["id"] == WOODEN
    assert any("通学路に面する場合の割増し" in line for line in report["difference"])
    assert report["effect"]["houses"] == 2
    assert report["effect"]["crossing"] == 1
    assert report["effect"]["moves"][0]["codes"] == ["R8-777"]
    assert (report["effect"]["moves"][0]["from"], report["effect"]["moves"][0]["to"]) == (
        "not_substandard",
        "undetermined",
    )


def test_the_next_pack_shows_the_new_table(secretariat, admin, work):
    import pypdfium2

    publish(secretariat, admin, a_city_book())
    case = a_confirmed_visit(secretariat, conditions=SCHOOL)
    meeting = a_kept_meeting(secretariat, case)

    ordered = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "closed"})
    work()

    pack = ordered.headers["Location"].removeprefix("/api/v1")
    document = pypdfium2.PdfDocument(secretariat.get(f"{pack}/file").data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "2026-10-01" in text
    assert CITY in text.replace("\r\n", "") or "北九州市の評点表" in text
    assert "通学路に面する" in text


def test_nobody_approves_what_they_proposed_themselves(app, client, tokens):
    first = Caller(client, tokens("admin", label="課長 佐藤"))
    same_name = Caller(client, tokens("admin", label="課長 佐藤"))
    other = Caller(client, tokens("admin", label="部長 鈴木"))
    proposal = propose(first, a_city_book())

    for sender in (first, same_name):
        reply = review(sender, proposal)
        assert (reply.status_code, reply.mimetype) == (403, "application/problem+json")
        assert "提案した人は承認できません" in reply.json["detail"]
    assert review(other, proposal).json["reviewed_by"] == "部長 鈴木"


def test_only_an_admin_approves_or_rejects_and_only_the_proposer_withdraws(
    client, tokens, secretariat, admin, inspector
):
    proposal = propose(secretariat, a_city_book())
    colleague = Caller(client, tokens("secretariat", label="別の事務局員"))

    assert review(colleague, proposal).status_code == 403
    assert review(colleague, proposal, "reject").status_code == 403
    assert review(colleague, proposal, "withdraw").status_code == 403
    assert review(inspector, proposal).status_code == 403
    assert review(secretariat, proposal, "withdraw", "間違い").json["status"] == "withdrawn"
    assert review(admin, proposal).status_code == 409
    listed = admin.get("/rule-tables/proposals").json["items"]
    assert [(p["status"], p["comment"]) for p in listed] == [("withdrawn", "間違い")]


def test_a_rejected_table_stays_in_the_record_and_may_be_proposed_anew(secretariat, admin):
    rejected = propose(secretariat, a_city_book())
    assert send(secretariat, a_city_book()).status_code == 409  # the same version waits already
    review(admin, rejected, "reject", "根拠が足りない")

    again = propose(secretariat, a_city_book())

    statuses = {p["id"]: p["status"] for p in admin.get("/rule-tables/proposals").json["items"]}
    assert statuses == {rejected["id"]: "rejected", again["id"]: "proposed"}
    assert admin.get("/rule-tables/proposals?status=rejected").json["items"][0]["comment"]
    whole = admin.get(f"/rule-tables/proposals/{again['id']}").json["rule_table"]
    assert whole["categories"][-1]["items"][0]["code"] == "9-1"


def test_each_step_is_in_the_audit_trail(app, secretariat, admin):
    published = publish(secretariat, admin, a_city_book())

    from inspection import audit
    from inspection.extensions import db
    from inspection.models import AuditEntry

    with app.app_context():
        entries = list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number)))
        steps = [
            (e.act, e.actor, e.after_sha256) for e in entries if e.act.startswith("rule_table.")
        ]
        assert audit.verify().faults == ()
    sha256 = published["table"]["sha256"]
    assert steps == [
        ("rule_table.propose", "test secretariat", sha256),
        ("rule_table.approve", "test admin", sha256),
    ]


def test_a_new_version_ends_the_earlier_one_the_day_before(secretariat, admin, inspector):
    publish(secretariat, admin, a_city_book("2026-04-01", date(2026, 4, 1)))
    publish(secretariat, admin, a_city_book("2027-04-01", date(2027, 4, 1)))

    def versions(day):
        items = inspector.get(f"/rule-tables?structure=wooden&method=full&on={day}").json["items"]
        return [t["version"] for t in items if t["id"] == CITY]

    assert versions("2026-03-31") == []
    assert versions("2027-03-31") == ["2026-04-01"]
    assert versions("2027-04-01") == ["2027-04-01"]
    listed = [t for t in inspector.get("/rule-tables").json["items"] if t["id"] == CITY]
    assert [t["effective"]["to"] for t in listed] == [None, None]
    assert [t["in_force"]["to"] for t in listed] == ["2027-04-01", None]
    score = {"structure": "wooden", "answers": {}}
    used = [
        inspector.post("/scores", json=score | {"on": day}).json["table"]
        for day in ("2026-03-31", "2027-03-31", "2027-04-01")
    ]
    assert [(t["id"], t["version"]) for t in used] == [
        (WOODEN, "2004-07-01"),
        (CITY, "2026-04-01"),
        (CITY, "2027-04-01"),
    ]


@pytest.mark.parametrize(
    ("heading", "value", "cell", "message"),
    [
        ("団体コード", "13101", "表紙!B7", "40100(この市)か 00000(国)"),
        ("評点表のID", WOODEN, "表紙!B5", "団体 00000 の評点表のものです"),
        ("評点表のID", "a" * 121, "表紙!B5", "120 文字まで"),
        ("版", "v" * 41, "表紙!B6", "40 文字まで"),
        ("出典の確認", "例(適用しない)", "表紙!B18", "例の評点表は適用できません"),
    ],
)
def test_what_the_city_may_not_publish_is_refused_at_its_cell(
    secretariat, heading, value, cell, message
):
    book = a_city_book()
    book.set_cover(heading, value)

    reply = send(secretariat, book)

    assert reply.status_code == 422
    assert message in reply.json["errors"][cell][0]


def test_dates_in_conflict_with_a_table_in_force_are_refused_at_their_cell(secretariat, admin):
    publish(secretariat, admin, a_city_book())
    other = a_city_book()
    other.set_cover("評点表のID", "kitakyushu.other")

    reply = send(secretariat, other)

    assert reply.status_code == 422
    assert "適用期間が" in reply.json["errors"]["表紙!B12"][0]


def test_a_published_version_is_not_proposed_again(secretariat, admin):
    publish(secretariat, admin, a_city_book())

    assert "同じ内容で公布されています" in send(secretariat, a_city_book()).json["detail"]
    changed = a_city_book()
    changed.set_cover("名称", "別の名称")
    reply = send(secretariat, changed)
    assert (reply.status_code, "新しい版" in reply.json["detail"]) == (409, True)


def test_a_proposal_that_no_longer_fits_is_not_approved(secretariat, admin):
    waiting = a_city_book()
    waiting.set_cover("評点表のID", "kitakyushu.other")
    proposal = propose(secretariat, waiting)
    publish(secretariat, admin, a_city_book())

    reply = review(admin, proposal)

    assert reply.status_code == 409
    assert "提案のあとに状況が変わりました" in reply.json["detail"]


def test_every_fault_of_a_workbook_is_told_by_cell(secretariat):
    book = a_city_book()
    book.book["評点表"]["H4"] = "10"
    book.book["評点表"]["G5"] = "=A1"

    reply = send(secretariat, book)

    assert (reply.status_code, reply.mimetype) == (422, "application/problem+json")
    assert set(reply.json["errors"]) == {"評点表!H4", "評点表!G5"}
    assert reply.json["detail"].endswith("(ほか 1 件)")


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"", XLSX, 400),
        (b"{}", "application/json", 415),
        (b"PK\x03\x04" + b"\0" * 50, XLSX, 422),
        (b"\xff\xfe", "application/octet-stream", 422),
        (b"id = 1\nid = 2", "application/toml", 422),
        (b"x = " + b"[" * 5000, "application/toml", 422),
        (b"\0" * 4_000_001, XLSX, 413),
    ],
)
def test_bodies_that_are_no_table_are_refused(secretariat, data, content_type, status):
    reply = secretariat.post("/rule-tables/proposals", data=data, content_type=content_type)

    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")


def test_a_table_is_proposed_as_toml_too(secretariat):
    from scoring.registry import SHIPPED

    text = (SHIPPED / "wooden-2004-07-01.toml").read_text()
    text = text.replace(WOODEN, "kitakyushu.toml").replace('"00000"', '"40100"')

    path = "/rule-tables/proposals"
    assert secretariat.post(path, data=text, content_type="application/toml").status_code == 201
    faulty = text.replace("cap = 50", "cap = -1", 1)
    reply = secretariat.post(path, data=faulty, content_type="application/toml")
    assert list(reply.json["errors"]) == ["categories[1].cap"]


def test_another_process_sees_an_approval_at_once(app, database_url, tmp_path, secretariat, admin):
    from inspection import create_app
    from tests import databases

    other = create_app(databases.settings(database_url, tmp_path))
    with app.app_context():
        from inspection.services.access import create_token

        token = create_token(role="inspector", label="other process")
    elsewhere = Caller(other.test_client(), token)
    assert ids(elsewhere, "on=2026-05-12&method=full&structure=wooden") == [WOODEN]

    publish(secretariat, admin, a_city_book())

    assert ids(elsewhere, "on=2026-05-12&method=full&structure=wooden") == [CITY, WOODEN]
    with other.app_context():
        from inspection.extensions import db

        db.session.remove()
        db.engine.dispose()


def test_an_approved_table_can_be_neither_changed_nor_deleted_in_the_database(
    app, secretariat, admin
):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from inspection.extensions import db

    publish(secretariat, admin, a_city_book())

    with app.app_context():
        for statement in (
            "update rule_table_proposals set document = '{}'",
            "delete from rule_table_proposals",
        ):
            with pytest.raises(DBAPIError, match="cannot be changed"), db.session.begin():
                db.session.execute(text(statement))


def test_a_city_workbook_is_given_out_again_and_its_etag_is_the_sha256(
    secretariat, admin, inspector
):
    published = publish(secretariat, admin, a_city_book())

    given = inspector.get(f"/rule-tables/{CITY}/2026-10-01.xlsx")
    shown = inspector.get(f"/rule-tables/{CITY}/2026-10-01")

    assert load_workbook(io.BytesIO(given.data)).sheetnames[0] == "表紙"
    assert Book(given.data).read().table.sha256 == published["table"]["sha256"]
    assert shown.headers["ETag"] == f'"{published["table"]["sha256"]}"'
    assert inspector.get(f"/rule-tables/{CITY}/1.xlsx").status_code == 404
