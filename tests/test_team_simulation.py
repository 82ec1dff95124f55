"""The simulated team of bench/team.py, small: the server dies once, everything is there once.

On one database, for each start of a server costs seconds; `python -m bench team` runs on both.
"""

from __future__ import annotations

import pytest

from bench.load_server import Server
from bench.team import Report, simulate
from bench.team_day import Size, plan


def run_here(server, *arguments):
    """Run a command of the application in this process, which has it loaded already."""
    from inspection import create_app

    given = {name: value for name, value in server.environment.items() if "HANTEI_" in name}
    app = create_app(given)
    reply = app.test_cli_runner().invoke(args=arguments)
    if reply.exit_code:
        raise SystemExit(f"flask {' '.join(arguments)}: {reply.output}")
    return reply.output


@pytest.mark.slow
def test_a_team_syncs_through_cuts_and_a_killed_server_and_nothing_needs_a_person(
    run_databases, tmp_path, monkeypatch
):
    monkeypatch.setattr(Server, "flask", run_here)
    photos = tmp_path / "photos"
    photos.mkdir()
    day = plan(Size(tablets=3, houses=2, photos=2, scale=0.3), photos, seed=1)
    report = Report("spatialite", day, prepared_s=0)
    url = run_databases.fresh("spatialite", tmp_path)

    simulate(report, tmp_path, url, kills=1, cut_mb=0.2, HANTEI_JOB_LEASE_S="5")

    assert len(report.killed) == 1
    assert report.cuts > 0
    assert sum(diary.conflicts for diary in report.diaries) > 0
    assert len(day.photos) == 18
