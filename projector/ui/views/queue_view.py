"""The review queue: what deserves a look, the most suspicious first, each with its reason."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.panel_dock import ElidedLabel
from projector.ui.widgets.queue_list import QueueList
from projector.ui.widgets.queue_menus import reasons_menu, showing_menu
from projector.ui.widgets.queue_model import QueueModel
from projector.workspace.review.found import Reason
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.review.subjects import hash_of
from projector.workspace.review.work import ReviewWork
from projector.workspace.workspace import Workspace


class QueueView(DeferredView):
    """Shows a ReviewQueue; a row that is chosen is shown."""

    title = "Review queue"
    subtitle_changed = Signal(str)

    def __init__(
        self,
        workspace: Workspace,
        queue: ReviewQueue,
        work: ReviewWork,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._queue, self._work = workspace, queue, work
        self.model = QueueModel(queue, self)
        self.list = QueueList(self.model, theme)
        self.reasons, self.showing, self.decided = QToolButton(), QToolButton(), QToolButton()
        self.note = ElidedLabel()
        self._build()
        self._connect()
        self.mark_stale("queue")

    def _build(self) -> None:
        self.decided.setText("decided")
        self.decided.setCheckable(True)
        self.decided.setToolTip("What was decided, by whom, when and how long it took")
        self.reasons.setToolTip("Which reasons count")
        self.showing.setToolTip("How much is shown around an event, and at which scale")
        self.note.setProperty("role", "muted")
        self.note.setContentsMargins(6, 0, 6, 0)
        row = QHBoxLayout()
        row.setSpacing(5)
        row.setContentsMargins(4, 0, 4, 0)
        for button in (self.reasons, self.showing, self.decided):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        workspace, queue = self._workspace, self._queue
        for signal in (
            queue.changed,
            queue.shown,
            workspace.event_changed,
            workspace.ride_changed,
            workspace.labels_changed,
            workspace.library_changed,
        ):
            signal.connect(self._on_changed)
        self._work.changed.connect(self._on_changed)
        self.list.chosen.connect(self._on_chosen)
        self.list.activated.connect(lambda index: self._on_chosen(index.row()))
        self.decided.toggled.connect(self._on_changed)
        self.reasons.clicked.connect(
            lambda: self._open(self.reasons, lambda: reasons_menu(queue, self, self._work.again))
        )
        self.showing.clicked.connect(lambda: self._open(self.showing, lambda: showing_menu(queue, self)))

    def _on_changed(self, *_: object) -> None:
        self.mark_stale("queue")

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self.list.set_theme(theme)

    def _on_chosen(self, row: int) -> None:
        self._queue.show_subject(self.model.subject(row))

    @staticmethod
    def _open(button: QToolButton, make: Callable[[], QMenu]) -> None:
        menu = make()
        menu.exec(button.mapToGlobal(QPoint(0, button.height() + 3)))
        menu.deleteLater()

    # --- showing ------------------------------------------------------------------------------------

    def _refresh(self, parts: set[str]) -> None:
        workspace, queue = self._workspace, self._queue
        library = workspace.library
        self._work.ask()
        ids = {} if library is None else self._ids(library)
        self.model.renew(self.decided.isChecked(), ids, workspace.label_slots())
        current = queue.current
        self.list.mark(None if current is None else hash_of(current))
        left = len(queue.listed)
        self.list.empty_text = self._why_empty()
        on, known = queue.preferences.reasons, queue.counts()
        some = len(on & known.keys())
        self.reasons.setText("reasons ▾" if on == frozenset(Reason) else f"{some} reasons ▾")
        span = queue.preferences.range
        scale = f"±{span:g}" if span else "own scale"
        self.showing.setText(f"{queue.preferences.around_s:g} s, {scale} ▾")
        for button in (self.reasons, self.showing, self.decided):
            button.setEnabled(library is not None)
        self.note.set_whole_text(self._work.note())
        self.note.setVisible(bool(self._work.note()))
        self.subtitle_changed.emit(self._subtitle(left) if library is not None else "")

    def _subtitle(self, left: int) -> str:
        if self.decided.isChecked():
            return f"{self.model.rowCount():,} decided"
        if self._queue.making:
            return f"{left:,} left · looking again …" if left else "looking …"
        if not left and (self._work.busy or self._workspace.table is None):
            return ""
        return with_keys(f"{left:,} left · {{next_item}} next") if left else "nothing left"

    @staticmethod
    def _ids(library: object) -> dict[int, str]:
        numbers, ids = library.numbers, library.ids  # type: ignore[attr-defined]
        return dict(zip((int(number) for number in numbers), ids, strict=True))

    def _why_empty(self) -> str:
        if self._workspace.library is None:
            return "No library is open."
        if self.decided.isChecked():
            return with_keys(
                "Nothing is decided yet. {right}, {wrong} and {unsure} say right, wrong, unsure."
            )
        if self._workspace.table is None:
            return "What deserves a look is found once the rides are cut into windows."
        if self._work.busy or self._queue.making:
            return "Looking for what deserves a look …"
        if len(self._queue.items):
            return "Everything here is decided."
        return "Nothing deserves a look for these reasons."
