"""Pictures of pages as they were found good. `python -m tests.packs.golden_pages` renews them:
look at each before you commit it.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageStat

from inspection.packs import build_document
from inspection.packs.model import Decision
from tests.packs import factories

FOLDER = Path(__file__).with_name("golden")
SCALE = 0.8  # of 72 dpi: letters are grey, lines and boxes are seen
COLOURS = 64  # so that the pictures stay small
DIFFERENT = 36  # of 255 in any colour, in the mean of 3 × 3 pixels
# Share of the pixels that may differ so much, and the mean difference: hinting, other libraries.
TOLERATED, TOLERATED_MEAN = 0.0004, 4.0
# What is shown: a name, the edition, the page (from 0).
PAGES = (
    ("cover", "closed", 0),
    ("agenda", "closed", 1),
    ("contents", "closed", 2),
    ("cases", "closed", 3),
    ("summary", "closed", 4),
    ("facts", "closed", 5),
    ("score-table", "closed", 6),
    ("photos", "closed", 7),
    ("decision", "closed", 8),
    ("caps", "closed", 10),
    ("references", "closed", -1),
    ("own-cover", "secretariat", 0),
    ("own-checks", "secretariat", 8),
    ("public-cover", "public", 0),
    ("public-sheet", "public", 5),
    ("public-photos", "public", 6),
)


def a_pack(edition: str, path: Path) -> None:
    """Build the pack of the pictures: a deferred case, photos of both shapes, every section."""
    snapshot, files = factories.a_snapshot(cases=3, photos=8, edition=edition)
    decision = Decision("deferred", "内部の調査を要する。", "2026-11-23")
    checks = ("写真8(基礎):撮影位置が家屋から離れている", "事務局案が入力されていない。")
    first = replace(snapshot.cases[0], decision=decision, checks=checks)
    build_document(replace(snapshot, cases=(first, *snapshot.cases[1:])), files.__getitem__, path)


def rendered() -> Iterator[tuple[str, Image.Image]]:
    """Yield each page of PAGES by name, drawn as it comes out now."""
    with tempfile.TemporaryDirectory() as folder:
        for edition in dict.fromkeys(edition for _, edition, _ in PAGES):
            path = Path(folder) / f"{edition}.pdf"
            a_pack(edition, path)
            with pypdfium2.PdfDocument(path) as pdf:
                for name, of, number in PAGES:
                    if of == edition:
                        page = pdf[number % len(pdf)]
                        yield name, page.render(scale=SCALE).to_pil().convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return the share of the pixels that differ plainly, and the mean difference (0 to 255)."""
    if one.size != other.size:
        return 1.0, 255.0
    apart = ImageChops.difference(one, other)
    red, green, blue = apart.reduce(3).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    plain = most.point(lambda value: 255 * (value > DIFFERENT))
    return ImageStat.Stat(plain).mean[0] / 255, max(ImageStat.Stat(apart).mean)


def renew() -> None:
    """Write the pictures anew and take away those of pages that are no more in PAGES."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.png"):
        path.unlink()
    for name, picture in rendered():
        small = picture.quantize(
            COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        small.save(FOLDER / f"{name}.png", optimize=True)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(PAGES)} pictures, {size / 1000:.0f} kB in {FOLDER}")


if __name__ == "__main__":
    renew()
