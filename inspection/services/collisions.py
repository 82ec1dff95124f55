"""Two writers that create the same thing at the same moment: the second finds it made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

Result = TypeVar("Result")


def once_more_on_collision(service: Callable[..., Result]) -> Callable[..., Result]:
    """Run a service again when a unique row appeared between its look and its insert.

    The second run sees the row and answers as if it had come later, which it did. PostgreSQL
    only: SQLite lets one writer in at a time. A second collision is an error.
    """

    @wraps(service)
    def run(*args: object, **kwargs: object) -> Result:
        try:
            return service(*args, **kwargs)
        except IntegrityError:
            return service(*args, **kwargs)

    return run
