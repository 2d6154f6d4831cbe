"""UMAP of any number of windows: all of them laid out, or landmarks and the rest placed beside them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Placement
from projector.domain.progress import Progress, silent
from projector.projection import landmarks, pca
from projector.projection.graph import fuzzy_graph
from projector.projection.layout import optimise
from projector.projection.matrix import Matrix, Rows
from projector.projection.neighbours import Neighbours
from projector.projection.parameters import UMAPParameters
from projector.projection.quality import K, map_quality
from projector.projection.scaling import Floats

FEWEST = 4


@dataclass(frozen=True, eq=False)
class Layout:
    """coords float32 (n, 2), state uint8 (n,) of `Placement`, quality figures; n windows of a table.

    radius  a window farther than that from all landmarks is off the map
    neighbours_kept as in `projector.domain.nouns.Projection`
    """

    coords: Floats
    state: npt.NDArray[np.uint8]
    quality: dict[str, float]
    radius: float
    neighbours_kept: Floats | None


def umap(
    matrix: Matrix,
    parameters: UMAPParameters,
    *,
    strata: npt.NDArray[np.integer] | None = None,
    start: Floats | None = None,
    progress: Progress = silent,
) -> Layout:
    """Lay out every complete row of a table.

    strata  int (n,), kinds of windows that should all be among the landmarks
    start   (n, 2), an older layout to begin from, NaN where it has none
    Raises InputError when there are too few windows.
    """
    n, complete = len(matrix.values), matrix.rows
    if len(complete) < FEWEST:
        raise InputError(f"UMAP needs {FEWEST} windows or more, not {len(complete)}", remedy="look at PCA")
    chosen = landmarks.choose(
        complete, parameters.landmarks, None if strata is None else strata[complete], parameters.seed
    )
    coords, state = np.full((n, 2), np.nan, np.float32), np.full(n, Placement.NOT_PLACED, np.uint8)
    kept = np.full(n, np.nan, np.float32)
    fitted, kept[chosen] = _fit(matrix, chosen, parameters, start, progress)
    coords[chosen], state[chosen] = fitted.coords, Placement.FITTED
    others = np.setdiff1d(complete, chosen, assume_unique=True)
    if len(others):
        coords[others], state[others], kept[others] = landmarks.place_rows(fitted, matrix, others, progress)
    quality = map_quality(matrix, complete, coords[complete], parameters.metric, parameters.seed, progress)
    # of a handful, all are neighbours
    return Layout(coords, state, quality, fitted.radius, kept if len(chosen) > 2 * K else None)


def _fit(
    matrix: Matrix, rows: Rows, parameters: UMAPParameters, start: Floats | None, progress: Progress
) -> tuple[landmarks.Landmarks, Floats]:
    """The landmarks laid out, and the share of neighbours that each keeps."""
    values = matrix.take(rows)
    search = Neighbours(values, parameters.metric)
    k = min(parameters.neighbours, len(rows)) - 1  # UMAP counts the window itself as its first neighbour
    indices, distances = search.nearest(values, max(k, 1), own=np.arange(len(rows)), progress=progress)
    old = None if start is None else _continued(start[rows], values, parameters)
    coords = optimise(
        fuzzy_graph(indices, distances),
        _principal(matrix, rows, parameters.seed) if old is None else old,
        min_dist=parameters.min_dist,
        epochs=parameters.epochs,
        seed=parameters.seed,
        continued=old is not None,
        progress=progress,
    )
    fitted = landmarks.Landmarks.of(search, coords, distances)
    return fitted, fitted.kept_by_themselves(indices[:, :K])


def _principal(matrix: Matrix, rows: Rows, seed: int) -> Floats:
    """The first two principal components, with a little noise: equal windows must be able to part."""
    coords = pca.transform(pca.fit(matrix, rows, 2), matrix, rows)
    if coords.shape[1] < 2:
        coords = np.hstack([coords, np.zeros_like(coords)])
    noise = np.random.default_rng(seed).normal(scale=1e-4, size=coords.shape)
    return np.asarray(coords * (10 / max(float(np.abs(coords).max()), 1e-12)) + noise, np.float32)


def _continued(start: Floats, values: Floats, parameters: UMAPParameters) -> Floats | None:
    """The old layout, windows it lacks beside their nearest in it; None when it has too few of these."""
    known = np.isfinite(start).all(axis=1)
    if known.sum() < FEWEST:
        return None
    if not known.all():
        old = landmarks.Landmarks(Neighbours(values[known], parameters.metric), start[known])
        start = start.copy()
        start[~known] = old.place(values[~known])[0]
    noise = np.random.default_rng(parameters.seed).normal(scale=1e-3, size=start.shape)
    return np.asarray(start + noise, np.float32)
