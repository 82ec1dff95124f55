"""Which table is in force, and what a folder of tables may not hold."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.digest import digest_of, read_lock, write_lock
from scoring.document import read_toml
from scoring.errors import NoTableInForceError, RuleTableError, UnknownTableError
from scoring.registry import SHIPPED, load_registry
from tests.scoring.shipped import BLOCK, CONCRETE, EXTERIOR, IDS, VERSION, WOODEN, registry

TODAY = date(2026, 11, 24)
SOUND = (Path(__file__).parent / "broken" / "sound.toml").read_text(encoding="utf-8")


def a_folder(tmp_path, **texts):
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("structure", "method", "id"),
    [
        ("wooden", "full", WOODEN),
        ("light_steel", "full", WOODEN),
        ("steel", "full", WOODEN),
        ("other", "full", WOODEN),
        ("reinforced_concrete", "full", CONCRETE),
        ("concrete_block", "full", BLOCK),
        ("wooden", "exterior", EXTERIOR),
        ("other", "exterior", EXTERIOR),
    ],
)
def test_the_table_in_force_follows_structure_and_method(structure, method, id):
    assert registry().in_force(structure=structure, method=method, on=TODAY).id == id


@pytest.mark.parametrize(
    ("structure", "method", "on"),
    [
        ("reinforced_concrete", "exterior", TODAY),
        ("wooden", "full", date(2004, 6, 30)),
        ("straw", "full", TODAY),
    ],
)
def test_no_table_in_force_is_an_error_that_says_what_was_asked(structure, method, on):
    with pytest.raises(NoTableInForceError) as refused:
        registry().in_force(structure=structure, method=method, on=on)

    for asked in (structure, method, on.isoformat()):
        assert asked in str(refused.value)


def test_another_jurisdiction_is_not_given_the_national_table():
    with pytest.raises(NoTableInForceError, match="40100"):
        registry().in_force(structure="wooden", method="full", on=TODAY, jurisdiction="40100")


def test_a_table_is_in_force_from_its_first_day():
    assert registry().current(WOODEN, date(2004, 7, 1)).version == VERSION
    with pytest.raises(NoTableInForceError, match="2004-06-30"):
        registry().current(WOODEN, date(2004, 6, 30))


def test_unknown_ids_versions_and_digests_are_errors():
    with pytest.raises(UnknownTableError, match=r"評点表 no\.such@1 はありません"):
        registry().get("no.such", "1")
    with pytest.raises(UnknownTableError, match=r"評点表 no\.such はありません"):
        registry().current("no.such", TODAY)
    with pytest.raises(UnknownTableError, match="abc"):
        registry().by_sha256("abc")


def test_tables_are_listed_by_structure_method_and_day():
    ids = [table.id for table in registry().tables(structure="wooden", on=TODAY)]

    assert ids == [WOODEN, EXTERIOR]
    assert [table.id for table in registry().tables(method="exterior")] == [EXTERIOR]
    assert registry().tables(on=date(1999, 1, 1)) == []
    assert {table.id for table in registry().tables()} == set(IDS)


def test_a_table_is_found_by_its_digest():
    table = registry().get(WOODEN, VERSION)

    assert registry().by_sha256(table.sha256) is table


def test_every_shipped_table_is_locked_as_published():
    assert set(read_lock(SHIPPED)) == {(id, VERSION) for id in IDS}


def test_a_published_table_that_changed_is_refused(tmp_path):
    folder = a_folder(tmp_path, one=SOUND)
    digest = digest_of(read_toml(folder / "one.toml"))
    write_lock(folder, {("test.broken", "1"): digest})
    assert load_registry(folder).get("test.broken", "1").sha256 == digest

    a_folder(folder, one=SOUND.replace("points = 10", "points = 15"))

    with pytest.raises(RuleTableError, match=r"one\.toml: test\.broken@1: 公布済みの評点表が変更"):
        load_registry(folder)


def test_comments_and_layout_do_not_change_the_digest(tmp_path):
    folder = a_folder(
        tmp_path, one=SOUND, two="# 注\n" + SOUND.replace("cap = 50", "cap   = 50.0  # 注")
    )

    assert digest_of(read_toml(folder / "one.toml")) == digest_of(read_toml(folder / "two.toml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("points = 10", "points = 11"), ('ja = "重い"', 'ja = "軽い"'), ("2020-04-01", "2020-04-02")],
)
def test_any_other_change_does(tmp_path, old, new):
    folder = a_folder(tmp_path, one=SOUND, two=SOUND.replace(old, new))

    assert digest_of(read_toml(folder / "one.toml")) != digest_of(read_toml(folder / "two.toml"))


def test_a_published_table_that_is_missing_is_refused(tmp_path):
    write_lock(tmp_path, {("test.broken", "1"): "0" * 64})

    with pytest.raises(RuleTableError, match="公布済みの評点表がありません"):
        load_registry(tmp_path)


def test_a_lock_line_of_another_form_is_refused(tmp_path):
    (tmp_path / "published.lock").write_text("abc test@1\n", encoding="utf-8")

    with pytest.raises(RuleTableError, match=r"published\.lock: 1行: 「abc test@1」"):
        load_registry(tmp_path)


def test_two_tables_in_force_for_the_same_houses_are_refused(tmp_path):
    other = SOUND.replace("test.broken", "test.other").replace("2020-04-01", "2025-04-01")

    with pytest.raises(RuleTableError, match=r"適用期間が test\.broken@1 と重なります"):
        load_registry(a_folder(tmp_path, one=SOUND, two=other))


def test_a_later_version_ends_the_open_effect_of_the_earlier_one(tmp_path):
    later = SOUND.replace('version = "1"', 'version = "2"').replace("2020-04-01", "2025-04-01")

    tables = load_registry(a_folder(tmp_path, one=SOUND, two=later))

    first = tables.get("test.broken", "1")
    assert first.effective.end is None
    assert tables.period(first).end == date(2025, 4, 1)
    assert tables.current("test.broken", date(2025, 3, 31)).version == "1"
    assert tables.current("test.broken", date(2025, 4, 1)).version == "2"
    assert [table.version for table in tables.tables(on=date(2030, 1, 1))] == ["2"]


def test_two_versions_that_begin_on_the_same_day_are_refused(tmp_path):
    again = SOUND.replace('version = "1"', 'version = "2"')

    with pytest.raises(RuleTableError, match=r"適用開始日が版 . と同じです"):
        load_registry(a_folder(tmp_path, one=SOUND, two=again))


def test_an_earlier_version_does_not_come_back_when_the_later_one_ends(tmp_path):
    later = SOUND.replace('version = "1"', 'version = "2"')
    later = later.replace("{ from = 2020-04-01 }", "{ from = 2025-04-01, to = 2026-04-01 }")

    tables = load_registry(a_folder(tmp_path, one=SOUND, two=later))

    with pytest.raises(NoTableInForceError):
        tables.current("test.broken", date(2026, 4, 1))


def test_documents_join_the_tables_of_a_registry(tmp_path):
    tables = load_registry(a_folder(tmp_path, one=SOUND))
    later = tomllib.loads(
        SOUND.replace('version = "1"', 'version = "2"').replace("2020-04-01", "2025-04-01"),
        parse_float=Decimal,
    )

    joined = tables.joined([("proposal", later)])

    assert joined.current("test.broken", date(2025, 4, 1)).version == "2"
    assert tables.current("test.broken", date(2025, 4, 1)).version == "1"


def test_one_version_may_follow_the_other(tmp_path):
    first = SOUND.replace("{ from = 2020-04-01 }", "{ from = 2020-04-01, to = 2025-04-01 }")
    later = SOUND.replace('version = "1"', 'version = "2"').replace("2020-04-01", "2025-04-01")

    tables = load_registry(a_folder(tmp_path, one=first, two=later))

    assert tables.current("test.broken", date(2025, 3, 31)).version == "1"
    assert tables.current("test.broken", date(2025, 4, 1)).version == "2"


def test_the_same_id_and_version_twice_is_refused(tmp_path):
    with pytest.raises(RuleTableError, match=r"test\.broken@1 は one\.toml にもあります"):
        load_registry(a_folder(tmp_path, one=SOUND, two=SOUND))


BORROW = """
[[categories.items.replacements]]
when = "school_route"
table = "{id}"
version = "1"
sha256 = "{sha256}"
item = "{item}"

[[modifiers]]"""


def borrowing(id, sha256, item="1-1"):
    return SOUND.replace("\n[[modifiers]]", BORROW.format(id=id, sha256=sha256, item=item), 1)


def other_table():
    """The sound table under another id, for a method that does not overlap."""
    return SOUND.replace("test.broken", "test.other").replace('"full"', '"exterior"')


def test_a_borrowed_item_is_pinned_by_the_digest_of_its_table(tmp_path):
    folder = a_folder(tmp_path, other=other_table(), one=borrowing("test.other", "0" * 64))

    with pytest.raises(
        RuleTableError, match=r"\.sha256: 「0{64}」 → test\.other@1 は [0-9a-f]{64}"
    ):
        load_registry(folder)


def test_a_borrowed_item_has_to_exist(tmp_path):
    digest = digest_of(read_toml(a_folder(tmp_path, other=other_table()) / "other.toml"))

    with pytest.raises(
        RuleTableError, match=r"項目「9-9」は test\.other@1 にありません → 1-1、1-2"
    ):
        load_registry(a_folder(tmp_path, one=borrowing("test.other", digest, "9-9")))


def test_tables_that_borrow_from_each_other_are_refused(tmp_path):
    with pytest.raises(
        RuleTableError, match=r"互いに参照しています\(test\.broken@1 → test\.broken@1"
    ):
        load_registry(a_folder(tmp_path, one=borrowing("test.broken", "0" * 64)))
