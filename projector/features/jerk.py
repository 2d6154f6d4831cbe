"""Features of the jerk vector's length |j|, j = rate · (aᵢ₊₁ − aᵢ): how abruptly the acceleration changes."""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
import numpy as np

from projector.features.declare import feature
from projector.features.measures import Measures, measure
from projector.features.tile import Array, Mask, Tile, count, total

QUIET_JERK = 10.0
"""m/s³; a phone lying still stays below it, an idling engine doesn't."""


def quiet(tile: Tile) -> Mask:
    """Whether the step to the next sample is below the quiet jerk, (n, samples - 1)."""
    return tile.jerk_squared[:, :-1] < np.float32((QUIET_JERK / tile.rate_hz) ** 2)


@measure
def steps(tile: Tile) -> Array:
    """Sum and maximum of the length of the acceleration's steps, and how many are quiet, (3, n)."""
    squared = tile.jerk_squared
    greatest = np.sqrt(squared.max(axis=-1), dtype=np.float64)
    return np.stack([total(np.sqrt(squared)), greatest, count(tile.derive(quiet))])


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
