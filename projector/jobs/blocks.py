"""A library's feature table in blocks of its windows: the same bits wherever and in whatever order they come.

What the cores of this machine (`cores.py`) and a cluster (`cluster.py`) share. A block is consecutive windows
of about so many, and ends with a ride where one ends near: only a long ride is divided, and read by several.
"""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError, LibraryError
from projector.domain.ids import ride_numbers
from projector.domain.nouns import FeatureTable, WindowRule, Windows
from projector.features.extraction import plan
from projector.features.registry import FEATURE_NAMES, FEATURE_VERSION
from projector.jobs.tables import rate_of, rides_of
from projector.library import cache
from projector.library.library import Library

Column = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Work:
    """What another process has to know beside which block: all of it must be true there, too."""

    library: str
    content_hash: str
    rule: WindowRule
    rate_hz: float
    feature_version: str


@dataclass(frozen=True)
class Block:
    """Rows start to stop of a table, whose windows have the ids first to last."""

    start: int
    stop: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.stop - self.start


def blocks_of(windows: Windows, size: int) -> list[Block]:
    """All windows in blocks of about so many; none is longer than twice that."""
    n, ids = len(windows), windows.ids
    starts = np.concatenate(([0], np.flatnonzero(np.diff(ride_numbers(ids))) + 1, [n]))  # of rides
    edges = np.arange(size, n, size)
    after = np.searchsorted(starts, edges)
    late, early = starts[after] - edges, edges - starts[after - 1]
    shift = np.where(late < early, late, -early)
    edges += np.where(np.abs(shift) <= size // 2, shift, 0)
    bounds = np.unique(np.concatenate(([0], edges, [n]))).tolist()
    return [Block(a, b, int(ids[a]), int(ids[b - 1])) for a, b in pairwise(bounds)]


def opened(work: Work) -> Library:
    """The library in another process. Raises LibraryError or InputError where it is not the one meant."""
    if work.feature_version != FEATURE_VERSION:
        raise InputError("a worker computes other features", remedy="install the same Projector there")
    if not Path(work.library).exists():
        raise LibraryError(
            f"the worker on {platform.node()} doesn't see this library",
            where=work.library,
            remedy="put it on a drive that all of them have under the same path",
        )
    library = Library.open(work.library)
    if library.content_hash != work.content_hash:
        library.close()
        raise LibraryError("a worker sees another library under this path", where=work.library)
    return library


class Gathering:
    """A table that is being made: its windows, and what comes of them block by block beside the values."""

    def __init__(self, library: Library, rule: WindowRule) -> None:
        path, rate = str(library.path.absolute()), rate_of(library, rule)
        self.work = Work(path, library.content_hash, rule, rate, FEATURE_VERSION)
        self.rides = rides_of(library)
        self.windows = plan(self.rides, rule, rate)
        self._found: dict[int, tuple[Block, Column, Mapping[str, Column]]] = {}

    def take(self, block: Block, gap_share: Column, means: Mapping[str, Column]) -> None:
        """What `Extractor.fill` found of a block; in any order."""
        self._found[block.start] = block, gap_share, means

    def table(self, key: str, values: Column) -> FeatureTable:
        """The whole, when every block has come; columns are in the order in which rides have them."""
        gap_share = np.zeros(len(self.windows), np.float32)
        columns: dict[str, Column] = {}
        for _, (block, share, means) in sorted(self._found.items()):
            gap_share[block.start : block.stop] = share
            for name, mean in means.items():
                column = columns.setdefault(name, np.full(len(gap_share), np.nan, np.float32))
                column[block.start : block.stop] = mean
        windows, work = replace(self.windows, gap_share=gap_share), self.work
        return FeatureTable(windows, FEATURE_NAMES, values, work.rule, work.rate_hz, key, columns)


def make_table(library: Library, rule: WindowRule, compute: Callable[[Gathering, Column], None]) -> Path:
    """A library's table in its cache. Raises StorageError, and what `compute` raises.

    compute     fills the values of all windows, float32 (windows, 122), and gives what it finds to `take`
    """
    gathering = Gathering(library, rule)
    key = cache.table_key(library.content_hash, rule, FEATURE_VERSION)

    def fill(values: Column) -> FeatureTable:
        compute(gathering, values)
        return gathering.table(key, values)

    shape = len(gathering.windows), len(FEATURE_NAMES)
    return cache.make_table(cache.cache_folder(library.path), key, shape, fill)
