"""Where everything in the trace stands: a pure function of its lanes and its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF

MARGIN = 10.0
STRIP, STRIP_SMALL = 26.0, 16.0
AXIS = 22.0
BAND_ROW, OTHER_ROW = 17.0, 15.0


class LaneKind(StrEnum):
    SIGNAL = "signal"
    LABELS = "labels"
    OTHERS = "other labels"
    TRACK = "track"


@dataclass(frozen=True)
class LaneSpace:
    """What a lane asks for: at least `least` pixels, at most `most`, of what is left by its weight."""

    key: str
    kind: LaneKind
    least: float
    most: float
    weight: float


@dataclass(frozen=True)
class TraceLayout:
    """Rectangles in the widget's pixels. Lanes are cut off by `plot`, which scrolls when they don't fit."""

    size: tuple[float, float]
    strip: QRectF | None
    plot: QRectF
    axis: QRectF
    lanes: dict[str, QRectF]
    content: float

    @property
    def overflow(self) -> float:
        """How far the lanes can be scrolled."""
        over = self.content - self.plot.height()
        return over if over > 0.5 else 0.0

    def lane_at(self, y: float) -> str | None:
        """The lane at a height, None outside all."""
        if not self.plot.top() <= y < self.plot.bottom():
            return None
        return next((key for key, rect in self.lanes.items() if rect.top() <= y < rect.bottom()), None)


def lane_space(key: str, kind: LaneKind, rows: int = 1, main: bool = True) -> LaneSpace:
    """The room a lane of this kind asks for; `rows` of bands, `main` for the accelerometer's own."""
    if kind is LaneKind.OTHERS:
        return LaneSpace(key, kind, rows * OTHER_ROW + 4, rows * OTHER_ROW + 4, 0.0)
    if kind is LaneKind.LABELS:
        return LaneSpace(key, kind, rows * BAND_ROW + 8, rows * BAND_ROW + 8, 0.0)
    if kind is LaneKind.TRACK:
        return LaneSpace(key, kind, 24.0, 54.0, 0.3)
    return LaneSpace(key, kind, 32.0 if main else 28.0, 1e9, 1.0 if main else 0.75)


def laid_out(
    width: float,
    height: float,
    gutter: float,
    lanes: Sequence[LaneSpace],
    *,
    with_strip: bool = True,
    scroll: float = 0.0,
    ratio: float = 1.0,
) -> TraceLayout:
    """Strip above, axis below, lanes between; edges of lanes lie on device pixels."""

    def snap(value: float) -> float:
        return round(value * ratio) / ratio

    left, right = snap(gutter), snap(width - MARGIN)
    top = snap(6.0)
    strip = None
    if with_strip and height > 150:
        tall = STRIP if height > 260 else STRIP_SMALL
        strip = QRectF(left, top, max(right - left, 1.0), tall)
        top = snap(strip.bottom() + (8.0 if height > 260 else 5.0))
    bottom = snap(max(height - AXIS, top + 1))
    plot = QRectF(left, top, max(right - left, 1.0), bottom - top)
    heights = shared_heights(lanes, plot.height())
    content = sum(heights)
    scroll = min(max(scroll, 0.0), max(content - plot.height(), 0.0))
    rects, y = {}, plot.top() - scroll
    for lane, tall in zip(lanes, heights, strict=True):
        rects[lane.key] = QRectF(left, snap(y), plot.width(), snap(y + tall) - snap(y))
        y += tall
    axis = QRectF(left, bottom, plot.width(), height - bottom)
    return TraceLayout((width, height), strip, plot, axis, rects, content)


def shared_heights(lanes: Sequence[LaneSpace], height: float) -> list[float]:
    """Each lane's height: its least, and its share of what is left, up to its most."""
    heights = [lane.least for lane in lanes]
    open_ = {i for i, lane in enumerate(lanes) if lane.weight > 0}
    left = height - sum(heights)
    while left > 0.5 and open_:
        unit = left / sum(lanes[i].weight for i in open_)
        for i in sorted(open_):
            heights[i] += unit * lanes[i].weight
        full = {i for i in open_ if heights[i] >= lanes[i].most}
        for i in full:
            heights[i] = lanes[i].most
        left = height - sum(heights)
        open_ -= full
        if not full:
            break
    return heights
