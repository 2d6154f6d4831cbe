"""The current annotation: its label, its ends as text, a note, and the history of the ride's labels."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from projector.annotations.steps import Step, Steps
from projector.domain.errors import InputError, ProjectorError
from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.back_line import BackLine
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.go_to_time import parse_time
from projector.ui.widgets.history_list import HistoryList
from projector.ui.widgets.label_button import LabelButton
from projector.ui.widgets.label_buttons import LabelButtons
from projector.workspace.export import clock
from projector.workspace.labelling import Labelling
from projector.workspace.workspace import Workspace

NOTHING = "Click an annotation in the trace, or draw one with Shift and drag."
NO_LABEL = (
    "There is no label yet. {find_label} in the trace names the first one, Label → Vocabulary… makes "
    "several. Then draw in the trace with Shift and drag."
)
PM_WIDE = 54
LABELS_SHARE = 0.5  # of the panel at most, where the history needs its part, however many labels there are
ROOMY = 370  # from this height on nothing moves when an event is chosen; in less, rows stand closer together
SPACING, LOW_SPACING = 8, 4


class EventView(DeferredView):
    """Shows workspace.event and edits it through a Labelling."""

    title = "Event"
    subtitle_changed = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self, workspace: Workspace, labelling: Labelling, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._labelling, self._theme = workspace, labelling, theme
        self._labels = LabelButtons(self._on_label)
        self.start, self.stop, self.note = BackLine(), BackLine(), BackLine()
        self.start_pm, self.stop_pm = BackLine(), BackLine()
        self._cells: list[QWidget] = []
        self._back: QWidget | None = None  # has the keyboard again after an uncertainty was typed
        self.message = QLabel(NOTHING)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.history = HistoryList(theme)
        self._build()
        self._connect()
        self.mark_stale("event", "history")

    @property
    def buttons(self) -> list[LabelButton]:
        """One a label."""
        return self._labels.buttons

    def _build(self) -> None:
        self._fields = QWidget()
        fields = QGridLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setHorizontalSpacing(10)
        fields.setVerticalSpacing(5)
        fields.setColumnStretch(1, 1)
        named = (("start", self.start), ("end", self.stop), ("note", self.note))
        for row, (name, line) in enumerate(named):
            label = QLabel(name)
            label.setProperty("role", "muted")
            line.setAccessibleName(name)
            fields.addWidget(label, row, 0)
            fields.addWidget(line, row, 1, 1, 1 if line is not self.note else 3)
        self._build_uncertainties(fields)
        self.message.setProperty("role", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 12, 6)
        self._above: list[QWidget] = [self._labels, self._fields, self.message]
        for part in self._above:
            self._column.addWidget(part)
        self._column.addWidget(self.history, 1)

    def add_verdicts(self, bar: QWidget) -> None:
        """Verdicts stand over the history."""
        self._column.insertWidget(len(self._above), bar)
        self._above.append(bar)

    def _build_uncertainties(self, fields: QGridLayout) -> None:
        """± beside start and end: as wide as a length needs to be."""
        for row, (name, line) in enumerate((("start", self.start_pm), ("end", self.stop_pm))):
            sign, unit = QLabel("±"), QLabel("s")
            line.setAccessibleName(f"uncertainty of the {name} in seconds")
            line.setToolTip(f"How far off the {name} may be, in seconds; P in the trace comes here")
            line.setPlaceholderText("0")
            line.setFixedWidth(PM_WIDE)
            line.returnPressed.connect(self._give_back)
            cell = QHBoxLayout()
            cell.setSpacing(5)
            cell.setContentsMargins(0, 0, 0, 0)
            for word in (sign, unit):
                word.setProperty("role", "muted")
            for part in (sign, line, unit):
                cell.addWidget(part)
            self._cells.append(QWidget())
            self._cells[-1].setLayout(cell)
            fields.addWidget(self._cells[-1], row, 2)

    def edit_uncertainty(self, of_stop: bool, back: QWidget) -> None:
        """Put the cursor where the ± of an end is typed; Enter gives the keyboard back."""
        self.refresh()
        line = self.stop_pm if of_stop and not self._cells[1].isHidden() else self.start_pm
        line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        line.selectAll()
        self._back = back

    def _give_back(self) -> None:
        back, self._back = self._back, None
        if back is not None:
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        workspace = self._workspace
        for signal in (workspace.event_changed, workspace.labels_changed, workspace.ride_changed):
            signal.connect(self._on_changed)
        workspace.library_changed.connect(self._on_changed)
        self._labelling.changed.connect(self._on_changed)
        self.start.editingFinished.connect(self._on_ends)
        self.stop.editingFinished.connect(self._on_ends)
        self.start_pm.editingFinished.connect(self._on_uncertainty)
        self.stop_pm.editingFinished.connect(self._on_uncertainty)
        self.note.editingFinished.connect(self._on_note)
        self.history.wanted.connect(self._on_back)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part asks for more room, or for less
            self._give_room()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _on_changed(self) -> None:
        self.mark_stale("event", "history")

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._theme = theme
        self.history.set_theme(theme)
        self.mark_stale("event")

    # --- showing ------------------------------------------------------------------------------------

    def _refresh(self, parts: set[str]) -> None:
        self._labels.show_labels(self._labelling.vocabulary.classes, self._theme)
        self._show_event()
        if "history" in parts:
            self._show_history()
        self._give_room()

    def _give_room(self) -> None:
        """Labels first: in a low panel rows stand closer, and steps are listed if one has room."""
        low = self.height() < ROOMY
        self._labels.set_low(low)
        self._column.setSpacing(LOW_SPACING if low else SPACING)
        keeps_place = self._fields.isHidden() and not low
        self.message.setMinimumHeight(self._fields.sizeHint().height() if keeps_place else 0)
        self.history.set_room(self._left() if low else self.height())
        self._labels.setMaximumHeight(round(self.height() * (LABELS_SHARE if self.history.lists else 1.0)))

    def _left(self) -> int:
        """Pixels that everything above the history leaves."""
        edges = self._column.contentsMargins()
        width = self.width() - edges.left() - edges.right()
        there = [part for part in self._above if not part.isHidden()]
        tall = (part.heightForWidth(width) if part.hasHeightForWidth() else -1 for part in there)
        used = (max(high, part.sizeHint().height()) for high, part in zip(tall, there, strict=True))
        gaps = edges.top() + edges.bottom() + self._column.spacing() * len(there)
        return self.height() - sum(used) - gaps

    def _show_event(self) -> None:
        marks, event = self._workspace.annotations, self._workspace.event
        there = marks is not None and event is not None
        label = start = stop = note = start_pm = stop_pm = ""
        if marks is not None and event is not None:
            label = marks.label_names[int(marks.label[event])]
            start, stop = clock(marks.start_s[event], 3), clock(marks.stop_s[event], 3)
            note = marks.comment[event] if marks.comment else ""
            start_pm, stop_pm = (f"{pm:.6g}" if pm else "" for pm in marks.uncertainty(event))
        self._labels.check(label, enabled=there)
        self._cells[1].setVisible(not there or start != stop)
        for line, text in (
            *((self.start, start), (self.stop, stop), (self.note, note)),
            *((self.start_pm, start_pm), (self.stop_pm, stop_pm)),
        ):
            typing = line.hasFocus() and line.property("was") == text and line.text() != text
            line.setEnabled(there)
            if not typing:  # others' edits don't wipe what is being typed
                line.setText(text)
            line.setProperty("was", text)
        self._fields.setVisible(there)
        self._say("" if there else NOTHING if self.buttons else with_keys(NO_LABEL))
        self.subtitle_changed.emit(_subtitle(label, start, stop) if there else "")

    def _show_history(self) -> None:
        ride, labelling = self._workspace.ride, self._labelling
        steps = labelling.history.steps(ride) if ride is not None else Steps()
        now = labelling.history.now(ride) if ride is not None else None
        self.history.show_steps(steps, labelling.author, now)

    def _say(self, text: str, *, error: bool = False) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.message.setProperty("role", "error" if error else "muted")
        self.message.style().polish(self.message)

    # --- editing ------------------------------------------------------------------------------------

    def _on_label(self, name: str) -> None:
        event = self._workspace.event
        if event is not None:
            self._attempt(lambda: self._labelling.relabel(event, name))

    def _on_ends(self) -> None:
        event = self._workspace.event
        if event is None or all(line.text() == line.property("was") for line in (self.start, self.stop)):
            return
        self._attempt(lambda: self._labelling.resize({event: self._ends(event)}))

    def _ends(self, event: int) -> tuple[float, float]:
        """What is typed, on the ride; an end that wasn't touched stays to the last digit."""
        marks, library = self._workspace.annotations, self._workspace.library
        assert marks is not None
        assert library is not None
        ends = []
        for line, now in ((self.start, marks.start_s[event]), (self.stop, marks.stop_s[event])):
            ends.append(float(now) if line.text() == line.property("was") else parse_time(line.text()))
        last = library.ride(int(marks.ride_number[event])).primary.stop_s
        if ends[1] > last + 0.001:  # as exactly as it can be typed
            raise InputError(f"the ride ends at {clock(last, 3)}")
        if ends[0] > ends[1]:
            raise InputError("it would end before it begins")
        return ends[0], min(ends[1], last)

    def _on_uncertainty(self) -> None:
        event, lines = self._workspace.event, (self.start_pm, self.stop_pm)
        if event is not None and any(line.text() != line.property("was") for line in lines):
            self._attempt(lambda: self._labelling.uncertain(event, *map(_length, lines)))

    def _on_note(self) -> None:
        event, text = self._workspace.event, self.note.text()
        if event is not None and text != self.note.property("was"):
            self._attempt(lambda: self._labelling.note(event, text))

    def _on_back(self, step: Step) -> None:
        ride = self._workspace.ride
        if ride is not None and self._attempt(lambda: self._labelling.history.go_back(ride, step)) is False:
            self._say("The labels are like that now.")

    def _attempt(self, call: Callable[[], bool]) -> bool | None:
        """Do an edit. What is wrong with it is said here, and what was typed stays to be mended: None."""
        try:
            done = call()
        except InputError as error:
            self._say(f"{error.what}: {error.remedy}" if error.remedy else error.what, error=True)
            return None
        except ProjectorError as error:
            self.failed.emit(error)
            return None
        self.mark_stale("event", "history")
        return done


def _subtitle(label: str, start: str, stop: str) -> str:
    return f"{label} · {start}" if start == stop else f"{label} · {start} – {stop}"


def _length(line: QLineEdit) -> float:
    """What is typed as ±, in seconds; nothing is exact. Raises InputError."""
    text = line.text().strip().removeprefix("±").removesuffix("s").strip().replace(",", ".")
    try:
        return float(text or 0.0)
    except ValueError:
        raise InputError(f"{line.text().strip()} is no length in seconds") from None
