"""The list of features: under name and value a strip shows what is usual and where this window stands."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from projector.ui.theme import Theme
from projector.ui.widgets.choosing import say_instead
from projector.ui.widgets.features_model import (
    CHOSEN_ROLE,
    COLOUR,
    COLOURED_ROLE,
    NAME,
    STRIP_ROLE,
    UNIT_ROLE,
    VALUE,
    FeaturesModel,
    Index,
    Strip,
)

_ROW, _TEXT, _VALUE, _RING = 37, 21, 92, 24


class FeatureTable(QTableView):
    """A click on a row toggles its track, one on its ring colours the map; both carry the feature's name."""

    toggled = Signal(str)
    coloured = Signal(str)

    def __init__(self, model: FeaturesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._features, self.hovered = model, -1
        self.cells = _FeatureCell(theme, self)
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Features of this window")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(_RING)
        self.entered.connect(lambda index: self._hover(index.row()))
        self.clicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self.cells.theme = theme
        self.viewport().update()

    def set_dot(self, slot: int | None) -> None:
        """The palette slot of the dot that stands for this window; None is the accent colour."""
        self.cells.slot = slot
        self.viewport().update()

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        """Value and ring keep what they need, the name takes the rest."""
        super().resizeEvent(event)
        name = max(self.viewport().width() - _VALUE - _RING, 60)
        for column, width in ((NAME, name), (VALUE, _VALUE), (COLOUR, _RING)):
            self.horizontalHeader().resizeSection(column, width)

    def strip_rect(self, row: int) -> QRect:
        """Where a row's strip is drawn: under name and value."""
        line = self.visualRect(self.model().index(row, NAME))
        width = self.columnWidth(NAME) + self.columnWidth(VALUE)
        return QRect(line.x() + 19, line.y() + _TEXT, width - 22, _ROW - _TEXT - 5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space or Enter toggle the current row's track."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.toggled.emit(self._features.name(index.row()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        index = self.indexAt(event.pos())
        if not index.isValid():
            return
        name = self._features.name(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        track = "Hide its track" if index.data(CHOSEN_ROLE) else "Show as a track"
        colour = "Colour by label again" if index.data(COLOURED_ROLE) else "Colour the map by it"
        menu.addAction(track, lambda: self.toggled.emit(name))
        menu.addAction(colour, lambda: self.coloured.emit(name))
        menu.addAction(f"Copy {name}", lambda: QApplication.clipboard().setText(name))
        menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a fast pair is a click like any other."""
        self.mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._features.rowCount():
            say_instead(self, "No feature has all of these words.", self.cells.theme.muted)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _on_clicked(self, index: Index) -> None:
        signal = self.coloured if index.column() == COLOUR else self.toggled
        signal.emit(self._features.name(index.row()))

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()


class _FeatureCell(QStyledItemDelegate):
    """Draws name with its track's mark, value with unit, strip, ring."""

    def __init__(self, theme: Theme, table: FeatureTable) -> None:
        super().__init__(table)
        self.theme, self._table = theme, table
        self.slot: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(20, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        hovered = index.row() == self._table.hovered
        focused = self._table.hasFocus() and index.row() == self._table.currentIndex().row()
        if hovered or focused:
            painter.fillRect(rect, QColor(self.theme.hover))
        painter.save()
        painter.setClipRect(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRect(rect.x(), rect.y() + 2, rect.width(), _TEXT)
        if index.column() == COLOUR:
            self._draw_ring(painter, rect, index, hovered)
        else:
            draw = self._draw_name if index.column() == NAME else self._draw_value
            draw(painter, line, index, hovered)
            # one strip across two cells: each paints the part that lies in it
            draw_strip(
                painter, self._table.strip_rect(index.row()), index.data(STRIP_ROLE), self.theme, self._dot()
            )
        painter.restore()

    def _dot(self) -> str:
        return self.theme.accent if self.slot is None else self.theme.label(self.slot)

    def _draw_name(self, painter: QPainter, rect: QRect, index: Index, hovered: bool) -> None:
        chosen = bool(index.data(CHOSEN_ROLE))
        box = QRectF(rect.x() + 4.5, rect.center().y() - 3.5, 8, 8)
        if chosen or hovered:
            painter.setPen(QPen(QColor(self.theme.accent if chosen else self.theme.faint), 1))
            painter.setBrush(QColor(self.theme.accent) if chosen else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 2, 2)
        cell = rect.adjusted(19, 0, -4, 0)
        painter.setPen(QColor(self.theme.text))
        # channel and band are at the ends, and tell a feature from its neighbours
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, cell.width())
        painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_value(self, painter: QPainter, rect: QRect, index: Index, hovered: bool) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        unit = str(index.data(UNIT_ROLE))
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(rect, right, unit)
        behind = painter.fontMetrics().horizontalAdvance(f" {unit}") if unit else 0
        painter.setPen(QColor(self.theme.text))
        painter.drawText(rect.adjusted(0, 0, -behind, 0), right, str(index.data()))

    def _draw_ring(self, painter: QPainter, rect: QRect, index: Index, hovered: bool) -> None:
        coloured = bool(index.data(COLOURED_ROLE))
        if not coloured and not hovered:
            return
        painter.setPen(QPen(QColor(self.theme.accent if coloured else self.theme.faint), 1.5))
        painter.setBrush(QColor(self.theme.accent_soft) if coloured else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(rect.center()) + QPointF(1.5, 0.5), 5, 5)


def place(value: float, strip: Strip) -> float:
    """Where a value stands in a strip, 0 to 1: 5 % at a quarter, 95 % at three quarters, straight between.

    Beyond, it is squeezed: one such range further out is halfway to the end, and the end is infinity, so
    nothing is ever off the scale and what is further out always stands further out.
    """
    low, high = strip.quantiles[0], strip.quantiles[-1]
    width = (high - low) or abs(high) or 1.0
    if value < low:
        return 0.25 - 0.25 * (low - value) / (low - value + width)
    if value > high:
        return 0.75 + 0.25 * (value - high) / (value - high + width)
    return 0.25 + 0.5 * (value - low) / (high - low) if high > low else 0.5


def draw_strip(painter: QPainter, rect: QRect, strip: Strip, theme: Theme, colour: str) -> None:
    """5–95 % as a thin bar, the quartiles as a thicker one, a tick at the median, a dot for the value."""
    low, first, median, third, high = strip.quantiles
    if median != median:  # nothing is known
        return
    middle = rect.center().y() + 0.5

    def at(value: float) -> float:
        return rect.x() + rect.width() * place(value, strip)

    def bar(left: float, right: float, thick: float, shade: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shade))
        box = QRectF(left, middle - thick / 2, max(right - left, 1.0), thick)
        painter.drawRoundedRect(box, thick / 2, thick / 2)

    bar(rect.left(), rect.right(), 1.5, theme.border)
    bar(at(low), at(high), 3, theme.dimmed)
    bar(at(first), at(third), 5, theme.faint)
    painter.setPen(QPen(QColor(theme.text), 1.5))
    painter.drawLine(QPointF(at(median), middle - 5), QPointF(at(median), middle + 5))
    if strip.value == strip.value:
        painter.setPen(QPen(QColor(theme.panel), 1))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(at(strip.value), middle), 4.5, 4.5)
