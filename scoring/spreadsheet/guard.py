"""Is this file a harmless workbook? Looked at before openpyxl opens it.

Sizes come first, then what does not belong into a rule table (macros, links to other files), then
one pass of a plain XML parser over every part: no DTD, no entity, bounded depth, rows, columns and
cells. Merged cells are found here too, for a workbook that is read row by row does not show them.
"""

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from scoring.spreadsheet.faults import CellFault, SpreadsheetError

MOST_BYTES = 4_000_000
MOST_PARTS = 200
MOST_UNPACKED = 40_000_000
MOST_CELLS = 200_000
MOST_ROWS = 5_000
MOST_COLUMNS = 300
MOST_DEPTH = 60
_FORBIDDEN = (
    ("vbaproject", "マクロ"),
    ("xl/externallinks/", "ほかのファイルへのリンク"),
    ("xl/embeddings/", "埋め込みオブジェクト"),
    ("xl/activex/", "ActiveX"),
    ("xl/connections.xml", "外部データの接続"),
    ("xl/querytables/", "外部データの問い合わせ"),
    ("xl/macrosheets/", "マクロ"),
)
_MACRO_TYPES = (b"macroenabled", b"ms-excel.sheet.binary")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_SHEET_FOLDER = "xl/worksheets/"


@dataclass
class Inspected:
    """What the pass over the parts found: part name -> merged ranges such as A1:B2."""

    merged: dict[str, list[str]] = field(default_factory=dict)
    cells: int = 0


def inspect(data: bytes) -> Inspected:
    """Look through a workbook's bytes. Raises SpreadsheetError for anything that is not harmless."""
    if len(data) > MOST_BYTES:
        raise _refused(
            f"ファイルが大きすぎます({len(data):,} バイト)", f"{MOST_BYTES:,} バイトまで"
        )
    if data.startswith(_OLE):
        raise _refused(
            "古い形式(.xls)か、パスワードのかかったファイルです", "パスワードのない .xlsx"
        )
    if not data.startswith(_ZIP):
        raise _refused("Excelのファイル(.xlsx)ではありません", ".xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _inspect(archive)
    except SpreadsheetError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        IndexError,
    ) as error:  # what zipfile raises for damaged archives
        raise _refused("ファイルが壊れています", "Excelで開いて保存し直した .xlsx") from error


def _inspect(archive: zipfile.ZipFile) -> Inspected:
    parts = archive.infolist()
    _check_parts(parts)
    inspected = Inspected()
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(part.filename, archive.read(part), inspected)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _refused("Excelのブックが入っていません", ".xlsx")
    return inspected


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [posixpath.normpath(part.filename).lower() for part in parts]
    if len(parts) > MOST_PARTS:
        raise _refused(f"中のファイルが多すぎます({len(parts)})", f"{MOST_PARTS} まで")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise _refused(
            f"展開すると大きすぎます({unpacked:,} バイト)", f"{MOST_UNPACKED:,} バイトまで"
        )
    if len(set(names)) < len(names):
        raise _refused("同じ名前の部品が二つあります", "Excelで開いて保存し直した .xlsx")
    for name in names:
        for mark, what in _FORBIDDEN:
            if mark in name:
                raise _refused(f"{what}が入っています", f"{what}のない .xlsx")


def _check_xml(name: str, content: bytes, inspected: Inspected) -> None:
    if name == "[Content_Types].xml" and any(mark in content.lower() for mark in _MACRO_TYPES):
        raise _refused("マクロ有効ブック(.xlsm)か別の形式です", "マクロのない .xlsx")
    pass_over = _Pass(name, inspected)
    try:
        pass_over.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refused(
            f"{name} が正しいXMLではありません", "Excelで開いて保存し直した .xlsx"
        ) from error


class _Pass:
    """One part's elements, counted as they come."""

    def __init__(self, name: str, inspected: Inspected) -> None:
        self.name, self.inspected = name, inspected
        self.sheet = name.startswith(_SHEET_FOLDER)
        self.depth = 0
        self.cell = ""
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise _refused("XMLの文書型宣言(DTD)が入っています", "Excelで保存した .xlsx")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _refused("XMLの入れ子が深すぎます", "Excelで保存した .xlsx")
        if not self.sheet:
            return
        local = tag.rpartition(":")[2]
        if local == "c":
            self.inspected.cells += 1
            self.cell = attributes.get("r", "")
            if self.inspected.cells > MOST_CELLS:
                raise _refused("セルが多すぎます", f"{MOST_CELLS:,} セルまで")
        elif local in ("v", "is", "f") and self.cell:
            _check_address(self.cell)
        elif local == "mergeCell":
            self.inspected.merged.setdefault(self.name, []).append(attributes.get("ref", "?"))

    def _end(self, _: str) -> None:
        self.depth -= 1


def _check_address(cell: str) -> None:
    letters = cell.rstrip("0123456789")
    row, column = cell[len(letters) :], 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    if len(row) > 7 or int(row or 0) > MOST_ROWS or not 0 <= column <= MOST_COLUMNS:
        raise _refused(f"{cell[:12]} に値があります", f"{MOST_ROWS} 行、{MOST_COLUMNS} 列まで")


def _refused(found: str, allowed: str) -> SpreadsheetError:
    return SpreadsheetError([CellFault("", found, allowed)])
