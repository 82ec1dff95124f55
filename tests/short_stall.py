"""The application for tests of stalled uploads: silence of a second and a half, not of ten."""

from uploads import resumable

resumable.STALL_S = 1.5

from wsgi import app  # noqa: E402

__all__ = ["app"]
