"""The rule tables of the running application: those that ship with it and those approved here.

Approved tables lie in the database. Their number only grows, so that one small query a transaction
tells every process whether its own registry is still up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import Flask, current_app
from sqlalchemy import func, select

from inspection.extensions import db
from inspection.models import RuleTableProposal
from scoring.frozen import thaw
from scoring.registry import Registry, load_registry

HELD = "hantei_tables"
SEEN = "hantei_tables_seen"
MARK = select(func.count(), func.max(RuleTableProposal.pk)).where(
    RuleTableProposal.status == "approved"
)


@dataclass(frozen=True)
class Held:
    """A registry with the mark of the approved tables that are in it: how many, the last one."""

    registry: Registry
    mark: tuple[int, int]


def shipped() -> Registry:
    """Return the tables that ship with the software, without asking the database."""
    tables: Registry = current_app.extensions[HELD]["shipped"]
    return tables


def current() -> Registry:
    """Return every table, as the current transaction sees them."""
    known = current_app.extensions[HELD]
    session = db.session()
    transaction = session.get_transaction()
    held: Held = known["held"]
    seen, mark = session.info.get(SEEN, (None, None))
    if transaction is not None and seen is transaction and mark == held.mark:
        return held.registry
    mark = _mark()
    if mark != held.mark:
        held = known["held"] = Held(_registry(known["shipped"]), mark)
    session.info[SEEN] = (session.get_transaction(), mark)
    return held.registry


def forget() -> None:
    """Ask the database again, after this transaction approved a table itself."""
    db.session().info.pop(SEEN, None)


def _mark() -> tuple[int, int]:
    number, last = db.session.connection().execute(MARK).one()
    return number, last or 0


def _registry(base: Registry) -> Registry:
    rows = db.session.execute(
        select(
            RuleTableProposal.table_id,
            RuleTableProposal.version,
            RuleTableProposal.document,
            RuleTableProposal.sha256,
        )
        .where(RuleTableProposal.status == "approved")
        .order_by(RuleTableProposal.pk)
    )
    documents = []
    for table_id, version, document, sha256 in rows:
        name = f"{table_id}@{version}"
        documents.append((name, thaw(document, sha256, name)))
    return base.joined(documents) if documents else base


@cache
def _packaged() -> Registry:
    """Return the tables of the package, which no application of a process changes."""
    return load_registry()


def register(app: Flask) -> None:
    """Give an application the shipped tables, read once a process."""
    tables = _packaged()
    app.extensions[HELD] = {"shipped": tables, "held": Held(tables, (0, 0))}
