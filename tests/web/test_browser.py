"""The pages in a real browser, at the sizes of a tablet and a phone."""

from __future__ import annotations

import pytest

from tests.web.browser import TOO_SMALL, TOUCH_PX

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_kind", ["spatialite"], indirect=True),
]


@pytest.fixture
def code(app):
    from inspection.auth import SYSTEM
    from inspection.services.devices import issue_enrolment_code

    with app.app_context():
        return issue_enrolment_code(SYSTEM).code


def fill_in(page, name="判定班1のタブレット"):
    page.fill("#name", name)
    page.click("#enrol-form button")


def kept(page):
    """What the tablet keeps, read as the tablet app will read it."""
    return page.evaluate(
        "async () => (await import('/static/js/device.js')).currentEnrolment() ?? null"
    )


def test_pages_fit_the_screen_and_the_finger(visitor, staff):
    def looks_right():
        assert visitor.overflow_px() <= 0, visitor.page.url
        assert visitor.page.evaluate(TOO_SMALL % TOUCH_PX) == [], visitor.page.url

    for path in ("/", "/?lang=en", "/sign-in", "/enrol"):
        visitor.open(path)
        looks_right()
    visitor.sign_in(staff("secretariat"))
    looks_right()
    visitor.page.click("text=登録コードを作る")
    visitor.page.wait_for_selector(".qr")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("document.querySelector('.qr').naturalWidth") > 0
    looks_right()

    assert visitor.faults == []


def test_the_front_page_is_set_in_its_own_font(visitor):
    page = visitor.open("/")

    page.evaluate("document.fonts.ready")

    assert page.evaluate("[...document.fonts].map((f) => f.status)") == ["loaded", "loaded"]


def test_the_api_description_lists_every_operation(visitor, client):
    document = client.get("/api/v1/openapi.json").json
    operations = sum(
        method in ("get", "put", "post", "delete", "patch")
        for path in document["paths"].values()
        for method in path
    )

    page = visitor.open("/api/v1/docs")
    page.wait_for_selector("#operations .opblock")

    assert page.locator("#operations .opblock").count() == operations
    assert visitor.overflow_px() <= 0
    assert visitor.faults == []


def test_an_operation_can_be_tried_from_its_description(visitor, tokens):
    page = visitor.open("/api/v1/docs")
    page.click(".btn.authorize")
    page.fill(".modal-ux input >> nth=0", tokens("inspector"))
    page.click(".modal-ux button.authorize >> nth=0")
    page.click(".modal-ux .btn-done >> nth=0")

    page.click("[id$='list_houses'] .opblock-summary-control, #operations-houses-list_houses")
    page.click(".opblock.is-open .try-out__btn")
    page.click(".opblock.is-open .execute")
    page.wait_for_selector(".live-responses-table .response-col_status")

    assert "200" in page.inner_text(".live-responses-table .response-col_status >> nth=1")
    assert visitor.faults == []


def test_a_tablet_is_enrolled_by_its_link(visitor, client, code):
    page = visitor.open(f"/enrol?code={code}")

    fill_in(page)
    page.wait_for_selector("#done-view:not([hidden])")

    enrolment = kept(page)
    header = {"Authorization": f"Bearer {enrolment['token']}"}
    assert page.url == f"{visitor.server}/enrol"
    assert enrolment["device"]["name"] == "判定班1のタブレット"
    assert "判定班1のタブレット" in page.inner_text("#done-view")
    assert client.get("/api/v1/houses", headers=header).status_code == 200
    assert visitor.overflow_px() <= 0
    assert visitor.faults == []


def test_an_enrolled_tablet_is_told_so(visitor, code):
    page = visitor.open(f"/enrol?code={code}")
    fill_in(page)
    page.wait_for_selector("#done-view:not([hidden])")

    visitor.open("/enrol")

    page.wait_for_selector("#known:not([hidden])")
    assert "「判定班1のタブレット」として登録済み" in page.inner_text("#known")


@pytest.mark.parametrize("size", ["tablet"], indirect=True)
class TestFailedEnrolment:
    """What goes wrong is said in Japanese, and the code is spent only when it has worked."""

    def test_a_wrong_code_is_refused_and_nothing_kept(self, visitor):
        page = visitor.open("/enrol?code=WRONG-WRONG")

        fill_in(page)
        page.wait_for_selector("#error:not([hidden])")

        assert "登録コードが違います" in page.inner_text("#error")
        assert page.get_attribute("#code", "aria-invalid") == "true"
        assert kept(page) is None

    def test_a_name_is_asked_for_before_the_code_is_spent(self, visitor, code):
        page = visitor.open(f"/enrol?code={code}")

        fill_in(page, name="  ")
        assert "端末の名前を入力してください。" in page.inner_text("#error")

        fill_in(page)
        page.wait_for_selector("#done-view:not([hidden])")

    def test_without_a_connection_it_can_be_pressed_again(self, visitor, code):
        page = visitor.open(f"/enrol?code={code}")
        page.context.set_offline(True)

        fill_in(page)
        page.wait_for_selector("#error:not([hidden])")
        assert "サーバーにつながりません" in page.inner_text("#error")

        page.context.set_offline(False)
        page.click("#enrol-form button")
        page.wait_for_selector("#done-view:not([hidden])")
        assert page.is_hidden("#form-view")

    def test_a_browser_that_cannot_keep_the_token_does_not_spend_the_code(self, visitor, code):
        page = visitor.page
        page.add_init_script(
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }"
        )
        sent = []
        page.on("request", lambda request: sent.append(request.method))
        visitor.open(f"/enrol?code={code}")

        fill_in(page)
        page.wait_for_selector("#error:not([hidden])")

        assert "端末内に保存できません" in page.inner_text("#error")
        assert "POST" not in sent


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_the_address_for_qgis_is_copied(visitor):
    page = visitor.open("/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.click("[data-copy] button")
    page.wait_for_selector("text=コピーしました")

    assert page.evaluate("navigator.clipboard.readText()") == f"{visitor.server}/ogc/"


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_without_script_the_pages_say_what_is_missing(chromium, server, size):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{server}/api/v1/docs")
    described = page.inner_text("main")
    page.goto(f"{server}/enrol")
    enrolling = page.inner_text("main")
    context.close()

    assert "JavaScript が必要です" in described
    assert "JavaScript が必要です" in enrolling
