"""The pack as a file: sheets streamed to disk, front matter, page numbers, outline, links."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from inspection.packs import styles
from inspection.packs.fonts import FontSet, font_set
from inspection.packs.front import Places, draw_front, meeting_name
from inspection.packs.ink import Ink, PlacedImage, Usage
from inspection.packs.model import Snapshot
from inspection.packs.pdf import metadata
from inspection.packs.pdf.embed import put_font
from inspection.packs.pdf.jpeg import JpegError, image_entries, read_frame
from inspection.packs.pdf.objects import Name, Ref
from inspection.packs.pdf.writer import PdfFile
from inspection.packs.references import draw_references
from inspection.packs.sheets import DrawnPage, case_number, draw_sheet

OpenPhoto = Callable[[str], BinaryIO | bytes]
Progress = Callable[[int, int], None]
_FAN_OUT = 64  # pages under one node of the page tree


class PhotoMismatch(RuntimeError):
    """A photo's bytes are not there or not those of the snapshot; the message says which photo."""


@dataclass(frozen=True)
class BuildReport:
    """What was built. missing_glyphs: characters that no font has, drawn as 〓."""

    pages: int
    sha256: str
    bytes: int
    missing_glyphs: tuple[str, ...]


@dataclass(frozen=True)
class _Page:
    """One page whose content is in the file and whose dictionary is not written yet."""

    ref: Ref
    content: Ref
    images: tuple[tuple[str, Ref], ...]
    links: tuple[Any, ...]


@dataclass(frozen=True)
class _Mark:
    """A named place: its title in the outline and its first page (index from 0)."""

    target: str
    title: str
    page: int
    parent: str | None = None


def build_document(
    snapshot: Snapshot,
    open_photo: OpenPhoto,
    out: Path,
    progress: Progress | None = None,
    fonts_folder: Path | None = None,
) -> BuildReport:
    """Draw the pack of `snapshot` to `out`; the same snapshot gives the same bytes.

    open_photo: storage key -> the JPEG's bytes or a binary stream (closed after reading).
    progress: called with (cases done, cases in all).
    The file is written beside `out`, synced, and renamed when whole.
    Raises PhotoMismatch, fonts.FontsMissing.
    """
    out = Path(out)
    fonts = font_set(fonts_folder)
    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            assembly = _Assembly(snapshot, open_photo, fonts, PdfFile(stream))
            report = assembly.build(progress or (lambda done, total: None))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return report


class _Assembly:
    """One document under way. Pages are drawn cases first, then what stands before them."""

    def __init__(
        self, snapshot: Snapshot, open_photo: OpenPhoto, fonts: FontSet, file: PdfFile
    ) -> None:
        self.snapshot = snapshot
        self.open_photo = open_photo
        self.fonts = fonts
        self.file = file
        self.usage = Usage()
        self.images: dict[str, Ref] = {}
        self.resources = file.reserve()

    def build(self, progress: Progress) -> BuildReport:
        """Write everything; return the report."""
        sheets = self._sheets(progress)
        references = []
        if self.snapshot.references:
            references = self._put_pages(draw_references(self.snapshot, self.fonts, self.usage))
        front, marks = self._front(sheets, references)
        pages = [*front, *(page for sheet in sheets for page in sheet), *references]
        self._put_fonts(pages)
        tree = self._put_page_tree(pages, marks)
        root = self._put_catalog(pages, marks, tree)
        info = metadata.put_info(self.file, self._about())
        sha256 = self.file.finish(root, info)
        missing = tuple(sorted(self.usage.missing))
        return BuildReport(len(pages), sha256, self.file.size, missing)

    def _sheets(self, progress: Progress) -> list[list[_Page]]:
        total = len(self.snapshot.cases)
        progress(0, total)
        sheets = []
        for index in range(total):
            drawn = draw_sheet(self.snapshot, index, self.fonts, self.usage)
            sheets.append(self._put_pages(drawn))
            progress(index + 1, total)
        return sheets

    def _put_pages(self, drawn: list[DrawnPage]) -> list[_Page]:
        pages = []
        for page in drawn:
            images = tuple((each.name, self._put_image(each)) for each in page.images)
            content = self.file.put_stream({}, page.content)
            pages.append(_Page(self.file.reserve(), content, images, page.links))
        return pages

    def _put_image(self, placed: PlacedImage) -> Ref:
        """Write a JPEG as it is, once, after checking that it is the snapshot's."""
        wanted = placed.image.sha256
        if wanted in self.images:
            return self.images[wanted]
        try:
            data = _read(self.open_photo(placed.image.key))
        except (OSError, KeyError, LookupError) as error:
            raise PhotoMismatch(f"{placed.place}: 画像がない ({placed.image.key})") from error
        found = hashlib.sha256(data).hexdigest()
        if found != wanted:
            raise PhotoMismatch(
                f"{placed.place}: 画像が記録と異なる (sha256 {found}、記録 {wanted})"
            )
        try:
            entries = image_entries(read_frame(data))
        except JpegError as error:
            raise PhotoMismatch(f"{placed.place}: JPEGとして読めない ({error})") from error
        self.images[wanted] = self.file.put_stream(entries, data, compress=False)
        return self.images[wanted]

    def _front(
        self, sheets: list[list[_Page]], references: list[_Page]
    ) -> tuple[list[_Page], list[_Mark]]:
        """Draw the front matter twice: once to count its pages, once with the right numbers."""
        trial = draw_front(self.snapshot, self.fonts, self.usage, Places({}))
        marks = self._marks(
            [(each.target, each.title, len(each.pages)) for each in trial], sheets, references
        )
        places = Places({mark.target: mark.page + 1 for mark in marks})
        parts = draw_front(self.snapshot, self.fonts, self.usage, places)
        return [page for part in parts for page in self._put_pages(part.pages)], marks

    def _marks(
        self, front: list[tuple[str, str, int]], sheets: list[list[_Page]], references: list[_Page]
    ) -> list[_Mark]:
        marks, page = [], 0
        for target, title, count in front:
            marks.append(_Mark(target, title, page))
            page += count
        if sheets:
            marks.append(_Mark("sheets", "資料2 判定調書", page))
        for index, sheet in enumerate(sheets):
            house = self.snapshot.cases[index].house
            title = f"{case_number(index)} {house.code} {house.address}"
            marks.append(_Mark(f"case-{index}", title, page, parent="sheets"))
            page += len(sheet)
        if references:
            marks.append(_Mark("references", "資料3 参考資料", page))
        return marks

    def _put_fonts(self, pages: list[_Page]) -> None:
        # The feet are drawn later, with figures only: their glyphs must be in the subset.
        self._foot(len(pages), len(pages))
        Ink(self.fonts, self.usage).text(0, 0, "p. 0123456789/", styles.RUNNING)
        entries = {}
        for key in sorted(self.usage.glyphs):
            entries[key] = self.file.reserve()
            put_font(self.file, self.fonts.face(key), self.usage.glyphs[key], entries[key])
        self.file.put(entries, self.resources)

    def _foot(self, number: int, total: int) -> bytes:
        ink = Ink(self.fonts, self.usage)
        if number > 1:
            ink.text(styles.LEFT, styles.FOOT_BASELINE, meeting_name(self.snapshot), styles.RUNNING)
            text = f"p. {number}/{total}"
            ink.text(styles.RIGHT, styles.FOOT_BASELINE, text, styles.RUNNING, "right")
        return ink.content()

    def _put_page_tree(self, pages: list[_Page], marks: list[_Mark]) -> Ref:
        root = self.file.reserve()
        targets = {mark.target: pages[mark.page].ref for mark in marks}
        nodes = []
        for start in range(0, len(pages), _FAN_OUT):
            node, group = self.file.reserve(), pages[start : start + _FAN_OUT]
            for number, page in enumerate(group, start + 1):
                self._put_page(page, node, self._foot(number, len(pages)), targets)
            kids = [page.ref for page in group]
            self.file.put(
                {"Type": Name("Pages"), "Parent": root, "Kids": kids, "Count": len(group)}, node
            )
            nodes.append(node)
        return self.file.put({"Type": Name("Pages"), "Kids": nodes, "Count": len(pages)}, root)

    def _put_page(self, page: _Page, parent: Ref, foot: bytes, targets: dict[str, Ref]) -> None:
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
            entries["Annots"] = [self._link(each, targets) for each in page.links]
        self.file.put(entries, page.ref)

    def _link(self, link: Any, targets: dict[str, Ref]) -> dict[str, Any]:
        left, top, right, bottom = link.box
        high = styles.PAGE_HEIGHT
        return {
            "Type": Name("Annot"),
            "Subtype": Name("Link"),
            "Rect": [left, high - bottom, right, high - top],
            "Border": [0, 0, 0],
            "F": 4,
            "Dest": _destination(targets[link.target]),
        }

    def _put_outline(self, pages: list[_Page], marks: list[_Mark]) -> Ref:
        root = self.file.reserve()
        refs = {mark.target: self.file.reserve() for mark in marks}
        children: dict[str | None, list[_Mark]] = {}
        for mark in marks:
            children.setdefault(mark.parent, []).append(mark)
        for parent, group in children.items():
            for n, mark in enumerate(group):
                entries: dict[str, Any] = {
                    "Title": mark.title,
                    "Parent": refs[parent] if parent else root,
                    "Dest": _destination(pages[mark.page].ref),
                }
                if n:
                    entries["Prev"] = refs[group[n - 1].target]
                if n + 1 < len(group):
                    entries["Next"] = refs[group[n + 1].target]
                below = children.get(mark.target, [])
                if below:
                    entries |= {
                        "First": refs[below[0].target],
                        "Last": refs[below[-1].target],
                        "Count": len(below),
                    }
                self.file.put(entries, refs[mark.target])
        top = children[None]
        return self.file.put(
            {
                "Type": Name("Outlines"),
                "First": refs[top[0].target],
                "Last": refs[top[-1].target],
                "Count": len(marks),
            },
            root,
        )

    def _put_catalog(self, pages: list[_Page], marks: list[_Mark], tree: Ref) -> Ref:
        labels = [0, {"P": "表紙"}, 1, {"S": Name("D"), "St": 2}]
        return self.file.put(
            {
                "Type": Name("Catalog"),
                "Pages": tree,
                "Outlines": self._put_outline(pages, marks),
                "PageLabels": {"Nums": labels},
                "PageMode": Name("UseOutlines"),
                "Lang": "ja-JP",
                "ViewerPreferences": {"DisplayDocTitle": True},
                "Metadata": metadata.put_xmp(self.file, self._about()),
                "OutputIntents": [metadata.put_output_intent(self.file)],
            }
        )

    def _about(self) -> metadata.About:
        edition = "公開用" if self.snapshot.edition == "public" else "非公開"
        title = f"{meeting_name(self.snapshot)} {self.snapshot.office.document_title}({edition})"
        author = f"{self.snapshot.office.city} {self.snapshot.office.secretariat}"
        return metadata.About(title, author, f"snapshot sha256:{self.snapshot.digest()}")


def _destination(page: Ref) -> list[Any]:
    return [page, Name("XYZ"), 0, styles.PAGE_HEIGHT, b"null"]


def _read(source: BinaryIO | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    with source:
        return source.read()
