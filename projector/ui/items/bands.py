"""Annotations as bands: one item draws all of a ride's, however many, and finds one under the pointer.

A region object per annotation costs seconds to build and half a second a frame at a thousand of them.
Here intervals are packed into rows in which none overlaps another; within a row starts and stops
ascend, so what is in view is a slice found by binary search. Boxes of a few pixels are written into one
image; only those wide enough for a rounded corner and a name are drawn one by one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Seconds

MAX_ROWS = 6
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class BandRow:
    """Annotations that don't overlap, by time: index int (n,) into the ride's; start, stop ascending."""

    index: Indices
    start: Seconds
    stop: Seconds

    def visible(self, start_s: float, stop_s: float) -> slice:
        """Those that meet [start_s, stop_s]."""
        return slice(
            int(np.searchsorted(self.stop, start_s)), int(np.searchsorted(self.start, stop_s, "right"))
        )


@dataclass(frozen=True, eq=False)
class Bands:
    """A ride's annotations ready to draw. start, stop float64 (n,) by start; label int32 codes into names.

    crowded     how many share the last row with others, because more overlap at once than rows are drawn
    pm          float64 (n, 2), how far off start and stop may be, ± seconds; None: all are exact
    """

    start: Seconds
    stop: Seconds
    label: npt.NDArray[np.int32]
    names: tuple[str, ...]
    rows: tuple[BandRow, ...]
    crowded: int = 0
    pm: Seconds | None = None

    def __len__(self) -> int:
        return len(self.start)

    @staticmethod
    def of(
        start: Seconds,
        stop: Seconds,
        label: npt.NDArray[np.int32],
        names: tuple[str, ...],
        pm: Seconds | None = None,
    ) -> "Bands":
        """Packs intervals, sorted by start, into as few rows as they need."""
        row = packed(start, stop)
        crowded = int(np.count_nonzero(row >= MAX_ROWS))
        row = np.minimum(row, MAX_ROWS - 1)
        rows = [np.flatnonzero(row == k) for k in range(int(row.max(initial=-1)) + 1)]
        bands = tuple(BandRow(index, start[index], np.maximum.accumulate(stop[index])) for index in rows)
        return Bands(start, stop, label, names, bands, crowded, pm)

    def uncertainty(self, i: int) -> tuple[float, float]:
        """± of an annotation's start and stop, in seconds."""
        return (0.0, 0.0) if self.pm is None else (float(self.pm[i, 0]), float(self.pm[i, 1]))

    def at(self, seconds: float, row: int | None = None, slack_s: float = 0.0) -> int | None:
        """The shortest annotation over a moment, of one row or of all; points count within slack_s."""
        rows = self.rows if row is None else self.rows[row : row + 1]
        found = [
            int(i) for part in rows for i in part.index[part.visible(seconds - slack_s, seconds + slack_s)]
        ]
        inside = [i for i in found if self.start[i] <= seconds < self.stop[i]]
        near = [i for i in found if self.start[i] == self.stop[i]]
        return min(near or inside, key=lambda i: self.stop[i] - self.start[i], default=None)

    def next(self, seconds: float, current: int | None, forward: bool) -> int | None:
        """The event after or before the current one; without one, after or before a moment."""
        if current is not None:
            step = current + (1 if forward else -1)
            return step if 0 <= step < len(self) else None
        if forward:
            step = int(np.searchsorted(self.start, seconds, "right"))
            return step if step < len(self) else None
        step = int(np.searchsorted(self.start, seconds)) - 1
        return step if step >= 0 else None


def packed(start: Seconds, stop: Seconds) -> Indices:
    """The row of each interval, the lowest that is free when it begins, int (n,); MAX_ROWS if none is."""
    row = np.zeros(len(start), np.intp)
    if not np.any(start[1:] < np.maximum.accumulate(stop)[:-1]) and np.all(start[1:] > start[:-1]):
        return row
    ends = [-np.inf] * MAX_ROWS
    for i, (begin, end) in enumerate(zip(start.tolist(), stop.tolist(), strict=True)):
        free = (k for k, busy in enumerate(ends) if busy < begin or (busy == begin and end > begin))
        row[i] = next(free, MAX_ROWS)
        if row[i] < MAX_ROWS:
            ends[row[i]] = end
    return row
