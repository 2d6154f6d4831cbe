"""The whole ride in a strip: |a|, where annotations are, and the part in view as a box to drag."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from projector.annotations.seen import Looked
from projector.processing.overview import MAGNITUDE, Envelope, Raw
from projector.ui.items.bands import Bands
from projector.ui.items.trace_drawing import draw_spans, draw_words
from projector.ui.items.trace_frame import Frame, Scale, Viewport, trace_image
from projector.ui.items.trace_model import RideTrace
from projector.ui.items.trace_style import TraceStyle, with_alpha

GRIP = 5.0
LEAST_BOX = 6.0
MARKS = 4.0
FOOT = 3.0  # of what was looked at


class Grip(StrEnum):
    """What of the viewport's box a pointer holds."""

    BOX = "box"
    LEFT = "left"
    RIGHT = "right"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class StripScale:
    """Moments to places along the strip."""

    rect: QRectF
    start_s: float
    stop_s: float

    def x(self, seconds: float) -> float:
        return self.rect.left() + (seconds - self.start_s) / (self.stop_s - self.start_s) * self.rect.width()

    def seconds(self, x: float) -> float:
        return self.start_s + (x - self.rect.left()) / self.rect.width() * (self.stop_s - self.start_s)

    def box(self, view: Viewport) -> QRectF:
        """The viewport's box, never too small to be seen and held."""
        left, right = self.x(view.start_s), self.x(view.stop_s)
        if right - left < LEAST_BOX:
            middle = (left + right) / 2
            left, right = middle - LEAST_BOX / 2, middle + LEAST_BOX / 2
        return QRectF(left, self.rect.top() - 1, right - left, self.rect.height() + 2)

    def grip(self, view: Viewport, x: float) -> Grip:
        """What a press at x holds; a narrow box can only be moved."""
        box = self.box(view)
        if box.width() > 4 * GRIP:
            if abs(x - box.left()) <= GRIP:
                return Grip.LEFT
            if abs(x - box.right()) <= GRIP:
                return Grip.RIGHT
        return Grip.BOX if box.left() - GRIP <= x <= box.right() + GRIP else Grip.OUTSIDE


def draw_strip(
    painter: QPainter, ride: RideTrace, scale: StripScale, style: TraceStyle, ratio: float
) -> None:
    """What doesn't move: ground, |a| of the whole ride, annotation marks along the top."""
    rect = scale.rect
    painter.fillRect(rect, style.field)
    columns = max(round(rect.width() * ratio), 1)
    view = Viewport(scale.start_s, scale.stop_s)
    part = Frame(ride, view, columns).slice(ride.main.name)
    column = ride.main.pyramid.channels.index(MAGNITUDE)
    low, high = strip_range(part, column)
    rows = Scale(low, high, round((rect.height() - MARKS) * ratio), ratio)
    tint = style.tint(style.muted)
    made = trace_image(part, column, view, columns, rows, tint, ratio, 0.45)
    draw_words(painter, made, rect.left(), rect.top() + MARKS, ratio)
    _draw_marks(painter, ride.bands, ride.slots, scale, style)


def draw_looked(painter: QPainter, looked: Looked, scale: StripScale, style: TraceStyle) -> None:
    """Along the foot: lightly what was looked at, fully what is done."""
    rect, view = scale.rect, Viewport(scale.start_s, scale.stop_s)
    foot = QRectF(rect.left(), rect.bottom() - FOOT, rect.width(), FOOT)
    for spans, colour in ((looked.seen, with_alpha(style.accent, 0.4)), (looked.done, style.accent)):
        if len(spans):
            draw_spans(painter, spans, foot, view, style.field)
            draw_spans(painter, spans, foot, view, colour)


def strip_range(part: Raw | Envelope, column: int) -> tuple[float, float]:
    """What the strip's foot and top stand for: one crash must not flatten the rest of the ride, so the few
    highest columns are cut off at the top (they still reach it, so they are seen)."""
    raw = isinstance(part, Raw)
    low = part.values[:, column] if isinstance(part, Raw) else part.low[column]
    high = low if raw else part.high[column]  # type: ignore[union-attr]
    low, high = low[np.isfinite(low)], high[np.isfinite(high)]
    if not len(low):
        return 0.0, 1.0
    least, most = float(low.min()), float(high.max())
    usual = float(np.quantile(high, 0.985)) * 1.5
    top = min(most, max(usual, least + 1e-3))
    return least, top if top > least else least + 1.0


def _draw_marks(
    painter: QPainter, bands: Bands, slots: tuple[int, ...], scale: StripScale, style: TraceStyle
) -> None:
    """A mark an annotation, short ones over long ones: a fall of a second must be seen in a day."""
    if not len(bands):
        return
    rect = scale.rect
    unit = rect.width() / (scale.stop_s - scale.start_s)
    pixels = max(int(np.ceil(rect.width())), 1)
    left = np.clip(((bands.start - scale.start_s) * unit).astype(np.intp), 0, pixels - 1)
    right = np.clip(np.ceil((bands.stop - scale.start_s) * unit).astype(np.intp), left + 2, pixels + 2)
    label = np.full(pixels + 2, -1, np.int64)
    for i in np.argsort(bands.start - bands.stop, kind="stable"):
        label[left[i] : right[i]] = bands.label[i]
    words = np.append(style.label_words(slots, 1.0), np.uint32(0))[label]  # -1 is the last: nothing
    image = QImage(words.data, len(words), 1, len(words) * 4, QImage.Format.Format_ARGB32_Premultiplied)
    place = QRectF(rect.left(), rect.top(), rect.width(), MARKS - 1)
    painter.drawImage(place, image, QRectF(0, 0, rect.width(), 1))


def draw_viewport(
    painter: QPainter, scale: StripScale, view: Viewport, selected_s: float | None, style: TraceStyle
) -> None:
    """The part in view, and a tick where the selected window is."""
    box, rect = scale.box(view), scale.rect
    shade = with_alpha(style.panel, 0.3)
    painter.fillRect(QRectF(rect.left(), rect.top(), max(box.left() - rect.left(), 0), rect.height()), shade)
    painter.fillRect(
        QRectF(box.right(), rect.top(), max(rect.right() - box.right(), 0), rect.height()), shade
    )
    painter.setPen(QPen(style.accent, 1.2))
    painter.setBrush(with_alpha(style.accent, 0.13))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
    if selected_s is not None:
        x = scale.x(selected_s)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(x - 1, rect.bottom() - 4, 2, 5), QColor(style.accent))
