"""What holds for every record under the shipped tables, on generated answers."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.answers import answers_to_json, parse_answers
from scoring.errors import AnswerError
from scoring.evaluate import evaluate
from scoring.model import NONE, NOT_APPLICABLE, UNKNOWN, Answer
from tests.scoring.shipped import EXTERIOR, IDS, WOODEN, shipped

TABLES = st.sampled_from(IDS).map(shipped)


def answer_to(item, *, known=False):
    grades = st.lists(
        st.sampled_from([grade.code for grade in item.grades]), min_size=1, unique=True
    ).map(lambda codes: Answer("grades", tuple(codes)))
    words = [NONE, NOT_APPLICABLE] if known else [NONE, NOT_APPLICABLE, UNKNOWN]
    return st.sampled_from(words) | grades


@st.composite
def records(draw, *, known=False):
    table = draw(TABLES)
    return table, {item.code: draw(answer_to(item, known=known)) for item in table.items()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(), st.data())
def test_a_worse_grade_never_lowers_the_total(record, data):
    table, answers = record
    item = data.draw(st.sampled_from(list(table.items())))
    ladder = [NONE, *(Answer("grades", (grade.code,)) for grade in item.grades)]

    scores = [evaluate(table, answers | {item.code: step}) for step in ladder]

    for bound in ("total", "low", "high"):
        found = [getattr(score, bound) for score in scores]
        assert found == sorted(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_no_category_exceeds_its_cap_and_the_parts_make_the_whole(record):
    score = evaluate(*record)

    for part in score.categories:
        assert part.raw == sum(line.points for line in part.lines)
        assert part.points == min(part.raw, part.cap)
    assert score.total == sum(part.points for part in score.categories)
    assert score.cut == sum(part.raw for part in score.categories) - score.total
    assert 0 <= score.low <= score.total <= score.high <= 350


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(known=True))
def test_a_record_without_unknowns_is_determined(record):
    score = evaluate(*record)

    assert score.low == score.high == score.total
    assert score.judgement == ("substandard" if score.total >= 100 else "not_substandard")
    assert score.open_items == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(), st.randoms())
def test_the_order_of_answers_and_grades_does_not_matter(record, random):
    table, answers = record
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    turned = {
        code: Answer("grades", answer.grades[::-1]) if answer.kind == "grades" else answer
        for code, answer in shuffled
    }

    one, two = evaluate(table, answers), evaluate(table, turned)

    assert (one.total, one.low, one.high, one.open_items) == (
        two.total,
        two.low,
        two.high,
        two.open_items,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_several_grades_count_as_the_highest(record):
    table, answers = record

    points = {line.code: line.points for line in evaluate(table, answers).lines()}

    for item in table.items():
        found = [grade.points for grade in item.grades if grade.code in answers[item.code].grades]
        assert points[item.code] == max(found, default=0)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_from_outside_never_scores_more_than_the_full_table_for_the_same_observations(data):
    full, outside = shipped(WOODEN), shipped(EXTERIOR)
    answers = {item.code: data.draw(answer_to(item)) for item in full.items()}
    seen = {item.code: answers[item.code] for item in outside.items()}

    assert evaluate(outside, seen).total <= evaluate(full, answers).total
    assert evaluate(outside, seen).low <= evaluate(full, answers).low


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_answers_survive_the_way_through_json(record):
    table, answers = record

    assert parse_answers(table, answers_to_json(answers)) == answers


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["count", "value", "inputs", "Af", "Fc"]) | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    TABLES,
    st.dictionaries(st.sampled_from(["1-3", "3-1", "5-3", "2-1"]) | st.text(max_size=3), JSON),
)
def test_whatever_json_is_sent_is_scored_or_refused_by_item(table, raw):
    errors, score = attempt(table, raw)

    if score is None:
        assert errors
        assert set(errors) <= set(raw)
        assert all(errors.values())
    else:
        assert score.low <= score.total <= score.high


def attempt(table, raw):
    """The errors, or the score."""
    try:
        return {}, evaluate(table, parse_answers(table, raw))
    except AnswerError as refused:
        return refused.errors, None
