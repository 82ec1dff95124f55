"""Prometheus metrics: requests, and the state of jobs and photos at the moment of asking.

Each process counts its own requests unless PROMETHEUS_MULTIPROC_DIR is set, as `serve` does.
"""

from __future__ import annotations

import os
import time

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
from sqlalchemy import func, select

from inspection.extensions import db
from inspection.models import Job, Photo

REQUESTS = Counter("hantei_requests_total", "Requests answered", ["method", "endpoint", "status"])
SECONDS = Histogram("hantei_request_seconds", "Seconds to answer a request", ["endpoint"])


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(request.method, endpoint, response.status_code).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
    return response


def render() -> Response:
    """Return the metrics page."""
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    page = generate_latest(registry) + generate_latest(_backlog())
    return Response(page, mimetype=CONTENT_TYPE_LATEST)


def _backlog() -> CollectorRegistry:
    registry = CollectorRegistry()
    jobs = Gauge("hantei_jobs", "Jobs by state", ["kind", "state"], registry=registry)
    counts = select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    for kind, state, number in db.session.execute(counts):
        jobs.labels(kind, state).set(number)
    photos = Gauge("hantei_photos", "Photos by status", ["status"], registry=registry)
    for status, number in db.session.execute(
        select(Photo.status, func.count()).group_by(Photo.status)
    ):
        photos.labels(status).set(number)
    return registry


def register(app: Flask) -> None:
    """Count every request of an application."""
    app.after_request(_count)
