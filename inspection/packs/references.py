"""The reference material (参考資料): how points are computed, the tables' sources, own chapters."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.fonts import FontSet
from inspection.packs.front.frame import front_flow, has_references, page_title
from inspection.packs.ink import Usage
from inspection.packs.model import Reference, Snapshot
from inspection.packs.score_model import TableReference
from inspection.packs.sections.facts import checking
from inspection.packs.sheets import DrawnPage, finished
from inspection.packs.tables import Cell, draw_row, label

LABEL = 25 * styles.MM


def draw_references(snapshot: Snapshot, fonts: FontSet, usage: Usage) -> list[DrawnPage]:
    """Draw the chapters of the snapshot, then every rule table that a case was judged under."""
    if not has_references(snapshot):
        return []
    flow = front_flow(snapshot, fonts, usage, "資料3　参考資料")
    page_title(flow, "参考資料", "資料3")
    for chapter in snapshot.references or (how_points_are_computed(snapshot),):
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


def how_points_are_computed(snapshot: Snapshot) -> Reference:
    """Return the chapter for a pack whose office has not written its own.

    It says what holds for every rule table; the thresholds are those of the cases.
    """
    scores = [each.score for each in snapshot.cases]
    limits = sorted({(s.threshold, s.threshold_above) for s in scores if s.threshold is not None})
    named = "、".join(words.limit(points, above=above) for points, above in limits)
    paragraphs = [
        "評定項目ごとに、該当する評定内容の評点を取る。一つの項目で二つ以上の評定内容に該当するときは、"
        "最も高い評点による。評点表に別の定めがある項目は、その定めによる。",
        "評定区分ごとに評点を合計し、合計が最高評点を超えるときは最高評点とする。"
        "判定表の小計では「25→20」のように示し、「上限」と付す。",
        "各区分の評点を合計したものを評点とする。",
        "確認できなかった項目は「確認不可」とし、「該当なし」と区別する。確認不可の項目は0点として合計し、"
        "あわせて評点が取りうる範囲を示す。その範囲の中で判定が変わるときは「未確定」とする。",
    ]
    if named:
        paragraphs[2] += f"評点が基準({named})に当たるかどうかにより判定する。"
    return Reference("評点の計算方法", tuple(paragraphs))


def rule_tables(snapshot: Snapshot) -> list[TableReference]:
    """Return the rule tables in use, each once, in the order of the cases."""
    found: dict[str, TableReference] = {}
    for case in snapshot.cases:
        found.setdefault(case.score.table.sha256, case.score.table)
    return list(found.values())


def _table(flow: Flow, table: TableReference) -> None:
    rows = (
        ("評点表", table.label or table.id),
        ("識別子と版", f"{table.id}@{table.version}"),
        ("根拠", table.source),
        ("照合", checking(table)),
        ("SHA-256", table.sha256),
    )
    flow.ensure(110)
    for name, text in rows:
        if text:
            value = Cell(text, styles.WIDTH - LABEL, one_line=name != "照合")
            draw_row(flow, [label(name, LABEL), value])
    flow.space(8)
