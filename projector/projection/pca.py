"""Principal components, exact, for tables larger than memory: one pass for the covariance, one to project."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.matrix import Matrix, Rows
from projector.projection.scaling import Floats

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Components:
    """mean float64 (k,), axes float64 (k, c) of unit length, explained float64 (c,), shares of variance."""

    mean: Doubles
    axes: Doubles
    explained: Doubles

    def project(self, block: Floats) -> Floats:
        """Scaled rows (n, k) to coordinates (n, c)."""
        return ((block - self.mean) @ self.axes).astype(np.float32)

    def facing(self, matrix: Matrix, rows: Rows, old: Floats) -> "Components":
        """The same, each axis the way round in which rows (n,) lie as in an older map, old (n, c), NaN where
        it lacks them: else a picture could be mirrored by a few rides more."""
        known = np.isfinite(old).all(axis=1)
        count = min(old.shape[1], self.axes.shape[1])
        if not known.any():
            return self
        here, before = transform(self, matrix, rows[known])[:, :count], old[known, :count]
        along = ((here - here.mean(axis=0)) * (before - before.mean(axis=0))).sum(axis=0)
        signs = np.ones(self.axes.shape[1])
        signs[:count][along < 0] = -1
        return Components(self.mean, self.axes * signs, self.explained)


def fit(matrix: Matrix, rows: Rows, components: int, progress: Progress = silent) -> Components:
    """Eigenvectors of the covariance, which is summed in float64 block by block.

    The sign of an axis is arbitrary; here its largest loading is positive, so that a map isn't mirrored
    from one run to the next.
    """
    mean, covariance = _moments(matrix, rows, progress)
    variances, vectors = np.linalg.eigh(covariance)
    order = np.argsort(variances)[::-1][: min(components, len(variances))]
    axes = vectors[:, order]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    total = variances.sum()
    explained = np.clip(variances[order] / total, 0.0, 1.0) if total > 0 else np.zeros(len(order))
    return Components(mean, axes, explained)


def transform(fitted: Components, matrix: Matrix, rows: Rows, progress: Progress = silent) -> Floats:
    """Coordinates float32 (len(rows), c)."""
    coords = np.empty((len(rows), fitted.axes.shape[1]), np.float32)
    for part, block in matrix.blocks(rows):
        progress(len(rows) + part.start, 2 * len(rows), "Projecting windows")
        coords[part] = fitted.project(block)
    return coords


def _moments(matrix: Matrix, rows: Rows, progress: Progress) -> tuple[Doubles, Doubles]:
    width = matrix.values.shape[1]
    total, products = np.zeros(width), np.zeros((width, width))
    shift = np.zeros(width)
    for part, block in matrix.blocks(rows):
        progress(part.start, 2 * len(rows), "Measuring how features vary together")
        if part.start == 0:
            shift = block.mean(axis=0, dtype=np.float64)  # far from 0, squares would lose their digits
        centred = block - shift
        total += centred.sum(axis=0)
        products += centred.T @ centred
    mean = total / len(rows)
    return shift + mean, (products - len(rows) * np.outer(mean, mean)) / max(len(rows) - 1, 1)
