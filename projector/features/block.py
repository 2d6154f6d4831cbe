"""A block of windows and everything that several features need of it, computed once and when first asked for.

Arrays are laid out channel, sample, window: with the window last, every step is one pass over neighbouring
numbers in the cache, and a sum over samples adds whole rows. They are float32, which gravity's offset would
cost three digits; so samples are centred before anything else is done with them (differences of near numbers
are exact in floating point), and sums leave for float64 every `CHUNK` samples.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
T = TypeVar("T")
CHANNELS = ("ax", "ay", "az", "a")
STILL = 1e-5
"""m/s²; a channel whose standard deviation is not above it is constant: no sensor resolves a millionth of g."""
UNDIRECTED = 1e-2
"""m/s²; a mean acceleration below it (free fall) points nowhere."""
GRAVITY = 9.80665
CHUNK = 250  # so that counts fit uint8, and float32 sums keep six digits


class Block:
    """Windows (3, samples, n) float32 of ax ay az in m/s² and what follows from them.

    The samples are finite and below 1e5 m/s²; for other windows any value may come out.
    """

    def __init__(self, samples: Array, rate_hz: float) -> None:
        self.samples = samples
        self.rate_hz = rate_hz
        self.length, self.width = samples.shape[1:]
        self._derived: dict[object, object] = {}

    def derive(self, make: "Callable[[Block], T]") -> T:
        """What `make` makes of this block, made once: a family's own intermediates."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast(T, self._derived[make])

    @cached_property
    def _centring(self) -> tuple[Array, Array]:
        centred = np.empty((4, self.length, self.width), np.float32)
        mean = np.empty((4, self.width))
        axes = np.subtract(self.samples, self.samples[:, :1], out=centred[:3])
        shift = total(axes) / self.length
        axes -= shift.astype(np.float32)[:, None]
        mean[:3] = self.samples[:, 0] + shift
        mean[3] = self.magnitude.sum(axis=0) / self.length
        np.subtract(self.magnitude, mean[3], out=centred[3], casting="same_kind")
        return centred, mean

    @cached_property
    def magnitude(self) -> Array:
        """|a|, float64 (samples, n)."""
        squares = self.samples.astype(np.float64)
        squares *= squares
        result = squares[0]
        result += squares[1]
        result += squares[2]
        return np.sqrt(result, out=result)

    @property
    def centred(self) -> Array:
        """Samples less their window's mean, float32 (4, samples, n): ax, ay, az, |a|."""
        return self._centring[0]

    @property
    def mean(self) -> Array:
        """float64 (4, n)."""
        return self._centring[1]

    @cached_property
    def squared(self) -> Array:
        """`centred` squared, float32 (4, samples, n)."""
        return np.square(self.centred)

    @cached_property
    def variance(self) -> Array:
        """float64 (4, n)."""
        return total(self.squared) / self.length

    @cached_property
    def std(self) -> Array:
        """float64 (4, n)."""
        return np.sqrt(self.variance)

    @cached_property
    def moving(self) -> Array:
        """Whether a channel is anything but constant, bool (4, n)."""
        return self.std > STILL

    @cached_property
    def ordered(self) -> Array:
        """`centred` in ascending order, float32 (4, n, samples)."""
        rows = np.ascontiguousarray(self.centred.transpose(0, 2, 1))
        rows.sort(axis=2)
        return rows

    def quantile(self, share: float) -> Array:
        """The linearly interpolated quantile of `centred`, float64 (4, n)."""
        place = share * (self.length - 1)
        low = int(place)
        below = self.ordered[..., low].astype(np.float64)
        if place == low:
            return below
        return below + (place - low) * (self.ordered[..., low + 1] - below)

    @cached_property
    def slope(self) -> Array:
        """Of the least-squares line, in m/s² a sample, float64 (4, n)."""
        return dot(self.centred, self._ramp[:, None]) / max(float(self._ramp @ self._ramp), 1.0)

    @cached_property
    def _ramp(self) -> Array:
        return (np.arange(self.length) - (self.length - 1) / 2).astype(np.float32)

    @cached_property
    def frequencies(self) -> Array:
        """Of the bins of `power`, in Hz, float32 (bins,): above 0 and up to half of the rate."""
        return (np.arange(1, self.length // 2 + 1) * (self.rate_hz / self.length)).astype(np.float32)

    @cached_property
    def power(self) -> Array:
        """Mean square in each frequency bin of the samples less their line, float32 (4, bins, n), (m/s²)².

        One-sided periodogram; the bins add up to the mean square of what the line leaves.
        """
        from scipy.fft import rfft  # four times as fast as numpy's; not needed where features are only named

        detrended = self._ramp[:, None] * self.slope.astype(np.float32)[:, None]
        np.subtract(self.centred, detrended, out=detrended)
        spectrum = rfft(detrended, axis=1, norm="forward")[:, 1:]
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        power *= 2
        if self.length % 2 == 0:
            power[:, -1] *= 0.5
        return power

    @cached_property
    def total_power(self) -> Array:
        """float64 (4, n)."""
        return total(self.power)

    @cached_property
    def sounding(self) -> Array:
        """Whether a channel has a spectrum: more than rounding left when its line is taken off, bool (4, n)."""
        return self.total_power > np.maximum(STILL**2, 1e-6 * self.variance)

    @cached_property
    def change(self) -> Array:
        """Difference from the sample before, float32 (4, samples - 1, n), m/s²."""
        return np.subtract(self.centred[:, 1:], self.centred[:, :-1])

    @cached_property
    def change_squared(self) -> Array:
        return np.square(self.change)

    @cached_property
    def jerk_squared(self) -> Array:
        """Squared length of the change of the acceleration vector, float32 (samples - 1, n), (m/s²)²."""
        return _sum_of_axes(self.change_squared)

    @cached_property
    def shock_squared(self) -> Array:
        """Squared distance of the acceleration vector from its mean, float32 (samples, n), (m/s²)²."""
        return _sum_of_axes(self.squared)

    @cached_property
    def shock_rms(self) -> Array:
        """Root mean square distance of the acceleration vector from its mean, float64 (n,)."""
        return np.sqrt(self.variance[:3].sum(axis=0))

    @cached_property
    def covariance(self) -> Array:
        """Of ax ay az, float64 (3, 3, n)."""
        result = np.empty((3, 3, self.width))
        for i in range(3):
            result[i, i] = self.variance[i]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            result[i, j] = result[j, i] = dot(self.centred[i], self.centred[j]) / self.length
        return result


def _sum_of_axes(values: Array) -> Array:
    result = values[0] + values[1]
    result += values[2]
    return result


def total(values: Array) -> Array:
    """Sum over samples of (..., samples, n), float64 (..., n)."""
    length = values.shape[-2]
    result = np.zeros((*values.shape[:-2], values.shape[-1]))
    for first in range(0, length, CHUNK):
        result += np.add.reduce(values[..., first : first + CHUNK, :], axis=-2)
    return result


def dot(one: Array, other: Array) -> Array:
    """Sum over samples of the product of two (..., samples, n), in one pass; float64 (..., n)."""
    result = 0.0
    for first in range(0, one.shape[-2], CHUNK):
        part = slice(first, first + CHUNK)
        result = result + np.einsum("...sn,...sn->...n", one[..., part, :], other[..., part, :])
    return np.asarray(result, np.float64)


def count(mask: Array) -> Array:
    """How many samples of (..., samples, n) are true, float64 (..., n)."""
    flags = mask.view(np.uint8)
    result = np.zeros((*mask.shape[:-2], mask.shape[-1]))
    for first in range(0, mask.shape[-2], CHUNK):
        result += np.add.reduce(flags[..., first : first + CHUNK, :], axis=-2, dtype=np.uint8)
    return result


def where(condition: Array, value: Array) -> Array:
    """The value where the condition holds, else 0."""
    return np.where(condition, value, 0.0)


def ratio(numerator: Array, denominator: Array) -> Array:
    """The quotient, 0 where the denominator is 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator != 0)


def angle_deg(one: Array, other: Array) -> Array:
    """Between vectors (3, n), in degrees (n,); 0 where one is too short to point anywhere."""
    cross = np.cross(one, other, axis=0)
    degrees = np.degrees(np.arctan2(np.sqrt((cross**2).sum(axis=0)), (one * other).sum(axis=0)))
    long = np.minimum((one**2).sum(axis=0), (other**2).sum(axis=0)) > UNDIRECTED**2
    return where(long, degrees)
