"""Opening libraries of 50 to 5,000 rides, against one read of the same table; the largest by the app, too.

The library has been met before, as in all but the first opening; its rides are short: opening can't see that.
In the window it takes until every panel is painted, table and map from the cache.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import h5py
import numpy as np

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.nouns import Annotation, Recording, Stream, WindowRule
from projector.domain.progress import silent
from projector.jobs.tasks import TASKS
from projector.library.format import TABLE
from projector.library.library import Library
from projector.library.writer import write_library
from projector.projection.parameters import PCAParameters
from projector.ui.app import Application
from projector.workspace.memory import Memory

SIZES = (50, 500, 5_000)
TURNS = 9
LIMIT_MS = 500.0
RULE = WindowRule(1.0, 1.0)


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    sizes = [size // 50 for size in SIZES] if small else SIZES
    costs: list[float] = []
    for size in sizes:
        path = scratch / f"{size}.h5"
        write_library(path, (_ride(number) for number in range(size)))
        _open(path)
        both = [(timed(lambda p=path: _open(p)), timed(lambda p=path: _read(p))) for _ in range(TURNS)]
        ours, plain = (statistics.median(times) for times in zip(*both, strict=True))
        costs.append(ours)
        largest = size == sizes[-1]
        note = f"grows with n^{exponent(sizes, costs):.2f}" if largest else ""
        limit = LIMIT_MS if largest else None
        yield Row(f"open, {size:,} rides, median", ours, "ms", plain, "one read of its table", limit, note)
    shown, busy = _in_the_window(path, 1 if small else TURNS)
    task, note = f"open, {size:,} rides, in the window, median", f"processor {busy:.0f} ms"
    yield Row(task, shown, "ms", limit=LIMIT_MS, note=note)


def _in_the_window(path: Path, turns: int) -> tuple[float, float]:
    """Milliseconds until all is painted, by the clock and of the processor, once it was opened before."""
    TASKS["project"](str(path), asdict(RULE), "pca", PCAParameters().as_dict(), progress=silent)
    app = Application(memory=Memory(rule=asdict(RULE), method="pca"), remember=False, warm=False)
    try:
        app.window.show()
        took = []
        for _ in range(turns + 1):
            busy = time.process_time()
            clock = timed(lambda: (app.window.commands.open_library(path), app.settle()))
            took.append((clock, (time.process_time() - busy) * 1000))
            assert len(app.workspace.points().ids) > 0
            app.wait_until_idle()
        clock, busy = np.median(took[1:], axis=0).tolist()
        return clock, busy
    finally:
        app.close()


def _open(path: Path) -> None:
    """As the window does: the table, the ids, every column and the annotations."""
    with Library.open(path) as library:
        assert len(library.ids) == len(library.columns["seconds"])
        assert len(library.annotations) == len(library)


def _read(path: Path) -> None:
    with h5py.File(path) as file:
        for dataset in file[TABLE].values():
            dataset[()]


def _ride(number: int) -> Recording:
    samples = np.full((100, 3), number, np.float32)
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0)
    facts = {"rider": f"rider {number % 160}", "bike": f"bike {number % 12}", "kg": 60.0 + number % 50}
    return Recording(f"ride_{number:05}", (stream,), (Annotation(0.5, 1.5, "turn"),), facts)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
