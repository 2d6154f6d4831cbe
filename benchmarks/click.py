"""A click on a dot of another ride until that ride's trace is painted, in the whole window, and its memory.

`python -m benchmarks click`: 5,000 rides of `projector simulate`, 10 GB, and two smaller libraries that tell
how cost grows, written to the scratch folder and removed again, which takes some ten minutes; --library takes
what is there. Features and map are made up: two columns, a dot a window. What Linux keeps of the file in
memory is let go before each click, and nothing is read ahead of it.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest

from benchmarks.rows import Row, exponent, peak_mb, table
from projector.domain.ids import ride_numbers, window_ids
from projector.domain.nouns import FeatureTable, Projection, WindowRule, Windows
from projector.library.library import Library
from projector.library.simulator import Settings
from projector.library.simulator.store import write_simulated
from projector.processing.arrangement import arrange
from projector.ui.app import Application
from projector.workspace.memory import Memory

RIDES, SMALL, MINUTES = (50, 500, 5_000), (5, 6), 8.9
CLICKS = 200
LIMIT_MS, LIMIT_MB = 60.0, 700.0
RULE = WindowRule()
PATIENCE_S = 20.0


class Painted(QObject):
    """Notes when a widget had been painted last, by the clock and in processor time."""

    at, busy = 0.0, 0.0

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return False
        widget.event(event)  # here, so that the time is taken after it
        self.at, self.busy = time.perf_counter(), time.process_time()
        return True


def measure(small: bool, scratch: Path, libraries: Sequence[Path] = ()) -> Iterator[Row]:
    sizes, minutes, count = (SMALL, 1.0, 2) if small else (RIDES, MINUTES, CLICKS)
    libraries = libraries or [_simulated(scratch, rides, minutes) for rides in sizes]
    rides, costs = [], []
    for library in libraries:
        app = Application(memory=Memory(), remember=False, warm=False)
        try:
            app.window.resize(1400, 850)
            app.window.show()
            windows = _fill(app, library)
            rides.append(len(app.workspace.library or ()))
            what = f"click, {rides[-1]:,} rides, {library.stat().st_size / 1e9:.3g} GB, {windows:,} windows"
            taken, busy = _clicks(app, count, library)
        finally:
            app.close()
        middle, high = np.quantile(busy, [0.5, 0.95])
        costs.append(float(middle))
        note = f"p50 {np.median(taken):.1f} ms; processor p50 {middle:.1f}, p95 {high:.1f} ms"
        if len(set(rides)) > 1 and library == libraries[-1]:
            note += f"; processor p50 grows with n^{exponent(rides, costs):.2f}"
        yield Row(f"{what}, p95", float(np.quantile(taken, 0.95)), "ms", limit=LIMIT_MS, note=note)
    yield Row("click, peak memory of the window", peak_mb(), "MB", limit=LIMIT_MB)


def _simulated(scratch: Path, rides: int, minutes: float) -> Path:
    library, began = scratch / f"{rides}.h5", time.perf_counter()
    write_simulated(library, rides, Settings(minutes=minutes))
    print(f"{rides:,} rides simulated in {time.perf_counter() - began:,.0f} s", file=sys.stderr)
    return library


def _fill(app: Application, path: Path) -> int:
    """Every window of every ride on the map; how many."""
    library = Library.open(path)
    app.workspace.set_library(library)
    seconds = np.asarray(library.columns["seconds"])
    counts = np.maximum((seconds - RULE.length_s) // RULE.hop_s, 1).astype(np.int64)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    ids = window_ids(np.repeat(library.numbers, counts), nth * round(RULE.hop_s * 100))
    start = nth * RULE.hop_s
    windows = Windows(ids, start, start + RULE.length_s, np.zeros(len(ids), np.float32))
    values = np.random.default_rng(0).gamma(2.0, 1.0, (len(ids), 2)).astype(np.float32)
    app.workspace.set_table(
        FeatureTable(windows, ("a__jerk_max", "a__range"), values, RULE, 100.0, "made up")
    )
    app.workspace.set_projection(Projection(ids, values, "axes", {}), arrange(ids, values))
    app.workspace.choose_features(("a__jerk_max",))
    app.settle()
    app.window.map.settle()
    return len(ids)


def _clicks(app: Application, count: int, path: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of clicks on dots of rides that were not read before: by the clock, and processor time."""
    surface, trace, workspace = app.window.map.surface, app.window.trace, app.workspace
    painted = Painted()
    trace.canvas.installEventFilter(painted)
    seen: set[int] = set()
    taken, busy = [], []
    dots = workspace.points()
    for row in np.random.default_rng(1).permutation(len(dots.ids)):
        at = surface.point_of(int(row))
        if at is None or not surface.rect().contains(at.toPoint()):
            continue
        ride = int(ride_numbers(dots.ids[surface.scene.row_at(*surface.view.to_map(at.x(), at.y()), 1e9)]))
        if ride in seen or ride == workspace.ride:
            continue
        QTest.mouseMove(surface, at.toPoint())
        app.settle(10)
        _let_go(path)
        began = time.perf_counter(), time.process_time()
        _press(surface, at.toPoint())
        while trace.scene is None or trace.scene.ride.number != workspace.ride or painted.at < began[0]:
            app.qt.processEvents()
            if time.perf_counter() > began[0] + PATIENCE_S:
                raise RuntimeError("the trace was not painted")
        if workspace.ride in seen:
            continue
        seen.add(int(workspace.ride or 0))
        taken.append((painted.at - began[0]) * 1e3)
        busy.append((painted.busy - began[1]) * 1e3)
        app.settle(20)  # what follows in a moment, and what the mouse hovers over
        if len(taken) == count:
            break
    trace.canvas.removeEventFilter(painted)
    return taken, busy


def _press(surface: QObject, at: QPoint) -> None:
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def _let_go(path: Path) -> None:
    """The file is read from the disk again."""
    if hasattr(os, "posix_fadvise"):
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="see that it works, measure nothing")
    parser.add_argument("--scratch", type=Path, help="where files are written and removed again")
    parser.add_argument(
        "--library", type=Path, nargs="+", default=(), help="simulated before, the largest last; they stay"
    )
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        os.environ["PROJECTOR_CONFIG"] = str(Path(folder, "config"))
        rows = [row.as_dict() for row in measure(chosen.small, Path(folder), chosen.library)]
    if chosen.small:
        rows = [row | {"limit": None, "of_limit": None, "reached": True} for row in rows]
    print(json.dumps(rows, indent=1, ensure_ascii=False) if chosen.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
