"""The table of events: one line each, whose mark is the label's on the map."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.events_model import LABEL, LENGTH, RIDE, TIME, TITLES, EventsModel
from projector.ui.widgets.line_table import LineTable


class EventTable(LineTable):
    """One line an event. `chosen` carries the annotation's row in the workspace."""

    loud, cut_inside = (LABEL,), (RIDE,)  # both ends of a ride's id tell it from the others

    def __init__(self, model: EventsModel, theme: Theme, parent: QWidget | None = None) -> None:
        self._events = model
        super().__init__(model, "Events", theme, parent)
        self.follow(model.event, model.row_of)
        self.setSortingEnabled(True)
        self.sortByColumn(RIDE, Qt.SortOrder.AscendingOrder)

    def marks(self, row: int) -> tuple[int, ...]:
        return (self._events.slot(row),)

    def fit_columns(self) -> None:
        """Time and length keep what they need, label and ride share the rest."""
        widest = self._events.facts.widest if self._events.facts else ("00:00.0", "00.0 s")
        time, length = (self.needed(text, title) for text, title in zip(widest, TITLES[TIME:], strict=True))
        rest = max(self.viewport().width() - time - length, 80)
        label = rest * 62 // 100
        for column, width in ((LABEL, label), (RIDE, rest - label), (TIME, time), (LENGTH, length)):
            self.horizontalHeader().resizeSection(column, width)
