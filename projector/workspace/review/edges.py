"""Edges far from the impact, for classes whose events have one.

A class shows impacts if at least half of its intervals hold a shock of `processing.impacts.LEAST`. How long
before the impact its annotations usually begin is learnt from them: whoever lets every fall begin half a
second early is not asked about each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Annotations
from projector.workspace.review.found import Found, Reason, found, joined, nothing_found
from projector.workspace.review.intervals import chosen, meets
from projector.workspace.review.subjects import About

SHOWS = 0.5
REACH_S = 3.0  # how far outside an annotation its impact may lie
FAR_S = 0.5
ENDS_S = 0.1  # an end may lie so much before the peak
ENOUGH = 8  # events of a class, before what is usual for it can be said
SPREADS = 3.0
_NORMAL = 1.4826
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
STARTS, ENDS = "starts", "ends"


@dataclass(frozen=True, eq=False)
class Impacts:
    """Shocks of rides, sorted by ride and time: ride int64 (n,), time_s float64 (n,), height m/s² (n,)."""

    ride: npt.NDArray[np.int64]
    time_s: Floats
    height: npt.NDArray[np.float32]

    def and_(self, more: "Impacts") -> "Impacts":
        """These and those of other rides."""
        ride, time_s, height = (
            np.concatenate([getattr(self, name), getattr(more, name)])
            for name in ("ride", "time_s", "height")
        )
        order = np.lexsort((time_s, ride))
        return Impacts(ride[order], time_s[order], height[order])


def far_edges(marks: Annotations, impacts: Impacts) -> Found:
    """Starts and ends that lie farther from their impact than is usual for their class.

    The impact of an annotation is the greatest in it or within 3 s, unless it lies in another annotation
    of a class with impacts. value: seconds of the edge after the impact, usual: those of the class.
    """
    rows = np.flatnonzero(marks.stop_s > marks.start_s)
    if not len(rows) or not len(impacts.ride):
        return nothing_found()
    intervals = chosen(marks, rows)
    intervals = _showing(intervals, impacts)
    points = Annotations(
        impacts.ride, impacts.time_s, impacts.time_s, np.zeros(len(impacts.ride), np.int32), ("impact",)
    )
    row, at = _impact_of(intervals, impacts, REACH_S, meets(points, intervals))
    intervals, time_s = chosen(intervals, row), impacts.time_s[at]
    late, early_end = intervals.start_s - time_s, time_s - intervals.stop_s
    usual, far = _typical(late, intervals.label, len(marks.label_names))
    off = np.abs(late - usual)
    starts = np.flatnonzero(off > far)
    ends = np.setdiff1d(np.flatnonzero(early_end > ENDS_S), starts)
    return joined(
        [
            _told(intervals, starts, late[starts], usual[starts], off[starts], STARTS),
            _told(intervals, ends, -early_end[ends], 0.0, early_end[ends], ENDS),
        ]
    )


def _showing(intervals: Annotations, impacts: Impacts) -> Annotations:
    """Those of classes at least half of which hold an impact."""
    labels = len(intervals.label_names)
    row, _ = _impact_of(intervals, impacts, 0.0, np.zeros(len(impacts.ride), bool))
    held = np.bincount(intervals.label[row], minlength=labels)
    many = np.bincount(intervals.label, minlength=labels)
    return chosen(intervals, (held >= SHOWS * many)[intervals.label])


def _impact_of(
    marks: Annotations, impacts: Impacts, reach_s: float, taken: npt.NDArray[np.bool_]
) -> tuple[Rows, Rows]:
    """(rows of marks that have an impact, the greatest one's row); a taken one counts only inside."""
    longest = float(max(marks.stop_s.max(initial=0), impacts.time_s.max())) + 4 * REACH_S
    place = impacts.ride * longest + impacts.time_s
    first = np.searchsorted(place, marks.ride_number * longest + marks.start_s - reach_s)
    last = np.searchsorted(place, marks.ride_number * longest + marks.stop_s + reach_s, "right")
    count = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(marks)), count)
    at = np.arange(len(row)) - (np.cumsum(count) - count)[row] + first[row]
    inside = (impacts.time_s[at] >= marks.start_s[row]) & (impacts.time_s[at] <= marks.stop_s[row])
    kept = inside | ~taken[at]
    row, at = row[kept], at[kept]
    order = np.lexsort((at, -impacts.height[at], row))
    row, at = row[order], at[order]
    greatest = np.flatnonzero(np.r_[True, np.diff(row) > 0]) if len(row) else np.empty(0, np.intp)
    return row[greatest], at[greatest]


def _typical(late: Floats, label: npt.NDArray[np.int32], labels: int) -> tuple[Floats, Floats]:
    """How late starts of its class usually are, and how far from that is far, for each start.

    Of a class with few events nothing is usual: then only a start after its impact is far.
    """
    usual, far = np.zeros(len(late)), np.full(len(late), FAR_S)
    for code in range(labels):
        own = label == code
        if np.count_nonzero(own) >= ENOUGH:
            middle = float(np.median(late[own]))
            usual[own] = middle
            far[own] = max(FAR_S, SPREADS * _NORMAL * float(np.median(np.abs(late[own] - middle))))
        else:
            far[own & (late < 0)] = np.inf
    return usual, far


def _told(
    marks: Annotations, rows: Rows, value: Floats, usual: Floats | float, off: Floats, which: str
) -> Found:
    names = (*marks.label_names, which)
    return found(
        Reason.EDGE,
        About.EVENT,
        marks.ride_number[rows],
        marks.start_s[rows],
        marks.stop_s[rows],
        marks.label[rows],
        names,
        score=off / (off + FAR_S),
        value=value,
        usual=usual,
        word=len(names) - 1,
    )
