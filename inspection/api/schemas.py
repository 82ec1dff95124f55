"""Fields and base schemas that the resources share."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

NUL = "\x00"


def _no_control(text: str) -> None:
    if NUL in text or any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValidationError("制御文字は使えません。")


class Text(fields.String):
    """Text of bounded length without NUL or lone surrogates, which a database cannot keep."""

    def __init__(self, *, max_length: int, min_length: int = 0, **kwargs: Any) -> None:
        rules = [validate.Length(min=min_length, max=max_length), _no_control]
        super().__init__(validate=rules, **kwargs)


class Number(fields.Float):
    """A finite JSON number; text, booleans, NaN and Infinity are refused."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise ValidationError("数値で指定してください。")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number is not None and not math.isfinite(number):
            raise ValidationError("有限の数値で指定してください。")
        return number


class Whole(fields.Integer):
    """A JSON whole number within 32 bits; text and booleans are refused."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(low, high), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise ValidationError("整数で指定してください。")
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except OverflowError:
            raise ValidationError("整数で指定してください。") from None


class Instant(fields.AwareDateTime):
    """An RFC 3339 time with offset; a time without one is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or "T" not in value.upper():
            raise ValidationError("日時は 2026-11-24T10:00:00+09:00 の形で指定してください。")
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        except OverflowError:
            raise ValidationError("日時が範囲外です。") from None
        if not 1900 <= moment.year <= 2200:
            raise ValidationError("日時の年は 1900 から 2200 までです。")
        return moment


class Flag(fields.Boolean):
    """JSON true or false and nothing else."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise ValidationError("true か false で指定してください。")
        return value


class StrictSchema(Schema):
    """A request body or query: an unknown field is refused, never dropped."""

    class Meta:
        """Refuse unknown fields; keep the order of the declaration."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012
        "unknown": "この項目はありません。",
        "type": "オブジェクトで指定してください。",
    }


class OpenSchema(Schema):
    """What the scoring engine gives, documented here in what clients rely on; it may say more."""

    class Meta:
        """Further members are documented as possible."""

        unknown = INCLUDE


def _position(value: Any) -> None:
    if not isinstance(value, list) or len(value) != 2:
        raise ValidationError("[経度, 緯度] の2つの数値で指定してください。")
    for number, bound, name in zip(value, (180, 90), ("経度", "緯度"), strict=True):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValidationError(f"{name}は数値で指定してください。")
        if not math.isfinite(number) or abs(number) > bound:
            raise ValidationError(f"{name} {number} は -{bound} から {bound} までの範囲外です。")


class PointSchema(StrictSchema):
    """A GeoJSON Point in WGS84: longitude, latitude."""

    type = fields.String(required=True, validate=validate.Equal("Point"))
    coordinates = fields.List(fields.Raw(), required=True, validate=_position)


class PageQuerySchema(StrictSchema):
    """Keyset paging."""

    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 1000),
        metadata={"description": "items a page"},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "the `next_cursor` of the page before"},
    )


class BoundingBox(fields.String):
    """west,south,east,north in degrees."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        parts = super()._deserialize(value, attr, data, **kwargs).split(",")
        try:
            west, south, east, north = (float(part) for part in parts)
        except ValueError:
            raise ValidationError("bbox は 西,南,東,北 の4つの数値です。") from None
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValidationError("bbox は有限の数値です。")
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError("bbox の値が範囲外です。")
        return west, south, east, north
