"""What a section needs to know besides its case."""

from dataclasses import dataclass, field

from inspection.packs.flow import Flow
from inspection.packs.model import PUBLIC, Case, Office


@dataclass
class SheetContext:
    """One sheet under way: its edition, its document number (資料2-1), its sections so far."""

    case: Case
    edition: str
    office: Office
    document_number: str
    titles: list[str] = field(default_factory=list)

    @property
    def public(self) -> bool:
        """Whether this is the redacted edition (公開用)."""
        return self.edition == PUBLIC

    def section(self, flow: Flow, title: str, keep: float = 60.0) -> None:
        """Lay the next numbered section heading."""
        self.titles.append(title)
        flow.section(f"{len(self.titles)}　{title}", keep)
