"""reportlab platypus in one pass; contents and page count are filled in as forms afterwards.

`by_platypus_multibuild` is the way of its manual, which draws everything twice and again.
"""

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate

from bench.packs_peers import look
from bench.packs_peers.platypus_story import BOLD, REGULAR, Story

ENTRIES = 44  # lines of the contents on a page

rl_config.useA85 = 0  # or every JPEG is written as text, which takes 13 times as long


class NumberedCanvas(Canvas):
    """Keeps the pages' state until the end, when their number is known: reportlab's own recipe."""

    head = ""
    contents = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._pages = []

    def showPage(self):
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        if self.contents:
            self.contents.fill(self)
        for number, state in enumerate(self._pages, 1):
            self.__dict__.update(state)
            if number > 1:
                self.setFont(REGULAR, 7.4)
                self.setFillColor(HexColor(look.GREY))
                self.drawString(look.LEFT * mm, 9.5 * mm, self.head)
                foot = f"p. {number}/{len(self._pages)}"
                self.drawRightString(A4[0] - look.RIGHT * mm, 9.5 * mm, foot)
            super().showPage()
        super().save()


class Contents:
    """The contents as forms: their pages are there from the start, their text comes last."""

    def __init__(self, cases):
        self.cases = cases
        self.pages = {}

    def flowables(self):
        """Return the pages that show the forms."""
        story = []
        for start in range(0, len(self.cases), ENTRIES):
            story += [FormPage(f"contents-{start}"), PageBreak()]
        return story

    def fill(self, canvas):
        """Draw the forms; `pages` knows by now where each case begins."""
        for start in range(0, len(self.cases), ENTRIES):
            canvas.beginForm(f"contents-{start}")
            canvas.setFont(BOLD, 16)
            canvas.drawString(look.LEFT * mm, A4[1] - 30 * mm, "目　次")
            for n, case in enumerate(self.cases[start : start + ENTRIES]):
                self._entry(canvas, A4[1] - 40 * mm - n * 14.5, case)
            canvas.endForm()

    def _entry(self, canvas, y, case):
        right = A4[0] - look.RIGHT * mm
        canvas.setFont(REGULAR, 8.5)
        text = f"{case['number']}　{case['code']}　{case['address']}"
        canvas.drawString(look.LEFT * mm, y, text)
        canvas.drawRightString(right - 47 * mm, y, case["total"])
        canvas.drawRightString(right - 13 * mm, y, case["judgement"])
        canvas.drawRightString(right, y, str(self.pages[case["number"]]))
        canvas.setDash(0.9, 3.1)
        begin = look.LEFT * mm + canvas.stringWidth(text, REGULAR, 8.5) + 4
        canvas.line(begin, y, right - 56 * mm, y)
        canvas.setDash()


class FormPage(Flowable):
    """A place for a whole page that is drawn later."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def wrap(self, width, height):
        return width, 10

    def draw(self):
        self.canv.saveState()
        x, y = self.canv.absolutePosition(0, 0)
        self.canv.translate(-x, -y)
        self.canv.doForm(self.name)
        self.canv.restoreState()


class Document(BaseDocTemplate):
    """Notes where each case begins."""

    def afterFlowable(self, flowable):
        number = getattr(flowable, "case_number", None)
        if number:
            self.begun(number, flowable)

    def begun(self, number, flowable):
        """Called with the number of a case at its title."""
        self.contents.pages[number] = self.page
        self.canv.bookmarkPage(number)
        self.canv.addOutlineEntry(f"{number} {flowable.getPlainText()}", number)


def document(kind, content, out):
    """Return a document of our measures."""
    for name in ("regular", "bold"):
        pdfmetrics.registerFont(TTFont(name, content["fonts"][name]))
    frame = Frame(
        look.LEFT * mm,
        look.BOTTOM * mm,
        look.WIDTH * mm,
        A4[1] - (look.TOP + look.BOTTOM) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    pages = PageTemplate("all", [frame])
    told = {"title": content["document"], "initialFontName": REGULAR}
    return kind(str(out), pagesize=A4, pageTemplates=[pages], **told)


def build(content, out):
    """Draw the pack to `out`."""
    pack = document(Document, content, out)
    pack.contents = Contents(content["cases"])
    numbered = {"head": content["meeting"], "contents": pack.contents}
    story = Story(content)
    flowables = [*story.cover(), *pack.contents.flowables(), *story.listed(), *story.cases()]
    pack.build(flowables, canvasmaker=type("Numbered", (NumberedCanvas,), numbered))
