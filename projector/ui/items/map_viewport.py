"""Which part of the map is seen: a scale and the pixel of an endless lattice at the top left corner.

Positions on the lattice depend on the scale alone, so panning moves dots by whole pixels and what is
drawn already stays true.
"""

from dataclasses import dataclass, replace

MARGIN = 0.06  # of each side is left free around a fitted map
LEAST_SHARE = 0.65  # of the scale that is left when dots keep clear of the legend
MOST_PIXELS = 1 << 22  # the map's longer side at the deepest zoom: float32 still tells pixels apart


@dataclass(frozen=True)
class Viewport:
    """Device pixels: a dot at (x, y) of the index lies at (x · scale - left, y · scale - top)."""

    scale: float
    left: int
    top: int
    width: int
    height: int

    def to_pixels(self, x: float, y: float) -> tuple[float, float]:
        return x * self.scale - self.left, y * self.scale - self.top

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        return (px + self.left) / self.scale, (py + self.top) / self.scale

    def moved(self, dx: float, dy: float) -> "Viewport":
        """Seen dots move by (dx, dy) pixels."""
        return replace(self, left=self.left - round(dx), top=self.top - round(dy))

    def zoomed(self, factor: float, px: float, py: float, scales: tuple[float, float]) -> "Viewport":
        """Scaled with the point under (px, py) staying there, the scale held within its limits."""
        scale = min(max(self.scale * factor, scales[0]), scales[1])
        x, y = self.to_map(px, py)
        return replace(self, scale=scale, left=round(x * scale - px), top=round(y * scale - py))

    def centred(self, x: float, y: float) -> "Viewport":
        left, top = x * self.scale - self.width / 2, y * self.scale - self.height / 2
        return replace(self, left=round(left), top=round(top))

    def resized(self, width: int, height: int) -> "Viewport":
        """The same centre in a frame of another size."""
        x, y = self.to_map(self.width / 2, self.height / 2)
        return replace(self, width=width, height=height).centred(x, y)

    def scaled_frame(self, ratio: float) -> "Viewport":
        """The same part of the map drawn with ``ratio`` times as many pixels."""
        return Viewport(
            self.scale * ratio,
            round(self.left * ratio),
            round(self.top * ratio),
            round(self.width * ratio),
            round(self.height * ratio),
        )


def fitted(
    box: tuple[float, float, float, float],
    width: int,
    height: int,
    inset: int = 0,
    names: tuple[float, float] = (0.0, 0.0),
) -> Viewport:
    """All of a box (x0, y0, x1, y1) in a frame, 1:1, with a margin; a single point is centred.

    inset   pixels at the left that are kept free, unless that costs too much of the scale
    names   pixels at the right and at the lower edge where something stands: the margin is as wide at least
    """
    whole = _fitted(box, width, height, names)
    beside = _fitted(box, max(width - inset, 1), height, names)
    if beside.scale < LEAST_SHARE * whole.scale or box[0] == box[2]:
        return whole
    return Viewport(beside.scale, beside.left - inset, beside.top, width, height)


def _fitted(
    box: tuple[float, float, float, float], width: int, height: int, names: tuple[float, float]
) -> Viewport:
    x0, y0, x1, y1 = box
    left, top = MARGIN * width, MARGIN * height
    right, bottom = max(left, names[0]), max(top, names[1])
    rooms = ((width - left - right, x1 - x0), (height - top - bottom, y1 - y0))
    scale = min((max(room, 1.0) / extent for room, extent in rooms if extent > 0), default=1.0)
    seen = Viewport(scale, 0, 0, width, height).centred((x0 + x1) / 2, (y0 + y1) / 2)
    return seen.moved((left - right) / 2, (top - bottom) / 2)


def scale_limits(extent: float, width: int, height: int) -> tuple[float, float]:
    """Least and greatest scale for a map whose longer side is ``extent``."""
    extent = extent or 1.0
    return 0.1 * min(width, height) / extent, MOST_PIXELS / extent
