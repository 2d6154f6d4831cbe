"""Any label by typing: a list that narrows, and a name that isn't in it is offered as a new label."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QListWidgetItem, QWidget

from projector.annotations.vocabulary import LONGEST_NAME, LabelClass, depth
from projector.ui.theme import Theme
from projector.ui.widgets.column_picker import SearchList
from projector.ui.widgets.label_list import LabelDelegate, label_item

Taken = Callable[[str, bool], object]
NAME, NEW = int(Qt.ItemDataRole.UserRole), int(Qt.ItemDataRole.UserRole) + 1
WIDE, MOST_ROWS = 290, 12


class LabelFinder(SearchList):
    """Opens over a widget; what is taken, and whether it is a new label, goes to who asked."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._classes: Sequence[LabelClass] = ()
        self._taken: Taken | None = None
        self._left: Callable[[], object] = lambda: None
        self.setAccessibleName("Find a label")
        self.search.setMaxLength(LONGEST_NAME)
        self._delegate = LabelDelegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)

    def ask(
        self,
        what: str,
        classes: Sequence[LabelClass],
        theme: Theme,
        at: QPoint,
        taken: Taken,
        left: Callable[[], object] = lambda: None,
    ) -> None:
        """Ask for a label there; `what` for. left: called instead when nothing is taken."""
        self._classes, self._taken, self._left = classes, taken, left
        self._delegate.theme = theme
        self.search.setPlaceholderText(what)
        self.search.clear()
        self._narrow("")
        self.open_at(at, WIDE)

    def _narrow(self, text: str) -> None:
        """The labels that hold every typed word, those first that begin with it, and the new one last."""
        self.list.clear()
        typed, words = " ".join(text.split()), text.casefold().split()
        found = [one for one in self._classes if all(word in one.name.casefold() for word in words)]
        if words:
            found.sort(key=lambda one: not one.name.casefold().startswith(typed.casefold()))
        for one in found:
            above = 0 if words else depth(self._classes, one.name)
            self._put(label_item(one.name, one.slot, above, one.digit), one.name, False)
        if typed and all(one.name.casefold() != typed.casefold() for one in self._classes):
            self._put(label_item(f"new label “{typed}”"), typed, True)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            hint = label_item("no label yet: type a name, Enter adds it")
            hint.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(hint)
        row = self.list.sizeHintForRow(0)
        self.list.setFixedHeight(row * min(max(self.list.count(), 1), MOST_ROWS) + 6)
        self.adjustSize()

    def _put(self, item: QListWidgetItem, name: str, new: bool) -> None:
        item.setData(NAME, name)
        item.setData(NEW, new)
        self.list.addItem(item)

    def _take(self, item: QListWidgetItem) -> None:
        name, taken = item.data(NAME), self._taken
        if not name or taken is None:
            return
        self._taken, self._left = None, lambda: None
        self.hide()
        taken(name, bool(item.data(NEW)))

    def hideEvent(self, event: QHideEvent) -> None:
        """Esc, or a click elsewhere."""
        super().hideEvent(event)
        left, self._taken, self._left = self._left, None, lambda: None
        left()
