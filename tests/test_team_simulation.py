"""The simulated team of bench/team.py, small: the server dies once, everything is there once."""

from __future__ import annotations

from bench.team import Report, simulate
from bench.team_day import Size, plan


def test_a_team_syncs_through_cuts_and_a_killed_server_and_nothing_needs_a_person(
    database_url, database_kind, tmp_path
):
    photos = tmp_path / "photos"
    photos.mkdir()
    day = plan(Size(tablets=3, houses=2, photos=2, scale=0.3), photos, seed=1)
    report = Report(database_kind, day, prepared_s=0)

    simulate(report, tmp_path, database_url, kills=1, cut_mb=0.2, HANTEI_JOB_LEASE_S="5")

    assert len(report.killed) == 1
    assert report.cuts > 0
    assert sum(diary.conflicts for diary in report.diaries) > 0
    assert len(day.photos) == 18
