"""How commands speak: one clear line on failure, a progress bar on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from inspection.errors import HanteiError

MIGRATE = "is the database there, and at the newest migration? `flask --app wsgi db upgrade`"


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Turn an expected failure into one line and a non-zero exit."""
    try:
        yield
    except HanteiError as error:
        raise click.ClickException(error.detail) from error
    except DBAPIError as error:
        found = str(error.orig).splitlines()[0]
        raise click.ClickException(f"{found} ({MIGRATE})") from error
    except (OSError, LookupError, ValueError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function (done, total) that draws a bar when standard error is a terminal."""
    with tqdm(desc=label, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
