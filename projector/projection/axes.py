"""The plainest map: one feature against another, in their own units."""

import numpy as np

from projector.domain.errors import InputError
from projector.domain.progress import Progress, silent
from projector.projection.parameters import AxesParameters
from projector.projection.scaling import Floats


def axes(
    values: Floats, names: tuple[str, ...], parameters: AxesParameters, progress: Progress = silent
) -> Floats:
    """Coordinates float32 (n, 2); NaN in both where either feature is missing. Raises InputError."""
    columns = shown(names, parameters)
    progress(0, 1, "Reading features")
    coords = np.stack([np.asarray(values[:, column], np.float32) for column in columns], axis=1)
    coords[~np.isfinite(coords).all(axis=1)] = np.nan
    return coords


def shown(names: tuple[str, ...], parameters: AxesParameters) -> tuple[int, int]:
    """The columns across and up. Raises InputError for a name that is none."""
    return _column(parameters.x, names, 0), _column(parameters.y, names, min(1, len(names) - 1))


def _column(name: str, names: tuple[str, ...], otherwise: int) -> int:
    if not name and names:
        return otherwise
    if name not in names:
        raise InputError(
            f"there is no feature {name!r} in this table",
            remedy="choose one of its columns; `projector features list` prints the names",
        )
    return names.index(name)
