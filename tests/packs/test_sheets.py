import dataclasses

import pytest

from inspection.packs.model import Decision, LabelledText, Neighbour
from inspection.packs.sections.result import sentences
from inspection.packs.sections.score_table import finding
from tests.packs import factories, reading

replace = dataclasses.replace


def _snapshot(*cases):
    return replace(factories.a_snapshot(cases=0)[0], cases=cases)


def test_the_pack_holds_everything_of_a_case(pack):
    path, snapshot, *_ = pack
    text = reading.text_of(path)
    case = snapshot.cases[0]
    expected = [
        case.house.address,
        case.house.lot_number,
        "令和8年11月23日",
        "老朽空き家判定委員会",
        "令和8年10月3日10:05",
        "昭和27年(1952年)",
        *case.visit.inspectors,
        *(item.label for category in case.score.categories for item in category.items),
        *(category.label for category in case.score.categories),
        *(note.text for note in case.visit.notes),
        *(photo.caption for photo in case.photos if photo.caption),
        case.owner.name,
        case.owner.notes,
        case.history[0].detail,
        case.surroundings,
        case.proposal,
        *snapshot.office.stamp_roles,
        *snapshot.meeting.agenda,
        *snapshot.meeting.members,
        "委員会意見・決定欄",
        "取扱注意",
    ]

    assert [each for each in expected if reading.squeeze(each) not in text] == []


def test_a_cut_shows_before_and_after_and_a_cue_for_mono_printing(pack):
    path, *_ = pack
    text = reading.text_of(path)

    assert "65→50上限" in text
    assert "175→100上限" in text


def test_captions_tell_item_time_bearing_and_distance_or_that_they_are_missing(pack):
    path, *_ = pack
    text = reading.text_of(path)

    assert "写真22-4屋根令和8年10月3日10:11撮影北東向き家屋から11m" in text
    assert "写真56-2雨水令和8年10月3日10:14撮影位置情報なし" in text
    assert "要確認:撮影位置が家屋から離れている" in text


def test_an_undetermined_score_tells_its_interval_and_what_would_settle_it():
    told = "".join(sentences(factories.a_score(factories.FOUND[2])))

    assert "85点から130点の間" in told
    assert "判定を左右する未確認項目:2-1 床、7-1 台所の有無" in told


def test_a_cap_is_told_in_words():
    told = sentences(factories.a_score(factories.FOUND[1]))

    assert (
        "区分1「構造一般の程度」は項目の計65点のうち、最高評点(上限)の50点までを算入した。" in told
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("none", "該当なし"),
        ("na", "該当する部位なし"),
        ("unknown", "確認不可"),
        ({"count": 2}, "個数 2"),
        ({"value": 0.49}, "実測値 0.49"),
    ],
)
def test_an_answer_without_a_grade_is_told(answer, text):
    item = factories.ScoreItem("1-3", "耐力壁の構造", answer, 0)

    assert finding(item) == text


def test_long_text_goes_on_overleaf_and_is_never_cut(build):
    marks = [f"第{n:03d}文は外壁の剥落について述べる。" for n in range(220)]
    case = factories.a_case(0, 0)
    house = replace(case.house, notes="".join(marks[:70]))
    visit = replace(case.visit, remarks="".join(marks[70:140]))
    case = replace(case, house=house, visit=visit, proposal="".join(marks[140:]))

    path, _ = build(_snapshot(case))

    text = reading.text_of(path)
    places = [text.find(mark[:5]) for mark in marks]
    assert -1 not in places
    assert places == sorted(places)


def test_a_long_category_is_continued_under_its_code(build):
    score = factories.a_score()
    item = score.categories[0].items[0]
    items = tuple(replace(item, code=f"1-{n}", label=f"項目甲{n:02d}") for n in range(70))
    category = replace(score.categories[0], items=items)
    case = replace(factories.a_case(0, 0), score=replace(score, categories=(category,)))

    path, _ = build(_snapshot(case))

    text = reading.text_of(path)
    assert all(f"項目甲{n:02d}" in text for n in range(70))
    assert "1(続き)" in text


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7, 30])
def test_any_number_of_photos_is_laid_six_a_page(build, count):
    files = {}
    case = factories.a_case(0, count, files)

    path, _ = build(_snapshot(case), files)

    images = reading.images_of(path)
    with_photos = [text.count("撮影") for text in reading.page_texts(path)]
    assert len(images) == count
    assert max(with_photos) <= 7  # six captions, and a warning that names the camera's place


def test_a_caption_too_long_for_its_cell_stands_whole_below_the_row(build):
    files = {}
    case = factories.a_case(0, 2, files)
    caption = "".join(f"第{n:03d}文は外壁の剥落について述べる。" for n in range(150))
    photos = (replace(case.photos[0], caption=caption), case.photos[1])

    path, _ = build(_snapshot(replace(case, photos=photos)), files)

    text = reading.text_of(path)
    assert all(f"第{n:03d}文" in text for n in range(150))
    assert "説明は下に記載" in text


def test_a_decision_taken_is_in_its_box(build):
    decision = Decision("deferred", "内部の調査を要するため。", "2026-11-23")
    case = replace(factories.a_case(0, 0), decision=decision)

    path, _ = build(_snapshot(case))

    assert "内部の調査を要するため。" in reading.text_of(path)


def test_many_stamp_roles_go_below_and_all_are_there(build):
    roles = tuple(f"役職{n:02d}" for n in range(14))
    snapshot = _snapshot(factories.a_case(0, 0))

    path, _ = build(replace(snapshot, office=replace(snapshot.office, stamp_roles=roles)))

    text = reading.text_of(path)
    assert all(role in text for role in roles)


def test_a_bare_case_is_drawn_with_dashes(build):
    house = factories.House("X-1", "北九州市")
    case = factories.Case(house, factories.Visit("v", "full", "2026-10-03"), factories.a_score())

    path, report = build(_snapshot(case))

    assert report.missing_glyphs == ()
    assert "位置図" not in reading.text_of(path)


def test_neighbours_are_listed_with_points_outcome_and_distance(build):
    case = factories.a_case(0, 0)
    near = Neighbour("A", case.house.lon, case.house.lat + 0.001, 130, "substandard", "不良住宅")
    case = replace(case, neighbours=(near,))

    path, _ = build(_snapshot(case))

    assert "A130点不良住宅111m" in reading.text_of(path)


def test_the_public_edition_draws_no_owner_inspector_map_or_stamp(build):
    snapshot, files = factories.a_snapshot(cases=2, photos=4)
    # Not redacted on purpose: drawing itself must hold these back.
    case = replace(
        snapshot.cases[0],
        visit=replace(snapshot.cases[0].visit, conditions=(LabelledText("通学路", "はい"),)),
    )
    public = replace(snapshot, edition="public", cases=(case, snapshot.cases[1]))

    path, _ = build(public, files)

    text = reading.text_of(path)
    secrets = [
        "架空一郎",
        "瓦が約3m",
        "1200番1",
        "室内は床の腐朽",
        "所有者等調査",
        "位置図",
        "見本太郎",
        "担当者",
        "取扱注意",
    ]
    assert [each for each in secrets if each in text] == []
    assert "公開用" in text
    assert "不良住宅" in text


def test_reference_material_tells_the_arithmetic_and_the_table_without_being_asked(build):
    snapshot = replace(_snapshot(factories.a_case(0, 0)), references=())

    path, _ = build(snapshot)

    text = reading.text_of(path)
    assert "最も高い評点による" in text
    assert "基準(100点)以上" in text
    assert reading.squeeze("住宅地区改良法施行規則 第1条・別表第一") in text
    assert factories.TABLE_SHA in text
