"""From pressing Space in the review queue to the painted trace of the next event, in another ride.

A library of some hundred rides of ten minutes to an hour, with short annotations that the queue lists; the
real window, offscreen, in the Label layout. Between two presses the event loop runs, as while somebody looks;
the ticks of a timer tell how long it was away meanwhile. Beside it, the same with nothing read ahead.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from benchmarks.rows import Row, main
from benchmarks.stall import P99_MS, Heartbeat
from projector.domain.nouns import Annotation, Recording, Stream
from projector.jobs.synchronous import SynchronousRunner
from projector.library.writer import write_library
from projector.ui.app import Application
from projector.ui.views.queue_view import QueueView
from projector.workspace.memory import Memory

RATE_HZ, LONGEST_S, SHORTEST_S = 100.0, 3600, 600
LIMIT_MS = 150.0
LOOK_MS = 400
OFF = ["unlike", "unlabelled", "edge"]  # what the worker finds is not measured here


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    rides, presses = (6, 5) if small else (300, 150)
    path = _library(rides, scratch, short=small)
    for ahead, what in ((True, "read ahead"), (False, "nothing read ahead")):
        app = Application(
            memory=Memory(layout="label", author="anna", review={"off": OFF}),
            remember=False,
            runner=SynchronousRunner(),
        )
        try:
            yield from _measured(app, path, presses, what, ahead)
        finally:
            app.close()


def _measured(app: Application, path: Path, presses: int, what: str, ahead: bool) -> Iterator[Row]:
    window = app.window
    window.resize(1400, 850)
    window.show()
    app.pipeline.open(path)
    app.settle()
    view, review = window.views["queue"], window.commands.review
    assert isinstance(view, QueueView)
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Space)
    _look(LOOK_MS)
    took, busy = [], []
    with Heartbeat() as beat:
        for _ in range(presses):
            if ahead:
                assert review.warmer.wait()
            else:
                review.warmer.stop()
            ride, begun, worked = app.workspace.ride, time.perf_counter(), time.process_time()
            QTest.keyClick(view.list, Qt.Key.Key_Space)
            took.append((time.perf_counter() - begun) * 1000)
            busy.append((time.process_time() - worked) * 1000)
            scene = window.trace.scene
            assert scene is not None
            assert scene.ride.number == app.workspace.ride != ride
            _look(LOOK_MS)
    note = (
        f"median {np.median(took):.0f} ms, processor p95 {np.quantile(busy, 0.95):.0f} ms, {presses} presses"
    )
    yield Row(
        f"review, Space to the painted trace, {what}, p95",
        float(np.quantile(took, 0.95)),
        "ms",
        limit=LIMIT_MS if ahead else None,
        note=note,
    )
    if ahead:
        stall = float(np.quantile(beat.late, 0.99))
        ticks = f"{len(beat.late):,} ticks"
        yield Row("review, stalls while looking, p99", stall, "ms", limit=P99_MS, note=ticks)


def _look(milliseconds: int) -> None:
    """Somebody looks: the event loop runs."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _library(rides: int, scratch: Path, *, short: bool) -> Path:
    """Each ride has one short annotation, so that every item is in another ride."""
    path = scratch / "review.h5"
    rng = np.random.default_rng(0)
    longest = SHORTEST_S / 5 if short else LONGEST_S
    seconds = rng.uniform(min(SHORTEST_S, longest / 2), longest, rides)
    write_library(path, (_ride(number, float(length)) for number, length in enumerate(seconds)))
    return path


def _ride(number: int, seconds: float) -> Recording:
    rng = np.random.default_rng(number)
    samples = rng.standard_normal((round(seconds * RATE_HZ), 3), np.float32)
    samples[:, 2] += 9.81
    start = float(rng.uniform(10, seconds - 20))
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, RATE_HZ)
    mark = Annotation(start, start + float(rng.uniform(0.5, 3.5)), f"class {number % 7}")
    return Recording(f"ride_{number:04}", (stream,), (mark,))


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
