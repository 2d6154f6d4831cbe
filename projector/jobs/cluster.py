"""Feature extraction past one machine: blocks of rides on a Dask cluster, the same functions, the same bits.

Workers read the library from a path that all machines share and answer with arrays; they write nothing. The
scheduler gives the blocks of a worker that dies to others. Few blocks are under way at a time, so neither a
worker's nor our memory grows with the library; what has arrived waits in files until all of it is there.

Dask sends functions and results as pickles: a scheduler and its workers are to be trusted like this program.
"""

import contextlib
import platform
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category
from projector.domain.errors import InputError, LibraryError, StorageError
from projector.domain.nouns import FeatureTable, WindowRule, Windows
from projector.domain.progress import Progress
from projector.features.extraction import extract
from projector.features.registry import FEATURE_NAMES, FEATURE_VERSION
from projector.jobs.tables import LibraryRide, rate_of, rule_of
from projector.library import cache
from projector.library.library import Library

if TYPE_CHECKING:
    from distributed import Client, Future

BLOCK_WINDOWS = 1 << 15  # a few seconds of work and 16 MB of answer: opening a library is little beside it
AHEAD = 3  # blocks under way for each of the cluster's threads
RETRIES = 2  # of a block whose reading failed; Dask itself retries those of workers that died
POLL_S = 0.5
CONNECT_S = 10
_WINDOWS = ("ids", "start_s", "stop_s", "gap_share")
_AUX = "aux."
_INSTALL = "python -m pip install 'projector[cluster]'"


@dataclass(frozen=True)
class Work:
    """What a worker has to know beside which rides: all of it must be true there, too."""

    library: str
    content_hash: str
    rule: Mapping[str, Any]
    rate_hz: float
    feature_version: str


Part = dict[str, npt.NDArray[Any]]
"""A block's arrays: those of its windows, values, and aux.NAME for each auxiliary mean."""


def table_folder(library: Library, rule: WindowRule, address: str, progress: Progress) -> Path:
    """As `tables.table_folder`, computed by the cluster at this address (tcp://…).

    Raises InputError where there is no cluster or Dask isn't installed, LibraryError where a worker doesn't
    have this library, StorageError where workers keep dying.
    """
    found = cache.find_table(library, rule)
    if found is not None:
        return found
    work = work_of(library, rule)
    into = cache.cache_folder(library.path)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".cluster.", dir=into) as folder, _connected(address) as client:
        parts = _gathered(client, work, blocks_of(library, rule), Path(folder), progress)
        return _joined(parts, Path(folder), into, work, rule)


def work_of(library: Library, rule: WindowRule) -> Work:
    """The same for all blocks of a library."""
    path, rate = str(library.path.absolute()), rate_of(library, rule)
    return Work(path, library.content_hash, asdict(rule), rate, FEATURE_VERSION)


def blocks_of(library: Library, rule: WindowRule) -> list[list[int]]:
    """Numbers of consecutive rides, about BLOCK_WINDOWS windows together; no signal is read for it."""
    seconds = library.columns["seconds"]
    assert not isinstance(seconds, Category)
    before = np.cumsum(np.nan_to_num(seconds)) - np.nan_to_num(seconds)
    block = (before / (BLOCK_WINDOWS * rule.hop_s)).astype(np.int64)
    return [part.tolist() for part in np.split(library.numbers, np.flatnonzero(np.diff(block)) + 1)]


def compute_block(work: Work, numbers: Sequence[int]) -> Part:
    """The windows of some rides and their features; runs on a worker. Raises LibraryError, InputError."""
    if work.feature_version != FEATURE_VERSION:
        raise InputError("a worker computes other features", remedy="install the same Projector there")
    if not Path(work.library).exists():
        raise LibraryError(
            f"the worker on {platform.node()} doesn't see this library",
            where=work.library,
            remedy="put it on a drive that all of them have under the same path",
        )
    with Library.open(work.library) as library:
        if library.content_hash != work.content_hash:
            raise LibraryError("a worker sees another library under this path", where=work.library)
        rides = [LibraryRide(library, number) for number in numbers]
        table = extract(rides, rule_of(work.rule), work.rate_hz)
    arrays = {name: getattr(table.windows, name) for name in _WINDOWS}
    return arrays | {"values": table.values} | {_AUX + name: mean for name, mean in table.aux.items()}


# --- our side ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _connected(address: str) -> "Iterator[Client]":
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--cluster needs Dask, which isn't installed", remedy=_INSTALL) from error
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise InputError(
            "no Dask scheduler answers there",
            where=address,
            remedy="start one with `dask scheduler`; the address is in its log, like tcp://10.0.0.1:8786",
        ) from error
    with client:
        yield client


def _gathered(
    client: "Client", work: Work, blocks: list[list[int]], folder: Path, progress: Progress
) -> list[Part]:
    """All blocks in order, computed by whichever worker; their values are in the folder."""
    parts: dict[int, Part] = {}
    waiting = deque(enumerate(blocks))
    under_way: dict[Future, int] = {}
    try:
        while waiting or under_way:
            threads = sum(client.nthreads().values())
            while waiting and len(under_way) < AHEAD * max(threads, 1):
                index, numbers = waiting.popleft()
                under_way[client.submit(compute_block, work, numbers, retries=RETRIES, pure=False)] = index
            what = f"features on {threads} threads of the cluster" if threads else "waiting for a worker"
            progress(len(parts), len(blocks), what)
            for future in _finished(under_way):
                index = under_way.pop(future)
                parts[index] = _put_aside(_result(future), _file(folder, index))
    finally:
        client.cancel(list(under_way))
    return [parts[index] for index in range(len(blocks))]


def _finished(under_way: "Mapping[Future, int]") -> "list[Future]":
    """Those that are done; waits a little for the first, never so long that Cancel would be felt."""
    from distributed import wait

    with contextlib.suppress(TimeoutError):
        wait(list(under_way), timeout=POLL_S, return_when="FIRST_COMPLETED")
    return [future for future in under_way if future.done()]


def _result(future: "Future") -> Part:
    from distributed import KilledWorker

    try:
        part: Part = future.result()
    except KilledWorker as error:
        raise StorageError(
            "one block of rides ended every worker that tried it",
            remedy="give workers more memory (a block needs about 500 MB), and see their logs",
        ) from error
    return part


def _put_aside(part: Part, path: Path) -> Part:
    """The values to a file; the rest, a twentieth of them, stays in memory."""
    np.save(path, part.pop("values"), allow_pickle=False)
    return part


def _joined(parts: list[Part], folder: Path, into: Path, work: Work, rule: WindowRule) -> Path:
    """The blocks as the library's table in its cache."""
    windows = Windows(*(np.concatenate([part[name] for part in parts]) for name in _WINDOWS))
    names = dict.fromkeys(name for part in parts for name in part if name.startswith(_AUX))
    aux = {name.removeprefix(_AUX): np.concatenate([_mean(part, name) for part in parts]) for name in names}
    key = cache.table_key(work.content_hash, rule, work.feature_version)

    def fill(values: npt.NDArray[np.float32]) -> FeatureTable:
        first = 0
        for index in range(len(parts)):
            block = np.load(_file(folder, index), mmap_mode="r" if len(parts[index]["ids"]) else None)
            values[first : first + len(block)] = block
            first += len(block)
        return FeatureTable(windows, FEATURE_NAMES, values, rule, work.rate_hz, key, aux)

    return cache.make_table(into, key, (len(windows), len(FEATURE_NAMES)), fill)


def _mean(part: Part, name: str) -> npt.NDArray[np.float32]:
    """An auxiliary mean, missing where no ride of the block has that channel."""
    return part[name] if name in part else np.full(len(part["ids"]), np.nan, np.float32)


def _file(folder: Path, index: int) -> Path:
    return folder / f"{index}.npy"
