"""The figures as tables, and the goals: met or missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.gis_measure import Figure
from bench.tables import markdown, short

OURS, TIPG, PYGEOAPI, SQL = "Hantei", "tipg", "pygeoapi", "bare SQL"
GOALS: tuple[tuple[str, str, float], ...] = (
    ("bbox 100", TIPG, 6),
    ("bbox 100", PYGEOAPI, 15),
    ("bbox 1000", TIPG, 10),
    ("bbox 1000", PYGEOAPI, 10),
    ("one house", TIPG, 2),
    ("CQL2, 72k matches", TIPG, 2.5),
    ("first page, all counted", TIPG, 15),
    ("deep page", TIPG, 100),
    ("tile z14", TIPG, 1),
    ("tile z12", TIPG, 8),
    ("tile z10", TIPG, 8),
    ("tile z8", TIPG, 8),
)
Figures = Mapping[tuple[str, int, str], Figure]
"""By operation, connections and server."""

Goal = tuple[str, str, str, str, str, str]
"""Operation, compared with, goal, reached at 8 connections and at one, met or missed."""


def figures_table(figures: Figures) -> str:
    """Return a line for each operation, number of connections and server."""
    head = ("operation", "connections", "server", "a second", "p50 ms", "p95 ms",
            "CPU ms a request", "of the database", "own CPU")  # fmt: skip
    rows = [
        (
            operation,
            clients,
            server,
            short(figure.per_second),
            short(figure.p50_ms),
            short(figure.p95_ms),
            short(figure.server_ms),
            short(figure.database_ms),
            f"{figure.own_cpu:.0%}",
        )
        for (operation, clients, server), figure in figures.items()
    ]
    return markdown(head, rows)


def goals_table(figures: Figures, others: Sequence[Goal] = ()) -> str:
    """Return each goal with what was reached, at 8 connections and at one; others come below."""
    rows: list[Goal] = []
    for operation, peer, goal in GOALS:
        ratios = [_ratio(figures, operation, clients, peer) for clients in (8, 1)]
        if ratios[0] is None:
            continue
        verdict = "met" if ratios[0] >= goal else "MISSED"
        eight, one = (f"{short(ratio)} ×" if ratio else "" for ratio in ratios)
        rows.append((operation, peer, f"≥ {goal:g} ×", eight, one, verdict))
    rows += others
    head = ("operation", "compared with", "goal", "8 connections", "1 connection", "")
    return markdown(head, rows) if rows else ""


def _ratio(figures: Figures, operation: str, clients: int, peer: str) -> float | None:
    ours, theirs = (figures.get((operation, clients, server)) for server in (OURS, peer))
    return None if ours is None or theirs is None else ours.per_second / theirs.per_second
