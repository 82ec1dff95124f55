"""The judgement in one picture and a few sentences (判定の結果)."""

from collections.abc import Callable

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.score_model import Score
from inspection.packs.sections.context import SheetContext
from inspection.packs.text import text_width

BAR_HEIGHT = 15.0


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay the total bar with its threshold, then the reasons."""
    context.section(flow, "result", keep=90)
    _bar(flow, context.case.score)
    for sentence in sentences(context.case.score):
        _bullet(flow, sentence)


def _scale_end(score: Score) -> int:
    """Return the right end of the scale: a multiple of 50 beyond total and threshold."""
    most = max(score.high, (score.threshold or 0) * 1.4, 50)
    return int(-(-most // 50) * 50)


def _bar(flow: Flow, score: Score) -> None:
    ink, x, width = flow.ink, styles.LEFT + 4, styles.WIDTH - 8
    end = _scale_end(score)
    top = flow.y + 16

    def at(points: float) -> float:
        return x + width * min(points, end) / end

    ink.rect(x, top, width, BAR_HEIGHT, styles.PALE, styles.HAIR)
    if score.high > score.low:
        ink.rect(at(score.low), top, at(score.high) - at(score.low), BAR_HEIGHT, styles.NAVY_LIGHT)
        _most(flow, score, at, top)
    if score.total > 0:
        _segments(flow, score, at, top)
    for tick in range(0, end + 1, 50):
        ink.line(at(tick), top + BAR_HEIGHT, at(tick), top + BAR_HEIGHT + 3)
        ink.text(at(tick), top + BAR_HEIGHT + 10.5, str(tick), styles.SMALL, "center")
    if score.threshold is not None:
        limit = at(score.threshold)
        ink.line(limit, top - 5, limit, top + BAR_HEIGHT + 3, styles.RED, 1.2)
        ink.polygon([(limit - 3, top - 6), (limit + 3, top - 6), (limit, top - 1)], styles.RED)
        note = styles.TextStyle(7.4, 10, bold=True, color=styles.RED)
        ink.text(limit, top - 8.5, f"基準 {words.figure(score.threshold)}点", note, "center")
    flow.y = top + BAR_HEIGHT + 20


def _most(flow: Flow, score: Score, at: Callable[[float], float], top: float) -> None:
    """Write the most that the open items can add to, at the right end of the interval."""
    style = styles.TextStyle(7.4, 10, bold=True, color=styles.NAVY)
    text = f"最大 {words.figure(score.high)}点"
    limit = max(score.total, score.threshold or 0)
    if at(score.high) - at(limit) > text_width(flow.fonts, text, style) + 8:
        flow.ink.text(at(score.high) - 4, top + 10.4, text, style, "right")


def _segments(flow: Flow, score: Score, at: Callable[[float], float], top: float) -> None:
    """Draw the categories' points side by side, each with its code; modifiers fill the rest."""
    done = 0.0
    shades = (styles.NAVY, styles.NAVY_MID)
    number = styles.TextStyle(7.4, 10, bold=True, color=styles.WHITE)
    scored = [each for each in score.categories if each.points > 0 and not each.axis]
    for n, category in enumerate(scored):
        left, right = at(done), at(min(done + category.points, score.total))
        flow.ink.rect(left, top, right - left, BAR_HEIGHT, shades[n % 2])
        points = words.figure(category.points)
        texts = (f"区分{category.code}　{points}点", f"{category.code}:{points}", category.code)
        fitting = (t for t in texts if text_width(flow.fonts, t, number) < right - left - 4)
        shown = next(fitting, "")
        middle = _clear(
            left, right, text_width(flow.fonts, shown, number), at(score.threshold or 0)
        )
        flow.ink.text(middle, top + 10.4, shown, number, "center")
        done += category.points
    if done < score.total:
        flow.ink.rect(
            at(done), top, at(score.total) - at(done), BAR_HEIGHT, shades[len(scored) % 2]
        )


def _clear(left: float, right: float, width: float, line: float) -> float:
    """Return the middle for a text in a segment, off the threshold's line where it would cross."""
    middle, room = (left + right) / 2, width / 2 + 4
    if abs(middle - line) > room:
        return middle
    beside = (left + line) / 2 if line - left >= right - line else (line + right) / 2
    return beside if max(line - left, right - line) >= 2 * room else middle


def sentences(score: Score) -> list[str]:
    """Return the judgement's reasons in words: the total, the caps, what is open."""
    told = [_outcome(score), *_caps(score), *_modifiers(score)]
    return [*told, *_axes(score), *_override(score), *_interval(score), *score.warnings]


def _outcome(score: Score) -> str:
    total = words.figure(score.total)
    parts = "、".join(
        f"区分{each.code} {words.figure(each.points)}点"
        for each in score.categories
        if each.points and not each.axis
    )
    told = f"評点の合計は{total}点" + (f"({parts})" if parts else "")
    if score.judgement == "undetermined":
        return f"{told}である。未確認の項目により判定が変わるため、判定は確定しない。"
    if score.threshold is None:
        return f"{told}で、判定は「{score.judgement_label}」である。"
    limit = f"基準の{words.figure(score.threshold)}点{_side(score.total, score)}"
    return f"{told}で、{limit}。判定は「{score.judgement_label}」とする。"


def _side(total: float, score: Score) -> str:
    """Say on which side of the threshold a total lies; exactly on it is on the side it belongs to."""
    threshold = score.threshold or 0
    if score.threshold_above:
        return "を超える" if total > threshold else "以下である"
    return "以上である" if total >= threshold else "未満である"


def _caps(score: Score) -> list[str]:
    return [
        f"区分{each.code}「{each.label}」は項目の計{words.figure(each.raw)}点のうち、"
        f"最高評点(上限)の{words.figure(each.points)}点までを算入した。"
        for each in score.categories
        if each.raw > each.points
    ]


def _axes(score: Score) -> list[str]:
    return [
        f"「{each.label}」の評点は{words.figure(each.total)}点である(評点の合計には含めない)。"
        for each in score.axes
    ]


def _override(score: Score) -> list[str]:
    made = score.override
    if made is None:
        return []
    by = f"(判断者:{made.by})" if made.by else ""
    reason = f"理由:{made.reason}" if made.reason else ""
    return [f"評点表の定めにより「{made.label}」と判断した{by}。{reason}"]


def _modifiers(score: Score) -> list[str]:
    return [
        f"「{each.label}」により{words.signed(each.points)}点"
        + (f"({each.effect})" if each.effect else "")
        + "とした。"
        for each in score.modifiers
    ]


def _interval(score: Score) -> list[str]:
    if score.low == score.high:
        return []
    unknown = [item for each in score.categories for item in each.items if item.answer == "unknown"]
    told = [
        f"確認できなかった項目が{len(unknown)}件あり、評点は{words.figure(score.low)}点から"
        f"{words.figure(score.high)}点の間にある(確認不可の項目は0点として合計した)。"
    ]
    labels = {item.code: item.label for item in unknown}
    if score.open_items:
        named = "、".join(f"{code} {labels.get(code, '')}".strip() for code in score.open_items)
        told.append(f"判定を左右する未確認項目:{named}")
    elif score.judgement != "undetermined":
        told.append("いずれの場合も判定は変わらない。")
    return told


def _bullet(flow: Flow, sentence: str) -> None:
    flow.ensure(2 * styles.BODY.leading)
    flow.ink.circle(styles.LEFT + 5, flow.y + styles.BODY.leading * 0.5, 1.3, styles.NAVY)
    flow.paragraph(sentence, styles.BODY, indent=11)
