"""Draws a ride's annotation bands: narrow ones into one image a row, wide ones as named boxes."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from projector.ui.items.bands import BandRow, Bands, Indices
from projector.ui.items.bands_fade import LEAST_PIXELS, draw_fades
from projector.ui.items.envelope import Words
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_layout import BAND_ROW, OTHER_ROW
from projector.ui.items.trace_model import LayerBands
from projector.ui.items.trace_style import TraceStyle, with_alpha

BOX_PIXELS = 12  # from here on a box has rounded corners, and a name if one fits
NAME_PIXELS = 26
SHORTENED_PIXELS = 34  # a name cut shorter than that says nothing
FLAG_ROOM = 12.0
NARROW_STRENGTH = 0.66  # stronger than a wide box, or it would not be seen
DIM = 0.55  # of another layer's bands
GAP = 2.0
OVERHANG = 20.0  # how far a box that goes on beyond the view is drawn, so that its end isn't seen


def draw_bands(
    painter: QPainter,
    bands: Bands,
    rect: QRectF,
    view: Viewport,
    style: TraceStyle,
    slots: tuple[int, ...],
    current: int | None,
    ratio: float,
    vector: bool = False,
) -> None:
    """All annotations in view, in their rows from the top of the lane down.

    `vector`: nothing may reach beyond the lane, because a vector file is not cut off at its edges.
    """
    last = len(bands.rows) - 1
    for k, row in enumerate(bands.rows):
        box = QRectF(rect.left(), rect.top() + 4 + k * BAND_ROW, rect.width(), BAND_ROW - GAP)
        drawn = _Row(painter, bands, row, box, view, style, slots, current, ratio)
        drawn.overhang = 0.0 if vector else OVERHANG
        drawn.named = not (bands.crowded and k == last)  # names over names can't be read
        drawn.draw()


def draw_layers(
    painter: QPainter,
    layers: Sequence[LayerBands],
    rect: QRectF,
    view: Viewport,
    style: TraceStyle,
    ratio: float,
    vector: bool = False,
) -> None:
    """Other layers' annotations, a thin row each, dimmer than those that count."""
    for at, layer in enumerate(layers):
        box = QRectF(rect.left(), rect.top() + at * OTHER_ROW, rect.width(), OTHER_ROW - GAP)
        for k, row in reversed(list(enumerate(layer.bands.rows))):  # what has a name lies on top
            drawn = _Row(painter, layer.bands, row, box, view, style, layer.slots, None, ratio)
            drawn.overhang = 0.0 if vector else OVERHANG
            drawn.named, drawn.strength, drawn.ink = k == 0, DIM, style.muted
            drawn.draw()


class _Row:
    overhang = 0.0
    named = True
    strength = 1.0

    def __init__(
        self,
        painter: QPainter,
        bands: Bands,
        row: BandRow,
        box: QRectF,
        view: Viewport,
        style: TraceStyle,
        slots: tuple[int, ...],
        current: int | None,
        ratio: float,
    ) -> None:
        self.painter, self.bands, self.box, self.view, self.style = painter, bands, box, view, style
        self.slots, self.current, self.ratio = slots, current, ratio
        self.ink = style.text
        index = row.index[row.visible(view.start_s, view.stop_s)]
        unit = box.width() / view.span_s
        begin = (bands.start[index] - view.start_s) * unit
        end = (bands.stop[index] - view.start_s) * unit
        seen = (end >= 0) & (begin <= box.width())
        self.index, self.begin, self.end = index[seen], begin[seen], end[seen]

    def draw(self) -> None:
        wide = self.end - self.begin >= BOX_PIXELS
        point = self.bands.start[self.index] == self.bands.stop[self.index]
        self._image(np.flatnonzero(~wide & ~point), np.flatnonzero(point))
        for i in np.flatnonzero(wide).tolist():
            self._box(i)
        if self.bands.pm is not None:
            pixels = self.bands.pm[self.index].max(axis=1, initial=0.0) * self.box.width() / self.view.span_s
            for i in np.flatnonzero(pixels >= LEAST_PIXELS).tolist():
                self._fade(i)
        room = np.diff(self.begin, append=self.box.width() + 200)
        for i in np.flatnonzero(point & (room >= FLAG_ROOM)).tolist():
            self._flag(i, float(room[i]))

    def _label(self, i: int) -> int:
        return int(self.bands.label[self.index[i]])

    def _image(self, narrow: Indices, points: Indices) -> None:
        """Boxes of a few pixels and the stems of points: each column takes the colour of the last."""
        if not len(narrow) and not len(points):
            return
        columns = max(round(self.box.width() * self.ratio), 1)
        line = np.zeros(columns, np.uint32)
        for chosen, strength in ((narrow, NARROW_STRENGTH), (points, 1.0)):
            if len(chosen):
                self._into(line, chosen, strength * self.strength)
        image = QImage(line.data, columns, 1, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)
        self.painter.drawImage(self.box, image)
        everything = np.concatenate([narrow, points])
        for i in everything[self.index[everything] == self.current].tolist():
            place = QRectF(self.box.left() + self.begin[i] - 1, self.box.top(), 3, self.box.height())
            self.painter.fillRect(place, self.style.text)

    def _into(self, line: Words, chosen: Indices, strength: float) -> None:
        words = self.style.label_words(self.slots, strength)[self.bands.label[self.index[chosen]]]
        first = np.floor(self.begin[chosen] * self.ratio).astype(np.intp)
        wide = np.maximum(np.round((self.end - self.begin)[chosen] * self.ratio).astype(np.intp), 1)
        shown = (first + wide > 0) & (first < len(line))
        first, wide, words = first[shown], wide[shown], words[shown]
        while len(first):  # a column further each time, with those that are as wide as that
            inside = (first >= 0) & (first < len(line))
            line[first[inside]] = words[inside]
            left = wide > 1
            first, wide, words = first[left] + 1, wide[left] - 1, words[left]

    def _box(self, i: int) -> None:
        painter, style, box = self.painter, self.style, self.box
        colour, current = style.label(self.slots[self._label(i)]), int(self.index[i]) == self.current
        # a hair of room on the right keeps touching annotations apart; far outside the view nothing is drawn
        left = max(self.begin[i], -self.overhang)
        right = min(self.end[i] - 1.0, box.width() + self.overhang)
        shape = QRectF(box.left() + left, box.top() + 0.5, right - left, box.height() - 1)
        alpha = self.strength
        painter.setPen(QPen(style.text, 1.4) if current else QPen(with_alpha(colour, 0.75 * alpha), 1.0))
        painter.setBrush(with_alpha(colour, 0.6 if current else 0.46 * alpha))
        painter.drawRoundedRect(shape, 3.0, 3.0)
        left, right = max(left, 0.0), min(right, box.width())
        if right - left < NAME_PIXELS or not self.named:
            return
        name = self.bands.names[self._label(i)]
        room = QRectF(box.left() + left + 6, box.top(), right - left - 9, box.height())
        if style.small_metrics.horizontalAdvance(name) > room.width():
            if room.width() < SHORTENED_PIXELS:
                return
            name = style.small_metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.ink)
        painter.setFont(style.small)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)

    def _fade(self, i: int) -> None:
        at, box = int(self.index[i]), self.box.adjusted(0, 0.5, 0, -0.5)
        edges = float(self.bands.start[at]), float(self.bands.stop[at])
        colour, strength = self.style.label(self.slots[self._label(i)]), 0.46 * self.strength
        draw_fades(self.painter, box, self.view, edges, self.bands.uncertainty(at), colour, strength)

    def _flag(self, i: int, room: float) -> None:
        """A point's flag, and its name where the next annotation leaves room."""
        painter, style, box = self.painter, self.style, self.box
        left, top, middle = box.left() + self.begin[i], box.top(), box.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(style.label(self.slots[self._label(i)]), self.strength))
        painter.drawPolygon(
            QPolygonF([QPointF(left, top), QPointF(left + 7, (top + middle) / 2), QPointF(left, middle)])
        )
        name = self.bands.names[self._label(i)]
        if self.named and room > NAME_PIXELS + 10:
            if style.small_metrics.horizontalAdvance(name) > room - 14:
                if room - 14 < SHORTENED_PIXELS:
                    return
                name = style.small_metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - 14)
            painter.setPen(self.ink)
            painter.setFont(style.small)
            painter.drawText(QPointF(left + 10, box.bottom() - style.small_metrics.descent() - 1), name)
