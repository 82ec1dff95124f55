"""A visitor with a real browser, at the sizes of a tablet and a phone."""

from __future__ import annotations

PASSWORD = "correct-horse-battery"

SIZES = {"tablet": (820, 1180), "phone": (360, 740)}
TOUCH_PX = 48
TOO_SMALL = """
[...document.querySelectorAll("main :is(button, .button, input:not([type=hidden])), header :is(a, button)")]
  .filter((part) => part.offsetParent && (part.closest("label") ?? part).getBoundingClientRect().height < %d)
  .map((part) => part.outerHTML)
"""


class Visitor:
    """A page of a browser, and what it saw: faults on the console, requests to other hosts."""

    def __init__(self, page, server):
        self.page = page
        self.server = server
        self.faults = []
        self.outside = []
        page.set_default_timeout(15_000)
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._note)

    def _note(self, request):
        if not request.url.startswith((f"{self.server}/", "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, path):
        self.page.goto(f"{self.server}{path}", wait_until="networkidle")
        return self.page

    def sign_in(self, email):
        self.open("/sign-in")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url("**/home")

    def overflow_px(self):
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")


AXE = "node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")


def faults_of_access(page):
    """What axe-core finds serious on a page: rule and the first place."""
    from inspection.config import PROJECT_ROOT

    # Read and evaluated by the test: the page's own rules let no foreign script in.
    page.evaluate((PROJECT_ROOT / AXE).read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        (each["id"], each["nodes"][0]["html"][:120])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]
