import dataclasses

import pytest

from inspection.packs import styles
from inspection.packs.flow import Flow
from inspection.packs.fonts import font_set
from inspection.packs.ink import Usage
from inspection.packs.model import Decision, LabelledText, Neighbour
from inspection.packs.score_model import Quantity, ScoreAxis, ScoreModifier
from inspection.packs.sections import remarks
from inspection.packs.sections.context import SheetContext
from inspection.packs.sections.facts import judgement_color
from inspection.packs.sections.result import sentences
from inspection.packs.sections.score_rows import finding
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
        *case.surroundings,
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
    assert "要確認" not in text


def test_the_secretariats_edition_tells_what_the_checks_found_and_what_is_left_to_do(build):
    snapshot, files = factories.a_snapshot(cases=1)
    case = replace(snapshot.cases[0], checks=("写真8(基礎):撮影位置が家屋から離れている",))
    own = replace(snapshot, edition="secretariat", cases=(case,))

    path, _ = build(own, files)

    text = reading.text_of(path)
    assert "要確認:撮影位置が家屋から離れている" in text
    assert "確認事項(事務局用)" in text
    assert "事務局用・取扱注意" in text
    closed, _ = build(replace(own, edition="closed"), files)
    assert "撮影位置が家屋から離れている" not in reading.text_of(closed)


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
        ({"count": 2}, "該当なし(個数 2)"),
        ({"value": 0.49}, "実測値 0.49\n該当なし"),
        ({"inputs": {"Af": 0}}, "計算できない(確認不可)"),
    ],
)
def test_an_answer_without_a_grade_is_told(answer, text):
    item = factories.ScoreItem("1-3", "耐力壁の構造", answer, 0)

    assert finding(item) == text


def _with_remarks(length, photos, files):
    """A case whose judgement table and photos are fixed, with remarks of `length` sentences."""
    case = factories.a_case(0, photos, files)
    texts = tuple(
        LabelledText("屋根", f"第{n:02d}文は屋根の瓦の落下について述べる。", "2-4")
        for n in range(length)
    )
    return replace(case, visit=replace(case.visit, notes=texts, remarks=None))


def _page_with(path, text):
    pages = [reading.squeeze(page) for page in reading.page_texts(path)]
    return next(n for n, page in enumerate(pages) if text in page)


def test_remarks_begin_below_the_table_when_two_lines_fit():
    flow = Flow(font_set(), Usage())
    snapshot, _ = factories.a_snapshot(cases=1, photos=0)
    context = SheetContext(snapshot.cases[0], "closed", snapshot.office, "資料2-1")
    heading, gap = 24, 11
    flow.y = styles.BOTTOM - heading - gap - 2 * styles.BODY.leading

    remarks.draw(context, flow)

    assert len(flow.pages) == 2
    assert flow.pages[0].content().count(b" Td") >= 3  # the heading and two lines


def test_no_paragraph_leaves_one_line_alone_at_a_foot_or_a_head():
    style = styles.BODY
    for lines in range(2, 7):
        for room in range(1, 8):
            flow = Flow(font_set(), Usage())
            flow.y = styles.BOTTOM - room * style.leading - 1
            flow.paragraph("\n".join("あいうえお" for _ in range(lines)), style)
            laid = [page.content().count(b" Td") for page in flow.pages]
            assert sum(laid) == lines
            assert 1 not in laid


def test_photos_follow_a_short_text_on_its_page_when_a_row_fits(build):
    files = {}
    long, short = _with_remarks(40, 3, files), _with_remarks(2, 3, files)
    few = replace(short, score=replace(short.score, categories=short.score.categories[:2]))

    path, _ = build(_snapshot(long, few), files)

    pages = [reading.squeeze(page) for page in reading.page_texts(path)]
    second = next(
        n for n, page in enumerate(pages) if "番号R8-001" in page and n > _page_with(path, "第39文")
    )
    shared = next(page for page in pages[second:] if "調査所見" in page)
    assert "現況写真" in shared
    assert "写真1全景" in shared


def test_no_page_of_a_case_is_almost_empty(build):
    files = {}
    cases = [
        _with_remarks(length, photos, files)
        for length in (0, 1, 2, 3, 4, 6, 9)
        for photos in (0, 1, 3, 7, 8)
    ]

    path, _ = build(_snapshot(*cases), files)

    sheets = slice(_page_with(path, "老朽空き家判定調書"), -1)
    assert [filled for filled in reading.fills(path)[sheets] if filled < 0.25] == []


def test_a_row_taller_than_a_page_goes_on_overleaf_with_all_its_text(build):
    marks = [f"第{n:03d}文は外壁の剥落について述べる。" for n in range(120)]
    score = factories.a_score()
    category = score.categories[1]
    items = (
        category.items[0],
        replace(category.items[1], label="\n".join(marks)),
        *category.items[2:],
    )
    score = replace(score, categories=(score.categories[0], replace(category, items=items)))

    path, _ = build(_snapshot(replace(factories.a_case(0, 0), score=score)))

    text = reading.text_of(path)
    assert [mark[:5] for mark in marks if mark[:5] not in text] == []
    assert reading.lowest_text(path) <= styles.BOTTOM


def test_steps_after_the_caps_stand_under_the_categories_and_add_up(build):
    score = factories.a_score()
    steps = (
        ScoreModifier("school", "通学路の補正", 50, "×1.5", "要綱 第4条"),
        ScoreModifier("road", "狭い道の補正", -10, "−10点", "要綱 第5条"),
    )
    score = replace(score, modifiers=steps, total=score.total + 40)
    path, _ = build(_snapshot(replace(factories.a_case(0, 0), score=score)))

    text = reading.text_of(path)
    table = text[text.index("区分の計") :]
    order = [
        "区分の計100",
        "通学路の補正×1.5要綱第4条",
        "+50",
        "狭い道の補正",
        "−10",
        "合計",
        "140",
    ]
    places = [table.find(each) for each in order]
    assert -1 not in places
    assert places == sorted(places)


def test_a_second_score_stands_below_the_total_and_not_in_it(build):
    score = factories.a_score()
    beside = replace(score.categories[0], code="9", label="周辺の危険", axis="danger", points=30)
    axes = (ScoreAxis("danger", "周辺への危険度", 30, 30, 45),)
    score = replace(score, categories=(*score.categories, beside), axes=axes)

    path, _ = build(_snapshot(replace(factories.a_case(0, 0), score=score)))

    text = reading.text_of(path)
    assert "周辺への危険度区分9(合計に含めない)取りうる範囲30〜45点" in text
    assert "「周辺への危険度」の評点は30点である" in text
    assert "区分930点" not in text


def test_a_computed_item_a_borrowed_one_and_one_left_out_are_told(build):
    score = factories.a_score()
    category = score.categories[0]
    computed = replace(
        category.items[0],
        answer={"inputs": {"Aw1": 1200, "Af": 2}},
        value=0.536,
        measure="強度指標 C",
        inputs=(Quantity("Aw1", 1200, "mm²"), Quantity("Af", 2, "m²")),
    )
    borrowed = replace(category.items[1], borrowed="「木造」の項目2-1による")
    left_out = replace(category.items[2], applies=False)
    items = (computed, borrowed, left_out)
    score = replace(score, categories=(replace(category, items=items),))

    path, _ = build(_snapshot(replace(factories.a_case(0, 0), score=score)))

    text = reading.text_of(path)
    assert "強度指標C=0.536" in text
    assert "Aw11,200mm²、Af2m²" in text
    assert "※「木造」の項目2-1による" in text
    assert "対象外(条件により適用しない)" in text


def test_an_unverified_table_says_so_on_the_sheet_and_in_the_reference_material(build):
    case = factories.a_case(0, 0)
    table = replace(case.score.table, status="unverified", note="採用の前に本文と照合すること。")

    path, _ = build(_snapshot(replace(case, score=replace(case.score, table=table))))

    told = "この評点表は原文との照合が済んでいない。採用の前に本文と照合すること。"
    assert reading.text_of(path).count(told) == 2


@pytest.mark.parametrize(
    ("standing", "red"), [("adverse", True), ("middle", False), ("mild", False)]
)
def test_only_the_gravest_outcome_of_the_table_is_red(standing, red):
    assert (judgement_color(standing) == styles.RED) is red


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


@pytest.mark.parametrize("length", range(0, 40, 4))
def test_the_proposal_stands_on_the_page_of_the_decision(build, length):
    files = {}
    case = _with_remarks(length, 4, files)

    path, _ = build(_snapshot(case), files)

    assert _page_with(path, "事務局案") == _page_with(path, "委員会意見・決定欄")


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
        decision=Decision("approved", "隣家の例示さんに周知する。", "2026-11-23"),
        visit=replace(snapshot.cases[0].visit, conditions=(LabelledText("通学路", "はい"),)),
    )
    public = replace(
        snapshot, edition="public", cases=(case, replace(snapshot.cases[1], decision=None))
    )

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
        "事務局案",
        "応急の防護",
        "通学路に指定",
        "瓦が道に落ちる",
        "委員会意見",
        "例示さん",
    ]
    assert [each for each in secrets if each in text] == []
    assert "公開用" in text
    assert text.count("決定年月日") == 1  # the second case is not decided yet
    assert "決定認定決定年月日令和8年11月23日" in text
    assert "不良住宅" in text


def test_reference_material_tells_the_arithmetic_and_the_table_without_being_asked(build):
    snapshot = replace(_snapshot(factories.a_case(0, 0)), references=())

    path, _ = build(snapshot)

    text = reading.text_of(path)
    assert "最も高い評点による" in text
    assert "基準(100点以上)に当たる" in text
    assert reading.squeeze("住宅地区改良法施行規則 第1条・別表第一") in text
    assert factories.TABLE_SHA in text
