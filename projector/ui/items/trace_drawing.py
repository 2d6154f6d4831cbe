"""The trace's small drawings: images, vector paths, tracks, gaps, the time axis, the gutter."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath

from projector.domain.nouns import Seconds
from projector.processing.overview import Envelope, Raw
from projector.ui.items.envelope import Painted, joined, painted
from projector.ui.items.time_axis import TimeAxis
from projector.ui.items.trace_frame import Scale, Viewport
from projector.ui.items.trace_style import TraceStyle
from projector.ui.items.tracks import BAR_PIXELS, Track, figure

STRIP_ROWS = 40.0  # logical; under 96 device rows at twice the resolution
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def draw_words(painter: QPainter, made: Painted, left: float, top: float, ratio: float) -> None:
    """An image of device pixels at a logical place."""
    rows, columns = made.words.shape
    if not rows:
        return
    image = QImage(made.words.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(left, top + made.top / ratio), image)


def vector_path(
    part: Raw | Envelope, column: int, view: Viewport, rect: QRectF, scale: Scale
) -> QPainterPath:
    """One channel as a path inside rect: an open line through the samples, or outlines of the extremes.

    A vector file is not cut off at the lane's edges, so the path itself ends there.
    """
    path = QPainterPath()
    unit = rect.width() / view.span_s
    if isinstance(part, Raw):
        times, values = cut(part.times, part.values[:, column], part.breaks, view)
        x = rect.left() + (times - view.start_s) * unit
        y = rect.top() + np.clip(scale.rows(values), 0, scale.height)
        pen_down = False
        for across, down in zip(x.tolist(), y.tolist(), strict=True):
            if not np.isfinite(down):
                pen_down = False
                continue
            (path.lineTo if pen_down else path.moveTo)(across, down)
            pen_down = True
        return path
    x = rect.left() + (part.edges - view.start_s) * unit
    top, foot = joined(scale.rows(part.high[column]), scale.rows(part.low[column]))
    top, foot = np.clip(top - 0.5, 0, scale.height), np.clip(foot + 0.5, 0, scale.height)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(top), [False]]).astype(np.int8)))
    for first, last in zip(runs[::2], runs[1::2], strict=True):
        across = np.repeat(x[first : last + 1], 2)[1:-1]  # a step a column, there along the top and back
        down = np.concatenate([np.repeat(top[first:last], 2), np.repeat(foot[first:last], 2)[::-1]])
        points = zip([*across.tolist(), *across[::-1].tolist()], (rect.top() + down).tolist(), strict=True)
        path.moveTo(*next(points))
        for point in points:
            path.lineTo(*point)
        path.closeSubpath()
    return path


def cut(times: Seconds, values: np.ndarray, breaks: np.ndarray, view: Viewport) -> tuple[Seconds, np.ndarray]:
    """A line's points within the view, with points on its edges where it leaves it; NaN where a gap is."""
    x, y = np.insert(times, breaks, times[breaks]), np.insert(values.astype(np.float64), breaks, np.nan)
    if not len(x):
        return x, y
    ends = np.array([view.start_s, view.stop_s])
    on_edge = np.interp(ends, x, y, left=np.nan, right=np.nan)
    inside = (x > view.start_s) & (x < view.stop_s)
    return (
        np.concatenate([ends[:1], x[inside], ends[1:]]),
        np.concatenate([on_edge[:1], y[inside], on_edge[1:]]),
    )


def draw_track(
    painter: QPainter,
    track: Track,
    rect: QRectF,
    view: Viewport,
    style: TraceStyle,
    chosen: float | None,
    ratio: float,
) -> None:
    """Bars from the lane's foot; `chosen` is the selected window's centre, whose bar is full accent."""
    inner = rect.adjusted(0, 3, 0, -3)
    painter.fillRect(QRectF(inner.left(), inner.bottom(), inner.width(), 1.0 / ratio), style.grid)
    if track.hop_s / view.span_s * rect.width() < BAR_PIXELS:
        _draw_steps(painter, track, inner, view, style, ratio)
        return
    unit = rect.width() / view.span_s
    part = track.visible(view.start_s, view.stop_s)
    centre, values = track.centre[part], track.values[part]
    shares = track.heights(values)
    wide = track.hop_s * unit
    room = 1.0 if wide > 5 else 0.0
    dim: list[QRectF] = []
    full: list[QRectF] = []
    void: list[QRectF] = []
    for middle, share in zip(centre.tolist(), shares.tolist(), strict=True):
        left = max(inner.left() + (middle - view.start_s) * unit - wide / 2, inner.left())
        right = min(inner.left() + (middle - view.start_s) * unit + wide / 2 - room, inner.right())
        if share != share:
            void.append(QRectF(left, inner.top(), right - left, inner.height()))
            continue
        tall = max(share * inner.height(), 1.5)
        mine = chosen is not None and abs(middle - chosen) < track.hop_s / 2
        (full if mine else dim).append(QRectF(left, inner.bottom() - tall, right - left, tall))
    painter.setPen(Qt.PenStyle.NoPen)
    for brush, boxes in ((style.bar, dim), (style.accent, full), (style.hatch, void)):
        painter.setBrush(brush)
        painter.drawRects(boxes)


def _draw_steps(
    painter: QPainter, track: Track, rect: QRectF, view: Viewport, style: TraceStyle, ratio: float
) -> None:
    """Bars too narrow to stand apart: the highest a column, darker up to the lowest."""
    columns, height = max(round(rect.width() * ratio), 1), max(round(rect.height() * ratio), 1)
    low, high = track.columns(view.start_s, view.stop_s, columns)
    foot = np.where(np.isfinite(low), float(height), np.nan)
    for share, strength in ((high, 0.5), (low, 0.45)):
        top = np.minimum((1 - share.astype(np.float64)) * height, height - 1.5 * ratio)
        made = painted(top, foot, height, style.tint(style.accent, strength))
        draw_words(painter, made, rect.left(), rect.top(), ratio)


def draw_spans(
    painter: QPainter,
    spans: np.ndarray,
    rect: QRectF,
    view: Viewport,
    fill: QColor | QBrush,
    edge: QColor | None = None,
) -> None:
    """Stretches of time, float (k, 2), over a height; those narrower than a pixel still get one."""
    unit = rect.width() / view.span_s
    left = np.clip(np.round((spans[:, 0] - view.start_s) * unit), 0, rect.width() - 1)
    right = np.clip(np.round((spans[:, 1] - view.start_s) * unit), 0, rect.width())
    left, right = merged(left, np.maximum(right, left + 1.0))
    for begin, end in zip(left.tolist(), right.tolist(), strict=True):
        fill_tall(painter, QRectF(rect.left() + begin, rect.top(), end - begin, rect.height()), fill)
        if edge is not None and end - begin > 4:
            for x in (begin, end - 1):
                fill_tall(painter, QRectF(rect.left() + x, rect.top(), 1.0, rect.height()), edge)


def fill_tall(painter: QPainter, rect: QRectF, fill: QColor | QBrush) -> None:
    """Fills a rectangle that sees through, a few rows at a time.

    Qt hands a blend of 96 rows or more to a thread pool and waits: while a worker process keeps all cores
    busy that took 5 to 10 ms a rectangle, in strips it takes a tenth of one.
    """
    top = rect.top()
    while top < rect.bottom():
        painter.fillRect(QRectF(rect.left(), top, rect.width(), min(STRIP_ROWS, rect.bottom() - top)), fill)
        top += STRIP_ROWS


def merged(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ascending spans with those that touch made one: no more than there are pixels."""
    if not len(left):
        return left, right
    reach = np.maximum.accumulate(right)
    fresh = np.concatenate([[True], left[1:] > reach[:-1] + 0.5])
    return left[fresh], reach[np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(left) - 1]])]


def draw_grid(
    painter: QPainter,
    ticks: list[tuple[float, str]],
    rect: QRectF,
    view: Viewport,
    style: TraceStyle,
    ratio: float,
) -> None:
    """A hair line a tick, behind everything."""
    unit = rect.width() / view.span_s
    for seconds, _ in ticks:
        x = round((rect.left() + (seconds - view.start_s) * unit) * ratio) / ratio
        painter.fillRect(QRectF(x, rect.top(), 1.0 / ratio, rect.height()), style.grid)


def draw_axis(
    painter: QPainter, ticks: list[tuple[float, str]], rect: QRectF, view: Viewport, style: TraceStyle
) -> None:
    """The ticks' figures, centred under their lines and kept inside the widget."""
    unit = rect.width() / view.span_s
    painter.setFont(style.small)
    painter.setPen(style.faint)
    for seconds, text in ticks:
        x = rect.left() + (seconds - view.start_s) * unit
        half = style.small_metrics.horizontalAdvance(text) / 2 + 1
        x = min(x, rect.right() + 8 - half)
        painter.drawText(
            QRectF(x - half - 4, rect.top(), 2 * half + 8, rect.height()), Qt.AlignmentFlag.AlignCenter, text
        )


def draw_axis_name(
    painter: QPainter, axis: TimeAxis, gutter: QRectF, style: TraceStyle, hovered: bool
) -> None:
    """What the figures are, in the gutter: a click switches between elapsed and clock time."""
    painter.setFont(style.small)
    painter.setPen(style.accent if hovered and axis.start is not None else style.faint)
    arrow = " ▾" if axis.start is not None else ""
    painter.drawText(gutter, _LEFT, axis.name + arrow)


def value_ticks(low: float, high: float, height: float) -> list[float]:
    """Two to four round values inside a lane's range, fewer where the lane is low."""
    wanted = 1 if height < 44 else 2 if height < 90 else 3
    span = high - low
    unit = 10.0 ** np.floor(np.log10(span / (wanted + 1)))
    step = next((unit * m for m in (1, 2, 5, 10) if span / (unit * m) <= wanted + 1.3), unit * 10)
    first = int(np.ceil((low + 0.06 * span) / step))
    last = int(np.floor((high - 0.06 * span) / step))
    return [k * step for k in range(first, last + 1)]


def draw_value_ticks(painter: QPainter, rect: QRectF, scale: Scale, style: TraceStyle, ratio: float) -> None:
    """Round values: a faint line across the lane and the figure at the gutter's edge."""
    painter.setFont(style.small)
    for value in value_ticks(scale.low, scale.high, rect.height()):
        y = rect.top() + float(scale.rows(np.array(value))) / ratio
        painter.fillRect(QRectF(rect.left(), round(y * ratio) / ratio, rect.width(), 1.0 / ratio), style.grid)
        painter.setPen(style.faint)
        painter.drawText(QRectF(rect.left() - 60, y - 8, 54, 16), _RIGHT, figure(value))


def draw_title(
    painter: QPainter,
    rect: QRectF,
    gutter: float,
    title: str,
    under: str,
    colour: QColor,
    style: TraceStyle,
    bold: bool,
) -> None:
    """A lane's name in the gutter, and under it a second line if the lane is tall enough."""
    font, metrics = (style.bold, style.metrics) if bold else (style.small, style.small_metrics)
    tall, small = metrics.height(), style.small_metrics.height()
    both = bool(under) and rect.height() >= tall + small - 5
    top = rect.center().y() - (tall + small if both else tall) / 2
    room = gutter - 14
    painter.setFont(font)
    painter.setPen(colour)
    text = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(QRectF(10, top, room + 4, tall), _LEFT, text)
    if both:
        painter.setFont(style.small)
        painter.setPen(style.faint)
        text = style.small_metrics.elidedText(under, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(10, top + tall, room + 4, small), _LEFT, text)
