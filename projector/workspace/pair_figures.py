"""How far two layers agree, as figures for each class, and in words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.jobs.comparison import FIGURES


@dataclass(frozen=True, eq=False)
class PairFigures:
    """How far two sides agree: rows of figures (FIGURES) by class, the first over all classes."""

    a: str
    b: str
    rides: int
    windows: int
    classes: tuple[str, ...]
    figures: npt.NDArray[np.float64]

    def value(self, name: str, row: int = 0) -> float:
        """One figure of a row."""
        return float(self.figures[row, FIGURES.index(name)])

    def told(self) -> str:
        """The figures over all classes: 'anna and ben: κ 0.83 · overlap 0.91 · 12 rides'."""
        if not self.rides:
            return f"{self.a} and {self.b}: no ride in common"
        kappa, overlap = (_told(self.value(name)) for name in ("kappa", "mean_iou"))
        rides = f"{self.rides:,} ride{'s' * (self.rides != 1)}"
        return f"{self.a} and {self.b}: κ {kappa} · overlap {overlap} · {rides}"


def _told(value: float) -> str:
    """With two digits; a dash where there is nothing to tell."""
    return "–" if value != value else f"{value:.2f}".replace("-", "−")
