"""The shared vectors catch faults: each of these changes to the tablet's scorer must be seen."""

import pytest

from tests.scoring.random_tables import a_random_table
from tests.scoring.shipped import BLOCK, CONCRETE, shipped
from tests.scoring.tablet import copy_scorer, failure, run
from tests.scoring.vectors import vectors

FAULTS = {
    "no cap": ("worlds.js", "Math.min(raw, category.cap)", "raw"),
    "the lowest of several grades": ("findings.js", ": found.slice(-1)", ": found.slice(0, 1)"),
    "a closed lower end is open": ("range.js", "range.lowOpen && side === 0", "side === 0"),
    "an open upper end is closed": ("range.js", "range.highOpen && side === 0", "false"),
    "high is low": (
        "interval.js",
        "high: utmost(table, worlds, -1, -1, axis)",
        "high: utmost(table, worlds, 0, -1, axis)",
    ),
    "every unknown item is open": (
        "interval.js",
        "findings[at].unknown && this.#changes(category, place, at, elsewhere)",
        "findings[at].unknown",
    ),
    "an item is tried only with the others at nothing": (
        "interval.js",
        "for (const raw of others)",
        "for (const raw of others.slice(0, 1))",
    ),
    "the borrowed item is not used": (
        "worlds.js",
        "replacement?.item ?? item",
        "item",
    ),
    "the last replacement that holds": (
        "worlds.js",
        "item.replacements.find(",
        "item.replacements.findLast(",
    ),
    "values are shown with three places": ("findings.js", "SHOWN = 10000n", "SHOWN = 1000n"),
    "division by zero is division by one": ("formula.js", "right.n === 0n", "right.n === 1n"),
    "minus binds like times": ("formula.js", '"-": 1', '"-": 2'),
    "exponents of small numbers are lost": (
        "exact.js",
        "part.length - Number(exponent)",
        "part.length",
    ),
    "numbers as fine as one likes": ("answers.js", "places > FINEST", "false"),
    "an unknown condition is false": ("worlds.js", "[false, true]", "[false]"),
    "the other truth of a condition counts": ("score.js", "sign * order < 0", "sign * order > 0"),
    "open conditions by the opposite": (
        "interval.js",
        "off.outcome(a) !== on.outcome(b)",
        "off.outcome(a) === on.outcome(b)",
    ),
    "a grade stands for itself in both worlds whatever it is called": (
        "interval.js",
        "if (!(one.unknown && two.unknown))",
        "if (true)",
    ),
    "steps are added, never multiplied": (
        "worlds.js",
        'step.operation === "multiply"',
        "false",
    ),
    "the declared default is overlooked": ("score.js", "get(code) : usual", "get(code) : false"),
    "unknown is nothing under every policy": (
        "score.js",
        'table.unknown === "worst" ? -1 : 0',
        "0",
    ),
    "points are compared as doubles of halves": (
        "judgement.js",
        "contains(test.bounds, state.scores.get(test.axis))",
        "contains(test.bounds, { n: state.scores.get(test.axis).n / state.scores.get(test.axis).d, d: 1n })",
    ),
    "units without limit": ("findings.js", "Math.min(count, perUnit.most)", "count"),
    "unless means when": (
        "worlds.js",
        "!(part.unless !== null && truths.get(part.unless))",
        "(part.unless === null || truths.get(part.unless))",
    ),
    "any of means all of": ("judgement.js", 'test.kind === "any_of"', 'test.kind === "all_of"'),
    "a heavier grade is not the one looked for": (
        "judgement.js",
        "codes.indexOf(grade.code) >= codes.indexOf(wanted)",
        "grade.code === wanted",
    ),
    "an axis counts all categories": ("worlds.js", "if (category.axis !== axis) return;", ""),
    "counts stop one early": (
        "judgement.js",
        "this.#digit(kept, at) - need",
        "this.#digit(kept, at) - need + 1",
    ),
    "severities are not counted": ("judgement.js", "grade.severity !== null", "false"),
    "grades that add give the gravest": (
        "findings.js",
        'summed(item.mode === "sum" ? found : found.slice(-1))',
        "summed(found.slice(-1))",
    ),
    "a decision of a person is overlooked": (
        "judgement.js",
        "test.code === override",
        "false",
    ),
    "cut says what is left": ("reply.js", "part.raw - part.points", "part.points"),
    "labels are always Japanese": ("reply.js", 'lang === "en"', 'lang === "de"'),
}


def sample_tables():
    """Shipped and random tables; every policy for unknown items is among them."""
    yield from (shipped(CONCRETE), shipped(BLOCK))
    drawn = [a_random_table(f"fault {n}", plain=n < 8) for n in range(30)]
    for policy in ("interval", "zero", "worst"):
        yield from [table for table in drawn if table.unknown == policy][:6]


@pytest.fixture(scope="module")
def samples():
    return [(table, list(vectors(table, 120, "faults"))) for table in sample_tables()]


def first_failure(scorer, samples, folder):
    """What the first failing table says, or what Node says when the module cannot even start."""
    for table, rows in samples:
        try:
            found = failure(rows, run(scorer, table, rows, folder))
        except RuntimeError as crash:
            return str(crash)
        if found:
            return found
    return None


def test_the_unchanged_module_has_no_fault(samples, tmp_path):
    assert first_failure(copy_scorer(tmp_path), samples, tmp_path) is None


@pytest.mark.parametrize("name", FAULTS)
def test_the_vectors_catch(name, samples, tmp_path):
    file, right, wrong = FAULTS[name]
    scorer = copy_scorer(tmp_path)
    module = tmp_path / "scorer" / file
    text = module.read_text(encoding="utf-8")
    assert text.count(right) == 1, f"{right!r} is not exactly once in {file}"
    module.write_text(text.replace(right, wrong), encoding="utf-8")

    found = first_failure(scorer, samples, tmp_path)

    assert found is not None
    assert "vectors differ" in found, "the module must run, or the fault proves nothing"
