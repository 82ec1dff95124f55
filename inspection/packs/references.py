"""The reference material (参考資料): how points are computed, the tables' sources, own chapters."""

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import front_flow, has_references, page_title
from inspection.packs.ink import Usage
from inspection.packs.model import Snapshot, TableReference
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.tables import Cell, draw_row, label

LABEL = 25 * styles.MM


def draw_references(snapshot: Snapshot, fonts: FontSet, usage: Usage) -> list[DrawnPage]:
    """Draw the chapters of the snapshot, then every rule table that a case was judged under."""
    if not has_references(snapshot):
        return []
    flow = front_flow(snapshot, fonts, usage, "資料3　参考資料")
    page_title(flow, "参考資料", "資料3")
    for chapter in snapshot.references:
        flow.section(chapter.title)
        for text in chapter.paragraphs:
            flow.paragraph(text)
            flow.space(3)
    tables = rule_tables(snapshot)
    if tables:
        flow.section("適用した評点表")
        for table in tables:
            _table(flow, table)
    return finished(flow)


def rule_tables(snapshot: Snapshot) -> list[TableReference]:
    """Return the rule tables in use, each once, in the order of the cases."""
    found: dict[str, TableReference] = {}
    for case in snapshot.cases:
        found.setdefault(case.score.table.sha256, case.score.table)
    return list(found.values())


def _table(flow: Flow, table: TableReference) -> None:
    unverified = "(原文との照合が済んでいない)" if table.status == "unverified" else ""
    rows = (
        ("評点表", f"{table.label or table.id}{unverified}"),
        ("識別子と版", f"{table.id}@{table.version}"),
        ("根拠", table.source),
        ("SHA-256", table.sha256),
    )
    flow.ensure(80)
    for name, text in rows:
        if text:
            draw_row(flow, [label(name, LABEL), Cell(text, styles.WIDTH - LABEL)])
    flow.space(8)
