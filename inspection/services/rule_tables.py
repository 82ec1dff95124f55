"""The life of a rule table: proposed, checked, approved by a second person, then never changed."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from inspection import audit, published_tables
from inspection.auth import Actor
from inspection.database.transactions import write_transaction
from inspection.errors import ConflictError, ForbiddenError, HanteiError, NotFoundError
from inspection.extensions import db
from inspection.models import RuleTableProposal
from inspection.models.types import now
from inspection.paging import Page, fetch_page
from inspection.resources import registry
from inspection.services.proposed_table import (
    Candidate,
    check_against_published,
    read_candidate,
)
from inspection.services.scoring_rules import city_code, table_in_force
from inspection.services.table_effect import Progress, effect_of
from scoring.compare import compare_lines
from scoring.errors import NoTableInForceError, UnknownTableError
from scoring.frozen import freeze, thaw
from scoring.loader import build_table
from scoring.model import RuleTable
from scoring.rendering import table_to_json
from scoring.spreadsheet import NotExpressibleError

ACTIONS = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn"}
APPROVE = "rule_table:approve"
COMMAND = "command"  # the role of whoever has a shell on the server and gives a name
LOCK_KEY = 0x52554C45  # "RULE": PostgreSQL's advisory lock under which tables are approved
STANDING = "評点表 {} の版 {} は、すでに提案されています。先にその提案を取り下げてください。"


def report_on(
    candidate: Candidate, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Return what a reviewer needs to know of a table: warnings, difference, houses that cross.

    Raises what `check_against_published` does.
    """
    warnings = check_against_published(candidate)
    table = candidate.table
    before = replaced_by(table)
    return {
        "warnings": warnings,
        "current": None
        if before is None
        else {"id": before.id, "version": before.version, "sha256": before.sha256},
        "difference": [] if before is None else compare_lines(before, table),
        "effect": effect_of(table, progress).to_json(table),
    }


def replaced_by(table: RuleTable) -> RuleTable | None:
    """Return the table that a new one takes the place of on its first day, if there is one."""
    start = table.effective.start
    try:
        return registry().current(table.id, start)
    except (UnknownTableError, NoTableInForceError):
        pass
    for structure in table.structures:
        try:
            return table_in_force(structure=structure, method=table.method, on=start)
        except NoTableInForceError:
            continue
    return None


def propose(
    data: bytes,
    file: str,
    *,
    actor: Actor,
    note: str | None = None,
    progress: Progress = lambda done, total: None,
) -> RuleTableProposal:
    """Check a table in a file and keep it as a proposal; nothing is in force by it.

    Raises InvalidError with every fault by cell or key, ConflictError for a version that is
    published or proposed already.
    """
    candidate = read_candidate(data, file)
    report = report_on(candidate, progress)
    table = candidate.table
    proposal = RuleTableProposal(
        table_id=table.id,
        version=table.version,
        sha256=table.sha256,
        document=freeze(candidate.document),
        report=report,
        file_name=file[:200] or None,
        note=note,
        status="proposed",
        proposed_by=actor.label,
        proposed_role=actor.role,
        proposed_token=actor.token_id,
    )
    try:
        with write_transaction():
            check_against_published(candidate)
            db.session.add(proposal)
            db.session.flush()
            _record("propose", proposal, actor, note)
    except IntegrityError:
        raise ConflictError(STANDING.format(table.id, table.version)) from None
    return proposal


def review(
    proposal_id: uuid.UUID, action: str, comment: str | None, *, actor: Actor
) -> RuleTableProposal:
    """Approve, reject or withdraw a proposal.

    approve: by another person than the proposer; the table is published and frozen. reject: with
    the reviewer's reason. withdraw: by the proposer.
    Raises NotFoundError, ForbiddenError, ConflictError for a proposal that is closed, or a table
    that cannot stand beside those approved meanwhile.
    """
    with write_transaction():
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        proposal = find(proposal_id, lock=True)
        _check_person(proposal, action, actor)
        if proposal.status != "proposed":
            raise ConflictError(f"この提案は「{STATUS_LABELS[proposal.status]}」です。")
        if action == "approve":
            _check_still_fits(proposal)
        proposal.status = ACTIONS[action]
        proposal.reviewed_by, proposal.reviewed_role = actor.label, actor.role
        proposal.reviewed_at, proposal.comment = now(), comment
        db.session.flush()
        _record(action, proposal, actor, comment)
        published_tables.forget()
    return proposal


STATUS_LABELS = {
    "proposed": "提案中",
    "approved": "承認済み",
    "rejected": "却下",
    "withdrawn": "取下げ",
}


def _check_person(proposal: RuleTableProposal, action: str, actor: Actor) -> None:
    same = same_person(proposal, actor)
    if action == "withdraw":
        if not same:
            raise ForbiddenError("提案を取り下げられるのは、提案した人だけです。")
        return
    if not (actor.may(APPROVE) or actor.role == COMMAND):
        raise ForbiddenError(f"役割「{actor.role}」は評点表を承認・却下できません。")
    if action == "approve" and same:
        raise ForbiddenError("提案した人は承認できません。別の人が承認してください。")


def same_person(proposal: RuleTableProposal, actor: Actor) -> bool:
    """Say whether the actor is the proposer: the same token, or the same name however written."""
    if actor.token_id is not None and actor.token_id == proposal.proposed_token:
        return True
    return _folded(actor.label) == _folded(proposal.proposed_by)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_still_fits(proposal: RuleTableProposal) -> None:
    name = f"{proposal.table_id}@{proposal.version}"
    document = thaw(proposal.document, proposal.sha256, name)
    candidate = Candidate(name, document, build_table(document, name, registry().get))
    try:
        check_against_published(candidate)
    except HanteiError as error:
        raise ConflictError(f"提案のあとに状況が変わりました: {error.detail}") from error


def find(proposal_id: uuid.UUID, *, lock: bool = False) -> RuleTableProposal:
    """Return a proposal. Raises NotFoundError."""
    query = select(RuleTableProposal).where(RuleTableProposal.id == proposal_id)
    proposal = db.session.scalar(query.with_for_update() if lock else query)
    if proposal is None:
        raise NotFoundError("この提案はありません。")
    return proposal


def proposals(*, status: str | None = None, limit: int = 200, cursor: str | None = None) -> Page:
    """Return one page of proposals, the oldest first."""
    query = select(RuleTableProposal)
    if status is not None:
        query = query.where(RuleTableProposal.status == status)
    return fetch_page(query, RuleTableProposal.pk, limit=limit, cursor=cursor)


def listed(
    *, structure: str | None = None, method: str | None = None, on: date | None = None
) -> list[RuleTable]:
    """Return the rule tables, those in force on a day when one is given; the city's own first."""
    tables = registry().tables(structure, method, on)
    return sorted(tables, key=lambda table: table.jurisdiction != city_code())


def own_document(table: RuleTable) -> dict[str, Any]:
    """Return a table's document for a workbook.

    Raises NotExpressibleError for one that changes another table: its sheets would be another
    table, with a digest of its own.
    """
    if table.extends is not None:
        raise NotExpressibleError("extends", f"{table.extends.id} を変更する形の評点表です")
    return dict(table.document)


def table_of(proposal: RuleTableProposal) -> RuleTable:
    """Return the proposed table itself, built from its frozen text."""
    name = f"{proposal.table_id}@{proposal.version}"
    return build_table(thaw(proposal.document, proposal.sha256, name), name, registry().get)


def to_json(proposal: RuleTableProposal, *, whole: bool = False) -> dict[str, Any]:
    """Return a proposal as the API gives it; with `whole`, the table as `/rule-tables` shows it."""
    shown: dict[str, Any] = {
        "id": str(proposal.id),
        "status": proposal.status,
        "table": {
            "id": proposal.table_id,
            "version": proposal.version,
            "sha256": proposal.sha256,
        },
        "file_name": proposal.file_name,
        "note": proposal.note,
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.created_at.isoformat(),
        "reviewed_by": proposal.reviewed_by,
        "reviewed_at": proposal.reviewed_at.isoformat() if proposal.reviewed_at else None,
        "comment": proposal.comment,
        "report": proposal.report,
    }
    return shown | ({"rule_table": table_to_json(table_of(proposal))} if whole else {})


def in_force_days(table: RuleTable) -> dict[str, str | None]:
    """Return from when to when (left out) a table is in force, later versions considered."""
    period = registry().period(table)
    ends: date | None = period.end
    return {"from": period.start.isoformat(), "to": ends.isoformat() if ends else None}


def _record(action: str, proposal: RuleTableProposal, actor: Actor, words: str | None) -> None:
    audit.record(
        f"rule_table.{action}",
        f"rule_table_proposal/{proposal.id}",
        actor,
        after=proposal.sha256,
        table=f"{proposal.table_id}@{proposal.version}",
        comment=words,
    )
