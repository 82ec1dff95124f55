from dataclasses import replace

from inspection.packs.front import tally
from inspection.packs.model import Decision
from tests.packs import factories, reading


def test_the_counts_of_all_tables_are_those_of_the_cases():
    snapshot, _ = factories.a_snapshot(cases=23, photos=0)
    cases = snapshot.cases

    step, bins = tally.spans(cases)

    assert sum(each.total() for each in bins) == 23
    assert sum(tally.by_outcome(cases).values()) == 23
    assert sum(each.total() for each in tally.by_ward(cases).values()) == 23
    assert sum(each.total() for each in tally.by_decision(cases).values()) == 23
    for n, counts in enumerate(bins):
        told = sum(n * step <= case.score.total < (n + 1) * step for case in cases)
        assert counts.total() == told
    assert [each.standing for each in tally.outcomes(cases)] == ["adverse", "mild", "open"]


def test_spans_stay_few_however_large_a_total_is():
    case = factories.a_case(0, photos=0)
    for total in (0, 0.5, 99, 100, 6999, 123_456):
        step, bins = tally.spans([replace(case, score=replace(case.score, total=total))])
        assert 1 <= len(bins) <= tally.MOST_SPANS
        assert bins[-1].total() == 1
        assert step > 0


def test_many_wards_are_the_largest_and_one_row_for_the_rest():
    case = factories.a_case(0, photos=0)
    cases = [replace(case, house=replace(case.house, ward_name=f"第{n % 30}区")) for n in range(45)]

    counts = tally.by_ward(cases)

    assert len(counts) == tally.MOST_WARDS
    assert sum(each.total() for each in counts.values()) == 45
    assert list(counts)[-1] == "その他"


def test_the_summary_is_one_page_and_tells_decisions_once_there_are_some(build):
    snapshot, files = factories.a_snapshot(cases=12, photos=0)
    decided = [
        replace(case, decision=Decision(("approved", "not_approved", "deferred")[n % 3]))
        for n, case in enumerate(snapshot.cases[:9])
    ]
    undecided = [replace(case, decision=None) for case in snapshot.cases]

    pages = reading.page_texts(build(replace(snapshot, cases=(*decided, *undecided[9:])), files)[0])
    before = reading.page_texts(build(replace(snapshot, cases=tuple(undecided)), files)[0])

    (page,) = [reading.squeeze(each) for each in pages if "判定別" in each]
    assert "認定不認定保留未決定計" in page
    assert "計333312" in page
    assert not any("未決定" in each for each in before)
