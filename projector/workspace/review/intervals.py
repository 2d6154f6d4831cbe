"""Which intervals of one set meet those of another, ride by ride, without a loop over either."""

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Annotations

POINT_S = 1e-6  # a point meets what holds it
Bools = npt.NDArray[np.bool_]


def chosen(marks: Annotations, rows: npt.NDArray[np.integer] | Bools) -> Annotations:
    """Some rows, in their order, without authors and comments."""
    return Annotations(
        marks.ride_number[rows], marks.start_s[rows], marks.stop_s[rows], marks.label[rows], marks.label_names
    )


def no_marks() -> Annotations:
    """No annotation at all."""
    none = np.empty(0)
    return Annotations(none.astype(np.int64), none, none, none.astype(np.int32), ())


def meets(a: Annotations, b: Annotations) -> Bools:
    """Whether each interval of a overlaps one of b on its ride, bool (len(a),).

    Of b's intervals, all that begin before one of a's ends, less those that end before it begins, meet it.
    """
    if not len(a) or not len(b):
        return np.zeros(len(a), bool)
    longest = float(max(a.stop_s.max(), b.stop_s.max())) + 2.0
    begin, end = _placed(a, longest)
    starts, stops = _placed(b, longest)
    begun = np.searchsorted(np.sort(starts), end, side="left")
    over = np.searchsorted(np.sort(stops), begin, side="right")
    return np.asarray(begun > over)


def _placed(marks: Annotations, longest: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Starts and stops with every ride on a stretch of its own."""
    at = marks.ride_number * longest
    point = np.where(marks.stop_s > marks.start_s, 0.0, POINT_S)
    return marks.start_s + at, marks.stop_s + point + at
