"""Finds: one reason why one part of a ride deserves a look; many at once, as columns.

A find costs bytes, not an object: a queue of 100,000 items is made anew after an edit without being felt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.workspace.review.subjects import About

Codes = npt.NDArray[np.int32]
Column = npt.NDArray[Any]


class Reason(IntEnum):
    """Why something is in the queue; the value is its place in menus."""

    UNLIKE = 0
    UNLABELLED = 1
    MISSED = 2
    ALERT = 3
    EDGE = 4
    SHORT = 5
    PEOPLE = 6
    EDITED = 7
    THEIRS = 8


TITLES = {
    Reason.UNLIKE: "label unlike its look-alikes",
    Reason.UNLABELLED: "unlabelled, but looks like a class",
    Reason.MISSED: "event without an alert",
    Reason.ALERT: "alert without an annotation",
    Reason.EDGE: "edge far from the impact",
    Reason.SHORT: "shorter than a window",
    Reason.PEOPLE: "people disagree",
    Reason.EDITED: "edited since a date",
    Reason.THEIRS: "one person's events",
}


@dataclass(frozen=True, eq=False)
class Found:
    """n finds. Every column is (n,); label and word are codes into `names`, -1 for none.

    score       how much it deserves a look, 0 to 1
    value, usual  numbers that the reason's words need; word: a name that they need
    """

    about: npt.NDArray[np.int8]
    ride: npt.NDArray[np.int64]
    start_s: npt.NDArray[np.float64]
    stop_s: npt.NDArray[np.float64]
    label: Codes
    reason: npt.NDArray[np.int8]
    score: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    usual: npt.NDArray[np.float64]
    word: Codes
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ride)

    def taken(self, rows: npt.NDArray[np.integer]) -> "Found":
        """These rows, in this order."""
        return Found(**{name: getattr(self, name)[rows] for name in _COLUMNS}, names=self.names)

    def name(self, code: int) -> str:
        return self.names[code] if code >= 0 else ""


_COLUMNS = ("about", "ride", "start_s", "stop_s", "label", "reason", "score", "value", "usual", "word")


def found(
    reason: Reason,
    about: Column | int,
    ride: Column,
    start_s: Column,
    stop_s: Column,
    label: Column,
    names: Sequence[str],
    *,
    score: Column | float,
    value: Column | float = 0.0,
    usual: Column | float = 0.0,
    word: Column | int = -1,
) -> Found:
    """Finds of one reason; a plain number stands for all of them."""
    n = len(ride)

    def column(given: Column | float, kind: type[Any]) -> Column:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(given, kind), n))

    return Found(
        column(about, np.int8),
        column(ride, np.int64),
        column(start_s, np.float64),
        column(stop_s, np.float64),
        column(label, np.int32),
        column(int(reason), np.int8),
        column(score, np.float64),
        column(value, np.float64),
        column(usual, np.float64),
        column(word, np.int32),
        tuple(names),
    )


def nothing_found() -> Found:
    """No find at all."""
    none = np.empty(0)
    return found(Reason.SHORT, About.EVENT, none, none, none, none, (), score=none)


def joined(parts: Sequence[Found]) -> Found:
    """All finds under one table of names."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return nothing_found()
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    code = {name: at for at, name in enumerate(names)}
    columns: dict[str, list[Column]] = {name: [] for name in _COLUMNS}
    for part in parts:
        recoded = np.array([*(code[name] for name in part.names), -1], np.int32)
        for name in _COLUMNS:
            column = getattr(part, name)
            columns[name].append(recoded[column] if name in ("label", "word") else column)
    return Found(**{name: np.concatenate(columns[name]) for name in _COLUMNS}, names=names)
