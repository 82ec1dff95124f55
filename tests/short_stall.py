"""The application for tests of stalled uploads: three silent seconds, not ten."""

from uploads import resumable

resumable.STALL_S = 3.0

from wsgi import app  # noqa: E402

__all__ = ["app"]
