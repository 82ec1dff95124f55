"""A clerk who has only the address: cases, packs, photos, decisions, in a real browser."""

from __future__ import annotations

import pytest

from tests.api.steps import a_confirmed_visit, a_kept_meeting, send_photo
from tests.web.browser import TOO_SMALL, TOUCH_PX, faults_of_access

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True),
]


@pytest.fixture
def meeting(secretariat, work):
    """A meeting of two cases, the first with a photo that is ready."""
    visits = [a_confirmed_visit(secretariat) for _ in range(2)]
    photo = send_photo(secretariat, visits[0])
    work()
    return {"id": a_kept_meeting(secretariat, *visits), "visits": visits, "photo": photo}


def test_every_page_fits_the_screen_the_finger_and_the_screen_reader(visitor, staff, meeting):
    visitor.sign_in(staff("secretariat"))
    desk = f"/meetings/{meeting['id']}"
    photos = f"{desk}/cases/{meeting['visits'][0]}/photos"

    for path in (
        "/home",
        "/meetings",
        "/meetings/new",
        desk,
        f"{desk}/add",
        f"{desk}/decisions",
        f"{desk}/edit",
        photos,
        "/tablets",
        "/teams/new",
        "/map-questions/meshes",
        "/map-questions/near",
    ):
        page = visitor.open(path)
        assert faults_of_access(page) == [], path
        assert visitor.overflow_px() <= 0, path
        assert page.evaluate(TOO_SMALL % TOUCH_PX) == [], path

    assert visitor.faults == []


@pytest.mark.parametrize("size", ["tablet"], indirect=True)
def test_a_clerk_builds_downloads_and_records_without_reading_anything(
    visitor, staff, secretariat, meeting, work
):
    page = visitor.open("/")
    page.click("header >> text=サインイン")
    visitor.sign_in(staff("secretariat"))
    page.click("header >> text=会議")
    page.click(".links a")
    page.click("[aria-label$='を下へ'] >> nth=0")
    page.wait_for_load_state("networkidle")

    page.click(".pack:has-text('非公開') >> text=作成する")
    page.wait_for_selector(".pack[data-state=queued] progress")
    work()
    page.wait_for_selector(".pack[data-state=ready]")
    assert page.text_content("#pack-news").startswith("非公開資料：")
    with page.expect_download() as download:
        page.click("text=PDF をダウンロード")
    page.click("text=決定を記録する")
    page.click(".choice:has-text('認定') >> nth=0")
    page.fill("textarea >> nth=0", "更地の管理を条件とする")
    page.click("main button:has-text('決定を記録する')")
    page.wait_for_selector("text=決定を記録しました。")

    assert download.value.suggested_filename.endswith("(非公開).pdf")
    assert download.value.path().read_bytes()[:5] == b"%PDF-"
    cases = secretariat.get(f"/meetings/{meeting['id']}/cases").json["items"]
    assert [case["inspection_id"] for case in cases] == meeting["visits"][::-1]
    assert cases[0]["decision"]["decision"] == "approved"
    assert cases[0]["decision"]["reason"] == "更地の管理を条件とする"
    assert visitor.faults == []


@pytest.mark.parametrize("size", ["tablet"], indirect=True)
def test_boxes_are_drawn_by_pointer_and_moved_by_key(visitor, staff, secretariat, meeting):
    visitor.sign_in(staff("secretariat"))
    page = visitor.open(f"/meetings/{meeting['id']}/cases/{meeting['visits'][0]}/photos")
    frame = page.locator(".canvas").bounding_box()

    def at(x, y):
        return frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]

    page.mouse.move(*at(0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.5, 0.4), steps=4)
    page.mouse.up()
    page.click("text=枠を加える")
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowRight")
    page.click(".choice:has-text('公開する')")
    page.click("text=この写真を保存する")
    page.wait_for_selector("text=公開用資料に載せます")

    told = secretariat.get(f"/photos/{meeting['photo']}").json
    assert told["released"] is True
    [box] = told["boxes"]
    assert box == {
        "x": pytest.approx(0.21, abs=0.005),
        "y": pytest.approx(0.2, abs=0.005),
        "width": pytest.approx(0.3, abs=0.01),
        "height": pytest.approx(0.2, abs=0.01),
    }
    assert page.locator(".box").count() == 1
    assert visitor.faults == []


@pytest.mark.parametrize("size", ["tablet"], indirect=True)
def test_nothing_typed_is_lost_and_a_moved_case_stays_under_the_finger(
    visitor, staff, secretariat, meeting
):
    visitor.sign_in(staff("secretariat"))
    desk, (first, second) = f"/meetings/{meeting['id']}", meeting["visits"]
    page = visitor.open(desk)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.fill(f"#proposal-{first}", "書きかけの案")
    page.click("header >> text=ホーム", no_wait_after=True)
    page.wait_for_selector("text=保存していない変更があります。")
    stayed = page.url
    page.dblclick(f"button[value='down:{first}']")
    page.wait_for_selector("text=順番を変えました。")
    page.wait_for_selector("button[value^='up:']:focus")
    focused = page.evaluate("document.activeElement.value")
    page.click(f"button[value='remove:{first}']")
    page.wait_for_selector("text=案件から外しました。")
    page.wait_for_url(f"**{desk}")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=案件に戻しました。")

    assert (asked, stayed) == (["beforeunload"], f"{visitor.server}{desk}")
    assert focused == f"up:{first}"
    cases = secretariat.get(f"{desk}/cases").json["items"]
    assert [case["inspection_id"] for case in cases] == [second, first]
    assert cases[1]["proposal"] == "書きかけの案"
    assert visitor.faults == []
