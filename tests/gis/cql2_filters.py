"""Random CQL2 filters for a collection, as trees and written as text."""

from __future__ import annotations

import json

ODD_TEXTS = (
    "", "A", "a", "Ａ", "ａ", "é", "É", "ß", "SS", "Σ", "ς", "i", "İ", "日本", "100%", "a_b",
    "a\\b", "it's", "*", "?", "[x]", "[a-c]", "b", "城内", "a%", "abc", "ABC",
)  # fmt: skip
DAYS = ("2026-04-30", "2026-05-01", "2026-05-02", "2026-05-05")
TIMES = (
    "2026-05-01T00:00:00+09:00", "2026-04-30T15:00:00+00:00", "2026-05-01T03:00:00+00:00",
    "2026-05-02T00:00:00.5+09:00", "2026-05-04T15:00:00+00:00",
)  # fmt: skip
SHAPES = (
    {"type": "Point", "coordinates": [130.25, 33.25]},
    {"type": "MultiPoint", "coordinates": [[130.25, 33.25], [130.5, 33.5], [131.0, 33.0]]},
    {"type": "LineString", "coordinates": [[130.0, 33.0], [131.0, 34.0]]},
    {"type": "LineString", "coordinates": [[130.25, 33.0], [130.25, 34.0], [130.75, 34.0]]},
    {"type": "MultiLineString", "coordinates": [[[130, 33], [131, 33]], [[130, 34], [131, 34]]]},
    {"type": "Polygon", "coordinates": [
        [[130.25, 33.25], [130.75, 33.25], [130.75, 33.75], [130.25, 33.75], [130.25, 33.25]]]},
    {"type": "Polygon", "coordinates": [
        [[130, 33], [131, 33], [131, 34], [130, 34], [130, 33]],
        [[130.25, 33.25], [130.75, 33.25], [130.5, 33.75], [130.25, 33.25]]]},
    {"type": "MultiPolygon", "coordinates": [
        [[[130, 33], [130.5, 33], [130.25, 33.5], [130, 33]]],
        [[[130.5, 33.5], [131, 33.5], [131, 34], [130.5, 33.5]]]]},
    {"bbox": [130.25, 33.0, 130.75, 33.5]},
    {"bbox": [130.1, 33.1, 130.9, 33.9]},
)  # fmt: skip
SPATIAL = (
    "contains",
    "crosses",
    "disjoint",
    "equals",
    "intersects",
    "overlaps",
    "touches",
    "within",
)
TEMPORAL = (
    "after", "before", "contains", "disjoint", "during", "equals", "finishedBy", "finishes",
    "intersects", "meets", "metBy", "overlappedBy", "overlaps", "startedBy", "starts",
)  # fmt: skip
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


class Filters:
    """Makes filters from a source of chance; values: those of the rows, by property."""

    def __init__(self, chance, collection, rows):
        self.chance = chance
        self.kinds = {}
        for item in collection.queryables:
            kind = "number" if item.kind == "integer" else item.kind
            self.kinds.setdefault(kind, []).append(item.name)
        self.values = {
            name: [row[name] for row in rows if row[name] is not None] or [None]
            for names in self.kinds.values()
            for name in names
        }

    def tree(self, depth=3):
        """One condition, nested at most so deep."""
        choice = self.chance.random()
        if depth and choice < 0.2:
            return {"op": "not", "args": [self.tree(depth - 1)]}
        if depth and choice < 0.5:
            parts = [self.tree(depth - 1) for _ in range(self.chance.choice((2, 2, 3)))]
            return {"op": self.chance.choice(("and", "or")), "args": parts}
        makers = (self._comparison, self._comparison, self._like, self._between, self._in,
                  self._null, self._spatial, self._spatial, self._temporal)  # fmt: skip
        return self.chance.choice(makers)()

    def _named(self, *kinds):
        kind = self.chance.choice([kind for kind in kinds if kind in self.kinds])
        return kind, self.chance.choice(self.kinds[kind])

    def _literal(self, kind, name):
        pick = self.chance.choice
        if kind == "text":
            return pick((pick(self.values[name]), pick(ODD_TEXTS)))
        if kind == "number":
            known = pick(self.values[name]) or 0
            return pick((known, known, int(known), known + 0.5, -known, 0, 10**18, 1e-5))
        if kind == "uuid":
            return pick((str(pick(self.values[name])), "6f9619ff-8b86-d011-b42d-00cf4fc964ff"))
        return pick(({"date": pick(DAYS)}, {"timestamp": pick(TIMES)}))

    def _comparison(self):
        kind, name = self._named("text", "number", "instant", "uuid")
        op = self.chance.choice(COMPARISONS[:2] if kind == "uuid" else COMPARISONS)
        left = {"property": name}
        right = self._literal(kind, name)
        if self.chance.random() < 0.2:
            right = {"property": self.chance.choice(self.kinds[kind])}
        if kind == "text" and self.chance.random() < 0.4:
            left, right = ({"op": "casei", "args": [each]} for each in (left, right))
        return {"op": op, "args": [left, right] if self.chance.random() < 0.8 else [right, left]}

    def _like(self):
        _, name = self._named("text")
        text = self._literal("text", name).replace("\\", "\\\\")
        pattern = self.chance.choice((
            text, f"{text[:2]}%", f"%{text[-1:]}", f"%{text[1:2]}%", f"_{text[1:]}",
            text.replace("%", "\\%").replace("_", "\\_"), "\\%%", "%\\_%", "__", "%", "[%", "*", "?%",
        ))  # fmt: skip
        if pattern.replace("\\\\", "").endswith("\\"):
            pattern += "%"
        value = {"property": name}
        if self.chance.random() < 0.4:
            value, pattern = ({"op": "casei", "args": [each]} for each in (value, pattern))
        return {"op": "like", "args": [value, pattern]}

    def _between(self):
        kind, name = self._named("text", "number", "instant")
        ends = [self._literal(kind, name) for _ in range(2)]
        return {"op": "between", "args": [{"property": name}, *ends]}

    def _in(self):
        kind, name = self._named("text", "number", "instant", "uuid")
        values = [self._literal(kind, name) for _ in range(self.chance.randint(1, 4))]
        return {"op": "in", "args": [{"property": name}, values]}

    def _null(self):
        names = [*self.values, "geometry", "geometry"]
        return {"op": "isNull", "args": [{"property": self.chance.choice(names)}]}

    def _spatial(self):
        args = [{"property": "geometry"}, self.chance.choice(SHAPES)]
        if self.chance.random() < 0.2:
            args.reverse()
        return {"op": f"s_{self.chance.choice(SPATIAL)}", "args": args}

    def _temporal(self):
        pick = self.chance.choice
        times = self.kinds["instant"]
        ends = sorted((pick(DAYS), pick(DAYS)))
        if self.chance.random() < 0.4:
            ends[pick((0, 1))] = ".."
        operands = [
            {"property": pick(times)}, {"property": pick(times)}, self._literal("instant", ""),
            {"interval": ends}, {"interval": ends}, {"interval": [{"property": pick(times)}, ".."]},
            {"interval": [{"property": pick(times)}, {"property": pick(times)}]},
        ]  # fmt: skip
        args = [pick(operands[:2]), pick(operands)]
        if self.chance.random() < 0.3:
            args.reverse()
        return {"op": f"t_{pick(TEMPORAL)}", "args": args}


def text_of(node) -> str:
    """A tree as CQL2 text, with no more parentheses than may be needed."""
    if isinstance(node, bool | int | float):
        return repr(node) if not isinstance(node, bool) else str(node).upper()
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if isinstance(node, list):
        return f"({', '.join(map(text_of, node))})"
    if "property" in node:
        return node["property"]
    if "interval" in node:
        return f"INTERVAL{text_of(node['interval'])}"
    if "date" in node or "timestamp" in node:
        ((word, text),) = node.items()
        return f"{word.upper()}('{text}')"
    if "bbox" in node:
        return f"BBOX{text_of(node['bbox'])}"
    if "type" in node:
        return node["type"].upper() + _positions(node["coordinates"], node["type"] == "Point")
    return _operation(node["op"], [text_of(arg) for arg in node["args"]], node)


def _positions(value, single=False) -> str:
    if not isinstance(value[0], list):
        text = " ".join(map(json.dumps, value))
        return f"({text})" if single else text
    return f"({', '.join(map(_positions, value))})"


def _operation(op, args, node) -> str:
    if op in ("and", "or"):
        return f" {op.upper()} ".join(f"({arg})" for arg in args)
    if op == "not":
        return f"NOT ({args[0]})"
    if op in ("like", "in"):
        return f"{args[0]} {op.upper()} {args[1]}"
    if op == "between":
        return f"{args[0]} BETWEEN {args[1]} AND {args[2]}"
    if op == "isNull":
        return f"{args[0]} IS NULL"
    if op in COMPARISONS:
        return f"{args[0]} {op} {args[1]}"
    return f"{op.upper()}({', '.join(args)})"
