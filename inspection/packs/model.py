"""The frozen data of one meeting pack: everything a pack shows, and the only input of drawing.

Nothing here knows the time of its own making, so the same rows give the same snapshot, the same
digest and, through `document.build_document`, the same PDF bytes. Times are RFC 3339 strings with
offset, dates `YYYY-MM-DD`, coordinates WGS84 degrees, lengths metres, areas square metres.
`None` means not known, or taken out of the public edition: drawing leaves the place blank.
"""

from dataclasses import dataclass, field

from inspection.packs import canonical
from inspection.packs.score_model import MILD, Score
from inspection.packs.wording import Wording

SCHEMA = "hantei-pack-snapshot/2"
CLOSED = "closed"
PUBLIC = "public"
SECRETARIAT = "secretariat"  # the closed one, with what the secretariat has to look after
EDITIONS = (CLOSED, PUBLIC, SECRETARIAT)


@dataclass(frozen=True)
class Office:
    """Who issues the pack: names, stamp roles and own words from the settings."""

    city: str
    secretariat: str
    stamp_roles: tuple[str, ...] = ()
    wording: Wording = field(default_factory=Wording)


@dataclass(frozen=True)
class Meeting:
    """A meeting (判定委員会). `held_at` carries the time of day where it is known."""

    id: str
    title: str
    held_at: str
    number: int | None = None
    place: str | None = None
    agenda: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledText:
    """A label and its text: the city's own fields, conditions, notes by item."""

    label: str
    text: str
    code: str | None = None


@dataclass(frozen=True)
class House:
    """The house under judgement. `lon`, `lat` in WGS84 degrees, None in the public edition."""

    code: str
    address: str
    town: str | None = None
    lot_number: str | None = None
    residence_number: str | None = None
    ward_name: str | None = None
    lon: float | None = None
    lat: float | None = None
    structure: str | None = None
    structure_label: str | None = None
    storeys: int | float | None = None
    floor_area_m2: int | float | None = None
    built_year: int | None = None
    use: str | None = None
    notes: str | None = None
    extra: tuple[LabelledText, ...] = ()


@dataclass(frozen=True)
class Visit:
    """The inspection the case rests on (現地調査)."""

    id: str
    method: str
    inspected_at: str
    inspectors: tuple[str, ...] = ()
    remarks: str | None = None
    notes: tuple[LabelledText, ...] = ()
    conditions: tuple[LabelledText, ...] = ()


@dataclass(frozen=True)
class StoredImage:
    """A stored JPEG that goes into the file untouched; `key` is what `open_photo` is called with."""

    key: str
    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Photo:
    """A photo of the case. `number` counts from 1 in the case; `sha256` is the original's.

    direction_deg: the way the camera looked, clockwise from true north.
    distance_m: from the camera to the house.
    warnings: texts of the checks that did not pass; in the secretariat's edition only.
    """

    id: str
    number: int
    item: str
    item_label: str
    sha256: str
    image: StoredImage
    caption: str | None = None
    taken_at: str | None = None
    lon: float | None = None
    lat: float | None = None
    direction_deg: int | float | None = None
    distance_m: int | float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Owner:
    """The owner summary (所有者等調査). Never in the public edition."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class HistoryEntry:
    """An earlier visit or decision (経緯): date `YYYY-MM-DD` or RFC 3339, what, and how it ended."""

    on: str
    event: str
    detail: str | None = None


@dataclass(frozen=True)
class Neighbour:
    """Another judged house on the location map: `letter` is its label (A, B, …)."""

    letter: str
    lon: float
    lat: float
    total: int | float
    judgement: str
    judgement_label: str
    code: str | None = None
    standing: str = MILD


@dataclass(frozen=True)
class Basemap:
    """A raster under the map (JPEG, equirectangular), with the attribution it must carry."""

    image: StoredImage
    west: float
    south: float
    east: float
    north: float
    attribution: str


@dataclass(frozen=True)
class Decision:
    """What a committee decided: `approved`, `not_approved` or `deferred`."""

    decision: str
    reason: str | None = None
    decided_on: str | None = None


@dataclass(frozen=True)
class Case:
    """One case of the meeting, in its order on the agenda.

    surroundings: paragraphs on the effect on the surroundings. checks: what the secretariat has
    to look after, in its own edition only.
    """

    house: House
    visit: Visit
    score: Score
    photos: tuple[Photo, ...] = ()
    owner: Owner | None = None
    history: tuple[HistoryEntry, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    basemap: Basemap | None = None
    surroundings: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    proposal: str | None = None
    decision: Decision | None = None


@dataclass(frozen=True)
class Reference:
    """A chapter of the reference material (参考資料): a title and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """One pack. `edition` is one of EDITIONS; redaction has been done before this point."""

    edition: str
    office: Office
    meeting: Meeting
    cases: tuple[Case, ...]
    references: tuple[Reference, ...] = ()
    schema: str = SCHEMA

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise canonical.SnapshotError(f"schema: found {self.schema}, allowed: {SCHEMA}")
        if self.edition not in EDITIONS:
            allowed = ", ".join(EDITIONS)
            raise canonical.SnapshotError(f"edition: found {self.edition}, allowed: {allowed}")

    def to_json(self) -> bytes:
        """Return the canonical JSON: sorted keys, UTF-8, no spaces."""
        return canonical.dump(self)

    @staticmethod
    def from_json(data: bytes | str) -> "Snapshot":
        """Read what `to_json` wrote; raises canonical.SnapshotError."""
        return canonical.load(Snapshot, data)

    def digest(self) -> str:
        """Return the hex sha256 of `to_json()`: the identity of the pack."""
        return canonical.sha256(self)
