"""The photos (現況写真): 4:3 cells of 84 × 63 mm, two a row, six a page."""

from inspection.packs import styles, words
from inspection.packs.flow import Flow
from inspection.packs.model import CLOSED, PUBLIC, SECRETARIAT, Photo
from inspection.packs.sections.context import SheetContext
from inspection.packs.text import TextStyle

CELL_LINES = 5
Lines = list[tuple[str, TextStyle]]


def draw(context: SheetContext, flow: Flow) -> None:
    """Lay all photos of the case, from this page on if a row fits; nothing where there are none."""
    photos = context.case.photos
    if not photos:
        return
    for n in range(0, len(photos), 2):
        pair = photos[n : n + 2]
        captions = [caption(flow, photo, context.edition) for photo in pair]
        height = styles.PHOTO_HEIGHT + 4 + max(_height(lines) for lines in captions)
        if n == 0:
            context.section(flow, "photos", keep=height)
        flow.ensure(height)
        for column, (photo, lines) in enumerate(zip(pair, captions, strict=True)):
            x = styles.LEFT + column * (styles.PHOTO_WIDTH + styles.PHOTO_GAP)
            _cell(context, flow, photo, x)
            _caption(flow, lines, x)
        flow.y += height + 7
        for photo in pair:
            if _is_long(flow, photo):
                flow.paragraph(f"写真{photo.number}:{photo.caption}", styles.TABLE)
                flow.space(5)


def caption(flow: Flow, photo: Photo, edition: str = CLOSED) -> Lines:
    """Return a photo's caption lines: number and item; when, whither, how far; its text.

    What the checks found is told in the secretariat's edition only.
    """
    head = f"写真{photo.number}　{_item(photo)}"
    taken = f"{words.era_time(photo.taken_at)} 撮影" if photo.taken_at else "撮影日時不明"
    when = "　".join(each for each in (taken, _position(photo, edition == PUBLIC)) if each)
    texts = [(head, styles.CAPTION), (when, styles.CAPTION_GREY)]
    if photo.caption:
        text = "説明は下に記載" if _is_long(flow, photo) else photo.caption
        texts.append((text, styles.CAPTION_GREY))
    if photo.warnings and edition == SECRETARIAT:
        texts.append((f"要確認:{'、'.join(photo.warnings)}", styles.CAPTION_GREY))
    lines: Lines = []
    for text, style in texts:
        fitted, used = flow.fit(text, style, styles.PHOTO_WIDTH)
        lines += [(line, used) for line in fitted]
    return lines


def _is_long(flow: Flow, photo: Photo) -> bool:
    """Whether a caption takes more lines than a cell has room for; it then goes below the row."""
    lines = flow.wrap(photo.caption or "", styles.CAPTION_GREY, styles.PHOTO_WIDTH)
    return len(lines) > CELL_LINES


def _item(photo: Photo) -> str:
    coded = photo.item[:1].isdigit()
    return f"{photo.item} {photo.item_label}" if coded else photo.item_label


def _position(photo: Photo, public: bool) -> str:
    wind = words.bearing(photo.direction_deg)
    parts = [f"{wind}向き" if wind else None]
    if photo.distance_m is not None:
        parts.append(f"家屋から{words.distance(photo.distance_m)}")
    elif photo.lon is None and not public:  # there it was taken out, not missing
        parts.append("位置情報なし")
    return "　".join(part for part in parts if part)


def _height(lines: Lines) -> float:
    return sum(style.leading for _, style in lines)


def _cell(context: SheetContext, flow: Flow, photo: Photo, x: float) -> None:
    """Draw one photo into its cell, whole, centred; portrait photos fill the height."""
    wide, high = styles.PHOTO_WIDTH, styles.PHOTO_HEIGHT
    flow.ink.rect(x, flow.y, wide, high, styles.PALE, styles.HAIR)
    image = photo.image
    scale = min(wide / image.width, high / image.height)
    width, height = image.width * scale, image.height * scale
    place = f"{context.document_number} {context.case.house.code} 写真{photo.number}"
    left, top = x + (wide - width) / 2, flow.y + (high - height) / 2
    flow.ink.image(image, place, left, top, width, height)


def _caption(flow: Flow, lines: Lines, x: float) -> None:
    y = flow.y + styles.PHOTO_HEIGHT + 4
    for text, style in lines:
        flow.ink.text(x, y + style.leading * 0.74, text, style)
        y += style.leading
