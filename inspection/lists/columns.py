"""The columns of the list of cases (案件一覧), the same in the workbook and the text file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from inspection.lists.model import ListedCase

Value = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """One column. kind: `text`, `whole`, `points`, `area` or `date`; width in characters."""

    heading: str
    width: float
    value: Callable[[ListedCase], Value]
    kind: str = "text"


COLUMNS: tuple[Column, ...] = (
    Column("資料", 8, lambda case: case.document),
    Column("番号", 12, lambda case: case.code),
    Column("区", 10, lambda case: case.ward),
    Column("所在", 30, lambda case: case.address),
    Column("地番", 12, lambda case: case.lot_number),
    Column("住居表示", 12, lambda case: case.residence_number),
    Column("構造", 12, lambda case: case.structure),
    Column("階数", 6, lambda case: case.storeys, "whole"),
    Column("延床面積(㎡)", 10, lambda case: case.floor_area_m2, "area"),
    Column("建築年", 8, lambda case: case.built_year, "whole"),
    Column("用途", 10, lambda case: case.use),
    Column("調査日", 12, lambda case: case.inspected_on, "date"),
    Column("判定員", 16, lambda case: case.inspectors),
    Column("評点", 7, lambda case: case.total, "points"),
    Column("評点下限", 7, lambda case: case.low, "points"),
    Column("評点上限", 7, lambda case: case.high, "points"),
    Column("判定", 14, lambda case: case.judgement),
    Column("写真", 6, lambda case: case.photos, "whole"),
    Column("事務局案", 28, lambda case: case.proposal),
    Column("決定", 9, lambda case: case.decision),
    Column("理由・条件", 28, lambda case: case.reason),
    Column("決定日", 12, lambda case: case.decided_on, "date"),
)
