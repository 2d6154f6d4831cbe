"""Features of the jerk vector's length |j|, j = rate · (aᵢ₊₁ − aᵢ): how abruptly the acceleration changes."""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from math import sqrt

import numpy as np

from projector.features.compiled import kernel
from projector.features.declare import feature
from projector.features.measures import Measures, measure
from projector.features.tile import Array, Tile

QUIET_JERK = 10.0
"""m/s³; a phone lying still stays below it, an idling engine doesn't."""


def quiet_step(rate_hz: float) -> float:
    """Squared length in (m/s²)² below which a step to the next sample is quiet."""
    return (QUIET_JERK / rate_hz) ** 2


@measure
def steps(tile: Tile) -> Array:
    """Sum and maximum of the length of the acceleration's steps, and how many are quiet, (3, n)."""
    found = np.empty((3, tile.width))
    _step(tile.squares[1], quiet_step(tile.rate_hz), found)
    found[1] = np.sqrt(tile.squares[2][1], dtype=np.float64)
    return found


@kernel("f4[:,::1], f4, f8[:,::1]")
def _step(squared, quiet, found):  # type: ignore[no-untyped-def]
    windows, steps = squared.shape
    for i in range(windows):
        total, low = 0.0, 0
        for s in range(steps):
            total += sqrt(squared[i, s])
            low += squared[i, s] < quiet
        found[0, i], found[2, i] = total, low


@feature(channels=("jerk",), scale=100.0, invariant=True)
def mean(m: Measures) -> Array:
    """Mean length of the jerk vector.

    Unit: m/s³
    Formula: mean |j|
    Source: definition of jerk, by first differences
    Constant: 0
    """
    return m[steps][0] * (m.rate_hz / max(m.length - 1, 1))


@feature(channels=("jerk",), scale=100.0, invariant=True)
def max_(m: Measures) -> Array:
    """Greatest length of the jerk vector.

    Unit: m/s³
    Formula: max |j|
    Source: definition of jerk, by first differences
    Constant: 0
    """
    return m[steps][1] * m.rate_hz


@feature(channels=("jerk",), scale=1.0, invariant=True)
def quiet_share(m: Measures) -> Array:
    """Share of the window in which nothing moves.

    Unit: 1
    Formula: share of |j| < 10 m/s³
    Source: Projector
    Constant: 1
    """
    if m.length < 2:
        return np.ones_like(m[steps][2])
    return m[steps][2] / (m.length - 1)
