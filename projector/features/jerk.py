"""Features of the jerk vector's length |j|, j = rate · (aᵢ₊₁ − aᵢ): how abruptly the acceleration changes."""

import numpy as np

from projector.features.block import Array, Block, count, total
from projector.features.declare import feature

QUIET_JERK = 10.0
"""m/s³; a phone lying still stays below it, an idling engine doesn't."""


@feature(channels=("jerk",), scale=100.0, invariant=True)
def mean(block: Block) -> Array:
    """Mean length of the jerk vector.

    Unit: m/s³
    Formula: mean |j|
    Source: definition of jerk, by first differences
    Constant: 0
    """
    steps = max(block.length - 1, 1)
    return total(np.sqrt(block.jerk_squared)) * (block.rate_hz / steps)


@feature(channels=("jerk",), scale=100.0, invariant=True)
def max_(block: Block) -> Array:
    """Greatest length of the jerk vector.

    Unit: m/s³
    Formula: max |j|
    Source: definition of jerk, by first differences
    Constant: 0
    """
    return np.sqrt(block.jerk_squared.max(axis=0, initial=0)) * block.rate_hz


@feature(channels=("jerk",), scale=1.0, invariant=True)
def quiet_share(block: Block) -> Array:
    """Share of the window in which nothing moves.

    Unit: 1
    Formula: share of |j| < 10 m/s³
    Source: Projector
    Constant: 1
    """
    if block.length < 2:
        return np.ones(block.width)
    return count(quiet(block)) / (block.length - 1)


def quiet(block: Block) -> Array:
    """Whether the change to the next sample is below the quiet jerk, bool (samples - 1, n)."""
    return block.jerk_squared < np.float32((QUIET_JERK / block.rate_hz) ** 2)
