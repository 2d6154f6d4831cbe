"""How far two people agree, in figures: over all, for each class, and for each person over all pairs."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from projector.ui.widgets.differences_model import signed
from projector.workspace.comparison import Comparison
from projector.workspace.pair_figures import PairFigures

HEADS = ("", "κ", "overlap", "start, s", "end, s")
ABOUT = (
    "",
    "Cohen's kappa by window: 1 is full agreement, 0 what chance would give",
    "mean intersection over union of intervals; an event that one of the two hasn't counts 0",
    "how much later the second person's starts are: the median",
    "how much later the second person's ends are: the median",
)


class AgreementPanel(QScrollArea):
    """Figures of a Comparison; made of labels, so that they can be selected and read out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Agreement")
        self.setMinimumWidth(130)
        self.heading, self.under = QLabel(), QLabel()
        self.heading.setProperty("role", "strong")
        self.under.setProperty("role", "muted")
        self.under.setWordWrap(True)
        self._grid_at, self._grid = QVBoxLayout(), QWidget(self)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(6, 4, 10, 6)
        column.setSpacing(4)
        column.addWidget(self.heading)
        column.addWidget(self.under)
        column.addLayout(self._grid_at)
        column.addStretch(1)
        self.setWidget(body)

    def show_figures(self, comparison: Comparison) -> None:
        """What is known of the two now."""
        pair = comparison.figures
        self._grid.hide()  # without a parent, one that was not shown yet would become a window of its own
        self._grid.deleteLater()
        self._grid = QWidget()
        if pair is None or not pair.rides:
            self.heading.setText("")
            self.under.setText(_why_nothing(comparison, pair))
        else:
            kappa, overlap = figure(pair.value("kappa")), figure(pair.value("mean_iou"))
            whose = "agreement" if comparison.are_people(pair) else "a detector and labels"
            self.heading.setText(f"{whose}  κ {kappa} · overlap {overlap}")
            self.under.setText(_edges(comparison, pair))
            self._fill(QGridLayout(self._grid), comparison, pair)
        self._grid_at.addWidget(self._grid)

    def rows(self) -> list[list[str]]:
        """What stands in the table, line by line."""
        grid = self._grid.layout()
        if not isinstance(grid, QGridLayout):
            return []
        found = []
        for row in range(grid.rowCount()):
            items = [grid.itemAtPosition(row, column) for column in range(len(HEADS))]
            widgets = [item.widget() if item is not None else None for item in items]
            found.append([widget.text() if isinstance(widget, QLabel) else "" for widget in widgets])
        return found

    def _fill(self, grid: QGridLayout, comparison: Comparison, pair: PairFigures) -> None:
        grid.setContentsMargins(0, 6, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, (text, about) in enumerate(zip(HEADS, ABOUT, strict=True)):
            _put(grid, 0, column, text, "muted", about)
        turned = -1.0 if pair.a != comparison.a else 1.0
        for row, name in enumerate(pair.classes):
            either = pair.value("a", row) + pair.value("b", row) - pair.value("matched", row)
            texts = (
                name,
                figure(pair.value("kappa", row)),
                figure(pair.value("mean_iou", row)),
                signed(turned * pair.value("onset_median", row)) or "–",
                signed(turned * pair.value("offset_median", row)) or "–",
            )
            about = f"{name}: both have {pair.value('matched', row):,.0f} of {either:,.0f} events"
            for column, text in enumerate(texts):
                _put(grid, row + 1, column, text, "strong" if row == 0 else "", about)
        people = comparison.people()
        if len(people) > 2:
            first = grid.rowCount()
            _put(grid, first, 0, "each person, on average", "muted", "over all pairs with them", wide=3)
            for at, (name, figures) in enumerate(people.items(), start=first + 1):
                for column, text in enumerate((name, *map(figure, figures))):
                    _put(grid, at, column, text, "", "")


def figure(value: float) -> str:
    """Two decimals, '–' where nothing can be said."""
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def _put(grid: QGridLayout, row: int, column: int, text: str, role: str, about: str, wide: int = 1) -> None:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    label.setToolTip(about)
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    grid.addWidget(label, row, column, 1, wide, side | Qt.AlignmentFlag.AlignVCenter)


def _edges(comparison: Comparison, pair: PairFigures) -> str:
    """'ben: start +0.12 s, end −0.31 s · 12 rides of both, 951 windows'."""
    turned = -1.0 if pair.a != comparison.a else 1.0
    edges = (signed(turned * pair.value(f"{edge}_median")) for edge in ("onset", "offset"))
    onset, offset = (f"{later} s" if later else "–" for later in edges)
    rides = f"{pair.rides:,} ride{'s' * (pair.rides != 1)} of both"
    return f"{comparison.b}: start {onset}, end {offset} · {rides}, {pair.windows:,} windows"


def _why_nothing(comparison: Comparison, pair: PairFigures | None) -> str:
    if comparison.working:
        return "Comparing …"
    if comparison.found is None:
        return ""
    if pair is not None:
        return f"{comparison.a} and {comparison.b} have labelled no ride in common."
    return "Figures are counted by window: they come with the windows' features."
