"""The main window: docks, menus and the bar above them. What they show is the workspace's affair."""

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from projector import __version__
from projector.assets import asset
from projector.domain.errors import ProjectorError
from projector.domain.ids import NO_WINDOW
from projector.ui import dialogs, saving
from projector.ui.actions import MAP, MOUSE, RIDES, TRACE, install_actions, refresh_actions
from projector.ui.layouts import LAYOUTS, apply_layout, share_room
from projector.ui.status import status_text
from projector.ui.stylesheet import stylesheet
from projector.ui.theme import Theme, load_theme
from projector.ui.toolbar import Toolbar
from projector.ui.views.events_view import EventsView
from projector.ui.views.inspector_view import InspectorView
from projector.ui.views.map_view import MapView
from projector.ui.views.rides_view import RidesView
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets.command_palette import CommandPalette
from projector.ui.widgets.job_bar import JobBar
from projector.ui.widgets.key_help import KeyHelp, live_keys
from projector.ui.widgets.panel_dock import PanelDock
from projector.workspace.export import id_and_time, selection_csv
from projector.workspace.memory import Memory, log_folder
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

VIEWS = (
    ("rides", RidesView),
    ("events", EventsView),
    ("map", MapView),
    ("trace", TraceView),
    ("inspector", InspectorView),
)


class MainWindow(QMainWindow):
    """Puts views into docks, actions into menus, and remembers how they were."""

    def __init__(self, workspace: Workspace, pipeline: Pipeline, memory: Memory) -> None:
        super().__init__()
        self.workspace, self.pipeline, self.memory = workspace, pipeline, memory
        self.layout_name = memory.layout if memory.layout in LAYOUTS else "inspect"
        self._placed = False
        self.theme = load_theme(self._theme_name())
        self.views: dict[str, QWidget] = {name: make(workspace, self.theme) for name, make in VIEWS}
        self.docks = {name: PanelDock(name, view, self) for name, view in self.views.items()}
        self.toolbar = Toolbar(workspace, pipeline, self)
        self.colour_picker, self.size_picker = self.toolbar.colour_picker, self.toolbar.size_picker
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.toolbar)
        self._build_status_bar()
        scopes = {MAP: self.map, TRACE: self.trace, RIDES: self.views["rides"]}
        self.actions_by_id = install_actions(self, scopes)
        self.toolbar.add_layout_buttons([self.actions_by_id[f"layout_{name}"] for name in LAYOUTS])
        self.setDockNestingEnabled(True)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._connect()
        self._build_panels_menu()
        self._apply_theme()
        self._refresh()
        self.trace.set_absolute_time(memory.absolute_time)

    @property
    def map(self) -> MapView:
        return self.views["map"]  # type: ignore[return-value]

    @property
    def trace(self) -> TraceView:
        return self.views["trace"]  # type: ignore[return-value]

    # --- building ---------------------------------------------------------------------------------

    def _build_status_bar(self) -> None:
        self._status, self._job_bar = QLabel(), JobBar()
        self._status.setContentsMargins(10, 0, 0, 0)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._job_bar)
        self._job_bar.cancelled.connect(self.pipeline.cancel)

    def _build_panels_menu(self) -> None:
        menu = next(action.menu() for action in self.menuBar().actions() if action.text() == "&View")
        panels = menu.addMenu("&Panels")
        for dock in self.docks.values():
            panels.addAction(dock.toggleViewAction())
        file_menu = next(action.menu() for action in self.menuBar().actions() if action.text() == "&File")
        self._recent_menu = file_menu.addMenu("Open &recent")
        file_menu.removeAction(self._recent_menu.menuAction())
        file_menu.insertMenu(self.actions_by_id["import"], self._recent_menu)
        self._recent_menu.aboutToShow.connect(self._fill_recent)

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for text in self.memory.recent:
            action = self._recent_menu.addAction(text)
            action.triggered.connect(lambda _checked=False, text=text: self.open_library(Path(text)))
        self._recent_menu.setEnabled(True)
        if not self.memory.recent:
            self._recent_menu.addAction("nothing opened yet").setEnabled(False)

    def _connect(self) -> None:
        workspace = self.workspace
        for signal in (
            workspace.library_changed,
            workspace.table_changed,
            workspace.projection_changed,
            workspace.filter_changed,
            workspace.selection_changed,
        ):
            signal.connect(self._refresh)
        workspace.library_changed.connect(self._on_library_changed)
        workspace.colouring_changed.connect(self._remember_view)
        workspace.filter_changed.connect(self._remember_view)
        workspace.sizing_changed.connect(self._remember_view)
        workspace.features_chosen.connect(self._remember_view)
        self.pipeline.stage_changed.connect(self._on_stage_changed)
        self.pipeline.failed.connect(self.show_error)
        self.pipeline.imported.connect(self._on_imported)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_theme)

    # --- following the workspace --------------------------------------------------------------------

    def _refresh(self) -> None:
        self._status.setText(status_text(self.workspace))
        present = {
            name
            for name, there in (
                ("library", self.workspace.library is not None),
                ("windows", self.workspace.table is not None),
                ("map", self.workspace.projection is not None),
                ("selection", len(self.workspace.selection.ids) > 0),
            )
            if there
        }
        refresh_actions(self, self.actions_by_id, present)

    def _on_library_changed(self) -> None:
        library = self.workspace.library
        self.setWindowTitle(f"{library.path.name} – Projector" if library else "Projector")

    def _on_stage_changed(self) -> None:
        stage = self.pipeline.stage
        if stage is None:
            self._job_bar.hide()
            self.map.set_busy(None)
        else:
            self._job_bar.show_job(stage.what, stage.fraction)
            self.map.set_busy(stage.what, stage.fraction)

    def _remember_view(self) -> None:
        if self.workspace.table is None:
            return
        self.memory.colouring = self.workspace.colouring.name
        self.memory.sizing = self.workspace.sizing_name
        self.memory.filter = self.workspace.filter_text
        self.memory.chosen_features = list(self.workspace.chosen_features)

    # --- intents of the menus -----------------------------------------------------------------------

    def open_library(self, path: Path) -> bool:
        """Open a library; an error is shown and what was open stays. True when it is open now."""
        try:
            self.pipeline.open(path)
        except ProjectorError as error:
            self.show_error(error)
            return False
        return True

    def open_sample(self) -> None:
        self.open_library(asset("sample_data", "rides.h5"))

    def ask_for_library(self) -> None:
        path = dialogs.ask_for_library(self)
        if path:
            self.open_library(path)

    def import_dialog(self) -> None:
        arguments = dialogs.ask_for_import(self)
        if arguments:
            self.pipeline.import_recordings(arguments)

    def _on_imported(self, result: dict[str, object]) -> None:
        dialogs.show_text(self, "Imported", str(result["report"]))
        self.open_library(Path(str(result["library"])))

    def rule_dialog(self) -> None:
        rule = dialogs.ask_for_rule(self, self.pipeline.rule)
        if rule is not None:
            self.pipeline.set_rule(rule)

    def open_projection_panel(self) -> None:
        self.toolbar.open_projection_panel()

    def export_selection(self) -> None:
        path = saving.ask_where(self, "Export the selection", "selection.csv", "CSV (*.csv)")
        if path:
            self._report_saved(saving.save_text, path, selection_csv(self.workspace))

    def save_view(self, name: str) -> None:
        """Save the map, the trace or the whole window as PNG or SVG, by the file's ending."""
        path = saving.ask_where(self, f"Save the {name}", f"{name}.png", "PNG (*.png);;SVG (*.svg)")
        if path:
            self._report_saved(saving.save_widget, path, self.views.get(name, self))

    def _report_saved(self, save, path: Path, what: object) -> None:  # type: ignore[no-untyped-def]
        try:
            self.statusBar().showMessage(save(path, what), 6000)
        except ProjectorError as error:
            self.show_error(error)

    def copy_id_and_time(self) -> None:
        text = id_and_time(self.workspace)
        if text:
            QApplication.clipboard().setText(text)
            self.statusBar().showMessage(f"copied  {text.replace(chr(9), '  ')}", 4000)

    def find(self) -> None:
        self.docks["rides"].show()
        self.views["rides"].focus_search()  # type: ignore[attr-defined]

    def focus_filter(self) -> None:
        self.toolbar.filter_box.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_all(self) -> None:
        self.workspace.set_filter("")
        for code in self.workspace.colouring.hidden:
            self.workspace.hide_category(code, False)

    def step_ride(self, step: int) -> None:
        """The next or previous ride of the library."""
        library = self.workspace.library
        if library is None or not len(library.numbers):
            return
        numbers = [int(number) for number in library.numbers]
        at = numbers.index(self.workspace.ride) if self.workspace.ride in numbers else -step
        if 0 <= at + step < len(numbers):
            self.workspace.show_ride(numbers[at + step])

    def toggle_absolute_time(self) -> None:
        self.trace.set_absolute_time(not self.trace.absolute_time)
        self.memory.absolute_time = self.trace.absolute_time

    def open_log_folder(self) -> None:
        log_folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    def show_keys(self) -> None:
        groups = [(menu.text().replace("&", ""), menu.menu().actions()) for menu in self.menuBar().actions()]
        dialogs.run(KeyHelp(live_keys(groups), MOUSE, self))

    def show_palette(self) -> None:
        CommandPalette(list(self.actions_by_id.values()), self).open_over(self)

    def show_about(self) -> None:
        dialogs.show_text(self, "About Projector", f"Projector {__version__}\n{status_text(self.workspace)}")

    def show_error(self, error: ProjectorError) -> None:
        """What, where, and what to do."""
        dialogs.show_error(self, error)

    # --- layout and theme -----------------------------------------------------------------------------

    def set_layout(self, name: str) -> None:
        """One of the three ready layouts, as new."""
        self.layout_name = self.memory.layout = name
        apply_layout(self, self.docks, LAYOUTS[name])
        self._refresh()

    def _theme_name(self) -> str:
        if self.memory.theme in ("dark", "light"):
            return self.memory.theme
        scheme = QGuiApplication.styleHints().colorScheme()
        return "light" if scheme == Qt.ColorScheme.Light else "dark"

    def set_theme_choice(self, choice: str) -> None:
        """Follow the system, or stay dark or light."""
        self.memory.theme = choice
        self._apply_theme()
        self._refresh()

    def _on_system_theme(self) -> None:
        self._apply_theme()

    def _apply_theme(self) -> None:
        self.theme: Theme = load_theme(self._theme_name())
        self.setStyleSheet(stylesheet(self.theme))
        for view in self.views.values():
            view.set_theme(self.theme)  # type: ignore[attr-defined]

    # --- Qt ---------------------------------------------------------------------------------------------

    def showEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            self._restore_placement()

    def _restore_placement(self) -> None:
        apply_layout(self, self.docks, LAYOUTS[self.layout_name])
        if self.memory.window_geometry:
            self.restoreGeometry(_decoded(self.memory.window_geometry))
        if not (self.memory.window_state and self.restoreState(_decoded(self.memory.window_state))):
            QTimer.singleShot(0, self, lambda: share_room(self, self.docks, LAYOUTS[self.layout_name]))

    def closeEvent(self, event: QCloseEvent) -> None:
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
            self.open_library(paths[0])
        elif paths:
            arguments = dialogs.ask_for_import(self, paths)
            if arguments:
                self.pipeline.import_recordings(arguments)

    def primary_name(self) -> str:
        """The primary window's printed id, "" without one."""
        primary = self.workspace.selection.primary
        return "" if primary == NO_WINDOW else self.workspace.window_name(primary)


def _encoded(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _decoded(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text))
