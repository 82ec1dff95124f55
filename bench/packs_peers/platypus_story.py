"""The pack as platypus flowables."""

from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Image, KeepTogether, PageBreak, Paragraph, Spacer, Table

from bench.packs_peers import look

REGULAR, BOLD = "regular", "bold"
HAIR, NAVY, TINT = HexColor(look.HAIR), HexColor(look.NAVY), HexColor(look.TINT)
PALE, RED, WHITE = HexColor(look.PALE), HexColor(look.RED), HexColor(look.WHITE)


def _style(size, leading, font=REGULAR, color=look.INK, **more):
    return ParagraphStyle(
        f"{font}{size}{color}{sorted(more)}",
        fontName=font,
        fontSize=size,
        leading=leading,
        textColor=HexColor(color),
        wordWrap="CJK",
        **more,
    )


COVER, SUBTITLE = _style(27, 38, BOLD, look.NAVY), _style(15, 22)
TITLE = _style(16, 22, BOLD, look.NAVY)
SECTION = _style(10, 14, BOLD, look.NAVY, spaceBefore=8, spaceAfter=4, keepWithNext=1)
BODY, TABLE, TABLE_BOLD = _style(9.2, 14.6), _style(8.5, 11.8), _style(8.5, 11.8, BOLD)
SMALL, CAPTION = _style(6.6, 9, color=look.GREY), _style(8.5, 11.4, BOLD)
CAPTION_GREY = _style(7, 9.6, color=look.GREY)
GRID = [
    ("FONT", (0, 0), (-1, -1), REGULAR, 8.5, 11.8),
    ("GRID", (0, 0), (-1, -1), 0.4, HAIR),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 3.2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
    ("LEFTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
]
LABELS = [("BACKGROUND", (0, 0), (0, -1), TINT), ("FONT", (0, 0), (0, -1), BOLD, 8, 11.8)]
HEAD = [
    ("BACKGROUND", (0, 0), (-1, 0), NAVY),
    ("TEXTCOLOR", (0, 0), (-1, 0), WHITE),
    ("FONT", (0, 0), (-1, 0), BOLD, 8, 11),
]


class Story:
    """Makes the flowables of one pack."""

    def __init__(self, content):
        self.content = content

    def cover(self):
        """Return the cover."""
        content = self.content
        rows = Table(content["cover"], colWidths=(LABEL, look.WIDTH * mm - LABEL))
        rows.setStyle([*GRID, *LABELS])
        return [
            Paragraph(content["mark"], TABLE_BOLD),
            Spacer(1, 70 * mm),
            Paragraph(content["meeting"], COVER),
            Paragraph(content["document"], SUBTITLE),
            Spacer(1, 10 * mm),
            rows,
            Spacer(1, 20 * mm),
            Paragraph(content["notice"], BODY),
            PageBreak(),
        ]

    def listed(self):
        """Return the list of cases."""
        rows = [look.LIST_HEAD[:-1]]
        rows += [
            (
                case["number"],
                case["code"],
                Paragraph(case["address"], TABLE),
                case["structure"],
                case["total"],
                case["judgement"],
            )
            for case in self.content["cases"]
        ]
        widths = [width * mm for width in look.LIST[:-1]]
        table = Table(rows, colWidths=widths, repeatRows=1, style=[*GRID, *HEAD])
        return [Paragraph("案件一覧", TITLE), Spacer(1, 6), table, PageBreak()]

    def cases(self):
        """Yield the sheets."""
        for case in self.content["cases"]:
            yield from self._case(case)

    def _case(self, case):
        title = Paragraph(f"{case['code']}　{case['address']}", TITLE)
        title.case_number = case["number"]
        yield title
        colour = RED if case["adverse"] else NAVY
        yield Table(
            [
                (
                    case["number"],
                    self.content["sheet_title"],
                    f"{case['total']}点",
                    case["judgement"],
                )
            ],
            colWidths=(25 * mm, 80 * mm, 25 * mm, 45 * mm),
            style=[
                *GRID,
                ("FONT", (0, 0), (-1, -1), BOLD, 11, 14),
                ("TEXTCOLOR", (3, 0), (3, 0), colour),
            ],
        )
        yield Paragraph("物件の概要", SECTION)
        yield from _facts(case)
        yield Paragraph("判定の結果", SECTION)
        yield from (Paragraph(f"・{text}", BODY) for text in case["reasons"])
        yield Paragraph("判定表", SECTION)
        yield _scores(case)
        yield Paragraph("調査所見", SECTION)
        yield from (Paragraph(text, BODY) for text in case["notes"])
        yield Paragraph("現況写真", SECTION)
        yield self._photos(case["photos"])
        yield Paragraph("所有者等調査", SECTION)
        yield _labelled(case["owner"])
        yield Paragraph("経緯", SECTION)
        rows = [(on, *(Paragraph(text, TABLE) for text in texts)) for on, *texts in case["history"]]
        yield Table(rows, colWidths=[each * mm for each in look.HISTORY], style=GRID)
        yield Paragraph("周辺への影響", SECTION)
        yield from (Paragraph(text, BODY) for text in case["surroundings"])
        yield Paragraph("事務局案", SECTION)
        yield Table([[Paragraph(case["proposal"], BODY)]], colWidths=[look.WIDTH * mm], style=GRID)
        yield self._decision()
        yield PageBreak()

    def _photos(self, photos):
        """Return the photos, two a row, three rows a page."""
        rows = [
            [self._photo(photo) for photo in photos[start : start + 2]]
            for start in range(0, len(photos), 2)
        ]
        if len(rows[-1]) == 1:
            rows[-1].append("")
        return Table(
            rows,
            colWidths=[look.WIDTH / 2 * mm] * 2,
            style=[
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ],
        )

    def _photo(self, photo):
        width, height = look.fitted(photo["size"])
        cell = Table(
            [[Image(str(Path(self.content["photos"]) / photo["file"]), width * mm, height * mm)]],
            colWidths=[look.PHOTO[0] * mm],
            rowHeights=[look.PHOTO[1] * mm],
            style=[
                ("BOX", (0, 0), (-1, -1), 0.4, HAIR),
                ("BACKGROUND", (0, 0), (-1, -1), PALE),
                ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                *((side, (0, 0), (-1, -1), 0) for side in _PADDINGS),
            ],
            hAlign="LEFT",
        )
        lines = [Paragraph(line, CAPTION_GREY) for line in photo["lines"]]
        return [cell, Paragraph(photo["head"], CAPTION), *lines]

    def _decision(self):
        roles = self.content["stamps"]
        choices = "　　".join(f"□ {each}" for each in self.content["decisions"])
        wide, high = (each * mm for each in look.STAMP)
        stamps = Table(
            [roles, [""] * len(roles)], colWidths=wide, rowHeights=(15, high - 15), style=GRID
        )
        boxes = Table(
            [("決定", choices), ("決定年月日", "令和　　　年　　　月　　　日")],
            colWidths=(LABEL, 72 * mm),
            rowHeights=high / 2,
            style=[*GRID, *LABELS],
        )
        opinion = Table(
            [("意見・理由", "")],
            colWidths=(LABEL, look.WIDTH * mm - LABEL),
            rowHeights=20 * mm,
            style=[*GRID, *LABELS],
        )
        above = Table([(boxes, stamps)], colWidths=(125 * mm, 50 * mm))
        return KeepTogether([Paragraph("委員会意見・決定欄", SECTION), above, opinion])


LABEL = look.LABEL * mm
_PADDINGS = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")


def _facts(case):
    half = look.WIDTH / 2 * mm - LABEL
    second = [("BACKGROUND", (2, 0), (2, -1), TINT), ("FONT", (2, 0), (2, -1), BOLD, 8, 11.8)]
    yield _labelled([("所在", case["address"])])
    yield Table(
        case["facts"], colWidths=(LABEL, half, LABEL, half), style=[*GRID, *LABELS, *second]
    )
    yield _labelled(case["wide_facts"])


def _labelled(rows):
    return Table(
        [(name, Paragraph(text, TABLE)) for name, text in rows],
        colWidths=(LABEL, look.WIDTH * mm - LABEL),
        style=[*GRID, *LABELS],
    )


def _scores(case):
    rows, style = [look.SCORE_HEAD], [*GRID, *HEAD, ("ALIGN", (4, 0), (4, -1), "RIGHT")]
    for category in case["table"]:
        n = len(rows)
        rows.append((category["name"], "", category["cap"], "", category["points"]))
        style += [("BACKGROUND", (0, n), (-1, n), TINT), ("FONT", (0, n), (-1, n), BOLD, 8.5, 11.8)]
        style += [("SPAN", (0, n), (1, n)), ("SPAN", (2, n), (3, n))]
        if category["cut"]:
            style.append(("TEXTCOLOR", (4, n), (4, n), RED))
        for item in category["items"]:
            code, label, found, source, points = item["cells"]
            bold = TABLE_BOLD if item["scored"] else TABLE
            rows.append(
                (
                    code,
                    Paragraph(label, bold),
                    Paragraph(found, TABLE),
                    Paragraph(source, SMALL),
                    points,
                )
            )
    n = len(rows)
    rows.append(("合計", "", case["total_note"], "", case["total"]))
    style += [("FONT", (0, n), (-1, n), BOLD, 8.5, 11.8), ("BACKGROUND", (0, n), (-1, n), TINT)]
    style += [("SPAN", (0, n), (1, n)), ("SPAN", (2, n), (3, n))]
    return Table(rows, colWidths=[each * mm for each in look.SCORE], repeatRows=1, style=style)
