"""Line breaking holds its rules for any text: nothing lost, kinsoku, width, whole words."""

import re
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspection.packs.linebreak import HANGING, NOT_AT_END, NOT_AT_START, break_allowed, break_line

PLAIN = "屋根瓦が落ちて下地の一部見える柱はり漢字カナ"
WORDS = ("Aw1", "R8-003", "10.5", "m²", "Hantei", "2026-11-25", "kN/m²")
PIECES = st.one_of(
    st.sampled_from(PLAIN),
    st.sampled_from(sorted(NOT_AT_START)),
    st.sampled_from(sorted(NOT_AT_END)),
    st.sampled_from(WORDS),
    st.sampled_from([" ", "　", "…", "―", "\u00a0", "辻\U000e0100"]),
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)
LIMITS = st.integers(min_value=1, max_value=30)


def units_of(text):
    """Clusters with plain widths: half an em for Latin, one for the rest."""
    found = re.findall(r".[\U000e0100-\U000e01ef]?", text, re.DOTALL)
    return found, [0.5 if each.isascii() else 1.0 for each in found]


def widths_of(line):
    return sum(units_of(line)[1])


@given(TEXTS, LIMITS)
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_and_the_order_is_kept(text, limit):
    units, widths = units_of(text)

    lines = break_line(units, widths, limit)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines
    # Only at breaks are spaces dropped: within a line all of them stay.
    rest = text
    for line in lines:
        rest = rest.lstrip(" ") if not rest.startswith(line) else rest
        assert rest.startswith(line)
        rest = rest[len(line) :]
    assert rest.strip(" ") == ""


@given(TEXTS, LIMITS)
@settings(max_examples=150, deadline=None)
def test_a_line_is_no_wider_than_its_room_but_for_hanging_punctuation(text, limit):
    units, widths = units_of(text)

    for line in break_line(units, widths, limit):
        over = widths_of(line) - limit
        if over > 1e-6:
            single = len(units_of(line)[0]) == 1
            assert single or (line[-1] in HANGING and widths_of(line[:-1]) <= limit + 1e-6)


@given(TEXTS, LIMITS)
@settings(max_examples=150, deadline=None)
def test_no_line_breaks_where_none_is_allowed_if_an_allowed_place_was_there(text, limit):
    units, widths = units_of(text)
    assume(" " not in units)

    lines = break_line(units, widths, limit)

    start = 0
    for line, following in pairwise(lines):
        end = start + len(units_of(line)[0])
        allowed = [at for at in range(start + 1, end + 1) if break_allowed(units, at)]
        if not break_allowed(units, end):
            assert allowed == []  # one long word, or a run of forbidden characters
        elif allowed:
            assert following[0] not in NOT_AT_START
            assert line[-1] not in NOT_AT_END
        start = end


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=20), st.integers(10, 30))
@settings(max_examples=100, deadline=None)
def test_latin_words_that_fit_a_line_stay_whole(words, limit):
    units, widths = units_of(" ".join(words))

    lines = break_line(units, widths, limit)

    assert [word for line in lines for word in line.split(" ")] == words


@given(TEXTS, LIMITS)
@settings(max_examples=100, deadline=None)
def test_lines_are_filled_as_far_as_the_rules_allow(text, limit):
    """The next unit never fits where a break after it would be allowed."""
    units, widths = units_of(text)
    assume(" " not in units)

    lines, at = break_line(units, widths, limit), 0
    for line in lines[:-1]:
        end = at + len(units_of(line)[0])
        wide = sum(widths[at : end + 1])
        if wide <= limit and end + 1 < len(units):
            assert not break_allowed(units, end + 1)
        at = end
