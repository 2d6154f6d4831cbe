"""How far the labelling is: by person, by class, by ride. A click on a ride shows it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.figures import moment_text, span_text
from projector.ui.widgets.progress_bars import Bar, ProgressBars
from projector.ui.widgets.progress_table import Figures, FiguresModel, ProgressTable
from projector.ui.widgets.rides_model import natural
from projector.workspace.labelling import Labelling
from projector.workspace.progress import LayerProgress, Overview, Progress, RideColumns
from projector.workspace.workspace import Workspace

PAGES = ("people", "classes", "rides")
SETTLED_MS = 250  # who moves an edge sample by sample needs no new figures at each
AT_ONCE_S = 0.05  # longer, and the window would be felt to stand still
NO_LIBRARY = "No library is open."
NOBODY = (
    "Nobody has labelled here yet. The first edit begins your layer; so does {ride_done} on a ride that you "
    "have looked through."
)
THROUGH = (
    "Events are the imported labels; on a ride without any, the adjudicated ones. Gone through are those\n"
    "that lie in a part that {name} marked as done, on which an edit of {name} lies, or that {name} judged."
)
NOTHING = "Marked as done and without a label, by the labels that count now; of all there is."


class ProgressView(DeferredView):
    """Three pages over a Progress. `done_wanted`: somebody says that the shown ride is done."""

    title = "Progress"
    subtitle_changed = Signal(str)
    done_wanted = Signal()

    def __init__(
        self,
        workspace: Workspace,
        labelling: Labelling,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        detector: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(parent)
        self._workspace, self._labelling = workspace, labelling
        self._progress = Progress(workspace, labelling, detector)
        self._soon.setInterval(SETTLED_MS)
        self.bars, self.message, self.agreement = ProgressBars(theme), QLabel(), QLabel()
        self.classes_model, self.rides_model = FiguresModel(self), FiguresModel(self)
        self.classes = ProgressTable(self.classes_model, "Classes", theme)
        self.rides = ProgressTable(self.rides_model, "Progress of rides", theme)
        self.pages, self.buttons = QStackedWidget(), QButtonGroup(self)
        self.done = QToolButton()
        self._build()
        self._connect()
        self.mark_stale("progress")

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(5)
        for at, name in enumerate(PAGES):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(at == 0)
            self.buttons.addButton(button, at)
            row.addWidget(button)
        row.addStretch(1)
        self.done.setText("ride done")
        self.done.setToolTip(with_keys("The ride that is shown is done · {ride_done}"))
        row.addWidget(self.done)
        for page in (self._people_page(), self.classes, self.rides):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.pages, 1)

    def _people_page(self) -> QWidget:
        for label in (self.message, self.agreement):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
            label.setContentsMargins(10, 4, 10, 0)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.agreement.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        for part in (self.message, self.bars, self.agreement):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    def _connect(self) -> None:
        workspace = self._workspace
        self.buttons.idClicked.connect(self.pages.setCurrentIndex)
        self.rides.chosen.connect(workspace.show_ride)
        self.rides_model.modelReset.connect(self._on_ride_changed)
        self.done.clicked.connect(self.done_wanted)
        self._labelling.changed.connect(self._on_changed)
        self._labelling.seen.changed.connect(self._on_changed)
        workspace.labels_changed.connect(self._on_changed)
        workspace.library_changed.connect(self._on_library_changed)
        workspace.ride_changed.connect(self._on_ride_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self.bars.set_theme(theme)
        self.classes.set_theme(theme)
        self.rides.set_theme(theme)

    def set_agreement(self, text: str) -> None:
        """How far people agree, under the bars; "" where nobody can be compared."""
        self.agreement.setText(text)
        self.agreement.setVisible(bool(text))

    def _on_changed(self) -> None:
        self.mark_stale("progress")

    def _on_library_changed(self) -> None:
        """Another library is no edit among many: at once."""
        if isValid(self):
            self.mark_stale("progress")
            QTimer.singleShot(0, self, self.refresh)

    def _on_ride_changed(self) -> None:
        if isValid(self):
            self.rides.mark(self._workspace.ride)

    # --- showing ------------------------------------------------------------------------------------

    def _refresh(self, parts: set[str]) -> None:
        left = self._progress.catch_up(AT_ONCE_S)
        if left:
            self.subtitle_changed.emit(f"counting: {left:,} ride{'s' * (left != 1)} to go")
            self.mark_stale(*parts)
            QTimer.singleShot(0, self, self.refresh)
            return
        overview = self._progress.overview()
        self.done.setEnabled(overview is not None)
        for table in (self.classes, self.rides):
            table.empty_text = NO_LIBRARY if overview is None else "Nothing is labelled."
        if overview is None:
            self._show_people((), NO_LIBRARY)
            self.classes_model.show_rows(np.empty(0, np.int64), ())
            self.rides_model.show_rows(np.empty(0, np.int64), ())
            self.subtitle_changed.emit("")
            return
        self._show_people(bars_of(overview), "" if overview.layers else with_keys(NOBODY))
        self._show_classes(overview)
        self._show_rides(overview.rides)
        self.subtitle_changed.emit(span_text(overview.total_s))

    def _show_people(self, bars: tuple[Bar, ...], message: str) -> None:
        self.message.setText(message)
        self.message.setVisible(bool(message))
        self.bars.set_bars(bars)

    def _show_classes(self, overview: Overview) -> None:
        rows, slots = overview.classes, self._workspace.label_slots()
        columns = (
            Figures("Class", np.array([one.name for one in rows]), lambda at: rows[at].name, ""),
            Figures(
                "Labels", np.array([one.count for one in rows]), lambda at: f"{rows[at].count:,}", "00,000"
            ),
            Figures(
                "Lasting",
                np.array([one.seconds for one in rows]),
                lambda at: span_text(rows[at].seconds) if rows[at].seconds else "points",
                "00 h 00 min",
            ),
            Figures(
                "Rides", np.array([one.rides for one in rows]), lambda at: f"{rows[at].rides:,}", "0,000"
            ),
        )
        self.classes_model.show_rows(np.arange(len(rows)), columns, [slots[one.name] for one in rows])

    def _show_rides(self, rides: RideColumns) -> None:
        library = self._workspace.library
        assert library is not None
        ids = library.ids
        rank = np.empty(len(ids), np.int64)
        rank[sorted(range(len(ids)), key=lambda at: natural(ids[at]))] = np.arange(len(ids))
        columns = (
            Figures("Ride", rank, lambda at: ids[at], ""),
            Figures("Seen", rides.seen, lambda at: _share(rides.seen[at]), "100 %", "looked at now, or done"),
            Figures("Done", rides.done, lambda at: _share(rides.done[at], "✓"), "100 %", "marked as done"),
            Figures("Labels", rides.labels, lambda at: f"{rides.labels[at]:,}", "0,000"),
            Figures(
                "Edited",
                np.array(rides.last),
                lambda at: moment_text(rides.last[at]),
                "2026-12-30",
                "when its labels were edited last",
            ),
        )
        self.rides_model.show_rows(rides.numbers, columns)


def bars_of(overview: Overview) -> tuple[Bar, ...]:
    """A bar a layer, and one for what was looked at and found empty."""
    nothing, total = overview.nothing_s, overview.total_s
    figure = f"{span_text(nothing)} of {span_text(total)}" if nothing else f"none of {span_text(total)}"
    last = Bar("looked at, nothing here", figure, nothing / total if total else 0.0, NOTHING)
    return (*(_bar(layer) for layer in overview.layers), last)


def _bar(layer: LayerProgress) -> Bar:
    about = THROUGH.format(name=layer.name)
    about += f"\n{layer.labels:,} labels of their own, {span_text(layer.done_s)} marked as done."
    if not layer.events:
        return Bar(layer.name, f"{layer.labels:,} label{'s' * (layer.labels != 1)}", 0.0, about)
    share = layer.through / layer.events
    return Bar(layer.name, f"{layer.through:,} of {layer.events:,} events", share, about)


def _share(share: float, whole: str = "100 %") -> str:
    if share <= 0:
        return "–"
    if share > 0.999:
        return whole
    return f"{min(max(round(100 * share), 1), 99)} %"
