"""A few windows that fit the processor's cache, and the passes over their samples that features share.

Arrays are laid out channel, window, sample, so that sorting, Fourier transforms and sums run along
neighbouring numbers. They are float32, which gravity's offset would cost three digits; so samples are centred
before anything else is done with them (differences of near numbers are exact in floating point), and sums
leave for float64 every `CHUNK` samples. No step mixes windows.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]
T = TypeVar("T")

CHANNELS = ("ax", "ay", "az", "a")
_TINY = 1e-30
CHUNK = 250  # so that counts fit uint8, and float32 sums keep six digits


class Tile:
    """Windows (3, n, samples) float32 of ax ay az in m/s², finite and below 1e5 m/s².

    mean        float64 (4, n), of ax, ay, az and |a|
    centred     float32 (4, n, samples), the samples of ax, ay, az and |a| less their window's mean
    squared     the same, squared
    """

    def __init__(self, samples: Single, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self.width, self.length = samples.shape[1:]
        self.mean = np.empty((4, self.width))
        self.centred, self.squared = np.empty((2, 4, self.width, self.length), np.float32)
        self._derived: dict[object, object] = {}
        self._centre_axes(samples)
        self._centre_magnitude(samples)

    def _centre_axes(self, samples: Single) -> None:
        """In two steps: what is left after a rough mean is small enough for a sum in float32 to be exact."""
        some = samples[..., ::8]
        rough = np.einsum("...s->...", some) / np.float32(some.shape[-1])
        axes = np.subtract(samples, rough[..., None], out=self.centred[:3])
        rest = total(axes) / self.length
        axes -= rest.astype(np.float32)[..., None]
        self.mean[:3] = rough + rest
        np.square(axes, out=self.squared[:3])

    def _centre_magnitude(self, samples: Single) -> None:
        """As (|a|² − |ā|²) / (|a| + |ā|) = |a| − |ā|, where |a|² − |ā|² = |a − ā|² + 2ā·(a − ā)."""
        mean = self.mean[:3]
        length = np.sqrt((mean * mean).sum(axis=0))
        excess = np.einsum("cns,cn->ns", self.centred[:3], (2 * mean).astype(np.float32))
        excess += self.shock_squared
        both = np.einsum("cns,cns->ns", samples, samples)
        np.sqrt(both, out=both)
        both += np.maximum(length, _TINY).astype(np.float32)[:, None]
        above = np.divide(excess, both, out=self.centred[3])
        rest = total(above) / self.length
        above -= rest.astype(np.float32)[:, None]
        self.mean[3] = length + rest
        np.square(above, out=self.squared[3])

    def derive(self, make: "Callable[[Tile], T]") -> T:
        """What `make` makes of this tile, made once: intermediates of one family of features."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast(T, self._derived[make])

    @cached_property
    def shock_squared(self) -> Single:
        """Squared distance of the acceleration vector from its mean, (n, samples), (m/s²)²."""
        return _sum_of_axes(self.squared)

    @cached_property
    def steps_squared(self) -> Single:
        """Squared difference to the next sample, (4, n, samples), (m/s²)²; 0 for a window's last."""
        flat = self.centred.reshape(-1)
        steps = np.empty_like(self.centred)
        np.subtract(flat[1:], flat[:-1], out=steps.reshape(-1)[:-1])
        steps[..., -1] = 0
        return np.square(steps, out=steps)

    @cached_property
    def jerk_squared(self) -> Single:
        """Squared length of the acceleration vector's step, (n, samples), (m/s²)²; 0 for a window's last."""
        return _sum_of_axes(self.steps_squared)


def _sum_of_axes(values: Single) -> Single:
    result = np.add(values[0], values[1])
    return np.add(result, values[2], out=result)


def total(values: AnyArray) -> Array:
    """Sum over samples, (..., samples) to (...)."""
    return _chunked(_sum, values)


def dot(one: AnyArray, other: AnyArray) -> Array:
    """Sum over samples of the product of two (..., samples), in one pass; (...)."""
    return _chunked(np.vecdot, one, other)


def _sum(values: AnyArray) -> AnyArray:
    return np.einsum("...s->...", values)


def count(mask: Mask) -> Array:
    """How many samples of (..., samples) are true, (...)."""
    return total(mask.view(np.uint8))


def _chunked(reduce: Callable[..., AnyArray], *values: AnyArray) -> Array:
    """The sum of what `reduce` makes of every `CHUNK` samples."""
    length = values[0].shape[-1]
    if length <= CHUNK:
        return reduce(*values).astype(np.float64)
    parts = (slice(first, first + CHUNK) for first in range(0, length, CHUNK))
    return np.sum([reduce(*(each[..., part] for each in values)) for part in parts], axis=0, dtype=np.float64)
