"""A feature table on the cores of this machine: this process and helpers beside it take blocks in turn.

A helper writes its values straight into the mapped file that becomes the table: on one machine, what is
mapped from the same file is the same memory. What else it finds goes through a file of its own, unpickled.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.columns import Category
from projector.domain.nouns import WindowRule
from projector.domain.progress import Progress
from projector.features.extraction import Extractor
from projector.features.registry import FEATURE_NAMES
from projector.jobs.blocks import Block, Column, Gathering, Work, blocks_of, opened
from projector.jobs.helpers import Helpers
from projector.jobs.tables import rate_of, rides_of, rule_of
from projector.library.library import Library
from projector.library.replacing import storage_errors

BLOCK_SAMPLES = 800_000  # of all windows in a block: a tenth of a second, so that cores end nearly together
HELPED_SAMPLES = 12_000_000
"""Of all windows, for each helper: more than 1 s of a core. A helper takes about 1 s until it computes (it
imports h5py, numba and what that has compiled), so with less to do we would have done its share."""
HELPER_BYTES = 200_000_000  # of memory, whatever it works on


def core_count() -> int:
    """Cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def helpers_for(library: Library, rule: WindowRule, cores: int) -> Helpers:
    """As many as are worth their start; to be started before anything else, since they take so long to.

    All but the first take no more memory together than half of the table, so the whole work stays below
    one and a half tables and 500 MB on any number of cores.
    """
    seconds = library.columns["seconds"]
    assert not isinstance(seconds, Category)
    windows = int(np.nansum(seconds) / rule.hop_s)
    worth = windows * rule.samples(rate_of(library, rule)) // HELPED_SAMPLES
    room = 1 + windows * len(FEATURE_NAMES) * 4 // 2 // HELPER_BYTES
    return Helpers(max(min(cores - 1, worth, room), 0), __name__, "fill", str(library.path.absolute()))


def compute(gathering: Gathering, values: Column, progress: Progress, helpers: Helpers) -> None:
    """Fills a table together with helpers. Raises LibraryError, InputError, StorageError, Cancelled.

    values      float32 (windows, 122), mapped to a file
    progress    told windows done and in all
    """
    work, finished, told = gathering.work, 0, 0.0
    blocks = blocks_of(gathering.windows, max(BLOCK_SAMPLES // work.rule.samples(work.rate_hz), 1))
    extractor = Extractor(gathering.rides, work.rule, work.rate_hz)

    def look_up(done: float = 0, total: float = 0, what: str = "features") -> None:
        nonlocal told
        told = max(told, finished + done + helpers.done())  # a helper that dies takes back what it began
        progress(told, len(values), what)

    if not blocks:
        look_up()
        return
    assert isinstance(values, np.memmap)
    table = Path(str(values.filename))
    with tempfile.TemporaryDirectory(dir=table.parent, ignore_cleanup_errors=True) as scratch:
        found = [Path(scratch, f"{block.start}.npy") for block in blocks]
        asked = {"work": asdict(work), "table": str(table)}
        pieces = zip(blocks, found, strict=True)
        helpers.share(
            [asked | {"block": asdict(block), "found": str(path)} for block, path in pieces],
            [len(block) for block in blocks],
        )
        try:
            for index in helpers.own_share(look_up):
                block = blocks[index]
                rows = values[block.start : block.stop]
                gathering.take(block, *extractor.fill(block.first, block.last, rows, look_up))
                finished += len(block)
            look_up()
        finally:
            helpers.close()  # before these files are removed or renamed
        for index, answer in helpers.answers.items():
            gap_share, *means = np.load(found[index], allow_pickle=False)
            gathering.take(blocks[index], gap_share, dict(zip(answer["means"], means, strict=True)))


# --- in a helper ---------------------------------------------------------------------------------------


def fill(
    work: Mapping[str, Any], block: Mapping[str, Any], table: str, found: str, progress: Progress
) -> dict[str, Any]:
    """A block's values into the table; gap shares and means into a file: {"means": their names}."""
    asked, rows = Work(**{**work, "rule": rule_of(work["rule"])}), Block(**block)
    values = np.load(table, mmap_mode="r+")[rows.start : rows.stop]
    gap_share, means = _extractor(asked).fill(rows.first, rows.last, values, progress)
    with storage_errors(Path(found)):
        np.save(found, np.stack([gap_share, *means.values()]), allow_pickle=False)
    return {"means": list(means)}


@lru_cache(maxsize=1)
def _extractor(work: Work) -> Extractor:
    """Kept with its library from block to block, until the process ends."""
    return Extractor(rides_of(opened(work)), work.rule, work.rate_hz)


TASKS: Mapping[str, Callable[..., dict[str, Any]]] = {"fill": fill}
