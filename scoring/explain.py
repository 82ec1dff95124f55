"""A score in Japanese sentences, for the sheet that goes before the committee."""

from scoring.crossing import Crossing
from scoring.model import UNDETERMINED, Label, RuleTable
from scoring.ranges import plain
from scoring.result import AxisScore, CategoryScore, ModifierLine, Score, ScoreLine

MOST_NAMED = 8  # open items, or crossings, in one sentence; the score itself lists them all


def explain(table: RuleTable, score: Score) -> list[str]:
    """One sentence for every item that gave points, every cap that cut, and for the judgement.

    table: the one that the score was made under; it knows the labels of what is still open.
    """
    sentences: list[str] = []
    for part in score.categories:
        sentences += [_line(line, table) for line in part.lines if line.points or line.grade]
        sentences += [_left_out(line) for line in part.lines if _was_left_out(line)]
        if part.raw > part.points:
            sentences.append(_cut(part))
    sentences += [_modifier(line) for line in score.modifiers]
    sentences += [_axis(axis) for axis in score.axes]
    sentences += _tests(score)
    if score.override is not None:
        by, reason = score.override.by, score.override.reason
        sentences.append(f"{by}の判断による。理由: {reason}。")
    sentences.append(_result(table, score))
    if score.low != score.high:
        sentences.append(_interval(score))
    if score.judgement == UNDETERMINED:
        sentences.append(_open(table, score))
    sentences += [f"{notice.text('ja')}" for notice in score.warnings]
    return sentences


def explain_crossings(
    table: RuleTable, found: tuple[Crossing, ...], *, overridden: bool = False
) -> list[str]:
    """Which single finding would change the judgement: found as well, or not found after all.

    Of several grades of an item the lightest is named. overridden: whether the crossings start from
    the judgement that would hold without a person's decision.
    """
    sentences = []
    start = "人の判断によらなければ、" if overridden else ""
    for after in dict.fromkeys(crossing.after for crossing in found):
        label = table.outcome_label(after).ja
        for change, ending in (("added", "があれば"), ("removed", "がなければ")):
            named = {
                crossing.item.code: _finding(crossing)
                for crossing in reversed(found)
                if crossing.after == after and crossing.change == change
            }
            if named:
                which = _listed(list(named.values())[::-1])
                sentences.append(
                    f"{start}次のどれか一つ{ending}、判定は「{label}」になる: {which}。"
                )
    return sentences


def _finding(crossing: Crossing) -> str:
    what = f"{crossing.item.code} {crossing.item.label.ja}"
    grade = crossing.grade
    return what if grade is None else f"{what} {grade.mark} {grade.label.ja}"


def _listed(named: list[str]) -> str:
    rest = f" ほか{len(named) - MOST_NAMED}件" if len(named) > MOST_NAMED else ""
    return "、".join(named[:MOST_NAMED]) + rest


def _line(line: ScoreLine, table: RuleTable) -> str:
    what = f"{line.code} {line.label.ja}"
    if line.grades:
        what += "".join(f" {grade.mark} {grade.label.ja}" for grade in line.grades)
    elif line.value is None:
        what += " 確認できないため最も重い評価として"
    if line.value is not None:
        what += f"(値 {plain(line.value)})"
    points = f"{plain(line.points)}点" if table.scored else "該当"
    severity = line.grade.severity if line.grade else None
    graveness = [known.label.ja for known in table.severities if known.code == severity]
    return f"{what}: {'、'.join([points, *graveness])}({line.source})。"


def _was_left_out(line: ScoreLine) -> bool:
    return not line.applies and line.answer.kind not in ("none", "na", "unknown")


def _left_out(line: ScoreLine) -> str:
    return f"{line.code} {line.label.ja}: 条件に合わないため数えない({line.source})。"


def _cut(part: CategoryScore) -> str:
    return (
        f"{part.code} {part.label.ja}: 項目の合計 {plain(part.raw)}点のうち、"
        f"最高評点 {plain(part.points)}点を超える {plain(part.raw - part.points)}点は数えない。"
    )


def _modifier(line: ModifierLine) -> str:
    return f"{line.label.ja}により {_signed(plain(line.points))}点({line.source})。"


def _axis(axis: AxisScore) -> str:
    span = f"({plain(axis.low)}点から {plain(axis.high)}点の間)" if axis.low != axis.high else ""
    return f"{axis.label.ja}は {plain(axis.total)}点{span}。"


def _tests(score: Score) -> list[str]:
    """The tests that lead to the outcome, where the total alone does not."""
    words = {True: "当たる", False: "当たらない", None: "未定"}
    named = [test for test in score.tests if not test.decides]
    return [
        f"{test.label.ja}: {words[test.holds]}{f'({test.source})' if test.source else ''}。"
        for test in named
    ]


def _result(table: RuleTable, score: Score) -> str:
    judgement = f"判定は「{score.judgement_label.ja}」。"
    return f"評点の合計は {plain(score.total)}点、{judgement}" if table.scored else judgement


def _interval(score: Score) -> str:
    unseen = any(line.answer.kind == "unknown" for line in score.lines())
    cause = "確認できなかった項目" if unseen else "定まらない項目・条件"
    return f"{cause}により、評点は {plain(score.low)}点から {plain(score.high)}点の間にある。"


def _open(table: RuleTable, score: Score) -> str:
    labels: dict[str, Label] = {item.code: item.label for item in table.items()}
    facts = {condition.code: condition.label.ja for condition in table.conditions}
    open_ = [f"「{facts[code]}」かどうか" for code in score.open_conditions]
    open_ += [f"{code} {labels[code].ja}" for code in score.open_items]
    return f"判定を左右する未確認の事項: {_listed(open_)}。"


def _signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"
