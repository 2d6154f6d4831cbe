"""How far labels are off beside a ride whose signals were imported anew, or cut: found from both signals.

The labels carry the hash of the signals they were made on. Where a library with these is at hand, |a| of both
rides is laid over each other; |a| does not depend on how axes were named or turned.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import ProjectorError
from projector.domain.progress import Progress

if TYPE_CHECKING:
    from projector.library.library import Library
    from projector.library.stored import StoredStream

COARSE_HZ = 25.0
LEAST_S = 10.0  # of both rides that must lie on each other; of shorter ones, half
FINE_S = 20.0  # the liveliest part, by which the last fraction of a sample is found
Result = dict[str, Any]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Alignment:
    """Where labels made on old signals lie on a ride as it is now.

    by_s    what is to be added to their times; score  correlation of |a| there, NaN is None
    found_in  the library that holds the old signals
    """

    ride: str
    signal_hash: str
    found_in: str
    by_s: float
    score: float | None
    overlap_s: float


def realign(
    library: str, candidates: Sequence[str], rides: Sequence[Mapping[str, str]], progress: Progress
) -> Result:
    """Lay rides over those that their labels were made on: {"alignments": [Alignment, …]}.

    candidates  libraries that may hold the old signals; one that cannot be opened holds none
    rides       {"ride": id, "signal_hash": of the old signals}, one entry for each pair
    """
    from projector.library.library import Library

    found: list[Alignment] = []
    with Library.open(library) as opened:
        wanted = [(one["ride"], one["signal_hash"]) for one in rides]
        for at, path in enumerate(candidates):
            progress(at, len(candidates), "Looking for the signals that labels were made on")
            with suppress(ProjectorError), Library.open(path) as other:
                for ride, old_hash, number in _holds(other, wanted):
                    new = opened.ride(opened.number_of(ride)).primary
                    placed = aligned(other.ride(number).primary, new)
                    found.append(Alignment(ride, old_hash, str(path), *placed))
                    wanted.remove((ride, old_hash))
    return {"alignments": [asdict(one) for one in found]}


def aligned(old: "StoredStream", new: "StoredStream") -> tuple[float, float | None, float]:
    """(seconds to add to a moment of the old ride, correlation, seconds that lie on each other)."""
    from projector.processing.correlation import best_match

    rate = min(COARSE_HZ, old.rate_hz or COARSE_HZ, new.rate_hz or COARSE_HZ)
    before, now = _magnitude(old, rate), _magnitude(new, rate)
    least = min(LEAST_S * rate, min(len(before), len(now)) / 2)
    match = best_match(now, before, int(least))
    if not np.isfinite(match.score):
        return 0.0, None, 0.0
    begins_s = _finer(old, new, match.shift / rate)  # on the old ride's time
    return -begins_s, round(match.score, 4), match.overlap / rate


def _holds(library: "Library", wanted: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """(ride, hash, number here) of the signals that a library holds, whatever the ride is called in it."""
    numbers = {library.describe(int(one)).signal_hash.hex(): int(one) for one in library.numbers}
    return ((ride, old, numbers[old]) for ride, old in list(wanted) if old in numbers)


def _magnitude(stream: "StoredStream", rate: float) -> Values:
    """|a| on an even grid from the ride's 0 s, anti-aliased; NaN in gaps."""
    from projector.processing.levels import axes_of
    from projector.processing.resample import on_grid

    axes = axes_of(stream.channels)
    assert axes is not None
    samples, gap = on_grid(stream.load(), rate)
    magnitude = np.sqrt((samples[:, list(axes)].astype(np.float64) ** 2).sum(axis=1))
    return np.where(gap, np.nan, magnitude)


def _finer(old: "StoredStream", new: "StoredStream", begins_s: float) -> float:
    """A shift that was found on the coarse grid, to the sample, from the liveliest seconds of both."""
    from projector.jobs.similar import magnitudes
    from projector.processing.correlation import best_match

    rate = min(old.rate_hz or COARSE_HZ, new.rate_hz or COARSE_HZ)
    if rate > COARSE_HZ:  # where clocks are even, samples then lie on samples
        begins_s = round(begins_s * rate) / rate
    first, last = max(0.0, -begins_s), min(new.stop_s, old.stop_s - begins_s)
    if rate <= COARSE_HZ or last - first < 1:
        return begins_s
    whole = magnitudes(new, first, last, rate)
    size = min(int(FINE_S * rate), len(whole))
    parts = [whole[at : at + size] for at in range(0, len(whole) - size + 1, size)]
    liveliest = max(range(len(parts)), key=lambda at: float(np.nan_to_num(np.var(parts[at]), nan=-1.0)))
    at_s, reach = first + liveliest * size / rate, np.ceil(2 / COARSE_HZ * rate) / rate
    there = magnitudes(old, at_s + begins_s - reach, at_s + begins_s + size / rate + reach, rate)
    match = best_match(parts[liveliest], there, size // 2)
    return begins_s + (match.shift / rate - float(reach) if np.isfinite(match.score) else 0.0)
