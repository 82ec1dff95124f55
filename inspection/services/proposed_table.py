"""A rule table in a file that somebody sends: read, checked, and held against the tables there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from inspection.errors import ConflictError, InvalidError
from inspection.resources import registry
from inspection.services.scoring_rules import NATIONAL, city_code
from scoring.errors import RuleTableError, UnknownTableError
from scoring.loader import build_table
from scoring.model import RuleTable
from scoring.spreadsheet import SpreadsheetError, read_workbook

if TYPE_CHECKING:
    from scoring.spreadsheet.reading import Imported

MOST_TOML_BYTES = 1_000_000
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_LONGEST = {"id": 120, "version": 40}


@dataclass(frozen=True)
class Candidate:
    """A rule table out of a file, sound in itself."""

    file: str
    document: dict[str, Any]
    table: RuleTable
    imported: Imported | None = None

    def refuse(self, error: RuleTableError) -> InvalidError:
        """Return the error to raise for a fault of this table, by cell where there are cells."""
        if self.imported is not None:
            return by_cell(self.imported.at_cell(error))
        return by_key(error)

    def fault(self, place: str, found: str, allowed: str) -> InvalidError:
        """Return the same for a fault that is found here."""
        return self.refuse(RuleTableError(self.file, place, found, allowed))


def read_candidate(data: bytes, file: str) -> Candidate:
    """Read a workbook or a TOML file, told by its content, and run its worked cases.

    Raises InvalidError with every fault by cell (or by key for TOML).
    """
    if data.startswith((_ZIP, _OLE)):
        try:
            imported = read_workbook(data, file, registry().get)
        except SpreadsheetError as error:
            raise by_cell(error) from error
        return Candidate(file, imported.document, imported.table, imported)
    try:
        document = _toml(data, file)
        return Candidate(file, document, build_table(document, file, registry().get))
    except RuleTableError as error:
        raise by_key(error) from error


def _toml(data: bytes, file: str) -> dict[str, Any]:
    if len(data) > MOST_TOML_BYTES:
        raise RuleTableError(file, "", f"{len(data):,} バイト", f"{MOST_TOML_BYTES:,} バイトまで")
    try:
        return tomllib.loads(data.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        allowed = "評点表のブック(.xlsx)か TOML"
        raise RuleTableError(file, "", "xlsx としても TOML としても読めません", allowed) from error


def check_against_published(candidate: Candidate) -> list[str]:
    """Refuse what cannot stand beside the published tables, and return warnings.

    Raises ConflictError for a version that is published, InvalidError for a foreign jurisdiction,
    an id of another jurisdiction, an example, and dates in conflict.
    """
    table = candidate.table
    for key, longest in _LONGEST.items():
        if len(getattr(table, key)) > longest:
            raise candidate.fault(key, "長すぎます", f"{longest} 文字まで")
    _refuse_published(table)
    if table.source.status == "example":
        raise candidate.fault("source.status", "例の評点表は適用できません", "確認済み、未確認")
    allowed = (city_code(), NATIONAL)
    if table.jurisdiction not in allowed:
        found = f"団体コード「{table.jurisdiction}」"
        raise candidate.fault("jurisdiction", found, f"{allowed[0]}(この市)か {NATIONAL}(国)")
    others = [other for other in registry().tables() if other.id == table.id]
    if others and others[0].jurisdiction != table.jurisdiction:
        found = f"ID「{table.id}」は団体 {others[0].jurisdiction} の評点表のものです"
        raise candidate.fault("id", found, f"団体 {table.jurisdiction} の評点表には別のID")
    try:
        joined = registry().joined([(candidate.file, candidate.document)])
    except RuleTableError as error:
        # The overlap is told about the table that comes later in the list, whichever it is.
        raise candidate.fault("effective.from", error.found, error.allowed) from error
    warnings = list(table.warnings)
    if table.jurisdiction == NATIONAL:
        warnings.append(f"団体コードが国のもの({NATIONAL})です。市の評点表は {allowed[0]} にします")
    return warnings + _lost_structures(table, others, joined.period(table).start)


def _refuse_published(table: RuleTable) -> None:
    try:
        standing = registry().get(table.id, table.version)
    except UnknownTableError:
        return
    name = f"評点表 {table.id} の版 {table.version}"
    if standing.sha256 == table.sha256:
        raise ConflictError(f"{name} は同じ内容で公布されています。変更はありません。")
    raise ConflictError(f"{name} は公布されています。内容を変えるときは新しい版にしてください。")


def _lost_structures(table: RuleTable, others: list[RuleTable], start: Any) -> list[str]:
    """Warn of structures that the version before covers and this one does not."""
    before = [one for one in others if registry().period(one).covers(start)]
    lost = [s for one in before for s in one.structures if s not in table.structures]
    return [f"前の版にある構造がありません: {'、'.join(lost)}"] if lost else []


def by_cell(error: SpreadsheetError) -> InvalidError:
    """Return a workbook's faults as the error that clients and commands see."""
    first = error.faults[0]
    more = len(error.faults) + error.more - 1
    detail = str(first) + (f"(ほか {more} 件)" if more else "")
    return InvalidError(detail, errors=error.by_place())


def by_key(error: RuleTableError) -> InvalidError:
    """Return a TOML file's fault likewise."""
    message = error.found + (f" → {error.allowed}" if error.allowed else "")
    return InvalidError(str(error), errors={error.place or "_": [message]})
