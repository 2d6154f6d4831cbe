"""The table of differences between two people's labels: one line each, both labels' marks before it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from projector.annotations.differences import Difference
from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Choosing
from projector.ui.widgets.label_mark import draw_label_mark
from projector.workspace.comparison import Comparison, Place
from projector.workspace.export import clock

Index = QModelIndex | QPersistentModelIndex
WHAT, RIDE, TIME, START, END = range(5)
TITLES = ("Difference", "Ride", "Time", "Start", "End")
ANY = -1
LEAST_WHAT = 90
_ROW, _PAD, _MARK = 22, 5, 13


class DifferenceModel(QAbstractTableModel):
    """Rows are differences of a Comparison, of one kind or of all, in an order of its own."""

    def __init__(self, comparison: Comparison, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison = comparison
        self.ids: dict[int, str] = {}
        self.slots: dict[str, int] = {}
        self.kind = ANY
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._sorted_by: tuple[int, bool] = (ANY, False)

    def renew(self, ids: dict[int, str], slots: dict[str, int]) -> None:
        """Show what the comparison has found now."""
        self.ids, self.slots = ids, slots
        self._reorder()

    def set_kind(self, kind: int) -> None:
        """Keep one kind of difference, or ANY."""
        self.kind = kind
        self._reorder()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; ANY is the order of size, which also orders equals."""
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self._reorder()

    def difference(self, row: int) -> int:
        """The difference in a row."""
        return int(self._order[row])

    def row_of(self, difference: int) -> int:
        """Where a difference stands, -1 when it doesn't."""
        found = np.flatnonzero(self._order == difference)
        return int(found[0]) if len(found) else -1

    def _reorder(self) -> None:
        self.beginResetModel()
        found = self.comparison.found
        if found is None:
            self._order = np.empty(0, np.intp)
        else:
            column, falling = self._sorted_by
            order = np.arange(len(found))
            if column != ANY:
                key = self._key(column)
                order = np.argsort(-key if falling else key, kind="stable")
            if self.kind != ANY:
                order = order[found.kind[order] == self.kind]
            self._order = order
        self.endResetModel()

    def _key(self, column: int) -> npt.NDArray[np.number]:
        found = self.comparison.found
        assert found is not None
        if column == RIDE:
            return found.ride
        if column == WHAT:
            return found.kind.astype(np.int64)
        if column == TIME:
            starts = (self._start(row) for row in range(len(found)))
            return np.fromiter(starts, np.float64, len(found))
        return np.nan_to_num(np.abs(found.onset if column == START else found.offset), nan=-1.0)

    def latest(self) -> str:
        """The longest text that stands under the time."""
        sides = (self.comparison.side_a, self.comparison.side_b)
        return clock(max(float(np.max(side.start_s, initial=0.0)) for side in sides))

    def _start(self, row: int) -> float:
        return min(place[0] for place in self.comparison.places(row) if place is not None)

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.comparison.found
        if found is None or not index.isValid():
            return None
        row = self.difference(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.about(row)
        return _alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def marks(self, row: int) -> list[int]:
        """The palette slots of the labels that a difference is about."""
        there = [place[2] for place in self.comparison.places(row) if place is not None]
        return [self.slots.get(name, -1) for name in dict.fromkeys(there)]

    def about(self, row: int) -> str:
        """What each of the two says, a line each."""
        places = zip((self.comparison.a, self.comparison.b), self.comparison.places(row), strict=True)
        return "\n".join(f"{name}: {_said(place)}" for name, place in places)

    def _cell(self, row: int, column: int) -> str:
        found = self.comparison.found
        assert found is not None
        if column == WHAT:
            return self._what(row)
        if column == RIDE:
            number = int(found.ride[row])
            return self.ids.get(number, str(number))
        if column == TIME:
            return clock(self._start(row))
        return signed(float((found.onset if column == START else found.offset)[row]))

    def _what(self, row: int) -> str:
        found, comparison = self.comparison.found, self.comparison
        assert found is not None
        a, b = comparison.places(row)
        kind = Difference(int(found.kind[row]))
        if kind is Difference.CLASS and a is not None and b is not None:
            return f"{a[2]} → {b[2]}"
        name = (a or b or (0.0, 0.0, ""))[2]
        if kind is Difference.ONLY_A:
            return f"{name}, only {comparison.a}"
        return f"{name}, only {comparison.b}" if kind is Difference.ONLY_B else name


class DifferenceTable(Choosing, QTableView):
    """One line a difference. `chosen` carries the difference's row in the comparison."""

    chosen = Signal(int)

    def __init__(self, model: DifferenceModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = _Cell(theme, self)
        self.setModel(model)
        self._model, self.empty_colour = model, theme.muted
        self.follow(model.difference, model.row_of)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Differences")
        self.setMinimumWidth(240)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(30)
        header.setSortIndicator(ANY, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def set_theme(self, theme: Theme) -> None:
        self._delegate.theme, self.empty_colour = theme, theme.muted
        self.viewport().update()

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Times keep what they need; what differs and the ride share the rest."""
        self.ensurePolished()
        advance = self.fontMetrics().horizontalAdvance
        time, edge = (
            max(advance(self._model.latest()), advance("Time")) + 2 * _PAD + 3,
            advance("+00.00 s") + 2 * _PAD + 3,
        )
        rest = max(self.viewport().width() - time - 2 * edge, LEAST_WHAT)
        narrow = rest < 2 * LEAST_WHAT  # the trace says the ride, and what differs has to be read
        self.setColumnHidden(RIDE, narrow)
        what = rest if narrow else rest * 60 // 100
        widths = {WHAT: what, RIDE: rest - what, TIME: time, START: edge, END: edge}
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, width)


class _Cell(QStyledItemDelegate):
    """The labels' marks and what differs; everything else quietly, until the row is the current one."""

    def __init__(self, theme: Theme, table: DifferenceTable) -> None:
        super().__init__(table)
        self.theme, self._table = theme, table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = self.theme, self._table.model()
        assert isinstance(model, DifferenceModel)
        current = index.row() == self._table.currentIndex().row()
        if current or index.row() == self._table.hovered:
            painter.fillRect(option.rect, QColor(theme.accent_soft if current else theme.hover))
        cell = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        if index.column() == WHAT:
            for slot in model.marks(model.difference(index.row())):
                draw_label_mark(painter, QPointF(cell.x() + 4.5, cell.center().y() + 0.5), 4, slot, theme)
                cell.adjust(_MARK, 0, 0, 0)
        painter.setPen(QColor(theme.text if current or index.column() in (WHAT, START, END) else theme.muted))
        side = Qt.TextElideMode.ElideMiddle if index.column() == RIDE else Qt.TextElideMode.ElideRight
        text = option.fontMetrics.elidedText(str(index.data()), side, cell.width())
        painter.drawText(cell, index.data(Qt.ItemDataRole.TextAlignmentRole), text)


def signed(seconds: float) -> str:
    """'+0.12 s', '−0.31 s', '0 s' for none, '' where there is nothing to compare."""
    if seconds != seconds:
        return ""
    text = f"{seconds:+.2f} s" if abs(seconds) >= 0.005 else f"{seconds:+.3f} s"
    return "0 s" if abs(seconds) < 0.0005 else text.replace("-", "−")


def _said(place: Place | None) -> str:
    if place is None:
        return "nothing"
    start, stop, label = place
    return f"{label} {clock(start, 3)}" + (f" – {clock(stop, 3)}" if stop > start else "")


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignLeft if column in (WHAT, RIDE) else Qt.AlignmentFlag.AlignRight
    return int(side | Qt.AlignmentFlag.AlignVCenter)
