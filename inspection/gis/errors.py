"""How the OGC API refuses a parameter: 400, naming it in `detail` and as `parameter`."""

from __future__ import annotations

from inspection.errors import BadRequestError


def parameter_error(parameter: str, message: str) -> BadRequestError:
    """Return the error for a query parameter that is unknown, repeated or malformed."""
    return BadRequestError(f"{parameter}: {message}", extra={"parameter": parameter})
