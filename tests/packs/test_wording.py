import re
from dataclasses import replace

import pytest

from inspection.config import load_settings
from inspection.errors import SettingError
from inspection.packs.wording import SECTIONS, Wording, parse_wording, read_wording
from tests.packs import factories, reading

FILE = """
document_title = "特定空家等判定部会 資料"
sheet_title = "判定票"
[cover]
notice = "会議後に回収します。"
public_notice = "市のウェブサイトで公表しています。"
[case_list]
opening = ["前回からの継続案件を先に審議する。", "第二の段落。"]
closing = ["以上のとおり付議する。"]
[sections.photos]
title = "写真"
note = "いずれも調査日に撮影した。"
[sections.decision]
note = "意見は楷書で記入する。"
"""


def test_no_file_gives_the_default_words():
    assert read_wording("") == Wording()
    assert Wording().title("photos") == "現況写真"


def test_the_words_of_a_file_appear_in_the_pack(build, tmp_path):
    path = tmp_path / "texts.toml"
    path.write_text(FILE, encoding="utf-8")
    snapshot, files = factories.a_snapshot(cases=1, photos=1)
    own = replace(snapshot, office=replace(snapshot.office, wording=read_wording(str(path))))

    closed = reading.text_of(build(own, files)[0])
    public = reading.text_of(build(replace(own, edition="public"), files)[0])

    for text in re.findall(r'"([^"]+)"', FILE):
        known = {"市のウェブサイトで公表しています。": public}
        assert reading.squeeze(text) in known.get(text, closed), text
    assert "会議後に回収" not in public
    assert "現況写真" not in closed


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"titel": "x"}, "titel: no such key, allowed: document_title, "),
        ({"cover": {"note": "x"}}, "cover.note: no such key, allowed: notice, public_notice"),
        ({"cover": "x"}, r"cover: found str, allowed: a table \[cover\]"),
        ({"sections": {"photo": {}}}, "sections.photo: no such key, allowed: facts, result"),
        ({"sections": {"photos": {"title": 3}}}, "sections.photos.title: must be a text"),
        ({"case_list": {"opening": "x"}}, "case_list.opening: must be a list of 20 texts"),
        ({"sheet_title": "長" * 2001}, "sheet_title: must be a text of 2000 characters"),
    ],
)
def test_a_wrong_file_is_refused_with_its_key(raw, told):
    with pytest.raises(ValueError, match=told):
        parse_wording(raw)


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"a = ", "is not TOML"), (b"\xff\xfe", "is not UTF-8"), (None, "cannot be read")],
)
def test_a_file_that_cannot_be_used_stops_the_start(tmp_path, data, told):
    path = tmp_path / "texts.toml"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(SettingError, match=f"HANTEI_PACK_TEXTS.*{told}"):
        load_settings({"HANTEI_VAR_DIR": str(tmp_path), "HANTEI_PACK_TEXTS": str(path)})


def test_every_section_of_the_sheet_has_a_title():
    assert all(SECTIONS.values())
    assert len(set(SECTIONS.values())) == len(SECTIONS)
