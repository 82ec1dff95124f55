"""The pack's fonts: where they lie, which glyph of which face shows a character.

BIZ UDPGothic for everything, Noto Sans JP for what it lacks, both under the SIL Open Font Licence
and both installed from npm by lock file. They must have TrueType outlines.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import uharfbuzz as hb

NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
REGULAR, BOLD, REGULAR_FALLBACK, BOLD_FALLBACK = "F1", "F2", "F3", "F4"
_FILES = {
    REGULAR: "@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf",
    BOLD: "@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf",
    REGULAR_FALLBACK: "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
    BOLD_FALLBACK: "@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf",
}
GETA = "\u3013"  # 〓, the compositor's sign for a type that is not at hand


class FontsMissing(RuntimeError):
    """The font files are not installed; the message says what to run."""


def font_files(folder: Path | None = None) -> dict[str, Path]:
    """Return the font file of each face key (F1 to F4).

    folder: where to look instead of node_modules; the files may lie in it directly or under
    their package paths. Raises FontsMissing naming the first file that is not there.
    """
    base = folder or NODE_MODULES
    found = {}
    for key, name in _FILES.items():
        candidates = [base / name, base / Path(name).name]
        path = next((each for each in candidates if each.is_file()), None)
        if path is None:
            raise FontsMissing(
                f"font file {Path(name).name} not found under {base}: "
                "run `npm ci --ignore-scripts` in the project folder"
            )
        found[key] = path
    return found


class Face:
    """One font file: glyph ids, advances, metrics. Advances and metrics are in font units."""

    def __init__(self, key: str, path: Path) -> None:
        self.key = key
        self.bold = key in (BOLD, BOLD_FALLBACK)
        self.hb_face = hb.Face(hb.Blob.from_file_path(str(path)))
        self.postscript_name = path.stem.replace("_", "-")
        self._font = hb.Font(self.hb_face)
        self.units = self.hb_face.upem
        head = self.hb_face.reference_table("head").data
        self.bbox = struct.unpack_from(">4h", head, 36)
        hhea = self.hb_face.reference_table("hhea").data
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        os2 = self.hb_face.reference_table("OS/2").data
        self.cap_height = struct.unpack_from(">h", os2, 88)[0]

    @property
    def table_tags(self) -> list[str]:
        """The tags of all tables in the file."""
        return list(self.hb_face.table_tags)

    def glyph(self, cluster: str) -> int | None:
        """Return the glyph id of a character, with its variation selector if it has one."""
        if len(cluster) == 2:
            return self._font.get_variation_glyph(ord(cluster[0]), ord(cluster[1]))
        return self._font.get_nominal_glyph(ord(cluster))

    def advance(self, glyph: int) -> int:
        """Return the horizontal advance of a glyph in font units."""
        return self._font.get_glyph_h_advance(glyph)

    def scaled(self, units: float) -> int:
        """Return font units as thousandths of an em."""
        return round(units * 1000 / self.units)

    def text_of(self, glyph: int) -> str:
        """Return the one text that a glyph stands for when text is extracted ("" for none)."""
        return self._texts.get(glyph, "")

    @cached_property
    def _texts(self) -> dict[int, str]:
        texts: dict[int, str] = {}
        for code in sorted(self.hb_face.unicodes):
            glyph = self._font.get_nominal_glyph(code)
            # Radicals and compatibility forms share glyphs with the plain characters.
            if glyph not in texts or (_is_plain(code) and not _is_plain(ord(texts[glyph]))):
                texts[glyph] = chr(code)
        for selector in sorted(self.hb_face.variation_selectors):
            for code in sorted(self.hb_face.variation_unicodes(selector)):
                glyph = self._font.get_variation_glyph(code, selector)
                texts.setdefault(glyph, chr(code) + chr(selector))
        return texts


def _is_plain(code: int) -> bool:
    return not (0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00 or code == 0xA0)


@dataclass(frozen=True, slots=True)
class Glyph:
    """How one cluster is drawn.

    width: advance in em. actual: the text that extraction must give where the glyph alone would
    give another. missing: no font has it; the geta sign is drawn in its place.
    """

    face: str
    gid: int
    width: float
    actual: str | None = None
    missing: bool = False


class FontSet:
    """The four faces and the choice among them, glyph by glyph."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files
        self._faces: dict[str, Face] = {}
        self._glyphs: dict[tuple[str, bool], Glyph] = {}

    def face(self, key: str) -> Face:
        """Return a face, opened at its first use (the fallback is rarely needed)."""
        if key not in self._faces:
            self._faces[key] = Face(key, self._files[key])
        return self._faces[key]

    def glyph(self, cluster: str, bold: bool = False) -> Glyph:
        """Return how to draw one cluster (a character, or one with its variation selector)."""
        key = (cluster, bold)
        glyph = self._glyphs.get(key)
        if glyph is None:
            glyph = self._glyphs[key] = self._choose(cluster, bold)
        return glyph

    def _choose(self, cluster: str, bold: bool) -> Glyph:
        for wanted, face in self._candidates(cluster, bold):
            gid = face.glyph(wanted)
            if gid:
                actual = cluster if face.text_of(gid) != cluster else None
                missing = wanted != cluster
                return Glyph(face.key, gid, face.advance(gid) / face.units, actual, missing)
        raise FontsMissing(f"no font has the geta sign {GETA}")

    def _candidates(self, cluster: str, bold: bool) -> Iterator[tuple[str, Face]]:
        keys = (BOLD, BOLD_FALLBACK) if bold else (REGULAR, REGULAR_FALLBACK)
        attempts = [cluster, cluster[0], GETA] if len(cluster) == 2 else [cluster, GETA]
        for attempt in attempts:
            for key in keys:
                yield attempt, self.face(key)


@lru_cache(maxsize=4)
def font_set(folder: Path | None = None) -> FontSet:
    """Return the shared font set of a folder (None: the installed fonts)."""
    return FontSet(font_files(folder))
