"""Starting and ending the program so that nothing is left behind and the exit code is the right one."""

import gc
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from projector.assets import asset
from projector.domain.errors import InputError
from projector.jobs.runner import JobRunner, Runner
from projector.ui import dialogs
from projector.ui.hooks import Hooks
from projector.ui.main_window import MainWindow
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory, load_memory, log_folder, save_memory
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

IDLE_TIMEOUT_S = 600
AHEAD_MS = 3000  # the first picture is long there


class _Bridge(QObject):
    """Carries a call from another thread into the window's."""

    work = Signal()
    trouble = Signal(str)


class Application:
    """The window with all that it needs. `close` ends everything, in an order in which nothing dangles."""

    def __init__(
        self,
        *,
        memory: Memory | None = None,
        remember: bool = True,
        warm: bool = True,
        runner: Runner | None = None,
    ) -> None:
        """remember: write what was chosen to the settings at the end. runner: instead of a worker process."""
        self.qt = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(self.qt, QApplication)
        self.qt.setApplicationName("Projector")
        self.qt.setStyle("Fusion")
        self.qt.setWindowIcon(QIcon(str(asset("resources", "icons", "projector.svg"))))
        self._told = False
        self._bridge = _Bridge()
        self._hooks = Hooks(log_folder(), self._bridge.trouble.emit)
        self.runner: Runner = runner or JobRunner(self._bridge.work.emit, warm=warm)
        self._bridge.work.connect(self.runner.pump)
        self._bridge.trouble.connect(self._on_trouble)
        self.memory = load_memory() if memory is None else memory
        self.workspace = Workspace()
        self.pipeline = Pipeline(self.workspace, self.runner, self.memory)
        self._remember = remember
        self.labelling = Labelling(self.workspace, self.memory)
        self.labelling.ask_author = self._ask_author
        self.window = MainWindow(self.workspace, self.pipeline, self.memory, self.labelling)

    def _on_trouble(self, text: str) -> None:
        """One dialog, not a storm of them: the log has every one."""
        from projector.jobs.failures import JobFailed

        if not self._told and hasattr(self, "window"):
            self._told = True
            self.window.commands.show_error(
                JobFailed(
                    "Something went wrong that Projector did not foresee; the window stays",
                    where=str(log_folder()),
                    remedy="if it happens again, please report it with the log",
                    details=text,
                )
            )

    def _ask_author(self) -> str:
        """Once; kept at once, so that one's labels count at the next start whatever happens."""
        name = dialogs.ask_for_author(self.window)
        if name and self._remember:
            save_memory(replace(self.memory, author=name))
        return name

    def wake(self) -> None:
        """Start the worker before there is a job, so that it is warm when one comes."""
        if isinstance(self.runner, JobRunner):
            self.runner.wake()

    def wait_until_idle(self) -> None:
        """Let the event loop run until no job is at work. Raises InputError when that takes too long."""
        loop = QEventLoop()
        timeout = QTimer(singleShot=True, interval=IDLE_TIMEOUT_S * 1000)
        timeout.timeout.connect(lambda: loop.exit(1))
        stop = lambda: loop.exit(0) if self.pipeline.stage is None else None  # noqa: E731
        self.pipeline.stage_changed.connect(stop)
        timeout.start()
        while self.pipeline.stage is not None:
            if loop.exec():
                raise InputError(f"the map was not there after {IDLE_TIMEOUT_S} s")
        self.pipeline.stage_changed.disconnect(stop)

    def settle(self, rounds: int = 5) -> None:
        """Let delayed layout and painting happen."""
        for _ in range(rounds):
            self.qt.processEvents()

    def close(self) -> None:
        """Close and delete the window before the interpreter ends (else: exit code 139)."""
        self.window.close()
        if self._remember:
            save_memory(self.memory)
        self.runner.close()
        self.labelling.close()
        self.workspace.set_library(None)
        self.window.deleteLater()
        self.qt.processEvents()
        # after the last event loop nothing but this carries a deletion out
        self.qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._hooks.remove()


def run_app(path: Path | None, select: str = "", layer: str = "") -> int:
    """Open the window, with a library and a layer of its labels if they are named, until it is closed."""
    app = Application()
    gc.freeze()  # 70,000 objects that stay: looking for garbage among them held the window up for 50 ms
    app.window.show()
    QTimer.singleShot(0, app.window, lambda: _begin(app, path, select, layer))
    try:
        return app.qt.exec()
    finally:
        app.close()


def _begin(app: Application, path: Path | None, select: str, layer: str) -> None:
    app.wake()
    QTimer.singleShot(AHEAD_MS, app.window, import_ahead)
    if path is None and app.memory.recent and Path(app.memory.recent[0]).exists():
        path = Path(app.memory.recent[0])
    if path is None or not app.window.commands.open_library(path):
        return
    if layer:
        try:
            app.labelling.open_layer(layer)
        except InputError as error:
            app.window.commands.show_error(error)
    if select:
        select_when_there(app, select)


def import_ahead() -> None:
    """What the first distribution would wait 0.3 s for; in a thread it holds nobody up."""
    Thread(target=import_module, args=("pyqtgraph",), name="import-ahead").start()


def select_when_there(app: Application, name: str) -> None:
    """Select a window by its printed id as soon as there are windows; a wrong id is told."""
    workspace = app.workspace

    def go() -> None:
        if workspace.table is None:
            return
        workspace.table_changed.disconnect(go)
        try:
            workspace.select(workspace.window_id(name), "command line")
        except InputError as error:
            app.window.commands.show_error(error)

    workspace.table_changed.connect(go)
    go()
