"""Where a rule cuts a ride, and how much of each window is gap."""

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import WindowRule

Firsts = npt.NDArray[np.int64]


def first_samples(n: int, rule: WindowRule, rate_hz: float) -> Firsts:
    """First sample of each whole window of n grid samples: round(k · hop · rate) for k = 0, 1, …, ascending.

    A window's first sample depends on the rule alone, never on how long the ride is: its id stays. Hops of
    less than a sample are not cut twice.
    """
    step = rule.hop_s * rate_hz
    last = n - rule.samples(rate_hz)
    if last < 0:
        return np.empty(0, np.int64)
    first = np.rint(np.arange(int(last / step) + 2) * step).astype(np.int64)
    whole: Firsts = first[(first <= last) & (np.diff(first, prepend=-1) > 0)]
    return whole


def gap_shares(gap: npt.NDArray[np.bool_], first: Firsts, length: int) -> npt.NDArray[np.float32]:
    """The part of each window that is gap, float32 (n,)."""
    at = np.flatnonzero(gap)
    count = np.searchsorted(at, first + length) - np.searchsorted(at, first)
    return (count / length).astype(np.float32)
