"""The small arithmetic of computed items, and ranges of values."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.formula import FormulaError, UndefinedResultError, parse_formula
from scoring.ranges import Range, bad_joint

INPUTS = {"a": Decimal("0.1"), "b": Decimal(3), "zero": Decimal(0)}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a", Fraction(1, 10)),
        ("1 + 2 * b", Fraction(7)),
        ("(1 + 2) * b", Fraction(9)),
        ("10 - 4 - 3", Fraction(3)),
        ("12 / 2 / b", Fraction(2)),
        ("1 / b", Fraction(1, 3)),
        ("a + a + a - 0.3", Fraction(0)),
        ("((b))", Fraction(3)),
    ],
)
def test_a_formula_has_its_exact_value(text, result):
    assert parse_formula(text).value(INPUTS) == result


def test_division_by_zero_has_no_value():
    with pytest.raises(UndefinedResultError):
        parse_formula("1 / (a * zero)").value(INPUTS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "式が途中で終わっています"),
        ("a +", "式が途中で終わっています"),
        ("a b", "「b」の位置が正しくありません"),
        ("* a", "「*」の位置が正しくありません"),
        ("-a", "「-」の位置が正しくありません"),
        ("()", "「)」の位置が正しくありません"),
        ("(a", "括弧が閉じていません"),
        ("a)", "閉じ括弧が多すぎます"),
        ("a ** b", "「*」の位置が正しくありません"),
        ("a.real", "「.」は使えません"),
        ("max(a)", "「(」の位置が正しくありません"),
        ("a; b", "「;」は使えません"),
        ("1e9", "「e9」の位置が正しくありません"),
        ("a" * 501, "式が長すぎます"),
    ],
)
def test_anything_else_is_no_formula(text, message):
    with pytest.raises(FormulaError) as refused:
        parse_formula(text)

    assert message in str(refused.value)


def between(low, high, low_open=False, high_open=False):
    ends = [None if end is None else Decimal(str(end)) for end in (low, high)]
    return Range(ends[0], ends[1], low_open, high_open)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (between(0.4, 0.6, high_open=True), ["0.4", "0.5999"], ["0.3999", "0.6"]),
        (between(0.4, 0.6, low_open=True), ["0.4001", "0.6"], ["0.4", "0.6001"]),
        (between(None, 0.4, high_open=True), ["-9", "0.3999"], ["0.4"]),
        (between(100, None), ["100", "101"], ["99.999"]),
    ],
)
def test_a_range_holds_its_closed_ends_only(bounds, inside, outside):
    assert all(Decimal(value) in bounds and Fraction(value) in bounds for value in inside)
    assert not any(Decimal(value) in bounds or Fraction(value) in bounds for value in outside)


def test_a_range_reads_as_in_an_ordinance():
    assert str(between(0.4, 0.6, high_open=True)) == "0.4以上0.6未満"
    assert str(between(100, None, low_open=True)) == "100超"
    assert str(between(None, 4)) == "4以下"


@pytest.mark.parametrize(
    ("ranges", "whole", "fault"),
    [
        ([between(0.4, 0.6, high_open=True), between(None, 0.4, high_open=True)], False, None),
        ([between(1, 2), between(3, None)], True, None),
        ([between(1, 2), between(2, None, low_open=True)], True, None),
        ([between(1, 3, high_open=True), between(3, None)], True, None),
        ([between(1, 2), between(2, None)], True, "重なっています"),
        ([between(1, 2), between(3, None)], False, "どの評価にも入りません"),
        ([between(1, None), between(3, None)], False, "重なっています"),
        ([between(None, 1), between(None, 3)], False, "重なっています"),
    ],
)
def test_neighbouring_ranges_join_without_gap_or_overlap(ranges, whole, fault):
    found = bad_joint(ranges, whole)

    assert (found is None) if fault is None else (fault in (found or ""))
