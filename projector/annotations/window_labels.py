"""Which label each window has, from the annotations that it meets: for all rides of a library at once."""

import numpy as np
import numpy.typing as npt

from projector.domain.ids import ride_numbers
from projector.domain.nouns import Annotations, LabelRule, WindowRule, Windows

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]


def window_labels(windows: Windows, annotations: Annotations, rule: WindowRule) -> Codes:
    """Codes into annotations.label_names, int32 (n,), -1 where no annotation gives a label.

    A window is [start_s, stop_s). Of the annotations that overlap it, the one that overlaps it longest gives
    the label under ANY; under SHARE only if it covers `rule.share` of the window, under MAJORITY more than
    half. AT_END takes the annotation that is on at the window's end (start < stop_s ≤ stop), the last begun
    if there are several. A point overlaps the window that it is in, for no time at all: it gives a label only
    under ANY, and only where no interval does. Between equals the first begun wins.
    """
    window, annotation = _meetings(windows, annotations)
    start, stop = annotations.start_s[annotation], annotations.stop_s[annotation]
    chosen = np.full(len(windows), -1, np.int64)
    if rule.label_rule is LabelRule.AT_END:
        ends = (start < windows.stop_s[window]) & (stop >= windows.stop_s[window])
        chosen[window[ends]] = annotation[ends]  # later rows overwrite earlier ones
    else:
        overlap = np.minimum(stop, windows.stop_s[window]) - np.maximum(start, windows.start_s[window])
        longest = np.full(len(windows), -1.0)
        np.maximum.at(longest, window, overlap)
        wins = (overlap == longest[window]) & _enough(overlap, windows, window, rule)
        chosen[window[wins][::-1]] = annotation[wins][::-1]
    return np.where(chosen >= 0, np.append(annotations.label, -1)[chosen], -1).astype(np.int32)


def _enough(
    overlap: npt.NDArray[np.float64], windows: Windows, window: Rows, rule: WindowRule
) -> npt.NDArray[np.bool_]:
    if rule.label_rule is LabelRule.ANY:
        return np.ones(len(overlap), bool)
    share = overlap / (windows.stop_s[window] - windows.start_s[window])
    return share > 0.5 if rule.label_rule is LabelRule.MAJORITY else share >= rule.share - 1e-9


def _meetings(windows: Windows, annotations: Annotations) -> tuple[Rows, Rows]:
    """Every pair of a window and an annotation that overlaps it, as rows, in order of annotation."""
    ride = ride_numbers(windows.ids)
    # complex numbers sort by their real, then their imaginary part: by ride, then time
    starts, stops = _keys(ride, windows.start_s), _keys(ride, windows.stop_s)
    first = np.searchsorted(stops, _keys(annotations.ride_number, annotations.start_s), "right")
    last = np.searchsorted(starts, _keys(annotations.ride_number, annotations.stop_s), "left")
    points = np.flatnonzero(annotations.start_s == annotations.stop_s)
    at = _keys(annotations.ride_number[points], annotations.stop_s[points])
    last[points] = np.searchsorted(starts, at, "right")
    many = np.maximum(last - first, 0)
    annotation = np.repeat(np.arange(len(annotations)), many)
    place = np.arange(len(annotation)) - np.repeat(np.cumsum(many) - many, many)
    return first[annotation] + place, annotation


def _keys(ride: npt.NDArray[np.int64], time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.complex128]:
    keys = np.empty(len(ride), np.complex128)
    keys.real, keys.imag = ride, time_s
    return keys
