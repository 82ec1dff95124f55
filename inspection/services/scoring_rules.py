"""Which rule table judges, and the frozen score that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inspection.errors import InvalidError
from inspection.extensions import db
from inspection.models import RuleTableDigest
from inspection.resources import registry
from scoring.answers import parse_answers, parse_conditions
from scoring.errors import AnswerError, NoTableInForceError, UnknownTableError
from scoring.evaluate import evaluate
from scoring.model import RuleTable
from scoring.overrides import parse_override
from scoring.rendering import score_to_json, table_to_json

NATIONAL = "00000"


def local_date(moment: datetime) -> date:
    """Return the day of an instant in the site's time zone."""
    return moment.astimezone(current_app.config["HANTEI_TIME_ZONE"]).date()


def city_code() -> str:
    """Return the city's five-digit code, as rule tables have it (without the check digit)."""
    code: str = current_app.config["HANTEI_MUNICIPALITY_CODE"]
    return code[:5]


def table_in_force(*, structure: str, method: str, on: date) -> RuleTable:
    """Return the city's own table for a structure and method on a day, else the national one.

    Raises NoTableInForceError where neither is in force; the nearest one is never taken.
    """
    wanted = {"structure": structure, "method": method, "on": on}
    try:
        return registry().in_force(**wanted, jurisdiction=city_code())
    except NoTableInForceError:
        return registry().in_force(**wanted, jurisdiction=NATIONAL)


def choose_table(
    reference: Mapping[str, Any] | None, *, structure: str | None, method: str, on: date
) -> RuleTable:
    """Return the rule table that a client named, or the one in force.

    reference: {"id", "version"?} or None. Raises InvalidError for a table that does not exist,
    is not in force on that day, or is made for another method.
    """
    try:
        if reference is None:
            if structure is None:
                raise InvalidError.of("structure", "structure か rule_table を指定してください。")
            return table_in_force(structure=structure, method=method, on=on)
        if reference.get("version"):
            return registry().get(reference["id"], reference["version"])
        return registry().current(reference["id"], on)
    except (UnknownTableError, NoTableInForceError) as error:
        raise InvalidError.of("rule_table", str(error)) from None


def score(
    table: RuleTable,
    answers: Mapping[str, Any],
    conditions: Mapping[str, Any],
    *,
    structure: str | None,
    override: Mapping[str, Any] | None = None,
    lang: str = "ja",
) -> dict[str, Any]:
    """Score answers in the API's JSON form and return the API's score.

    override: a person's decision, for tables that leave one to a person.
    Raises InvalidError with every misfit, by field (`answers.2-2`, `conditions.…`, `structure`,
    `override`).
    """
    errors: dict[str, list[str]] = {}
    parsed: list[Any] = []
    for name, parse, raw in (
        ("answers", parse_answers, answers),
        ("conditions", parse_conditions, conditions),
        ("override", parse_override, override),
    ):
        try:
            parsed.append(parse(table, raw))
        except AnswerError as error:
            errors |= {_path(name, code): texts for code, texts in error.errors.items()}
    if errors:
        raise _invalid(errors)
    try:
        found, facts, decided = parsed
        return score_to_json(
            evaluate(table, found, facts, structure=structure, override=decided), lang
        )
    except AnswerError as error:
        known = {condition.code for condition in table.conditions}
        raise _invalid(
            {
                code
                if code == "structure"
                else _path("conditions" if code in known else "answers", code): texts
                for code, texts in error.errors.items()
            }
        ) from None


def _path(name: str, code: str) -> str:
    return name if code == name else f"{name}.{code}"


def _invalid(errors: dict[str, list[str]]) -> InvalidError:
    field, messages = next(iter(errors.items()))
    return InvalidError(f"{field}: {messages[0]}", errors=errors)


def kept_table(table: RuleTable) -> RuleTableDigest:
    """Return the database's own copy of a table, made when the first result uses it.

    Must run inside a write transaction; two at once end with one row.
    """
    query = select(RuleTableDigest).where(RuleTableDigest.sha256 == table.sha256)
    row = db.session.scalar(query)
    if row is not None:
        return row
    row = RuleTableDigest(
        table_id=table.id, version=table.version, sha256=table.sha256, document=table_to_json(table)
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return db.session.scalars(query).one()
    return row
