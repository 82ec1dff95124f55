"""`rules export`, `import`, `proposals`, `approve`, `reject`: what a clerk without Python types."""

from __future__ import annotations

import re

import pytest

from tests.scoring.workbooks import Book, a_city_book

WOODEN = "jp.substandard-dwelling.wooden"
CITY = "kitakyushu.substandard-dwelling.wooden"


@pytest.fixture
def rules(app):
    """Run `rules …`; returns the exit code and what was printed on both streams."""

    def run(*arguments):
        result = app.test_cli_runner().invoke(args=["rules", *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def city_file(tmp_path):
    path = tmp_path / "city.xlsx"
    path.write_bytes(a_city_book().data())
    return path


def proposal_in(output):
    return re.search(r"^[0-9a-f-]{36}$", output, re.MULTILINE).group()


def test_a_clerk_takes_the_national_table_changes_it_and_has_it_approved(
    rules, tmp_path, city_file
):
    exported = tmp_path / "wooden.xlsx"
    assert rules("export", WOODEN, "-o", exported)[0] == 0
    assert Book(exported.read_bytes()).read().table.id == WOODEN

    code, output = rules("import", city_file, "--as", "山田 太郎", "--note", "通学路の割増し")
    assert code == 0, output
    assert "jp.substandard-dwelling.wooden の版 2004-07-01 との違い" in output
    assert "通学路に面する場合の割増し" in output
    assert "判定が変わる家屋: 0 戸のうち 0 戸" in output
    proposal = proposal_in(output)
    assert "提案中" in rules("proposals")[1]

    code, output = rules("approve", proposal, "--as", "山田太郎")
    assert (code, "提案した人は承認できません" in output) == (1, True)
    assert rules("approve", proposal, "--as", "佐藤 花子")[0] == 0

    assert f"{CITY}@2026-10-01" in rules("list")[1]
    assert "承認済み" in rules("proposals", "--status", "approved")[1]
    assert rules("show", CITY)[0] == 0


def test_import_without_a_name_takes_the_login_and_approve_needs_one(rules, city_file):
    _, output = rules("import", city_file)
    login = re.search(r"提案者: (\S+@\S+)", output).group(1)

    code, refused = rules("approve", proposal_in(output), "--as", login)

    assert (code, "提案した人は" in refused) == (1, True)
    assert rules("approve", proposal_in(output))[0] == 2  # --as is missing


def test_a_rejected_proposal_stays_in_the_list(rules, city_file):
    proposal = proposal_in(rules("import", city_file, "--as", "山田")[1])

    assert rules("reject", proposal, "--as", "佐藤", "--comment", "根拠が足りない")[0] == 0

    assert "却下" in rules("proposals")[1]
    assert rules("approve", proposal, "--as", "佐藤")[0] == 1


def test_every_fault_of_a_file_is_told_in_a_line_with_its_cell(rules, tmp_path):
    book = a_city_book()
    book.book["評点表"]["H4"] = "10"
    book.book["評点表"]["I4"] = None
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(book.data())

    code, output = rules("import", path)

    assert code == 1
    assert "2 件の誤りがあります。取り込みませんでした" in output
    assert re.search(r"^ +評点表!H4: 数値「10」が文字として", output, re.MULTILINE)
    assert re.search(r"^ +評点表!I4: 「根拠」が空欄です", output, re.MULTILINE)
    assert rules("proposals")[1] == ""
    assert "評点表!H4" in rules("check", path)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("export", "no.such", "-o", "/tmp/never.xlsx"), "no rule table no.such"),
        (("export", f"{WOODEN}@1", "-o", "/tmp/never.xlsx"), "はありません"),
        (("export", WOODEN, "-o", "/no/such/folder/x.xlsx"), "No such file"),
        (
            ("approve", "00000000-0000-4000-8000-000000000000", "--as", "佐藤"),
            "この提案はありません",
        ),
        (("approve", "00000000-0000-4000-8000-000000000000", "--as", " "), "the name is empty"),
    ],
)
def test_a_command_that_fails_says_why_in_one_line(rules, arguments, message):
    code, output = rules(*arguments)

    assert code == 1
    assert message in output
    assert len(output.strip().splitlines()) == 1


def test_check_and_list_work_without_a_database(run_databases, tmp_path, city_file):
    from inspection import create_app
    from inspection.extensions import db
    from tests import databases

    app = create_app(databases.settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))

    result = app.test_cli_runner().invoke(args=["rules", "check", str(city_file)])

    assert result.exit_code == 0
    assert f"{CITY}@2026-10-01: fine" in result.output
    assert "only the shipped rule tables are known" in result.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_asking_whether_there_is_a_new_table_is_cheap(app):
    """The goal is 0.2 ms a transaction; the bound here leaves room for a busy machine."""
    import time

    from inspection.extensions import db
    from inspection.resources import registry

    with app.app_context():
        registry()
        taken = []
        for _ in range(200):
            db.session.commit()
            db.session.connection()
            begun = time.perf_counter()
            registry()
            taken.append(time.perf_counter() - begun)
        again = time.perf_counter()
        registry()
        again = time.perf_counter() - again

    print(f"first in a transaction {sorted(taken)[100] * 1e3:.3f} ms, again {again * 1e3:.4f} ms")
    assert sorted(taken)[100] < 0.002
    assert again < 0.001
