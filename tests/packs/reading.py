"""Reading a finished pack back, with readers that are not ours."""

import re

import pikepdf
import pypdfium2

from inspection.packs import styles


def page_texts(path) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def text_of(path) -> str:
    """Return the whole text without white space, as readers differ in where they put it."""
    return squeeze("".join(page_texts(path)))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def images_of(path) -> list[bytes]:
    """Return every image as stored in the file, undecoded, page by page."""
    found = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            found += [image.read_raw_bytes() for image in page.get_images().values()]
    return found


def fills(path) -> list[float]:
    """Return how far down each page's content reaches, as a share of the type area."""
    found = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            grey = page.render(scale=0.5, grayscale=True).to_pil()
            top, bottom = (int(edge * 0.5) for edge in (styles.TOP, styles.BOTTOM))
            inked = grey.crop((0, top, grey.width, bottom)).point(lambda v: 255 * (v < 235))
            box = inked.getbbox()
            found.append(box[3] / (bottom - top) if box else 0.0)
    return found


def lowest_text(path) -> float:
    """Return the lowest foot of a text above the pages' feet, in points from the top."""
    lowest = 0.0
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text, height = page.get_textpage(), page.get_height()
            for n in range(text.count_chars()):
                foot = height - text.get_charbox(n)[1]
                if foot < styles.FOOT_BASELINE - 12:
                    lowest = max(lowest, foot)
    return lowest
