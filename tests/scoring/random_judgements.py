"""Random judgements of every kind, for random tables."""

from tests.scoring.small import label

OUTCOMES = ("worst", "worse", "bad", "mild", "good")


def some_judgements(rng, items, axes, conditions, severities, *, scored, plain):
    """(judgements, outcomes) of a document whose tests read these parts."""
    where = (None, *axes)
    if plain:
        return _decided([_thresholds(rng, rng.randint(1, 3), [None])], rng, ranked=False)
    found = [
        {"item": item["code"], "grade": grade["code"]}
        for item in items
        for grade in item.get("grades", [])
    ]
    kinds = ["condition", "override"]
    kinds += ["any_of", "all_of", "count"] * bool(found) + ["threshold"] * scored
    helpers = [
        _test(rng, rng.choice(kinds), where, conditions, severities, found)
        | {"code": f"t{at}", "decides": False, "label": label(f"t{at}")}
        for at in range(rng.randint(0, 3))
    ]
    deciding = [
        _test(rng, rng.choice(kinds), where, conditions, severities, found)
        for _ in range(rng.randint(1, 3))
    ]
    if helpers:
        of = [one["code"] for one in helpers]
        deciding[0] = {"kind": rng.choice(("any_of", "all_of")), "of": of}
    ranked = scored and rng.random() < 0.3
    judgements, outcomes = _decided([deciding], rng, ranked=ranked, axis=rng.choice(where))
    return [*helpers, *judgements], outcomes


def _thresholds(rng, count, where):
    floors = sorted(rng.sample(range(1, 90), count), reverse=True)
    return [_threshold(rng, floor, where) for floor in floors]


def _threshold(rng, floor, where):
    axis = rng.choice(where)
    test = {"kind": "threshold", rng.choice(("min", "above")): floor}
    return test | ({"axis": axis} if axis else {})


def _test(rng, kind, where, conditions, severities, found):
    if kind == "threshold":
        return _threshold(rng, rng.randint(1, 60), where)
    if kind == "condition":
        return {"kind": kind, "condition": rng.choice(conditions)}
    if kind == "override":
        return {"kind": kind}
    some = rng.sample(found, min(len(found), rng.randint(1, 4)))
    test = {"kind": kind, "findings": some}
    if kind == "count":
        test |= rng.choice(({"min": 1}, {"min": 2}, {"above": 1}))
        if severities and rng.random() < 0.7:
            test["severities"] = rng.sample(severities, rng.randint(1, 2))
            if rng.random() < 0.5:
                del test["findings"]
    return test


def _decided(groups, rng, *, ranked, axis=None):
    """Give the deciding tests their outcomes; the last one says what holds otherwise."""
    tests = [test for group in groups for test in group]
    codes = list(OUTCOMES[: len(tests)])
    named = [{"code": code, **test} for code, test in zip(codes, tests, strict=True)]
    if ranked:
        bounds = sorted(rng.sample(range(1, 60), 2))
        ranks = [
            {"code": "good", "below": bounds[0]},
            {"code": "middling", "min": bounds[0], "max": bounds[1]},
            {"code": "heavy", "above": bounds[1]},
        ]
        last = {"code": "ranks", "kind": "ranks", "ranks": ranks}
        named.append(last | ({"axis": axis} if axis else {}))
        codes += ["middling", "heavy"]
    else:
        named[-1]["otherwise"] = "good"
    return named, [{"code": code, "label": label(code)} for code in (*codes, "good")]
