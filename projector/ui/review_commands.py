"""What the Review menu does: the next item, always with the same seconds around it and scale; verdicts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from projector.domain.errors import ProjectorError
from projector.ui.attention import Attention
from projector.ui.hints import with_keys
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.telling import tell
from projector.workspace.review.ledger import UNSURE, WRONG
from projector.workspace.review.queue import FALSE, FAULT, HARSH, RIGHT, TRUE, ReviewQueue
from projector.workspace.review.subjects import Subject
from projector.workspace.review.warming import Warmer

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

AHEAD = 2
SOON_MS, LOOK_MS = 30, 40  # the trace is painted first, then the next two are read
COLLECT_MS = 30


class ReviewCommands:
    """Intents on a ReviewQueue, and what the trace shows of it.

    told    called with what the status line says about the items to come
    """

    def __init__(self, window: "MainWindow", queue: ReviewQueue, told: Callable[[str], None]) -> None:
        self._window, self.queue, self._told = window, queue, told
        self.warmer: Warmer = Warmer()
        self._soon = QTimer(window, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read_ahead)
        self._look = QTimer(window, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._tell)
        self._collect = QTimer(window, interval=COLLECT_MS)
        self._collect.timeout.connect(self._on_collect)
        queue.waits.connect(self._on_waits)
        window.comparison.detector = lambda: queue.preferences.alerts
        self._attention = Attention(window, queue.stopwatch)
        self._next: list[Subject] = []
        queue.shown.connect(self._on_shown)
        window.workspace.library_changed.connect(self._on_library_changed)

    def step(self, direction: int) -> None:
        """The next item (1), or the one before (-1)."""
        if self._window.workspace.library is not None and not self.queue.step(direction):
            busy = self.queue.making or self._window.review_work.busy
            note = "looking for what deserves a look …" if busy else "nothing is left in the review queue"
            self._refuse(note)

    def yes(self) -> None:
        """Right; of an alert: true."""
        self._judge(RIGHT, TRUE)

    def no(self) -> None:
        """Wrong; of an alert: false."""
        self._judge(WRONG, FALSE)

    def unsure(self) -> None:
        self._judge(UNSURE, UNSURE)

    def harsh(self) -> None:
        """An alert that was harsh but harmless."""
        self._judge("", HARSH)

    def fault(self) -> None:
        """An alert from a fault of the data."""
        self._judge("", FAULT)

    def judge_by_key(self, key: str) -> None:
        """What a letter does: Y N U, of alerts also B and G."""
        {"Y": self.yes, "N": self.no, "U": self.unsure, "B": self.harsh, "G": self.fault}[key]()

    @property
    def on_alert(self) -> bool:
        """Whether a detector's alert is looked at."""
        current = self.queue.current
        return current is not None and current.is_alert

    def show_taken_back(self) -> None:
        """An undo may have brought an item back: it is shown again."""
        back = self.queue.taken_back()
        if back is not None:
            self.queue.show_subject(back)

    def close(self) -> None:
        """No timer and no thread is left."""
        self._soon.stop()
        self._look.stop()
        self._collect.stop()
        self.queue.close()
        self.warmer.stop()

    # --- inside ---------------------------------------------------------------------------------------

    def _judge(self, of_event: str, of_alert: str) -> None:
        current = self.queue.current
        if current is None:
            self._refuse(with_keys("{next_item} shows what is to be judged; or click an annotation"))
            return
        verdict = of_alert if current.is_alert else of_event
        if not verdict:
            self._refuse(f"{of_alert}: only of an alert")
            return
        try:
            done = self.queue.judge(verdict)
        except ProjectorError as error:
            self._window.commands.show_error(error)
            return
        if done:
            more = self.queue.step(1)
            end = "" if more else " · nothing is left"
            tell(self._window, with_keys(f"{verdict} · {{undo}} takes it back{end}"))

    def _refuse(self, why: str) -> None:
        tell(self._window, why, REFUSAL_MS)

    def _on_shown(self) -> None:
        current, preferences = self.queue.current, self.queue.preferences
        if current is None or not isValid(self._window):
            return
        start, stop = current.start_s, current.stop_s
        self._window.trace.look_at(start, stop, preferences.around_s, preferences.range)
        self._told("")
        self._soon.start()

    def _read_ahead(self) -> None:
        """The window has painted: now read what comes next."""
        library = self._window.workspace.library
        if library is None:
            return
        self._next = self.queue.upcoming(AHEAD)
        if self._next:
            self.warmer.want(library, self._next, self.queue.preferences.around_s)
            self._look.start()

    def _tell(self) -> None:
        if not self.warmer.ready(self._next):
            self._look.start()
        else:
            count = {1: "the next event is ready", 2: "next two events are ready"}
            self._told(count.get(len(self._next), ""))

    def _on_waits(self) -> None:
        if isValid(self._window):
            self._collect.start()

    def _on_collect(self) -> None:
        if self.queue.collect():
            self._collect.stop()

    def _on_library_changed(self) -> None:
        """Before the old library is closed: nothing may read in it any more."""
        self._soon.stop()
        self._look.stop()
        self.warmer.stop()
        self._next = []
        if isValid(self._window):
            self._told("")
