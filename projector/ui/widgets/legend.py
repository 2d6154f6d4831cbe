"""The counting legend: what each colour means, how many there are, and a switch for each.

Click or Space shows and hides a class; double click, Alt+click or Alt+Space leaves it alone on the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from projector.ui.theme import Theme
from projector.ui.widgets.marker import paint_marker

ROW_PX = 21
MOST_ROWS = 14
_MOST_NAME_PX = 170
_ROWS_KEPT = 200
_MARKER_PX, _GAP_PX = 24, 22
_SWITCH = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FOLDED_PX = 50  # a row narrower than this has only its marker
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Entry:
    """One class. `shown` of `total` dots pass the filter; both are the same when nothing is filtered."""

    code: int
    name: str
    shape: str
    colour: str
    total: int
    shown: int
    hidden: bool

    def count_text(self) -> str:
        if self.hidden or self.shown == self.total:
            return f"{self.total:,}"
        return f"{self.shown:,} of {self.total:,}"

    def sentence(self) -> str:
        """For screen readers and the tool tip."""
        return f"{self.name}: {self.count_text()}, {'hidden' if self.hidden else 'shown'}"


class EntryModel(QAbstractListModel):
    """The classes as a list model, checkable."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: Sequence[Entry] = ()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        if [e.code for e in entries] == [e.code for e in self.entries]:
            self.entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if entry.hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.sentence()
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.sentence()}\nclick: show or hide · double click: this one alone"
        return None


class Legend(QListView):
    """The list itself, as high and wide as it needs to be, over the map."""

    toggled = Signal(int)  # code
    soloed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_legend")
        self.setAccessibleName("Legend of the map")
        self._entries = EntryModel(self)
        self._was_alone, self._folded = False, False
        self.setModel(self._entries)
        self.setItemDelegate(_EntryDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        ground = QColor(theme.panel)
        rgba = f"rgba({ground.red()}, {ground.green()}, {ground.blue()}, 205)"
        self.setStyleSheet(
            f"QListView#map_legend {{ background: {rgba}; border: none; border-radius: 6px;"
            " padding: 3px 0; }"
        )
        self.viewport().update()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these classes, in this order."""
        self._entries.set_entries(entries)
        self.resize(self.sizeHint())

    def entries(self) -> Sequence[Entry]:
        return self._entries.entries

    def fold(self, folded: bool) -> None:
        """On a narrow map only the markers stand there; under the pointer the rest unfolds."""
        self._folded = folded

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.resize(self._whole_width() + self._bar_width(), self.height())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.resize(self.sizeHint().width(), self.height())

    def sizeHint(self) -> QSize:
        rows = min(len(self._entries.entries), MOST_ROWS)
        width = _MARKER_PX + 4 if self._folded else self._whole_width()
        return QSize(width + self._bar_width(), rows * ROW_PX + 6)

    def _bar_width(self) -> int:
        return 10 if len(self._entries.entries) > MOST_ROWS else 0

    def _whole_width(self) -> int:
        metrics, entries = QFontMetrics(self.font()), self._entries.entries
        names = max((metrics.horizontalAdvance(entry.name) for entry in entries), default=0)
        counts = max((metrics.horizontalAdvance(entry.count_text()) for entry in entries), default=0)
        return _MARKER_PX + min(names, _MOST_NAME_PX) + _GAP_PX + counts + 12

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        self._was_alone = self._is_alone(index.row())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.soloed.emit(self._code(index))
        else:
            self.toggled.emit(self._code(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click of the two has switched the class; one that was alone brings all back."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return
        if self._was_alone:
            self.toggled.emit(self._code(index))
        self.soloed.emit(self._code(index))

    def event(self, event: QEvent) -> bool:
        """Enter is the legend's own here, not the map's that it stands in."""
        asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if asked and event.key() in _SWITCH and self.currentIndex().isValid():  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in _SWITCH and index.isValid():
            alone = event.modifiers() & Qt.KeyboardModifier.AltModifier
            (self.soloed if alone else self.toggled).emit(self._code(index))
        else:
            super().keyPressEvent(event)

    def _code(self, index: AnyIndex) -> int:
        return self._entries.entries[index.row()].code

    def _is_alone(self, row: int) -> bool:
        return [i for i, entry in enumerate(self._entries.entries) if not entry.hidden] == [row]


class _EntryDelegate(QStyledItemDelegate):
    """Marker, name, count; a class that is switched off is an outline with a struck name."""

    def __init__(self, legend: "Legend") -> None:
        super().__init__(legend)
        self._rows: dict[tuple[object, ...], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(60, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """A row is painted once and kept: the map under it is painted many times a second."""
        legend: Legend = self.parent()  # type: ignore[assignment]
        entry, theme, area = legend.entries()[index.row()], legend.theme, option.rect
        lit = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        key = (entry, theme.name, lit, area.size().toTuple(), legend.font().key(), legend.devicePixelRatioF())
        if key not in self._rows:
            if len(self._rows) > _ROWS_KEPT:
                self._rows.clear()
            self._rows[key] = self._row(entry, legend, area.size(), lit)
        painter.drawPixmap(area.topLeft(), self._rows[key])

    def _row(self, entry: Entry, legend: "Legend", size: QSize, lit: bool) -> QPixmap:
        ratio = legend.devicePixelRatioF()
        row = QPixmap(size * ratio)
        row.setDevicePixelRatio(ratio)
        row.fill(QColor(legend.theme.hover) if lit else Qt.GlobalColor.transparent)
        painter = QPainter(row)
        painter.setFont(legend.font())
        area = QRect(QPoint(0, 0), size)
        centre = QPointF(12.5, area.center().y() + 0.5)
        paint_marker(painter, centre, entry.shape, entry.colour, 4.5, not entry.hidden)
        if size.width() > _FOLDED_PX:
            self._write(painter, area.adjusted(_MARKER_PX, 0, -9, 0), entry, legend.theme)
        painter.end()
        return row

    def _write(self, painter: QPainter, area: QRect, entry: Entry, theme: Theme) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        count = entry.count_text()
        painter.setPen(QColor(theme.faint if entry.hidden else theme.muted))
        painter.drawText(area, right, count)
        room = area.width() - metrics.horizontalAdvance(count) - 8
        name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideMiddle, room)
        font = painter.font()
        font.setStrikeOut(entry.hidden)
        painter.setFont(font)
        painter.setPen(QColor(theme.faint if entry.hidden else theme.text))
        painter.drawText(area, left, name)
