"""Scoring, side by side with general rule engines, per-item arrays, SQL, and merely reading.

One record with its full trace; then whole cities, as ratios to reading the packed answers once
(`numpy.sum` over them). All give the same totals, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import scoring_cities as cities
from bench.environment import ROOT, python_for
from bench.tables import markdown, short
from scoring.answers import parse_answers
from scoring.evaluate import evaluate
from scoring.model import RuleTable
from scoring.packing import pack_answers
from scoring.registry import load_registry
from scoring.rendering import table_to_json
from scoring.trace import trace

WOODEN = ("jp.substandard-dwelling.wooden", "2004-07-01")
EXTERIOR = ("jp.substandard-dwelling.wooden-exterior", "2004-07-01")
RECORDS = 500  # of the comparison record by record
ROUNDS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=int, default=9_000_000, help="records of a whole city")
    parser.add_argument("--sql-records", type=int, default=300_000, help="of these, in PostgreSQL")


def run(arguments: argparse.Namespace) -> str:
    registry = load_registry()
    wooden, exterior = registry.get(*WOODEN), registry.get(*EXTERIOR)
    parts = [
        "### One record with its full trace, wooden table (28 items)",
        one_record(wooden),
        f"### {arguments.records:,} records",
        cities.measured(wooden, exterior, arguments.records, arguments.sql_records),
    ]
    return "\n\n".join(parts)


def one_record(table: RuleTable) -> str:
    """Measure ours and the peers' on the same records, in microseconds a record."""
    raw = _records(table, np.random.default_rng(1))
    found = ours(table, raw) | peers(table, raw)
    totals = {name: one["totals"] for name, one in found.items()}
    reference = next(iter(totals.values()))
    for name, one in totals.items():
        if one != reference:
            raise SystemExit(f"{name} gives other totals")
    base = found["zen-engine, with trace"]["us"]
    rows = [
        (name, short(one["us"]), short(base / one["us"]))
        for name, one in sorted(found.items(), key=lambda pair: pair[1]["us"])
    ]
    return markdown(("", "µs a record", "times as fast as zen-engine with trace"), rows)


def ours(table: RuleTable, raw: list[dict[str, str]]) -> dict[str, dict]:
    """Our evaluation: from JSON, from parsed answers, from packed answers; parts known or not."""
    documents = [
        {code: given if given == "none" else [given] for code, given in record.items()}
        for record in raw
    ]
    answers = [parse_answers(table, one) for one in documents]
    packed = [pack_answers(table, one) for one in answers]
    new = time.perf_counter()
    first = evaluate(table, answers[0])
    new = (time.perf_counter() - new) * 1e6
    return {
        "Hantei, full trace from packed answers": _timed(lambda one: trace(table, one), packed),
        "Hantei, full trace from answers": _timed(lambda one: evaluate(table, one), answers),
        "Hantei, full trace from JSON": _timed(
            lambda one: evaluate(table, parse_answers(table, one)), documents
        ),
        "Hantei, the first record of all": {
            "us": new,
            "totals": [int(first.total), *(int(evaluate(table, one).total) for one in answers[1:])],
        },
    }


def peers(table: RuleTable, raw: list[dict[str, str]]) -> dict[str, dict]:
    """The peers' figures, from their own environment."""
    python = python_for(ROOT / "bench" / "requirements-scoring.txt")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "table.json", Path(folder) / "records.json"]
        for file, content in zip(files, (table_to_json(table), raw), strict=True):
            file.write_text(json.dumps(content))
        script = ROOT / "bench" / "scoring_peers.py"
        reply = subprocess.run([python, script, *files], check=True, stdout=subprocess.PIPE)
    return json.loads(reply.stdout)


def _records(table: RuleTable, numbers: np.random.Generator) -> list[dict[str, str]]:
    """Complete records: half of the items without a finding, the rest with one grade."""
    records = []
    for _ in range(RECORDS):
        record = {}
        for item in table.items():
            grades = [grade.code for grade in item.grades]
            record[item.code] = "none" if numbers.random() < 0.5 else str(numbers.choice(grades))
        records.append(record)
    return records


def _timed(work: Callable, records: list) -> dict:
    totals = [int(work(record).total) for record in records]
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for record in records:
            work(record)
        fastest = min(fastest, time.perf_counter() - start)
    return {"us": fastest / len(records) * 1e6, "totals": totals}
