"""Years and days as Japanese papers write them: eras (和暦), western, in any width."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

# First western year, and the last year of the era that was counted.
ERAS = {
    "明治": (1868, 45),
    "大正": (1912, 15),
    "昭和": (1926, 64),
    "平成": (1989, 31),
    "令和": (2019, 99),
}
_SHORT = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"} | {
    era[0]: era for era in ERAS
}
_ERA = r"(?P<era>明治|大正|昭和|平成|令和|明|大|昭|平|令|[mtshr])\.?(?P<number>\d{1,2}|元)"
_YEAR = rf"(?:{_ERA}|(?:西暦)?(?P<year>\d{{4}}))"
_MONTH_DAY = r"(?:年|[./-])(?P<month>\d{1,2})(?:月|[./-])(?P<day>\d{1,2})日?"
_TIME = (
    r"(?:[t ](?P<hour>\d{1,2})(?::|時)(?P<minute>\d{1,2})?分?(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_ALONE = re.compile(rf"{_YEAR}年?(?:築|建築|新築)?")
_YEAR_FIRST = re.compile(rf"{_YEAR}(?:年|[./-])(?P<month>\d{{1,2}})月?(?:[./-]?\d{{1,2}}日?)?.?")
_DAY = re.compile(rf"{_YEAR}{_MONTH_DAY}(?:\([日月火水木金土]\))?{_TIME}")


def year_of(text: str) -> int:
    """Return the western year of 1981, 1981年, 昭和56年, S56, 昭56.5, 1981/5/1.

    Raises ValueError for anything else, and for a year that its era did not have.
    """
    tidy = _tidy(text).replace(" ", "")
    found = _YEAR_ALONE.fullmatch(tidy) or _YEAR_FIRST.fullmatch(tidy)
    if found is None:
        raise ValueError(f"「{text}」は年ではありません(例 1981、昭和56年、S56)。")
    return _western(found, text)


def moment_of(text: str) -> date | datetime:
    """Return a day, or a moment where the text has a time (aware where it has an offset).

    2024-05-01, 2024/5/1, 2024年5月1日, 令和6年5月1日, R6.5.1, each perhaps with 10:30 behind it.
    Raises ValueError for anything else, and for a day that no calendar has.
    """
    found = _DAY.fullmatch(_tidy(text))
    if found is None:
        raise ValueError(f"「{text}」は日付ではありません(例 2024/5/1、令和6年5月1日、R6.5.1)。")
    year = _western(found, text)
    try:
        if found["hour"] is None:
            return date(year, int(found["month"]), int(found["day"]))
        clock = ":".join(f"{int(found[part] or 0):02}" for part in ("hour", "minute", "second"))
        day = f"{year:04}-{int(found['month']):02}-{int(found['day']):02}"
        return datetime.fromisoformat(f"{day}T{clock}{(found['zone'] or '').upper()}")
    except ValueError:
        raise ValueError(f"「{text}」という日時はありません。") from None


def _tidy(text: str) -> str:
    tidy = unicodedata.normalize("NFKC", text).strip().lower()
    tidy = re.sub(r"\s+", " ", tidy)
    return re.sub(r"(?<=[年月日元]) (?=\d+[月日])|(?<=\d) (?=[年月日])|(?<=[和成正治]) ", "", tidy)


def _western(found: re.Match[str], text: str) -> int:
    if found["year"]:
        return int(found["year"])
    era = _SHORT.get(found["era"], found["era"])
    number = 1 if found["number"] == "元" else int(found["number"])
    first, last = ERAS[era]
    if not 1 <= number <= last:
        raise ValueError(f"「{text}」: {era}は{last}年までです。")
    return first + number - 1
