"""The rule tables at hand, and which of them is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from scoring.digest import LOCK_NAME, digest_of, read_lock
from scoring.document import read_toml
from scoring.errors import NoTableInForceError, RuleTableError, UnknownTableError
from scoring.loader import build_table
from scoring.model import Effective, RuleTable

SHIPPED = Path(__file__).parent / "tables"
EXAMPLES = SHIPPED / "examples"
Key = tuple[str, str]  # id, version
Document = tuple[str, Mapping[str, Any]]  # name in messages, parsed content


class Registry:
    """Rule tables by id and version; never two in force for the same house on the same day.

    A later version of an id ends the earlier one's effect the day before it begins, though the
    earlier one's document, which is published, keeps its open end.
    """

    def __init__(self, tables: Iterable[RuleTable]) -> None:
        self._tables: dict[Key, RuleTable] = {}
        for table in tables:
            self._tables[table.id, table.version] = table
        self._periods = _periods(self._tables.values())
        for one, two in combinations(self._tables.values(), 2):
            self._refuse_overlap(one, two)

    def period(self, table: RuleTable) -> Effective:
        """The days on which a table of this registry is in force, later versions considered."""
        return self._periods[table.id, table.version]

    def joined(self, documents: Iterable[Document]) -> "Registry":
        """These tables and those of more documents (name for messages, parsed content).

        A document takes the place of a table with its id and version. Raises RuleTableError for a
        faulty one, and where two would be in force at once.
        """
        found = {(str(d.get("id")), str(d.get("version"))): (name, d) for name, d in documents}
        shelf = _Shelf(found, self)
        return Registry([*self._tables.values(), *(shelf.table(*key) for key in found)])

    def get(self, id: str, version: str) -> RuleTable:
        """One version of one table. Raises UnknownTableError."""
        try:
            return self._tables[id, version]
        except KeyError:
            raise UnknownTableError(f"評点表 {id}@{version} はありません") from None

    def current(self, id: str, on: date) -> RuleTable:
        """The version of this table in force on a day.

        Raises UnknownTableError for an id that no table has, NoTableInForceError for the day.
        """
        versions = [table for table in self._tables.values() if table.id == id]
        if not versions:
            raise UnknownTableError(f"評点表 {id} はありません")
        return self._the_one(versions, f"評点表 {id}", on)

    def in_force(
        self, *, structure: str, method: str, on: date, jurisdiction: str = "00000"
    ) -> RuleTable:
        """The table of this jurisdiction for a structure and method on a day.

        A city without a table of its own is not given the national one here: ask again without
        `jurisdiction`. Raises NoTableInForceError.
        """
        fitting = [
            table for table in self.tables(structure, method) if table.jurisdiction == jurisdiction
        ]
        wanted = f"構造 {structure}、方法 {method}、団体 {jurisdiction}"
        return self._the_one(fitting, wanted, on)

    def tables(
        self, structure: str | None = None, method: str | None = None, on: date | None = None
    ) -> list[RuleTable]:
        """The tables for a structure, for a method, in force on a day; by id and version."""
        return [
            table
            for _, table in sorted(self._tables.items())
            if (structure is None or structure in table.structures)
            and (method is None or method == table.method)
            and (on is None or self.period(table).covers(on))
        ]

    def by_sha256(self, digest: str) -> RuleTable:
        """The table with this digest. Raises UnknownTableError."""
        for table in self._tables.values():
            if table.sha256 == digest:
                return table
        raise UnknownTableError(f"sha256 が {digest} の評点表はありません")

    def _refuse_overlap(self, one: RuleTable, two: RuleTable) -> None:
        shared = [structure for structure in one.structures if structure in two.structures]
        same = (one.jurisdiction, one.method) == (two.jurisdiction, two.method)
        if same and shared and self.period(one).overlaps(self.period(two)):
            raise RuleTableError(
                f"{two.id}@{two.version}",
                "effective",
                f"適用期間が {one.id}@{one.version} と重なります"
                f"(団体 {one.jurisdiction}、構造 {'、'.join(shared)}、方法 {one.method})",
                "重ならない期間",
            )

    def _the_one(self, tables: Iterable[RuleTable], wanted: str, on: date) -> RuleTable:
        for table in tables:
            if self.period(table).covers(on):
                return table
        raise NoTableInForceError(wanted, on)


def load_registry(folder: Path | None = None, *, include_examples: bool = False) -> Registry:
    """Read, check and test every table (*.toml) of a folder, by default the shipped ones.

    include_examples: the tables modelled on municipal rules too. They have jurisdictions of their
    own (99…), which no city has, so that they are never in force anywhere.
    Raises RuleTableError for a faulty table, and for one that was changed after publication.
    """
    folder = SHIPPED if folder is None else folder
    documents = _documents([folder, EXAMPLES] if include_examples else [folder])
    shelf = _Shelf(documents)
    _check_lock(folder, shelf)
    return Registry(shelf.table(*key) for key in shelf.documents)


@dataclass
class _Shelf:
    """Documents that become tables when first asked for, so that they may borrow in any order."""

    documents: Mapping[Key, Document]
    others: Registry | None = None
    built: dict[Key, RuleTable] = field(default_factory=dict)
    opening: list[Key] = field(default_factory=list)

    def table(self, id: str, version: str) -> RuleTable:
        key = (id, version)
        if key not in self.documents and self.others is not None:
            return self.others.get(id, version)
        if key not in self.documents:
            raise UnknownTableError(f"評点表 {id}@{version} はありません")
        if key in self.built:
            return self.built[key]
        file, document = self.documents[key]
        if key in self.opening:
            names = " → ".join(f"{id}@{version}" for id, version in [*self.opening, key])
            raise RuleTableError(
                file, "", f"評点表が互いに参照しています({names})", "循環しない参照"
            )
        self.opening.append(key)
        self.built[key] = build_table(document, file, self.table)
        self.opening.pop()
        return self.built[key]


def _documents(folders: Iterable[Path]) -> dict[Key, Document]:
    found: dict[Key, Document] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        document = read_toml(path)
        key = (str(document.get("id")), str(document.get("version")))
        if key in found:
            other = f"{key[0]}@{key[1]} は {found[key][0]} にもあります"
            raise RuleTableError(path.name, "id", other, "それぞれ異なる id と version")
        found[key] = (path.name, document)
    return found


def _check_lock(folder: Path, shelf: _Shelf) -> None:
    for (id, version), digest in read_lock(folder).items():
        if (id, version) not in shelf.documents:
            raise RuleTableError(
                LOCK_NAME, f"{id}@{version}", "公布済みの評点表がありません", "元のファイル"
            )
        file, document = shelf.documents[id, version]
        found = digest_of(document)
        if found != digest:
            raise RuleTableError(
                file,
                f"{id}@{version}",
                f"公布済みの評点表が変更されています(sha256 {found})",
                f"元の内容(sha256 {digest})のままにし、変更は新しい version にしてください",
            )


def _periods(tables: Iterable[RuleTable]) -> dict[Key, Effective]:
    """When each table is in force. Raises RuleTableError for two versions that begin together."""
    periods: dict[Key, Effective] = {}
    later: dict[str, RuleTable] = {}
    for table in sorted(tables, key=lambda table: table.effective.start, reverse=True):
        start, end = table.effective.start, table.effective.end
        follower = later.get(table.id)
        if follower is not None:
            begins = follower.effective.start
            if begins == start:
                raise RuleTableError(
                    f"{follower.id}@{follower.version}",
                    "effective.from",
                    f"適用開始日が版 {table.version} と同じです({start})",
                    "版ごとに異なる適用開始日",
                )
            end = begins if end is None or begins < end else end
        periods[table.id, table.version] = Effective(start, end)
        later[table.id] = table
    return periods
