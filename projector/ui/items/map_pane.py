"""Shows the dots of a scene: the picture, the view on it, and what lies over it.

A plain QWidget, not a pyqtgraph view: the dots are one image that we keep ourselves, at whole device
pixels, so that panning is a shifted copy. A scene, a view box and their transforms would give nothing
but their cost, and their drag and scaling rules would have to be switched off one by one.
"""

import time
from collections.abc import Callable, Generator

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from projector.processing.grid_index import GridIndex
from projector.processing.polygon import Polygon
from projector.ui.items.dots import Pixels
from projector.ui.items.dots_canvas import QUICK_DOTS, SWIFT_DOTS, DotCanvas
from projector.ui.items.dots_scene import DotScene
from projector.ui.items.map_gestures import Shape
from projector.ui.items.map_overlay import (
    names_room,
    paint_axes,
    paint_focus,
    paint_hovered,
    paint_outline,
    paint_primary,
)
from projector.ui.items.map_transition import DURATION_S, MOST_DOTS, Transition, on_screen
from projector.ui.items.map_viewport import Viewport, fitted, scale_limits
from projector.ui.theme import Theme

PICK_PX = 8.0  # how far from a dot's centre a click still means it
_REFINE_AFTER_MS = 30
_SLICE_S = 0.008


class DotPane(QWidget):
    """Dots of a scene, without mouse and keys. Rows are the scene's; positions have x right, y down."""

    def __init__(self, theme: Theme, prepare: Callable[[], None], parent: QWidget | None = None) -> None:
        """`prepare` is called before anything reads the scene, to bring it up to date."""
        super().__init__(parent)
        self.scene = DotScene()
        self.view = Viewport(1.0, 0, 0, 1, 1)
        self.axis_names = ("", "")
        self.left_inset = 0  # pixels that a fitted map leaves to what stands at its left
        self.outline: Polygon | None = None  # the last shape drawn, in positions of the scene
        self._theme, self._prepare = theme, prepare
        self._canvas = DotCanvas()
        self.table: Pixels = np.zeros(4096, np.uint32)
        self._primary = self._hovered = -1
        self._shape: Shape | None = None
        self.is_fitted = True
        self._hurried = self._by_keys = False
        self._transition: Transition | None = None
        self._began = 0.0
        self._refining: Generator[None, None, None] | None = None
        self._refiner = QTimer(self, singleShot=True)
        self._refiner.timeout.connect(self._refine)
        self._ticker = QTimer(self, interval=15)
        self._ticker.timeout.connect(self._tick)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(QSize(120, 90))

    # --- what is shown --------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_points(self, index: GridIndex, xy: np.ndarray, keeps_view: bool = False) -> None:
        """Other positions: the whole map is fitted into view, unless told to keep what is seen."""
        self.outline = None
        self._hovered = -1
        self.scene.set_points(index, xy)
        if not keeps_view:
            self.fit()

    def redraw(self, table: Pixels) -> None:
        """The scene or its colours have changed."""
        self.table = table
        self._canvas.set_dots(self.scene.layers(self.devicePixelRatioF()), table)
        self._changed()

    def set_primary(self, row: int) -> None:
        """The row that is marked, -1 for none; nothing else is drawn again."""
        if row != self._primary:
            self._primary = row
            self.update()

    def positions_on_screen(self, n: int) -> np.ndarray:
        """Device pixels of the shown dots by row, float32 (n, 2), NaN for others: where a glide begins."""
        places = np.full((n, 2), np.nan, np.float32)
        shown = self.scene.shown
        places[shown.rows] = np.stack(on_screen(shown.x, shown.y, self.view), axis=1)
        return places

    def glide_from(self, start: np.ndarray) -> None:
        """Let the dots move from these pixels to where they are now, if they are few enough for that."""
        layers = tuple(self.scene.layers(self.devicePixelRatioF()))
        if layers and sum(len(layer.index) for layer in layers) <= MOST_DOTS:
            self._transition = Transition(start, layers, self.view, self.table)
            self._began = time.perf_counter()
            self._ticker.start()
            self.update()

    def stop_glide(self) -> None:
        """Show the dots where they belong."""
        if self._transition is not None:
            self._transition = None
            self._ticker.stop()
            self.update()

    def settle(self) -> None:
        """Finish everything that would be drawn a little later: glide, refinement."""
        self.stop_glide()
        self._canvas.show(self.view, SWIFT_DOTS)
        for _ in self._canvas.refine():
            pass
        self._refining = None
        self.update()

    @property
    def is_exact(self) -> bool:
        """Whether every dot in view is drawn."""
        return self._canvas.exact

    # --- the view -------------------------------------------------------------------------------

    def fit(self) -> None:
        """All shown dots in view."""
        width, height = self._device_size()
        self.is_fitted = True
        ratio = self.devicePixelRatioF()
        right, lower = names_room(QRectF(self.rect()), self.axis_names, self.font())
        inset = round(self.left_inset * ratio)
        self._set_view(fitted(self.scene.box(), width, height, inset, (right * ratio, lower * ratio)))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Scale by a factor, about a point of the screen (the middle without one)."""
        ratio = self.devicePixelRatioF()
        at = at if at is not None else QRectF(self.rect()).center()
        limits = scale_limits(self.scene.extent(), *self._device_size())
        self.is_fitted, self._hurried = False, True
        self._set_view(self.view.zoomed(factor, at.x() * ratio, at.y() * ratio, limits))

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels of the screen."""
        self.pan_from(self.view, QPointF(dx, dy))

    def pan_from(self, start: Viewport, by: QPointF) -> None:
        """Show the view of the beginning of a drag, moved by pixels of the screen: no rounding adds up."""
        ratio = self.devicePixelRatioF()
        self.is_fitted, self._hurried = False, True
        self._set_view(start.moved(by.x() * ratio, by.y() * ratio))

    def look_at(self, box: tuple[float, float, float, float]) -> None:
        """A box of the scene's positions fills the view."""
        limits = scale_limits(self.scene.extent(), *self._device_size())
        view = fitted(box, *self._device_size())
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        scale = min(max(view.scale, limits[0]), limits[1])
        self.is_fitted = False
        self._set_view(Viewport(scale, 0, 0, view.width, view.height).centred(*centre))

    def reveal(self, row: int) -> None:
        """Pan so far that a row's dot is in view."""
        at = self.point_of(row)
        if at is None or self.rect().adjusted(20, 20, -20, -20).contains(at.toPoint()):
            return
        centre = QRectF(self.rect()).center()
        self.pan(centre.x() - at.x(), centre.y() - at.y())

    def point_of(self, row: int) -> QPointF | None:
        """Where a row's dot lies on the screen; None if it is not placed."""
        position = self.scene.position(row)
        if position is None:
            return None
        x, y = self.view.to_pixels(*position)
        return QPointF(x, y) / self.devicePixelRatioF()

    def row_at(self, at: QPointF) -> int:
        """The row that a click here means, -1 for none; dots under others count."""
        self._prepare()
        ratio = self.devicePixelRatioF()
        x, y = self.view.to_map(at.x() * ratio, at.y() * ratio)
        return self.scene.row_at(x, y, PICK_PX * ratio / self.view.scale)

    def _set_view(self, view: Viewport) -> None:
        if view != self.view:
            self.view = view
            self.stop_glide()
            self._changed()

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def _changed(self) -> None:
        self._refining = None
        self._refiner.stop()
        self.update()

    # --- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._prepare()
        painter = QPainter(self)
        self._paint_dots(painter)
        self.paint_overlay(painter)
        painter.end()
        if not self._canvas.exact and self._refining is None and self._transition is None:
            self._refiner.start(_REFINE_AFTER_MS)

    def _paint_dots(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        if not len(self.scene.shown):
            painter.fillRect(QRect(0, 0, *self._device_size()), QColor(self._theme.panel))
        elif self._transition is not None:
            share = min((time.perf_counter() - self._began) / DURATION_S, 1.0)
            picture = self._transition.frame(share)
            painter.drawImage(0, 0, as_image(picture))
        else:
            self._canvas.show(self.view, QUICK_DOTS if self._hurried else SWIFT_DOTS)
            self._hurried = False
            image = as_image(self._canvas.pixels)
            for x, y, source_x, source_y, wide, high in self._canvas.pieces():
                painter.drawImage(x, y, image, source_x, source_y, wide, high)
        painter.restore()

    def paint_overlay(self, painter: QPainter) -> None:
        area = QRectF(self.rect())
        if len(self.scene.shown):
            paint_axes(painter, area, self.axis_names, self._theme, self.font())
        if self._shape is not None:
            paint_outline(painter, self._shape.polygon(), self._theme)
        elif self.outline is not None:
            paint_outline(painter, self._on_screen(self.outline), self._theme)
        if self._transition is None and len(self.scene.shown):
            self._paint_marks(painter)
        if self.hasFocus() and self._by_keys:
            paint_focus(painter, area, self._theme)

    def _paint_marks(self, painter: QPainter) -> None:
        hovered, primary = self.point_of(self._hovered), self.point_of(self._primary)
        if hovered is not None and self._hovered != self._primary:
            paint_hovered(painter, hovered, self._theme)
        if primary is not None:
            paint_primary(painter, primary, self._theme)

    def _on_screen(self, polygon: Polygon) -> Polygon:
        return (
            polygon * self.view.scale - np.array([self.view.left, self.view.top])
        ) / self.devicePixelRatioF()

    def _refine(self) -> None:
        if self._refining is None:
            self._refining = self._canvas.refine()
        until = time.perf_counter() + _SLICE_S
        for _ in self._refining:
            if time.perf_counter() > until:
                self._refiner.start(0)
                return
        self._refining = None
        self.update()

    def _tick(self) -> None:
        if time.perf_counter() - self._began >= DURATION_S:
            self.stop_glide()
        self.update()

    # --- what Qt tells ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._prepare()
        if self.is_fitted:
            self.fit()
        else:
            self._set_view(self.view.resized(*self._device_size()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.redraw(self.table)
            self._set_view(self.view.resized(*self._device_size()))
        return super().event(event)


def as_image(pixels: Pixels) -> QImage:
    """A QImage that shares the memory of uint32 (height, width) 0xffRRGGBB; keep the array alive."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
