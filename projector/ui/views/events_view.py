"""Every annotation of the library as a table: a click shows its moment."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from projector.annotations.vocabulary import depth
from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.event_table import EventTable
from projector.ui.widgets.events_model import ANY, EventFacts, EventsModel
from projector.ui.widgets.label_mark import label_icon
from projector.ui.widgets.search_line import SearchLine
from projector.workspace.vocabulary import vocabulary_of
from projector.workspace.workspace import Workspace

_SELECT_CAUSE = "events"


class EventsView(DeferredView):
    """What to look for and which label, above the table."""

    title = "Events"
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self.model = EventsModel(self)
        self.table = EventTable(self.model, theme)
        self.search = SearchLine("find", self.table)
        self.labels = QComboBox()
        self.labels.setAccessibleName("Label of the events")
        self.labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.labels.setMinimumContentsLength(9)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.search, 3)
        row.addWidget(self.labels, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)
        self._connect()
        self.mark_stale("events", "current")

    def _connect(self) -> None:
        workspace = self._workspace
        self.search.textChanged.connect(self._on_filter)
        self.labels.currentIndexChanged.connect(self._on_filter)
        self.table.chosen.connect(self._show)
        self.model.modelReset.connect(self._on_current_changed)
        workspace.library_changed.connect(self._on_events_changed)
        workspace.labels_changed.connect(self._on_events_changed)
        workspace.event_changed.connect(self._on_current_changed)
        workspace.ride_changed.connect(self._on_current_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._theme = theme
        self.table.set_theme(theme)
        self.mark_stale("icons")

    def focus_search(self) -> None:
        """Put the cursor where one types to find an event."""
        self.search.take_focus()

    def _on_events_changed(self) -> None:
        self.mark_stale("events", "current")

    def _on_current_changed(self) -> None:
        self.mark_stale("current")

    def _on_filter(self) -> None:
        label = self.labels.currentData()
        self.model.set_filter(self.search.text(), ANY if label is None else label)
        self._tell()

    def _show(self, event: int) -> None:
        """The current event again: its moment, wherever the trace has gone since."""
        if event != self._workspace.event:
            self._workspace.select_event(event, _SELECT_CAUSE)
            return
        annotations = self._workspace.annotations
        assert annotations is not None
        centre = float(annotations.start_s[event] + annotations.stop_s[event]) / 2
        self._workspace.select_at(int(annotations.ride_number[event]), centre, _SELECT_CAUSE)

    def _refresh(self, parts: set[str]) -> None:
        if "events" in parts:
            self._load()
        elif "icons" in parts:
            self._paint_icons()
        self.table.mark(self._workspace.event)

    def _load(self) -> None:
        library, annotations = self._workspace.library, self._workspace.annotations
        if library is None or annotations is None:
            self.model.set_facts(None)
        elif (facts := self.model.facts) is None or (facts.annotations, facts.slots) != (
            annotations,
            self._workspace.label_slots(),
        ):
            ids = dict(zip((int(number) for number in library.numbers), library.ids, strict=True))
            self.model.set_facts(EventFacts(annotations, ids, self._workspace.label_slots()))
            self._fill_labels()
            self.table.fit_columns()
        self.search.setEnabled(annotations is not None)
        self._tell()

    def _fill_labels(self) -> None:
        facts = self.model.facts
        assert facts is not None
        names = facts.annotations.label_names
        chosen = self.labels.currentText().rpartition("  ")[0].strip()  # stays so when a label was edited
        classes = vocabulary_of(self._workspace)
        counts = np.bincount(facts.annotations.label, minlength=len(names))
        self.labels.blockSignals(True)
        self.labels.clear()
        self.labels.addItem("all labels", ANY)
        for name in (one.name for one in classes if one.name in names):
            code, above = names.index(name), depth(classes, name)
            self.labels.addItem(f"{'   ' * above}{name}  {counts[code]:,}", code)
            if name == chosen:
                self.labels.setCurrentIndex(self.labels.count() - 1)
        self.labels.blockSignals(False)
        self._paint_icons()
        self._on_filter()

    def _paint_icons(self) -> None:
        facts = self.model.facts
        if facts is None:
            return
        for item in range(1, self.labels.count()):
            slot = facts.slots[facts.annotations.label_names[self.labels.itemData(item)]]
            self.labels.setItemIcon(item, label_icon(slot, self._theme))

    def _tell(self) -> None:
        facts, count = self.model.facts, self.model.rowCount()
        total = len(facts.annotations) if facts else 0
        self.table.empty_text = _why_empty(facts, total)
        text = f"{count:,}" if count == total else f"{count:,} of {total:,}"
        self.subtitle_changed.emit(text if facts else "")


def _why_empty(facts: EventFacts | None, total: int) -> str:
    if facts is None:
        return "No library is open."
    if total:
        return "No event is like this."
    return with_keys(
        "The rides of this library have no annotations.\n"
        "{find_label} in the trace names a label, then Shift+drag there makes the first one."
    )
