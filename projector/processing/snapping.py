"""Where a dragged edge comes to rest: on a neighbour's edge, on the peak of an impact, else on a sample.

A peak is a sample of |a| that stands out from its surroundings; in even noise there is none, and an edge
goes from sample to sample.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Seconds

PEAK_REACH_S = 0.1
SURROUNDINGS_S = 1.0
LEAST_PEAK = 1.0  # m/s²
SIGMAS = 5.0
_NORMAL = 1.4826  # median absolute deviation to standard deviation of a normal distribution


@dataclass(frozen=True)
class Snap:
    """A moment, and what it lies on, in words; "" for nothing in particular."""

    seconds: float
    on: str = ""


def snapped(
    seconds: float,
    times: Seconds,
    magnitude: npt.NDArray[np.floating],
    edges: Seconds,
    edge_reach_s: float,
) -> Snap:
    """The nearest edge within reach, else a peak of |a| within 0.1 s, else the nearest sample.

    times, magnitude    samples around the moment (n,), at least a second to either side where there are any
    edges               starts and stops of other annotations
    """
    if len(edges):
        near = float(edges[np.argmin(np.abs(edges - seconds))])
        if abs(near - seconds) <= edge_reach_s:
            return Snap(near, "on a neighbour's edge")
    if not len(times):
        return Snap(seconds)
    peak = _peak(seconds, times, magnitude)
    if peak is not None:
        return Snap(peak, "on the peak of |a|")
    return Snap(float(times[np.argmin(np.abs(times - seconds))]), "on a sample")


def _peak(seconds: float, times: Seconds, magnitude: npt.NDArray[np.floating]) -> float | None:
    """The sample within reach that stands out most, unless what stands out more lies just beyond."""
    known = np.isfinite(magnitude)
    times, values = times[known], np.asarray(magnitude[known], np.float64)
    around = np.abs(times - seconds) <= SURROUNDINGS_S
    if np.count_nonzero(around) < 5:
        return None
    centre = np.median(values[around])
    away = np.abs(values - centre)
    least = max(LEAST_PEAK, SIGMAS * _NORMAL * float(np.median(away[around])))
    reach = np.flatnonzero(np.abs(times - seconds) <= PEAK_REACH_S)
    if not len(reach):
        return None
    best = int(reach[np.argmax(away[reach])])
    beside = away[max(best - 1, 0) : best + 2]
    return float(times[best]) if away[best] >= max(least, float(beside.max())) else None
