"""The draft of a meeting's minutes (議事録案) as .docx, with the decisions filled in."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from inspection.lists.model import ListedCase, MeetingList
from inspection.lists.safe_text import printable
from inspection.packs import words

FONT = "BIZ UDPゴシック"
NAVY = RGBColor(0x1F, 0x3A, 0x5F)
OPEN = "(未決定)"
BLANK = "＿＿＿＿＿＿＿＿＿＿＿＿"
HEADINGS = ("資料", "番号・所在", "評点・判定", "決定", "理由・条件")
WIDTHS_MM = (16, 58, 32, 20, 49)


def to_docx(listed: MeetingList) -> bytes:
    """Return the draft; what only people know (who came, what was said) is left to be written."""
    document = Document()
    _styles(document)
    _title(document, listed)
    _facts(document, listed)
    _attendance(document, listed)
    _agenda(document, listed)
    _decisions(document, listed)
    _closing(document, listed)
    core = document.core_properties
    core.title = printable(f"{listed.name} 議事録(案)")[:255]
    core.author = core.last_modified_by = printable(f"{listed.city} {listed.secretariat}")[:255]
    core.created = core.modified = listed.held_at.astimezone(UTC).replace(tzinfo=None)
    core.comments, core.language = "", "ja-JP"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _styles(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(20), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size in (("Normal", 10), ("Heading 1", 12), ("Title", 16)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
        if name != "Normal":
            style.font.color.rgb, style.font.bold = NAVY, True


def _title(document: Any, listed: MeetingList) -> None:
    title = document.add_paragraph(printable(f"{listed.name}　議事録(案)"), style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _facts(document: Any, listed: MeetingList) -> None:
    held = words.era_time(listed.held_at.isoformat(), weekday=True)
    facts = (
        ("日時", f"{held} から {BLANK[:4]}時{BLANK[:4]}分まで"),
        ("場所", listed.place or BLANK),
        ("事務局", f"{listed.city} {listed.secretariat}"),
    )
    for label, text in facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}　").bold = True
        paragraph.add_run(printable(text))


def _attendance(document: Any, listed: MeetingList) -> None:
    document.add_heading("1　出席者", 1)
    if not listed.members:
        document.add_paragraph(BLANK)
    for member in listed.members:
        document.add_paragraph(printable(f"□ 出席　□ 欠席　　{member}"))


def _agenda(document: Any, listed: MeetingList) -> None:
    document.add_heading("2　議題", 1)
    for number, item in enumerate(listed.agenda or ("案件の判定について",), 1):
        document.add_paragraph(printable(f"({number})　{item}"))


def _decisions(document: Any, listed: MeetingList) -> None:
    document.add_heading("3　審議結果", 1)
    document.add_paragraph(_tally(listed.cases))
    if not listed.cases:
        return
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    _row(table.rows[0], HEADINGS, bold=True)
    _repeat(table.rows[0])
    for case in listed.cases:
        _row(table.add_row(), _cells(case))
    document.add_heading("4　主な意見", 1)
    for case in listed.cases:
        document.add_paragraph(printable(f"{case.document}　{case.code}"))
        document.add_paragraph(BLANK)


def _tally(cases: tuple[ListedCase, ...]) -> str:
    if not cases:
        return "審議した案件はありません。"
    counts = dict.fromkeys((*words.DECISIONS.values(), OPEN), 0)
    for case in cases:
        counts[case.decision or OPEN] += 1
    told = "、".join(f"{label.strip('()')} {count}件" for label, count in counts.items() if count)
    return f"審議した案件 {len(cases)}件({told})"


def _cells(case: ListedCase) -> tuple[str, ...]:
    scored = words.figure(case.total)
    if case.low != case.high:
        scored += f"({words.figure(case.low)}～{words.figure(case.high)})"
    return (
        case.document,
        f"{case.code}\n{case.address or ''}",
        f"{scored}点\n{case.judgement}",
        case.decision or OPEN,
        case.reason or "",
    )


def _row(row: Any, texts: tuple[str, ...], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, WIDTHS_MM, strict=True):
        cell.width = Mm(width)
        run = cell.paragraphs[0].add_run(printable(text))
        run.bold, run.font.size = bold, Pt(9)


def _repeat(row: Any) -> None:
    """Repeat the headings on each page; keep a row on one page is the program's default."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _closing(document: Any, listed: MeetingList) -> None:
    document.add_heading("5　閉会", 1)
    document.add_paragraph(f"以上で審議を終え、{BLANK[:4]}時{BLANK[:4]}分に閉会した。")
    signed = document.add_paragraph(f"議事録署名人　{BLANK}　印")
    signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
