"""Whether a table's judgements hold together: what they name, what can be reached, ranks."""

from decimal import Decimal

from scoring.document import Node
from scoring.findings import possible_choices
from scoring.judgement import Judge, judge_of
from scoring.model import Judgement, RuleTable
from scoring.ranges import End, bad_joint, plain
from scoring.worlds import World, possible_worlds


def check_judgements(root: Node, table: RuleTable) -> None:
    """Raise RuleTableError at the first judgement that names what is not there or never holds."""
    _check_outcomes(root, table)
    for judgement in table.judgements:
        node = Node(root.file, f"judgements[{judgement.code}]", root.content)
        _check_names(node, judgement, table)
    _check_circles(root, table)
    _check_unused(root, table)
    judge = judge_of(table)
    worlds = possible_worlds(table, {}, {known.code: None for known in table.conditions})
    for judgement in table.judgements:
        node = Node(root.file, f"judgements[{judgement.code}]", root.content)
        if judgement.kind == "threshold":
            _check_reach(node, judgement, worlds)
        elif judgement.kind == "ranks":
            _check_ranks(node, judgement, worlds)
        elif judgement.kind == "count":
            _check_count(node, judgement, judge)
    _check_hidden(root, table)


def _check_outcomes(root: Node, table: RuleTable) -> None:
    declared = [outcome.code for outcome in table.outcomes]
    named = [found.code for found in table.judgements if found.decides and found.kind != "ranks"]
    named += [rank.code for found in table.judgements for rank in found.ranks if found.decides]
    named += [found.otherwise for found in table.judgements if found.otherwise is not None]
    for code in named:
        if code not in declared:
            found = f"判定結果「{code}」が outcomes にありません"
            raise root.refuse(found, "、".join(declared), "judgements")
        if named.count(code) > 1:
            raise root.refuse(
                f"判定結果「{code}」が二度出てきます", "それぞれ異なる結果", "judgements"
            )
    for code in declared:
        if code not in named:
            raise root.refuse(f"「{code}」にする判定がありません", "、".join(named), "outcomes")


def _check_names(node: Node, judgement: Judgement, table: RuleTable) -> None:
    tests = [known.code for known in table.judgements if known.kind != "ranks"]
    for code in judgement.of:
        if code not in tests:
            raise node.refuse(f"判定「{code}」がありません", "、".join(tests), "of")
    severities = [severity.code for severity in table.severities]
    for code in judgement.severities:
        if code not in severities:
            allowed = f"severities にあるもの({'、'.join(severities) or 'なし'})"
            raise node.refuse(f"重さ「{code}」がありません", allowed, "severities")
    items = {item.code: item for item in table.items()}
    for found in judgement.findings:
        if found.item not in items:
            raise node.refuse(f"項目「{found.item}」がありません", "、".join(items), "findings")
        item = items[found.item]
        readings = [item, *(other.item for other in item.replacements)]
        grades = [grade.code for reading in readings for grade in reading.grades]
        if found.grade not in grades:
            allowed = "、".join(dict.fromkeys(grades)) or "評価のある項目"
            raise node.refuse(
                f"項目 {found.item} に評価「{found.grade}」がありません", allowed, "findings"
            )
    if judgement.kind == "count" and not (judgement.severities or judgement.findings):
        raise node.refuse("数えるものがありません", "severities か findings")
    if judgement.kind in ("any_of", "all_of") and not (judgement.findings or judgement.of):
        raise node.refuse("判定の中身がありません", "findings か of")
    if judgement.kind in ("threshold", "ranks") and not table.scored:
        raise node.refuse(
            f"評点のない評点表に「{judgement.kind}」",
            "count、condition、any_of、all_of、override",
            "kind",
        )


def _check_circles(root: Node, table: RuleTable) -> None:
    of = {judgement.code: judgement.of for judgement in table.judgements}
    sound: set[str] = set()

    def follow(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            names = " → ".join([*path[path.index(code) :], code])
            found = f"判定が互いに参照しています({names})"
            raise root.refuse(found, "循環しない参照", f"judgements[{path[0]}].of")
        for other in of[code]:
            if other not in sound:
                follow(other, (*path, code))
        sound.add(code)

    for code in of:
        follow(code, ())


def _check_unused(root: Node, table: RuleTable) -> None:
    used = {code for judgement in table.judgements for code in judgement.of}
    for judgement in table.judgements:
        if not judgement.decides and judgement.code not in used:
            found = f"判定「{judgement.code}」はどこでも使われていません"
            raise root.refuse(found, "ほかの判定の of で使う判定", "judgements")


def _largest(worlds: tuple[World, ...], axis: str | None) -> Decimal:
    return max(world.extreme(-1, axis) for world in worlds)


def _check_reach(node: Node, judgement: Judgement, worlds: tuple[World, ...]) -> None:
    most = _largest(worlds, judgement.axis)
    if most not in judgement.bounds:
        found = f"しきい値「{judgement.bounds}」には届きません"
        raise node.refuse(found, f"評点の最大は {plain(most)}")


def _check_hidden(root: Node, table: RuleTable) -> None:
    """A deciding threshold after one that is no higher never comes into play."""
    before: dict[str | None, Judgement] = {}
    for judgement in table.judgements:
        if judgement.kind != "threshold" or not judgement.decides:
            continue
        earlier = before.get(judgement.axis)
        if earlier is not None and _floor(judgement) >= _floor(earlier):
            found = f"しきい値「{judgement.bounds}」は前の「{earlier.bounds}」に隠れます"
            place = f"judgements[{judgement.code}]"
            raise root.refuse(found, "大きい順に並ぶしきい値", place)
        before[judgement.axis] = judgement


def _floor(judgement: Judgement) -> tuple[End, bool]:
    return judgement.bounds.low or Decimal(0), judgement.bounds.low_open


def _check_ranks(node: Node, judgement: Judgement, worlds: tuple[World, ...]) -> None:
    bounds = [rank.bounds for rank in judgement.ranks]
    fault = bad_joint(bounds, whole_numbers=False)
    if fault:
        raise node.refuse(fault, "0点から上限なしまで隙間も重なりもなく続く範囲", "ranks")
    if all(Decimal(0) not in band for band in bounds):
        raise node.refuse("0点がどの範囲にも入りません", "0点から始まる範囲", "ranks")
    if all(band.high is not None for band in bounds):
        raise node.refuse("一番上の範囲に上限があります", "上限のない範囲", "ranks")
    most = _largest(worlds, judgement.axis)
    for rank in judgement.ranks:
        low = rank.bounds.low
        if low is not None and (low > most or (low == most and rank.bounds.low_open)):
            found = f"「{rank.code}」の範囲「{rank.bounds}」には届きません"
            raise node.refuse(found, f"評点の最大は {plain(most)}", "ranks")


def _check_count(node: Node, judgement: Judgement, judge: Judge) -> None:
    place = judge.read_by[judgement.code][0]
    feature = judge.features[place]
    most = 0
    for item in judge.table.items():
        readings = [item, *(other.item for other in item.replacements)]
        most += max(
            sum(feature.counts(item.code, reading, grade) for grade in choice.grades)
            for reading in readings
            for choice in possible_choices(reading)
        )
    if most < feature.need:
        raise node.refuse(
            f"個数「{judgement.bounds}」には届きません", f"数えられるのは {most} まで"
        )
