"""An uncertain edge of an annotation: its band goes on beyond the edge and fades within the uncertainty."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter

from projector.ui.items.trace_drawing import fill_tall
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_style import with_alpha

LEAST_PIXELS = 1.5  # a fade narrower than that says nothing


def draw_fades(
    painter: QPainter,
    rect: QRectF,
    view: Viewport,
    edges: tuple[float, float],
    pm_s: tuple[float, float],
    colour: QColor,
    alpha: float,
) -> None:
    """Both edges of a band over a height: `alpha` at the edge, nothing at ± pm_s beyond it; in seconds."""
    unit = rect.width() / view.span_s
    for edge, pm, side in ((edges[0], pm_s[0], -1), (edges[1], pm_s[1], 1)):
        x = rect.left() + (edge - view.start_s) * unit
        wide = pm * unit
        left, right = min(x, x + side * wide), max(x, x + side * wide)
        if wide < LEAST_PIXELS or right < rect.left() or left > rect.right():
            continue
        gradient = QLinearGradient(x, 0.0, x + side * wide, 0.0)
        gradient.setColorAt(0.0, with_alpha(colour, alpha))
        gradient.setColorAt(1.0, with_alpha(colour, 0.0))
        left, right = max(left, rect.left()), min(right, rect.right())
        fill_tall(painter, QRectF(left, rect.top(), right - left, rect.height()), QBrush(gradient))


def uncertainty_text(pm_s: tuple[float, float]) -> str:
    """'start ± 0.05 s · end ± 0.4 s', "" where both are exact."""
    ends = zip(("start", "end"), pm_s, strict=True)
    return " · ".join(f"{end} ± {pm:.3g} s" for end, pm in ends if pm)
