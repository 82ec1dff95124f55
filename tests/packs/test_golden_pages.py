"""Pages look as they did when somebody last looked at them."""

from PIL import Image, ImageDraw

from tests.packs import golden_pages
from tests.packs.golden_pages import FOLDER, PAGES, TOLERATED, TOLERATED_MEAN, difference

RENEW = "`python -m tests.packs.golden_pages` renews them, if the change is meant"


def is_alike(now, kept):
    share, mean = difference(now, kept)
    return share <= TOLERATED and mean <= TOLERATED_MEAN


def test_every_page_looks_as_it_did(tmp_path):
    changed = []
    for name, now in golden_pages.rendered():
        with Image.open(FOLDER / f"{name}.png") as kept:
            if not is_alike(now, kept.convert("RGB")):
                changed.append(name)
                now.save(tmp_path / f"{name}.png")

    assert changed == [], f"now in {tmp_path}; {RENEW}"


def test_the_pictures_are_those_of_the_pages_and_small():
    kept = sorted(path.stem for path in FOLDER.glob("*.png"))

    assert kept == sorted(name for name, *_ in PAGES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) <= 400_000


def test_a_moved_table_a_lost_line_of_text_and_another_colour_are_seen():
    with Image.open(FOLDER / "facts.png") as kept:
        page = kept.convert("RGB")
    moved, lost, blue = page.copy(), page.copy(), page.copy()
    moved.paste(page.crop((0, 150, page.width, 400)), (0, 154))
    ImageDraw.Draw(lost).rectangle((104, 116, 280, 130), fill="white")
    red, green, _ = page.crop((350, 50, page.width, 100)).split()
    blue.paste(Image.merge("RGB", (green, green, red)), (350, 50))

    assert is_alike(page, page)
    assert [is_alike(each, page) for each in (moved, lost, blue)] == [False, False, False]
