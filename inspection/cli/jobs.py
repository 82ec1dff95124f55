"""`jobs list`, `jobs retry`, `jobs discard`."""

from __future__ import annotations

import getpass
import platform

import click
from flask import Flask
from flask.cli import AppGroup

from inspection.auth import Actor
from inspection.cli.output import one_clear_line
from inspection.errors import ConflictError
from inspection.models import Job
from inspection.services import dead_letter

MOST = 100
group = AppGroup("jobs", help="Background jobs, and those that were given up.")


def _operator() -> Actor:
    login = f"{getpass.getuser()}@{platform.node()}"
    return Actor(label=login[:200], role="command", address=login[:64])


@group.command("list")
@click.option("--state", type=click.Choice((*dead_letter.UNFINISHED, "done")))
def list_jobs(state: str | None) -> None:
    """List jobs that are not done, newest first, a line each."""
    with one_clear_line():
        jobs = dead_letter.listing((state,) if state else dead_letter.UNFINISHED, MOST + 1)
    for job in jobs[:MOST]:
        click.echo(_line(job))
    if len(jobs) > MOST:
        click.echo(f"… only the newest {MOST} are shown", err=True)


def _line(job: Job) -> str:
    since = job.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    words = [str(job.pk), job.state, job.kind, f"attempts={job.attempts}", f"created={since}"]
    words += [f"{name}={value}" for name, value in job.payload.items()]
    reason = dead_letter.last_line(job)
    return "  ".join([*words, reason] if reason else words)


@group.command("retry")
@click.argument("number", metavar="ID", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="Every dead job.")
def retry(number: int | None, everything: bool) -> None:
    """Queue a dead job anew (or every one); it is noted in the audit trail."""
    if (number is None) != everything:
        raise click.UsageError("give either the number of a job or --all")
    if number is not None:
        with one_clear_line():
            job = dead_letter.retry(number, actor=_operator())
        click.echo(f"job {number} ({job.kind}) is queued")
        return
    _retry_all()


def _retry_all() -> None:
    queued, refused = 0, []
    with one_clear_line():
        for number in dead_letter.dead_ids():
            try:
                dead_letter.retry(number, actor=_operator())
                queued += 1
            except ConflictError as error:
                refused.append(error.detail)
    for line in refused:
        click.echo(line, err=True)
    click.echo(f"{queued} jobs are queued")
    if refused:
        raise click.ClickException(f"{len(refused)} jobs were not queued")


@group.command("discard")
@click.argument("number", metavar="ID", type=int)
def discard(number: int) -> None:
    """Delete a dead job; what it was is kept in the audit trail."""
    with one_clear_line():
        job = dead_letter.discard(number, actor=_operator())
    click.echo(f"job {number} ({job.kind}) is discarded")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
