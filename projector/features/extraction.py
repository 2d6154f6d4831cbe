"""From rides to a feature table, a block of windows at a time, in bounded memory.

How many windows there are follows from the rides' lengths before a sample is read, so the values can go to an
array that is mapped to a file. Rides are read one after another; a block takes windows of as many rides as it
needs, which changes nothing in them.
"""

from collections.abc import Iterable, Iterator, Sequence
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
) -> FeatureTable:
    """The features of every window of the rides.

    out         where the values go, float32 (windows of `plan`, 122), for example mapped to a file
    progress    told windows done and in all; may raise Cancelled, which leaves `out` half filled

    Raises InputError where a ride is not as long as it says.
    """
    windows = plan(rides, rule, rate_hz)
    shape = len(windows), len(FEATURE_NAMES)
    values = np.empty(shape, np.float32) if out is None else out
    if values.shape != shape:
        raise InputError(f"{shape[0]} windows of {shape[1]} features don't fit an array of {values.shape}")
    progress(0, len(windows), "features")
    first, last = windows.ids[[0, -1]] if len(windows) else (0, -1)
    gap_share, means = Extractor(rides, rule, rate_hz).fill(first, last, values, progress)
    windows = replace(windows, gap_share=gap_share)
    return FeatureTable(windows, FEATURE_NAMES, values, rule, rate_hz, key, means)


class Extractor:
    """Features of some windows after those of others, in any division: the bits are the same.

    The ride that was read last is kept: a long one whose windows come in several calls is read once.
    """

    def __init__(self, rides: Iterable[RideSource], rule: WindowRule, rate_hz: float) -> None:
        self._rides = sorted(rides, key=lambda ride: ride.number)
        self._numbers = np.array([ride.number for ride in self._rides], np.int64)
        self._rule, self._rate_hz, self._length = rule, rate_hz, rule.samples(rate_hz)
        self._last: _Read | None = None

    def fill(
        self, first: int, last: int, values: Single, progress: Progress = silent
    ) -> tuple[Single, dict[str, Single]]:
        """The features of the windows of `plan` from one id to another, both included, into (windows, 122).

        Returns their gap_share, and the mean of every other channel by name, float32 (windows,). Raises
        InputError where a ride is not as long as it says.
        """
        gap_share, means = np.zeros(len(values), np.float32), dict[str, Single]()
        for block in _blocks(self._cuts(first, last, gap_share, means), self._length):
            part = features_of(block.cuts, self._length, self._rate_hz)
            part[gap_share[block.rows] > MAX_GAP_SHARE] = np.nan
            values[block.rows] = part
            progress(block.rows.stop, len(values), "features")
        return gap_share, means

    def _cuts(self, first: int, last: int, gap_share: Single, means: dict[str, Single]) -> Iterator[Cut]:
        """The rides on the grid, in order of number; fills gap shares and the means of other channels."""
        start = 0
        rides = np.searchsorted(self._numbers, ride_numbers([first, last]) + np.array([0, 1]))
        for ride in self._rides[slice(*rides)]:
            read = self._read(ride)
            if read is None:
                continue
            kept = slice(*np.searchsorted(read.windows.ids, [first, last + 1]))
            rows = slice(start, start + kept.stop - kept.start)
            gap_share[rows] = read.windows.gap_share[kept]
            for name, column in read.means.items():
                means.setdefault(name, np.full(len(gap_share), np.nan, np.float32))[rows] = column[kept]
            start = rows.stop
            yield Cut(read.samples, sample_numbers(read.windows.ids[kept]))

    def _read(self, ride: RideSource) -> "_Read | None":
        """A ride with all of its windows; None where it has none."""
        if self._last is not None and self._last.number == ride.number:
            return self._last
        windows = plan([ride], self._rule, self._rate_hz)
        if not len(windows):
            return None
        self._last = None  # not two long ones in memory
        primary = ride.load_primary()
        samples, gap = on_grid(select_channels(primary, AXES), self._rate_hz)
        first = sample_numbers(windows.ids)
        if len(samples) < first[-1] + self._length:
            raise InputError(
                f"it ends at {last_time(primary):g} s, not at {ride.last_s:g} s",
                where=f"ride number {ride.number}",
            )
        windows = replace(windows, gap_share=gap_shares(gap, first, self._length))
        means = Means(len(windows))
        means.add(slice(None), windows, primary, ride.load_aux())
        samples = np.ascontiguousarray(samples, np.float32)
        self._last = _Read(ride.number, samples, windows, means.columns)
        return self._last


@dataclass(frozen=True, eq=False)
class _Read:
    """A ride on the grid, float32 (n, 3), and what is known of its windows before their features."""

    number: int
    samples: Single
    windows: Windows
    means: dict[str, Single]


@dataclass(frozen=True, eq=False)
class _Block:
    """Rows of the table, and where their windows lie in rides."""

    rows: slice
    cuts: list[Cut]


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
