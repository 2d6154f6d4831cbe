"""The most memory that extraction and projection take, at three sizes: both are to stream.

Each runs in a process of its own, as in the app's worker. What counts is what Linux counts: its own memory
and the part of mapped files that is in memory, and all of the same of the processes that it starts for other
cores. The limit is 1.5 × the feature table + 500 MB.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.rows import HelpersMemory, Row, exponent, main, peak_mb
from projector.domain.nouns import WindowRule
from projector.domain.progress import silent
from projector.jobs.tasks import TASKS

FEATURES = 122
MB = 1e6
HOP_S = 0.2
WORK = {
    "extraction": ("extract", {}),
    "PCA": ("project", {"method": "pca", "parameters": {}}),
    "UMAP": ("project", {"method": "umap", "parameters": {}}),
}


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    from benchmarks.stall import library_of

    sizes = (600,) if small else (100_000, 300_000, 1_000_000)
    libraries = {size: library_of(size, scratch) for size in sizes}
    for work in [*WORK][: 1 if small else None]:
        parts = [_peaks_of(work, path) for path in libraries.values()]
        peaks = [own + helpers for own, helpers in parts]
        for size, peak, (_, helpers) in zip(sizes, peaks, parts, strict=True):
            limit = 1.5 * 4 * FEATURES * size / MB + 500
            growth = f"n^{exponent(sizes, peaks):.2f}" if size == sizes[-1] != sizes[0] else ""
            beside = f"{helpers:.0f} MB of it other processes" if helpers else ""
            note = "; ".join(filter(None, (growth, beside)))
            yield Row(f"peak memory, {work}, {size:,} windows", peak, "MB", limit=limit, note=note)


def _peaks_of(work: str, library: Path) -> tuple[float, float]:
    """Of a process that does nothing else, and of those that it starts; earlier ones made what it needs."""
    command = [sys.executable, "-m", "benchmarks.memory", "--work", work, str(library)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process,
        HelpersMemory(lambda: process.pid) as helpers,
    ):
        told, _ = process.communicate()
    return float(json.loads(told)), helpers.mb


def _work(work: str, library: str) -> None:
    task, arguments = WORK[work]
    TASKS[task](library=library, rule=asdict(WindowRule(4.0, HOP_S)), **arguments, progress=silent)
    print(json.dumps(peak_mb()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        _work(*sys.argv[2:4])
    else:
        sys.exit(main(__doc__, measure))
