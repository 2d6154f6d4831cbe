"""The map: every window a dot, its colour any column, a click away from its moment in its ride.

Knows the workspace only. Signals mark stages as stale; the work is done once, before the next picture,
and not at all while the map is hidden.
"""

from pathlib import Path

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projector.domain.progress import Progress, silent
from projector.processing.polygon import Polygon
from projector.ui.items.map_export import save_view_png, save_view_svg
from projector.ui.items.map_gestures import Lasso, Rectangle
from projector.ui.items.map_stages import MapStages, Stale
from projector.ui.items.map_steps import neighbourhood, next_row
from projector.ui.items.map_surface import MapSurface
from projector.ui.items.map_texts import (
    PLACEMENT_KEY,
    axis_names,
    card_text,
    legend_entries,
    message_of,
    mode_text,
    quality_text,
    selection_text,
    subtitle,
)
from projector.ui.theme import Theme
from projector.ui.widgets.deferred import first_is_waiting
from projector.ui.widgets.map_furniture import MapFurniture
from projector.workspace.selection import Mode
from projector.workspace.workspace import Workspace

_SHAPE_CAUSES = ("lasso", "rectangle")
_POLL_MS = 15


class MapView(QWidget):
    """Dots, legend, hover card, and what they say."""

    title = "Map"
    subtitle_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.theme = workspace, theme
        self._busy: tuple[str, float | None] | None = None
        self._subtitle = ""
        self._words_are_stale = self._title_is_stale = True
        self.surface = MapSurface(theme, self._refresh_dots, self)
        self.surface.setAccessibleName("Map of the windows")
        self.furniture = MapFurniture(theme, self.surface)
        self._stages = MapStages(workspace, self.surface, theme)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.surface)
        self.setFocusProxy(self.surface)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_timer)
        self.destroyed.connect(self._stages.close)
        self._listen_to_workspace()
        self._listen_to_children()

    def _listen_to_workspace(self) -> None:
        workspace = self.workspace
        for signal in (workspace.library_changed, workspace.table_changed, workspace.projection_changed):
            signal.connect(self._on_points_changed)
        for signal in (workspace.colouring_changed, workspace.sizing_changed):
            signal.connect(self._on_looks_changed)
        workspace.labels_changed.connect(self._on_labels_changed)
        workspace.filter_changed.connect(self._on_shown_changed)
        workspace.selection_changed.connect(self._on_selection_changed)

    def _listen_to_children(self) -> None:
        surface, furniture = self.surface, self.furniture
        surface.clicked.connect(self._on_clicked)
        surface.double_clicked.connect(self._zoom_to)
        surface.shape_drawn.connect(self._on_shape_drawn)
        surface.hovered.connect(self._on_hovered)
        surface.stepped.connect(self._on_stepped)
        surface.escaped.connect(self._on_escaped)
        surface.mode_changed.connect(self._on_labels_changed)
        furniture.legend.toggled.connect(self._on_toggled)
        furniture.legend.soloed.connect(self._on_soloed)
        furniture.message.link_followed.connect(self.show_all)

    # --- what menus call --------------------------------------------------------------------------

    def fit(self) -> None:
        """All shown dots in view."""
        self._refresh()
        self.surface.fit()

    def zoom_to_selected(self) -> None:
        """The primary selected dot and its neighbourhood fill the map."""
        self._refresh()
        self._zoom_to(self._stages.primary_row())

    def start_lasso(self) -> None:
        """A left drag draws a lasso from now on; once more, or Esc, and it pans again."""
        self._toggle_mode(Lasso)

    def start_rectangle(self) -> None:
        """A left drag draws a rectangle from now on; once more, or Esc, and it pans again."""
        self._toggle_mode(Rectangle)

    def show_all(self) -> None:
        """No filter, no class of the legend hidden."""
        self.workspace.set_filter("")
        self.workspace.show_all_categories()

    @property
    def shows_placement(self) -> bool:
        """Whether windows that were placed look different from those that the map was made of."""
        return self._stages.shows_placement

    def toggle_placement(self) -> None:
        """Draw placed windows as outlines, or all alike again."""
        self._stages.shows_placement = not self._stages.shows_placement
        self._mark(Stale.LOOKS)

    def set_animated(self, animated: bool) -> None:
        """Whether dots glide to a new layout; off where less motion is asked for."""
        self._stages.animated = animated

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = self._stages.theme = theme
        self.surface.set_theme(theme)
        self.furniture.set_theme(theme)
        self._mark(Stale.LOOKS)

    def set_busy(self, text: str | None, fraction: float | None = None) -> None:
        """What a job for the map is doing, and how far it is (None: nobody knows); None ends it."""
        self._busy = (text, fraction) if text else None
        self._mark(Stale.NOTHING)

    def settle(self) -> None:
        """Finish at once what would follow in a moment: sorting, gliding, drawing the last dots."""
        self._words_are_stale |= self._stages.is_sorting
        self._stages.refresh(waits=True)
        self._refresh()
        self.surface.settle()

    def save_png(self, path: Path | str, scale: float = 1.0, progress: Progress = silent) -> str:
        """Write what is seen, ``scale`` times as many pixels; says what was done.

        Raises StorageError or Cancelled.
        """
        self.settle()
        return save_view_png(self.surface, self.furniture.all(), Path(path), scale, progress)

    def save_svg(self, path: Path | str, progress: Progress = silent) -> str:
        """Write what is seen as vectors; says what was done. Raises StorageError or Cancelled."""
        self.settle()
        about = f"{self.title} · {self._subtitle}"
        return save_view_svg(self.surface, self.furniture, Path(path), self.theme, about, progress)

    # --- facts from the workspace -------------------------------------------------------------------

    def _on_points_changed(self) -> None:
        self.surface.outline = None
        self._title_is_stale = True
        self._mark(Stale.POINTS)

    def _on_shown_changed(self) -> None:
        self._mark(Stale.SHOWN)

    def _on_looks_changed(self) -> None:
        self._mark(Stale.LOOKS)

    def _on_labels_changed(self) -> None:
        self._mark(Stale.NOTHING)

    def _on_selection_changed(self) -> None:
        if self.workspace.selection.cause not in _SHAPE_CAUSES and len(self.workspace.selection.ids) < 2:
            self.surface.outline = None
        self._mark(Stale.SELECTED)

    def _mark(self, stale: Stale) -> None:
        self._stages.mark(stale)
        self._words_are_stale = True
        if self.isVisible():
            self._timer.start(0)

    def _on_timer(self) -> None:
        """After the trace that a click on a dot waits for."""
        if first_is_waiting():
            self._timer.start(0)
        else:
            self._refresh()

    def _refresh(self) -> None:
        """Bring dots and words up to date; cheap when they are."""
        self._refresh_dots()
        if self._words_are_stale:
            self._words_are_stale = False
            self._refresh_words()

    def _refresh_dots(self) -> None:
        """The dots alone: all that a picture or a click waits for."""
        was_sorting = self._stages.is_sorting
        if self._title_is_stale:
            self._refresh_legend(len(self.workspace.shown) > 0)
        self._stages.refresh()
        if self._stages.is_sorting:
            self._timer.start(_POLL_MS)
        if was_sorting != self._stages.is_sorting:
            self._words_are_stale = True
            self._timer.start(_POLL_MS)

    def _refresh_words(self) -> None:
        workspace, furniture, busy = self.workspace, self.furniture, self._busy
        if self._stages.is_sorting and busy is None:
            busy = (f"arranging {self._stages.sorting_count():,} dots", -1.0)
        furniture.message.say(*message_of(workspace, busy))
        there_are_dots = len(self._stages.ids) > 0
        self._refresh_legend(there_are_dots)
        told = mode_text(self.surface.drawing_mode) or selection_text(workspace)
        furniture.left.set_text(told if there_are_dots else "")
        furniture.right.set_text(PLACEMENT_KEY if self.shows_placement else quality_text(workspace))
        furniture.arrange()
        self.surface.update()
        if self._title_is_stale:
            self._title_is_stale = False
            self._tell(subtitle(workspace))

    def _refresh_legend(self, there_are_dots: bool) -> None:
        """Also how much room it and the axes' names take: other dots are fitted beside them."""
        entries = legend_entries(self.workspace, self.theme)
        self.furniture.show_colouring(self.workspace.colouring, entries, there_are_dots)
        self.surface.left_inset = self.furniture.width_at_left()
        self.surface.axis_names = axis_names(self.workspace)

    def _tell(self, text: str) -> None:
        if text != self._subtitle:
            self._subtitle = text
            self.subtitle_changed.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.furniture.arrange()
        self.surface.keep_clear(self.furniture.width_at_left())

    # --- what people do -----------------------------------------------------------------------------

    def _on_clicked(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        window = int(self._stages.ids[row])
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.workspace.select_many([window], Mode.TOGGLE, cause="map")
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.workspace.select_many([window], Mode.ADD, cause="map")
        else:
            self.workspace.select(window, cause="map")

    def _on_shape_drawn(self, polygon: Polygon, mode: Mode) -> None:
        rows = self.surface.scene.rows_in(polygon)
        cause = "rectangle" if self.surface.drawing_mode is Rectangle else "lasso"
        self.surface.outline = polygon
        self.workspace.select_many(self._stages.ids[rows], mode, cause=cause)

    def _on_hovered(self, row: int, at: QPointF) -> None:
        text = card_text(self.workspace, row, self.theme) if row >= 0 else None
        self.furniture.show_card(text, at)

    def _on_stepped(self, dx: int, dy: int) -> None:
        """An arrow key: on to the next dot in that direction, from the selected one or the middle."""
        self._refresh()
        scene, view = self.surface.scene, self.surface.view
        at = scene.position(self._stages.primary_row())
        x, y = at or view.to_map(view.width / 2, view.height / 2)
        row = next_row(scene.shown, x, y, (dx, dy), scene.extent())
        if row >= 0:
            self.workspace.select(int(self._stages.ids[row]), cause="map")
            self._refresh()
            self.surface.reveal(row)

    def _on_escaped(self) -> None:
        self.surface.outline = None
        self.workspace.clear_selection("map")

    def _on_toggled(self, code: int) -> None:
        self.workspace.hide_category(code, code not in self.workspace.colouring.hidden)

    def _on_soloed(self, code: int) -> None:
        self.workspace.solo_category(code)

    def _toggle_mode(self, mode: type[Lasso] | type[Rectangle]) -> None:
        self.surface.set_drawing_mode(None if self.surface.drawing_mode is mode else mode)
        self.surface.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _zoom_to(self, row: int) -> None:
        scene = self.surface.scene
        at = scene.position(row)
        if at is not None:
            self.surface.look_at(neighbourhood(scene.shown, *at, scene.extent()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.zoom_to_selected()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stages.close()
        super().closeEvent(event)
