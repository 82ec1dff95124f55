"""Kept sheets: only what changed is drawn, the bytes are the same, nothing damaged is shown."""

import os
import shutil
import time
from dataclasses import replace

import pytest

from inspection.packs import build_document, document, template
from inspection.packs.fonts import font_files
from inspection.packs.sheet_cache import SheetCache, sheet_key
from inspection.packs.wording import Wording
from tests.packs import factories


@pytest.fixture
def cache(tmp_path):
    return SheetCache(tmp_path / "sheets", 10_000_000)


@pytest.fixture
def drawn(monkeypatch):
    """The places (from 0) of the cases that were drawn, in order."""
    places, draw = [], document.draw_sheet

    def counting(snapshot, index, *rest):
        places.append(index)
        return draw(snapshot, index, *rest)

    monkeypatch.setattr(document, "draw_sheet", counting)
    return places


def entries(cache):
    return sorted(path for path in cache.folder.rglob("*") if path.is_file())


def test_a_pack_in_which_two_cases_changed_draws_two_cases(build, cache, drawn):
    snapshot, files = factories.a_snapshot(cases=4, photos=2)
    build(snapshot, files, cache=cache)
    cases = list(snapshot.cases)
    cases[1] = replace(cases[1], proposal="事務局案を改めた。")
    photo = cases[3].photos[0]
    cases[3] = replace(cases[3], photos=(replace(photo, caption="撮り直し"), *cases[3].photos[1:]))
    drawn.clear()

    build(replace(snapshot, cases=tuple(cases)), files, cache=cache)

    assert drawn == [1, 3]


def test_the_bytes_are_the_same_with_and_without_kept_sheets(cache, tmp_path, drawn):
    snapshot, files = factories.a_snapshot(cases=3, photos=3)
    odd = replace(
        snapshot.cases[0], house=replace(snapshot.cases[0].house, address="辻󠄀𠮷\U000f0000")
    )
    snapshot = replace(snapshot, cases=(odd, *snapshot.cases[1:]))
    made = []
    for name, kept in (("none", None), ("cold", cache), ("warm", cache)):
        path = tmp_path / f"{name}.pdf"
        report = build_document(snapshot, files.__getitem__, path, cache=kept)
        made.append((path.read_bytes(), report))

    assert made[0] == made[1] == made[2]
    assert made[2][1].missing_glyphs == ("\U000f0000",)
    assert drawn == [0, 1, 2, 0, 1, 2]


def test_another_template_office_edition_or_place_is_another_sheet():
    snapshot, _ = factories.a_snapshot(cases=2, photos=0)
    twins = replace(snapshot, cases=(snapshot.cases[0], snapshot.cases[0]))
    words = replace(snapshot.office, wording=Wording(notes={"photos": "写真は調査日のもの。"}))
    keys = [
        sheet_key(snapshot, 0, "a"),
        sheet_key(snapshot, 0, "b"),
        sheet_key(replace(snapshot, office=words), 0, "a"),
        sheet_key(replace(snapshot, edition="public"), 0, "a"),
        sheet_key(twins, 1, "a"),
    ]

    assert len(set(keys)) == len(keys)
    meeting = replace(snapshot.meeting, place="別の会議室")
    assert sheet_key(replace(snapshot, meeting=meeting), 0, "a") == keys[0]


def test_the_template_is_the_code_the_libraries_and_the_fonts(monkeypatch, tmp_path):
    copy, fonts = tmp_path / "packs", tmp_path / "fonts"
    shutil.copytree(template.HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    fonts.mkdir()
    for path in font_files().values():
        shutil.copy(path, fonts)
    before = template.template_version()

    assert template.template_version(fonts) == before
    assert template.source_digest(copy) == template.SOURCE
    with (copy / "sections" / "photos.py").open("a") as stream:
        stream.write("# a word\n")
    assert template.source_digest(copy) != template.SOURCE
    with next(fonts.iterdir()).open("ab") as stream:
        stream.write(b"\0")
    template.template_version.cache_clear()
    assert template.template_version(fonts) != before


@pytest.mark.parametrize("harm", [b"", b"HANTEI-SHEET 1\n", b"\0" * 5000])
def test_a_damaged_entry_is_drawn_anew_and_replaced(build, cache, drawn, harm):
    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    path, _ = build(snapshot, files, cache=cache)
    good = path.read_bytes()
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    entry.write_bytes(harm)

    again, _ = build(snapshot, files, cache=cache)

    assert again.read_bytes() == good
    assert drawn == [0, 0]
    assert entry.read_bytes() == whole


def test_half_of_an_entry_is_no_entry(build, cache, drawn):
    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    build(snapshot, files, cache=cache)
    (entry,) = entries(cache)
    entry.write_bytes(entry.read_bytes()[:-1])

    build(snapshot, files, cache=cache)

    assert drawn == [0, 0]


def test_a_folder_that_cannot_be_written_only_costs_time(build, tmp_path):
    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    (tmp_path / "taken").write_text("a file where the folder should be")

    path, _ = build(snapshot, files, cache=SheetCache(tmp_path / "taken", 1_000_000))

    assert path.stat().st_size > 0


def test_entries_are_for_their_owner_only(build, cache):
    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    build(snapshot, files, cache=cache)

    modes = [path.stat().st_mode & 0o077 for path in (cache.folder, *cache.folder.rglob("*"))]
    assert set(modes) == {0}


def test_eviction_removes_the_longest_unused_until_the_rest_fits(build, cache):
    snapshot, files = factories.a_snapshot(cases=4, photos=1)
    build(snapshot, files, cache=cache)
    kept = entries(cache)
    now = time.time()
    for age, path in enumerate(kept):
        os.utime(path, (now - 1000 * age, now - 1000 * age))
    cache.limit_bytes = sum(path.stat().st_size for path in kept[:3])

    gone = cache.evict()

    assert gone == 2  # down to 80 %, lest each build evict again
    assert entries(cache) == kept[:2]


def test_eviction_removes_what_was_not_used_for_a_month_and_what_a_kill_left(build, cache):
    snapshot, files = factories.a_snapshot(cases=2, photos=1)
    build(snapshot, files, cache=cache)
    old, fresh = entries(cache)
    left, begun = old.with_name(".left.part"), old.with_name(".begun.part")
    for path in (left, begun):
        path.write_bytes(b"half")
    long_ago = time.time() - 31 * 86_400
    os.utime(old, (long_ago, long_ago))
    os.utime(left, (long_ago, long_ago))

    assert cache.evict() == 2
    assert set(entries(cache)) == {fresh, begun}
