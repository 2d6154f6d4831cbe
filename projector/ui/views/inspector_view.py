"""What is selected, in words and numbers: where it is from, and what stands out in it."""

from html import escape

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from projector.domain.ids import NO_WINDOW, ride_numbers
from projector.ui.theme import Theme
from projector.ui.widgets.counts_bar import CountsBar
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.feature_table import FeatureTable
from projector.ui.widgets.features_model import ORDERS, FeaturesModel
from projector.ui.widgets.figures import fact_text, number_text
from projector.ui.widgets.headline import Headline
from projector.ui.widgets.search_line import SearchLine
from projector.workspace.export import clock
from projector.workspace.subject import (
    ALL,
    ITS_LABEL,
    Subject,
    Subjects,
    facts_of,
    selected_by_label,
    selected_by_ride,
    why_not_placed,
)
from projector.workspace.workspace import DEFAULT_COLOURING, Workspace

_EMPTY = "Nothing is selected.\n\nClick a dot, a moment of a ride or an event\nto see what stands out there."
_RIDES_NAMED = 4
_SAID_MS = 900
_DECIMALS = 6


class InspectorView(DeferredView):
    """This window, or these windows: identity, make-up, features against what is usual."""

    title = "This window"
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self._subjects = Subjects(workspace)
        self.model = FeaturesModel(self)
        self._build()
        self._connect()
        self.mark_stale("subject", "marks", "references")

    # --- building -----------------------------------------------------------------------------------

    def _build(self) -> None:
        self.empty = QLabel(_EMPTY)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.headline = Headline(self._theme)
        self.copy = QToolButton()
        self.copy.setProperty("flat", "true")
        self.copy.setToolTip("Click to copy this window's id")
        self.facts = QLabel()
        self.notice = QLabel()
        self.notice.setProperty("role", "error")
        for label in (self.facts, self.notice):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.counts = CountsBar(self._theme)
        self.rides = QLabel()
        self.rides.setProperty("role", "muted")
        self.rides.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 2, 9, 4)
        column.setSpacing(5)
        column.addWidget(self.empty, 1)
        column.addLayout(head)
        for widget in (self.facts, self.notice, self.counts, self.rides):
            column.addWidget(widget)
        column.addWidget(self._feature_panel(), 1)

    def _feature_panel(self) -> QWidget:
        self.table = FeatureTable(self.model, self._theme)
        self.search = SearchLine("find features", self.table)
        self.against = QComboBox()
        self.against.setAccessibleName("Compare with")
        self.against.setToolTip("What the values are compared with")
        self.against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.against.setMinimumContentsLength(11)
        self.caption = QLabel()
        self.caption.setProperty("role", "muted")
        self.caption.setWordWrap(True)
        self.order = QComboBox()
        self.order.setAccessibleName("Order of the features")
        self.order.addItems(ORDERS)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.against, 1)
        row.addWidget(self.order, 1)
        self.features = QWidget()
        column = QVBoxLayout(self.features)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addLayout(row)
        column.addWidget(self.caption)
        column.addWidget(self.table, 1)
        return self.features

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.selection_changed.connect(self._on_selection_changed)
        workspace.projection_changed.connect(self._on_selection_changed)
        workspace.table_changed.connect(self._on_references_changed)
        workspace.labels_changed.connect(self._on_references_changed)
        workspace.features_chosen.connect(self._on_marks_changed)
        workspace.colouring_changed.connect(self._on_marks_changed)
        self.copy.clicked.connect(self._copy_id)
        self.search.textChanged.connect(self.model.set_words)
        self.against.currentIndexChanged.connect(self._on_selection_changed)
        self.order.currentTextChanged.connect(self.model.set_order)
        self.table.toggled.connect(self._toggle_track)
        self.table.coloured.connect(self._toggle_colouring)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._theme = theme
        for part in (self.headline, self.counts, self.table):
            part.set_theme(theme)
        self.mark_stale("subject")

    # --- intents ------------------------------------------------------------------------------------

    def _toggle_track(self, name: str) -> None:
        chosen = self._workspace.chosen_features
        kept = tuple(other for other in chosen if other != name)
        self._workspace.choose_features(kept if name in chosen else (*chosen, name))

    def _toggle_colouring(self, name: str) -> None:
        again = self._workspace.colouring.name == name
        self._workspace.colour_by(DEFAULT_COLOURING if again else name)

    def _copy_id(self) -> None:
        primary = self._workspace.selection.primary
        if primary != NO_WINDOW:
            QApplication.clipboard().setText(self._workspace.window_name(primary))
            self.copy.setText("copied")
            QTimer.singleShot(_SAID_MS, self, self._on_selection_changed)

    # --- following the workspace ----------------------------------------------------------------------

    def _on_selection_changed(self) -> None:
        self.mark_stale("subject")

    def _on_marks_changed(self) -> None:
        self.mark_stale("marks")

    def _on_references_changed(self) -> None:
        self.mark_stale("subject", "references")

    def _refresh(self, parts: set[str]) -> None:
        if "references" in parts:
            self._subjects.forget()
            self._fill_against()
        if "subject" in parts:
            self._show_subject()
        if {"marks", "references"} & parts:
            self.model.set_marks(self._workspace.chosen_features, self._workspace.colouring.name)

    def _fill_against(self) -> None:
        """The choice stays, if the labels still hold it."""
        chosen = self.against.currentData()
        self.against.blockSignals(True)
        self.against.clear()
        self.against.addItem("its own label", ITS_LABEL)
        self.against.addItem(ALL, ALL)
        for name in self._workspace.labels.names:
            self.against.addItem(name, name)
        self.against.setCurrentIndex(max(self.against.findData(chosen), 0))
        self.against.blockSignals(False)

    def _show_subject(self) -> None:
        subject = self._subjects.of_selection(self.against.currentData() or ITS_LABEL)
        table = self._workspace.table
        self.model.set_subject(table.names if table else (), subject)
        self.empty.setVisible(subject is None)
        for widget in (self.headline, self.features):
            widget.setVisible(subject is not None)
        if subject is None:
            for widget in (self.copy, self.facts, self.notice, self.counts, self.rides):
                widget.hide()
            self.subtitle_changed.emit("")
            return
        self.caption.setText(subject.against + ("" if subject.row >= 0 else "; the values are medians"))
        self._show_one(subject)
        self._show_many()

    def _show_one(self, subject: Subject) -> None:
        """Identity of the primary window; nothing of it when only a set is selected."""
        single = subject.row >= 0
        for widget in (self.copy, self.facts):
            widget.setVisible(single)
        notice = why_not_placed(self._workspace, subject.row) if single else ""
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))
        slot = self._slot(subject.label)
        self.table.set_dot(slot if single else None)
        if not single:
            self.headline.show_text(f"{len(self._workspace.selection.ids):,} windows", None)
            return
        self.headline.show_text(subject.label or "no label", slot)
        primary = self._workspace.selection.primary
        self.copy.setText(self._workspace.window_name(primary))
        self.facts.setText(self._facts_html(subject.row))
        self.subtitle_changed.emit(self._span(subject.row))

    def _show_many(self) -> None:
        selection = self._workspace.selection
        several = len(selection.ids) > 1
        self.counts.setVisible(several)
        self.rides.setVisible(several)
        if not several:
            return
        by_ride = selected_by_ride(self._workspace)
        parts = selected_by_label(self._workspace)
        self.counts.set_parts(tuple((name or "no label", count, self._slot(name)) for name, count in parts))
        self.rides.setText(self._rides_text(by_ride))
        rides = f"{len(by_ride):,} ride{'s' if len(by_ride) != 1 else ''}"
        if selection.primary == NO_WINDOW:
            self.subtitle_changed.emit(f"{len(selection.ids):,} windows · {rides}")

    # --- words ----------------------------------------------------------------------------------------

    def _slot(self, label: str) -> int:
        return self._workspace.label_slots().get(label, -1)

    def _span(self, row: int) -> str:
        library, table = self._workspace.library, self._workspace.table
        assert library is not None
        assert table is not None
        windows = table.windows
        ride = library.id_of(int(ride_numbers(windows.ids[row])))
        return f"{ride} · {clock(windows.start_s[row])} – {clock(windows.stop_s[row])}"

    def _facts_html(self, row: int) -> str:
        """Metadata and means as one quiet paragraph."""
        pairs = [
            fact_text(name, text) for name, value in facts_of(self._workspace, row) if (text := _text(value))
        ]
        return "&nbsp;· ".join(  # a line never begins with the dot
            f'<span style="color:{self._theme.muted}">{escape(name)}</span>'
            f"&nbsp;{escape(text).replace(' ', '&nbsp;')}"
            for name, text in pairs
        )

    def _rides_text(self, by_ride: list[tuple[int, int]]) -> str:
        library = self._workspace.library
        assert library is not None
        named = [f"{library.id_of(number)} ({count:,})" for number, count in by_ride[:_RIDES_NAMED]]
        more = len(by_ride) - len(named)
        rides = f"from {len(by_ride):,} rides: " if len(by_ride) > 1 else "from "
        return rides + ", ".join(named) + (f" and {more:,} more" if more > 0 else "")


def _text(value: str | float) -> str:
    """ "" for what is missing; a mean that is zero but for rounding is zero."""
    if isinstance(value, str):
        return value
    return number_text(round(value, _DECIMALS)) if value == value else ""
