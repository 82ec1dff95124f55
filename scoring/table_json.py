"""A rule table as the contract's JSON."""

from decimal import Decimal
from typing import Any

from scoring.answers import answers_to_json, conditions_to_json, number_to_json
from scoring.model import (
    Category,
    Computation,
    Example,
    Grade,
    Item,
    Judgement,
    Label,
    Measure,
    Modifier,
    Replacement,
    RuleTable,
    Source,
    TableRef,
    Truth,
)
from scoring.overrides import override_to_json
from scoring.ranges import End, Range, plain

Json = dict[str, Any]


def table_to_json(table: RuleTable) -> Json:
    """All that a tablet needs to draw the form and to score offline: the TOML's keys and more.

    Beside them: `sha256`, and in each replacement the `resolved` item of the other table. A table
    that extends another is complete, with the other one's name under `extends`.
    """
    known = _table(table)
    if not table.scored:
        known["scored"] = False
    if table.extends is not None:
        known["extends"] = ref_to_json(table.extends)
    for key, parts in (("axes", table.axes), ("severities", table.severities)):
        if parts:
            known[key] = [{"code": part.code, "label": _label(part.label)} for part in parts]
    return known


def _table(table: RuleTable) -> Json:
    return {
        "schema": "hantei-rule-table/1",
        **ref_to_json(table.ref),
        "jurisdiction": table.jurisdiction,
        "structures": list(table.structures),
        "method": table.method,
        "effective": _effective(table),
        "unknown": table.unknown,
        "source": _source(table.source),
        "label": _label(table.label),
        "conditions": [
            {
                "code": condition.code,
                "label": _label(condition.label),
                "default": _truth(condition.default),
            }
            for condition in table.conditions
        ],
        "categories": [_category(category) for category in table.categories],
        "modifiers": [_modifier(modifier) for modifier in table.modifiers],
        "outcomes": [
            {"code": known.code, "label": _label(known.label)} for known in table.outcomes
        ],
        "judgements": [_judgement(judgement) for judgement in table.judgements],
        "examples": [_example(example) for example in table.examples],
    }


def _category(category: Category) -> Json:
    return {
        "code": category.code,
        "label": _label(category.label),
        "cap": optional_to_json(category.cap),
        "items": [_item(item) for item in category.items],
    } | ({"axis": category.axis} if category.axis else {})


def _item(item: Item) -> Json:
    known: Json = {
        "code": item.code,
        "label": _label(item.label),
        "source": item.source,
        "mode": item.mode,
        "grades": [_grade(grade) for grade in item.grades],
    }
    if item.measure is not None:
        known["measure"] = _measure(item.measure)
    if item.computation is not None:
        known["formula"] = _computation(item.computation)
    if item.per_unit is not None:
        points = number_to_json(item.per_unit.points)
        known["per_unit"] = {"points": points, "most": item.per_unit.most}
    known |= _applying(item)
    if item.replacements:
        known["replacements"] = [
            borrowed_to_json(found) | {"when": found.when, "resolved": _item(found.item)}
            for found in item.replacements
        ]
    return known


def _grade(grade: Grade) -> Json:
    known: Json = {
        "code": grade.code,
        "mark": grade.mark,
        "points": number_to_json(grade.points),
        "label": _label(grade.label),
    }
    if grade.severity is not None:
        known["severity"] = grade.severity
    return known | ({"range": _range(grade.range)} if grade.range is not None else {})


def _applying(part: Item | Modifier) -> Json:
    named = {"when": part.when, "unless": part.unless}
    return {key: found for key, found in named.items() if found is not None}


def _measure(measure: Measure) -> Json:
    unit = {"unit": _label(measure.unit)} if measure.unit is not None else {}
    return {"label": _label(measure.label), **unit, **_range(measure.limits)}


def _computation(computation: Computation) -> Json:
    return {
        "text": computation.formula.text,
        "undefined": _label(computation.undefined),
        "note": computation.note,
        "inputs": [
            {
                "code": quantity.code,
                "label": _label(quantity.label),
                "unit": quantity.unit,
                **_range(quantity.limits),
            }
            for quantity in computation.inputs
        ],
    }


def _range(bounds: Range) -> Json:
    """As in the TOML: min and max are included, above and below are not; a fraction is text."""
    known: Json = {}
    if bounds.low is not None:
        known["above" if bounds.low_open else "min"] = _end(bounds.low)
    if bounds.high is not None:
        known["below" if bounds.high_open else "max"] = _end(bounds.high)
    return known


def _end(end: End) -> int | float | str:
    return number_to_json(end) if isinstance(end, Decimal) else plain(end)


def _modifier(modifier: Modifier) -> Json:
    return {
        "code": modifier.code,
        "label": _label(modifier.label),
        "source": modifier.source,
        modifier.operation: number_to_json(modifier.operand),
        "when": modifier.when,
    } | _modifier_extras(modifier)


def _modifier_extras(modifier: Modifier) -> Json:
    named = {"unless": modifier.unless, "axis": modifier.axis}
    return {key: found for key, found in named.items() if found is not None}


def _judgement(judgement: Judgement) -> Json:
    known: Json = {"code": judgement.code, "kind": judgement.kind, **_range(judgement.bounds)}
    for key in ("otherwise", "axis", "condition", "source"):
        if getattr(judgement, key):
            known[key] = getattr(judgement, key)
    for key in ("severities", "of"):
        if getattr(judgement, key):
            known[key] = list(getattr(judgement, key))
    if judgement.ranks:
        known["ranks"] = [{"code": rank.code, **_range(rank.bounds)} for rank in judgement.ranks]
    if judgement.findings:
        known["findings"] = [
            {"item": found.item, "grade": found.grade} for found in judgement.findings
        ]
    if not judgement.decides:
        known["decides"] = False
    return known | ({"label": _label(judgement.label)} if judgement.label else {})


def _example(example: Example) -> Json:
    known: Json = {
        "answers": answers_to_json(example.answers),
        "conditions": conditions_to_json(example.conditions),
        "total": number_to_json(example.total),
        "judgement": example.judgement,
        "low": optional_to_json(example.low),
        "high": optional_to_json(example.high),
        "open_items": None if example.open_items is None else list(example.open_items),
        "note": example.note,
        "override": None if example.override is None else override_to_json(example.override),
        "axes": {code: number_to_json(found) for code, found in example.axes.items()} or None,
    }
    return {key: found for key, found in known.items() if found is not None}


def _effective(table: RuleTable) -> Json:
    end = table.effective.end
    return {"from": table.effective.start.isoformat(), "to": end.isoformat() if end else None}


def _source(source: Source) -> Json:
    checked = source.checked_on.isoformat() if source.checked_on else None
    return {
        "title": source.title,
        "ref": source.ref,
        "status": source.status,
        "checked_on": checked,
        "note": source.note,
    }


def _truth(truth: Truth) -> bool | str:
    return "unknown" if truth is None else truth


def borrowed_to_json(replacement: Replacement) -> Json:
    """The name of an item that stands in another's place."""
    ref = replacement.table
    return {
        "table": ref.id,
        "version": ref.version,
        "sha256": ref.sha256,
        "item": replacement.item.code,
    }


def ref_to_json(ref: TableRef) -> Json:
    """The name of a table with its digest."""
    return {"id": ref.id, "version": ref.version, "sha256": ref.sha256}


def optional_to_json(number: Decimal | None) -> int | float | None:
    """A JSON number or null."""
    return None if number is None else number_to_json(number)


def _label(label: Label) -> Json:
    return {"ja": label.ja, "en": label.en}
