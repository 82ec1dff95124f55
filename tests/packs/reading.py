"""Reading a finished pack back, with readers that are not ours."""

import re

import pikepdf
import pypdfium2


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
