"""fpdf2: tables by its table API, contents by its placeholder, the page count by its alias."""

from pathlib import Path

from fpdf import FPDF, Align, FontFace
from fpdf.enums import WrapMode

from bench.packs_peers import look

ENTRIES = 44  # lines of the contents on a page
LINE = 4.2
HEADINGS = FontFace(emphasis="BOLD", color=look.WHITE, fill_color=look.NAVY)
LABELLED = FontFace(emphasis="BOLD", color=look.NAVY, fill_color=look.TINT)
BOLD, SMALL = FontFace(emphasis="BOLD"), FontFace(size_pt=6.6, color=look.GREY)
CUT = FontFace(emphasis="BOLD", color=look.RED, fill_color=look.TINT)


class Pack(FPDF):
    """The document with its own foot."""

    def __init__(self, content):
        super().__init__("P", "mm", "A4")
        self.content = content
        self.set_margins(look.LEFT, look.TOP, look.RIGHT)
        self.c_margin = 0
        self.set_auto_page_break(True, look.BOTTOM)
        self.add_font("biz", "", content["fonts"]["regular"])
        self.add_font("biz", "B", content["fonts"]["bold"])
        self.set_draw_color(look.HAIR)
        self.set_line_width(0.14)
        self.contents = []

    def footer(self):
        if self.page_no() == 1:
            return
        self.set_y(-12)
        self.type(7.4, color=look.GREY)
        self.cell(look.WIDTH / 2, 4, self.content["meeting"])
        self.cell(look.WIDTH / 2, 4, f"p. {self.page_no()}/{{nb}}", align=Align.R)

    def type(self, size, style="", color=look.INK):
        """Choose size (points), weight and colour."""
        self.set_font("biz", style, size)
        self.set_text_color(color)

    def prose(self, text, size=9.2, style="", color=look.INK, width=look.WIDTH, leading=5.1):
        """Lay a paragraph; Japanese breaks between any two characters."""
        self.type(size, style, color)
        self.multi_cell(
            width, leading, text, new_x="LEFT", new_y="NEXT", align=Align.L, wrapmode=WrapMode.CHAR
        )

    def section(self, text, keep=30):
        """Lay a heading that stays with what follows it."""
        if self.will_page_break(keep):
            self.add_page()
        self.ln(2.5)
        self.prose(text, 10, "B", look.NAVY)
        self.ln(1)

    def rows(self, widths, size=8.5, **more):
        """Open a table."""
        self.type(size)
        options = {"line_height": LINE, "padding": 1, "wrapmode": WrapMode.CHAR, **more}
        return self.table(col_widths=widths, width=look.WIDTH, text_align=Align.L, **options)

    def labelled(self, rows):
        """Lay rows of a label and its text."""
        with self.rows((look.LABEL, look.WIDTH - look.LABEL), first_row_as_headings=False) as table:
            for label, text in rows:
                row = table.row()
                row.cell(label, style=LABELLED)
                row.cell(text)

    def cover(self):
        """Lay the cover."""
        self.add_page()
        self.prose(self.content["mark"], 8.5, "B")
        self.set_y(95)
        self.prose(self.content["meeting"], 27, "B", look.NAVY, leading=13)
        self.prose(self.content["document"], 15, leading=8)
        self.ln(10)
        self.labelled(self.content["cover"])
        self.ln(20)
        self.prose(self.content["notice"])

    def listed(self):
        """Lay the list of cases."""
        self.prose("案件一覧", 16, "B", look.NAVY, leading=8)
        self.ln(2)
        with self.rows(look.LIST[:-1], headings_style=HEADINGS) as table:
            table.row(look.LIST_HEAD[:-1])
            for case in self.content["cases"]:
                keys = ("number", "code", "address", "structure", "total", "judgement")
                table.row([case[key] for key in keys])

    def case(self, case):
        """Lay one sheet."""
        self.add_page()
        title = f"{case['code']}　{case['address']}"
        self.start_section(f"{case['number']}　{title}")
        self.contents.append((case, self.page_no()))
        self.prose(title, 16, "B", look.NAVY, leading=8)
        judged = FontFace(emphasis="BOLD", color=look.RED if case["adverse"] else look.NAVY)
        with self.rows((25, 80, 25, 45), 11, first_row_as_headings=False) as table:
            row = table.row(style=BOLD)
            row.cell(case["number"])
            row.cell(self.content["sheet_title"])
            row.cell(f"{case['total']}点")
            row.cell(case["judgement"], style=judged)
        self.section("物件の概要")
        self.facts(case)
        self.section("判定の結果")
        for text in case["reasons"]:
            self.prose(f"・{text}")
        self.section("判定表")
        self.scores(case)
        self.section("調査所見")
        for text in case["notes"]:
            self.prose(text)
        self.photos(case["photos"])
        self.section("所有者等調査")
        self.labelled(case["owner"])
        self.section("経緯")
        with self.rows(look.HISTORY, first_row_as_headings=False) as table:
            for entry in case["history"]:
                table.row(entry)
        self.section("周辺への影響")
        for text in case["surroundings"]:
            self.prose(text)
        self.section("事務局案")
        with self.rows((look.WIDTH,), 9.2, first_row_as_headings=False) as table:
            table.row([case["proposal"]])
        self.decision()

    def facts(self, case):
        """Lay the facts, two pairs a row."""
        self.labelled([("所在", case["address"])])
        half = look.WIDTH / 2 - look.LABEL
        widths = (look.LABEL, half, look.LABEL, half)
        with self.rows(widths, first_row_as_headings=False) as table:
            for pairs in case["facts"]:
                row = table.row()
                for n, text in enumerate(pairs):
                    row.cell(text, style=None if n % 2 else LABELLED)
        self.labelled(case["wide_facts"])

    def scores(self, case):
        """Lay the score table."""
        with self.rows(look.SCORE, headings_style=HEADINGS, padding=(0.8, 1)) as table:
            table.row(look.SCORE_HEAD)
            for category in case["table"]:
                row = table.row(style=LABELLED)
                row.cell(category["name"], colspan=2)
                row.cell(category["cap"], colspan=2)
                row.cell(category["points"], align=Align.R, style=CUT if category["cut"] else None)
                for item in category["items"]:
                    code, label, found, source, points = item["cells"]
                    row = table.row()
                    row.cell(code)
                    row.cell(label, style=BOLD if item["scored"] else None)
                    row.cell(found)
                    row.cell(source, style=SMALL)
                    row.cell(points, align=Align.R)
            row = table.row(style=LABELLED)
            row.cell("合計", colspan=2)
            row.cell(case["total_note"], colspan=2)
            row.cell(case["total"], align=Align.R)

    def photos(self, photos):
        """Lay the photos, two a row, three rows a page."""
        folder, (wide, high) = Path(self.content["photos"]), look.PHOTO
        self.section("現況写真", keep=high + 30)
        for start in range(0, len(photos), 2):
            if self.will_page_break(high + 15):
                self.add_page()
            top = self.get_y()
            feet = []
            for column, photo in enumerate(photos[start : start + 2]):
                left = look.LEFT + column * look.WIDTH / 2
                width, height = look.fitted(photo["size"])
                with self.local_context(fill_color=look.PALE):
                    self.rect(left, top, wide, high, "DF")
                x, y = left + (wide - width) / 2, top + (high - height) / 2
                self.image(folder / photo["file"], x, y, width, height)
                self.set_xy(left, top + high + 1.4)
                self.prose(photo["head"], 8.5, "B", width=wide, leading=4)
                for line in photo["lines"]:
                    self.prose(line, 7, color=look.GREY, width=wide, leading=3.4)
                feet.append(self.get_y())
            self.set_xy(look.LEFT, max(feet) + 2.5)

    def decision(self):
        """Lay the boxes to decide and to stamp in."""
        wide, high = look.STAMP
        self.section("委員会意見・決定欄", keep=high + 40)
        top, roles = self.get_y(), self.content["stamps"]
        left = look.LEFT + look.WIDTH - len(roles) * wide
        for n, role in enumerate(roles):
            self.rect(left + n * wide, top, wide, high)
            self.set_xy(left + n * wide, top)
            self.type(7.2)
            self.cell(wide, 5.3, role, border="B", align=Align.C)
        choices = "　　".join(f"□ {each}" for each in self.content["decisions"])
        self.set_xy(look.LEFT, top)
        for label, text in (("決定", choices), ("決定年月日", "令和　　　年　　　月　　　日")):
            self._box(label, text, 98, high / 2)
        self.set_xy(look.LEFT, top + high + 3)
        self._box("意見・理由", "", look.WIDTH - look.LABEL, 20)

    def _box(self, label, text, width, height):
        self.type(8, "B", look.NAVY)
        with self.local_context(fill_color=look.TINT):
            self.cell(look.LABEL, height, f" {label}", border=1, fill=True)
        self.set_x(look.LEFT + look.LABEL)
        self.type(10)
        self.cell(width, height, f" {text}", border=1, new_x="LMARGIN", new_y="NEXT")


def _contents(pdf, _outline):
    """Draw the contents; fpdf2 calls it at the end, on the pages left for it."""
    for n, (case, page) in enumerate(pdf.contents):
        if n % ENTRIES == 0:
            if n:
                pdf.add_page()
            pdf.set_x(look.LEFT)
            pdf.prose("目　次", 16, "B", look.NAVY, leading=10)
        pdf.type(8.5)
        text = f"{case['number']}　{case['code']}　{case['address']}"
        link = pdf.add_link(page=page)
        pdf.cell(105, 5.1, text, link=link)
        pdf.cell(24, 5.1, case["total"], align=Align.R)
        pdf.cell(34, 5.1, case["judgement"], align=Align.R)
        pdf.cell(12, 5.1, str(page), align=Align.R, link=link, new_x="LMARGIN", new_y="NEXT")
        begin = look.LEFT + pdf.get_string_width(text) + 2
        pdf.set_dash_pattern(0.3, 1.1)
        pdf.line(begin, pdf.get_y() - 1.4, look.LEFT + 112, pdf.get_y() - 1.4)
        pdf.set_dash_pattern()


def build(content, out):
    """Draw the pack to `out`."""
    pdf = Pack(content)
    pdf.cover()
    pdf.add_page()
    pages = -(-len(content["cases"]) // ENTRIES)
    pdf.insert_toc_placeholder(_contents, pages=pages)
    pdf.listed()
    for case in content["cases"]:
        pdf.case(case)
    pdf.output(str(out))
