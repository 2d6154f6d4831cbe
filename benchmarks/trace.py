"""Frames of the trace through the real view: panning a day of signal, and 10,000 annotations.

`python -m benchmarks.trace [trace-pan] [trace-intervals] [--json] [--small]`. Every frame is grabbed
from the widget, as the screen would get it. Peers run in the same process on the same arrays. Libraries
are written to a scratch folder (--scratch, else the system's) and removed.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from projector.domain.ids import window_ids
from projector.domain.nouns import (
    Annotation,
    FeatureTable,
    Projection,
    Recording,
    Stream,
    WindowRule,
    Windows,
)
from projector.library.library import Library
from projector.library.writer import write_library
from projector.ui.items.trace_frame import Viewport
from projector.ui.theme import load_theme
from projector.ui.views.trace_view import TraceView
from projector.workspace.workspace import Workspace

SIZE = (1000, 500)
LABELS = ("normal", "braking", "pothole", "phone drop", "fall", "crash")
DAY_S = 86_400.0
TIMES_FASTER = 100.0  # than the peer, at full extent


def signal(seconds: float, rate_hz: float, seed: int) -> np.ndarray:
    """Vibration and bumps about gravity, float32 (n, 3)."""
    rng = np.random.default_rng(seed)
    n = int(seconds * rate_hz)
    samples = rng.standard_normal((n, 3), np.float32)
    samples *= (1.2 + np.sin(np.arange(n, dtype=np.float32) / (rate_hz * 60)))[:, None]
    samples[:, 2] += 9.81
    for at in rng.integers(0, n - 30, max(int(seconds / 120), 1)):
        samples[at : at + 25] *= 6
    return samples


def recording(name: str, seconds: float, rate_hz: float, annotations: int, seed: int = 0) -> Recording:
    """A ride with annotations spread over it, some of them over one another."""
    rng = np.random.default_rng(seed)
    start = np.sort(rng.uniform(0, seconds * 0.99, annotations))
    length = rng.exponential(0.6 * seconds / max(annotations, 1), annotations)
    length[::9] = 0
    marks = tuple(
        Annotation(float(a), float(min(a + b, seconds)), LABELS[k % len(LABELS)])
        for k, (a, b) in enumerate(zip(start, length, strict=True))
    )
    channels, units = ("ax", "ay", "az"), ("m/s²",) * 3
    stream = Stream("accelerometer", channels, units, signal(seconds, rate_hz, seed), rate_hz)
    return Recording(name, (stream,), marks)


def workspace_of(path: Path, hop_s: float = 2.0) -> Workspace:
    """The library with windows of two hops, one made-up feature and a layout."""
    workspace = Workspace()
    library = Library.open(path)
    workspace.set_library(library)
    seconds = library.columns["seconds"]
    assert isinstance(seconds, np.ndarray)
    starts = [np.arange(0, length - 2 * hop_s, hop_s) for length in seconds]
    ids = np.concatenate(
        [window_ids(int(n), (s * 100).astype(np.int64)) for n, s in zip(library.numbers, starts, strict=True)]
    )
    start = np.concatenate(starts)
    windows = Windows(ids, start, start + 2 * hop_s, np.zeros(len(ids), np.float32))
    values = np.random.default_rng(0).gamma(2.0, 1.0, (len(ids), 2)).astype(np.float32)
    rule = WindowRule(2 * hop_s, hop_s, 100.0)
    workspace.set_table(FeatureTable(windows, ("a__jerk_max", "a__range"), values, rule, 100.0, "bench"))
    workspace.set_projection(Projection(ids, values, "axes", {}))
    workspace.choose_features(("a__jerk_max",))
    return workspace


def shown_view(workspace: Workspace) -> TraceView:
    """The view on the first ride, laid out and painted once."""
    assert workspace.library is not None
    view = TraceView(workspace, load_theme("dark"))
    view.resize(*SIZE)
    view.show()
    workspace.select_at(int(workspace.library.numbers[0]), 100.0)
    settle()
    view.grab()
    return view


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def timed(act: Callable[[int], object], count: int) -> np.ndarray:
    """Milliseconds of each call, float (2, count): by the clock, and of this process's own work."""
    taken = np.empty((2, count))
    for k in range(count):
        begun = time.perf_counter(), time.process_time()
        act(k)
        taken[:, k] = (time.perf_counter() - begun[0]) * 1e3, (time.process_time() - begun[1]) * 1e3
    return taken


def figures(taken: np.ndarray) -> dict[str, float]:
    """By the clock; and the work alone, which others that keep the cores busy don't lengthen."""
    middle, high = np.percentile(taken, [50, 95], axis=1).round(2).tolist()
    return {"p50_ms": middle[0], "p95_ms": high[0], "work_p50_ms": middle[1], "work_p95_ms": high[1]}


def pan(view: TraceView, span_s: float, frames: int) -> np.ndarray:
    """Pan steps of 8 pixels, each grabbed."""
    scene = view.scene
    assert scene is not None
    whole = scene.ride.stop_s - scene.ride.start_s
    span = min(span_s, whole * 0.985)  # a little less than all, or there would be nowhere to go
    begin = (whole - span) / 2
    view.canvas.set_view(Viewport(begin, begin + span))
    view.grab()
    step = min(8 * span / scene.layout.plot.width(), (whole - span) / 2 / frames)

    def frame(_k: int) -> None:
        assert view.scene is not None
        view.canvas.set_view(view.scene.view.moved(step))
        view.grab()

    return timed(frame, frames)


def peak_mode(samples: np.ndarray, rate_hz: float, frames: int) -> float:
    """Median ms of a frame of PlotDataItem in peak mode, the three channels at full extent."""
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    times = np.arange(len(samples)) / rate_hz
    for channel in samples.T:
        curve = pg.PlotDataItem(times, np.ascontiguousarray(channel, np.float64), pen="w")
        curve.setDownsampling(auto=True, method="peak")
        plot.addItem(curve)
        curve.setClipToView(True)
    plot.setXRange(0, times[-1], padding=0)
    plot.show()
    settle()
    plot.grab()

    def frame(k: int) -> None:
        plot.setXRange(10.0 * (k + 1), times[-1] + 10.0 * (k + 1), padding=0)
        plot.grab()

    taken = timed(frame, frames)
    plot.close()
    plot.deleteLater()
    settle()
    return float(np.median(taken[0]))


def trace_pan(scratch: Path, small: bool) -> list[dict[str, Any]]:
    seconds, rate = (1800.0, 100.0) if small else (DAY_S, 200.0)
    ride = recording("day", seconds, rate, 100)
    path = scratch / "day.h5"
    write_library(path, [ride])
    samples = ride.primary.samples
    workspace = workspace_of(path)
    view = shown_view(workspace)
    rows: list[dict[str, Any]] = []
    full = 0.0
    for name, span in (("full extent", seconds), ("1 h", 3600.0), ("10 s", 10.0)):
        taken = figures(pan(view, span, 20 if small else 150))
        full = full or taken["p50_ms"]
        rows.append({"task": f"trace-pan, {name}", "samples": samples.size, **taken, "limit_ms": 16.0})
    close(view, workspace)
    rows[0] |= {"peer": "PlotDataItem, peak mode, three channels", "least_ratio": TIMES_FASTER}
    peer = peak_mode(samples, rate, 3)
    rows[0]["peer_ms"] = round(peer, 1)
    rows[0]["ratio"] = round(peer / full, 1)
    return rows


def regions(count: int, seconds: float, frames: int) -> tuple[float, float]:
    """Seconds to build and median ms a pan frame of one LinearRegionItem an annotation."""
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    begun = time.perf_counter()
    for k in range(count):
        at = k * seconds / count
        plot.addItem(pg.LinearRegionItem((at, at + 0.6 * seconds / count), movable=False))
    plot.setXRange(0, seconds, padding=0)
    plot.show()
    settle()
    plot.grab()
    built = time.perf_counter() - begun

    def frame(k: int) -> None:
        plot.setXRange(float(k + 1), seconds + k + 1, padding=0)
        plot.grab()

    taken = float(np.median(timed(frame, frames)[0]))
    plot.close()
    plot.deleteLater()
    settle()
    return built, taken


def trace_intervals(scratch: Path, small: bool) -> list[dict[str, Any]]:
    seconds, count, part = 3600.0, (1000 if small else 10_000), (100 if small else 1000)
    path = scratch / "annotated.h5"
    write_library(path, [recording("annotated", seconds, 100.0, count)])
    workspace = workspace_of(path)
    view = shown_view(workspace)
    rows: list[dict[str, Any]] = []
    full = 0.0
    for name, span in (("full extent", seconds), ("2 min", 120.0)):
        taken = figures(pan(view, span, 20 if small else 120))
        full = full or taken["p50_ms"]
        rows.append({"task": f"trace-intervals, {name}", "annotations": count, **taken, "limit_ms": 16.0})
    close(view, workspace)
    built, frame = regions(part, seconds, 2)
    factor = count / part
    rows[0]["peer"] = f"LinearRegionItem each, ×{factor:g} from {part:,} (which took {built:.1f} s to build)"
    rows[0]["peer_ms"], rows[0]["least_ratio"] = round(frame * factor, 1), TIMES_FASTER
    rows[0]["ratio"] = round(frame * factor / full, 1)
    return rows


def close(view: TraceView, workspace: Workspace) -> None:
    view.close()
    view.deleteLater()
    workspace.set_library(None)
    settle()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="trace-pan, trace-intervals; both when none is named")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="see that it works, measure nothing")
    parser.add_argument("--scratch", type=Path, help="where libraries are written and removed again")
    chosen = parser.parse_args(arguments)
    tasks: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
        "trace-pan": lambda scratch: trace_pan(scratch, chosen.small),
        "trace-intervals": lambda scratch: trace_intervals(scratch, chosen.small),
    }
    unknown = sorted(set(chosen.names) - set(tasks))
    if unknown:
        parser.error(f"no measurement {', '.join(unknown)}; there are {', '.join(tasks)}")
    app = QApplication.instance() or QApplication([])
    rows = []
    for name in chosen.names or tasks:
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
            rows += tasks[name](Path(folder))
    app.processEvents()
    print(json.dumps(rows, indent=1, ensure_ascii=False) if chosen.json else table(rows))
    return 0


def table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'task':38}{'p50 ms':>9}{'p95 ms':>9}{'work p95':>9}{'limit':>7}{'peer ms':>10}{'ratio':>8}"]
    for row in rows:
        peer, ratio = row.get("peer_ms", ""), row.get("ratio", "")
        lines.append(
            f"{row['task']:38}{row['p50_ms']:9.1f}{row['p95_ms']:9.1f}{row['work_p95_ms']:9.1f}{row['limit_ms']:7.0f}{peer!s:>10}{ratio!s:>8}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
