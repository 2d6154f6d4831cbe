"""What showing a map of many dots needs, made ahead of it: the worker makes it, the window only maps it in.

At a million windows these take the window half a second; made beforehand they cost it a few milliseconds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import GridIndex, build_index


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Of a projection's first two components.

    placed  bool (n,), windows with a place in every component
    xy      float32 (n, 2)
    index   of xy, by window id
    """

    placed: npt.NDArray[np.bool_]
    xy: npt.NDArray[np.float32]
    index: GridIndex


def arrange(ids: npt.NDArray[np.int64], coords: npt.NDArray[np.float32]) -> Arrangement:
    """The arrangement of windows int64 (n,) at coords float32 (n, c). Raises ValueError as `build_index`."""
    xy = plane(coords, (0, 1))
    return Arrangement(placed(coords), xy, build_index(ids, xy))


def placed(coords: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Windows with a place in every component, bool (n,)."""
    return np.asarray(np.isfinite(coords).all(axis=1))


def plane(coords: npt.NDArray[np.float32], axes: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Two of the components, float32 (n, 2), in one piece."""
    return np.ascontiguousarray(coords[:, list(axes)], np.float32)
