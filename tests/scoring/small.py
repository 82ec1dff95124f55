"""Small rule tables for tests, built from documents as the loader reads them."""

from datetime import date

from scoring.loader import build_table

MARKS = {"i": "イ", "ro": "ロ", "ha": "ハ", "ni": "ニ"}


def label(text):
    return {"ja": text, "en": text}


def an_item(code, points, **more):
    """An item whose grades i, ro, ha… give these points, or (points, range) each."""
    grades = []
    for (grade, mark), given in zip(MARKS.items(), points, strict=False):
        known, bounds = given if isinstance(given, tuple) else (given, None)
        grades.append({"code": grade, "mark": mark, "points": known, "label": label(mark)})
        if bounds is not None:
            grades[-1]["range"] = bounds
    return {
        "code": code,
        "label": label(f"項目{code}"),
        "source": f"試験 {code}",
        "grades": grades,
        **more,
    }


def a_category(code, cap, *items):
    known = {"code": code, "label": label(f"区分{code}"), "items": list(items)}
    return known if cap is None else known | {"cap": cap}


def a_document(*categories, threshold=None, **more):
    """A document; its one example says that a house without any finding scores 0."""
    return {
        "schema": "hantei-rule-table/1",
        "id": "test.table",
        "version": "1",
        "jurisdiction": "00000",
        "structures": ["wooden"],
        "method": "full",
        "effective": {"from": date(2020, 4, 1)},
        "unknown": "interval",
        "source": {"title": "試験", "ref": "試験", "status": "unverified"},
        "label": label("試験の評点表"),
        "categories": list(categories),
        "outcomes": [
            {"code": "bad", "label": label("不良")},
            {"code": "good", "label": label("良")},
        ],
        "judgements": [
            {"code": "bad", "kind": "threshold", "otherwise": "good"} | (threshold or {"min": 10}),
        ],
        "examples": [{"answers": {}, "others": "none", "total": 0, "judgement": "good"}],
    } | more


def a_table(*categories, resolve=None, **more):
    document = a_document(*categories, **more)
    if resolve is None:
        return build_table(document, "small.toml")
    return build_table(document, "small.toml", resolve)
