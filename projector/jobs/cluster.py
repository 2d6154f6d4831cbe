"""Feature extraction past one machine: blocks of windows on a Dask cluster, the same code, the same bits.

Workers read the library from a path that all machines share and answer with arrays; they write nothing. The
scheduler gives the blocks of a worker that dies to others. Few blocks are under way at a time, so neither a
worker's nor our memory grows with the values; those that have arrived are in the table's file.

Dask sends functions and results as pickles: a scheduler and its workers are to be trusted like this program.
"""

import contextlib
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from projector.domain.errors import InputError, StorageError
from projector.domain.nouns import WindowRule
from projector.domain.progress import Progress
from projector.features.extraction import Extractor
from projector.features.registry import FEATURE_NAMES
from projector.jobs.blocks import Block, Column, Gathering, Work, blocks_of, make_table, opened
from projector.jobs.tables import rides_of
from projector.library import cache
from projector.library.library import Library

if TYPE_CHECKING:
    from distributed import Client, Future

BLOCK_WINDOWS = 1 << 15  # a few seconds of work and 16 MB of answer: opening a library is little beside it
AHEAD = 3  # blocks under way for each of the cluster's threads
RETRIES = 2  # of a block whose reading failed; Dask itself retries those of workers that died
POLL_S = 0.5
CONNECT_S = 10
_INSTALL = "python -m pip install 'projector[cluster]'"
Found = tuple[Column, Column, dict[str, Column]]  # values and what `Extractor.fill` returns


def table_folder(library: Library, rule: WindowRule, address: str, progress: Progress) -> Path:
    """As `tables.table_folder`, computed by the cluster at this address (tcp://…).

    Raises InputError where there is no cluster or Dask isn't installed, LibraryError where a worker doesn't
    have this library, StorageError where workers keep dying.
    """
    found = cache.find_table(library, rule)
    if found is not None:
        return found
    with _connected(address) as client:
        return make_table(library, rule, lambda table, values: _gather(client, table, values, progress))


def compute_block(work: Work, block: Block) -> Found:
    """The features of a block; runs on a worker. Raises LibraryError, InputError."""
    values = np.empty((len(block), len(FEATURE_NAMES)), np.float32)
    with opened(work) as library:
        extractor = Extractor(rides_of(library), work.rule, work.rate_hz)
        return values, *extractor.fill(block.first, block.last, values)


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


def _gather(client: "Client", gathering: Gathering, values: Column, progress: Progress) -> None:
    """All blocks, computed by whichever worker."""
    waiting = deque(blocks_of(gathering.windows, BLOCK_WINDOWS))
    under_way: dict[Future, Block] = {}
    done = 0
    try:
        while waiting or under_way:
            threads = sum(client.nthreads().values())
            while waiting and len(under_way) < AHEAD * max(threads, 1):
                block = waiting.popleft()
                asked = client.submit(compute_block, gathering.work, block, retries=RETRIES, pure=False)
                under_way[asked] = block
            what = f"features on {threads} threads of the cluster" if threads else "waiting for a worker"
            progress(done, len(values), what)
            for future in _finished(under_way):
                block = under_way.pop(future)
                values[block.start : block.stop], gap_share, means = _result(future)
                gathering.take(block, gap_share, means)
                done += len(block)
    finally:
        client.cancel(list(under_way))


def _finished(under_way: "Mapping[Future, Block]") -> "list[Future]":
    """Those that are done; waits a little for the first, never so long that Cancel would be felt."""
    from distributed import wait

    with contextlib.suppress(TimeoutError):
        wait(list(under_way), timeout=POLL_S, return_when="FIRST_COMPLETED")
    return [future for future in under_way if future.done()]


def _result(future: "Future") -> Found:
    from distributed import KilledWorker

    try:
        found: Found = future.result()
    except KilledWorker as error:
        raise StorageError(
            "one block of rides ended every worker that tried it",
            remedy="give workers more memory (a block needs about 500 MB), and see their logs",
        ) from error
    return found
