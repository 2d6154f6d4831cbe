"""What a stream's clock really did: true rate, gaps, jitter, stamps that run backward or stand twice.

Recorders promise a rate and deliver another; phones hand samples over in bursts that share a stamp.
The raw stamps stay on disk as they were recorded. Everything that needs a time axis (drawing, resampling,
windows) uses the *working times* made here, and everything that speaks of a gap uses `gap_threshold`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Seconds, Stream

Indices = npt.NDArray[np.int64]

GAP_STEPS = 2.5
GAP_DECLARED_STEPS = 2.0


@dataclass(frozen=True)
class ClockTruth:
    """A stream's clock, measured.

    declared_hz     the rate that the source declares, None where it declares none
    true_hz         steps outside gaps divided by the time they took; None below two samples
    gaps            steps longer than `gap_threshold`
    longest_gap_s   the longest such step, 0 without gaps
    jitter_s        standard deviation of the steps outside gaps
    backward        stamps earlier than the one before
    doubled         stamps equal to the one before
    seconds         from the first sample to one step after the last
    """

    declared_hz: float | None
    true_hz: float | None
    gaps: int = 0
    longest_gap_s: float = 0.0
    jitter_s: float = 0.0
    backward: int = 0
    doubled: int = 0
    seconds: float = 0.0


def gap_threshold(median_step_s: float, declared_hz: float | None = None) -> float:
    """The longest step in seconds that is not a gap: 2.5 median steps, and at least 2 declared ones."""
    declared = GAP_DECLARED_STEPS / declared_hz if declared_hz else 0.0
    return max(GAP_STEPS * median_step_s, declared)


def find_gaps(working_s: Seconds, declared_hz: float | None = None) -> Indices:
    """Indices i, ascending, for which there is a gap between samples i - 1 and i of working times."""
    if len(working_s) < 2:
        return np.empty(0, np.int64)
    steps = np.diff(working_s)
    return np.flatnonzero(steps > gap_threshold(median(steps), declared_hz)) + 1


@dataclass(frozen=True, eq=False)
class Clock:
    """When the samples of a stream were taken: n evenly from start_s on, or at working times.

    `breaks` are the samples after a gap; `bridge_s` is the longest step that is not one.
    """

    count: int
    start_s: float
    rate_hz: float
    times: Seconds | None
    breaks: Indices
    bridge_s: float

    @staticmethod
    def even(count: int, rate_hz: float, start_s: float = 0.0) -> "Clock":
        return Clock(count, start_s, rate_hz, None, np.empty(0, np.int64), np.inf)

    @staticmethod
    def stamped(times: Seconds, rate_hz: float | None = None) -> "Clock":
        """From strictly increasing working times."""
        steps = np.diff(times)
        step = median(steps) if len(steps) else 1.0 / (rate_hz or 1.0)
        start = float(times[0]) if len(times) else 0.0
        bridge = gap_threshold(step, rate_hz)
        return Clock(len(times), start, 1.0 / step, times, np.flatnonzero(steps > bridge) + 1, bridge)

    @property
    def step_s(self) -> float:
        """The usual time from one sample to the next."""
        return 1.0 / self.rate_hz

    @property
    def stop_s(self) -> float:
        """One step after the last sample."""
        return self.at(self.count - 1, self.count)[-1] + self.step_s if self.count else self.start_s

    def at(self, first: int, last: int) -> Seconds:
        """Times of samples first to last - 1, float64."""
        if self.times is not None:
            return self.times[first:last]
        return self.start_s + np.arange(first, last, dtype=np.float64) / self.rate_hz

    def index(self, seconds: npt.ArrayLike) -> Indices:
        """The first sample at or after each time, 0 to count."""
        if self.times is not None:
            return np.searchsorted(self.times, seconds).astype(np.int64)
        place = np.ceil((np.asarray(seconds) - self.start_s) * self.rate_hz - 1e-6)
        return np.clip(place, 0, self.count).astype(np.int64)


def clock_truth(stream: Stream) -> ClockTruth:
    """Measures a stream's clock."""
    if stream.time_s is None:
        return truth_of_rate(len(stream.samples), stream.rate_hz or 1.0)
    return truth_of_stamps(stream.time_s, stream.rate_hz)


def truth_of_rate(count: int, rate_hz: float) -> ClockTruth:
    """Of so many samples without stamps: there is only the declared rate to go by."""
    return ClockTruth(rate_hz, rate_hz, seconds=count / rate_hz)


def truth_of_stamps(time_s: Seconds, declared_hz: float | None = None) -> ClockTruth:
    """Measures recorded stamps, float64 (n,) seconds. Raises InputError where one is not a number."""
    n = len(time_s)
    if n < 2:
        return ClockTruth(declared_hz, declared_hz, seconds=n / declared_hz if declared_hz else 0.0)
    raw = np.diff(time_s)
    working = working_times(time_s)
    steps = np.diff(working)
    in_gap = steps > gap_threshold(median(steps), declared_hz)
    even = steps[~in_gap]
    mean = float(even.mean())
    return ClockTruth(
        declared_hz=declared_hz,
        true_hz=1.0 / mean,
        gaps=int(in_gap.sum()),
        longest_gap_s=float(steps[in_gap].max(initial=0.0)),
        jitter_s=float(even.std()),
        backward=int(np.count_nonzero(raw < 0)),
        doubled=int(np.count_nonzero(raw == 0)),
        seconds=float(working[-1] - working[0]) + mean,
    )


def median(values: npt.NDArray[np.floating]) -> float:
    """Exactly numpy's, of one value or more and no NaN: looking for NaN takes four fifths of its time."""
    middle = len(values) // 2
    halves = np.partition(values, middle)
    if len(values) % 2:
        return float(halves[middle])
    return float(halves[:middle].max() + halves[middle]) / 2


def working_times(time_s: Seconds) -> Seconds:
    """Strictly increasing times, float64 (n,), from recorded stamps; the same array where they already are.

    The running maximum of the stamps; then a run of k equal ones is spread evenly up to the next different
    one, or with the median step where that would spread it over a gap or nothing follows (1 s where all
    stamps are equal). Raises InputError where a stamp is not a finite number.
    """
    if not np.all(np.isfinite(time_s)):
        raise InputError("a stamp of the clock is not a number")
    if len(time_s) < 2 or np.all(time_s[1:] > time_s[:-1]):
        return time_s
    latest = np.maximum.accumulate(time_s)
    steps = np.diff(latest)
    held = np.flatnonzero(steps == 0)  # mostly few: what is made of all stamps is what a click waits for
    begin = np.flatnonzero(np.diff(held, prepend=-2) > 1)
    first, run = held[begin], np.diff(begin, append=len(held)) + 1
    place = np.arange(run.sum()) - np.repeat(np.cumsum(run) - run, run)
    at = np.repeat(first, run) + place
    after = first + run
    step = (latest[np.minimum(after, len(latest) - 1)] - latest[first]) / run
    known = first[-1] if after[-1] == len(latest) else len(steps)  # nothing follows the last run
    steps[at[at < known]] = np.repeat(step, run)[at < known]
    usual = median(steps[:known]) if known else 1.0
    step[(step > GAP_STEPS * usual) | (after == len(latest))] = usual
    latest[at] += place * np.repeat(step, run)
    return _strictly_increasing(latest)


def _strictly_increasing(times: Seconds) -> Seconds:
    """Moves a time to the next float64 where rounding left it equal to the one before."""
    if np.all(times[1:] > times[:-1]):
        return times
    # IEEE 754 bits, with negative numbers mirrored, are integers in the order of the numbers they stand for
    bits = (times + 0.0).view(np.int64)
    order = np.where(bits < 0, bits ^ np.int64(2**63 - 1), bits)
    index = np.arange(len(times), dtype=np.int64)
    order = np.maximum.accumulate(order - index) + index
    return np.where(order < 0, order ^ np.int64(2**63 - 1), order).view(np.float64)
