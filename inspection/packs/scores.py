"""From a score as frozen with the visit, and its rule table, to the `Score` of a pack."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inspection.packs import words
from inspection.packs.score_model import (
    ADVERSE,
    MIDDLE,
    MILD,
    OPEN,
    Quantity,
    Score,
    ScoreAxis,
    ScoreCategory,
    ScoreItem,
    ScoreModifier,
    ScoreOverride,
    TableReference,
)

Document = Mapping[str, Any]  # a rule table as scoring/rendering.py writes it
TableName = Callable[[str, str], str | None]  # id, version -> its Japanese name


def freeze_score(score: Mapping[str, Any], document: Document, table_name: TableName) -> Score:
    """Freeze a score as `POST /scores` answers it, with what the rule table tells about it.

    table_name: names the tables of borrowed items. Raises KeyError when either lacks a field.
    """
    definitions = {
        item["code"]: item for category in document["categories"] for item in category["items"]
    }
    threshold, above = _threshold(document)
    return Score(
        total=score["total"],
        low=score["low"],
        high=score["high"],
        judgement=score["judgement"],
        judgement_label=score["judgement_label"],
        standing=standing(document, score["judgement"]),
        threshold=threshold,
        threshold_above=above,
        cut=score["cut"],
        open_items=tuple(score["open_items"]),
        warnings=tuple(score["warnings"]),
        categories=tuple(
            _category(category, definitions, table_name) for category in score["categories"]
        ),
        modifiers=_modifiers(score.get("modifiers", ()), document),
        axes=tuple(ScoreAxis(**axis) for axis in score.get("axes", ())),
        override=_override(score),
        table=_table(score["table"], document),
    )


def standing(document: Document, judgement: str) -> str:
    """Return where an outcome stands among those of a table: the first one tested is the gravest.

    Of ranks the highest band is. An outcome that the table does not have is mild.
    """
    order = outcomes(document)
    if judgement not in order:
        return OPEN if judgement == "undetermined" else MILD
    place = order.index(judgement)
    if place == 0:
        return ADVERSE
    return MILD if place == len(order) - 1 else MIDDLE


def outcomes(document: Document) -> list[str]:
    """Return the outcome codes of a table from the gravest to the mildest, as scoring tests them."""
    order: list[str] = []
    for judgement in document["judgements"]:
        if not judgement.get("decides", True):
            continue
        ranks = [rank["code"] for rank in reversed(judgement.get("ranks", ()))]
        order += ranks or [judgement["code"]]
        if judgement.get("otherwise"):
            order.append(judgement["otherwise"])
    return list(dict.fromkeys(order))


def _threshold(document: Document) -> tuple[float | None, bool]:
    """Return the points of the first test of the total, and whether more than them is asked for.

    None where nothing tests the total.
    """
    tests = (
        test
        for test in document["judgements"]
        if test["kind"] == "threshold" and not test.get("axis")
    )
    test = next(tests, {})
    return test.get("min", test.get("above")), "above" in test


def _table(reference: Mapping[str, str], document: Document) -> TableReference:
    source = document["source"]
    return TableReference(
        id=reference["id"],
        version=reference["version"],
        sha256=reference["sha256"],
        label=document["label"]["ja"],
        source=" ".join(filter(None, (source["title"], source["ref"]))),
        status=source["status"],
        checked_on=source.get("checked_on"),
        note=source.get("note"),
    )


def _category(
    category: Mapping[str, Any], definitions: Mapping[str, Document], table_name: TableName
) -> ScoreCategory:
    return ScoreCategory(
        code=category["code"],
        label=category["label"],
        raw=category["raw"],
        points=category["points"],
        cap=category["cap"],
        axis=category.get("axis"),
        items=tuple(
            _item(item, definitions.get(item["code"], {}), table_name) for item in category["items"]
        ),
    )


def _item(item: Mapping[str, Any], definition: Document, table_name: TableName) -> ScoreItem:
    borrowed = item.get("replaced_by")
    if borrowed:
        definition = _replacement(definition, borrowed)
    measure = definition.get("measure", {})
    return ScoreItem(
        code=item["code"],
        label=item["label"],
        answer=item["answer"],
        points=item["points"],
        source=item.get("source"),
        grade=item.get("grade"),
        mark=None if item.get("grades") else item.get("mark"),
        grade_label=_grades(item, definition),
        applies=item.get("applies", True),
        value=item.get("value"),
        measure=measure.get("label", {}).get("ja"),
        unit=measure.get("unit", {}).get("ja"),
        inputs=_inputs(item["answer"], definition),
        borrowed=_borrowed(borrowed, table_name) if borrowed else None,
    )


def _grades(item: Mapping[str, Any], definition: Document) -> str | None:
    """Return the label of the grade that counted; where several add up, each behind its mark."""
    codes = item.get("grades")
    if not codes:
        label: str | None = item.get("grade_label")
        return label
    counted = (grade for grade in definition["grades"] if grade["code"] in codes)
    return "\n".join(f"{grade['mark']} {grade['label']['ja']}" for grade in counted)


def _override(score: Mapping[str, Any]) -> ScoreOverride | None:
    found = score.get("override")
    if not found:
        return None
    labels = {test["code"]: test["label"] for test in score.get("tests", ())}
    code = found["judgement"]
    return ScoreOverride(labels.get(code, code), found["reason"], found["by"])


def _replacement(definition: Document, borrowed: Mapping[str, str]) -> Document:
    found = (
        one["resolved"]
        for one in definition.get("replacements", ())
        if (one["table"], one["item"]) == (borrowed["table"], borrowed["item"])
    )
    return next(found, definition)


def _borrowed(borrowed: Mapping[str, str], table_name: TableName) -> str:
    name = table_name(borrowed["table"], borrowed["version"]) or borrowed["table"]
    return f"「{name}」の項目{borrowed['item']}による"


def _inputs(answer: object, definition: Document) -> tuple[Quantity, ...]:
    given = answer.get("inputs") if isinstance(answer, dict) else None
    if not isinstance(given, dict):
        return ()
    declared = definition.get("formula", {}).get("inputs", ())
    units = {one["code"]: one.get("unit") for one in declared}
    order = [code for code in units if code in given] or list(given)
    return tuple(Quantity(code, given[code], units.get(code)) for code in order)


def _modifiers(lines: Sequence[Mapping[str, Any]], document: Document) -> tuple[ScoreModifier, ...]:
    """Freeze the steps after the caps, each with its effect as the table declares it."""
    declared = {one["code"]: one for one in document.get("modifiers", ())}
    return tuple(
        ScoreModifier(
            code=line["code"],
            label=line["label"],
            points=line["points"],
            effect=_effect(declared.get(line["code"], {})),
            source=line.get("source"),
            axis=line.get("axis"),
        )
        for line in lines
    )


def _effect(modifier: Document) -> str | None:
    if "multiply" in modifier:
        return f"×{words.figure(modifier['multiply'])}"
    return f"{words.signed(modifier['add'])}点" if "add" in modifier else None
