"""The pack as a file: sheets streamed to disk, front matter, page numbers, outline, links."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from inspection.packs import styles
from inspection.packs.fonts import FontSet, font_set
from inspection.packs.front import draw_front
from inspection.packs.front.frame import Places, meeting_name
from inspection.packs.images import ImageStore, OpenPhoto
from inspection.packs.ink import Ink, Link, Usage
from inspection.packs.model import CLOSED, PUBLIC, SECRETARIAT, Snapshot
from inspection.packs.pdf import metadata
from inspection.packs.pdf.embed import put_font
from inspection.packs.pdf.navigation import Mark, link_annotation, put_outline, put_page_tree
from inspection.packs.pdf.objects import Name, Ref
from inspection.packs.pdf.writer import PdfFile
from inspection.packs.references import draw_references
from inspection.packs.sheet_cache import Sheet, SheetCache, sheet_key
from inspection.packs.sheets import DrawnPage, case_number, draw_sheet
from inspection.packs.template import template_version

Progress = Callable[[int, int], None]
EDITIONS = {CLOSED: "非公開", PUBLIC: "公開用", SECRETARIAT: "事務局用"}


@dataclass(frozen=True)
class BuildReport:
    """What was built. missing_glyphs: characters that no font has, drawn as 〓."""

    pages: int
    sha256: str
    bytes: int
    missing_glyphs: tuple[str, ...]


def build_document(
    snapshot: Snapshot,
    open_photo: OpenPhoto,
    out: Path,
    progress: Progress | None = None,
    fonts_folder: Path | None = None,
    cache: SheetCache | None = None,
) -> BuildReport:
    """Draw the pack of `snapshot` to `out`; the same snapshot gives the same bytes, cache or not.

    open_photo: storage key -> the JPEG's bytes or a binary stream (closed after reading).
    progress: called with (cases done, cases in all); what it raises ends the build.
    fonts_folder: where the fonts lie, if not in node_modules.
    cache: where drawn sheets are kept for the next build.
    The file is written beside `out`, synced, and renamed when whole; a failure leaves `out` alone.
    Raises images.PhotoMismatch, fonts.FontsMissing.
    """
    out = Path(out)
    fonts = font_set(fonts_folder)
    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            sheets = _Sheets(snapshot, fonts, cache, fonts_folder)
            assembly = _Assembly(snapshot, open_photo, fonts, PdfFile(stream), sheets)
            report = assembly.build(progress or (lambda done, total: None))
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return report


class _Sheets:
    """Draws the cases, or finds them drawn."""

    def __init__(
        self,
        snapshot: Snapshot,
        fonts: FontSet,
        cache: SheetCache | None,
        fonts_folder: Path | None,
    ) -> None:
        self._snapshot = snapshot
        self._fonts = fonts
        self._cache = cache
        self._template = template_version(fonts_folder) if cache else ""

    def draw(self, index: int) -> Sheet:
        """Return case `index` (from 0) as drawn now or earlier."""
        if self._cache is None:
            return self._draw(index)
        key = sheet_key(self._snapshot, index, self._template)
        sheet = self._cache.get(key)
        if sheet is None:
            sheet = self._draw(index)
            self._cache.put(key, sheet)
        return sheet

    def _draw(self, index: int) -> Sheet:
        usage = Usage()
        return Sheet(draw_sheet(self._snapshot, index, self._fonts, usage), usage)


@dataclass(frozen=True)
class _Page:
    """One page whose content is in the file and whose dictionary is not written yet."""

    ref: Ref
    content: Ref
    images: tuple[tuple[str, Ref], ...]
    links: tuple[Link, ...]


class _Assembly:
    """One document under way. Cases are written first, then what stands before them."""

    def __init__(
        self,
        snapshot: Snapshot,
        open_photo: OpenPhoto,
        fonts: FontSet,
        file: PdfFile,
        sheets: "_Sheets",
    ) -> None:
        self.snapshot = snapshot
        self.sheets = sheets
        self.fonts = fonts
        self.file = file
        self.images = ImageStore(file, open_photo)
        self.usage = Usage()
        self.resources = file.reserve()

    def build(self, progress: Progress) -> BuildReport:
        """Write everything; return the report."""
        sheets = self._sheets(progress)
        references = self._put_pages(draw_references(self.snapshot, self.fonts, self.usage))
        front, marks = self._front(sheets, references)
        pages = [*front, *(page for sheet in sheets for page in sheet), *references]
        root = self._put_catalog(pages, marks)
        info = metadata.put_info(self.file, self._about)
        sha256 = self.file.finish(root, info)
        return BuildReport(len(pages), sha256, self.file.size, tuple(sorted(self.usage.missing)))

    def _sheets(self, progress: Progress) -> list[list[_Page]]:
        total = len(self.snapshot.cases)
        progress(0, total)
        sheets = []
        for index in range(total):
            sheet = self.sheets.draw(index)
            self.usage.add(sheet.usage)
            sheets.append(self._put_pages(sheet.pages))
            progress(index + 1, total)
        return sheets

    def _put_pages(self, drawn: list[DrawnPage]) -> list[_Page]:
        pages = []
        for page in drawn:
            images = tuple((each.name, self.images.put(each)) for each in page.images)
            content = self.file.put_deflated({}, page.content)
            pages.append(_Page(self.file.reserve(), content, images, page.links))
        return pages

    def _front(
        self, sheets: list[list[_Page]], references: list[_Page]
    ) -> tuple[list[_Page], list[Mark]]:
        """Draw the front matter twice: once to count its pages, once with the right numbers."""
        draft = draw_front(self.snapshot, self.fonts, self.usage, Places({}))
        lengths = [(part.target, part.title, len(part.pages)) for part in draft]
        marks = self._marks(lengths, sheets, bool(references))
        places = Places({mark.target: mark.page + 1 for mark in marks})
        parts = draw_front(self.snapshot, self.fonts, self.usage, places)
        return [page for part in parts for page in self._put_pages(part.pages)], marks

    def _marks(
        self, front: list[tuple[str, str, int]], sheets: list[list[_Page]], references: bool
    ) -> list[Mark]:
        marks, page = [], 0
        for target, title, count in front:
            marks.append(Mark(target, title, page))
            page += count
        if sheets:
            marks.append(Mark("sheets", "資料2 判定調書", page))
        for index, sheet in enumerate(sheets):
            house = self.snapshot.cases[index].house
            title = f"{case_number(index)} {house.code} {house.address}"
            marks.append(Mark(f"case-{index}", title, page, parent="sheets"))
            page += len(sheet)
        if references:
            marks.append(Mark("references", "資料3 参考資料", page))
        return marks

    def _put_catalog(self, pages: list[_Page], marks: list[Mark]) -> Ref:
        refs = [page.ref for page in pages]
        targets = {mark.target: refs[mark.page] for mark in marks}
        feet = [self._foot(number, len(pages)) for number in range(1, len(pages) + 1)]
        self._put_fonts()

        def put_page(index: int, parent: Ref) -> None:
            self.file.put(self._page(pages[index], parent, feet[index], targets), refs[index])

        return self.file.put(
            {
                "Type": Name("Catalog"),
                "Pages": put_page_tree(self.file, refs, put_page),
                "Outlines": put_outline(self.file, marks, refs, styles.PAGE_HEIGHT),
                "PageLabels": {"Nums": [0, {"P": "表紙"}, 1, {"S": Name("D"), "St": 2}]},
                "PageMode": Name("UseOutlines"),
                "Lang": "ja-JP",
                "ViewerPreferences": {"DisplayDocTitle": True},
                "Metadata": metadata.put_xmp(self.file, self._about),
                "OutputIntents": [metadata.put_output_intent(self.file)],
            }
        )

    def _foot(self, number: int, total: int) -> bytes:
        """Draw the page's foot; the cover has none."""
        ink = Ink(self.fonts, self.usage)
        if number > 1:
            name, room = meeting_name(self.snapshot), styles.WIDTH - 70
            ink.label(styles.LEFT, styles.FOOT_BASELINE, name, styles.RUNNING, room)
            text = f"p. {number}/{total}"
            ink.text(styles.RIGHT, styles.FOOT_BASELINE, text, styles.RUNNING, "right")
        return ink.content()

    def _put_fonts(self) -> None:
        entries = {key: self.file.reserve() for key in sorted(self.usage.glyphs)}
        for key, ref in entries.items():
            put_font(self.file, self.fonts.face(key), self.usage.glyphs[key], ref)
        self.file.put(entries, self.resources)

    def _page(
        self, page: _Page, parent: Ref, foot: bytes, targets: dict[str, Ref]
    ) -> dict[str, Any]:
        resources: dict[str, Any] = {"Font": self.resources}
        if page.images:
            resources["XObject"] = dict(page.images)
        entries: dict[str, Any] = {
            "Type": Name("Page"),
            "Parent": parent,
            "MediaBox": [0, 0, styles.PAGE_WIDTH, styles.PAGE_HEIGHT],
            "Resources": resources,
            "Contents": [page.content, self.file.put_stream({}, foot)],
        }
        if page.links:
            entries["Annots"] = [_link(each, targets) for each in page.links]
        return entries

    @cached_property
    def _about(self) -> metadata.About:
        office = self.snapshot.office
        edition = EDITIONS[self.snapshot.edition]
        title = f"{meeting_name(self.snapshot)} {office.wording.document_title}({edition})"
        subject = f"snapshot sha256:{self.snapshot.digest()}"
        return metadata.About(title, f"{office.city} {office.secretariat}", subject)


def _link(link: Link, targets: dict[str, Ref]) -> dict[str, Any]:
    left, top, right, bottom = link.box
    rect = [left, styles.PAGE_HEIGHT - bottom, right, styles.PAGE_HEIGHT - top]
    return link_annotation(rect, targets[link.target], styles.PAGE_HEIGHT)
