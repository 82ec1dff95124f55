"""Whole cities: lookup arrays against per-item arrays, SQL, and reading the answers once."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from bench.tables import markdown, short
from scoring.batch import result_type, score_many
from scoring.counts import count_states
from scoring.model import RuleTable
from scoring.packing import unpack_states
from scoring.ranges import Range
from scoring.states import STORED, states_of
from scoring.whatif import what_if

PER_ITEM = 1_000_000  # records of the per-item arrays, which need much memory


def measured(wooden: RuleTable, exterior: RuleTable, records: int, sql_records: int) -> str:
    """Return the table of ratios; every way of scoring is checked against the batch."""
    rows: list[tuple[str, str, str]] = []
    one = random_records(exterior, records)
    base = _ns(lambda: one.sum(), records)
    rows.append(("read the packed answers once (exterior, 2 bytes)", short(base), "1"))
    rows += _rows(batch(exterior, one), base)
    rows += _rows(what_if_from_counts(exterior, one), base)
    many = random_records(wooden, records)
    base = _ns(lambda: many.sum(), records)
    rows.append(("read the packed answers once (wooden, 16 bytes)", short(base), "1"))
    rows += _rows(batch(wooden, many), base)
    rows += _rows(per_item(wooden, many[:PER_ITEM]), base)
    rows += _rows(sql(wooden, many[:sql_records]), base)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = markdown(("", "ns a record", "times one read"), rows)
    return f"{table}\n\nLargest memory of the process: {memory:,.0f} MB."


def random_records(table: RuleTable, records: int) -> np.ndarray:
    """Packed records with every state as likely, one column a word next to the other."""
    words = states_of(table).words
    rows = np.empty((records, len(words)), dtype=STORED, order="F")
    numbers = np.random.default_rng(2)
    for at, word in enumerate(words):
        rows[:, at] = numbers.integers(0, word.states, records)
    return rows


def batch(table: RuleTable, packed: np.ndarray) -> list[tuple[str, float]]:
    """Total, low, high and judgement of every record, written to an array that is there."""
    out = np.empty(len(packed), dtype=result_type(table))
    kind = "one array" if packed.shape[1] == 1 else f"{packed.shape[1]} arrays, one a category"
    score_many(table, packed[:1000])  # compiled before, as in a process that runs
    return [
        (f"Hantei, score_many ({kind})", _ns(lambda: score_many(table, packed, out), len(packed)))
    ]


def what_if_from_counts(table: RuleTable, packed: np.ndarray) -> list[tuple[str, float]]:
    """Who would cross at another threshold: from counts that are there, and with the counting."""
    last = replace(table.judgements[-1], bounds=Range(low=Decimal(90)))
    other = replace(table, judgements=(*table.judgements[:-1], last))
    counted = count_states(table, packed)
    found = what_if(table, other, counted)
    sample = packed[: len(packed) // 50]
    if what_if(table, other, count_states(table, sample)).moves != _scan(table, other, sample):
        raise SystemExit("what-if by counts is not what-if by scan")
    if sum(found.moves.values()) != len(packed):
        raise SystemExit("what-if lost records")
    return [
        ("Hantei, what-if from counts", _ns(lambda: what_if(table, other, counted), len(packed))),
        ("Hantei, counting the states", _ns(lambda: count_states(table, packed), len(packed))),
    ]


def _scan(one: RuleTable, two: RuleTable, packed: np.ndarray) -> dict[tuple[str, str], int]:
    before, after = score_many(one, packed), score_many(two, packed)
    moves: dict[tuple[str, str], int] = {}
    pairs = zip(before.judgement.tolist(), after.judgement.tolist(), strict=True)
    for was, now in pairs:
        move = before.outcomes[was], after.outcomes[now]
        moves[move] = moves.get(move, 0) + 1
    return moves


def per_item(table: RuleTable, packed: np.ndarray) -> list[tuple[str, float]]:
    """OpenFisca's way: one array an item, one pass over it for each rule, unknown as 0."""
    digits = unpack_states(states_of(table), packed).astype(np.uint8)
    columns = [np.ascontiguousarray(column) for column in digits.T]

    def score() -> tuple[np.ndarray, np.ndarray]:
        at, total = 0, np.zeros(len(packed), dtype=np.float32)
        for category in table.categories:
            raw = np.zeros(len(packed), dtype=np.float32)
            for item in category.items:
                states = [columns[at] == place for place in range(1, len(item.grades) + 1)]
                raw += np.select(states, [float(grade.points) for grade in item.grades], 0)
                at += 1
            total += np.minimum(raw, float(category.cap))
        return total, total >= 100

    _same(table, packed, score()[0])
    return [("numpy, an array an item (total only, unknown as 0)", _ns(score, len(packed), 2))]


def sql(table: RuleTable, packed: np.ndarray) -> list[tuple[str, float]]:
    """CASE expressions in PostgreSQL over a column an item, unknown as 0."""
    digits = unpack_states(states_of(table), packed)
    with _database() as connection:
        names = [f"a_{place}" for place in range(digits.shape[1])]
        connection.execute(f"CREATE UNLOGGED TABLE r ({', '.join(f'{n} smallint' for n in names)})")
        with connection.cursor().copy("COPY r FROM STDIN") as copy:
            for row in digits.tolist():
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE r")
        total = _expression(table, iter(names))
        query = (
            f"SELECT sum(t), count(*) FILTER (WHERE t >= 100) FROM (SELECT {total} AS t FROM r) s"
        )
        found = connection.execute(query).fetchone()
        if found[0] != int(score_many(table, packed).low.astype(np.int64).sum()):
            raise SystemExit("PostgreSQL gives other totals")
        took = _ns(lambda: connection.execute(query).fetchone(), len(packed), 3)
    return [("PostgreSQL, CASE (sum and count of totals only)", took)]


def _expression(table: RuleTable, names: Iterator[str]) -> str:
    parts = []
    for category in table.categories:
        cases = []
        for item in category.items:
            steps = "".join(
                f" WHEN {place} THEN {grade.points}" for place, grade in enumerate(item.grades, 1)
            )
            cases.append(f"CASE {next(names)}{steps} ELSE 0 END")
        parts.append(f"LEAST({category.cap}, {' + '.join(cases)})")
    return " + ".join(parts)


@contextmanager
def _database() -> Iterator:
    """A private cluster, gone afterwards."""
    from tests import postgis

    folder = Path(tempfile.mkdtemp(prefix="hantei-bench-", dir="/tmp"))
    folder.chmod(0o755)  # the user postgres passes through
    cluster = postgis.Cluster(folder / "postgres")
    try:
        cluster.start()
        with postgis.connect(postgis.create_database(cluster, "bench")) as connection:
            yield connection
    finally:
        cluster.stop()
        folder.rmdir()


def _same(table: RuleTable, packed: np.ndarray, totals: np.ndarray) -> None:
    if not (score_many(table, packed).low == totals).all():
        raise SystemExit("the totals differ")


def _ns(work: Callable[[], object], records: int, rounds: int = 7) -> float:
    """The fastest of some rounds, in nanoseconds a record."""
    fastest = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest / records * 1e9


def _rows(found: list[tuple[str, float]], base: float) -> list[tuple[str, str, str]]:
    return [(name, short(ns), short(ns / base)) for name, ns in found]
