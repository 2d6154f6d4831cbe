"""Features of how the phone lies and turns: directions of the mean acceleration, which is mostly gravity.

A quarter's mean is that of its samples, at least one; where a mean is below 0.01 m/s² (free fall) it points
nowhere and the angle is 0.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
import numpy as np

from projector.features.compiled import kernel
from projector.features.declare import feature
from projector.features.measures import Measures, angle_deg, measure
from projector.features.temporal import means
from projector.features.tile import Array, Tile


@measure
def quarters(tile: Tile) -> Array:
    """Mean acceleration of each quarter, (3, 4, n)."""
    firsts = [min(i * tile.length // 4, tile.length - 1) for i in range(4)]
    lasts = [max((i + 1) * tile.length // 4, firsts[i] + 1) for i in range(4)]
    found = np.empty((3, 4, tile.width))
    _average(tile.centred, tile.mean, np.array([firsts, lasts]), found)
    return found


@kernel("f4[:,:,::1], f8[:,::1], i8[:,::1], f8[:,:,::1]")
def _average(centred, mean, edges, found):  # type: ignore[no-untyped-def]
    for i in range(len(centred)):
        for c in range(3):
            for part in range(4):
                quarter, total = centred[i, c, edges[0, part] : edges[1, part]], 0.0
                for s in range(len(quarter)):
                    total += quarter[s]
                found[c, part, i] = mean[c, i] + total / len(quarter)


@feature(channels=("tilt",), scale=10.0)
def start(m: Measures) -> Array:
    """Angle between the phone's z axis and the mean acceleration of the window's first quarter.

    Unit: °
    Formula: ∠(ẑ, ā₁)
    Source: geometry
    Constant: the angle between z and the constant
    """
    return _from_z(m[quarters][:, 0])


@feature(channels=("tilt",), scale=10.0)
def end(m: Measures) -> Array:
    """Angle between the phone's z axis and the mean acceleration of the window's last quarter.

    Unit: °
    Formula: ∠(ẑ, ā₄)
    Source: geometry
    Constant: the angle between z and the constant
    """
    return _from_z(m[quarters][:, 3])


@feature(channels=("tilt",), scale=10.0, invariant=True)
def change(m: Measures) -> Array:
    """Angle between the mean acceleration of the first and of the last quarter: lying where it stood.

    Unit: °
    Formula: ∠(ā₁, ā₄)
    Source: geometry
    Constant: 0
    """
    return angle_deg(m[quarters][:, 0], m[quarters][:, 3])


@feature(channels=("tilt",), scale=10.0, invariant=True)
def sway(m: Measures) -> Array:
    """Greatest angle between a quarter's mean acceleration and the window's.

    Unit: °
    Formula: max ∠(āᵢ, ā), i = 1 … 4
    Source: geometry
    Constant: 0
    """
    return angle_deg(m[quarters], m[means][:3, None]).max(axis=0)


def _from_z(vectors: Array) -> Array:
    up = np.zeros_like(vectors)
    up[2] = 1
    return angle_deg(vectors, up)
