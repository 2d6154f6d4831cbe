"""What is measured of windows in passes over their samples, and what follows from it.

The work is in two steps of different size. A *measure* reduces the samples of a tile that fits the cache; it
is a function of a `Tile`. A *feature* is a formula over the measures of many tiles at once, where a call into
numpy costs little a window; it is a function of `Measures`. Both are found by the function that makes them:
`m[moments]`.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from projector.features.tile import AnyArray, Array, Mask, Tile

Measure = Callable[[Tile], AnyArray]
M = TypeVar("M", bound=Measure)

STILL = 1e-5
"""m/s²; a channel whose standard deviation is not above it is constant: a millionth of g."""
UNDIRECTED = 1e-2
"""m/s²; a mean acceleration below it (free fall) points nowhere."""
_MEASURE = "__measure__"


def measure(function: M) -> M:
    """Marks a function of a tile whose result, (..., n), the features of its module need."""
    setattr(function, _MEASURE, True)
    return function


def measures(module: Any) -> tuple[Measure, ...]:
    """The measures of a module, in the order in which they stand there."""
    return tuple(item for item in vars(module).values() if hasattr(item, _MEASURE))


class Measures:
    """The measures of n windows; `m[function]` is one of them, or what that function derives from them."""

    def __init__(self, length: int, rate_hz: float, measured: Mapping[Measure, AnyArray]) -> None:
        self.length = length
        self.rate_hz = rate_hz
        self._known: dict[Callable[[Any], AnyArray], AnyArray] = dict(measured)

    def __getitem__(self, function: Callable[[Any], AnyArray]) -> AnyArray:
        if function not in self._known:
            self._known[function] = function(self)
        return self._known[function]


def where(condition: Mask, value: AnyArray) -> Array:
    """The value where the condition holds, else 0."""
    return np.where(condition, value, 0.0)


def ratio(numerator: AnyArray, denominator: AnyArray) -> Array:
    """The quotient, 0 where the denominator is 0."""
    return where(denominator != 0, numerator / denominator)


def angle_deg(one: Array, other: Array) -> Array:
    """Between vectors (3, ..., n), in degrees (..., n); 0 where one is too short to point anywhere."""
    (x, y, z), (u, v, w) = one, other
    across = np.sqrt((y * w - z * v) ** 2 + (z * u - x * w) ** 2 + (x * v - y * u) ** 2)
    degrees = np.degrees(np.arctan2(across, x * u + y * v + z * w))
    directed = np.minimum(x * x + y * y + z * z, u * u + v * v + w * w) > UNDIRECTED**2
    return where(directed, degrees)
