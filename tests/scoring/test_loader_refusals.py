"""Every mistake that the loader refuses: one file in broken/ each.

The first line of a file is its whole message, but for the name of the file before it.
"""

from pathlib import Path

import pytest

from scoring.errors import RuleTableError
from scoring.loader import load_table
from scoring.registry import load_registry
from tests.scoring.shipped import registry

BROKEN = Path(__file__).parent / "broken"
FILES = sorted(path for path in BROKEN.glob("*.toml") if not path.stem.startswith("sound"))


def load(path):
    return load_table(path, registry().get)


def test_the_sound_table_loads():
    table = load(BROKEN / "sound.toml")

    assert (table.id, len(table.examples), table.warnings) == ("test.broken", 1, ())


def test_the_other_sound_tables_load():
    assert load(BROKEN / "sound-judging.toml").warnings == ()
    assert load(BROKEN / "sound-extending.toml").warnings == (
        "評定区分 4: 最高評点 30 は項目の合計の最大 20 を切りません",
        "評定区分 6: 最高評点 30 は項目の合計の最大 30 を切りません",
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_table_is_refused_with_its_message(path):
    message = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    with pytest.raises(RuleTableError) as refused:
        load(path)

    assert str(refused.value) == f"{path.name}: {message}"


def test_a_table_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "sjis.toml"
    path.write_bytes('label = "屋根"'.encode("shift_jis"))

    with pytest.raises(RuleTableError, match="UTF-8 の文字ではありません"):
        load_table(path)


def test_an_error_says_file_place_found_and_allowed():
    with pytest.raises(RuleTableError) as refused:
        load_table(BROKEN / "method.toml")

    error = refused.value
    assert (error.file, error.place) == ("method.toml", "method")
    assert (error.found, error.allowed) == ("「inside」", "full、exterior")


def test_a_cap_that_can_never_cut_is_a_warning(tmp_path):
    path = tmp_path / "generous.toml"
    text = (BROKEN / "sound.toml").read_text(encoding="utf-8").replace("cap = 50", "cap = 70")
    path.write_text(text.replace("total = 75", "total = 105"), encoding="utf-8")

    assert load_table(path).warnings == (
        "評定区分 1: 最高評点 70 は項目の合計の最大 70 を切りません",
    )


def test_tables_that_extend_each_other_are_refused(tmp_path):
    text = (BROKEN / "sound-extending.toml").read_text(encoding="utf-8")
    for name, other in (("a", "b"), ("b", "a")):
        document = text.replace("test.extending", f"test.{name}")
        document = document.replace("jp.substandard-dwelling.wooden", f"test.{other}")
        document = document.replace('version = "2004-07-01"', 'version = "1"')
        (tmp_path / f"{name}.toml").write_text(document, encoding="utf-8")

    with pytest.raises(RuleTableError) as refused:
        load_registry(tmp_path)

    assert str(refused.value) == (
        "a.toml: 評点表が互いに参照しています(test.a@1 → test.b@1 → test.a@1) → 循環しない参照"
    )
