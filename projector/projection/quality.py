"""How far a map can be believed: do the windows beside a dot on the map also resemble it?

neighbours_kept  the share of a window's 10 true nearest that are among its 10 nearest on the map
trustworthiness  1 less a penalty for each neighbour on the map that is none, by how far down the true
                 order it stands (Venna and Kaski 2001); near 1 even for poor maps when windows are many
Both are of a sample of windows, ranked among all that are placed.
"""

import threading

import numpy as np
import numpy.typing as npt

from projector.domain.progress import Progress, silent
from projector.projection.cores import on_all_cores
from projector.projection.matrix import Matrix, Rows
from projector.projection.neighbours import distances
from projector.projection.scaling import Floats

Doubles = npt.NDArray[np.float64]
K = 10
SAMPLE = 1000
DISTANCES = 300_000_000  # at most so many: of a million windows the sample is 300, told as `measured_on`
RANKED_AT_ONCE = 512  # windows: their distances to the sample fit the cache


def map_quality(
    matrix: Matrix, rows: Rows, coords: Floats, metric: str, seed: int = 0, progress: Progress = silent
) -> dict[str, float]:
    """Figures for coords (len(rows), c) of rows of a table; none when there are too few windows."""
    n = len(rows)
    if n <= 2 * K:
        return {}
    size = min(SAMPLE, n, max(DISTANCES // n, 1))
    sample = np.sort(np.random.default_rng(seed).choice(n, size, replace=False))
    on_map = _beside(coords, sample)
    ranks = _true_ranks(matrix, rows, sample, on_map, metric, progress)
    worse = np.maximum(ranks - K, 0).sum() / len(sample)
    return {
        "neighbours_kept": float((ranks <= K).mean()),
        "trustworthiness": float(1 - 2 / (K * (2 * n - 3 * K - 1)) * worse),
        "measured_on": float(len(sample)),
    }


def _true_ranks(
    matrix: Matrix,
    rows: Rows,
    sample: npt.NDArray[np.int64],
    on_map: npt.NDArray[np.int64],
    metric: str,
    progress: Progress,
) -> npt.NDArray[np.int64]:
    """(sample, K): where each neighbour on the map stands in the true order; 1 is the nearest."""
    queries = matrix.take(rows[sample])
    beside = matrix.take(rows[on_map.ravel()]).reshape(*on_map.shape, -1)
    limits = np.stack([distances(q[None], b, metric)[0] for q, b in zip(queries, beside, strict=True)])
    limits *= 1 - 1e-9  # a window is not nearer than itself, whatever the rounding
    ranks, adding = np.ones(limits.shape, np.int64), threading.Lock()

    def rank(part: slice) -> None:
        apart = distances(queries, matrix.take(rows[part]), metric)
        here = np.flatnonzero((sample >= part.start) & (sample < part.stop))
        apart[here, sample[here] - part.start] = np.inf  # itself
        nearer = _nearer(apart, limits)
        with adding:
            np.add(ranks, nearer, out=ranks)

    n = len(rows)
    parts = [slice(first, min(first + RANKED_AT_ONCE, n)) for first in range(0, n, RANKED_AT_ONCE)]
    on_all_cores(rank, parts, lambda part: progress(parts[part].start, n, "Measuring the map"))
    return ranks


def _beside(coords: Floats, sample: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(sample, K): the rows that lie nearest to each on the map."""
    from scipy.spatial import cKDTree

    _, found = cKDTree(coords).query(coords[sample], K + 1)
    itself = found == sample[:, None]
    itself[~itself.any(axis=1), -1] = True  # many lie on one spot
    return np.asarray(found[~itself].reshape(-1, K), np.int64)


def _nearer(apart: Doubles, limits: Doubles) -> npt.NDArray[np.int64]:
    """(n, K): how many of each row's distances (n, m) are below each of its limits (n, K)."""
    row, column = np.nonzero(apart < limits.max(axis=1, keepdims=True))
    below = apart[row, column][:, None] < limits[row]
    counts = [np.bincount(row[below[:, k]], minlength=len(limits)) for k in range(limits.shape[1])]
    return np.stack(counts, axis=1)
