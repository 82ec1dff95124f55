"""General rule engines on the same table and records; runs in the peers' own environment.

Called as `python scoring_peers.py TABLE.json RECORDS.json`: prints one JSON object, engine ->
{"us": microseconds a record, "totals": [...]}. It imports nothing of Hantei's.
"""

import json
import sys
import time
from pathlib import Path

ROUNDS = 5


def name_of(code):
    """An item's code as a variable."""
    return "a_" + code.replace("-", "_")


def best(work, records):
    """The fastest of some rounds over all records, in microseconds a record, and the totals."""
    totals = [work(record) for record in records]
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for record in records:
            work(record)
        fastest = min(fastest, time.perf_counter() - start)
    return {"us": fastest / len(records) * 1e6, "totals": totals}


def zen(table, *, trace):
    """A JDM graph: one expression an item, a category and the judgement; the trace lists each."""
    import zen

    expressions = []

    def add(key, value):
        expressions.append({"id": key, "key": key, "value": value})

    for category in table["categories"]:
        for item in category["items"]:
            steps = "".join(
                f"{name_of(item['code'])} == '{grade['code']}' ? {grade['points']} : "
                for grade in reversed(item["grades"])
            )
            add("p" + name_of(item["code"])[1:], steps + "0")
        total = " + ".join("$.p" + name_of(item["code"])[1:] for item in category["items"])
        add(f"c_{category['code']}", f"min([{total}, {category['cap']}])")
    add("total", " + ".join(f"$.c_{category['code']}" for category in table["categories"]))
    add("judgement", "$.total >= 100 ? 'substandard' : 'not_substandard'")
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {
            "id": "score",
            "name": "score",
            "type": "expressionNode",
            "position": {"x": 0, "y": 0},
            "content": {"expressions": expressions},
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "e1", "sourceId": "in", "targetId": "score", "type": "edge"},
        {"id": "e2", "sourceId": "score", "targetId": "out", "type": "edge"},
    ]
    graph = json.dumps(
        {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    )
    decision = zen.ZenEngine().create_decision(graph)
    options = {"trace": trace}

    def score(record):
        return decision.evaluate(record, options)["result"]["total"]

    return score


def json_logic(table):
    """One nested expression, without any trace; it has none to give."""
    from json_logic import jsonLogic

    parts = []
    for category in table["categories"]:
        points = []
        for item in category["items"]:
            branches = []
            for grade in reversed(item["grades"]):
                same = {"==": [{"var": name_of(item["code"])}, grade["code"]]}
                branches += [same, grade["points"]]
            points.append({"if": [*branches, 0]})
        parts.append({"min": [{"+": points}, category["cap"]]})
    total = {"+": parts}
    return lambda record: jsonLogic(total, record)


def rule_engine(table):
    """One rule an item as an arithmetic expression; caps in Python, for it knows no minimum."""
    import rule_engine as engine

    categories = []
    for category in table["categories"]:
        points = []
        for item in category["items"]:
            steps = "".join(
                f"({name_of(item['code'])} == '{grade['code']}' ? {grade['points']} : "
                for grade in reversed(item["grades"])
            )
            points.append(steps + "0" + ")" * len(item["grades"]))
        rule = engine.Rule(" + ".join(points))
        categories.append((rule, category["cap"]))
    return lambda record: sum(min(int(rule.evaluate(record)), cap) for rule, cap in categories)


def main(table_file, records_file):
    table = json.loads(Path(table_file).read_text())
    records = [
        {name_of(code): grade for code, grade in record.items()}
        for record in json.loads(Path(records_file).read_text())
    ]
    engines = {
        "zen-engine, with trace": zen(table, trace=True),
        "zen-engine, without trace": zen(table, trace=False),
        "json-logic-qubit, without trace": json_logic(table),
        "rule-engine, without trace": rule_engine(table),
    }
    print(json.dumps({name: best(work, records) for name, work in engines.items()}))


main(*sys.argv[1:])
