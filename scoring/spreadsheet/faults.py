"""What is wrong with a workbook, cell by cell, as a clerk can act on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.errors import ScoringError

MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault: where (評点表!E12, a sheet, or "" for the file), what was found, what is allowed."""

    place: str
    found: str
    allowed: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.found}" + (f" → {self.allowed}" if self.allowed else "")


class SpreadsheetError(ScoringError):
    """A workbook was refused: every fault that was found, at most MOST_FAULTS of them."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        self.more = len(faults) - len(self.faults)
        super().__init__(str(self.faults[0]) if self.faults else "")

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.more:
            lines.append(f"ほかに {self.more} 件あります")
        return "\n".join(lines)

    def by_place(self) -> dict[str, list[str]]:
        """The messages by place, as an API reply lists them; the file itself is `_`."""
        found: dict[str, list[str]] = {}
        for fault in self.faults:
            text = fault.found + (f" → {fault.allowed}" if fault.allowed else "")
            found.setdefault(fault.place or "_", []).append(text)
        if self.more:
            found.setdefault("_", []).append(f"ほかに {self.more} 件あります")
        return found


class Refusal(ValueError):
    """A cell's content was refused; the cell is not known here."""

    def __init__(self, found: str, allowed: str = "") -> None:
        self.found, self.allowed = found, allowed
        super().__init__(found)


class NotExpressibleError(ScoringError):
    """A rule table holds something that the sheets have no place for; it is named."""

    def __init__(self, place: str, why: str = "") -> None:
        self.place = place
        super().__init__(
            f"この評点表はExcelの様式では表せません: {place}"
            f"({why or 'この様式に欄がありません'})。TOMLのまま編集してください"
        )
