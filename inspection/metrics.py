"""Prometheus metrics: requests, and the state of jobs, photos and uploads at the moment of asking.

Each process counts its own requests unless PROMETHEUS_MULTIPROC_DIR is set, as `serve` does. What
is read from the database is the same whichever process or host is asked: runs of jobs are counted
there too, so workers need no port of their own. Every query reads an index, never a whole table.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog
from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import Pool

from inspection.extensions import db
from inspection.models import Job, JobTotal, Photo, Upload
from inspection.models.types import now
from inspection.models.upload import UPLOAD_STATES

log = structlog.get_logger(__name__)
REQUESTS = Counter("hantei_requests_total", "Requests answered", ["method", "endpoint", "status"])
SECONDS = Histogram("hantei_request_seconds", "Seconds to answer a request", ["endpoint"])
CONNECTIONS = Gauge(
    "hantei_database_connections_in_use",
    "Database connections that are in use",
    multiprocess_mode="livesum",
)
_in_use: set[int] = set()
_OF_PROCESS = re.compile(r"gauge_live\w+_(\d+)\.db")


def count(method: str, endpoint: str, status: int, seconds: float) -> None:
    """Count one request that was answered."""
    REQUESTS.labels(method, endpoint, status).inc()
    SECONDS.labels(endpoint).observe(seconds)


def _count(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    count(request.method, request.endpoint or "none", response.status_code, seconds)
    return response


def render() -> Response:
    """Return the metrics page; without a database what this host knows by itself."""
    registry: CollectorRegistry = REGISTRY
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _forget_dead_processes(Path(folder))
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    database = CollectorRegistry(auto_describe=False)
    database.register(_Found(_read()))
    page = generate_latest(registry) + generate_latest(database)
    return Response(page, mimetype=CONTENT_TYPE_LATEST)


def _forget_dead_processes(folder: Path) -> None:
    """Drop what a killed process held: its gauges would be counted for ever."""
    for file in folder.glob("gauge_live*.db"):
        found = _OF_PROCESS.fullmatch(file.name)
        if found and not _runs(int(found[1])):
            multiprocess.mark_process_dead(int(found[1]))  # type: ignore[no-untyped-call]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class _Found:
    """Metrics already read, in the form that prometheus_client asks for."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        """Return them."""
        return self._metrics


def _read() -> list[Metric]:
    up = GaugeMetricFamily("hantei_database_up", "1 when the database answers")
    try:
        found = [metric for read in (_jobs, _runs_of_jobs, _photos, _uploads) for metric in read()]
        up.add_metric([], 1)
    except SQLAlchemyError as error:
        log.warning("metrics without database", error=str(error).splitlines()[0])
        with suppress(SQLAlchemyError):
            db.session.rollback()
        found = []
        up.add_metric([], 0)
    return [up, *found]


def _age_s(since: datetime | None) -> float:
    return max(0.0, (now() - since).total_seconds()) if since else 0.0


def _jobs() -> Iterator[Metric]:
    labels = ["kind", "state"]
    counts = GaugeMetricFamily("hantei_jobs", "Jobs that are not done, by state", labels=labels)
    waits = GaugeMetricFamily(
        "hantei_jobs_waiting_seconds", "How long the oldest job is due already", labels=["kind"]
    )
    open_jobs = (
        select(Job.kind, Job.state, func.count(), func.min(Job.run_after))
        .where(Job.state.in_(("queued", "running", "dead")))
        .group_by(Job.state, Job.kind)
    )
    for kind, state, number, oldest in db.session.execute(open_jobs):
        counts.add_metric([kind, state], number)
        if state == "queued":
            waits.add_metric([kind], _age_s(oldest))
    leased = GaugeMetricFamily(
        "hantei_jobs_leased", "Running jobs whose worker is heard of", labels=["kind"]
    )
    heard = select(Job.kind, func.count()).where(Job.state == "running", Job.lease_until > now())
    for kind, number in db.session.execute(heard.group_by(Job.kind)):
        leased.add_metric([kind], number)
    yield from (counts, waits, leased)


def _runs_of_jobs() -> Iterator[Metric]:
    labels = ["kind", "outcome"]
    runs = CounterMetricFamily("hantei_job_runs", "Runs of jobs by how they ended", labels=labels)
    seconds = CounterMetricFamily("hantei_job_seconds", "Seconds that runs took", labels=labels)
    totals = select(JobTotal.kind, JobTotal.outcome, JobTotal.runs, JobTotal.seconds)
    for kind, outcome, number, took in db.session.execute(totals):
        runs.add_metric([kind, outcome], number)
        seconds.add_metric([kind, outcome], took)
    yield from (runs, seconds)


def _photos() -> Iterator[Metric]:
    photos = GaugeMetricFamily("hantei_photos", "Photos not shown, by status", labels=["status"])
    hidden = select(Photo.status, func.count()).where(Photo.status.in_(("received", "rejected")))
    for status, number in db.session.execute(hidden.group_by(Photo.status)):
        photos.add_metric([status], number)
    # + 0: PostgreSQL would else walk the primary key through all photos that are ready.
    first = select(func.min(Photo.pk + 0)).where(Photo.status == "received").scalar_subquery()
    since = select(Photo.received_at).where(Photo.pk == first)
    oldest = GaugeMetricFamily(
        "hantei_photos_waiting_seconds", "Since when the oldest photo waits to be made ready"
    )
    oldest.add_metric([], _age_s(db.session.scalar(since)))
    yield from (photos, oldest)


def _uploads() -> Iterator[Metric]:
    uploads = GaugeMetricFamily(
        "hantei_uploads", "Uploads not finished, by state", labels=["state"]
    )
    unfinished = tuple(state for state in UPLOAD_STATES if state != "finished")
    counts = select(Upload.state, func.count()).where(Upload.state.in_(unfinished))
    for state, number in db.session.execute(counts.group_by(Upload.state)):
        uploads.add_metric([state], number)
    yield uploads


@event.listens_for(Pool, "checkout")
def _taken(_connection: object, record: object, _proxy: object) -> None:
    _in_use.add(id(record))
    CONNECTIONS.set(len(_in_use))


@event.listens_for(Pool, "checkin")
def _returned(_connection: object, record: object) -> None:
    # A set, not a count: a connection that broke is returned without having been taken.
    _in_use.discard(id(record))
    CONNECTIONS.set(len(_in_use))


def register(app: Flask) -> None:
    """Count every request of an application."""
    app.after_request(_count)
