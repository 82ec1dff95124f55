import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from inspection.packs.linebreak import (
    HANGING,
    NOT_AT_END,
    NOT_AT_START,
    break_allowed,
    break_line,
)
from inspection.packs.text import clean, clusters

ALPHABET = "空家の判定をアーっゃ、。，」』）（「『【…―ABCabc019-./ %㎡辻\U000e0100"
texts = st.text(alphabet=ALPHABET, max_size=80)


def _break(text, limit):
    units = clusters(text)
    return break_line(units, [1.0] * len(units), limit)


@given(text=texts, limit=st.integers(1, 20))
@example(text="「" * 5 + "、" * 5, limit=2)
def test_nothing_is_lost_but_spaces_at_breaks(text, limit):
    lines = _break(text, limit)

    assert "".join(lines).replace(" ", "") == "".join(clusters(text)).replace(" ", "")


@given(text=texts, limit=st.integers(1, 20))
def test_no_line_is_wider_than_allowed_but_for_one_hanging_mark(text, limit):
    for line in _break(text, limit):
        units = clusters(line)
        assert len(units) <= limit or (len(units) == limit + 1 and units[-1] in HANGING)


@given(text=texts, limit=st.integers(4, 20))
def test_a_line_breaks_where_it_must_not_only_when_it_has_no_other_place(text, limit):
    lines = [clusters(line) for line in _break(text, limit)]
    for line, following in itertools.pairwise(lines):
        if not line or not following:
            continue
        if following[0][0] in NOT_AT_START or line[-1][0] in NOT_AT_END:
            assert not any(break_allowed(line, at) for at in range(1, len(line)))


def test_punctuation_hangs_and_brackets_move_on():
    assert _break("老朽した家屋。屋根", 6) == ["老朽した家屋。", "屋根"]
    assert _break("老朽した家「屋根」", 6) == ["老朽した家", "「屋根」"]
    assert _break("老朽した家屋」の屋根", 6) == ["老朽した家", "屋」の屋根"]


def test_a_small_kana_never_begins_a_line():
    assert _break("あいうえきゃく", 5) == ["あいうえ", "きゃく"]


def test_latin_words_and_figures_stay_whole():
    assert _break("面積は123.45です", 7) == ["面積は", "123.45で", "す"]
    assert _break("重機panelの搬入", 6) == ["重機", "panelの", "搬入"]


def test_a_unit_stays_with_its_figure_and_whole():
    assert _break("面積Af\u00a084\u00a0mm²", 10) == ["面積", "Af\u00a084\u00a0mm²"]


def test_a_word_longer_than_the_line_is_broken_and_kept():
    assert _break("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_an_empty_text_is_one_empty_line():
    assert _break("", 5) == [""]


def test_decomposed_kana_are_composed_and_controls_dropped_but_names_kept():
    assert clean("か\u3099\u0007き\u200b") == "がき"
    assert clean("神\ufa19﨑") == "神\ufa19﨑"
    assert clusters("辻\U000e0100村") == ["辻\U000e0100", "村"]
