"""Headings as people write them, and the fields that they mean."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from inspection.imports.model import ImportFileError

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_NOISE = re.compile(r"[\s*※★●]+")

# What GIS software adds by itself.
TECHNICAL = frozenset(
    {"fid", "ogc_fid", "objectid", "objectid_1", "shape_leng", "shape_length", "shape_area"}
)
# The two columns that a report of refused rows adds.
REPORTED = frozenset({"行", "理由", "区分"})
# What Hantei keeps beside a record; in files that it exported itself.
KEPT = frozenset(
    {"revision", "created_at", "updated_at", "low", "high", "judgement", "received_at"}
)


def plain(heading: str) -> str:
    """Return a heading without what people vary: width, case, spaces, units in brackets.

    Example: `延床面積(㎡)` in any width, and with a line break in it, is `延床面積`.
    """
    text = unicodedata.normalize("NFKC", str(heading))
    return _NOISE.sub("", _BRACKETS.sub("", text)).lower()


def match(
    headings: Sequence[str],
    known: Mapping[str, str],
    *,
    short: bool = False,
    passed_over: frozenset[str] = frozenset(),
) -> tuple[dict[str, int], list[str]]:
    """Find the field of each column.

    known: plain heading -> field. short: a heading of ten bytes may be the beginning of a longer
    one (dBASE). Returns field -> place, and the headings that mean nothing here.
    Raises ImportFileError for two columns of one field.
    """
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, heading in enumerate(headings):
        name = plain(heading)
        field = known.get(name) or (_continued(name, known) if short else None)
        if field is None:
            if name and name not in TECHNICAL | REPORTED | passed_over:
                unknown.append(str(heading).strip())
            continue
        if field in places:
            first = headings[places[field]]
            raise ImportFileError(f"two columns for {field}: {first!r} and {heading!r}")
        places[field] = place
    return places, unknown


def _continued(name: str, known: Mapping[str, str]) -> str | None:
    """Return the one field whose heading a format cut to this beginning."""
    if len(name.encode("cp932", "replace")) < 9:
        return None
    found = {field for full, field in known.items() if full.startswith(name)}
    return found.pop() if len(found) == 1 else None


def refuse_unknown(unknown: Sequence[str], known: Mapping[str, str]) -> None:
    """Raise ImportFileError that names unknown columns, each with what may have been meant."""
    if not unknown:
        return
    named = []
    for heading in unknown[:10]:
        near = difflib.get_close_matches(plain(heading), known, n=1, cutoff=0.7)
        named.append(f"{heading!r}" + (f" (is it {near[0]!r}?)" if near else ""))
    more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
    raise ImportFileError(
        f"unknown columns: {', '.join(named)}{more}; correct them, or --ignore-unknown leaves "
        "them out"
    )
