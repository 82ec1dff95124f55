"""Realistic made-up snapshots, with photos drawn by program. `python -m tests.packs.factories OUT`
builds a pack to look at."""

import dataclasses
import functools
import hashlib
import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from inspection.packs import build_document, model
from inspection.packs.model import (
    Case,
    Decision,
    HistoryEntry,
    House,
    LabelledText,
    Meeting,
    Neighbour,
    Office,
    Owner,
    Photo,
    Reference,
    Snapshot,
    StoredImage,
    Visit,
)
from inspection.packs.score_model import (
    ADVERSE,
    MILD,
    OPEN,
    Score,
    ScoreCategory,
    ScoreItem,
    TableReference,
)

TABLE_SHA = hashlib.sha256(b"wooden").hexdigest()
# code, label, cap, items (code, label, grades as mark, points, label)
WOODEN = (
    ("1", "構造一般の程度", 50, (
        ("1-1", "基礎", (("イ", 10, "玉石基礎"), ("ロ", 20, "基礎なし"))),
        ("1-2", "柱", (("イ", 20, "最小径7.5cm未満"),)),
        ("1-3", "外壁・界壁", (("イ", 25, "構造が粗悪、または界壁が不適当"),)),
        ("1-4", "床", (("イ", 10, "主要居室の床高45cm未満、または床なし"),)),
        ("1-5", "天井", (("イ", 10, "主要居室の天井高2.1m未満、または天井なし"),)),
        ("1-6", "開口部", (("イ", 10, "主要居室に採光用の開口なし"),)),
    )),
    ("2", "構造の腐朽・破損の程度", 100, (
        ("2-1", "床", (("イ", 10, "根太落ちあり"), ("ロ", 15, "著しい根太落ち、または床の傾斜"))),
        ("2-2", "基礎・土台・柱・はり", (("イ", 25, "小修理が必要(柱の傾斜、土台・柱の腐朽破損)"), ("ロ", 50, "大修理が必要(不同沈下、柱の著しい傾斜、はりの腐朽破損、土台・柱の数か所の腐朽破損)"), ("ハ", 100, "崩壊の危険"))),
        ("2-3", "外壁・界壁", (("イ", 15, "仕上げの剥落等で下地が露出"), ("ロ", 25, "著しい露出、または貫通穴"))),
        ("2-4", "屋根", (("イ", 15, "ふき材の一部剥落・ずれで雨漏り"), ("ロ", 25, "ふき材の著しい剥落、軒裏・たる木の腐朽、軒の垂下"), ("ハ", 50, "著しい変形"))),
    )),
    ("3", "防火上・避難上の構造の程度", 50, (
        ("3-1", "外壁", (("イ", 10, "延焼のおそれのある外壁あり"), ("ロ", 20, "同壁面が3面以上"))),
        ("3-2", "防火壁・界壁等", (("イ", 10, "不備で防火上支障"), ("ロ", 20, "著しい不備で防火上危険"))),
        ("3-3", "屋根", (("イ", 10, "可燃性材料ぶき"),)),
        ("3-4", "廊下・階段等", (("イ", 10, "不備で避難上支障"), ("ロ", 20, "著しい不備で避難上危険"))),
    )),
    ("4", "電気設備", 30, (
        ("4-1", "主要居室の電灯", (("イ", 20, "なし"),)),
        ("4-2", "共用部分の電灯", (("イ", 10, "共同住宅でなし"),)),
    )),
    ("5", "給水設備", 30, (
        ("5-1", "水栓の位置", (("イ", 10, "水栓・井戸が戸内にない"),)),
        ("5-2", "給水源", (("イ", 15, "井戸水を直接利用"), ("ロ", 30, "雨水等を直接利用"))),
        ("5-3", "水栓の使用方法", (("イ", 10, "共用"), ("ロ", 20, "10戸以上で共用"))),
    )),
    ("6", "排水設備", 30, (
        ("6-1", "汚水", (("イ", 10, "吸込みます"), ("ロ", 20, "排水設備なし"))),
        ("6-2", "雨水", (("イ", 10, "雨樋なし"),)),
    )),
    ("7", "台所", 30, (
        ("7-1", "台所の有無", (("イ", 30, "なし、または仮設"),)),
        ("7-2", "台所の設備", (("イ", 10, "水栓なし、または流しの排水接続なし"), ("ロ", 20, "両方なし"))),
        ("7-3", "台所の使用方法", (("イ", 10, "共用"), ("ロ", 20, "10戸以上で共用"))),
    )),
    ("8", "便所", 30, (
        ("8-1", "便所の有無", (("イ", 30, "なし、または仮設"),)),
        ("8-2", "便所の位置", (("イ", 10, "戸内にない"),)),
        ("8-3", "便槽の形式", (("イ", 5, "改良便槽"), ("ロ", 10, "改良便槽以外の汲取便槽"))),
        ("8-4", "便所の使用方法", (("イ", 10, "共用"), ("ロ", 20, "10戸以上で共用"))),
    )),
)  # fmt: skip
STANDINGS = {"substandard": ADVERSE, "not_substandard": MILD, "undetermined": OPEN}
GRADES = {"イ": "i", "ロ": "ro", "ハ": "ha", "ニ": "ni"}
PLACES = (
    ("北九州市八幡東区大字見本町", "見本町", "八幡東区", 130.8105, 33.8636),
    ("北九州市門司区仮屋敷一丁目", "仮屋敷", "門司区", 130.9602, 33.9410),
    ("北九州市若松区架空台三丁目", "架空台", "若松区", 130.7702, 33.9102),
    ("北九州市小倉北区例示町二丁目", "例示町", "小倉北区", 130.8752, 33.8834),
    ("北九州市小倉南区大字設例", "設例", "小倉南区", 130.8851, 33.8203),
    ("北九州市戸畑区試作町", "試作町", "戸畑区", 130.8301, 33.8954),
    ("北九州市八幡西区雛形四丁目", "雛形", "八幡西区", 130.7601, 33.8612),
)  # fmt: skip
FOUND = (
    {"2-2": "ロ", "2-3": "ロ", "2-4": "イ", "6-2": "イ"},
    {"1-1": "ロ", "1-2": "イ", "1-3": "イ", "2-2": "ハ", "2-3": "ロ", "2-4": "ハ", "3-1": "ロ", "3-3": "イ", "6-2": "イ", "8-1": "イ", "8-3": "ロ"},
    {"2-1": "unknown", "2-2": "イ", "2-3": "イ", "2-4": "ロ", "3-1": "イ", "7-1": "unknown", "6-2": "イ"},
    {"1-1": "イ", "2-3": "イ", "2-4": "イ", "6-2": "イ", "5-3": "na", "8-4": "na"},
    {"2-2": "ロ", "2-3": "ロ", "2-4": "ロ", "3-1": "イ", "4-1": "unknown", "6-1": "unknown"},
)  # fmt: skip
CAPTIONS = (
    ("overview", "全景", "前面道路から見た全景"),
    ("2-4", "屋根", "棟がたわみ、瓦が落ちている"),
    (
        "2-3",
        "外壁・界壁",
        "南面のモルタルが剥落し、下地の木ずりが露出している。2階窓の下に貫通した穴がある",
    ),
    ("2-2", "基礎・土台・柱・はり", "北東の隅柱。根元が腐朽"),
    ("6-2", "雨水", "雨樋なし"),
    ("surroundings", "周辺", "隣家との間隔は約60cm"),
    ("3-1", "外壁", None),
    ("1-1", "基礎", "玉石基礎"),
)


@functools.cache
def jpeg(number: int, portrait: bool = False, width: int = 800) -> bytes:
    """Return a drawn photo, plainly marked as a sample."""
    size = (width * 3 // 4, width) if portrait else (width, width * 3 // 4)
    image = Image.new("RGB", size, (176, 199, 220))
    pen, (w, h) = ImageDraw.Draw(image), size
    shade = 90 + number * 37 % 110
    pen.rectangle((0, h * 0.72, w, h), fill=(120, 128, 96))
    pen.rectangle((w * 0.2, h * 0.42, w * 0.8, h * 0.8), fill=(shade + 40, shade + 20, shade))
    pen.polygon(
        [(w * 0.14, h * 0.43), (w * 0.5, h * 0.18), (w * 0.86, h * 0.43)], fill=(70, 66, 72)
    )
    pen.rectangle((w * 0.3, h * 0.52, w * 0.42, h * 0.66), fill=(40, 46, 60))
    pen.rectangle((w * 0.58, h * 0.5, w * 0.7, h * 0.8), fill=(86, 62, 44))
    pen.text((w * 0.03, h * 0.03), f"SAMPLE {number}", fill=(20, 30, 60), font_size=w // 16)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def a_score(found: dict[str, str] | None = None) -> Score:
    """Score by hand: marks by item code, or "unknown"/"na"; the rest was looked at, none found."""
    found = FOUND[0] if found is None else found
    categories = tuple(_category(each, found) for each in WOODEN)
    total = sum(each.points for each in categories)
    high = sum(min(each.cap, each.raw + _open(each, found)) for each in categories)
    judgement = "substandard" if total >= 100 else "not_substandard"
    if total < 100 <= high:
        judgement = "undetermined"
    unknown = tuple(code for code, mark in found.items() if mark == "unknown")
    return Score(
        total=total,
        low=total,
        high=high,
        judgement=judgement,
        judgement_label={"substandard": "不良住宅", "undetermined": "未確定"}.get(
            judgement, "非該当"
        ),
        standing=STANDINGS[judgement],
        categories=categories,
        table=TableReference(
            id="jp.substandard-dwelling.wooden",
            version="2004-07-01",
            sha256=TABLE_SHA,
            label="住宅の不良度の測定基準(木造その他)",
            source="住宅地区改良法施行規則 第1条・別表第一",
            status="verified",
        ),
        threshold=100,
        cut=sum(each.raw - each.points for each in categories),
        open_items=unknown if judgement == "undetermined" else (),
    )


def _open(category: ScoreCategory, found: dict[str, str]) -> int:
    raw = next(each for each in WOODEN if each[0] == category.code)
    return sum(item[2][-1][1] for item in raw[3] if found.get(item[0]) == "unknown")


def _category(raw: tuple, found: dict[str, str]) -> ScoreCategory:
    code, label, cap, items = raw
    scored = tuple(_item(item, found.get(item[0]), n) for n, item in enumerate(items))
    total = sum(item.points for item in scored)
    return ScoreCategory(code, label, total, min(total, cap), scored, cap)


def _item(item: tuple, mark: str | None, n: int) -> ScoreItem:
    code, label, grades = item
    source = f"別表第一 {'一二三四五六七八'[int(code[0]) - 1]}({'一二三四五六'[n]})"
    grade = next((each for each in grades if each[0] == mark), None)
    if grade is None:
        return ScoreItem(code, label, mark or "none", 0, source)
    return ScoreItem(code, label, [GRADES[mark]], grade[1], source, GRADES[mark], mark, grade[2])


def photos_of(case: int, count: int, files: dict[str, bytes]) -> tuple[Photo, ...]:
    """Make `count` photos and put their bytes into `files` by key."""
    made = []
    for n in range(count):
        item, label, caption = CAPTIONS[n % len(CAPTIONS)]
        portrait, located = n % 8 == 3, n % 8 != 4
        data = jpeg(case * 8 + n, portrait)
        sha256 = hashlib.sha256(data).hexdigest()
        key = f"report/{sha256[:2]}/{sha256}.jpg"
        files[key] = data
        size = (600, 800) if portrait else (800, 600)
        made.append(
            Photo(
                id=f"00000000-0000-4000-8000-{case:06d}{n:06d}",
                number=n + 1,
                item=item,
                item_label=label,
                sha256=hashlib.sha256(data + b"original").hexdigest(),
                image=StoredImage(key, sha256, *size),
                caption=caption,
                taken_at=f"2026-10-{case % 20 + 3:02d}T10:{n + 10:02d}:00+09:00"
                if n != 6
                else None,
                lon=130.81 if located else None,
                lat=33.86 if located else None,
                direction_deg=(37 * n + 20) % 360 if located else None,
                distance_m=8.4 + 3 * n if located else None,
                warnings=("撮影位置が家屋から離れている",) if n == 7 else (),
            )
        )
    return tuple(made)


def a_case(n: int = 0, photos: int = 8, files: dict[str, bytes] | None = None) -> Case:
    """Make one case; cases differ in place, findings and length of text."""
    files = {} if files is None else files
    address, town, ward, lon, lat = PLACES[n % len(PLACES)]
    return Case(
        house=House(
            code=f"R8-{n + 1:03d}",
            address=f"{address}{n % 9 + 1}番{n % 23 + 2}号",
            town=f"{ward}{town}",
            lot_number=f"{1200 + n}番{n % 7 + 1}",
            residence_number=f"{n % 9 + 1}番{n % 23 + 2}号",
            ward_name=ward,
            lon=lon + n * 1e-5,
            lat=lat,
            structure="wooden",
            structure_label="木造",
            storeys=1 + n % 2,
            floor_area_m2=63.76 + n,
            built_year=1952 + n % 25,
            use="専用住宅",
            notes="接道は幅員1.8mの里道のみ。重機の進入は困難。" if n % 2 else None,
            extra=(LabelledText("受付番号", f"令8建指第{n + 101}号"), LabelledText("都市計画区域", "市街化区域")),
        ),
        visit=Visit(
            id=f"10000000-0000-4000-8000-{n:012d}",
            method="full" if n % 3 != 2 else "exterior",
            inspected_at=f"2026-10-{n % 20 + 3:02d}T10:05:00+09:00",
            inspectors=("見本 太郎", "設例 花子"),
            remarks="室内は床の腐朽が進み、奥の6畳間には立ち入れなかった。" if n % 2 == 0 else None,
            notes=(
                LabelledText("屋根", "南側の瓦が約3m²にわたり落下。小屋組が見える。", "2-4"),
                LabelledText("外壁・界壁", "モルタルの浮きが全面にあり、触れると落ちる。", "2-3"),
            ),
        ),
        score=a_score(FOUND[n % len(FOUND)]),
        photos=photos_of(n, photos, files),
        owner=Owner(
            name="架空 一郎(登記名義人、死亡)",
            address="福岡県架空市見本一丁目2番3号",
            phone="000-0000-0000",
            notes="相続人3名のうち2名から除却の同意を得た。残る1名は県外に居住し、文書で照会中。固定資産税は納付されている。",
        ),
        history=(
            HistoryEntry("2025-06-11", "通報", "近隣から「瓦が道に落ちる」との相談(生活安全担当で受付)"),
            HistoryEntry("2025-09-02T13:30:00+09:00", "現地調査", "外観目視、評点85点(未確定)"),
            HistoryEntry("2026-02-20", "第11回判定委員会", "保留(内部の調査を要する)"),
        )[: 1 + n % 3],
        neighbours=neighbours_of(lon + n * 1e-5, lat, 5 if n % 4 else 14),
        surroundings=("前面の里道は通学路に指定されており、児童約40名が毎日通行する。東側の隣家とは約60cmしか離れておらず、倒壊した場合は隣家の居室に達するおそれがある。台風時にトタンが飛散した記録が2件ある。",),
        proposal="不良住宅に該当すると認め、老朽空き家除却補助の対象とすることが適当である。なお、東側の外壁については、除却までの間、市が所有者に応急の防護を求める。",
        decision=Decision("approved", "除却工事の前に隣家へ周知すること。", "2026-11-23") if n == 1 else None,
    )  # fmt: skip


def neighbours_of(lon: float, lat: float, count: int) -> tuple[Neighbour, ...]:
    """Scatter judged houses around a place, in a fixed pattern."""
    outcomes = (
        ("substandard", "不良住宅"),
        ("not_substandard", "非該当"),
        ("undetermined", "未確定"),
    )
    made = []
    for n in range(count):
        code, label = outcomes[n % 3]
        total = (115, 45, 85)[n % 3] + 5 * (n % 4)
        east, north = (n * 53 % 19 - 9) * 0.00014, (n * 29 % 13 - 6) * 0.00011
        made.append(
            Neighbour(
                chr(65 + n),
                lon + east,
                lat + north,
                total,
                code,
                label,
                f"R7-{n:03d}",
                STANDINGS[code],
            )
        )
    return tuple(made)


def a_snapshot(
    cases: int = 3, photos: int = 8, edition: str = model.CLOSED
) -> tuple[Snapshot, dict[str, bytes]]:
    """Return a snapshot and the bytes of its photos by key."""
    files: dict[str, bytes] = {}
    snapshot = Snapshot(
        edition=edition,
        office=Office("北九州市", "建築都市局 指導部 建築指導課 空き家対策係(事務局)", ("課長", "係長", "担当者")),
        meeting=Meeting(
            id="20000000-0000-4000-8000-000000000012",
            number=12,
            title="老朽空き家判定委員会",
            held_at="2026-11-23T14:00:00+09:00",
            place="市役所本庁舎 5階 第2会議室",
            agenda=("開会", "前回議事録の確認", "議題 老朽空き家の判定について(資料1、資料2)", "報告 補助金の執行状況について", "その他", "閉会"),
            members=("委員長 見本 一(架空大学 建築学科)", "委員 設例 二郎(架空弁護士会)", "委員 例示 三枝(架空建築士会)", "委員 仮屋 四郎(自治会連合会)", "委員 試作 五月(消防局予防課)"),
        ),
        cases=tuple(a_case(n, photos, files) for n in range(cases)),
        references=(
            Reference("評点の計算方法", ("評定項目ごとに、該当する評定内容の評点を取る。一つの項目で二つ以上の内容に該当するときは、最も高い評点による。", "評定区分ごとに評点を合計し、合計が最高評点を超えるときは最高評点とする。", "各区分の評点を合計し、100点以上となるものを不良住宅とする。", "確認できなかった項目は「確認不可」とし、「該当なし」とは区別する。確認不可の項目は0点として合計し、あわせて取りうる評点の範囲を示す。")),
        ),
    )  # fmt: skip
    return (redacted(snapshot) if edition == model.PUBLIC else snapshot), files


def redacted(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as the redaction step hands it over for the public edition."""
    cases = []
    for case in snapshot.cases:
        house = dataclasses.replace(
            case.house, address=case.house.town, lot_number=None, residence_number=None, lon=None, lat=None, notes=None, extra=()
        )  # fmt: skip
        visit = dataclasses.replace(case.visit, inspectors=(), notes=(), remarks=None)
        photos = tuple(
            dataclasses.replace(each, lon=None, lat=None, distance_m=None, warnings=()) for each in case.photos[:2]
        )  # fmt: skip
        cases.append(
            dataclasses.replace(case, house=house, visit=visit, photos=photos, owner=None, neighbours=(), history=(), proposal=None)
        )  # fmt: skip
    meeting = dataclasses.replace(snapshot.meeting, members=())
    return dataclasses.replace(snapshot, cases=tuple(cases), meeting=meeting)


def build(out: Path, *args, **kwargs) -> None:
    snapshot, files = a_snapshot(*args, **kwargs)
    print(build_document(snapshot, files.__getitem__, out))


if __name__ == "__main__":
    build(Path(sys.argv[1]), *(int(each) for each in sys.argv[2:4]), *sys.argv[4:5])
