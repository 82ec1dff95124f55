"""Which pictures look almost like this one? All hashes in memory, compared bit by bit.

40 bytes a photo: a million photos take 40 MB, and a search through them a few milliseconds. An
exact search needs no index that could miss one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uploads.looks import HASH_BITS

_WORDS = HASH_BITS // 64
# Rows compared at once: what lies between is small enough to stay in the processor's cache.
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class Near:
    """A picture that looks alike: the number under which its hash was added, and differing bits."""

    number: int
    distance: int


class HashIndex:
    """The hashes of pictures under ascending numbers. Not safe for several threads at once."""

    def __init__(self) -> None:
        self._words: NDArray[np.uint64] = np.empty((_WORDS, 0), np.uint64)
        self._numbers: NDArray[np.int64] = np.empty(0, np.int64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def last(self) -> int:
        """Return the highest number that was added; 0 when there is none."""
        return int(self._numbers[self._size - 1]) if self._size else 0

    def extend(self, numbers: Sequence[int], hashes: Sequence[str]) -> None:
        """Add hashes (64 hex digits) under numbers that ascend from `last`.

        Raises ValueError for anything else.
        """
        if not numbers:
            return
        new = np.array(numbers, np.int64)
        if len(hashes) != len(new) or new[0] <= self.last or (np.diff(new) <= 0).any():
            raise ValueError("numbers must ascend, one for each hash")
        words = np.frombuffer(bytes.fromhex("".join(hashes)), ">u8").reshape(len(new), _WORDS)
        self._make_room(len(new))
        end = self._size + len(new)
        self._words[:, self._size : end] = words.T
        self._numbers[self._size : end] = new
        self._size = end

    def near(self, perceptual_hash: str, within: int, limit: int = 50) -> list[Near]:
        """Return up to `limit` pictures that differ in at most `within` bits, the nearest first."""
        query = np.frombuffer(bytes.fromhex(perceptual_hash), ">u8").astype(np.uint64)
        found = [
            Near(int(self._numbers[start + place]), int(distances[place]))
            for start in range(0, self._size, _CHUNK)
            for distances in [self._distances(query, start)]
            for place in np.flatnonzero(distances <= within)
        ]
        return sorted(found, key=lambda each: (each.distance, each.number))[:limit]

    def _distances(self, query: NDArray[np.uint64], start: int) -> NDArray[np.uint16]:
        rows = self._words[:, start : min(start + _CHUNK, self._size)]
        counts = np.bitwise_count(rows ^ query[:, None])
        # In eight bits all 256 differing would be none.
        distances: NDArray[np.uint16] = counts.sum(axis=0, dtype=np.uint16)
        return distances

    def _make_room(self, more: int) -> None:
        needed = self._size + more
        if needed <= len(self._numbers):
            return
        # A quarter more at a time: copying stays rare, and little memory lies idle.
        room = max(needed, 1024, len(self._numbers) * 5 // 4)
        words = np.empty((_WORDS, room), np.uint64)
        numbers = np.empty(room, np.int64)
        words[:, : self._size] = self._words[:, : self._size]
        numbers[: self._size] = self._numbers[: self._size]
        self._words, self._numbers = words, numbers
