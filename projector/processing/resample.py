"""Rides on one uniform grid: windows of a library are cut at one rate, whatever its phones recorded at.

Grid sample i stands at i / rate seconds from the ride's start on the true clock. The samples are first laid
by straight lines on a fine grid, a whole multiple of the rate that is no coarser than the recording. Where
that is not the rate itself, an FIR low-pass that ends below half of the rate thins it out, so that what the
rate can't hold doesn't come back as a lower frequency.
"""

from collections.abc import Iterable
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Samples, Seconds, Stream
from projector.processing.clock import gap_threshold, working_times

Gap = npt.NDArray[np.bool_]

_SAME_RATE = 0.05
"""Rates that differ by less are taken for the same: a clock that runs off."""
_HALF_WIDTH = 10  # grid samples on each side of the low-pass
_CUTOFF = 0.42  # of the rate; with the width and window, -50 dB from half of the rate on
_KAISER_BETA = 5.0
_EDGE = 1e-6  # of a grid step: a stamp so near to the grid is on it


def library_rate(rates: Iterable[float]) -> float:
    """The rate at which a library's windows are cut: the lowest. Raises InputError where there is none."""
    known = [rate for rate in rates if rate and np.isfinite(rate)]
    if not known:
        raise InputError("no ride has a rate", remedy="give the window rule a rate")
    return min(known)


def times_of(stream: Stream) -> Seconds:
    """Working times of a stream's samples, float64 (n,), strictly increasing."""
    if stream.time_s is not None:
        return working_times(stream.time_s)
    assert stream.rate_hz is not None
    return stream.start_s + np.arange(len(stream.samples)) / stream.rate_hz


def last_time(stream: Stream) -> float:
    """Working time of the last sample; below 0 where there is none."""
    if not len(stream.samples):
        return -1.0
    if stream.time_s is not None:
        return float(working_times(stream.time_s)[-1])
    assert stream.rate_hz is not None
    return stream.start_s + (len(stream.samples) - 1) / stream.rate_hz


def grid_length(last_s: float, rate_hz: float) -> int:
    """Grid samples from the ride's start to its last sample."""
    return max(floor(last_s * rate_hz + _EDGE) + 1, 0)


def select_channels(stream: Stream, channels: tuple[str, ...]) -> Stream:
    """The stream with these channels only, in this order."""
    if channels == stream.channels:
        return stream
    at = [stream.channels.index(channel) for channel in channels]
    return Stream(
        stream.name,
        channels,
        tuple(stream.units[i] for i in at),
        stream.samples.take(at, axis=1),
        stream.rate_hz,
        stream.time_s,
        stream.start_s,
    )


def on_grid(stream: Stream, rate_hz: float) -> tuple[Samples, Gap]:
    """The stream at i / rate_hz seconds: samples float32 (n, channels) and which of them are gap, bool (n,).

    A grid sample is gap before the first and after the last sample, inside of a step that is a gap of the
    clock, and beside samples that are not a number in any channel. There it lies on the straight line between
    its neighbours, or repeats the first or last.
    """
    n = grid_length(last_time(stream), rate_hz)
    finite = np.isfinite(stream.samples)
    whole, known = bool(finite.all()), np.ones(len(finite), bool)
    if not whole:  # mostly few samples: numpy is slow in asking three at a time
        known[np.flatnonzero(~finite) // finite.shape[1]] = False
    if not known.any():
        return np.zeros((n, len(stream.channels)), np.float32), np.ones(n, bool)
    if _is_on_grid(stream, n, rate_hz):
        return (stream.samples if whole else _bridged(stream.samples, known)), ~known
    times = times_of(stream)
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1 / rate_hz
    kept = np.flatnonzero(known)
    stamps, samples = (times, stream.samples) if whole else (times[kept], stream.samples[kept])
    apart = (np.diff(stamps) > gap_threshold(step, stream.rate_hz)) | (np.diff(kept) > 1)
    return _resampled(stamps, samples, n, rate_hz, 1 / (step * rate_hz)), _gaps(stamps * rate_hz, apart, n)


def _is_on_grid(stream: Stream, n: int, rate_hz: float) -> bool:
    """Whether the samples stand on the n grid samples already."""
    if len(stream.samples) != n:
        return False
    if stream.time_s is None:  # then what is off grows evenly from the first to the last
        ends = np.array([stream.start_s, last_time(stream)])
        return bool(np.abs(ends * rate_hz - [0, n - 1]).max() < _EDGE)
    return bool(np.abs(times_of(stream) * rate_hz - np.arange(n)).max() < _EDGE)


def _bridged(samples: Samples, known: Gap) -> Samples:
    """The samples with straight lines where they are not known."""
    result, missing = samples.copy(), np.flatnonzero(~known)
    beside = np.concatenate((missing - 1, missing + 1)).clip(0, len(known) - 1)
    at = np.unique(beside[known[beside]])
    for channel in result.T:
        channel[missing] = np.interp(missing, at, channel[at])
    return result


def _gaps(place: Seconds, apart: Gap, n: int) -> Gap:
    """Which of n grid samples lie strictly in the steps that are `apart`, before all places or after them."""
    gap = np.zeros(n, bool)
    after = np.concatenate(([-np.inf], place[:-1][apart], place[-1:])) + _EDGE
    before = np.concatenate((place[:1], place[1:][apart], [np.inf])) - _EDGE
    first = np.floor(after).clip(-1, n).astype(np.int64) + 1
    last = np.ceil(before).clip(0, n).astype(np.int64)
    for start, stop in zip(first, last, strict=True):
        gap[start:stop] = True
    return gap


def _resampled(times: Seconds, samples: Samples, n: int, rate_hz: float, ratio: float) -> Samples:
    """By straight lines to a fine grid, through the low-pass to the grid; `ratio` is the rates'."""
    factor = _fine_factor(ratio)
    margin = _HALF_WIDTH * factor if factor > 1 else 0
    fine = _lines(times, samples, np.arange(-margin, (n - 1) * factor + margin + 1) / (rate_hz * factor))
    if factor == 1:
        return fine
    taps = low_pass(factor)
    thinned = [np.convolve(channel, taps, "valid")[::factor] for channel in fine.T]
    return np.stack(thinned, axis=1).astype(np.float32)


def _lines(times: Seconds, samples: Samples, at: Seconds) -> Samples:
    """Samples on straight lines at the given times, float32 (len(at), channels); the ends repeat."""
    place = np.interp(at, times, np.arange(len(times)))
    before = np.minimum(place.astype(np.int64), max(len(times) - 2, 0))
    share = (place - before).astype(np.float32)[:, None]
    low, high = samples[before], samples[np.minimum(before + 1, len(times) - 1)]
    return np.asarray(low + share * (high - low))


def _fine_factor(ratio: float) -> int:
    """How much finer than the grid the fine grid is, for a recording of `ratio` times the grid's rate.

    Straight lines leave images of a signal around multiples of the recording's rate. Where the fine grid has
    that rate, they fold onto the signal itself; else it must be fine enough that they don't fold below it.
    """
    multiple = max(round(ratio), 1)
    same = ratio <= 1 or abs(ratio / multiple - 1) <= _SAME_RATE
    return multiple if same else ceil(2 * ratio)


def low_pass(factor: int) -> Seconds:
    """Taps float64 (20 · factor + 1,) of the low-pass before every factor-th sample is kept; their sum is 1.

    Kaiser-windowed sinc: Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5.
    """
    place = np.arange(-_HALF_WIDTH * factor, _HALF_WIDTH * factor + 1)
    taps = np.sinc(2 * _CUTOFF * place / factor) * np.kaiser(len(place), _KAISER_BETA)
    return np.asarray(taps / taps.sum())
