"""What can be done with a past visit without the database: read, checked, scored.

It is most of an import's work, and each visit stands for itself: long lists are shared among
processes, short ones are worked on in this one.
"""

from __future__ import annotations

import json
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from inspection.canonical import digest
from inspection.errors import InvalidError
from inspection.imports.model import Cell
from inspection.imports.visit_cells import AnswerReader
from inspection.processes import die_with_parent
from inspection.services import scoring_rules
from inspection.services.results import packed
from inspection.services.submit_inspection import check_items
from scoring.errors import AnswerError
from scoring.model import RuleTable

Check = Callable[[dict[str, Any]], dict[str, Any]]
AHEAD = 2  # batches a process that are worked on before they are asked for
MOST_PROCESSES = 8
WORTH_PROCESSES = 3000  # rows; below, starting processes costs more than it gains


@dataclass(frozen=True, slots=True)
class Task:
    """A visit to work on. body: all but the answers, which are cells still."""

    body: dict[str, Any]
    cells: Mapping[str, Cell]
    table: RuleTable
    structure: str
    known_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A visit's record and result. score: the reply of the engine as JSON text, "" where the
    record is the one that is stored already."""

    record: dict[str, Any]
    sha256: str
    score: str = ""
    total: float = 0
    low: float = 0
    high: float = 0
    judgement: str = ""
    packed: bytes | None = None


class Scorer:
    """Works on visits; made once for many, in each process.

    check: returns the record of a body, or raises ValueError; blank: what an empty cell means.
    """

    def __init__(self, check: Check, blank: str) -> None:
        self._check, self._blank = check, blank
        self._tables: dict[str, RuleTable] = {}
        self._readers: dict[str, AnswerReader] = {}

    def __call__(self, tasks: list[Task]) -> list[Scored | str]:
        """Return each visit's result, or why there is none, in Japanese."""
        done: list[Scored | str] = []
        for task in tasks:
            try:
                done.append(self._scored(task))
            except (ValueError, InvalidError, AnswerError) as error:
                done.append(_reasons(error))
        return done

    def _scored(self, task: Task) -> Scored:
        # The first copy that came: what is known of a table is kept with that very object.
        table = self._tables.setdefault(task.table.sha256, task.table)
        reader = self._readers.get(table.sha256)
        if reader is None:
            reader = self._readers[table.sha256] = AnswerReader(table, self._blank)
        record = self._check({**task.body, "answers": reader.answers(task.cells)})
        check_items(record, table)
        sha256 = digest(record)
        if sha256 == task.known_sha256:
            return Scored(record, sha256)
        score = scoring_rules.score(
            table, record["answers"], record["conditions"], structure=task.structure
        )
        return Scored(
            record,
            sha256,
            json.dumps(score),
            score["total"],
            score["low"],
            score["high"],
            score["judgement"],
            packed(table, record),
        )


def _reasons(error: ValueError | InvalidError | AnswerError) -> str:
    errors = getattr(error, "errors", None)
    if not errors:
        return str(error).splitlines()[0]
    return " / ".join(f"{name}: {text}" for name, texts in errors.items() for text in texts)


Batch = tuple[Any, list[Task]]  # whatever belongs to it, and its visits
Worked = tuple[Any, list[Scored | str]]


@contextmanager
def scoring(
    check: Check, blank: str, rows: int
) -> Iterator[Callable[[Iterable[Batch]], Iterator[Worked]]]:
    """Give a function that works batches off in their order.

    rows: about how many there will be, which decides whether processes are worth their start.
    """
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if rows < WORTH_PROCESSES or processes < 2:
        scorer = Scorer(check, blank)
        yield lambda batches: ((mine, scorer(tasks)) for mine, tasks in batches)
        return
    # Not forked: this process holds database connections.
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (check, blank)) as pool:
        try:
            yield lambda batches: _ahead(pool, batches, AHEAD * processes)
        except BrokenExecutor:
            raise OSError("a scoring process was killed (memory?); run the import again") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _ahead(pool: ProcessPoolExecutor, batches: Iterable[Batch], most: int) -> Iterator[Worked]:
    waiting: deque[tuple[Any, Any]] = deque()
    for mine, tasks in batches:
        waiting.append((mine, pool.submit(_work, tasks)))
        if len(waiting) > most:
            mine, future = waiting.popleft()
            yield mine, future.result()
    while waiting:
        mine, future = waiting.popleft()
        yield mine, future.result()


_scorer: Scorer | None = None  # of a process of the pool


def _begin(check: Check, blank: str) -> None:
    """Make a process of the pool ready; it ends with the command, however that ends."""
    global _scorer
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _scorer = Scorer(check, blank)


def _work(tasks: list[Task]) -> list[Scored | str]:
    assert _scorer is not None
    return _scorer(tasks)
