"""The table of differences between two people's labels: one line each, both labels' marks before it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.differences_model import (
    ANY,
    END,
    RIDE,
    START,
    TIME,
    TITLES,
    WHAT,
    DifferencesModel,
)
from projector.ui.widgets.line_table import LineTable

LEAST_WHAT = 90


class DifferenceTable(LineTable):
    """One line a difference. `chosen` carries the difference's row in the comparison."""

    loud, cut_inside = (WHAT, START, END), (RIDE,)

    def __init__(self, model: DifferencesModel, theme: Theme, parent: QWidget | None = None) -> None:
        self._differences = model
        super().__init__(model, "Differences", theme, parent)
        self.follow(model.difference, model.row_of)
        self.setMinimumWidth(240)
        self.horizontalHeader().setSortIndicator(ANY, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def marks(self, row: int) -> list[int]:
        return self._differences.marks(self._differences.difference(row))

    def fit_columns(self) -> None:
        """Times keep what they need; what differs and the ride share the rest."""
        time = self.needed(self._differences.latest(), TITLES[TIME])
        edge = self.needed("+00.00", TITLES[START])
        rest = max(self.viewport().width() - time - 2 * edge, LEAST_WHAT)
        narrow = rest < 2 * LEAST_WHAT  # the trace says the ride, and what differs has to be read
        self.setColumnHidden(RIDE, narrow)
        what = rest if narrow else rest * 60 // 100
        widths = {WHAT: what, RIDE: rest - what, TIME: time, START: edge, END: edge}
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, width)
