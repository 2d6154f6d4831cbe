"""Choosing one of two hundred columns: a button that opens a list with a search field on top."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

_ROWS_SHOWN = 14


class ColumnPicker(QToolButton):
    """A pill that says what is chosen. names() is asked each time the list opens."""

    picked = Signal(str)

    def __init__(self, prefix: str, names: Callable[[], Sequence[tuple[str, str]]], parent: QWidget) -> None:
        """names() gives (name, what is shown) pairs; "" as a name means none."""
        super().__init__(parent)
        self._prefix, self._names = prefix, names
        self._popup = SearchList(self)
        self._popup.chosen.connect(self.picked)
        self.clicked.connect(self.open)
        self.show_choice("")

    def show_choice(self, text: str) -> None:
        """Say what is chosen; the pill never sends anything by itself."""
        self.setText(f"{self._prefix}: {text or 'none'} ▾")

    def open(self) -> None:
        """Open the list under the pill."""
        self._popup.fill(self._names())
        self._popup.open_at(self.mapToGlobal(QPoint(0, self.height() + 3)))


class SearchList(QFrame):
    """The list itself: type to narrow, arrows and Enter to choose, Esc to leave."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.search = QLineEdit()
        self.search.setPlaceholderText("type to find")
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._take_current)
        self.list.itemClicked.connect(self._take)
        self.search.installEventFilter(self)

    def fill(self, names: Sequence[tuple[str, str]]) -> None:
        """Show these (name, text) pairs."""
        self.list.clear()
        for name, text in names:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
        self.search.clear()
        self._narrow("")

    def open_at(self, place: QPoint, width: int = 270) -> None:
        """Show the list there, with the search field ready."""
        row = self.list.sizeHintForRow(0) if self.list.count() else 18
        self.list.setFixedSize(QSize(width, row * min(max(self.list.count(), 1), _ROWS_SHOWN) + 6))
        self.adjustSize()
        self.move(place)
        self.show()
        self.search.setFocus()

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        first = None
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in item.text().casefold() for word in words))
            if first is None and not item.isHidden():
                first = item
        if first is not None:
            self.list.setCurrentItem(first)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _step(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if not self.list.item(row).isHidden():
                self.list.setCurrentRow(row)
                return
            row += step

    def _take_current(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        self.hide()
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
