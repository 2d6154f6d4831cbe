"""What stands on the map besides dots: legend, captions, hover card, message; and where each stands."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.hover_card import CardText, HoverCard
from projector.ui.widgets.legend import Entry, Legend
from projector.ui.widgets.map_message import MapMessage
from projector.ui.widgets.ramp_legend import RampLegend
from projector.workspace.colouring import Colouring

EDGE = 10
NARROW_PX = 520  # a map narrower than this has its legends folded


class Caption(QWidget):
    """One quiet line over the dots, on a ground that keeps it readable."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme, self._text = theme, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setVisible(bool(text))
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 13, metrics.height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self.theme.panel)
        ground.setAlpha(205)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect(), 6, 6)
        painter.setPen(QColor(self.theme.muted))
        area = self.rect().adjusted(6, 0, -6, 0)
        text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class MapFurniture:
    """Children of the map's surface. `arrange` after each change of size or content."""

    def __init__(self, theme: Theme, room: QWidget) -> None:
        self._room = room
        self.legend = Legend(theme, room)
        self.ramp = RampLegend(theme, room)
        self.left, self.right = Caption(theme, room), Caption(theme, room)
        self.message = MapMessage(theme, room)
        self.card = HoverCard(theme, room)

    def all(self) -> Sequence[QWidget]:
        """Every piece, from the lowest to the uppermost."""
        return self.legend, self.ramp, self.left, self.right, self.message, self.card

    def set_theme(self, theme: Theme) -> None:
        for piece in (self.legend, self.ramp, self.message, self.card):
            piece.set_theme(theme)
        self.left.theme = self.right.theme = theme

    def show_colouring(self, colouring: Colouring, entries: Sequence[Entry], there_are_dots: bool) -> None:
        """The legend of a category or the ramp of a number; neither without dots or with one colour."""
        is_number = colouring.values is not None
        self.ramp.setVisible(is_number and there_are_dots)
        self.legend.setVisible(bool(entries) and there_are_dots)
        if is_number:
            self.ramp.set_colouring(colouring)
        self.legend.set_entries(entries)

    def width_at_left(self) -> int:
        """Pixels that the legends cover at the left edge."""
        return max(
            (piece.width() + EDGE for piece in (self.legend, self.ramp) if not piece.isHidden()), default=0
        )

    def show_card(self, text: CardText | None, at: QPointF) -> None:
        if text is None:
            self.card.hide()
        else:
            self.card.show_at(text, at)

    def arrange(self) -> None:
        """Legends at the upper left, captions at the lower corners, the message in the middle or on top."""
        wide, high = self._room.width(), self._room.height()
        self.legend.fold(wide < NARROW_PX)
        self.ramp.fold(wide < NARROW_PX)
        self.legend.move(EDGE - 4, 6)
        size = self.legend.sizeHint()
        self.legend.resize(min(size.width(), wide - 2 * EDGE), min(size.height(), high - 46))
        self.ramp.move(EDGE - 4, 6)
        right = self.right.sizeHint()
        self.right.setGeometry(
            wide - right.width() - 6, high - right.height() - 5, right.width(), right.height()
        )
        left = self.left.sizeHint()
        taken = right.width() + 18 if self.right.text() else 12
        self.left.setGeometry(
            6, high - left.height() - 5, min(left.width(), max(wide - taken, 0)), left.height()
        )
        self.message.fit(wide - 2 * EDGE)
        x, y = (wide - self.message.width()) // 2, (high - self.message.height()) // 2
        self.message.move(x, 8 if self.message.is_aside else y)
