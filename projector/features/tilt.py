"""Features of how the phone lies and turns: directions of the mean acceleration, which is mostly gravity.

A quarter's mean is that of its samples, at least one; where a mean is below 0.01 m/s² (free fall) it points
nowhere and the angle is 0.
"""

import numpy as np

from projector.features.block import Array, Block, angle_deg, total
from projector.features.declare import feature


@feature(channels=("tilt",), scale=10.0)
def start(block: Block) -> Array:
    """Angle between the phone's z axis and the mean acceleration of the window's first quarter.

    Unit: °
    Formula: ∠(ẑ, ā₁)
    Source: geometry
    Constant: the angle between z and the constant
    """
    return _from_z(_quarter(block, 0))


@feature(channels=("tilt",), scale=10.0)
def end(block: Block) -> Array:
    """Angle between the phone's z axis and the mean acceleration of the window's last quarter.

    Unit: °
    Formula: ∠(ẑ, ā₄)
    Source: geometry
    Constant: the angle between z and the constant
    """
    return _from_z(_quarter(block, 3))


@feature(channels=("tilt",), scale=10.0, invariant=True)
def change(block: Block) -> Array:
    """Angle between the mean acceleration of the first and of the last quarter: lying where it stood.

    Unit: °
    Formula: ∠(ā₁, ā₄)
    Source: geometry
    Constant: 0
    """
    return angle_deg(_quarter(block, 0), _quarter(block, 3))


@feature(channels=("tilt",), scale=10.0, invariant=True)
def sway(block: Block) -> Array:
    """Greatest angle between a quarter's mean acceleration and the window's.

    Unit: °
    Formula: max ∠(āᵢ, ā), i = 1 … 4
    Source: geometry
    Constant: 0
    """
    angles = [angle_deg(_quarter(block, i), block.mean[:3]) for i in range(4)]
    return np.max(angles, axis=0)


def _quarter(block: Block, i: int) -> Array:
    first = min(i * block.length // 4, block.length - 1)
    last = max((i + 1) * block.length // 4, first + 1)
    return block.mean[:3] + total(block.centred[:3, first:last]) / (last - first)


def _from_z(vectors: Array) -> Array:
    up = np.zeros_like(vectors)
    up[2] = 1
    return angle_deg(vectors, up)
