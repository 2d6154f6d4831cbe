"""Impacts of a ride: where |a| leaves its usual value by more than riding does."""

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Samples, Seconds

LEAST = 15.0  # m/s² away from the median of |a|: over 1.5 g
APART_S = 1.0  # of several within a second the greatest is the impact

Floats = npt.NDArray[np.float64]


def impacts(times: Seconds, axes: Samples) -> tuple[Floats, Floats]:
    """When impacts peak, and how high, in order of time: seconds and m/s², float64 (k,) each.

    axes    float32 (n, 3), m/s²; samples that are not finite are none
    """
    with np.errstate(over="ignore", invalid="ignore"):
        magnitude = np.sqrt(np.einsum("ij,ij->i", axes, axes, dtype=np.float64))
    known = np.isfinite(magnitude)
    times, magnitude = times[known], magnitude[known]
    if not len(times):
        return np.empty(0), np.empty(0)
    away = np.abs(magnitude - np.median(magnitude))
    over = np.flatnonzero(away >= LEAST)
    peaks = np.empty(0, np.int64)
    while len(over):
        runs = np.flatnonzero(np.r_[True, np.diff(times[over]) > APART_S])
        best = np.array([part[np.argmax(away[part])] for part in np.split(over, runs[1:])], np.int64)
        peaks = np.concatenate([peaks, best])
        over = over[_nearest(times[over], times[best]) > APART_S]  # what else there is in long runs
    peaks.sort()
    return np.asarray(times[peaks], np.float64), np.asarray(away[peaks], np.float64)


def _nearest(moments: Floats, others: Floats) -> Floats:
    """How far each moment is from the nearest of others, which ascend."""
    right = np.minimum(np.searchsorted(others, moments), len(others) - 1)
    left = np.maximum(right - 1, 0)
    return np.asarray(np.minimum(np.abs(moments - others[right]), np.abs(moments - others[left])))
