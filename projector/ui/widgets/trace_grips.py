"""What of an annotation the mouse takes hold of, and where it then may go: geometry of the trace's editor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF

from projector.domain.nouns import Seconds
from projector.processing.overview import MAGNITUDE, Raw
from projector.processing.snapping import SURROUNDINGS_S, Snap, snapped
from projector.ui.items.trace_draft import GRIP
from projector.ui.items.trace_model import LABELS
from projector.ui.items.trace_scene import TraceScene

Spans = dict[int, tuple[float, float]]
START, STOP, BODY, NEW = "start", "end", "body", "new"
WIDE = 12.0  # pixels from which on the edges of an annotation that isn't selected can be taken
EDGE_REACH = 6.0  # pixels within which a neighbour's edge attracts


@dataclass(frozen=True)
class Hold:
    """part: START, STOP, BODY or NEW; index: the annotation among the ride's, -1 for a new one."""

    part: str
    index: int = -1


def hold_at(scene: TraceScene, at: QPointF) -> Hold | None:
    """An edge of the selected annotation anywhere, of others in the label lane; there also its body."""
    bands, current, plot = scene.ride.bands, scene.marks.event, scene.layout.plot
    if not plot.contains(at):
        return None
    if current is not None:
        part = _part(scene, current, at.x())
        if part is not None:
            return Hold(part, current)
    if scene.layout.lane_at(at.y()) != LABELS:
        return None
    row = scene.band_row(at.y())
    if row is None:
        return None
    slack = GRIP / plot.width() * scene.view.span_s
    seconds = scene.seconds(at.x())
    here = current is not None and current in bands.rows[row].index
    if current is not None and here and bands.start[current] <= seconds <= bands.stop[current]:
        return Hold(BODY, current)
    part_of_row = bands.rows[row]
    for i in part_of_row.index[part_of_row.visible(seconds - slack, seconds + slack)].tolist():
        wide = scene.x(bands.stop[i]) - scene.x(bands.start[i]) >= WIDE
        part = _part(scene, i, at.x()) if wide else None
        if part is not None:
            return Hold(part, i)
    return None


def _part(scene: TraceScene, i: int, x: float) -> str | None:
    """The edge of an annotation at a place; of a narrow one the nearer half, a point as a whole."""
    bands = scene.ride.bands
    left, right = float(scene.x(bands.start[i])), float(scene.x(bands.stop[i]))
    if left == right:
        return BODY if abs(x - left) <= GRIP else None
    if not left - GRIP <= x <= right + GRIP:
        return None
    part, edge = (START, left) if x <= (left + right) / 2 else (STOP, right)
    return part if abs(x - edge) <= GRIP else None


def sharing(scene: TraceScene, hold: Hold) -> tuple[Hold, ...]:
    """An edge, and the neighbour's that is shared with it and moves along where there is one."""
    bands = scene.ride.bands
    near = scene.ride.main.pyramid.clock.step_s / 2
    if hold.part == START:
        others, part, edge = bands.stop, STOP, bands.start[hold.index]
    else:
        others, part, edge = bands.start, START, bands.stop[hold.index]
    interval = bands.stop > bands.start
    found = np.flatnonzero((np.abs(others - edge) < near) & interval)
    found = found[found != hold.index]
    return (hold, Hold(part, int(found[0]))) if len(found) else (hold,)


def with_edge(scene: TraceScene, holds: Sequence[Hold], seconds: float) -> tuple[float, Spans]:
    """One edge elsewhere, held by all whose it is: where it comes to lie, and what they become.

    Each stays at least a sample long.
    """
    bands, least = scene.ride.bands, scene.ride.main.pyramid.clock.step_s
    ends = {hold.index: (float(bands.start[hold.index]), float(bands.stop[hold.index])) for hold in holds}
    for hold in holds:
        start, stop = ends[hold.index]
        spare = stop - start - least
        spare = spare if spare > 1e-3 * least else 0.0  # rounding is no room
        seconds = min(seconds, start + spare) if hold.part == START else max(seconds, stop - spare)
    moved = {
        hold.index: (seconds, ends[hold.index][1]) if hold.part == START else (ends[hold.index][0], seconds)
        for hold in holds
    }
    return seconds, moved


def snap_at(scene: TraceScene, seconds: float, without: tuple[int, ...], free: bool) -> Snap:
    """Where an edge comes to rest; `without`: annotations that move along; `free`: nothing attracts."""
    clock, pyramid = scene.ride.main.pyramid.clock, scene.ride.main.pyramid
    if seconds <= clock.start_s:
        return Snap(clock.start_s, "at the ride's start")
    if seconds >= clock.stop_s:
        return Snap(clock.stop_s, "at the ride's end")
    if free:
        return Snap(seconds)
    around = 1.1 * SURROUNDINGS_S
    columns = max(round(2 * around * clock.rate_hz) * 2, 64)
    part = pyramid.slice(seconds - around, seconds + around, columns)
    reach = EDGE_REACH / scene.layout.plot.width() * scene.view.span_s
    if not isinstance(part, Raw):
        return Snap(seconds)
    magnitude = part.values[:, pyramid.channels.index(MAGNITUDE)]
    return snapped(seconds, part.times, magnitude, _edges(scene, without), reach)


def _edges(scene: TraceScene, without: tuple[int, ...]) -> Seconds:
    bands = scene.ride.bands
    others = np.ones(len(bands), bool)
    others[list(without)] = False
    return np.concatenate([bands.start[others], bands.stop[others]])


def next_sample(scene: TraceScene, seconds: float, direction: int) -> float:
    """The sample after or before a moment, up to the ride's end."""
    clock = scene.ride.main.pyramid.clock
    if direction > 0:
        at = int(clock.index(seconds + clock.step_s * 1e-3))
    else:
        at = int(clock.index(seconds - clock.step_s * 1e-3)) - 1
    if at >= clock.count:
        return clock.stop_s
    return float(clock.at(max(at, 0), max(at, 0) + 1)[0])
