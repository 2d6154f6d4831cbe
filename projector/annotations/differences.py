"""Where two people's labels differ, event by event: edges apart, another class, events that only one has.

Pairs are those of agreement.match, so that the list and the figures beside it speak of the same events.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from projector.annotations.agreement import POINT_REACH_S, match
from projector.domain.nouns import Annotations

LEAST_S = 0.0005  # edges closer than half a millisecond are the same: formats round

Rows = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]


class Difference(IntEnum):
    """What differs."""

    EDGES = 0  # one event, other ends
    CLASS = 1  # one event, another class
    ONLY_A = 2  # an event that the second person hasn't
    ONLY_B = 3


@dataclass(frozen=True, eq=False)
class Differences:
    """One row a difference, the greatest first.

    kind            int8 (n,), Difference                ride   int64 (n,), the ride's number
    row_a, row_b    int64 (n,), the event on each side, -1 where it isn't
    onset, offset   float64 (n,): how much later b's edges are, in seconds; NaN where one side has none, and
                    for the offset of points
    size            float64 (n,): seconds that are labelled differently; a point counts as POINT_REACH_S
    """

    kind: npt.NDArray[np.int8]
    ride: Rows
    row_a: Rows
    row_b: Rows
    onset: Times
    offset: Times
    size: Times

    def __len__(self) -> int:
        return len(self.kind)

    def taken(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> "Differences":
        """Some of them."""
        return Differences(**{name: column[rows] for name, column in vars(self).items()})


def differences(a: Annotations, b: Annotations) -> Differences:
    """Everything in which b differs from a. Only rides that both have labelled should come in."""
    same = match(a, b)
    rest_a = np.setdiff1d(np.arange(len(a)), same.rows_a)
    rest_b = np.setdiff1d(np.arange(len(b)), same.rows_b)
    other = match(_nameless(a, rest_a), _nameless(b, rest_b))
    class_a, class_b = rest_a[other.rows_a], rest_b[other.rows_b]
    only_a, only_b = np.setdiff1d(rest_a, class_a), np.setdiff1d(rest_b, class_b)
    parts = [
        _rows(Difference.EDGES, a, b, same.rows_a, same.rows_b),
        _rows(Difference.CLASS, a, b, class_a, class_b),
        _rows(Difference.ONLY_A, a, b, only_a, np.full(len(only_a), -1)),
        _rows(Difference.ONLY_B, a, b, np.full(len(only_b), -1), only_b),
    ]
    every = Differences(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
    )
    apart = np.fmax(np.abs(every.onset), np.nan_to_num(np.abs(every.offset))) > LEAST_S
    kept = np.flatnonzero((every.kind != Difference.EDGES) | apart)
    start = np.where(every.row_a >= 0, _at(a.start_s, every.row_a), _at(b.start_s, every.row_b))
    return every.taken(kept[np.lexsort((start[kept], every.ride[kept], -every.size[kept]))])


def _nameless(side: Annotations, rows: Rows) -> Annotations:
    """Some rows as if there were but one class: what then matches is one event under two names."""
    classless = np.zeros(len(rows), np.int32)
    return Annotations(side.ride_number[rows], side.start_s[rows], side.stop_s[rows], classless, ("any",))


def _rows(kind: Difference, a: Annotations, b: Annotations, rows_a: Rows, rows_b: Rows) -> Differences:
    ride = np.where(rows_a >= 0, _at(a.ride_number, rows_a), _at(b.ride_number, rows_b)).astype(np.int64)
    start_a, stop_a = _at(a.start_s, rows_a), _at(a.stop_s, rows_a)
    start_b, stop_b = _at(b.start_s, rows_b), _at(b.stop_s, rows_b)
    point = (start_a == stop_a) | (start_b == stop_b)
    onset, offset = start_b - start_a, np.where(point, np.nan, stop_b - stop_a)
    if kind is Difference.EDGES:
        size = np.abs(onset) + np.nan_to_num(np.abs(offset))
    else:
        size = np.fmax(stop_a, stop_b) - np.fmin(start_a, start_b)
        size = np.where(point, POINT_REACH_S, size)
    many = len(rows_a)
    return Differences(
        np.full(many, kind, np.int8),
        ride,
        rows_a.astype(np.int64),
        rows_b.astype(np.int64),
        onset,
        offset,
        size,
    )


def _at(column: npt.NDArray[np.generic], rows: Rows) -> Times:
    """Values of some rows, NaN where the row is -1."""
    padded = np.append(column.astype(np.float64), np.nan)
    return np.asarray(padded[rows])
