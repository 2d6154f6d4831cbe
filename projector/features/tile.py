"""A few windows that fit the processor's cache, less their means, and what several families make of them.

Arrays are laid out window, channel, sample, so that sorting, Fourier transforms and sums run along
neighbouring numbers. They are float32, which gravity's offset would cost three digits; so samples are centred
in float64 before anything else is done with them, and sums are float64. No step mixes windows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from projector.features.compiled import kernel

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]
Indices = npt.NDArray[np.int64]
T = TypeVar("T")

_FILLED = 4  # windows: a tile is filled up to whole vectors of the processor, for Fourier transforms
CHANNELS = ("ax", "ay", "az", "a")
LIMIT = 1e5
"""m/s²; ten thousand g: no acceleration is beyond it, and a window that has such a sample has no features."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Where windows begin, int64 (n,), in samples of ax ay az, float32 (count, 3) in m/s², C-contiguous."""

    samples: Single
    first: Indices


class Tile:
    """Windows of one length, cut where they begin.

    count       how many they are; filled up with zeros to n, the width
    mean        float64 (4, n), of ax, ay, az and |a|
    centred     float32 (n, 4, samples), the samples of ax, ay, az and |a| less their window's mean
    sound       bool (n,); where a sample is not a number, infinite or beyond the limit, all else is 0
    """

    def __init__(self, cuts: Sequence[Cut], length: int, rate_hz: float) -> None:
        self.rate_hz, self.length = rate_hz, length
        self.count = sum(len(cut.first) for cut in cuts)
        self.width = -(-self.count // _FILLED) * _FILLED
        self.mean = np.empty((4, self.width))
        self.centred = np.empty((self.width, 4, length), np.float32)
        self.sound = np.empty(self.width, np.bool_)
        self.mean[:, self.count :] = self.centred[self.count :] = self.sound[self.count :] = 0
        self._derived: dict[object, object] = {}
        row, start = np.empty((4, length)), 0
        for cut in cuts:
            part = slice(start, start + len(cut.first))
            start = part.stop
            found = self.mean[:, part], self.centred[part], self.sound[part]
            _centre(cut.samples.reshape(-1), cut.first, LIMIT, row, *found)

    @cached_property
    def squares(self) -> tuple[Single, Single, Single]:
        """Squared distance of the acceleration vector from its mean, (n, samples), squared length of its step
        to the next sample, (n, samples - 1), and the greatest of each, (2, n), all in (m/s²)²."""
        shock = np.empty((self.width, self.length), np.float32)
        steps = np.empty((self.width, self.length - 1), np.float32)
        greatest = np.empty((2, self.width), np.float32)
        _square(self.centred, shock, steps, greatest.view(np.int32))
        return shock, steps, greatest

    def derive(self, make: "Callable[[Tile], T]") -> T:
        """What `make` makes of this tile, made once: intermediates of one family of features."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast(T, self._derived[make])


@kernel("f4[::1], i8[::1], f8, f8[:,::1], f8[:,:], f4[:,:,::1], b1[::1]", finite=False)
def _centre(samples, firsts, limit, row, mean, centred, sound):  # type: ignore[no-untyped-def]
    length = row.shape[1]
    for i in range(len(firsts)):
        window = samples[3 * firsts[i] : 3 * (firsts[i] + length)]
        x_sum, y_sum, z_sum, a_sum, within = 0.0, 0.0, 0.0, 0.0, 0
        for s in range(length):
            x, y, z = np.float64(window[3 * s]), np.float64(window[3 * s + 1]), np.float64(window[3 * s + 2])
            a = sqrt(x * x + y * y + z * z)
            row[0, s], row[1, s], row[2, s], row[3, s] = x, y, z, a
            x_sum += x
            y_sum += y
            z_sum += z
            a_sum += a
            within += a <= limit
        sound[i] = within == length
        if sound[i]:
            mean[0, i], mean[1, i] = x_sum / length, y_sum / length
            mean[2, i], mean[3, i] = z_sum / length, a_sum / length
            for c in range(4):
                middle = mean[c, i]
                for s in range(length):
                    centred[i, c, s] = row[c, s] - middle
        else:
            mean[:, i] = 0
            centred[i] = 0


@kernel("f4[:,:,::1], f4[:,::1], f4[:,::1], i4[:,::1]")
def _square(centred, shock, steps, greatest):  # type: ignore[no-untyped-def]
    windows, length = shock.shape
    for i in range(windows):
        x, y, z = centred[i, 0], centred[i, 1], centred[i, 2]
        for s in range(length):
            shock[i, s] = x[s] * x[s] + y[s] * y[s] + z[s] * z[s]
        for s in range(length - 1):
            u, v, w = x[s + 1] - x[s], y[s + 1] - y[s], z[s + 1] - z[s]
            steps[i, s] = u * u + v * v + w * w
        for k in range(2):
            bits, top = (steps if k else shock)[i].view(np.int32), np.int32(0)
            for s in range(len(bits)):
                top = max(top, bits[s])
            greatest[k, i] = top
