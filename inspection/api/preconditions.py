"""ETags, If-Match, and the order in which a request's faults are told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request
from werkzeug.exceptions import UnprocessableEntity

from inspection.errors import InvalidError

View = TypeVar("View", bound=Callable[..., Any])
ANY = "*"


def if_match() -> str | None:
    """Return the revision named by If-Match, `*`, or None when the header is missing.

    A value that is no ETag of ours matches nothing.
    """
    header = request.headers.get("If-Match")
    return None if header is None else revisions_in(header)


def revisions_in(header: str) -> str:
    """Return the revisions that the text of an If-Match header names, or `*`."""
    tags = [tag.strip() for tag in header.split(",")]
    if ANY in tags:
        return ANY
    return ",".join(tag.strip('"') for tag in tags if not tag.startswith("W/"))


def matches(wanted: str, revision: int) -> bool:
    """Say whether an If-Match value names this revision."""
    return wanted == ANY or str(revision) in wanted.split(",")


def with_etag(revision: int) -> dict[str, str]:
    """Return the header with the ETag of a revision."""
    return {"ETag": f'"{revision}"'}


def let_come_first(check: Callable[..., None]) -> Callable[[View], View]:
    """Let 404, 428 and 412 come before the 422 of a body that does not fit its schema.

    check: called with the ids of the path and `if_match`; raises the earlier error, if any.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **ids: Any) -> Any:
            try:
                return view(*args, **ids)
            except (UnprocessableEntity, InvalidError):
                check(*ids.values(), if_match=if_match())
                raise

        return checked  # type: ignore[return-value]

    return decorate
