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
CHUNK = 250  # so that counts fit uint8, and float32 sums keep six digits


class Tile:
    """Windows (3, n, samples) float32 of ax ay az in m/s², finite and below 1e5 m/s².

    mean        float64 (4, n), of ax, ay, az and |a|
    centred     float32 (4, n, samples), the samples of ax, ay, az and |a| less their window's mean
    """

    def __init__(self, samples: Single, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self.width, self.length = samples.shape[1:]
        self.mean = np.empty((4, self.width))
        self.centred = np.empty((4, self.width, self.length), np.float32)
        self._centre_axes(samples)
        self._centre_magnitude(samples)
        self._derived: dict[object, object] = {}

    def _centre_axes(self, samples: Single) -> None:
        """In two steps: what is left after a rough mean is small enough for a sum in float32 to be exact."""
        some = samples[..., ::8]
        rough = np.einsum("...s->...", some) / np.float32(some.shape[-1])
        axes = np.subtract(samples, rough[..., None], out=self.centred[:3])
        rest = total(axes) / self.length
        axes -= rest.astype(np.float32)[..., None]
        self.mean[:3] = rough + rest

    def _centre_magnitude(self, samples: Single) -> None:
        """|a| in float64 until it is centred: its square has no digits left to lose."""
        magnitude, square = np.empty((2, self.width, self.length))
        np.copyto(magnitude, samples[0])
        magnitude *= magnitude
        for axis in samples[1:]:
            np.copyto(square, axis)
            square *= square
            magnitude += square
        np.sqrt(magnitude, out=magnitude)
        self.mean[3] = np.einsum("ns->n", magnitude) / self.length
        np.subtract(magnitude, self.mean[3][:, None], out=self.centred[3], casting="same_kind")

    def derive(self, make: "Callable[[Tile], T]") -> T:
        """What `make` makes of this tile, made once: intermediates of one family of features."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast(T, self._derived[make])

    @cached_property
    def squared(self) -> Single:
        """`centred` squared, (4, n, samples)."""
        return np.square(self.centred)

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

    @cached_property
    def slope(self) -> Array:
        """Of the least-squares line, in m/s² a sample, (4, n)."""
        return dot(self.centred, self.ramp) / (float(self.ramp @ self.ramp) or 1.0)

    @cached_property
    def ramp(self) -> Single:
        """The samples' places from the window's middle, (samples,)."""
        return np.arange(self.length, dtype=np.float32) - np.float32((self.length - 1) / 2)


def _sum_of_axes(values: Single) -> Single:
    result = np.add(values[0], values[1])
    return np.add(result, values[2], out=result)


def total(values: AnyArray) -> Array:
    """Sum over samples, (..., samples) to (...)."""
    return _chunked(lambda part: np.einsum("...s->...", part), values)


def dot(one: AnyArray, other: AnyArray) -> Array:
    """Sum over samples of the product of two (..., samples), in one pass; (...)."""
    return _chunked(lambda a, b: np.einsum("...s,...s->...", a, b), one, other)


def count(mask: Mask) -> Array:
    """How many samples of (..., samples) are true, (...)."""
    return total(mask.view(np.uint8))


def first_true(mask: Mask) -> AnyArray:
    """Index of the first true sample of (..., samples), samples where there is none; int64 (...)."""
    length = mask.shape[-1]
    return length - _greatest(mask, np.arange(length, 0, -1))


def last_true(mask: Mask) -> AnyArray:
    """Index of the last true sample of (..., samples), -1 where there is none; int64 (...)."""
    return _greatest(mask, np.arange(1, mask.shape[-1] + 1)) - 1


def _greatest(mask: Mask, numbers: AnyArray) -> AnyArray:
    small = numbers.astype(np.min_scalar_type(mask.shape[-1]))
    return np.multiply(mask.view(np.uint8), small).max(axis=-1).astype(np.int64)


def _chunked(reduce: Callable[..., AnyArray], *values: AnyArray) -> Array:
    """The sum of what `reduce` makes of every `CHUNK` samples."""
    length = values[0].shape[-1]
    if length <= CHUNK:
        return reduce(*values).astype(np.float64)
    parts = (slice(first, first + CHUNK) for first in range(0, length, CHUNK))
    return np.sum([reduce(*(each[..., part] for each in values)) for part in parts], axis=0, dtype=np.float64)
