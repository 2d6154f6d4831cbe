"""Which label a window gets from the annotations that it meets, for all windows of a library at once.

Annotations and windows are paired by binary search on one axis of time on which the rides lie one after
the other; what overlaps is summed by window and label. No Python loop runs over windows or rides.
"""

import numpy as np
import numpy.typing as npt

from projector.domain import ids
from projector.domain.nouns import Annotations, LabelRule, WindowRule, Windows

Codes = npt.NDArray[np.int32]
NO_LABEL = -1
# A point has no length. This much makes it meet the window that holds it (ANY), and never outweigh
# an interval, reach a share or be a majority.
_POINT_S = 1e-6
_CHUNK = 1 << 16  # windows summed at a time: labels × this many sums fit the cache


def window_labels(windows: Windows, annotations: Annotations, rule: WindowRule) -> Codes:
    """Codes into annotations.label_names, int32 (n,); -1 for a window that gets none.

    The windows are in order of id, the annotations sorted by ride and start. Where two labels
    overlap a window equally, the first in label_names wins; at_end takes the one that began last.
    """
    if not len(windows) or not len(annotations):
        return np.full(len(windows), NO_LABEL, np.int32)
    starts, stops, begins, ends = _one_axis(windows, annotations)
    if rule.label_rule is LabelRule.AT_END:
        return _at_end(stops, begins, ends, annotations.label)
    length = windows.stop_s - windows.start_s
    least = {
        LabelRule.ANY: np.zeros_like(length),
        LabelRule.SHARE: rule.share * length * (1 - 1e-9),
        LabelRule.MAJORITY: length / 2,
    }[rule.label_rule]
    window, annotation = _pairs(starts, stops, begins, ends)
    overlap = np.minimum(stops[window], ends[annotation]) - np.maximum(starts[window], begins[annotation])
    return _heaviest(window, annotations.label[annotation], overlap, least, len(annotations.label_names))


def ride_window_labels(
    windows: Windows, rows: slice, annotations: Annotations, ride: int, rule: WindowRule
) -> Codes:
    """The same of some windows of one ride alone, int32 (rows,)."""
    part = Windows(windows.ids[rows], windows.start_s[rows], windows.stop_s[rows], windows.gap_share[rows])
    own = annotations.of_ride(ride)
    marks = Annotations(
        annotations.ride_number[own],
        annotations.start_s[own],
        annotations.stop_s[own],
        annotations.label[own],
        annotations.label_names,
    )
    return window_labels(part, marks, rule)


def meetings(windows: Windows, annotations: Annotations) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Every window and annotation that overlap, as rows of both, in order of the window."""
    if not len(windows) or not len(annotations):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    return _pairs(*_one_axis(windows, annotations))


def spans(windows: Windows, annotations: Annotations) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first window that each annotation overlaps, and the one after the last that it does."""
    if not len(windows):
        return np.zeros(len(annotations), np.intp), np.zeros(len(annotations), np.intp)
    starts, stops, begins, ends = _one_axis(windows, annotations)
    first = np.searchsorted(stops, begins, side="right")
    return first, np.maximum(np.searchsorted(starts, ends, side="left"), first)


def _one_axis(windows: Windows, annotations: Annotations) -> tuple[npt.NDArray[np.float64], ...]:
    """Starts and stops of both with every ride moved to a stretch of its own."""
    window_ride, annotation_ride = ids.ride_numbers(windows.ids), annotations.ride_number
    back = np.concatenate([[0], np.cumsum(np.diff(window_ride) != 0)])
    rides = window_ride[np.concatenate([[True], np.diff(window_ride) != 0])]
    longest = float(max(windows.stop_s.max(), annotations.stop_s.max())) + 1.0
    known = np.isin(annotation_ride, rides)
    at = np.where(known, np.searchsorted(rides, annotation_ride), len(rides))
    point = np.where(annotations.stop_s > annotations.start_s, 0.0, _POINT_S)
    begins, ends = annotations.start_s + at * longest, annotations.stop_s + point + at * longest
    return windows.start_s + back * longest, windows.stop_s + back * longest, begins, ends


def _pairs(
    starts: npt.NDArray[np.float64],
    stops: npt.NDArray[np.float64],
    begins: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Every (window, annotation) that overlap; both edges of the windows ascend."""
    first = np.searchsorted(stops, begins, side="right")
    count = np.maximum(np.searchsorted(starts, ends, side="left") - first, 0)
    annotation = np.repeat(np.arange(len(begins)), count)
    before = np.cumsum(count) - count
    window = np.arange(len(annotation)) - before[annotation] + first[annotation]
    order = np.argsort(window, kind="stable")
    return window[order], annotation[order]


def _heaviest(
    window: npt.NDArray[np.intp],
    label: Codes,
    overlap: npt.NDArray[np.float64],
    least: npt.NDArray[np.float64],
    labels: int,
) -> Codes:
    """The label with the most seconds in each window, if it has more than the least (or as much, over 0)."""
    codes = np.full(len(least), NO_LABEL, np.int32)
    for first in range(0, len(least), _CHUNK):
        last = min(first + _CHUNK, len(least))
        pairs = slice(*np.searchsorted(window, [first, last]))
        cell = (window[pairs] - first) * labels + label[pairs]
        seconds = np.bincount(cell, overlap[pairs], (last - first) * labels).reshape(-1, labels)
        best = seconds.argmax(axis=1)
        reached = seconds[np.arange(last - first), best] > least[first:last]
        codes[first:last][reached] = best[reached]
    return codes


def _at_end(
    stops: npt.NDArray[np.float64],
    begins: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
    label: Codes,
) -> Codes:
    """The annotation that holds the moment just before the window's stop; the last begun of several."""
    first, last = np.searchsorted(stops, begins, side="right"), np.searchsorted(stops, ends, side="right")
    codes = np.full(len(stops), NO_LABEL, np.int32)
    count = np.maximum(last - first, 0)
    annotation = np.repeat(np.arange(len(begins)), count)
    window = np.arange(len(annotation)) - (np.cumsum(count) - count)[annotation] + first[annotation]
    codes[window] = label[annotation]  # annotations ascend by start: the last begun is written last
    return codes
