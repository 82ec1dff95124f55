"""What may remain of a place in the public edition."""

import re

# A number that is not part of 一丁目 or 南1条: it counts blocks, lots or houses. 三番町 is a town.
_EXACT = re.compile(
    r"[0-9０-９]+(?!\s*[丁条線]|[0-9０-９])|[〇一二三四五六七八九十百千]+\s*(?:番地|番(?![町丁])|号)"
)


def down_to_town(town: str | None) -> str:
    """Return a town's name without what is more exact: 清滝一丁目91番14号 -> 清滝一丁目.

    A clerk may have typed the whole address into the field of the town.
    """
    text = town or ""
    exact = _EXACT.search(text)
    return (text[: exact.start()] if exact else text).rstrip(" 　-‐－,、")
