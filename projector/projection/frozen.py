"""A map that stays while rides are added: what it learned is kept, later windows are placed on it.

A layout's landmarks are the windows it was fitted to; their features come from the table, which has them
for good. Kept beside the coordinates is what cannot be had from there: how features were scaled, and from how
far away a window is off the map, or the directions of principal components.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Placement
from projector.domain.progress import Progress, silent
from projector.projection.landmarks import Landmarks, place_rows
from projector.projection.matrix import Matrix, Rows, complete_rows
from projector.projection.neighbours import Neighbours
from projector.projection.pca import Components, transform
from projector.projection.scaling import Floats, Scaling

Placed = tuple[Rows, Floats, npt.NDArray[np.uint8], Floats | None, Matrix]


def thawed(arrays: Mapping[str, npt.NDArray[Any]]) -> "Frozen | FrozenComponents":
    """What a map has kept, from what was stored. Raises KeyError where something isn't there."""
    return FrozenComponents.of(arrays) if "axes" in arrays else Frozen.of(arrays)


@dataclass(frozen=True, eq=False)
class Frozen:
    """How features were scaled, and the radius of `Landmarks`."""

    scaling: Scaling
    radius: float

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """For storing."""
        return _stored(self.scaling, self.radius)

    @staticmethod
    def of(arrays: Mapping[str, npt.NDArray[Any]]) -> "Frozen":
        """From what was stored. Raises KeyError where something isn't there."""
        return Frozen(_scaling(arrays), float(arrays["limits"][1]))

    def place(
        self,
        values: Floats,
        fitted: Rows,
        coords: Floats,
        later: Rows,
        metric: str,
        progress: Progress = silent,
    ) -> Placed:
        """Windows that came later, beside the landmarks they are most like.

        values  float32 (n, k), all windows; `fitted` rows are landmarks, at coords (len(fitted), 2)
        later   rows to place

        Returns those of them that have all features, their coordinates, `Placement` and share of neighbours
        kept, and the table as the map scales it. What a window gets doesn't depend on which others are placed
        with it.
        """
        matrix, rows = _placeable(values, self.scaling, later, progress)
        landmarks = Landmarks(Neighbours(matrix.take(fitted), metric), coords, self.radius)
        return rows, *place_rows(landmarks, matrix, rows, progress), matrix


@dataclass(frozen=True, eq=False)
class FrozenComponents:
    """How features were scaled, and the principal components of the windows that were there."""

    scaling: Scaling
    components: Components

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """For storing."""
        found = self.components
        kept = {"mean": found.mean, "axes": found.axes, "explained": found.explained}
        return _stored(self.scaling, np.inf) | kept

    @staticmethod
    def of(arrays: Mapping[str, npt.NDArray[Any]]) -> "FrozenComponents":
        """From what was stored. Raises KeyError where something isn't there."""
        mean, axes, explained = (np.asarray(arrays[name]) for name in ("mean", "axes", "explained"))
        return FrozenComponents(_scaling(arrays), Components(mean, axes, explained))

    def place(
        self,
        values: Floats,
        fitted: Rows,
        coords: Floats,
        later: Rows,
        metric: str,
        progress: Progress = silent,
    ) -> Placed:
        """As `Frozen.place`, by the components alone: none is off the map, no neighbours are counted."""
        matrix, rows = _placeable(values, self.scaling, later, progress)
        places = np.zeros((len(rows), coords.shape[1]), np.float32)
        places[:, : len(self.components.explained)] = transform(self.components, matrix, rows, progress)
        return rows, places, np.full(len(rows), Placement.PLACED, np.uint8), None, matrix


def _placeable(values: Floats, scaling: Scaling, later: Rows, progress: Progress) -> tuple[Matrix, Rows]:
    """The table as the map scales it, and the later rows that have all features."""
    complete = complete_rows(values, progress)
    rows = np.asarray(np.intersect1d(later, complete, assume_unique=True), np.int64)
    return Matrix(values, complete, scaling, 0), rows


def _stored(scaling: Scaling, radius: float) -> dict[str, npt.NDArray[Any]]:
    limits = np.array([np.inf if scaling.limit is None else scaling.limit, radius])
    return {"centre": scaling.centre, "scale": scaling.scale, "limits": limits}


def _scaling(arrays: Mapping[str, npt.NDArray[Any]]) -> Scaling:
    limit = float(arrays["limits"][0])
    centre, scale = (np.asarray(arrays[name]) for name in ("centre", "scale"))
    return Scaling(centre, scale, None if np.isinf(limit) else limit)
