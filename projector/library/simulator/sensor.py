"""What a phone makes of what it feels: when it samples, what it lets through, how it rounds, where it ends.

Work goes in blocks that fit the processor's cache, so that a day costs no more a sample than a minute.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Samples, Seconds
from projector.library.simulator.motion import STATE_HZ, Floats, Pulse
from projector.library.simulator.population import Generator, Phone

BLOCK = 1 << 13
BANDWIDTH = 0.42  # of the rate: what MEMS sensors let through in their usual setting (chosen)
RING_HZ, RING_S, RING_SHARE = 18.0, 0.025, 0.3  # what a knock leaves behind in phone and holder (chosen)


@dataclass(frozen=True)
class Clock:
    """When a stream's samples are taken: sample i at start_s + i / true_hz.

    late_s      mean lateness of a stamp behind its sample, s (0: stamps are exact)
    tick_s      resolution of the stamps; None: no stamps
    """

    true_hz: float
    start_s: float
    late_s: float
    tick_s: float | None

    def count(self, seconds: float) -> int:
        """Samples up to this time."""
        return max(int((seconds - self.start_s) * self.true_hz), 1)

    def stamps(self, n: int, rng: Generator) -> Seconds | None:
        """The stamps that the phone writes down, never running backward."""
        if self.tick_s is None:
            return None
        stamps = self.start_s + np.arange(n) / self.true_hz
        if self.late_s:
            stamps += rng.exponential(self.late_s, n)
            np.maximum.accumulate(stamps, out=stamps)
        per_s = round(1 / self.tick_s)
        return np.asarray(np.rint(stamps * per_s) / per_s)


def clock_of(phone: Phone, rng: Generator, start_s: float = 0.0) -> Clock:
    """Today's clock of a phone: up to 1 % off its declared rate; a fifth of the rides have late stamps."""
    off, late, by = rng.normal(0, 0.004), rng.random(), rng.uniform(0.1, 0.35)
    if phone.tick_s is None:
        return Clock(phone.rate_hz, start_s, 0.0, None)
    true_hz = round(phone.rate_hz * (1 + float(np.clip(off, -0.01, 0.01))), 3)
    return Clock(true_hz, start_s, by / phone.rate_hz if late < 0.2 else 0.0, phone.tick_s)


def between(states: Floats, clock: Clock, first: int, last: int) -> Floats:
    """The states (k, m) at samples first … last - 1, on straight lines: (k, last - first)."""
    at = np.arange(first, last) * (STATE_HZ / clock.true_hz) + clock.start_s * STATE_HZ
    before = at.astype(np.intp)
    share = at - before
    low: Floats = states.take(before, axis=1, mode="clip")
    high: Floats = states.take(before + 1, axis=1, mode="clip")
    high -= low
    high *= share
    high += low
    return high


def blocks(n: int) -> Iterator[tuple[int, int]]:
    """First and last of each block of n samples."""
    for first in range(0, n, BLOCK):
        yield first, min(first + BLOCK, n)


def knocks(pulses: list[Pulse], clock: Clock, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Samples (k,) in ascending order and what the pulses add there, (3, k) m/s².

    A knock shorter than the sensor can follow comes out longer and lower with the same change of speed.
    """
    found = [_knock(pulse, clock, n) for pulse in pulses]
    if not found:
        return np.zeros(0, np.intp), np.zeros((3, 0))
    rows, values = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], values[:, order]


def _knock(pulse: Pulse, clock: Clock, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    seconds = max(pulse.seconds, 0.55 / (BANDWIDTH * clock.true_hz))
    first = int(np.ceil((pulse.at_s - clock.start_s) * clock.true_hz))
    rows = np.arange(max(first, 0), min(first + int((seconds + 4 * RING_S) * clock.true_hz) + 1, n))
    since = rows / clock.true_hz + clock.start_s - pulse.at_s
    after = np.maximum(since - seconds, 0)
    ring = -RING_SHARE * np.exp(-after / RING_S) * np.sin(2 * np.pi * RING_HZ * after)
    shape = np.where(since < seconds, np.sin(np.pi * since / seconds), ring)
    return rows, shape * (pulse.peak * (pulse.seconds / seconds))[:, None]


def digitise(values: Floats, limit: float, step: float) -> Samples:
    """Rounded to whole steps and clipped at ± limit, in place and as float32: (3, n) to (n, 3)."""
    values *= 1 / step
    np.rint(values, out=values)
    most = np.floor(limit / step)
    np.clip(values, -most, most, out=values)
    values *= step
    return values.T.astype(np.float32)
