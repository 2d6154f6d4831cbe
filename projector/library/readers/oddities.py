"""What was strange about a stream's samples and clock, in words: told in the import report, kept on record.

Each remark is `kind: details`, so that a report over hundreds of rides can count kinds.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from projector.domain.nouns import Samples, Stream
from projector.library.readers.units import STANDARD_GRAVITY
from projector.processing.clock import ClockTruth, clock_truth

RATE_OFF = 0.01  # the true rate differs by more than this share of the declared one
JITTERY = 0.25  # steps scatter by more than this share of the usual step
FULL_SCALES_G = (2.0, 4.0, 8.0, 16.0)  # of accelerometers
NEAR_FULL = 0.01  # a sensor's offset moves where it clips by about this share
_SIDE_BY_SIDE = 64  # rows
CLIPPED_FROM = 3  # samples: one or two at full scale may just be there


def oddities(stream: Stream) -> Iterator[str]:
    """The remarks on one stream."""
    if stream.time_s is not None:
        yield from _of_clock(stream.name, clock_truth(stream))
    yield from _of_samples(stream)


def merged(remarks: Iterable[str]) -> tuple[str, ...]:
    """One remark a kind, so that a ride of thirteen streams can still be read about."""
    kinds: dict[str, list[str]] = {}
    for remark in remarks:
        kind, _, details = remark.partition(": ")
        kinds.setdefault(kind, []).append(details)
    return tuple(f"{kind}: {'; '.join(dict.fromkeys(details))}" for kind, details in kinds.items())


def _of_clock(name: str, truth: ClockTruth) -> Iterator[str]:
    if truth.gaps:
        yield f"gaps: {truth.gaps} in {name}, the longest {truth.longest_gap_s:.3g} s"
    if truth.backward:
        yield f"backward stamps: {truth.backward} in {name}"
    if truth.doubled:
        yield f"doubled stamps: {truth.doubled} in {name}"
    if truth.true_hz and truth.jitter_s * truth.true_hz > JITTERY:
        steps = f"{truth.jitter_s * 1000:.3g} ms around {1000 / truth.true_hz:.4g} ms"
        yield f"jitter: steps of {name} scatter by {steps}"
    if truth.declared_hz and truth.true_hz and abs(truth.true_hz / truth.declared_hz - 1) > RATE_OFF:
        yield f"rate: {name} runs at {truth.true_hz:.4g} Hz, declared are {truth.declared_hz:g} Hz"


def _of_samples(stream: Stream) -> Iterator[str]:
    if not len(stream.samples):
        return
    clipped = []
    extremes = _extremes(stream.samples).tolist()
    for k, (channel, unit) in enumerate(zip(stream.channels, stream.units, strict=True)):
        count, scale = clipping(stream.samples[:, k], extremes[k]) if unit == "m/s²" else (0, 0.0)
        if count:
            clipped.append(f"{channel} {count} at ±{scale:g} g")
    if clipped:
        yield f"clipping: {stream.name} {', '.join(clipped)}"
    missing = np.isnan(stream.samples)
    if missing.any():
        empty = int(missing.any(axis=1).sum())
        yield f"empty cells: {empty} rows of {stream.name} lack a value"


def _extremes(samples: Samples) -> Samples:
    """Each channel's greatest distance from 0, of many rows side by side first: numpy dislikes short ones."""
    whole = len(samples) - len(samples) % _SIDE_BY_SIDE
    wide = samples[:whole].reshape(-1, samples.shape[1] * _SIDE_BY_SIDE)
    rest = [samples[whole:]]
    if whole:
        rest += [limit.reduce(wide).reshape(-1, samples.shape[1]) for limit in (np.fmax, np.fmin)]
    return np.asarray(np.fmax.reduce(np.abs(np.concatenate(rest))))


def clipping(values: Samples, extreme: float) -> tuple[int, float]:
    """Samples at a sensor's full scale (in g), (0, 0.0) where there is no sign of it.

    A channel in m/s² clips at ±2, 4, 8 or 16 g where its extreme lies within 1 % of that and is reached by
    at least three samples.
    """
    for scale in FULL_SCALES_G:
        if abs(extreme / STANDARD_GRAVITY / scale - 1) <= NEAR_FULL:
            count = int(np.count_nonzero(np.abs(values) >= scale * (1 - NEAR_FULL) * STANDARD_GRAVITY))
            return (count, scale) if count >= CLIPPED_FROM else (0, 0.0)
    return 0, 0.0
