"""A map that stays while rides are added: what it learned is kept, later windows are placed on it.

Its landmarks are the windows it was fitted to; their features come from the table, which has them for good.
Kept beside the coordinates is what cannot be had from there: how features were scaled, and from how far away
a window is off the map.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.landmarks import Landmarks, place_rows
from projector.projection.matrix import Matrix, Rows, complete_rows
from projector.projection.neighbours import Neighbours
from projector.projection.scaling import Floats, Scaling

_SCALING = ("centre", "scale")


@dataclass(frozen=True, eq=False)
class Frozen:
    """How features were scaled, and the radius of `Landmarks`."""

    scaling: Scaling
    radius: float

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """For storing."""
        limit = np.inf if self.scaling.limit is None else self.scaling.limit
        numbers = np.array([limit, self.radius])
        return {"centre": self.scaling.centre, "scale": self.scaling.scale, "limits": numbers}

    @staticmethod
    def of(arrays: Mapping[str, npt.NDArray[Any]]) -> "Frozen":
        """From what was stored. Raises KeyError where something isn't there."""
        limit, radius = arrays["limits"].tolist()
        centre, scale = (np.asarray(arrays[name]) for name in _SCALING)
        return Frozen(Scaling(centre, scale, None if np.isinf(limit) else limit), radius)

    def place(
        self,
        values: Floats,
        fitted: Rows,
        coords: Floats,
        later: Rows,
        metric: str,
        progress: Progress = silent,
    ) -> tuple[Rows, Floats, npt.NDArray[np.uint8], Floats, Matrix]:
        """Windows that came later, beside the landmarks they are most like.

        values  float32 (n, k), all windows; `fitted` rows are landmarks, at coords (len(fitted), 2)
        later   rows to place

        Returns those of them that have all features, their coordinates, `Placement` and share of neighbours
        kept, and the table as the map scales it. What a window gets doesn't depend on which others are placed
        with it.
        """
        complete = complete_rows(values, progress)
        matrix = Matrix(values, complete, self.scaling, 0)
        rows = np.asarray(np.intersect1d(later, complete, assume_unique=True), np.int64)
        landmarks = Landmarks(Neighbours(matrix.take(fitted), metric), coords, self.radius)
        return rows, *place_rows(landmarks, matrix, rows, progress), matrix
