"""Forms of the staff pages: what is typed, checked, and turned into what services take.

CSRF is checked on the blueprint (frame.py), so the forms carry no token of their own.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from inspection.models import Meeting

NEEDED = "入力してください。"


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class DayField(DateField):
    """A date; what is none is said in Japanese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date. Raises ValueError with the message to show."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日付が正しくありません。") from None


class HourField(TimeField):
    """A time of day; what is none is said in Japanese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time. Raises ValueError with the message to show."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("時刻が正しくありません。") from None


class ManyLines(TextAreaField):
    """A text area of which each line is one entry."""

    def __init__(self, label: str, entries: int, characters: int, **others: Any) -> None:
        super().__init__(label, **others)
        self.entries, self.characters = entries, characters

    def pre_validate(self, form: Any) -> None:
        """Refuse too many lines, or a line that is too long."""
        lines = _lines(self.data)
        if len(lines) > self.entries:
            raise ValidationError(f"{self.entries} 行までにしてください。")
        if any(len(line) > self.characters for line in lines):
            raise ValidationError(f"1 行は {self.characters} 文字までにしてください。")


class MeetingForm(FlaskForm):
    """A meeting: when, where, who, what."""

    class Meta:
        """No second CSRF token."""

        csrf = False

    number = StringField("回", filters=[lambda text: unicodedata.normalize("NFKC", text or "")])
    title = StringField(
        "会議の名前", [DataRequired(NEEDED), Length(max=200, message="200 文字までです。")]
    )
    held_on = DayField("開催日", [InputRequired("日付を入力してください。")])
    held_time = HourField("開始時刻", [InputRequired("時刻を入力してください。")])
    place = StringField("場所", [Length(max=200, message="200 文字までです。")])
    agenda = ManyLines("次第", entries=100, characters=500)
    members = ManyLines("委員", entries=100, characters=200)

    def validate_number(self, field: StringField) -> None:
        """Take a number of up to six digits, or nothing."""
        text = (field.data or "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValidationError("数字で入力してください。回数のない会議は空のままにします。")

    def body(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return the meeting as the service takes it; times are the site's."""
        number = (self.number.data or "").strip()
        return {
            "number": int(number) if number else None,
            "title": self.title.data.strip(),
            "held_at": datetime.combine(self.held_on.data, self.held_time.data, tzinfo=zone),
            "place": (self.place.data or "").strip() or None,
            "agenda": _lines(self.agenda.data),
            "members": _lines(self.members.data),
        }


def of_meeting(meeting: Meeting, zone: ZoneInfo) -> dict[str, Any]:
    """Return a meeting as the form's fields."""
    held = meeting.held_at.astimezone(zone)
    return {
        "number": "" if meeting.number is None else str(meeting.number),
        "title": meeting.title,
        "held_on": held.date(),
        "held_time": held.time(),
        "place": meeting.place or "",
        "agenda": "\n".join(meeting.agenda),
        "members": "\n".join(meeting.members),
    }


def same_text(typed: Any, kept: Any) -> bool:
    """Say whether two values of a field are the same to a reader; line ends do not count."""
    return _lines(str(typed or "")) == _lines(str(kept or ""))
