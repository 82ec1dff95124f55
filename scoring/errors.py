"""What can go wrong with a rule table or with answers, said so that a clerk can act on it."""

from collections.abc import Mapping, Sequence
from datetime import date


class ScoringError(Exception):
    """The base of everything that this package raises on purpose."""


class RuleTableError(ScoringError):
    """A rule table was refused: `file`, `place` in it, what was `found`, what is `allowed`."""

    def __init__(self, file: str, place: str, found: str, allowed: str = "") -> None:
        self.file, self.place, self.found, self.allowed = file, place, found, allowed
        where = f"{file}: {place}" if place else file
        super().__init__(f"{where}: {found}" + (f" → {allowed}" if allowed else ""))


class UnknownTableError(ScoringError, LookupError):
    """No rule table has this id, version or digest."""

    def __str__(self) -> str:
        return str(self.args[0])


class NoTableInForceError(ScoringError, LookupError):
    """No rule table is in force for what was asked; the nearest one is never taken instead."""

    def __init__(self, wanted: str, on: date) -> None:
        self.wanted, self.on = wanted, on
        super().__init__(f"{on.isoformat()} に適用される評点表がありません({wanted})")

    def __str__(self) -> str:
        return str(self.args[0])


class AnswerError(ScoringError, ValueError):
    """Answers or conditions do not fit the table: `errors` maps a code to its messages."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors: dict[str, list[str]] = {code: list(found) for code, found in errors.items()}
        super().__init__(
            "; ".join(f"{code}: {' '.join(found)}" for code, found in self.errors.items())
        )
