"""Where a rule table comes from, when it is in force, and how it is named beyond doubt."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

SourceStatus = Literal["verified", "unverified", "example"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table comes from.

    status: whether someone compared it with that text; "example" is modelled on a rule to show
    its arithmetic, and never in force.
    """

    title: str
    ref: str
    status: SourceStatus
    checked_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """Dates on which a table is in force: from `start` (included) to `end` (left out)."""

    start: date
    end: date | None = None

    def covers(self, on: date) -> bool:
        """Whether the table is in force on that day."""
        return self.start <= on and (self.end is None or on < self.end)

    def overlaps(self, other: "Effective") -> bool:
        """Whether some day lies in both."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


@dataclass(frozen=True, slots=True)
class TableRef:
    """One table named beyond doubt: id, version, and the sha256 of its content."""

    id: str
    version: str
    sha256: str
