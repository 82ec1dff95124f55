"""From a rule table to a workbook's bytes."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openpyxl import Workbook

from scoring.digest import canonical, digest_of
from scoring.model import UNDETERMINED
from scoring.spreadsheet import cases, cover, extras, points, records
from scoring.spreadsheet.columns import CASES, FORMULAS, POINTS, REPLACEMENTS
from scoring.spreadsheet.drawing import Drawing
from scoring.spreadsheet.faults import NotExpressibleError, SpreadsheetError
from scoring.spreadsheet.layout import CASES as CASE_SHEET
from scoring.spreadsheet.layout import COVER as COVER_SHEET
from scoring.spreadsheet.layout import COVER_BLOCKS, JUDGE_BLOCKS
from scoring.spreadsheet.layout import FORMULAS as FORMULA_SHEET
from scoring.spreadsheet.layout import JUDGE as JUDGE_SHEET
from scoring.spreadsheet.layout import POINTS as POINT_SHEET
from scoring.spreadsheet.layout import REPLACEMENTS as REPLACEMENT_SHEET
from scoring.spreadsheet.names import Names
from scoring.spreadsheet.reading import UNDECIDED, read_document


def write_workbook(document: Mapping[str, Any]) -> bytes:
    """The workbook of a rule table's document, as the loader takes it.

    What was written is read back: Raises NotExpressibleError naming the first thing that the
    sheets have no place for, so that nothing is dropped in silence.
    """
    document = dict(document)
    if "extends" in document:
        raise NotExpressibleError("extends", "ほかの評点表を変更する形の評点表です")
    try:
        data = _draw(document)
        back, _ = read_document(data)
    except (KeyError, TypeError, AttributeError, StopIteration, ArithmeticError) as error:
        raise NotExpressibleError(str(document.get("id")), str(error)) from error
    except SpreadsheetError as error:
        raise NotExpressibleError(error.faults[0].place, error.faults[0].found) from error
    if digest_of(back) != digest_of(document):
        raise NotExpressibleError(first_difference(document, back))
    return data


def _draw(document: dict[str, Any]) -> bytes:
    names = Names.of(document)
    book = Workbook()
    book.remove(book.worksheets[0])
    title = str(document["label"]["ja"])
    drawing = Drawing(book, names, title, f"{document['id']} {document['version']}")
    drawing.cover(COVER_SHEET, cover.cover_rows(document, names))
    for block in COVER_BLOCKS:
        drawing.block(COVER_SHEET, block, cover.block_rows(document, block, names))
    drawing.table(POINT_SHEET, POINTS, points.rows(document, names), spare=40)
    for block in JUDGE_BLOCKS:
        listed, rows = records.used(block.columns, cover.block_rows(document, block, names))
        drawing.block(JUDGE_SHEET, replace(block, columns=tuple(listed)), rows)
    names.extra["outcomes"] = {UNDETERMINED: UNDECIDED}
    more = cases.headings(document, names)
    shown, rows = records.used(CASES, cases.rows(document, names))
    drawing.table(CASE_SHEET, shown, rows, more=more, spare=20)
    for sheet, columns, rows in (
        (FORMULA_SHEET, FORMULAS, extras.formula_cells(document, names)),
        (REPLACEMENT_SHEET, REPLACEMENTS, extras.replacement_cells(document, names)),
    ):
        if rows:
            drawing.table(sheet, columns, rows, spare=5)
    drawing.guide()
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def first_difference(one: Any, other: Any, place: str = "") -> str:
    """Where two documents differ first, as a path such as categories[2].items[2-4].severity."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in [*one, *(key for key in other if key not in one)]:
            if canonical(one.get(key)) != canonical(other.get(key)):
                inner = f"{place}.{key}" if place else str(key)
                return first_difference(one.get(key), other.get(key), inner)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True), start=1):
            if canonical(left) != canonical(right):
                name = left.get("code", number) if isinstance(left, Mapping) else number
                return first_difference(left, right, f"{place}[{name}]")
    return place
