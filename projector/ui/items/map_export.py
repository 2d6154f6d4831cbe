"""The map as a file: a PNG of exact size, or an SVG whose dots are shapes as long as that is sensible."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from projector.domain.progress import Progress, silent
from projector.ui.items.dots import Pixels, Region, paint
from projector.ui.items.dots_scene import DotScene
from projector.ui.items.dots_stamp import FULL, TIER_SHIFT
from projector.ui.items.map_pane import DotPane, as_image
from projector.ui.items.map_viewport import Viewport
from projector.ui.png import png_of
from projector.ui.saving import write_whole
from projector.ui.theme import Theme
from projector.ui.widgets.map_furniture import MapFurniture

MOST_SHAPES = 20_000
STRIP = 1 << 20  # pixels that are drawn at a time: some 50 ms where a million dots lie
_CORNERS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.3), (1.3, 1.1), (-1.3, 1.1)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
}


def save_view_png(
    pane: DotPane, pieces: Sequence[QWidget], path: Path, scale: float, progress: Progress
) -> str:
    """Write the pane and what stands on it; says what was done. Raises StorageError or Cancelled."""
    ratio = pane.devicePixelRatioF() * scale
    width, height = round(pane.width() * ratio), round(pane.height() * ratio)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    pixels = picture(pane.scene, pane.view.scaled_frame(scale), pane.table, ratio, progress)
    painter = QPainter(image)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(0, 0, as_image(pixels))
    painter.restore()
    pane.paint_overlay(painter)
    for piece in pieces:
        if not piece.isHidden():
            piece.render(painter, piece.pos(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    write_whole(path, png_of(image, progress), progress)
    return f"{path.name}: {width} × {height} pixels"


def save_view_svg(
    pane: DotPane, furniture: MapFurniture, path: Path, theme: Theme, about: str, progress: Progress
) -> str:
    """Write the pane, its legend and captions as SVG; says what was done.

    Raises StorageError or Cancelled.
    """
    view = pane.view.scaled_frame(1 / pane.devicePixelRatioF())
    over = _furniture_svg(furniture, view, theme)
    text, said = svg_text(pane.scene, view, pane.table, theme.panel, about, over, progress)
    write_whole(path, text.encode("utf-8"), progress)
    return f"{path.name}: {said}"


def picture(
    scene: DotScene, view: Viewport, table: Pixels, ratio: float, progress: Progress = silent
) -> Pixels:
    """Every dot in view, exactly, uint32 (height, width); the view in device pixels of that ratio.

    progress counts pixels. Raises Cancelled.
    """
    layers, pixels = tuple(scene.layers(ratio)), np.empty((view.height, view.width), np.uint32)
    bands = max((layer.index.bands for layer in layers), default=0)
    rows = max(STRIP // view.width, 1)
    for first in range(0, view.height, rows):
        progress(first * view.width, pixels.size, "drawing the dots")
        part = pixels[first : first + rows]
        paint(
            layers, Region(view.scale, view.left, view.top + first, view.width, len(part)), bands, table, part
        )
    return pixels


def svg_text(
    scene: DotScene,
    view: Viewport,
    table: Pixels,
    ground: str,
    about: str,
    over: str = "",
    progress: Progress = silent,
) -> tuple[str, str]:
    """An SVG and a sentence on what is in it; the view in pixels of the drawing, `over` lies over the dots.

    Up to MOST_SHAPES dots in view are vector shapes, in the order in which they cover one another;
    more than that become one embedded picture at twice the size, and the file's description says so.
    """
    shapes = _shapes(scene, view, table)
    if shapes is None:
        said = "the dots are an embedded picture: there are too many for vector shapes"
        body = _embedded(scene, view, table, progress)
    else:
        said = f"{len(shapes):,} dots as vector shapes"
        body = "\n".join(shapes)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{view.width}" height="{view.height}" '
        f'viewBox="0 0 {view.width} {view.height}">'
    )
    description = f"<title>{escape(about)}</title><desc>{escape(said)}</desc>"
    rect = f'<rect width="100%" height="100%" fill="{ground}"/>'
    return f"{head}\n{description}\n{rect}\n{body}\n{over}\n</svg>\n", said


def _shapes(scene: DotScene, view: Viewport, table: Pixels) -> list[str] | None:
    """A shape a dot in view, from the lowest to the uppermost; None if there are too many."""
    x0, y0 = view.to_map(0, 0)
    x1, y1 = view.to_map(view.width, view.height)
    found: list[tuple[int, str]] = []
    for mark in scene.marks:
        places = mark.index.places_within(x0, y0, x1, y1)
        if len(found) + len(places) > MOST_SHAPES:
            return None
        for place in places.tolist():
            value = int(mark.values[place])
            x, y = view.to_pixels(float(mark.index.x[place]), float(mark.index.y[place]))
            shape, size = mark.shapes[0 if mark.planes is None else int(mark.planes[place])]
            found.append((value, svg_marker(shape, x, y, size / 2, _colour(value, table))))
    return [text for _, text in sorted(found)]


def _colour(value: int, table: Pixels) -> str:
    packed = int(table[value >> TIER_SHIFT << 10 | FULL << 8 | value & 0xFF])
    return f"#{packed & 0xFFFFFF:06x}"


def svg_marker(shape: str, x: float, y: float, r: float, colour: str) -> str:
    """One dot as an SVG element."""
    if shape == "ring":
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r - 0.6:g}" fill="none" stroke="{colour}"/>'
    if shape == "circle":
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r:g}" fill="{colour}"/>'
    corners = ((x + dx * r, y + dy * r) for dx, dy in _CORNERS[shape])
    return f'<polygon points="{" ".join(f"{a:.2f},{b:.2f}" for a, b in corners)}" fill="{colour}"/>'


def _embedded(scene: DotScene, view: Viewport, table: Pixels, progress: Progress) -> str:
    pixels = picture(scene, view.scaled_frame(2), table, 2.0, progress)
    data = b64encode(png_of(as_image(pixels), progress)).decode("ascii")
    size = f'width="{view.width}" height="{view.height}"'
    return f'<image {size} href="data:image/png;base64,{data}"/>'


def _furniture_svg(furniture: MapFurniture, view: Viewport, theme: Theme) -> str:
    """Legend and captions as SVG text."""
    lines = []
    if not furniture.legend.isHidden():
        for row, entry in enumerate(entry for entry in furniture.legend.entries() if not entry.hidden):
            y = 20 + row * 21
            lines.append(svg_marker(entry.shape, 16, y, 4.5, entry.colour))
            lines.append(_text(28, y + 4, f"{entry.name}  {entry.count_text()}", theme.text))
    if not furniture.ramp.isHidden():
        lines.append(_text(16, 24, furniture.ramp.accessibleName(), theme.text))
    lines.append(_text(12, view.height - 12, furniture.left.text(), theme.muted))
    lines.append(_text(view.width - 12, view.height - 12, furniture.right.text(), theme.muted, "end"))
    return "\n".join(lines)


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    style = f'font-family="sans-serif" font-size="12" text-anchor="{anchor}" fill="{colour}"'
    return f'<text x="{x:g}" y="{y:g}" {style} xml:space="preserve">{escape(text)}</text>'
