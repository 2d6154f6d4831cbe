"""The mean over each window of every channel but the accelerations: speed, position … as columns."""

from collections.abc import Iterable
from itertools import chain

import numpy as np

from projector.domain.nouns import AXES, Seconds, Stream, Windows
from projector.features.tile import Array, Single
from projector.processing.resample import times_of

_TURNING = {kind + axis for kind in "agm" for axis in "xyz"}
"""Axes that turn with a device: their mean tells nothing of the ride, and the tilt is among the features."""


class Means:
    """Columns by name, float32 (n,), NaN where a ride has no such channel."""

    def __init__(self, n: int) -> None:
        self._n = n
        self.columns: dict[str, Single] = {}

    def add(self, rows: slice, windows: Windows, primary: Stream, aux: Iterable[Stream]) -> None:
        """Fills the rows of one ride. What another stream called the same is `<stream>__<channel>`."""
        seen: set[str] = set(AXES)
        start_s, stop_s = windows.start_s[rows], windows.stop_s[rows]
        for stream in chain([primary], aux):
            kept = [i for i, channel in enumerate(stream.channels) if channel not in _TURNING]
            times = times_of(stream) if kept else np.empty(0)
            for channel, samples in ((stream.channels[i], stream.samples[:, i]) for i in kept):
                name = f"{stream.name}__{channel}" if channel in seen else channel
                seen.add(channel)
                column = self.columns.setdefault(name, np.full(self._n, np.nan, np.float32))
                column[rows] = means_between(times, samples, start_s, stop_s)


def means_between(times: Seconds, samples: Single, start_s: Seconds, stop_s: Seconds) -> Array:
    """Mean of the samples with start ≤ time < stop that are numbers, float64 (n,).

    Where a slow stream has none in a window, its straight line between the neighbours at the window's middle;
    NaN before the first and after the last sample.
    """
    known = np.isfinite(samples)
    times, values = times[known], samples[known].astype(np.float64)
    if not len(times):
        return np.full(len(start_s), np.nan)
    first, last = np.searchsorted(times, start_s), np.searchsorted(times, stop_s)
    centre = values.mean()
    sums = np.concatenate(([0.0], np.cumsum(values - centre)))
    count = last - first
    mean = centre + (sums[last] - sums[first]) / np.maximum(count, 1)
    between = np.interp((start_s + stop_s) / 2, times, values, left=np.nan, right=np.nan)
    return np.where(count > 0, mean, between)
