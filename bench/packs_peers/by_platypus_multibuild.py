"""reportlab platypus as its manual has it: TableOfContents and multiBuild."""

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak
from reportlab.platypus.tableofcontents import TableOfContents

from bench.packs_peers.by_platypus import Document, NumberedCanvas, document
from bench.packs_peers.platypus_story import REGULAR, Story


class Told(Document):
    """Tells the contents where each case begins."""

    def begun(self, number, flowable):
        self.canv.bookmarkPage(number)
        text = f"{number}　{flowable.getPlainText()}"
        self.canv.addOutlineEntry(text, number)
        self.notify("TOCEntry", (0, text, self.page, number))


def build(content, out):
    """Draw the pack to `out`."""
    pack, story = document(Told, content, out), Story(content)
    line = ParagraphStyle("line", fontName=REGULAR, fontSize=8.5, leading=14.5)
    contents = TableOfContents(levelStyles=[line], dotsMinLevel=0)
    flowables = [*story.cover(), contents, PageBreak(), *story.listed(), *story.cases()]
    numbered = type("Numbered", (NumberedCanvas,), {"head": content["meeting"]})
    pack.multiBuild(flowables, canvasmaker=numbered)
