"""How long the window's event loop is away while the worker extracts a million windows and lays out 100,000.

A timer ticks every few milliseconds; a stall is how much later than due a tick comes. It is the real program
with its worker process; opening, and the frames that show each result, are included. Both are done at
three sizes, which tells how the worst stall grows. Beside it stands the most memory that the worker and its
helpers had: extraction is to stay below 1.5 × the feature table + 500 MB.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import Qt, QTimer

from benchmarks.rows import HelpersMemory, Row, exponent, high_water_mb, main
from projector.domain.nouns import Annotation, Recording, Stream, WindowRule
from projector.jobs.runner import JobRunner
from projector.library.writer import write_library
from projector.projection.parameters import UMAPParameters
from projector.ui.app import Application
from projector.workspace.memory import Memory

RATE_HZ, RIDE_S, HOP_S = 50.0, 2_000, 0.2
TICK_MS = 5
P99_MS, WORST_MS = 50.0, 150.0
EXTRACTED, LAID_OUT = (1_000_000, 100_000, 10_000), (100_000, 10_000, 1_000)  # the largest starts the worker
SMALL = (2_000, 1_000, 500), (500, 250, 125)  # of both, to see that it works
FEATURES = 122
MB = 1e6


class Heartbeat:
    """Ticks while it is used in a `with`; `late` has by how many ms each tick was late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max((now - self._last) * 1000 - TICK_MS, 0.0))
        self._last = now

    def __enter__(self) -> "Heartbeat":
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tick()  # what happened since the last one counts, too
        self._timer.stop()


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    for work, sizes in zip((_extraction, _layout), SMALL if small else (EXTRACTED, LAID_OUT), strict=True):
        app, costs = _application(), []
        assert isinstance(app.runner, JobRunner)
        helpers = HelpersMemory(lambda runner=app.runner: runner.worker_pid)
        try:
            for size in sizes:
                with helpers if size == sizes[0] else contextlib.nullcontext():
                    task, beat = work(app, size, scratch)
                costs.append(max(beat.late))
                if size == sizes[0]:
                    yield from _judged(task, beat)
                    yield from _memory(app, task, helpers.mb) if work is _extraction else ()
                else:  # so few ticks that a hundredth of them is none
                    note = f"grows with n^{exponent(sizes, costs):.2f}" if size == sizes[-1] else ""
                    yield Row(f"{task}, worst", costs[-1], "ms", note=note)
        finally:
            app.close()


def _extraction(app: Application, windows: int, scratch: Path) -> tuple[str, Heartbeat]:
    path = library_of(windows, scratch)
    with Heartbeat() as beat:
        app.pipeline.open(path)
        app.wait_until_idle()
        app.settle()
    assert app.workspace.table is not None
    return f"stall, {len(app.workspace.table.windows):,} windows extracted", beat


def _layout(app: Application, windows: int, scratch: Path) -> tuple[str, Heartbeat]:
    app.pipeline.open(library_of(windows, scratch))
    app.wait_until_idle()
    with Heartbeat() as beat:
        app.pipeline.project("umap", UMAPParameters())
        app.wait_until_idle()
        app.settle()
    return f"stall, UMAP of {windows:,}", beat


def _judged(task: str, beat: Heartbeat) -> Iterator[Row]:
    p99, note = float(np.quantile(beat.late, 0.99)), f"{len(beat.late):,} ticks"
    yield Row(f"{task}, p99", p99, "ms", limit=P99_MS, note=note)
    yield Row(f"{task}, worst", max(beat.late), "ms", limit=WORST_MS)


def _memory(app: Application, task: str, helpers_mb: float) -> Iterator[Row]:
    """Of the worker and those that helped it, after the largest extraction."""
    assert isinstance(app.runner, JobRunner)
    assert app.runner.worker_pid is not None
    peak, table = high_water_mb(app.runner.worker_pid), app.workspace.table
    if peak is not None and table is not None:
        limit = 1.5 * 4 * FEATURES * len(table.windows) / MB + 500
        note = f"{helpers_mb:.0f} MB of it its helpers'" if helpers_mb else ""
        yield Row(f"{task}, peak memory at work", peak + helpers_mb, "MB", limit=limit, note=note)


def _application() -> Application:
    rule = asdict(WindowRule(4.0, HOP_S))
    app = Application(memory=Memory(rule=rule, method="pca"), remember=False, warm=False)
    app.window.resize(1400, 850)
    app.window.show()
    app.settle()
    return app


def library_of(windows: int, scratch: Path) -> Path:
    """Rides with as many windows together; short hops, so that the file stays small."""
    path, seconds = scratch / f"{windows}.h5", windows * HOP_S
    rides = max(round(seconds / RIDE_S), 2)
    if not path.exists():
        write_library(path, (_ride(number, seconds / rides + 4.0 - HOP_S) for number in range(rides)))
    return path


def _ride(number: int, seconds: float) -> Recording:
    rng = np.random.default_rng(number)
    samples = rng.standard_normal((round(seconds * RATE_HZ), 3), np.float32) * (1 + number % 5)
    samples[:, 2] += 9.81
    starts = range(0, int(seconds) - 20, 40)
    marks = tuple(Annotation(at, at + 20.0, f"class {at // 40 % 7}") for at in starts)
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, RATE_HZ)
    return Recording(f"ride_{number:04}", (stream,), marks)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
