from dataclasses import replace

import pytest

from inspection.packs import attention
from inspection.packs.redaction import down_to_town
from tests.packs import factories


def around(case, note=None, most=12):
    return attention.surroundings(note, case.photos, case.house, case.neighbours, 400.0, most)


def test_surroundings_are_the_inspectors_words_their_photos_and_judged_neighbours():
    case = factories.a_case(1)

    told = around(case, "通学路に面する。")

    assert told[0] == "通学路に面する。"
    assert told[1] == "周辺の状況は写真6に示す。"
    assert told[2].startswith(
        "半径400 m以内に判定済みの家屋が5件あり(不良住宅 2件、非該当 2件、未確定 1件)"
    )


def test_without_words_photos_and_neighbours_it_says_that_nothing_is_written():
    case = replace(factories.a_case(1, photos=0), neighbours=())

    assert around(case) == (attention.NOTHING_WRITTEN,)


def test_a_list_that_may_be_cut_says_so():
    assert (
        "判定済みの家屋が14件以上あり(近い順に14件の内訳:"
        in around(factories.a_case(0), most=14)[2]
    )


def points(case, **changes):
    given = {"missing_photos": 0, "released": 1, "owner": case.owner, "proposal": case.proposal}
    return attention.points(case.score, case.photos, case.house, **(given | changes))


def test_a_complete_case_leaves_only_what_the_checks_found():
    case = factories.a_case(0)

    told = points(case)

    assert told == ("写真8(基礎):撮影位置が家屋から離れている",)


def test_what_is_missing_is_told():
    case = factories.a_case(2, photos=0)
    house = replace(case.house, built_year=None, lon=None)

    told = "".join(points(replace(case, house=house), owner=None, proposal=None, missing_photos=2))

    for text in ("2-1 床、7-1 台所の有無", "うち2枚が届いていない", "2-2 基礎・土台・柱・はり",
                 "座標、建築年", "所有者等調査が登録されていない", "事務局案が入力されていない"):  # fmt: skip
        assert text in told


@pytest.mark.parametrize(
    ("town", "shown"),
    [
        ("清滝一丁目", "清滝一丁目"),
        ("清滝1丁目", "清滝1丁目"),
        ("清滝 １ 丁目", "清滝 １ 丁目"),
        ("清滝一丁目91番14号", "清滝一丁目"),
        ("清滝1丁目9-14", "清滝1丁目"),
        ("清滝一丁目九十一番十四号", "清滝一丁目"),
        ("城内７番７７号", "城内"),
        ("大字見本 1234番地5", "大字見本"),
        ("三番町", "三番町"),
        ("四番丁", "四番丁"),
        ("十文字12番", "十文字"),
        ("南1条西5丁目3-1", "南1条西5丁目"),
        ("三萩野", "三萩野"),
        ("八千代町", "八千代町"),
        (None, ""),
    ],
)
def test_nothing_more_exact_than_a_town_remains(town, shown):
    assert down_to_town(town) == shown
