"""The trace as a file: PNG at twice the screen's resolution, SVG with the traces as paths."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from projector.domain.progress import Progress
from projector.ui.items.trace_painter import paint_trace
from projector.ui.items.trace_scene import TraceScene
from projector.ui.png import png_of

PNG_RATIO = 2.0
SCREEN_DPI = 96


def picture(scene: TraceScene, size: QSize, ratio: float = PNG_RATIO) -> QImage:
    """The scene without the pointer, `ratio` device pixels for one. Lays the scene out for that."""
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    scene.arrange(size.width(), size.height(), ratio)
    painter = QPainter(image)
    try:
        paint_trace(scene, painter, ratio)
    finally:
        painter.end()
    return image


def png(scene: TraceScene, size: QSize, progress: Progress) -> bytes:
    """The scene as PNG. Raises Cancelled."""
    return png_of(picture(scene, size), progress)


def svg(scene: TraceScene, size: QSize, _: Progress) -> bytes:
    """The scene as SVG: traces, boxes and text as vectors; only the strip and the narrowest bands are images.

    Lanes that have to be scrolled on the screen are all in the file, which is as much taller.
    """
    scene.scroll = 0.0
    scene.arrange(size.width(), size.height(), 1.0)
    size = QSize(size.width(), size.height() + round(scene.layout.overflow))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setResolution(SCREEN_DPI)
    generator.setTitle(scene.ride.id)
    scene.arrange(size.width(), size.height(), 1.0)
    painter = QPainter(generator)
    try:
        paint_trace(scene, painter, 1.0, vector=True)
    finally:
        painter.end()
    return bytes(data.data())
