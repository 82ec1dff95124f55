"""The staff's pages for a meeting: a clerk with a browser's forms, no script needed."""

from __future__ import annotations

import re
import uuid

import pytest

from inspection.extensions import db
from inspection.services import photos
from tests.api.steps import (
    a_confirmed_visit,
    a_kept_meeting,
    send_photo,
)
from tests.factories import a_jpeg, new_id
from tests.web.conftest import PAGE, post


def a_form(**changes):
    return {
        "number": "５",
        "title": "判定委員会",
        "held_on": "2026-12-11",
        "held_time": "14:00",
        "place": "501会議室",
        "agenda": "開会\n\n案件の判定\n",
        "members": "委員長 山田",
        **changes,
    }


def test_a_meeting_is_made_from_the_form_and_sending_it_twice_makes_one(clerk, secretariat):
    page = clerk.get("/meetings/new", headers=PAGE).text
    target = re.search(r'action="(/meetings/[^"]+/edit)"', page)[1]

    first = post(clerk, "/meetings/new", to=target, **a_form())
    again = post(clerk, "/meetings/new", to=target, **a_form())

    assert (first.status_code, again.status_code) == (303, 303)
    [meeting] = secretariat.get("/meetings").json["items"]
    assert meeting["number"] == 5
    assert meeting["held_at"] == "2026-12-11T14:00:00+09:00"
    assert meeting["agenda"] == ["開会", "案件の判定"]
    shown = clerk.get(first.location, headers=PAGE).text
    assert "第5回 判定委員会" in shown
    assert "案件はまだありません" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "入力してください。"),
        ({"held_on": "2026-13-41"}, "日付が正しくありません。"),
        ({"held_time": ""}, "時刻を入力してください。"),
        ({"number": "第五"}, "数字で入力してください。"),
        ({"place": "場" * 201}, "200 文字までです。"),
        ({"members": "名\n" * 101}, "100 行までにしてください。"),
    ],
)
def test_a_field_that_cannot_be_kept_is_marked_and_nothing_typed_is_lost(clerk, wrong, said):
    form = a_form(agenda="大切な次第") | wrong

    reply = post(clerk, "/meetings/new", to=f"/meetings/{new_id()}/edit", **form)

    assert reply.status_code == 422
    assert "大切な次第" in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert said in reply.text


def test_a_meeting_that_another_changed_meanwhile_is_not_overwritten(clerk, secretariat):
    meeting = a_kept_meeting(secretariat)
    edit = f"/meetings/{meeting}/edit"
    revision = re.search(r'name="revision" value="(\d+)"', clerk.get(edit, headers=PAGE).text)[1]
    post(clerk, edit, **a_form(revision=revision))

    late = post(clerk, edit, **a_form(title="別の名前", revision=revision))

    assert late.status_code == 412
    assert 'value="別の名前"' in late.text
    assert re.search(r"いまの会議の名前</dt><dd>判定委員会</dd>", late.text)
    assert secretariat.get(f"/meetings/{meeting}").json["title"] == "判定委員会"
    now_seen = re.search(r'name="revision" value="(\d+)"', late.text)[1]
    assert post(clerk, edit, **a_form(title="別の名前", revision=now_seen)).status_code == 303
    assert secretariat.get(f"/meetings/{meeting}").json["title"] == "別の名前"


def test_past_meetings_stand_in_fiscal_years_with_their_counts(clerk, secretariat):
    visit = a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, visit, held_at="2020-03-31T14:00:00+09:00")
    a_kept_meeting(secretariat, held_at="2020-04-01T00:30:00+09:00", number=4)
    decision = {"decision": "approved"}
    secretariat.put(f"/meetings/{meeting}/cases/{visit}/decision", json=decision)

    page = clerk.get("/meetings", headers=PAGE).text

    assert re.findall(r"<summary>(\S+年度)", page) == ["令和2年度", "令和元年度"]
    assert "案件 1 件、決定 1 件" in page


def test_decisions_are_recorded_together_and_one_that_fails_holds_up_none(clerk, secretariat):
    good, bad, open_case = (a_confirmed_visit(secretariat) for _ in range(3))
    meeting = a_kept_meeting(secretariat, good, bad, open_case)
    page = f"/meetings/{meeting}/decisions"

    reply = post(
        clerk,
        page,
        **{
            f"decision-{good}": "approved",
            f"reason-{good}": "条件なし",
            f"decision-{bad}": "deferred",
            f"decided_on-{bad}": "きのう",
        },
    )

    assert reply.status_code == 422
    assert "日付が正しくありません" in reply.text
    cases = secretariat.get(f"/meetings/{meeting}/cases").json["items"]
    assert [c["decision"] and c["decision"]["decision"] for c in cases] == ["approved", None, None]
    assert cases[0]["decision"]["reason"] == "条件なし"
    assert post(clerk, page, **{f"decision-{bad}": "not_approved"}).status_code == 303


def test_a_photo_is_released_with_boxes_and_nonsense_is_refused(clerk, secretariat, work):
    visit = a_confirmed_visit(secretariat)
    photo = send_photo(secretariat, visit)
    work()
    meeting = a_kept_meeting(secretariat, visit)
    page = f"/meetings/{meeting}/cases/{visit}/photos"
    box = '[{"x":0.1,"y":0.2,"width":0.3,"height":0.1}]'

    kept = post(clerk, page, to=f"{page}/{photo}", released="1", boxes=box)
    wrong = [
        post(clerk, page, to=f"{page}/{photo}", released="1", boxes=text).status_code
        for text in ("[1]", "{", '[{"x":2,"y":0,"width":1,"height":1}]', "[{}]", "null")
    ]

    assert kept.status_code == 303
    assert set(wrong) == {422}
    told = secretariat.get(f"/photos/{photo}").json
    assert told["released"] is True
    assert told["boxes"] == [{"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.1}]
    assert clerk.get(f"/photos/{photo}/report.jpg").status_code == 200
    assert clerk.get(f"/photos/{photo}/original.jpg").status_code == 404


def test_photos_that_cannot_be_released_are_listed_with_their_reason(app, clerk, secretariat):
    visit = a_confirmed_visit(secretariat)
    waiting, refused = send_photo(secretariat, visit), send_photo(secretariat, visit, a_jpeg(2))
    with app.app_context():
        photo = photos.find(uuid.UUID(refused))
        photo.status, photo.reason = "rejected", "写真を開けません。"
        db.session.commit()
    meeting = a_kept_meeting(secretariat, visit)

    page = clerk.get(f"/meetings/{meeting}/cases/{visit}/photos", headers=PAGE).text

    assert "表示用の画像を作成中です" in page
    assert "資料に使えません：写真を開けません。" in page
    assert f"/photos/{waiting}/report.jpg" not in page


def test_packs_are_ordered_watched_cancelled_and_lists_downloaded(clerk, secretariat):
    meeting = a_kept_meeting(secretariat, a_confirmed_visit(secretariat))
    desk = f"/meetings/{meeting}"

    ordered = post(clerk, desk, to=f"{desk}/packs", edition="closed")
    page = clerk.get(desk, headers=PAGE).text
    watch = re.search(r'data-watch="([^"]+)"', page)[1]
    state = clerk.get(watch).json
    cancelled = post(clerk, desk, to=watch.replace("/state", "/cancel"))

    assert ordered.status_code == 303
    assert "順番を待っています" in page
    assert state["status"] == "queued"
    assert cancelled.status_code == 303
    assert "取り消しました" in clerk.get(watch).json["html"]
    for kind in ("xlsx", "csv", "docx"):
        assert clerk.get(f"{desk}/list.{kind}").status_code == 200
    assert clerk.get(f"{desk}/list.exe").status_code == 404


def test_the_committee_reads_and_changes_nothing(client, staff, sign_in, secretariat):
    visit = a_confirmed_visit(secretariat)
    meeting = a_kept_meeting(secretariat, visit)
    sign_in(staff("committee"))
    desk = f"/meetings/{meeting}"

    page = client.get(desk, headers=PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    assert "案件を加える" not in page
    assert "事務局用" not in page
    for path in (f"{desk}/edit", f"{desk}/add", f"{desk}/decisions", "/meetings/new"):
        assert client.get(path, headers=PAGE).status_code == 403, path
    assert client.get(f"{desk}/cases/{visit}/photos", headers=PAGE).status_code == 403
    for path in ("edit", "cases", "add", "packs", "decisions"):
        reply = client.post(f"{desk}/{path}", data={"csrf_token": token}, headers=PAGE)
        assert reply.status_code == 403, path


@pytest.mark.parametrize("role", ["inspector", "gis"])
def test_other_roles_have_no_meetings(client, staff, sign_in, role):
    sign_in(staff(role))

    assert client.get("/meetings", headers=PAGE).status_code == 403


def test_a_form_without_its_token_changes_nothing(clerk, secretariat):
    meeting = a_kept_meeting(secretariat)

    reply = clerk.post(f"/meetings/{meeting}/edit", data=a_form(), headers=PAGE)

    assert reply.status_code == 400
    assert secretariat.get(f"/meetings/{meeting}").json["title"] != "判定委員会"
