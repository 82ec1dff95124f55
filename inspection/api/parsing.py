"""Reading request bodies: strict JSON in, and nothing that a database or a reply could not hold."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from inspection.errors import BadRequestError, InvalidError

MAX_DEPTH = 40
MAX_DIGITS = 18
NO_BODY = "本文がありません。JSON を送ってください。"
NOT_JSON = "本文が正しい JSON ではありません。"
TOO_DEEP = f"JSON の入れ子は {MAX_DEPTH} 段までです。"


class Parser(FlaskParser):
    """webargs' parser, strict everywhere.

    An unknown query parameter is refused like an unknown field. A body of another media type is
    refused, never taken for an empty one: a PUT would replace everything by the defaults.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the body. Raises BadRequestError, UnsupportedMediaType, InvalidError."""
        return read_json(req)


class Blueprint(SmorestBlueprint):
    """A blueprint whose views read their arguments with the strict parser."""

    ARGUMENTS_PARSER = Parser()


def read_json(request: Request) -> Any:
    """Return a request's body as plain data; equal numbers are equal however they are written.

    Raises BadRequestError for no body or malformed JSON (NaN and Infinity are no JSON),
    UnsupportedMediaType for another type, InvalidError for a number or character out of range.
    """
    value = _loads(request, _decimal, _whole)
    _check(value)
    return value


def read_json_list(request: Request) -> list[Any]:
    """Return a body that is a list of records, each read by itself.

    In the place of a record that cannot be kept (a number or character out of range, too deep)
    stands the InvalidError or BadRequestError that says so: it is no fault of its neighbours.
    Raises for the rest what `read_json` raises, and InvalidError for anything but a list.
    """
    value = _loads(request, _held(_decimal), _held(_whole))
    if not isinstance(value, list):
        raise InvalidError.of("_", "リストで指定してください。")
    return [_checked(record) for record in value]


def _held(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let a number's fault stand in its place until its record is looked at."""

    def run(text: str) -> Any:
        try:
            return parse(text)
        except InvalidError as error:
            return error

    return run


def _checked(record: Any) -> Any:
    try:
        _check(record)
    except (InvalidError, BadRequestError) as error:
        return error
    return record


def _loads(
    request: Request, parse_float: Callable[[str], Any], parse_int: Callable[[str], Any]
) -> Any:
    data = request.get_data(cache=True)
    if not data:
        raise BadRequestError(NO_BODY)
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return json.loads(
            data.decode(), parse_float=parse_float, parse_int=parse_int, parse_constant=_no_number
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise BadRequestError(NOT_JSON) from None
    except RecursionError:
        raise BadRequestError(TOO_DEEP) from None


def _decimal(text: str) -> float | int:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidError.of("_", f"数値 {text[:20]} が範囲外です。")
    return int(number) if number.is_integer() and abs(number) < 10**15 else number


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise InvalidError.of("_", f"整数は {MAX_DIGITS} 桁までです。")
    return int(text)


def _no_number(_: str) -> None:
    raise BadRequestError(NOT_JSON)


def _check(value: Any) -> None:
    """Refuse deep nesting, and halves of characters (a lone \\ud800), which UTF-8 cannot hold.

    Raises also the fault of a number that stands in its place.
    """
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BadRequestError(TOO_DEEP)
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                _check_text(each)
            elif isinstance(each, dict):
                below += [*each.keys(), *each.values()]
            elif isinstance(each, list):
                below += each
            elif isinstance(each, InvalidError):
                raise each
        level = below


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidError.of("_", "UTF-8 で表せない文字があります。")
