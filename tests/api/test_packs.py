from __future__ import annotations

from urllib.parse import unquote
from uuid import UUID

import pytest

from tests.api.steps import (
    a_confirmed_visit,
    a_kept_meeting,
    a_kept_visit,
    for_each,
    review,
    send_photo,
)
from tests.factories import a_house, a_jpeg, a_meeting, new_id


@pytest.fixture
def meeting(secretariat):
    return a_kept_meeting(secretariat, a_confirmed_visit(secretariat))


def order(secretariat, meeting, edition="closed"):
    reply = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": edition})
    assert reply.status_code == 202, reply.text
    return reply


def test_an_order_is_202_with_the_place_of_the_pack(secretariat, meeting):
    reply = order(secretariat, meeting)

    location = reply.headers["Location"]
    assert location == f"/api/v1/packs/{reply.json['id']}"
    waiting = secretariat.get(location.removeprefix("/api/v1")).json
    assert waiting["status"] == "queued"
    assert waiting["progress"] == {"done": 0, "total": 1}


def test_a_built_pack_is_a_pdf_with_etag_range_and_japanese_name(secretariat, meeting, work):
    pack = order(secretariat, meeting).json["id"]
    early = secretariat.get(f"/packs/{pack}/file")
    work()

    ready = secretariat.get(f"/packs/{pack}").json
    file = secretariat.get(f"/packs/{pack}/file")

    assert early.status_code == 409
    assert (ready["status"], ready["progress"]) == ("ready", {"done": 1, "total": 1})
    assert ready["pages"] >= 4
    assert len(ready["snapshot_sha256"]) == 64
    assert file.data.startswith(b"%PDF")
    assert file.mimetype == "application/pdf"
    assert "第3回 判定委員会" in unquote(file.headers["Content-Disposition"])
    etag = file.headers["ETag"]
    part = secretariat.get(f"/packs/{pack}/file", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    again = secretariat.get(f"/packs/{pack}/file", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_the_same_snapshot_gives_the_same_bytes(secretariat, meeting, work):
    packs = []
    for place in ("第1会議室", "第2会議室", "第1会議室"):
        secretariat.put(f"/meetings/{meeting}", json=a_meeting(place=place))
        packs.append(order(secretariat, meeting).json["id"])
        work()

    first, other, again = (secretariat.get(f"/packs/{pack}").json for pack in packs)

    assert len(set(packs)) == 3
    assert first["snapshot_sha256"] == again["snapshot_sha256"] != other["snapshot_sha256"]
    assert first["sha256"] == again["sha256"] != other["sha256"]


def test_a_second_order_of_an_unchanged_pack_is_the_finished_one(secretariat, meeting, work):
    first = order(secretariat, meeting)
    work()

    again = order(secretariat, meeting)
    secretariat.put(f"/meetings/{meeting}", json=a_meeting(place="別の会議室"))
    changed = order(secretariat, meeting)

    assert again.headers["Location"] == first.headers["Location"]
    assert again.json["status"] == "ready"
    assert changed.json["id"] != first.json["id"]


def test_a_pack_of_an_older_template_is_drawn_again(app, secretariat, meeting, work):
    from inspection.extensions import db
    from inspection.models import Pack

    first = order(secretariat, meeting).json["id"]
    work()
    with app.app_context():
        db.session.query(Pack).one().template = "0" * 64
        db.session.commit()

    assert order(secretariat, meeting).json["id"] != first


def test_a_waiting_pack_is_cancelled_at_once_and_may_be_ordered_again(secretariat, meeting, work):
    pack = order(secretariat, meeting).json["id"]

    cancelled = secretariat.post(f"/packs/{pack}/cancel")
    work()

    assert cancelled.status_code == 200
    now = secretariat.get(f"/packs/{pack}").json
    assert (now["status"], now["error"]) == ("failed", "取り消しました")
    assert secretariat.post(f"/packs/{pack}/cancel").status_code == 200
    retried = order(secretariat, meeting).json["id"]
    assert retried != pack
    work()
    assert secretariat.get(f"/packs/{retried}").json["status"] == "ready"
    assert secretariat.post(f"/packs/{retried}/cancel").status_code == 409


def test_a_running_pack_stops_between_two_cases(secretariat, work, monkeypatch):
    from inspection.services import build_pack

    cases = [a_confirmed_visit(secretariat) for _ in range(3)]
    pack = order(secretariat, a_kept_meeting(secretariat, *cases)).json["id"]
    monkeypatch.setattr(build_pack, "REPORT_EVERY_S", -1)
    drawn, reporter = [], build_pack._reporter

    def cancelling(pack_id):
        report = reporter(pack_id)

        def step(done, total):
            drawn.append(done)
            if done == 1:
                assert secretariat.post(f"/packs/{pack_id}/cancel").status_code == 200
            report(done, total)

        return step

    monkeypatch.setattr(build_pack, "_reporter", cancelling)
    work()

    now = secretariat.get(f"/packs/{pack}").json
    assert drawn == [0, 1]
    assert (now["status"], now["error"]) == ("failed", "取り消しました")
    assert secretariat.get(f"/packs/{pack}/file").status_code == 409


def test_a_photo_that_vanished_fails_the_build_with_its_number(app, secretariat, work):
    from inspection.extensions import db
    from inspection.models import Photo

    visit = a_confirmed_visit(secretariat)
    for number in (1, 2):
        send_photo(secretariat, visit, a_jpeg(number))
    meeting = a_kept_meeting(secretariat, visit)
    order(secretariat, meeting)
    work()
    with app.app_context():
        gone = db.session.query(Photo).order_by(Photo.pk.desc()).first()
        app.extensions["hantei_storage"].delete(gone.report_key)

    pack = order(secretariat, meeting).json["id"]  # not the finished one, which nothing could make
    work()

    failed = secretariat.get(f"/packs/{pack}").json
    assert failed["status"] == "failed"
    assert failed["error"].startswith("資料2-1")
    assert "写真2: 画像がない" in failed["error"]


def test_the_secretariats_edition_is_for_those_who_prepare_meetings(
    secretariat, admin, committee, meeting, work
):
    pack = order(secretariat, meeting, "secretariat").json["id"]
    work()

    for caller, status in ((secretariat, 200), (admin, 200), (committee, 403)):
        assert caller.get(f"/packs/{pack}").status_code == status
        assert caller.get(f"/packs/{pack}/file").status_code == status
    body = {"edition": "secretariat"}
    assert committee.post(f"/meetings/{meeting}/packs", json=body).status_code == 403
    assert "事務局用" in unquote(
        secretariat.get(f"/packs/{pack}/file").headers["Content-Disposition"]
    )


def test_the_command_builds_the_same_bytes_as_http(app, secretariat, meeting, work, tmp_path):
    pack = order(secretariat, meeting).json["id"]
    work()
    out = tmp_path / "pack.pdf"

    result = app.test_cli_runner().invoke(args=["packs", "build", meeting, "-o", str(out)])

    assert result.exit_code == 0, result.output
    assert out.read_bytes() == secretariat.get(f"/packs/{pack}/file").data


def test_a_second_order_while_one_waits_is_the_same_pack(secretariat, meeting):
    first, second = order(secretariat, meeting), order(secretariat, meeting)

    assert first.json["id"] == second.json["id"]
    assert order(secretariat, meeting, "public").json["id"] != first.json["id"]


def test_a_meeting_without_cases_or_with_a_reopened_one_is_409(secretariat):
    empty = a_kept_meeting(secretariat)
    visit = a_confirmed_visit(secretariat)
    reopened = a_kept_meeting(secretariat, visit)
    review(secretariat, a_kept_visit(secretariat))
    body = secretariat.get(f"/inspections/{visit}")
    changed = {
        name: body.json[name] for name in ("house_id", "method", "inspected_at", "answers", "notes")
    }
    secretariat.put(
        f"/inspections/{visit}", json=changed, headers={"If-Match": body.headers["ETag"]}
    )

    for meeting in (empty, reopened):
        reply = secretariat.post(f"/meetings/{meeting}/packs", json={"edition": "closed"})
        assert reply.status_code == 409


@for_each("body", [{"edition": "secret"}, {"edition": None}, {"pages": 1}, []])
def test_a_faulty_order_is_422(secretariat, meeting, body):
    assert secretariat.post(f"/meetings/{meeting}/packs", json=body).status_code == 422


def test_an_unknown_pack_is_404(secretariat):
    assert secretariat.get(f"/packs/{new_id()}").status_code == 404
    assert secretariat.get(f"/packs/{new_id()}/file").status_code == 404


def test_every_download_is_an_act(app, secretariat, meeting, work):
    from inspection.extensions import db
    from inspection.models import AuditEntry

    pack = order(secretariat, meeting).json["id"]
    work()
    secretariat.get(f"/packs/{pack}/file")

    with app.app_context():
        acts = [row.act for row in db.session.query(AuditEntry)]
    assert acts.count("pack.download") == 1


def test_a_pack_that_cannot_be_built_says_why(app, secretariat, meeting, work, monkeypatch):
    from inspection.errors import ConflictError
    from inspection.services import build_pack

    def refuse(*_):
        raise ConflictError("写真が壊れています。")

    monkeypatch.setattr(build_pack, "freeze", refuse)
    pack = order(secretariat, meeting).json["id"]
    work()

    reply = secretariat.get(f"/packs/{pack}").json
    assert (reply["status"], reply["error"]) == ("failed", "写真が壊れています。")
    assert secretariat.get(f"/packs/{pack}/file").status_code == 409
    monkeypatch.undo()
    with app.app_context():
        build_pack.build_ordered(UUID(pack))  # as `jobs retry` does
    assert secretariat.get(f"/packs/{pack}").json["status"] == "ready"


def test_the_public_edition_hides_what_the_contract_says(app, secretariat, work, tmp_path):
    import pypdfium2

    from tests.api.steps import a_kept_house
    from tests.factories import an_owner

    house = a_kept_house(secretariat, **a_house(notes="家屋の秘密のメモ"))
    secretariat.put(f"/houses/{house}/owner", json=an_owner())
    visit = a_confirmed_visit(secretariat, house)
    meeting = a_kept_meeting(secretariat, visit)

    def text(edition):
        pack = order(secretariat, meeting, edition).json["id"]
        work()
        document = pypdfium2.PdfDocument(secretariat.get(f"/packs/{pack}/file").data)
        words = "".join(page.get_textpage().get_text_range() for page in document)
        return "".join(words.split())

    closed, public = text("closed"), text("public")

    secrets = ["城内1番地1", "田中一郎", "見本太郎", "北西の柱が傾いている", "郵便物がたまっている"]
    for secret in secrets:
        assert secret in closed, secret
        assert secret not in public, secret
    for secret in ("城内1番1号", "130.8752", "33.8834"):
        assert secret not in public, secret
    assert "小倉北区城内" in public
