"""Every ride of the library, with a bar of its labels: a click shows the ride."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.figures import span_text
from projector.ui.widgets.ride_table import RideTable
from projector.ui.widgets.rides_model import RidesModel, facts_of, second_column
from projector.ui.widgets.search_line import SearchLine
from projector.workspace.workspace import Workspace

_DEFAULT = ("ride", "seconds")


class RidesView(DeferredView):
    """A filter box, and the table under it."""

    title = "Rides"
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.model = RidesModel(self)
        self.table = RideTable(self.model, theme)
        self.search = SearchLine("find rides by id, metadata or label", self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 2, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.search)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)
        self.search.textChanged.connect(self._on_search)
        self.model.modelReset.connect(self._on_ride_changed)
        self.table.chosen.connect(workspace.show_ride)
        workspace.library_changed.connect(self._on_library_changed)
        workspace.ride_changed.connect(self._on_ride_changed)
        workspace.labels_changed.connect(self._on_labels_changed)
        self.mark_stale("library", "ride")

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self.table.set_theme(theme)

    def focus_search(self) -> None:
        """Put the cursor where one types to find a ride."""
        self.search.take_focus()

    def _on_library_changed(self) -> None:
        self.mark_stale("library", "ride")

    def _on_labels_changed(self) -> None:
        self.mark_stale("labels")

    def _on_ride_changed(self) -> None:
        self.mark_stale("ride")

    def _on_search(self, text: str) -> None:
        self.model.set_words(text)
        self._tell()

    def _refresh(self, parts: set[str]) -> None:
        if "library" in parts:
            self._load()
        annotations, facts = self._workspace.annotations, self.model.facts
        if facts is not None and annotations is not None:
            slots = self._workspace.label_slots()
            if (facts.annotations, facts.slots) != (annotations, slots):
                self.model.set_labels(annotations, slots)
        self.model.set_done(self._workspace.done_rides())
        self.table.mark(self._workspace.ride)

    def _load(self) -> None:
        library = self._workspace.library
        self.search.setEnabled(library is not None)
        if library is None:
            self.model.set_facts(None, ())
        else:
            facts = facts_of(library, self._workspace.label_slots())
            second = second_column(facts.columns, library.metadata_names)
            shown = ("ride", second, "seconds") if second else _DEFAULT
            names = (*shown, *(name for name in facts.columns if name not in shown))
            self.model.set_facts(facts, names)
            self.table.show_columns(len(shown))
        self._tell()

    def _tell(self) -> None:
        facts, count = self.model.facts, self.model.rowCount()
        self.table.empty_text = "No library is open." if facts is None else "No ride has all of these words."
        if facts is None:
            self.subtitle_changed.emit("")
            return
        total = len(facts.numbers)
        several = f"{count:,}" if count == total else f"{count:,} of {total:,}"
        lasting = f" · {span_text(self.model.seconds())}" if count else ""
        self.subtitle_changed.emit(several + lasting)
