"""A meeting to measure with: invented houses under the wooden table, every photo a file of its own."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from bench.environment import FOLDER
from bench.intake_photos import jpeg, texture
from inspection.packs.model import (
    Case,
    HistoryEntry,
    House,
    LabelledText,
    Meeting,
    Neighbour,
    Office,
    Owner,
    Photo,
    Snapshot,
    StoredImage,
    Visit,
)
from inspection.packs.score_model import ADVERSE, MILD, Score
from inspection.packs.scores import freeze_score
from scoring.answers import parse_answers
from scoring.evaluate import evaluate
from scoring.model import RuleTable
from scoring.registry import load_registry
from scoring.rendering import score_to_json, table_to_json

WOODEN = ("jp.substandard-dwelling.wooden", "2004-07-01")
PHOTOS = FOLDER / "packs" / "photos"
SIZES = ((1600, 1200), (1600, 1200), (1600, 1200), (1200, 1600))  # every fourth is portrait
PICTURES = 8
WARDS = ("門司区", "若松区", "戸畑区", "小倉北区", "小倉南区", "八幡東区", "八幡西区")
TOWNS = ("見本町", "仮屋敷", "架空台", "例示町", "大字設例", "試作町", "雛形")
PARTS = (
    "棟",
    "軒先",
    "外壁",
    "北側の柱",
    "土台",
    "玄関の庇",
    "2階の窓枠",
    "縁側の床",
    "雨樋",
    "ブロック塀",
)
STATES = (
    "が大きくたわみ、瓦が約{}枚落ちている",
    "の仕上げが約{}m²にわたり剥落し、下地の木ずりが露出している",
    "の根元が腐朽し、約{}cm傾いている",
    "に幅約{}mmの亀裂があり、雨水が入っている",
    "が道路の側へ約{}cmはみ出している",
    "の固定が緩み、強風の際に飛散した記録が{}件ある",
)
VIEWS = (
    ("overview", "全景"), ("2-4", "屋根"), ("2-3", "外壁・界壁"), ("2-2", "基礎・土台・柱・はり"),
    ("6-2", "雨水"), ("surroundings", "周辺"), ("3-1", "外壁"), ("1-1", "基礎"),
)  # fmt: skip


@dataclass(frozen=True)
class StoredPhotos:
    """The photos of a pack: the file of each, and what the snapshot says of it."""

    files: tuple[Path, ...]
    images: tuple[StoredImage, ...]

    @property
    def bytes(self) -> int:
        """Their size together."""
        return sum(file.stat().st_size for file in self.files)


def stored_photos(count: int) -> StoredPhotos:
    """Return so many report copies, written on first use: 8 pictures, all files differ."""
    PHOTOS.mkdir(parents=True, exist_ok=True)
    pictures: list[bytes] = []
    files, images = [], []
    for number in range(count):
        path = PHOTOS / f"{number:05}.jpg"
        if not path.is_file():
            pictures = pictures or [_picture(seed) for seed in range(PICTURES)]
            picture, mark = pictures[number % PICTURES], f"photo {number:05}".encode()
            comment = b"\xff\xfe" + (len(mark) + 2).to_bytes(2, "big") + mark
            path.write_bytes(picture[:2] + comment + picture[2:])
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        files.append(path)
        images.append(StoredImage(path.name, sha256, *SIZES[number % PICTURES % len(SIZES)]))
    return StoredPhotos(tuple(files), tuple(images))


def _picture(seed: int) -> bytes:
    return jpeg(texture(*SIZES[seed % len(SIZES)], seed), (72, 76, 80, 85)[seed // 2])


def a_pack(cases: int, photos: StoredPhotos, photos_each: int) -> Snapshot:
    """Return the frozen pack: so many cases with so many photos each, the same every time."""
    table = load_registry().get(*WOODEN)
    made = []
    for n in range(cases):
        images = photos.images[n * photos_each : (n + 1) * photos_each]
        made.append(_case(random.Random(n), n, table, images))
    stamps = ("課長", "係長", "担当者")
    office = Office("北九州市", "建築都市局 指導部 建築指導課 空き家対策係(事務局)", stamps)
    meeting = Meeting(
        id="20000000-0000-4000-8000-000000000012",
        number=12,
        title="老朽空き家判定委員会",
        held_at="2026-11-23T14:00:00+09:00",
        place="市役所本庁舎 5階 第2会議室",
    )
    return Snapshot("closed", office, meeting, tuple(made))


def _case(chance: random.Random, n: int, table: RuleTable, images: tuple[StoredImage, ...]) -> Case:
    ward, town = chance.choice(WARDS), chance.choice(TOWNS)
    at = f"2026-10-{chance.randint(1, 28):02}T{chance.randint(9, 16):02}:{chance.randint(0, 59):02}"
    return Case(
        house=_house(chance, n, ward, town),
        visit=Visit(
            id=f"10000000-0000-4000-8000-{n:012}",
            method="full",
            inspected_at=f"{at}:00+09:00",
            inspectors=("見本 太郎", "設例 花子"),
            remarks=_prose(chance, 3),
            notes=tuple(LabelledText(label, _prose(chance, 2), code) for code, label in VIEWS[1:4]),
        ),
        score=_score(chance, table),
        photos=tuple(_photo(chance, n, at, *each) for each in enumerate(images)),
        owner=Owner(
            name="架空 一郎(登記名義人、死亡)",
            address=f"福岡県架空市{town}{n % 9 + 1}丁目{n % 20 + 1}番3号",
            phone="000-0000-0000",
            notes=f"相続人{n % 5 + 3}名のうち2名から除却の同意を得た。残る{n % 5 + 1}名は県外に居住し、"
            "文書で照会中。固定資産税は納付されている。",
        ),
        history=(
            HistoryEntry("2025-06-11", "通報", f"近隣から「{_finding(chance)}」との相談"),
            HistoryEntry("2025-09-02", "現地調査", f"外観目視、評点{n % 60 + 40}点(未確定)"),
            HistoryEntry("2026-02-20", "第11回判定委員会", "保留(内部の調査を要する)"),
        ),
        neighbours=_neighbours(chance),
        surroundings=(
            f"前面の里道は通学路に指定されており、児童約{n % 50 + 20}名が毎日通行する。{_prose(chance, 2)}",
        ),
        proposal="不良住宅に該当すると認め、老朽空き家除却補助の対象とすることが適当である。なお、"
        f"{chance.choice(PARTS)}については、除却までの間、市が所有者に応急の防護を求める。",
    )


def _house(chance: random.Random, n: int, ward: str, town: str) -> House:
    return House(
        code=f"R8-{n + 1:03}",
        address=f"北九州市{ward}{town}{n % 9 + 1}番{n % 23 + 2}号",
        town=f"{ward}{town}",
        lot_number=f"{1200 + n}番{n % 7 + 1}",
        residence_number=f"{n % 9 + 1}番{n % 23 + 2}号",
        ward_name=ward,
        lon=130.81,
        lat=33.86,
        structure="wooden",
        structure_label="木造",
        storeys=chance.randint(1, 2),
        floor_area_m2=round(chance.uniform(30, 200), 2),
        built_year=chance.randint(1935, 1985),
        use="専用住宅",
        notes="接道は幅員1.8mの里道のみ。重機の進入は困難。",
        extra=(LabelledText("受付番号", f"令8建指第{n + 101}号"),),
    )


def _score(chance: random.Random, table: RuleTable) -> Score:
    """Score an inspection in which a third of the items has a finding and one or two are unknown."""
    answers: dict[str, object] = {}
    for item in table.items():
        found = chance.random()
        graded = found < 0.35 and item.grades
        answers[item.code] = [chance.choice(item.grades).code] if graded else "none"
        if found > 0.95:
            answers[item.code] = "unknown"
    score = evaluate(table, parse_answers(table, answers))
    return freeze_score(score_to_json(score), table_to_json(table), lambda *_: None)


def _photo(chance: random.Random, case: int, at: str, n: int, image: StoredImage) -> Photo:
    item, label = VIEWS[n % len(VIEWS)]
    located = chance.random() < 0.9
    return Photo(
        id=f"00000000-0000-4000-8000-{case:06}{n:06}",
        number=n + 1,
        item=item,
        item_label=label,
        sha256=hashlib.sha256(image.sha256.encode()).hexdigest(),
        image=image,
        caption=_finding(chance) if n % 5 != 4 else None,
        taken_at=f"{at}:{n:02}+09:00",
        lon=130.81 if located else None,
        lat=33.86 if located else None,
        direction_deg=chance.randrange(360) if located else None,
        distance_m=round(chance.uniform(2, 40), 1) if located else None,
    )


def _neighbours(chance: random.Random) -> tuple[Neighbour, ...]:
    """Return five judged houses around the place, for our map; the peers draw none."""
    return tuple(
        Neighbour(
            letter=chr(65 + n),
            lon=130.81 + chance.uniform(-0.001, 0.001),
            lat=33.86 + chance.uniform(-0.001, 0.001),
            total=(115, 45)[n % 2],
            judgement=("substandard", "not_substandard")[n % 2],
            judgement_label=("不良住宅", "非該当")[n % 2],
            code=f"R7-{n:03}",
            standing=(ADVERSE, MILD)[n % 2],
        )
        for n in range(5)
    )


def _finding(chance: random.Random) -> str:
    return chance.choice(PARTS) + chance.choice(STATES).format(chance.randint(2, 30))


def _prose(chance: random.Random, sentences: int) -> str:
    return "".join(f"{_finding(chance)}。" for _ in range(sentences))
