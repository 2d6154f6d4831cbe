"""From rides to a feature table, a block of windows at a time, in bounded memory.

How many windows there are follows from the rides' lengths before a sample is read, so the values can go to an
array that is mapped to a file. Rides are read one after another; a block takes windows of as many rides as it
needs, which changes nothing in them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from projector.domain.errors import InputError
from projector.domain.ids import first_samples as sample_numbers
from projector.domain.ids import ride_numbers, window_ids
from projector.domain.nouns import AXES, FeatureTable, Recording, Stream, WindowRule, Windows
from projector.domain.progress import Progress, silent
from projector.features.block import block_width, features_of
from projector.features.registry import FEATURE_NAMES
from projector.features.tile import Cut, Single
from projector.features.window_means import Means
from projector.processing.resample import grid_length, last_time, on_grid, select_channels
from projector.processing.windows import first_samples, gap_shares

MAX_GAP_SHARE = 0.05
"""A window with a greater part of it in gaps has no features; shorter gaps are bridged by straight lines."""


class RideSource(Protocol):
    """A ride as extraction needs it, and no more: features know no library. Loaded once, in order of number.

    number      the ride's permanent number
    last_s      working time of the primary stream's last sample, in seconds from the ride's start
    """

    @property
    def number(self) -> int: ...
    @property
    def last_s(self) -> float: ...
    def load_primary(self) -> Stream:
        """The stream with ax, ay, az; its other channels become columns, as those of auxiliary streams."""
        ...

    def load_aux(self) -> Iterable[Stream]:
        """The other streams."""
        ...


@dataclass(frozen=True)
class RecordingRide:
    """A recording in memory as a source."""

    number: int
    recording: Recording

    @property
    def last_s(self) -> float:
        return last_time(self.recording.primary)

    def load_primary(self) -> Stream:
        return self.recording.primary

    def load_aux(self) -> Iterable[Stream]:
        return [stream for stream in self.recording.streams if not stream.is_primary]


def plan(rides: Iterable[RideSource], rule: WindowRule, rate_hz: float) -> Windows:
    """The windows that `extract` gives values to, in order of id. gap_share is 0 until they are read."""
    ordered = sorted(rides, key=lambda ride: ride.number)
    firsts = [first_samples(grid_length(ride.last_s, rate_hz), rule, rate_hz) for ride in ordered]
    numbers = np.repeat(
        np.array([ride.number for ride in ordered], np.int64), [len(first) for first in firsts]
    )
    first = np.concatenate([np.empty(0, np.int64), *firsts])
    return Windows(
        ids=window_ids(numbers, first),
        start_s=first / rate_hz,
        stop_s=(first + rule.samples(rate_hz)) / rate_hz,
        gap_share=np.zeros(len(first), np.float32),
    )


def extract(
    rides: Sequence[RideSource],
    rule: WindowRule,
    rate_hz: float,
    *,
    out: Single | None = None,
    key: str = "",
    progress: Progress = silent,
    workers: int = 1,
) -> FeatureTable:
    """The features of every window of the rides.

    out         where the values go, float32 (windows of `plan`, 122), for example mapped to a file
    progress    told windows done and in all; may raise Cancelled, which leaves `out` half filled
    workers     threads that compute; reading happens in the caller's

    Raises InputError where a ride is not as long as it says.
    """
    windows = plan(rides, rule, rate_hz)
    shape = len(windows), len(FEATURE_NAMES)
    values = np.empty(shape, np.float32) if out is None else out
    if values.shape != shape:
        raise InputError(f"{shape[0]} windows of {shape[1]} features don't fit an array of {values.shape}")
    gap_share, means = windows.gap_share.copy(), Means(len(windows))

    def compute(block: _Block) -> int:
        part = features_of(block.cuts, rule.samples(rate_hz), rate_hz)
        part[gap_share[block.rows] > MAX_GAP_SHARE] = np.nan
        values[block.rows] = part
        return int(block.rows.stop)

    progress(0, len(windows), "features")
    read = _read(rides, windows, rule, rate_hz, gap_share, means)
    for done in _in_order(compute, _blocks(read, rule.samples(rate_hz)), workers):
        progress(done, len(windows), "features")
    windows = replace(windows, gap_share=gap_share)
    return FeatureTable(windows, FEATURE_NAMES, values, rule, rate_hz, key, means.columns)


@dataclass(frozen=True, eq=False)
class _Block:
    """Rows of the table, and where their windows lie in rides."""

    rows: slice
    cuts: list[Cut]


def _read(
    rides: Iterable[RideSource],
    windows: Windows,
    rule: WindowRule,
    rate_hz: float,
    gap_share: Single,
    means: Means,
) -> Iterator[Cut]:
    """The rides on the grid, in order of number; fills gap shares and the means of other channels."""
    numbers = ride_numbers(windows.ids)
    for ride in sorted(rides, key=lambda ride: ride.number):
        rows = slice(*np.searchsorted(numbers, [ride.number, ride.number + 1]))
        if rows.start == rows.stop:
            continue
        primary = ride.load_primary()
        samples, gap = on_grid(select_channels(primary, AXES), rate_hz)
        first = sample_numbers(windows.ids[rows])
        if len(samples) < first[-1] + rule.samples(rate_hz):
            raise InputError(
                f"it ends at {last_time(primary):g} s, not at {ride.last_s:g} s",
                where=f"ride number {ride.number}",
            )
        gap_share[rows] = gap_shares(gap, first, rule.samples(rate_hz))
        means.add(rows, windows, primary, ride.load_aux())
        yield Cut(np.ascontiguousarray(samples, np.float32), first)


def _blocks(read: Iterable[Cut], length: int) -> Iterator[_Block]:
    """The windows of consecutive rides as blocks of one width, the last as it comes."""
    cuts: list[Cut] = []
    start, room = 0, block_width(length)
    for ride in read:
        first = ride.first
        while len(first):
            cuts.append(Cut(ride.samples, first[:room]))
            first, room = first[room:], room - len(cuts[-1].first)
            if not room:
                yield _Block(slice(start, start + block_width(length)), cuts)
                cuts, start, room = [], start + block_width(length), block_width(length)
    if cuts:
        yield _Block(slice(start, start + sum(len(cut.first) for cut in cuts)), cuts)


def _in_order(compute: Callable[[_Block], int], blocks: Iterable[_Block], workers: int) -> Iterator[int]:
    """The results block by block; with several workers a few blocks are under way at a time."""
    if workers <= 1:
        yield from map(compute, blocks)
        return
    with ThreadPoolExecutor(workers) as pool:
        under_way: deque[Future[int]] = deque()
        for block in blocks:
            under_way.append(pool.submit(compute, block))
            if len(under_way) > 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
