"""The city's own words in a pack: titles, notices and paragraphs, from a TOML file.

Whatever the file leaves out keeps the words below. docs/packs.md shows the whole file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The sections of a case sheet by name, with their titles.
SECTIONS = {
    "facts": "物件の概要",
    "result": "判定の結果",
    "map": "位置図",
    "table": "判定表",
    "remarks": "調査所見",
    "photos": "現況写真",
    "checks": "確認事項(事務局用)",
    "owner": "所有者等調査",
    "history": "経緯",
    "surroundings": "周辺への影響",
    "proposal": "事務局案",
    "decision": "委員会意見・決定欄",
    "outcome": "委員会の決定",
}
NOTICE = "非公開の会議資料です。個人情報を含みます。"
LONGEST = 2_000  # characters of one text
MOST = 20  # paragraphs of one text


@dataclass(frozen=True)
class Wording:
    """What the city says in its own words.

    notice, public_notice: below the box on the cover. opening, closing: paragraphs before and
    after the list of cases. titles, notes: of a section of the sheet, by its name in SECTIONS.
    """

    document_title: str = "判定委員会資料"
    sheet_title: str = "老朽空き家 判定調書"
    notice: str = NOTICE
    public_notice: str = ""
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def title(self, section: str) -> str:
        """Return the title of a section."""
        return self.titles.get(section) or SECTIONS[section]


def read_wording(path: str) -> Wording:
    """Read the file at `path`; an empty path gives the default words.

    Raises ValueError naming the key, what was found and what is allowed.
    """
    if not path:
        return Wording()
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is not TOML: {error}") from None
    return parse_wording(raw)


def parse_wording(raw: Mapping[str, Any]) -> Wording:
    """Return the words of a parsed file. Raises ValueError as `read_wording` does."""
    _check_keys(raw, ("document_title", "sheet_title", "cover", "case_list", "sections"), "")
    cover, listing = _group(raw, "cover"), _group(raw, "case_list")
    _check_keys(cover, ("notice", "public_notice"), "cover.")
    _check_keys(listing, ("opening", "closing"), "case_list.")
    titles, notes = _sections(_group(raw, "sections"))
    plain = Wording()
    return Wording(
        document_title=_text(raw, "document_title", "") or plain.document_title,
        sheet_title=_text(raw, "sheet_title", "") or plain.sheet_title,
        notice=plain.notice if "notice" not in cover else _text(cover, "notice", "cover."),
        public_notice=_text(cover, "public_notice", "cover."),
        opening=_paragraphs(listing, "opening", "case_list."),
        closing=_paragraphs(listing, "closing", "case_list."),
        titles=titles,
        notes=notes,
    )


def _sections(raw: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    _check_keys(raw, tuple(SECTIONS), "sections.")
    titles, notes = {}, {}
    for name in raw:
        section, where = _group(raw, name, "sections."), f"sections.{name}."
        _check_keys(section, ("title", "note"), where)
        if title := _text(section, "title", where):
            titles[name] = title
        if note := _text(section, "note", where):
            notes[name] = note
    return titles, notes


def _check_keys(raw: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(raw) - set(allowed))
    if unknown:
        raise ValueError(f"{where}{unknown[0]}: no such key, allowed: {', '.join(allowed)}")


def _group(raw: Mapping[str, Any], key: str, where: str = "") -> Mapping[str, Any]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise ValueError(f"{where}{key}: found {type(found).__name__}, allowed: a table [{key}]")
    return found


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    found = raw.get(key, "")
    if not isinstance(found, str) or len(found) > LONGEST:
        raise ValueError(f"{where}{key}: must be a text of {LONGEST} characters at most")
    return found.strip()


def _paragraphs(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = raw.get(key, [])
    listed = isinstance(found, list) and all(isinstance(each, str) for each in found)
    if not listed or len(found) > MOST or any(len(each) > LONGEST for each in found):
        raise ValueError(
            f"{where}{key}: must be a list of {MOST} texts at most, each of {LONGEST} characters"
        )
    return tuple(each.strip() for each in found if each.strip())
