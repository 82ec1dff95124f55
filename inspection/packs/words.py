"""How the pack writes dates, figures and directions in Japanese."""

from datetime import date, datetime

_ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)
_WINDS = ("北", "北東", "東", "南東", "南", "南西", "西", "北西")
_WEEKDAYS = "月火水木金土日"
METHODS = {"full": "立入調査(全項目)", "exterior": "外観目視調査"}
DECISIONS = {"approved": "認定", "not_approved": "不認定", "deferred": "保留"}
STRUCTURES = {
    "wooden": "木造",
    "light_steel": "軽量鉄骨造",
    "steel": "鉄骨造",
    "reinforced_concrete": "鉄筋コンクリート造",
    "concrete_block": "コンクリートブロック造",
    "other": "その他",
}
NONE = "―"


def meeting_name(number: int | None, title: str) -> str:
    """Return 第12回 老朽空き家判定委員会; a title that tells its number already stands alone."""
    numbered = "" if number is None else f"第{number}回"
    return title if numbered in title else f"{numbered} {title}"


def era_date(text: str, *, weekday: bool = False) -> str:
    """Return a date (`YYYY-MM-DD`, or RFC 3339 in its own offset) as 令和8年11月23日."""
    day = datetime.fromisoformat(text).date()
    written = f"{_era_year(day)}{day.month}月{day.day}日"
    return f"{written}({_WEEKDAYS[day.weekday()]})" if weekday else written


def era_time(text: str, *, weekday: bool = False) -> str:
    """Return a time as 令和8年11月23日 10:05, in the offset it carries; a bare date has no time."""
    written = era_date(text, weekday=weekday)
    return f"{written} {datetime.fromisoformat(text):%H:%M}" if "T" in text else written


def built_year(year: int | None) -> str:
    """Return a year as 昭和46年(1971年)."""
    if year is None:
        return NONE
    return f"{year}年" if year < 1868 else f"{_era_year(date(year, 12, 31))}({year}年)"


def _era_year(day: date) -> str:
    for name, first in _ERAS:
        if day >= first:
            count = day.year - first.year + 1
            return f"{name}{'元' if count == 1 else count}年"
    return f"{day.year}年"


def figure(value: float | None) -> str:
    """Return points, areas and lengths without trailing zeros."""
    if value is None:
        return NONE
    return str(value) if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip(".")


def limit(threshold: float, *, above: bool) -> str:
    """Return what a table asks for: 100点以上, or 100点超 where exactly 100 is not enough."""
    return f"{figure(threshold)}点{'超' if above else '以上'}"


def signed(value: float) -> str:
    """Return points that are added or taken off: +45, −10."""
    return f"+{figure(value)}" if value >= 0 else f"−{figure(-value)}"


def measured(value: float) -> str:
    """Return a measured or computed value with three decimals at most and groups of thousands.

    More decimals where three would round it to another figure's place: 0.39996 is never 0.4.
    """
    for places in range(3, 10):
        text = f"{value:,.{places}f}"
        if not text.endswith("0") or float(text.replace(",", "")) == value:
            break
    return text.rstrip("0").rstrip(".")


def bearing(degrees: float | None) -> str | None:
    """Return the wind that a direction (clockwise from north) lies in: 44.9 -> 北東."""
    return None if degrees is None else _WINDS[round(degrees / 45) % 8]


def distance(metres: float | None) -> str | None:
    """Return a distance as 12 m or 1.3 km."""
    if metres is None:
        return None
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"
