"""A team comes home at 17:00: all tablets sync at once, the network cuts, the server is killed.

Each tablet is enrolled by a one-time code, has its day's list, and sends records and photos through
a proxy that cuts. Meanwhile the server and its worker are killed and started again. In the evening
all is compared with the tablets' own book; whatever would need a person ends the run with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import load_bodies
from bench.load_http import Connection, Reply, Request
from bench.load_server import DATABASES, Server, database, run_folder, settings
from bench.tables import markdown
from bench.team_day import Day, Size, Tablet, plan
from bench.team_evening import Rows, faults, wait_for_jobs
from bench.team_tablet import Diary, NeedsPerson, Syncing
from tests.cutting_proxy import CuttingProxy

MOST_SENT = 1.05
"""Goal: bytes sent ÷ bytes of the photos, with a cut every few MB and a killed server."""

DOWN_S = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    team = parser.add_argument_group("team")
    team.add_argument("--tablets", type=int, default=Size.tablets)
    team.add_argument("--houses-each", type=int, default=Size.houses)
    team.add_argument("--photos-each", type=int, default=Size.photos, help="photos a house")
    team.add_argument("--photo-scale", type=float, default=Size.scale, help="of their sides")
    team.add_argument("--kills", type=int, default=3, help="of server and worker, by SIGKILL")
    team.add_argument("--database", choices=DATABASES, help="default: both")
    team.add_argument("--cut-mb", type=float, default=6.0, help="a cut after so many MB or so")
    team.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> str:
    size = Size(
        arguments.tablets, arguments.houses_each, arguments.photos_each, arguments.photo_scale
    )
    kinds = (arguments.database,) if arguments.database else DATABASES
    reports = []
    with run_folder() as folder:
        begun = time.perf_counter()
        day = plan(size, folder, arguments.seed)
        prepared_s = time.perf_counter() - begun
        for kind in kinds:
            reports.append(Report(kind, day, prepared_s))
            with run_folder() as own, database(kind) as url:
                simulate(reports[-1], own, url, kills=arguments.kills, cut_mb=arguments.cut_mb)
    return table(reports)


@dataclass
class Report:
    """What a run came to."""

    database: str
    day: Day
    prepared_s: float
    durations: dict[str, float] = field(default_factory=dict)
    diaries: list[Diary] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)
    """Processes that each kill ended."""
    cuts: int = 0
    sent_bytes: int = 0
    own_cpu: float = 0.0

    @property
    def photo_bytes(self) -> int:
        return sum(photo.bytes for photo in self.day.photos)

    @property
    def sent_ratio(self) -> float:
        return self.sent_bytes / self.photo_bytes


def simulate(
    report: Report, folder: Path, url: str, *, kills: int, cut_mb: float, **more: str
) -> None:
    """Live through the day and fill in the report. Raises SystemExit with what needs a person.

    folder: for the server's files. url: its database, empty for the embedded one in the folder.
    more: further settings.
    """
    given = settings(folder, url, HANTEI_SIGN_IN_LIMIT="1000 per minute", **more)
    with Server(folder, given) as server:
        staff = server.token("secretariat")
        with _timed(report, "morning: houses, teams, enrolment"):
            asyncio.run(_Morning(report.day, server.port, staff).run())
        cut = (int(cut_mb * 0.8e6), int(cut_mb * 1.2e6))
        with (
            CuttingProxy(server.port, cut_after=cut) as proxy,
            _timed(report, "17:00: all records and photos acknowledged"),
        ):
            cpu, begun = time.process_time(), time.perf_counter()
            asyncio.run(_Rush(report, server, proxy.port, kills).run())
            report.own_cpu = (time.process_time() - cpu) / (time.perf_counter() - begun)
        report.cuts, report.sent_bytes = proxy.counts.cuts, proxy.counts.from_clients
        rows = Rows(url or f"sqlite:///{folder / 'var' / 'hantei.db'}")
        with _timed(report, "after that: every photo ready or rejected"):
            wait_for_jobs(rows)
        with _timed(report, "evening: everything compared"):
            found = faults(report.day, server, rows, staff)
        errors = sum(diary.statuses[500] for diary in report.diaries)
        if errors:
            found.append(f"{errors} replies 500, which no tablet should ever see")
        if found:
            shown = "\n".join(found[:20])
            raise SystemExit(f"{len(found)} faults need a person:\n{shown}")


class _timed:
    """Notes how long the block took."""

    def __init__(self, report: Report, name: str) -> None:
        self._durations, self._name = report.durations, name

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._durations[self._name] = time.perf_counter() - self._begun


class _Morning:
    """Before the tablets go out: houses, enrolment, teams with their lists, drafts of visits."""

    def __init__(self, day: Day, port: int, staff: str) -> None:
        self._day, self._staff, self._connection = day, staff, Connection(port)

    async def run(self) -> None:
        houses = self._day.houses.items()
        ops = [{"op": "put_house", "id": id_, "body": house} for id_, house in houses]
        for at in range(0, len(ops), 100):
            await self._sync(self._staff, ops[at : at + 100])
        for tablet in self._day.tablets:
            await self._enrol(tablet)
        for number, (tablets, houses_of_team) in enumerate(self._day.teams, 1):
            await self._team(number, tablets, houses_of_team)
            await self._begin_visits(tablets[0], set(houses_of_team))
        self._connection.close()

    async def _ask(self, method: str, path: str, token: str, body: Any, **more: str) -> Any:
        reply = await self._connection.ask(load_bodies.as_json(method, path, token, body, **more))
        if not 200 <= reply.status < 300:
            raise SystemExit(f"{method} {path}: {reply.status} {reply.body[:500].decode()}")
        return reply.json if reply.body else None

    async def _sync(self, token: str, ops: list[dict[str, Any]], **more: str) -> None:
        results = (await self._ask("POST", "/sync", token, ops, **more))["results"]
        refused = [one for one in results if one["status"] != 201]
        if refused:
            raise SystemExit(f"refused in the morning: {refused[0]}")

    async def _enrol(self, tablet: Tablet) -> None:
        code = await self._ask("POST", "/devices/codes", self._staff, {})
        told = {"code": code["code"], "name": tablet.name}
        reply: Reply = await self._connection.ask(
            load_bodies.as_json("POST", "/devices/enrol", "", told)
        )
        if reply.status != 201:
            raise SystemExit(f"enrolment: {reply.status} {reply.body[:300].decode()}")
        tablet.token, tablet.device_id = reply.json["token"], reply.json["device"]["id"]

    async def _team(self, number: int, tablets: list[Tablet], houses: list[str]) -> None:
        path = f"/teams/00000000-0000-4000-8000-{number:012}"
        team = {"name": f"{number}班", "device_ids": [tablet.device_id for tablet in tablets]}
        await self._ask("PUT", path, self._staff, team)
        await self._ask("POST", f"{path}/assignments", self._staff, {"houses": houses})
        for tablet in tablets:
            got = await self._list_of(tablet)
            if got != set(houses):
                raise SystemExit(f"{tablet.name} was given {len(got)} houses, not {len(houses)}")

    async def _list_of(self, tablet: Tablet) -> set[str]:
        """Fetch the day's list as a tablet does."""
        houses: set[str] = set()
        path, more = "/changes", True
        while more:
            request = Request("GET", load_bodies.API + path, load_bodies.bearer(tablet.token))
            reply = await self._connection.ask(request)
            if reply.status != 200:
                raise SystemExit(f"GET {path}: {reply.status} {reply.body[:300].decode()}")
            houses |= {house["id"] for house in reply.json["houses"]}
            more = reply.json["more"]
            path = f"/changes?since={urllib.parse.quote(reply.json['token'])}"
        return houses

    async def _begin_visits(self, tablet: Tablet, houses: set[str]) -> None:
        ops = [
            {"op": "put_inspection", "id": visit_id, "body": draft}
            for visit_id, draft in self._day.drafts.items()
            if draft["house_id"] in houses
        ]
        if ops:
            await self._sync(tablet.token, ops, **tablet.clock())


class _Rush:
    """All tablets at once; the server killed at even shares of what is to be acknowledged."""

    def __init__(self, report: Report, server: Server, port: int, kills: int) -> None:
        self._report, self._server, self._kills = report, server, kills
        tablets = report.day.tablets
        self._all = sum(len(tablet.writes) + len(tablet.photos) for tablet in tablets)
        self._done, self._changed = 0, asyncio.Event()
        self._syncing = [Syncing(tablet, port, self._acknowledged) for tablet in tablets]

    def _acknowledged(self) -> None:
        self._done += 1
        self._changed.set()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._kill_at_shares())
                for one in self._syncing:
                    tasks.create_task(one.run())
        except* (NeedsPerson, TimeoutError) as errors:
            raise SystemExit(f"needs a person: {errors.exceptions[0]!r}") from None
        self._report.diaries = [one.diary for one in self._syncing]

    async def _kill_at_shares(self) -> None:
        # The first while records are being sent, the last with a good part of the photos to come.
        for number in range(self._kills):
            share = 0.05 if number == 0 else number / self._kills
            while self._done < share * self._all:
                self._changed.clear()
                await self._changed.wait()
            self._report.killed.append(await asyncio.to_thread(self._server.kill))
            await asyncio.sleep(DOWN_S)
            await asyncio.to_thread(self._server.start)


def table(reports: list[Report]) -> str:
    """Return the runs side by side; refuse one that sent too much."""
    head = ("", *(report.database for report in reports))
    names = ["preparation: photos taken", *reports[0].durations]
    rows = [
        (name, *(f"{({names[0]: r.prepared_s} | r.durations)[name]:.1f} s" for r in reports))
        for name in names
    ]
    for name, of in _FIGURES.items():
        rows.append((name, *(of(report) for report in reports)))
    text = markdown(head, rows)
    for report in reports:
        if report.sent_ratio > MOST_SENT and report.photo_bytes > 5e8:
            raise SystemExit(f"{text}\n\nbytes sent ÷ photos: {report.sent_ratio:.3f}")
    return text


def _sum(report: Report, name: str) -> str:
    return f"{sum(getattr(diary, name) for diary in report.diaries):,}"


def _refusals(report: Report) -> str:
    """Return the replies of 4xx and 5xx that tablets dealt with, by status."""
    every: Counter[int] = sum((diary.statuses for diary in report.diaries), Counter())
    return (
        ", ".join(f"{count} × {status}" for status, count in sorted(every.items()) if status >= 400)
        or "none"
    )


def _rate(report: Report) -> str:
    seconds = report.durations["17:00: all records and photos acknowledged"]
    return f"{report.photo_bytes / seconds / 1e6:.1f} MB/s"


_FIGURES = {
    "tablets": lambda r: f"{len(r.day.tablets)}",
    "records (houses and visits) sent": lambda r: f"{sum(len(t.writes) for t in r.day.tablets):,}",
    "photos": lambda r: f"{len(r.day.photos):,}, {r.photo_bytes / 1e6:,.0f} MB",
    "photos a second, in bytes": _rate,
    "connections cut": lambda r: f"{r.cuts:,}",
    "kills (processes ended)": lambda r: f"{len(r.killed)} ({', '.join(map(str, r.killed))})",
    "requests without an answer": lambda r: _sum(r, "disconnects"),
    "photos taken up again": lambda r: _sum(r, "resumed"),
    "conflicts settled by 412": lambda r: _sum(r, "conflicts"),
    "records sent twice on purpose": lambda r: _sum(r, "sent_twice"),
    "refusals that the tablets dealt with": _refusals,
    "bytes sent ÷ photos": lambda r: f"{r.sent_ratio:.3f}",
    "CPU of tablets and proxy, of a core": lambda r: f"{r.own_cpu:.0%}",
}
