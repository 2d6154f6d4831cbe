"""How cost grows with size, where other benchmarks have one size: frames of map and trace, and import.

Each is done at three sizes; ours is what it takes at the largest. Frames are medians of processor time, all
threads together, import the fastest of some. Extraction, UMAP, look-alikes, memory, opening, click and stall
print the exponent in rows of their own.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks import map as maps
from benchmarks import trace
from benchmarks.importing import made_hapt
from benchmarks.rows import Row, exponent, main, timed
from projector.library.importing import import_recordings
from projector.library.writer import write_library

DOTS, HOURS, MARKS, RIDES = (10_000, 100_000, 1_000_000), (1, 5, 24), (100, 1_000, 10_000), (4, 16, 64)
MAP_ROWS = ("map-pan", "map-zoom", "map-recolour", "map-filter", "map-pick", "map-lasso")
FRAMES, TURNS = 100, 3


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    _app = QApplication.instance() or QApplication([])
    rows, frames = (MAP_ROWS[:1], 2) if small else (MAP_ROWS, FRAMES)
    dots = [size // 100 for size in DOTS] if small else DOTS
    of_maps = [_map_frames(count, rows) for count in dots]
    for name in rows:
        yield _row(name, dots, [took[name] for took in of_maps], "dots")
    seconds = [size * (20 if small else 3600) for size in HOURS]
    costs = [_trace_frame(scratch, length, 200.0, 100, frames) for length in seconds]
    yield _row("trace-pan, full extent", seconds, costs, "s")
    marks = [size // 10 for size in MARKS] if small else MARKS
    costs = [_trace_frame(scratch, 60 if small else 3600, 100.0, count, frames) for count in marks]
    yield _row("trace-intervals, full extent", marks, costs, "annotations")
    rides, turns = ((1, 2), 1) if small else (RIDES, TURNS)
    costs = [_import(scratch / f"{count}", count, turns) for count in rides]
    yield _row("import, made-up HAPT", rides, costs, "rides")


def _row(task: str, sizes: Sequence[int], costs: list[float], unit: str) -> Row:
    note = f"grows with n^{exponent(sizes, costs):.2f} from {', '.join(f'{size:,}' for size in sizes)}"
    return Row(f"growth, {task}, {sizes[-1]:,} {unit}", costs[-1], "ms", note=note)


def _map_frames(count: int, rows: Sequence[str]) -> dict[str, float]:
    workspace = maps.made_workspace(count)
    view = maps.shown_view(workspace)
    took = {name: float(np.median([busy for _, busy in maps.ROWS[name][0](view)])) for name in rows}
    view.close()
    view.deleteLater()
    workspace.set_library(None)
    return took


def _trace_frame(scratch: Path, seconds: float, rate_hz: float, marks: int, frames: int) -> float:
    path = scratch / "ride.h5"
    write_library(path, [trace.recording("ride", seconds, rate_hz, marks)], replace=True)
    workspace = trace.workspace_of(path)
    view = trace.shown_view(workspace)
    took = trace.figures(trace.pan(view, seconds, frames))["work_p50_ms"]
    trace.close(view, workspace)
    return took


def _import(folder: Path, count: int, turns: int) -> float:
    made_hapt(folder)
    raw, labels = folder / "RawData", []
    for number in range(1, count + 1):
        labels.append(f"{number} 1 5 250 1232\n")
        for kind in ("acc", "gyro") if number > 1 else ():
            shutil.copy(raw / f"{kind}_exp01_user01.txt", raw / f"{kind}_exp{number:02}_user01.txt")
    (raw / "labels.txt").write_text("".join(labels))
    bring_in = lambda: import_recordings([folder], folder / "new.h5", as_="hapt", replace=True)  # noqa: E731
    return min(timed(bring_in) for _ in range(turns))


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
