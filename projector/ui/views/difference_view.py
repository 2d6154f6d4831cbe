"""Two people's labels side by side: every difference as a line, and how far the two agree."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.differences import Difference
from projector.domain.errors import InputError, ProjectorError
from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.agreement_panel import AgreementPanel
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.difference_table import DifferenceTable
from projector.ui.widgets.differences_model import ANY, DifferencesModel
from projector.workspace.comparison import Comparison
from projector.workspace.labelling import Labelling
from projector.workspace.layering import HIDDEN
from projector.workspace.workspace import Workspace

MOST_WIDE = 170  # pixels of a list of people
LEAST_WIDE, ONE_LINE = (
    310,
    560,
)  # pixels of the panel; from the second on its choices stand beside its answers
CALM_MS = 400  # an edit is followed by others: compared when hands rest
WORDS = {
    Difference.EDGES: "other edges",
    Difference.CLASS: "other class",
    Difference.ONLY_A: "only {a}",
    Difference.ONLY_B: "only {b}",
}


class DifferenceView(DeferredView):
    """Shows a Comparison; a line that is chosen is gone to, a button says whose version is meant."""

    title = "Differences"
    subtitle_changed = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self,
        workspace: Workspace,
        labelling: Labelling,
        comparison: Comparison,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._labelling, self.comparison = workspace, labelling, comparison
        self.model = DifferencesModel(comparison, self)
        self.table = DifferenceTable(self.model, theme)
        self.figures = AgreementPanel()
        self.mine, self.theirs, self.kinds = QComboBox(), QComboBox(), QComboBox()
        self.keep, self.take = QPushButton(), QPushButton()
        self.message = QLabel()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._build()
        self._connect()
        self.mark_stale("sides")

    def _build(self) -> None:
        self.mine.setAccessibleName("Whose labels are kept")
        self.theirs.setAccessibleName("Whose labels they are compared with")
        self.kinds.setAccessibleName("Which differences are listed")
        for box in (self.mine, self.theirs, self.kinds):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(MOST_WIDE)
        self.kinds.setMaximumWidth(MOST_WIDE // 2)
        self.kinds.view().setMinimumWidth(MOST_WIDE)
        sides, answers = QHBoxLayout(), QHBoxLayout()
        for part in (self.mine, QLabel("and"), self.theirs, self.kinds):
            sides.addWidget(part)
        sides.addStretch(1)
        answers.addStretch(1)
        for button in (self.keep, self.take):
            button.setEnabled(False)
            answers.addWidget(button)
        for row in (sides, answers, self._head):
            row.setSpacing(6)
        self._head.addLayout(sides)
        self._head.addLayout(answers)
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        parts = QSplitter()
        parts.addWidget(self.table)
        parts.addWidget(self.figures)
        parts.setSizes([525, 475])
        parts.setChildrenCollapsible(False)
        self.table.setMinimumWidth(LEAST_WIDE // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 2, 4, 4)
        column.setSpacing(5)
        column.addLayout(self._head)
        column.addWidget(self.message)
        column.addWidget(parts, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        workspace = self._workspace
        for signal in (workspace.labels_changed, workspace.table_changed, self._labelling.changed):
            signal.connect(self._on_labels_changed)
        workspace.library_changed.connect(self._on_library_changed)
        self.comparison.changed.connect(self._on_compared)
        self._calm.timeout.connect(lambda: self.mark_stale("sides"))
        for box in (self.mine, self.theirs):
            box.activated.connect(self._on_sides)
        self.kinds.activated.connect(lambda _: self.model.set_kind(self.kinds.currentData()))
        self.table.chosen.connect(self._on_chosen)
        self.model.modelReset.connect(self._on_current)
        self.keep.clicked.connect(lambda: self._decide(self.comparison.keep))
        self.take.clicked.connect(lambda: self._decide(self.comparison.take))

    def minimumSizeHint(self) -> QSize:
        """Fits the middle of the smallest window; what needs more room then scrolls."""
        return QSize(LEAST_WIDE, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        aside = QBoxLayout.Direction.LeftToRight
        self._head.setDirection(aside if self.width() >= ONE_LINE else QBoxLayout.Direction.TopToBottom)

    def _on_labels_changed(self) -> None:
        self._calm.start()

    def _on_library_changed(self) -> None:
        self._calm.stop()
        self.mark_stale("sides")

    def _on_compared(self) -> None:
        self.model.forget_gone()
        self.mark_stale("found")

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self.table.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------

    def _refresh(self, parts: set[str]) -> None:
        if "sides" in parts:
            self._calm.stop()
            self.comparison.renew()
            self._stale.discard("found")
        self._show_choice()
        library = self._workspace.library
        numbers = [] if library is None else library.numbers.tolist()
        ids = {} if library is None else dict(zip(numbers, library.ids, strict=True))
        self.table.empty_text = self._why_empty()
        self.model.renew(ids, self._workspace.label_slots())
        self.table.fit_columns()
        self.figures.show_figures(self.comparison)
        self._tell()

    def _show_choice(self) -> None:
        comparison = self.comparison
        for box, name in ((self.mine, comparison.a), (self.theirs, comparison.b)):
            box.clear()
            box.addItems(list(comparison.names))
            box.setCurrentText(name)
            box.setEnabled(len(comparison.names) > 1)
        found, chosen = comparison.found, self.model.kind
        counts = {kind: int((found.kind == kind).sum()) if found is not None else 0 for kind in Difference}
        self.kinds.clear()
        self.kinds.addItem(f"all  {sum(counts.values()):,}", ANY)
        for kind, words in WORDS.items():
            self.kinds.addItem(f"{words.format(a=comparison.a, b=comparison.b)}  {counts[kind]:,}", kind)
        self.kinds.setCurrentIndex(self.kinds.findData(chosen))
        self.kinds.setEnabled(found is not None)
        self.keep.setText(f"Keep {comparison.a}" if comparison.a else "Keep")
        self.take.setText(f"Take {comparison.b}" if comparison.b else "Take")
        into = f"into {comparison.takes_into}" if comparison.takes_into else "into your own layer"
        one_step = with_keys("one step that {undo} takes back")
        self.take.setToolTip(f"What {comparison.b} says, {into}: {one_step}")
        self.keep.setToolTip(f"What {comparison.a} says is meant: this difference is settled, {into}")

    def _why_empty(self) -> str:
        comparison, layering = self.comparison, self._labelling.layering
        if self._workspace.library is None:
            return "No library is open."
        if layering.blind:
            return f"Other people's labels are {HIDDEN}."
        if len(comparison.names) < 2:
            return "Only one person has labelled here: differences appear when there are two."
        if comparison.working:
            return "Comparing …"
        if comparison.found is None:
            return "Comparing was stopped. The next edit, or another choice above, compares again."
        if comparison.settled:
            return f"All differences are settled ({comparison.settled:,})."
        return f"{comparison.a} and {comparison.b} say the same on every ride that both labelled."

    def _tell(self) -> None:
        found = self.comparison.found
        if found is None:
            self.subtitle_changed.emit("")
            return
        settled = f" · {self.comparison.settled:,} settled" if self.comparison.settled else ""
        self.subtitle_changed.emit(f"{len(found):,} left{settled} · the greatest first")

    # --- choosing -----------------------------------------------------------------------------------

    def _on_sides(self) -> None:
        a, b = self.mine.currentText(), self.theirs.currentText()
        if a == b:  # the other one of the two takes the place that is free
            a, b = (self.comparison.b, b) if a == self.comparison.a else (a, self.comparison.a)
        self.comparison.choose(a, b)

    def _on_chosen(self, difference: int) -> None:
        self._say("")
        self._on_current()
        self.comparison.go_to(difference)

    def _on_current(self) -> None:
        there = self.table.currentIndex().isValid()
        self.keep.setEnabled(there)
        self.take.setEnabled(there)

    def _decide(self, call: Callable[[int], bool]) -> None:
        """Whose version is meant; the next difference takes the line that was settled."""
        row = self.table.currentIndex().row()
        if row < 0:
            return
        try:
            call(self.model.difference(row))
        except InputError as error:
            self._say(f"{error.what}: {error.remedy}" if error.remedy else error.what)
            return
        except ProjectorError as error:
            self.failed.emit(error)
            return
        self.mark_stale("sides")
        self.refresh()
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1), 0))

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
