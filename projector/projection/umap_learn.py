"""UMAP by the umap-learn package itself: the reference that our own, faster one can be held against.

It lays out every complete window, on one core (a seed asks for that), and compiles itself at its first
use, which takes up to a minute; ours is the one to work with, this one is there to be believed.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from projector.domain.errors import InputError
from projector.domain.progress import Progress, silent
from projector.projection.matrix import Matrix
from projector.projection.parameters import ReferenceParameters
from projector.projection.quality import map_quality
from projector.projection.scaling import Floats


def umap_learn(
    matrix: Matrix, parameters: ReferenceParameters, progress: Progress = silent
) -> tuple[Floats, dict[str, float]]:
    """Coords float32 (n, 2), NaN where a window lacks a feature, and quality figures.

    Raises InputError when there are too few windows.
    """
    n, rows = len(matrix.values), matrix.rows
    if len(rows) <= parameters.neighbours:
        raise InputError(
            f"umap-learn needs more windows than neighbours: {len(rows)} are not",
            remedy="ask for fewer neighbours",
        )
    progress(0, 0, "starting umap-learn, which compiles itself first")
    coords = np.full((n, 2), np.nan, np.float32)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        from umap import UMAP
    model = UMAP(
        n_neighbors=parameters.neighbours,
        min_dist=parameters.min_dist,
        metric=parameters.metric,
        n_epochs=parameters.epochs,
        random_state=parameters.seed,
        n_jobs=1,
        init="pca",
        tqdm_kwds={
            "disable": False,
            "file": _Epochs(parameters.epochs, progress),
            "mininterval": 0,
            "miniters": 1,
            "bar_format": "{n}",
        },
    )
    coords[rows] = model.fit_transform(matrix.take(rows))
    return coords, map_quality(matrix, rows, coords[rows], parameters.metric, parameters.seed, progress)


@dataclass(frozen=True)
class _Epochs:
    """Stands where umap-learn's progress bar prints; every epoch's number comes by here."""

    total: int
    progress: Progress

    def write(self, text: str) -> None:
        if text.strip().isdecimal():
            self.progress(int(text), self.total, f"umap-learn: epoch {text.strip()} of {self.total:,}")

    def flush(self) -> None:
        """Nothing is kept back."""
