"""How fast the map is: the real view, off screen, each frame grabbed, beside pyqtgraph's ScatterPlotItem.

    python -m benchmarks.map --points 1000000 --json
    python -m benchmarks.map --only map-pan,map-zoom --points 10000000 --no-peer

Dots are a normal cloud of ten classes in random order, 4 px, 1000 × 800. The peer draws the same dots.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from projector.domain.columns import Category
from projector.domain.ids import window_ids
from projector.domain.nouns import Annotations, FeatureTable, LabelRule, Projection, WindowRule, Windows
from projector.ui.theme import load_theme
from projector.ui.views.map_view import MapView
from projector.workspace.workspace import Workspace

SIZE = (1000, 800)
CLASSES, RIDES, WINDOW_S = 10, 100, 4.0
STEPS = 60
PEER_FRAMES = 4
PAN = (-23.0, 13.0)  # pixels a frame: as fast as a hand drags


Took = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """Milliseconds; limit_ms and least_ratio are what the row has to reach.

    busy_ms     the 95th percentile of processor time, all threads together: two of them draw, so p95_ms
                may be shorter on an idle machine
    """

    name: str
    points: int
    median_ms: float
    p95_ms: float
    busy_ms: float
    peer_ms: float | None
    ratio: float | None
    limit_ms: float | None
    least_ratio: float | None

    @property
    def reached(self) -> bool:
        fast = self.limit_ms is None or self.p95_ms <= self.limit_ms
        return fast and (self.least_ratio is None or self.ratio is None or self.ratio >= self.least_ratio)


class MadeLibrary:
    """What the workspace needs of a library, made in memory."""

    path = Path("made.h5")

    def __init__(self, annotations: Annotations) -> None:
        self.numbers = np.arange(RIDES, dtype=np.int64)
        self.ids = tuple(f"ride_{number:03d}" for number in range(RIDES))
        riders = Category((self.numbers % 7).astype(np.int32), tuple(f"rider {i}" for i in range(7)))
        self.columns = {"ride": Category(self.numbers.astype(np.int32), self.ids), "rider": riders}
        self.annotations = annotations

    def id_of(self, number: int) -> str:
        return self.ids[number]

    def close(self) -> None:
        pass


def made_workspace(points: int) -> Workspace:
    """A workspace with a projection of so many windows, each with a label and a speed."""
    rng = np.random.default_rng(1)
    place = np.arange(points)
    ride = place * RIDES // points
    nth = place - np.searchsorted(ride, ride)
    start = nth * WINDOW_S
    names = tuple(f"class {i}" for i in range(CLASSES))
    labels = rng.integers(0, CLASSES, points).astype(np.int32)
    windows = Windows(window_ids(ride, nth * 200), start, start + WINDOW_S, np.zeros(points, np.float32))
    workspace = Workspace()
    workspace.set_library(  # type: ignore[arg-type]
        MadeLibrary(Annotations(ride.astype(np.int64), start, start + WINDOW_S, labels, names))
    )
    rule = WindowRule(length_s=WINDOW_S, hop_s=WINDOW_S, label_rule=LabelRule.MAJORITY)
    speed = rng.gamma(3, 15, points).astype(np.float32)
    values = rng.normal(size=(points, 2)).astype(np.float32)
    table = FeatureTable(windows, ("across", "up"), values, rule, 50.0, "made", {"speed_kmh": speed})
    workspace.set_table(table)
    workspace.set_projection(Projection(windows.ids, values, "umap", {"scaler": "robust"}))
    return workspace


def shown_view(workspace: Workspace) -> MapView:
    view = MapView(workspace, load_theme("dark"))
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    view.settle()
    view.grab()
    return view


def timed(step: Callable[[], object]) -> Took:
    """Milliseconds that a step takes: on the clock, and of this process's processor time."""
    began, worked = time.perf_counter(), time.process_time()
    step()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def pan(view: MapView) -> Iterator[Took]:
    """Drag on into parts that were not drawn before, one way and, elsewhere, another."""
    view.fit()
    view.surface.zoom(3.0)
    view.settle()
    for step in range(STEPS):
        dx, dy = PAN if step < STEPS // 2 else (PAN[1], -2 * PAN[1])
        yield timed(lambda dx=dx, dy=dy: (view.surface.pan(dx, dy), view.grab()))


def zoom(view: MapView) -> Iterator[Took]:
    """Wheel steps from everything to a hundred dots in view, and back."""
    view.fit()
    view.settle()
    steps = 0
    while in_view(view) > 100:
        yield timed(lambda: (wheel(view, 1), view.grab()))
        steps += 1
    for _ in range(steps):
        yield timed(lambda: (wheel(view, -1), view.grab()))


def exact_after_zoom(view: MapView) -> Iterator[Took]:
    """From the last wheel step until every dot is on the screen, the window's event loop running."""
    for _ in range(5):
        view.fit()
        view.settle()
        wheel(view, -1)
        view.grab()
        yield timed(lambda: (wait_until_exact(view), view.grab()))


def recolour(view: MapView) -> Iterator[Took]:
    names = ("rider", "speed_kmh", "label", "across")
    for name in names:  # columns are made once, when first asked for
        view.workspace.column(name)
    view.fit()
    view.settle()
    for turn in range(12):
        name = names[turn % len(names)]
        yield timed(lambda name=name: (view.workspace.colour_by(name), view.grab()))
    view.workspace.colour_by("label")


def filtered(view: MapView) -> Iterator[Took]:
    view.fit()
    view.settle()
    for turn in range(12):
        text = f"speed_kmh > {20 + 3 * turn}" if turn % 2 else ""
        yield timed(lambda text=text: (view.workspace.set_filter(text), view.grab()))
    view.workspace.set_filter("")
    view.settle()


def pick(view: MapView) -> Iterator[Took]:
    view.fit()
    view.settle()
    rng = np.random.default_rng(2)
    for x, y in rng.normal(0.5, 0.12, (200, 2)).tolist():
        at = QPointF(x * SIZE[0], y * SIZE[1])
        yield timed(lambda at=at: view.surface.row_at(at))


def lasso(view: MapView) -> Iterator[Took]:
    """A drawn outline around a tenth of the dots, until their rows are known."""
    outline = tenth(view)
    for _ in range(12):
        yield timed(lambda: view.surface.scene.rows_in(outline))


def lasso_drawn(view: MapView) -> Iterator[Took]:
    """The same until the selection is painted, everything else grey."""
    view.fit()
    view.settle()
    rows = view.surface.scene.rows_in(tenth(view))
    ids = view.workspace.points().ids[rows]
    for _ in range(6):
        yield timed(lambda: (view.workspace.select_many(ids, cause="lasso"), view.grab()))
        view.workspace.clear_selection()
        view.grab()


def tenth(view: MapView) -> np.ndarray:
    index = view.surface.scene.index
    middle = np.array([np.median(index.x), np.median(index.y)])
    radius = np.quantile(np.hypot(index.x - middle[0], index.y - middle[1]), 0.1)
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = radius * (1 + 0.05 * np.sin(9 * angle))
    return middle + np.stack([np.cos(angle) * wobble, np.sin(angle) * wobble], axis=1)


def wheel(view: MapView, steps: int) -> None:
    surface = view.surface
    at = QPointF(SIZE[0] / 2, SIZE[1] / 2)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    surface.wheelEvent(event)


def in_view(view: MapView) -> int:
    seen = view.surface.view
    return len(
        view.surface.scene.shown.places_within(*seen.to_map(0, 0), *seen.to_map(seen.width, seen.height))
    )


def wait_until_exact(view: MapView) -> None:
    while not view.surface.is_exact:
        QApplication.processEvents()


class Peer:
    """ScatterPlotItem with the same dots."""

    def __init__(self, workspace: Workspace) -> None:
        points, codes = workspace.points(), workspace.labels.codes
        self.brushes = [pg.mkBrush(colour) for colour in (*load_theme("dark").labels, "#888888", "#446688")]
        self.codes = codes
        self.item = pg.ScatterPlotItem(size=4, pen=None, pxMode=True)
        brush = np.array(self.brushes, object)[codes]
        self.item.setData(x=points.xy[:, 0], y=points.xy[:, 1], brush=brush)
        self.window = pg.PlotWidget()
        self.window.resize(*SIZE)
        self.window.addItem(self.item)
        self.box = self.window.getPlotItem().getViewBox()
        self.box.setAspectLocked(True)

    def median(self, work: str) -> float:
        """Milliseconds of a frame; shown only for so long, not to be painted while ours is measured."""
        self.window.show()
        QApplication.processEvents()
        took = [clock for clock, _ in getattr(self, work)()]
        self.window.hide()
        QApplication.processEvents()
        return float(np.median(took))

    def pan(self) -> Iterator[Took]:
        self.box.scaleBy((1 / 3, 1 / 3))
        for _ in range(PEER_FRAMES):
            yield timed(lambda: (self.box.translateBy(x=0.05, y=0.03), self.window.grab()))

    def zoom(self) -> Iterator[Took]:
        self.box.autoRange()
        for _ in range(PEER_FRAMES):
            yield timed(lambda: (self.box.scaleBy((0.8, 0.8)), self.window.grab()))

    def recolour(self) -> Iterator[Took]:
        self.box.autoRange()
        other = np.roll(np.array(self.brushes, object), 1)[self.codes]
        yield timed(lambda: (self.item.setBrush(other), self.window.grab()))

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


ROWS: dict[str, tuple[Callable[[MapView], Iterator[Took]], str, float | None, float | None]] = {
    "map-pan": (pan, "pan", 16.0, 25.0),
    "map-zoom": (zoom, "zoom", 33.0, None),
    "map-exact": (exact_after_zoom, "", 200.0, None),
    "map-recolour": (recolour, "recolour", 60.0, 20.0),
    "map-filter": (filtered, "recolour", 60.0, 20.0),
    "map-pick": (pick, "", 4.0, None),
    "map-lasso": (lasso, "", 60.0, None),
    "map-lasso-drawn": (lasso_drawn, "", None, None),
}
LIMITS_10M = {"map-pan": 33.0, "map-zoom": 50.0, "map-exact": 200.0}


def measure(name: str, view: MapView, peer: Peer | None) -> Row:
    work, peers_work, limit, least = ROWS[name]
    points = len(view.workspace.points().ids)
    if points > 1_000_000:
        limit, least = LIMITS_10M.get(name), None
    took = np.array(list(work(view)))
    peer_ms = None
    if peer is not None and peers_work:
        peer_ms = peer.median(peers_work)
    median = float(np.median(took[:, 0]))
    p95, busy = np.quantile(took, 0.95, axis=0).tolist()
    ratio = peer_ms / median if peer_ms else None
    return Row(name, points, median, p95, busy, peer_ms, ratio, limit, least)


def told(row: Row) -> str:
    def cell(value: float | None, unit: str) -> str:
        return "–" if value is None else f"{value:,.1f} {unit}".strip()

    parts = (
        f"{row.name:<15} {row.points:>11,}",
        f"median {cell(row.median_ms, 'ms'):>9}",
        f"p95 {cell(row.p95_ms, 'ms'):>9} (processor {cell(row.busy_ms, 'ms'):>8})",
        f"limit {cell(row.limit_ms, 'ms'):>8}",
        f"peer {cell(row.peer_ms, 'ms'):>11} {cell(row.ratio, '×'):>8}",
        "reached" if row.reached else "MISSED",
    )
    return "  ".join(parts)


def main(arguments: list[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--points", type=int, default=1_000_000)
    options.add_argument("--only", default=",".join(ROWS), help="rows, with commas between")
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    workspace = made_workspace(chosen.points)
    view = shown_view(workspace)
    peer = None if chosen.no_peer else Peer(workspace)
    rows = []
    for name in chosen.only.split(","):
        rows.append(measure(name, view, peer))
        if not chosen.json:
            print(told(rows[-1]), flush=True)
    if chosen.json:
        print(json.dumps([asdict(row) | {"reached": row.reached} for row in rows], indent=1))
    view.close()
    view.deleteLater()
    if peer is not None:
        peer.close()
    app.processEvents()


if __name__ == "__main__":
    main()
