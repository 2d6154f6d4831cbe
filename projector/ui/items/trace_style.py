"""The trace's colours, pens and fonts, made once a theme instead of once a frame."""

from functools import cached_property

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from projector.ui.items.envelope import Words, tint_table
from projector.ui.theme import Theme

PEN_RADIUS = 0.62  # half a trace's width in logical pixels
BODY = 0.85  # of a min-max fill: it covers more than a line does, so it is a little lighter
AXIS_LETTERS = ("x", "y", "z")
SHARED_BODY = 0.55  # where several lie over one another


def with_alpha(colour: QColor | str, alpha: float) -> QColor:
    """The colour, so opaque (0 to 1)."""
    clear = QColor(colour)
    clear.setAlphaF(alpha)
    return clear


class TraceStyle:
    """What a theme means in the trace. `font` is the application's."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self.theme = theme
        self.panel, self.field = QColor(theme.panel), QColor(theme.field)
        self.text, self.muted, self.faint = QColor(theme.text), QColor(theme.muted), QColor(theme.faint)
        self.grid, self.border = QColor(theme.grid), QColor(theme.border)
        self.accent, self.danger = QColor(theme.accent), QColor(theme.danger)
        self.font = _sized(font, 0.0)
        self.bold = _sized(font, 0.0, bold=True)
        self.small = _sized(font, -1.5)
        self._channels: dict[str, QColor] = {}
        self._labels: dict[int, QColor] = {}
        self._words: dict[tuple[tuple[int, ...], float], Words] = {}
        self._tints: dict[tuple[int, float], Words] = {}

    @cached_property
    def metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font)

    @cached_property
    def small_metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.small)

    @cached_property
    def selection_fill(self) -> QColor:
        return with_alpha(self.accent, 0.13 if self.theme.dark else 0.11)

    @cached_property
    def selection_edge(self) -> QPen:
        pen = QPen(self.accent, 1.2)
        pen.setDashPattern([3.0, 2.4])
        return pen

    @cached_property
    def hatch(self) -> QBrush:
        return QBrush(with_alpha(self.theme.missing, 0.26), Qt.BrushStyle.BDiagPattern)

    @cached_property
    def gap_fill(self) -> QColor:
        return with_alpha(self.theme.missing, 0.17)

    @cached_property
    def gap_edge(self) -> QColor:
        return with_alpha(self.theme.missing, 0.6)

    @cached_property
    def bar(self) -> QColor:
        return with_alpha(self.accent, 0.5)

    def channel(self, name: str) -> QColor:
        """The colour of a channel, one without its own has that of its axis; not to be changed."""
        if name not in self._channels:
            known = name in self.theme.channels or name[-1:] not in AXIS_LETTERS
            self._channels[name] = QColor(self.theme.channel(name if known else f"g{name[-1]}"))
        return self._channels[name]

    def label(self, slot: int) -> QColor:
        """The colour of a label's slot; not to be changed."""
        if slot not in self._labels:
            self._labels[slot] = QColor(self.theme.label(slot))
        return self._labels[slot]

    def label_words(self, slots: tuple[int, ...], strength: float) -> Words:
        """The label colours as premultiplied ARGB words, uint32 (slots,)."""
        key = (slots, strength)
        if key not in self._words:
            words = [self.tint(self.label(slot), strength)[255] for slot in slots]
            self._words[key] = np.array(words, np.uint32)
        return self._words[key]

    def tint(self, colour: QColor, strength: float = 1.0) -> Words:
        """The tint table of a colour, kept."""
        key = (colour.rgb(), strength)
        if key not in self._tints:
            self._tints[key] = tint_table(colour.red(), colour.green(), colour.blue(), strength)
        return self._tints[key]


def _sized(font: QFont, change: float, bold: bool = False) -> QFont:
    made = QFont(font)
    if font.pixelSize() > 0:
        made.setPixelSize(max(round(font.pixelSize() + change * 4 / 3), 8))
    else:
        made.setPointSizeF(max(font.pointSizeF() + change, 6.5))
    made.setBold(bold)
    return made
