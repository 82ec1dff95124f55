"""The shipped tables, loaded once for all tests of scoring."""

from functools import cache

from scoring.answers import parse_answers, parse_conditions
from scoring.evaluate import evaluate
from scoring.registry import Registry, load_registry

WOODEN = "jp.substandard-dwelling.wooden"
EXTERIOR = "jp.substandard-dwelling.wooden-exterior"
CONCRETE = "jp.substandard-dwelling.reinforced-concrete"
BLOCK = "jp.substandard-dwelling.concrete-block"
IDS = (WOODEN, CONCRETE, BLOCK, EXTERIOR)
VERSION = "2004-07-01"


@cache
def registry() -> Registry:
    return load_registry()


def shipped(id):
    return registry().get(id, VERSION)


def score(table, answers, conditions=None, *, others=None):
    """The score of answers in the contract's JSON form; `others` answers what is left out."""
    if others is not None:
        answers = {item.code: others for item in table.items()} | answers
    return evaluate(table, parse_answers(table, answers), parse_conditions(table, conditions or {}))
