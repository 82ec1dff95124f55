"""What a list of a meeting's cases shows, frozen: the only input of the writers beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from inspection.packs import words


@dataclass(frozen=True)
class ListedCase:
    """One case of the meeting in its order; None for what is not known or not decided.

    document: its number in the pack (資料2-1). Areas in m², points as scored; low and high are
    the exact interval where answers are missing.
    """

    document: str
    code: str
    address: str | None
    lot_number: str | None
    residence_number: str | None
    ward: str | None
    structure: str
    storeys: int | None
    floor_area_m2: float | None
    built_year: int | None
    use: str | None
    inspected_on: date
    inspectors: str
    total: float
    low: float
    high: float
    judgement: str
    photos: int
    proposal: str | None
    decision: str | None
    reason: str | None
    decided_on: date | None


@dataclass(frozen=True)
class MeetingList:
    """A meeting with its cases. held_at is aware, in the site's zone."""

    title: str
    number: int | None
    held_at: datetime
    place: str | None
    city: str
    secretariat: str
    agenda: tuple[str, ...]
    members: tuple[str, ...]
    cases: tuple[ListedCase, ...]

    @property
    def name(self) -> str:
        """The meeting as it is spoken of: 第3回 判定委員会."""
        return words.meeting_name(self.number, self.title)
