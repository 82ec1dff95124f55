"""The arrows between the rooms, read from the imports; and sizes that tell when a room is full."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("inspection", "scoring", "uploads")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
DATABASE = ("sqlalchemy", "flask_sqlalchemy", "geoalchemy2", "pysqlite3", "psycopg",
            "inspection.models", "inspection.extensions", "inspection.database",
            "inspection.queries", "inspection.services")  # fmt: skip
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 50


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it; `from a import b` counts as a.b too."""
    found: set[str] = set()
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def breaches(folder: str, *forbidden: str, but: tuple[str, ...] = ()) -> list[str]:
    """`module imports x` for each import below a folder that an arrow forbids."""
    modules = [path for path in MODULES if path.is_relative_to(ROOT / folder)]
    assert modules, f"{folder} is empty"
    return [
        f"{name_of(path)} imports {imported}"
        for path in modules
        if name_of(path) not in but
        for imported in sorted(imports_of(path))
        if any(imported == each or imported.startswith(f"{each}.") for each in forbidden)
    ]


def test_imports_are_found_in_every_form(tmp_path):
    room = ROOT / "inspection" / "api" / "packs.py"

    assert {"inspection.services.meetings", "flask", "flask.Response"} <= imports_of(room)


@pytest.mark.parametrize(("room", "other"), [("scoring", "uploads"), ("uploads", "scoring")])
def test_scoring_and_uploads_know_neither_each_other_nor_the_application(room, other):
    assert breaches(room, other, "inspection", "flask", "werkzeug", *DATABASE[:5]) == []


def test_scoring_reads_neither_clock_nor_environment():
    assert breaches("scoring", "os", "time", "random", "socket", "urllib", "requests") == []


def test_drawing_takes_plain_data():
    assert (
        breaches("inspection/packs", *DATABASE, "flask", but=("inspection.packs.snapshot",)) == []
    )


def test_formats_take_plain_data():
    if not (ROOT / "inspection" / "gis" / "formats").is_dir():
        pytest.skip("no formats yet")
    assert breaches("inspection/gis/formats", *DATABASE, "flask") == []


@pytest.mark.parametrize("door", ["api", "gis", "web", "cli"])
def test_the_doors_do_not_reach_into_each_other(door):
    others = {"api", "gis", "web", "cli"} - {door}
    shared = (
        "inspection.api.schemas",
        "inspection.api.files",
        "inspection.gis.exporting",
        "inspection.gis.formats",
        "inspection.gis.open_data",
        "inspection.gis.qgis",
        "inspection.gis.questions",
        "inspection.gis.stored_texts",
    )

    found = breaches(f"inspection/{door}", *(f"inspection.{other}" for other in others))

    assert [line for line in found if not line.split(" imports ")[1].startswith(shared)] == []


def test_services_and_models_do_not_know_the_doors():
    doors = tuple(f"inspection.{door}" for door in ("api", "gis", "web", "cli"))

    for room in ("inspection/services", "inspection/models", "inspection/packs"):
        assert breaches(room, *doors) == []


def test_services_know_nothing_of_http():
    assert breaches("inspection/services", "flask.request", "flask.Response", "werkzeug") == []
    assert breaches("inspection/services", "flask_smorest", "marshmallow", "webargs") == []


def test_models_do_no_io_and_know_no_service():
    assert breaches("inspection/models", "inspection.services", "inspection.queries", "flask") == []


def test_there_is_one_migration_head():
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_modules_have_at_most_300_lines():
    long = {
        name_of(p): n for p in MODULES if (n := len(p.read_text().splitlines())) > MAX_MODULE_LINES
    }

    assert long == {}


def test_functions_have_at_most_50_lines():
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long[f"{name_of(path)}.{node.name}"] = lines

    assert long == {}


def test_committed_files_name_no_path_of_a_developers_machine():
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout
    words = ("/work/" + "shared", "/work/" + "main", "/work/" + ".library")
    found = [
        f"{name.decode()}: {word}"
        for name in listed.split(b"\0")
        if name and (path := ROOT / name.decode()).is_file()
        for word in words
        if word.encode() in path.read_bytes()
    ]

    assert found == []
