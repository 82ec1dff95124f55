"""The pack's content as plain strings and lists, so that a peer has nothing left to work out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inspection.packs import words
from inspection.packs.fonts import BOLD, REGULAR, font_files
from inspection.packs.model import Case, Photo, Snapshot
from inspection.packs.score_model import ADVERSE, Score, ScoreCategory
from inspection.packs.sections.result import sentences
from inspection.packs.sections.score_rows import finding
from inspection.packs.sheets import case_number, edition_mark


def plain(snapshot: Snapshot, photos: Path) -> dict[str, Any]:
    """Return what a peer draws, from cover to decision boxes; photos: the folder of the files."""
    meeting, office, fonts = snapshot.meeting, snapshot.office, font_files()
    return {
        "fonts": {"regular": str(fonts[REGULAR]), "bold": str(fonts[BOLD])},
        "meeting": words.meeting_name(meeting.number, meeting.title),
        "document": office.wording.document_title,
        "sheet_title": office.wording.sheet_title,
        "mark": edition_mark(snapshot),
        "notice": office.wording.notice,
        "cover": [
            ["日時", words.era_time(meeting.held_at, weekday=True)],
            ["場所", meeting.place],
            ["事務局", f"{office.city} {office.secretariat}"],
        ],
        "decisions": list(words.DECISIONS.values()),
        "stamps": list(office.stamp_roles),
        "photos": str(photos),
        "cases": [_case(n, case) for n, case in enumerate(snapshot.cases)],
    }


def _case(n: int, case: Case) -> dict[str, Any]:
    house, visit, score, owner = case.house, case.visit, case.score, case.owner
    return {
        "number": case_number(n),
        "code": house.code,
        "address": house.address,
        "structure": house.structure_label,
        "total": words.figure(score.total),
        "judgement": score.judgement_label,
        "adverse": score.standing == ADVERSE,
        "facts": _facts(case),
        "wide_facts": [
            [
                "適用評点表",
                f"{score.table.label}(版 {score.table.version}) 根拠:{score.table.source}",
            ],
            ["備考", house.notes],
        ],
        "reasons": sentences(score),
        "table": [_category(each) for each in score.categories],
        "total_note": _total_note(score),
        "notes": [
            *(f"【{each.code} {each.label}】{each.text}" for each in visit.notes),
            f"【全体】{visit.remarks}",
        ],
        "photos": [_photo(photo) for photo in case.photos],
        "owner": [
            ["氏名", owner.name],
            ["住所", owner.address],
            ["連絡先", owner.phone],
            ["調査の概要", owner.notes],
        ],
        "history": [[words.era_date(one.on), one.event, one.detail] for one in case.history],
        "surroundings": list(case.surroundings),
        "proposal": case.proposal,
    }


def _facts(case: Case) -> list[list[str]]:
    """Return label, text, label, text for each row."""
    house, visit = case.house, case.visit
    pairs = [
        ("地番", house.lot_number),
        ("住居表示", house.residence_number),
        ("区", house.ward_name),
        ("用途", house.use),
        ("構造", house.structure_label),
        ("階数", f"{words.figure(house.storeys)}階建"),
        ("延べ面積", f"{words.figure(house.floor_area_m2)} m²"),
        ("建築年", words.built_year(house.built_year)),
        ("調査日時", words.era_time(visit.inspected_at)),
        ("調査方法", words.METHODS[visit.method]),
        ("調査者", "、".join(visit.inspectors)),
        *((each.label, each.text) for each in house.extra),
    ]
    return [[*left, *right] for left, right in zip(pairs[::2], pairs[1::2], strict=True)]


def _category(category: ScoreCategory) -> dict[str, Any]:
    cut = category.raw > category.points
    points = words.figure(category.points)
    return {
        "name": f"{category.code} {category.label}",
        "cap": f"最高評点 {words.figure(category.cap)}",
        "points": f"{words.figure(category.raw)}→{points} 上限" if cut else points,
        "cut": cut,
        "items": [
            {
                "cells": [
                    item.code,
                    item.label,
                    f"{item.mark} {finding(item)}" if item.mark else finding(item),
                    item.source or "",
                    words.figure(item.points),
                ],
                "scored": item.points > 0,
            }
            for item in category.items
        ],
    }


def _total_note(score: Score) -> str:
    told = [f"上限による減 {words.figure(score.cut)}点"] if score.cut else []
    if score.low != score.high:
        told.append(f"取りうる範囲 {words.figure(score.low)}〜{words.figure(score.high)}点")
    return "　".join([*told, f"基準 {words.limit(score.threshold, above=score.threshold_above)}"])


def _photo(photo: Photo) -> dict[str, Any]:
    coded = photo.item[:1].isdigit()
    name = f"{photo.item} {photo.item_label}" if coded else photo.item_label
    wind, away = words.bearing(photo.direction_deg), words.distance(photo.distance_m)
    place = f"{wind}向き　家屋から{away}" if away else "位置情報なし"
    return {
        "file": photo.image.key,
        "size": [photo.image.width, photo.image.height],
        "head": f"写真{photo.number}　{name}",
        "lines": [
            f"{words.era_time(photo.taken_at)} 撮影　{place}",
            *([photo.caption] if photo.caption else []),
        ],
    }
