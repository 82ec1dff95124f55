"""A score in Japanese sentences, for the sheet that goes before the committee."""

from scoring.model import UNDETERMINED, Label, RuleTable
from scoring.ranges import plain
from scoring.result import CategoryScore, Score, ScoreLine

MOST_NAMED = 8  # open items in one sentence; the score itself lists them all


def explain(table: RuleTable, score: Score) -> list[str]:
    """One sentence for every item that gave points, every cap that cut, and for the judgement.

    table: the one that the score was made under; it knows the labels of what is still open.
    """
    sentences: list[str] = []
    for part in score.categories:
        sentences += [_line(line) for line in part.lines if line.points]
        if part.raw > part.points:
            sentences.append(_cut(part))
    sentences += [
        f"{line.label.ja}により {_signed(plain(line.points))}点({line.source})。"
        for line in score.modifiers
    ]
    sentences.append(f"評点の合計は {plain(score.total)}点、判定は「{score.judgement_label.ja}」。")
    if score.low != score.high:
        sentences.append(_interval(score))
    if score.judgement == UNDETERMINED:
        sentences.append(_open(table, score))
    sentences += [f"{notice.text('ja')}" for notice in score.warnings]
    return sentences


def _line(line: ScoreLine) -> str:
    what = f"{line.code} {line.label.ja}"
    if line.grade is not None:
        what += f" {line.grade.mark} {line.grade.label.ja}"
    else:
        what += " 確認できないため最も重い評価として"
    if line.value is not None:
        what += f"(値 {plain(line.value)})"
    return f"{what}: {plain(line.points)}点({line.source})。"


def _cut(part: CategoryScore) -> str:
    return (
        f"{part.code} {part.label.ja}: 項目の合計 {plain(part.raw)}点のうち、"
        f"最高評点 {plain(part.points)}点を超える {plain(part.raw - part.points)}点は数えない。"
    )


def _interval(score: Score) -> str:
    unseen = any(line.answer.kind == "unknown" for line in score.lines())
    cause = "確認できなかった項目" if unseen else "定まらない項目・条件"
    return f"{cause}により、評点は {plain(score.low)}点から {plain(score.high)}点の間にある。"


def _open(table: RuleTable, score: Score) -> str:
    labels: dict[str, Label] = {item.code: item.label for item in table.items()}
    facts = {condition.code: condition.label.ja for condition in table.conditions}
    open_ = [f"「{facts[code]}」かどうか" for code in score.open_conditions]
    open_ += [f"{code} {labels[code].ja}" for code in score.open_items]
    named = "、".join(open_[:MOST_NAMED])
    rest = f" ほか{len(open_) - MOST_NAMED}件" if len(open_) > MOST_NAMED else ""
    return f"判定を左右する未確認の事項: {named}{rest}。"


def _signed(number: str) -> str:
    return number if number.startswith("-") else f"+{number}"
