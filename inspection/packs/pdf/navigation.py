"""How a reader gets about: page tree, outline (bookmarks), links to pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection.packs.pdf.objects import Name, Ref
from inspection.packs.pdf.writer import PdfFile

_FAN_OUT = 64  # pages under one node of the page tree


@dataclass(frozen=True)
class Mark:
    """A named place: its title in the outline, its first page (index from 0), the mark above it."""

    target: str
    title: str
    page: int
    parent: str | None = None


def destination(page: Ref, top: float) -> list[Any]:
    """Return a destination at the head of a page, the zoom left as it is."""
    return [page, Name("XYZ"), 0, top, b"null"]


def link_annotation(rect: list[float], page: Ref, top: float) -> dict[str, Any]:
    """Return a link without a border; `rect` in the page's own coordinates."""
    return {
        "Type": Name("Annot"),
        "Subtype": Name("Link"),
        "Rect": rect,
        "Border": [0, 0, 0],
        "F": 4,  # printed, as PDF/A wants of every annotation
        "Dest": destination(page, top),
    }


def put_page_tree(file: PdfFile, pages: Sequence[Ref], put_page: Callable[[int, Ref], None]) -> Ref:
    """Write the page tree; `put_page(index, parent)` writes one page's dictionary."""
    root, nodes = file.reserve(), []
    for start in range(0, len(pages), _FAN_OUT):
        node, kids = file.reserve(), list(pages[start : start + _FAN_OUT])
        for index in range(start, start + len(kids)):
            put_page(index, node)
        entries = {"Type": Name("Pages"), "Parent": root, "Kids": kids, "Count": len(kids)}
        nodes.append(file.put(entries, node))
    return file.put({"Type": Name("Pages"), "Kids": nodes, "Count": len(pages)}, root)


def put_outline(file: PdfFile, marks: Sequence[Mark], pages: Sequence[Ref], top: float) -> Ref:
    """Write the outline, all of it open: `Count` is what a reader sees."""
    root = file.reserve()
    refs = {mark.target: file.reserve() for mark in marks}
    children: dict[str | None, list[Mark]] = {}
    for mark in marks:
        children.setdefault(mark.parent, []).append(mark)
    for parent, group in children.items():
        for n, mark in enumerate(group):
            entries = {
                "Title": mark.title,
                "Parent": refs[parent] if parent else root,
                "Dest": destination(pages[mark.page], top),
                **_siblings(group, n, refs),
                **_span(children.get(mark.target, []), refs),
            }
            file.put(entries, refs[mark.target])
    entries = {"Type": Name("Outlines"), **_span(children[None], refs), "Count": len(marks)}
    return file.put(entries, root)


def _siblings(group: Sequence[Mark], n: int, refs: Mapping[str, Ref]) -> dict[str, Ref]:
    found = {}
    if n:
        found["Prev"] = refs[group[n - 1].target]
    if n + 1 < len(group):
        found["Next"] = refs[group[n + 1].target]
    return found


def _span(group: Sequence[Mark], refs: Mapping[str, Ref]) -> dict[str, Any]:
    if not group:
        return {}
    return {"First": refs[group[0].target], "Last": refs[group[-1].target], "Count": len(group)}
