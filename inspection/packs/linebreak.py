"""Breaking Japanese text into lines (禁則処理, JIS X 4051 in its plain form).

No line begins with closing punctuation or a small kana, none ends with an opening bracket,
Latin words and figures stay whole, and 、 。 may hang beyond the right edge.
"""

from collections.abc import Sequence

NOT_AT_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟’”｠»‐–゠〜～"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    ",.:;?!)]}%％‰°℃′″…‥｡､｣･ｰﾞﾟ"
)
NOT_AT_END = frozenset("（［｛〔〈《「『【〘〖〝‘“｟«([{￥＄￡＃¥$£#№｢")
HANGING = frozenset("、。，．､｡")
_BINDING = frozenset("\u00a0²³µ")  # the no-break space, and what stands in units
_INSEPARABLE = frozenset("…‥―—")


def break_allowed(units: Sequence[str], at: int) -> bool:
    """Say whether a line may end before `units[at]`; spaces before it are dropped there."""
    after = units[at]
    last = at - 1
    while last > 0 and units[last] == " ":
        last -= 1
    before = units[last]
    if after == " " or after[0] in NOT_AT_START or before[0] in NOT_AT_END:
        return False
    if last < at - 1:
        return True
    if before == after and before in _INSEPARABLE:
        return False
    return not (_in_word(before) and _in_word(after))


def _in_word(cluster: str) -> bool:
    code = ord(cluster[0])
    if cluster in _BINDING:
        return True
    return 0x21 <= code < 0x7F or (0xC0 <= code < 0x250 and code not in (0xD7, 0xF7))


def break_line(units: Sequence[str], widths: Sequence[float], limit: float) -> list[str]:
    """Break one paragraph (no line ends in it) into lines.

    units: clusters; widths: their advances; limit: the line's width, in the same unit.
    Returns at least one line. Without the spaces dropped at breaks, the lines joined are the
    text: nothing is ever cut. A unit wider than the limit gets a line of its own.
    """
    lines: list[str] = []
    start = 0
    while start < len(units):
        end = _line_end(units, widths, start, limit)
        lines.append("".join(units[start:end]).rstrip(" "))
        start = end
        while start < len(units) and units[start] == " ":
            start += 1
    return lines or [""]


def _line_end(units: Sequence[str], widths: Sequence[float], start: int, limit: float) -> int:
    """Return where the line that begins at `start` ends (exclusive)."""
    fit = _fitting(units, widths, start, limit)
    if fit == len(units):
        return fit
    for end in range(fit, start, -1):
        if break_allowed(units, end):
            return end
    # One long word: break inside it, but still not before or after forbidden characters.
    for end in range(fit, start, -1):
        if units[end][0] not in NOT_AT_START and units[end - 1][0] not in NOT_AT_END:
            return end
    return fit


def _fitting(units: Sequence[str], widths: Sequence[float], start: int, limit: float) -> int:
    """Return the end of the longest run from `start` that fits; at least one unit."""
    width = 0.0
    for at in range(start, len(units)):
        width += widths[at]
        if width > limit + 1e-6 and units[at] != " ":
            if at > start and units[at] in HANGING and width - widths[at] <= limit + 1e-6:
                return at + 1
            return max(at, start + 1)
    return len(units)
