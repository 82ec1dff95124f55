import dataclasses
import hashlib
import io
import re

import pikepdf
import pytest

from inspection.packs import PhotoMismatch, build_document
from inspection.packs.model import Snapshot
from tests.packs import factories, reading


def test_the_report_is_true_of_the_file(pack):
    path, _, _, report = pack
    data = path.read_bytes()

    assert report.bytes == len(data)
    assert report.sha256 == hashlib.sha256(data).hexdigest()
    assert report.pages == len(reading.page_texts(path))
    assert report.missing_glyphs == ()


def test_qpdf_finds_nothing_to_say(pack):
    path, *_ = pack
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_every_page_is_a4(pack):
    path, *_ = pack
    with pikepdf.open(path) as pdf:
        boxes = {tuple(float(each) for each in page.MediaBox) for page in pdf.pages}

    assert boxes == {(0.0, 0.0, 595.276, 841.89)}


def test_the_same_snapshot_gives_the_same_bytes(pack, tmp_path):
    path, snapshot, files, _ = pack
    again = Snapshot.from_json(snapshot.to_json())

    build_document(again, lambda key: io.BytesIO(files[key]), tmp_path / "again.pdf")

    assert (tmp_path / "again.pdf").read_bytes() == path.read_bytes()


def test_another_snapshot_gives_another_id(pack, tmp_path):
    path, snapshot, files, _ = pack
    meeting = dataclasses.replace(snapshot.meeting, place="第3会議室")
    build_document(
        dataclasses.replace(snapshot, meeting=meeting), files.__getitem__, tmp_path / "other.pdf"
    )

    with pikepdf.open(path) as one, pikepdf.open(tmp_path / "other.pdf") as other:
        assert one.trailer.ID[0] == one.trailer.ID[1]
        assert one.trailer.ID != other.trailer.ID


def test_photos_go_in_untouched_and_once_each(pack):
    path, snapshot, files, _ = pack
    expected = sorted(files[photo.image.key] for case in snapshot.cases for photo in case.photos)

    assert sorted(reading.images_of(path)) == expected


def test_a_photo_whose_bytes_differ_fails_with_case_and_number(pack, tmp_path):
    _, snapshot, files, _ = pack
    photo = snapshot.cases[1].photos[2]
    broken = files | {photo.image.key: files[photo.image.key] + b"\0"}

    with pytest.raises(PhotoMismatch, match=r"資料2-2 R8-002 写真3: 画像が記録と異なる"):
        build_document(snapshot, broken.__getitem__, tmp_path / "pack.pdf")

    assert list(tmp_path.iterdir()) == []


def test_a_photo_that_is_not_there_fails_with_case_and_number(pack, tmp_path):
    _, snapshot, files, _ = pack
    gone = {
        key: data for key, data in files.items() if key != snapshot.cases[0].photos[7].image.key
    }
    (tmp_path / "pack.pdf").write_bytes(b"the earlier pack")

    with pytest.raises(PhotoMismatch, match=r"資料2-1 R8-001 写真8: 画像がない"):
        build_document(snapshot, gone.__getitem__, tmp_path / "pack.pdf")

    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"the earlier pack"]


def test_progress_counts_the_cases(pack, tmp_path):
    _, snapshot, files, _ = pack
    seen = []

    build_document(
        snapshot, files.__getitem__, tmp_path / "pack.pdf", lambda *step: seen.append(step)
    )

    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_each_page_but_the_cover_says_its_number(pack):
    path, _, _, report = pack
    texts = [reading.squeeze(text) for text in reading.page_texts(path)]

    assert f"/{report.pages}" not in texts[0]
    for number, text in enumerate(texts[1:], 2):
        assert f"p.{number}/{report.pages}" in text


def test_the_contents_give_the_page_on_which_a_case_begins(pack):
    path, snapshot, _, _ = pack
    texts = reading.page_texts(path)
    for index, case in enumerate(snapshot.cases):
        begins = next(n for n, text in enumerate(texts, 1) if f"番号 {case.house.code}" in text)
        for page in (2, 3):  # contents, list of cases
            row = re.search(rf"資料2-{index + 1}\s.*?(?=資料|第12回)", texts[page], re.DOTALL)
            assert re.search(r"(\d+)\s*$", row[0])[1] == str(begins)


def test_links_and_bookmarks_lead_to_the_cases(pack):
    path, snapshot, _, _ = pack
    with pikepdf.open(path) as pdf:
        pages = [page.objgen for page in pdf.pages]
        linked = [pages.index(each.Dest[0].objgen) + 1 for each in pdf.pages[2].Annots]
        with pdf.open_outline() as outline:
            titles = [each.title for each in outline.root]
            cases = [
                (each.title, pages.index(each.destination[0].objgen) + 1)
                for each in outline.root[5].children
            ]

    assert titles == [
        "表紙",
        "次第",
        "目次",
        "資料1-1 案件一覧",
        "資料1-2 案件の集計",
        "資料2 判定調書",
        "資料3 参考資料",
    ]
    assert [title.split()[1] for title, _ in cases] == [c.house.code for c in snapshot.cases]
    assert linked[4:7] == [page for _, page in cases]


def test_the_file_follows_the_rules_of_pdf_a_2b_that_we_can_check(pack):
    path, snapshot, *_ = pack
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        info = pdf.docinfo
        with pdf.open_metadata() as xmp:
            assert xmp.pdfa_status == "2B"
            assert xmp["dc:title"] == str(info.Title)
            assert xmp["dc:creator"] == [str(info.Author)]
            assert xmp["pdf:Producer"] == str(info.Producer)
        assert str(root.Lang) == "ja-JP"
        assert root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert snapshot.digest() in str(info.Subject)
        assert "/CreationDate" not in info
        for page in pdf.pages:
            assert "/Group" not in page
            assert "/ExtGState" not in page.Resources
    assert b"/AcroForm" not in path.read_bytes()


def test_a_meeting_without_cases_is_still_a_file(build):
    snapshot, _ = factories.a_snapshot(cases=0)

    path, report = build(snapshot)

    assert report.pages == 5
    assert "案件数0件" in reading.text_of(path)
