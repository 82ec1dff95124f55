"""What a section needs to know besides its case."""

from dataclasses import dataclass, field

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.model import PUBLIC, SECRETARIAT, Case, Office


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

    @property
    def own(self) -> bool:
        """Whether this is the secretariat's own edition (事務局用)."""
        return self.edition == SECRETARIAT

    def section(self, flow: Flow, name: str, keep: float = 60.0) -> None:
        """Lay the next numbered section heading, with the office's note below it.

        name: one of wording.SECTIONS. keep: points of what follows that stay on this page.
        """
        wording = self.office.wording
        self.titles.append(wording.title(name))
        note = self.note_height(flow, name)
        flow.section(f"{len(self.titles)}　{self.titles[-1]}", keep + note)
        if note:
            flow.paragraph(wording.notes[name], styles.SMALL_INK)
            flow.y += styles.NOTE_GAP

    def note_height(self, flow: Flow, name: str) -> float:
        """Return the points that the office's note below a heading takes; 0 without one."""
        note = self.office.wording.notes.get(name)
        if not note:
            return 0.0
        lines = flow.wrap(note, styles.SMALL_INK, styles.WIDTH)
        return len(lines) * styles.SMALL_INK.leading + styles.NOTE_GAP
