"""The main window: docks, menus and the bar above them. What they show is the workspace's affair."""

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QWidget

from projector.ui import dialogs
from projector.ui.actions import EVENTS, MAP, QUEUE, TRACE, WINDOW, install_actions, refresh_actions
from projector.ui.commands import Commands
from projector.ui.label_files import copy_library
from projector.ui.layouts import LAYOUTS, apply_layout, share_room
from projector.ui.status import status_text
from projector.ui.stylesheet import stylesheet
from projector.ui.theme import load_theme
from projector.ui.toolbar import Toolbar
from projector.ui.views import VIEWS
from projector.ui.views.difference_view import DifferenceView
from projector.ui.views.event_view import EventView
from projector.ui.views.map_view import MapView
from projector.ui.views.progress_view import ProgressView
from projector.ui.views.queue_view import QueueView
from projector.ui.views.similar_view import SimilarView
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets.job_bar import JobBar
from projector.ui.widgets.panel_dock import ElidedLabel, PanelDock
from projector.ui.widgets.patience import Patience
from projector.ui.widgets.queue_verdicts import VerdictBar
from projector.ui.widgets.storage_banner import StorageBanner
from projector.workspace.comparison import Comparison
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.pipeline import Pipeline
from projector.workspace.realigning import Realigning
from projector.workspace.review.queue import ReviewQueue
from projector.workspace.review.work import ReviewWork
from projector.workspace.similar import Similar
from projector.workspace.workspace import Workspace

POLL_MS = 500  # within a second another window's edits are seen here
MOST_SAVED = 460  # pixels of what is saved: a long trouble leaves room for the rest


class MainWindow(QMainWindow):
    """Puts views into docks, actions into menus, and remembers how they were."""

    def __init__(
        self, workspace: Workspace, pipeline: Pipeline, memory: Memory, labelling: Labelling
    ) -> None:
        super().__init__()
        self.workspace, self.pipeline, self.memory = workspace, pipeline, memory
        self.labelling = labelling
        self.layout_name: str = memory.layout if memory.layout in LAYOUTS else "inspect"
        self._placed = False
        self._stacks = labelling.stacks()
        self.theme = load_theme(self._theme_name())
        self.views: dict[str, QWidget] = {name: make(workspace, self.theme) for name, make in VIEWS}
        self.views["event"] = EventView(workspace, labelling, self.theme)
        self.review_queue = ReviewQueue(workspace, labelling, memory)
        self.review_work: ReviewWork = ReviewWork(workspace, pipeline, self.review_queue)
        self.views["queue"] = QueueView(workspace, self.review_queue, self.review_work, self.theme)
        self.verdicts = VerdictBar(workspace, self.review_queue)
        self.views["event"].add_verdicts(self.verdicts)  # type: ignore[attr-defined]
        self.comparison = Comparison(workspace, labelling, pipeline)
        self.views["progress"] = ProgressView(
            workspace, labelling, self.theme, detector=lambda: self.review_queue.preferences.alerts
        )
        self.views["difference"] = DifferenceView(workspace, labelling, self.comparison, self.theme)
        self.realigning = Realigning(workspace, labelling, pipeline, memory)
        self.similar = Similar(workspace, labelling, pipeline)
        self.views["similar"] = SimilarView(workspace, self.similar, labelling, self.theme)
        self.docks: dict[str, PanelDock] = {
            name: PanelDock(name, view, self) for name, view in self.views.items()
        }
        for dock in self.docks.values():
            dock.hide()  # until the layout shows it: a hidden view does no work
        self.commands = Commands(self)
        self._build_menus()
        self.toolbar = Toolbar(workspace, pipeline, self.commands, self)
        self.toolbar.add_layout_buttons([self.actions_by_id[f"layout_{name}"] for name in LAYOUTS])
        modes = ("adjudicate", "blind", "differences", "conflicts")
        self.toolbar.layer_chooser.modes = [self.actions_by_id[name] for name in modes]
        self.toolbar.set_layout(self.layout_name)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.toolbar)
        self.storage_banner = StorageBanner(workspace, self)
        self.storage_banner.copy_wanted.connect(lambda: copy_library(self))
        self.storage_banner.elsewhere_wanted.connect(self.commands.labels.save_elsewhere)
        self.addToolBarBreak()
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.storage_banner)
        self._build_status_bar()
        self.setDockNestingEnabled(True)
        self.setAcceptDrops(True)
        self.setMinimumSize(1000, 640)
        self.resize(QSize(1480, 940).boundedTo(self.screen().availableSize() * 0.95))
        self.setContentsMargins(8, 0, 8, 0)
        self._connect()
        self._apply_theme()
        self.trace.set_absolute_time(memory.absolute_time)
        self.refresh()

    @property
    def map(self) -> MapView:
        return self.views["map"]  # type: ignore[return-value]

    @property
    def trace(self) -> TraceView:
        return self.views["trace"]  # type: ignore[return-value]

    # --- building ---------------------------------------------------------------------------------

    def _build_menus(self) -> None:
        scopes = {WINDOW: self, MAP: self.map, TRACE: self.trace}
        # the lists alone: their panels' buttons and boxes keep Space and letters for themselves
        scopes |= {EVENTS: self.views["events"].table, QUEUE: self.views["queue"].list}  # type: ignore[attr-defined]
        self.menus: dict[str, QMenu] = {}
        self.actions_by_id = install_actions(self.commands, self.menuBar(), self.menus, scopes)
        self.commands.keys.apply()
        panels = self.menus["&View"].addMenu("&Panels")
        for dock in self.docks.values():
            panels.addAction(dock.toggleViewAction())
        self._recent_menu = QMenu("Open &recent", self)
        self.menus["&File"].insertMenu(self.actions_by_id["import"], self._recent_menu)
        self._recent_menu.aboutToShow.connect(self._fill_recent)

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for text in self.memory.recent:
            action = self._recent_menu.addAction(text)
            action.triggered.connect(lambda _=False, path=Path(text): self.commands.open_library(path))
        if not self.memory.recent:
            self._recent_menu.addAction("nothing opened yet").setEnabled(False)

    def _build_status_bar(self) -> None:
        self._job_bar, self._saved = JobBar(), QLabel()
        self._status = ElidedLabel(cut=Qt.TextElideMode.ElideMiddle)  # says at its end whose labels
        self.ahead = QLabel()  # what is read ahead of the review
        self.ahead.setProperty("role", "muted")
        for label in (self._status, self._saved, self.ahead):
            label.setContentsMargins(10, 0, 6, 0)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._saved)
        self.statusBar().addPermanentWidget(self.ahead)
        self.statusBar().addPermanentWidget(self._job_bar)
        self._job_bar.cancelled.connect(self.pipeline.cancel_shown)

    def _connect(self) -> None:
        workspace = self.workspace
        for signal in (
            workspace.library_changed,
            workspace.table_changed,
            workspace.projection_changed,
            workspace.filter_changed,
            workspace.selection_changed,
            workspace.event_changed,
            workspace.labels_changed,
        ):
            signal.connect(self.refresh)
        self.labelling.changed.connect(self._on_labelling_changed)
        self.review_queue.shown.connect(self.refresh)
        self.verdicts.judged.connect(self.commands.review.judge_by_key)
        self.views["similar"].failed.connect(self.commands.show_error)  # type: ignore[attr-defined]
        self.views["event"].failed.connect(self.commands.show_error)  # type: ignore[attr-defined]
        self.views["progress"].done_wanted.connect(self.commands.seen.done)  # type: ignore[attr-defined]
        self.views["difference"].failed.connect(self.commands.show_error)  # type: ignore[attr-defined]
        self.commands.labels.editor.said.connect(self.statusBar().showMessage)
        self.comparison.changed.connect(self._on_compared)
        self.labelling.in_slices = True
        self.labelling.patience = lambda what: Patience(self, what)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self._poll.start()
        workspace.library_changed.connect(self._on_library_changed)
        self.pipeline.stage_changed.connect(self._on_stage_changed)
        self.pipeline.failed.connect(self.commands.show_error)
        self.pipeline.imported.connect(self.commands.open_imported)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)

    # --- following the workspace --------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring the status line and the menus up to what is there now."""
        self._status.set_whole_text(status_text(self.workspace))
        there = {
            "library": self.workspace.library is not None,
            "windows": self.workspace.table is not None,
            "map": self.workspace.projection is not None,
            "selection": len(self.workspace.selection.ids) > 0,
            "event": self.workspace.event is not None,
            "conflict": bool(self.labelling.conflicts()),
            "alert": self.commands.review.on_alert,
            "undo": bool(self._stacks.undo),
            "redo": bool(self._stacks.redo),
        }
        refresh_actions(self.commands, self.actions_by_id, {name for name in there if there[name]})

    def _on_compared(self) -> None:
        """How far people agree stands beside their progress, too."""
        self.views["progress"].set_agreement(self.comparison.told())  # type: ignore[attr-defined]

    def _on_poll(self) -> None:
        """Others' edits move rows: not while something is held by its row."""
        if self.commands.labels.editor.dragging:
            return
        self.labelling.poll()
        self._pace_polls()

    def _pace_polls(self) -> None:
        """A long journal is read a slice whenever nothing else is to be done, and the corner says so."""
        reading = self.labelling.reading
        if reading:
            self._saved.setText(self.labelling.saved_text())
        if self._poll.interval() != (wanted := 0 if reading else POLL_MS):
            self._poll.start(wanted)

    def _on_labelling_changed(self) -> None:
        """Say what is saved, and offer what can be undone."""
        self._stacks = self.labelling.stacks()
        whole, cut = self.labelling.saved_text(), Qt.TextElideMode.ElideMiddle
        self._saved.setText(self._saved.fontMetrics().elidedText(whole, cut, MOST_SAVED))
        trouble = self.labelling.trouble
        self._saved.setToolTip(
            f"{trouble}\n\nSaving is tried again every second; Label → Save all labels elsewhere… takes "
            "them to another place."
            if trouble
            else whole
        )
        self._saved.setProperty("role", "error" if trouble else "muted")
        self._saved.style().polish(self._saved)
        for digit in range(1, 10):
            action = self.actions_by_id[f"label_{digit}"]
            name = self.commands.labels.name_of(digit)
            action.setText(name.replace("&", "&&") or f"Label {digit} of the legend")
            action.setVisible(bool(name) or self.workspace.library is None)
        self.refresh()

    def _on_library_changed(self) -> None:
        library = self.workspace.library
        self.setWindowTitle(f"{library.path.name} – Projector" if library else "Projector")
        self._pace_polls()

    def _on_stage_changed(self) -> None:
        stage = self.pipeline.stage
        if stage is None:
            self._job_bar.hide()
        else:
            self._job_bar.show_job(stage.what, stage.fraction)
        of_map = self.pipeline.map_stage  # all others' progress is no affair of the map's
        self.map.set_busy(*((of_map.what, of_map.fraction) if of_map else (None, None)))

    # --- layout and theme -----------------------------------------------------------------------------

    def set_layout(self, name: str) -> None:
        """One of the three ready layouts, as new."""
        self.layout_name = self.memory.layout = name
        self.toolbar.set_layout(name)
        apply_layout(self, self.docks, LAYOUTS[name])
        QTimer.singleShot(0, self, lambda: share_room(self, self.docks, LAYOUTS[name]))
        self.refresh()

    def set_theme_choice(self, choice: str) -> None:
        """Follow the system, or stay dark or light."""
        self.memory.theme = choice
        self._apply_theme()
        self.refresh()

    def _theme_name(self) -> str:
        if self.memory.theme in ("dark", "light"):
            return self.memory.theme
        scheme = QGuiApplication.styleHints().colorScheme()
        return "light" if scheme == Qt.ColorScheme.Light else "dark"

    def _apply_theme(self) -> None:
        self.theme = load_theme(self._theme_name())
        self.setStyleSheet(stylesheet(self.theme))
        for view in self.views.values():
            view.set_theme(self.theme)  # type: ignore[attr-defined]

    # --- Qt ---------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self._restore_placement()
            self.storage_banner.renew()
        self.map.setFocus()

    def _restore_placement(self) -> None:
        layout = LAYOUTS[self.layout_name]
        apply_layout(self, self.docks, layout)
        if self.memory.window_geometry:
            self.restoreGeometry(_decoded(self.memory.window_geometry))
        if not (self.memory.window_state and self.restoreState(_decoded(self.memory.window_state))):
            QTimer.singleShot(0, self, lambda: share_room(self, self.docks, layout))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.pipeline.importing and not dialogs.confirm(
            self, "An import is running. Stop it and quit?", "Nothing of it will be kept.", "Stop and quit"
        ):
            event.ignore()
            return
        if not self.commands.labels.may_close():
            event.ignore()
            return
        self._poll.stop()
        self.commands.review.close()
        self.pipeline.cancel()
        self.memory.window_geometry = _encoded(self.saveGeometry())
        self.memory.window_state = _encoded(self.saveState())
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A library is opened; recordings are offered for import."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if len(paths) == 1 and paths[0].suffix.lower() in (".h5", ".hdf5"):
            self.commands.open_library(paths[0])
        elif paths:
            self.commands.import_dialog(paths)


def _encoded(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _decoded(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text))
