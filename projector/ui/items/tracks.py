"""Feature tracks: one bar a window at its centre, scaled to the ride's own range, which is told."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Seconds
from projector.ui.items.trace_layout import LaneKind

BAR_PIXELS = 6.0  # narrower bars become one step line of the highest value a column
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Track:
    """A feature of a ride's windows, float32 (n,) at their ascending centres; hop_s from one to the next."""

    key: str
    title: str
    unit: str
    centre: Seconds
    values: Floats
    hop_s: float

    kind = LaneKind.TRACK

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The ride's own lowest and highest value; (nan, nan) where no window has one."""
        known = self.values[np.isfinite(self.values)]
        return (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)

    def visible(self, start_s: float, stop_s: float) -> slice:
        """The windows whose bar meets [start_s, stop_s]."""
        half = self.hop_s / 2
        first = int(np.searchsorted(self.centre, start_s - half))
        return slice(first, int(np.searchsorted(self.centre, stop_s + half, "right")))

    def heights(self, values: Floats) -> Floats:
        """Values as shares of the ride's range, 0 to 1."""
        low, high = self.limits
        return (values - low) / (high - low) if high > low else np.where(np.isfinite(values), 0.5, np.nan)

    def columns(self, start_s: float, stop_s: float, columns: int) -> tuple[Floats, Floats]:
        """Lowest and highest share in each of so many columns of the view; NaN where no window is."""
        edges, half = np.linspace(start_s, stop_s, columns + 1), self.hop_s / 2 * (1 - 1e-9)
        first = np.searchsorted(self.centre, edges[:-1] - half)
        last = np.searchsorted(self.centre, edges[1:] + half)
        shares = np.append(self.heights(self.values[first[0] : last[-1]]), np.nan).astype(np.float32)
        pairs = (np.column_stack([first, np.maximum(last, first + 1)]) - first[0]).ravel()
        pairs = np.minimum(pairs, len(shares) - 1)
        low, high = np.fmin.reduceat(shares, pairs)[::2], np.fmax.reduceat(shares, pairs)[::2]
        empty = last <= first
        low[empty] = high[empty] = np.nan
        return low, high


def figure(value: float) -> str:
    """A number as short as it can be told: three figures."""
    if not np.isfinite(value):
        return "–"
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}" if abs(value) < 1e6 else f"{value:.2g}"
    return text.replace("-", "−")
