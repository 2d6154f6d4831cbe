"""Makes features of different units comparable, visibly: the scaler is named wherever a map is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

ROBUST_LIMIT = 10.0
_IQR_OF_NORMAL = 1.349  # interquartile range of a normal distribution in standard deviations


@dataclass(frozen=True, eq=False)
class Scaling:
    """(x − centre) / scale, limited to ±limit. centre, scale float32 (k,).

    A column that is constant has scale 1, so it is 0 everywhere and weighs nothing.
    """

    centre: Floats
    scale: Floats
    limit: float | None = None

    def apply(self, block: Floats) -> Floats:
        """Scaled float32 copy of rows (n, k)."""
        scaled = (block - self.centre) / self.scale
        if self.limit is not None:
            np.clip(scaled, -self.limit, self.limit, out=scaled)
        return scaled


def robust(rows: Floats) -> Scaling:
    """Median, and interquartile range as a standard deviation; limited to ±10 of those.

    A column whose middle half is one value (an impact feature of a calm library) has no such range:
    its standard deviation serves.
    """
    low, middle, high = np.percentile(rows, [25, 50, 75], axis=0)
    spread = (high - low) / _IQR_OF_NORMAL
    deviation = rows.std(axis=0, dtype=np.float64)
    return _scaling(middle, np.where(_is_some(spread, middle), spread, deviation), ROBUST_LIMIT)


def standard(rows: Floats) -> Scaling:
    """Mean and standard deviation."""
    return _scaling(rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64), None)


def none(rows: Floats) -> Scaling:
    """Features as they are."""
    width = rows.shape[1]
    return Scaling(np.zeros(width, np.float32), np.ones(width, np.float32))


SCALERS: Mapping[str, Callable[[Floats], Scaling]] = {"robust": robust, "standard": standard, "none": none}


def _scaling(
    centre: npt.NDArray[np.float64], spread: npt.NDArray[np.float64], limit: float | None
) -> Scaling:
    scale = np.where(_is_some(spread, centre), spread, 1.0)
    return Scaling(centre.astype(np.float32), scale.astype(np.float32), limit)


def _is_some(spread: npt.NDArray[np.float64], centre: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    # below this, a spread is the rounding of float32 values, not a difference between windows
    return spread > np.maximum(1e-6 * np.abs(centre), 1e-30)
