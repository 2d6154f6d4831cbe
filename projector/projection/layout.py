"""UMAP's layout in two dimensions, on all cores and yet the same bits for the same seed.

umap-learn's optimiser moves both ends of an edge, so with a seed it must run on one core. Here every
point moves itself alone, by the same forces: an edge pulls each of its ends when that end's turn comes.
Points take turns in a few groups; inside a group all see the others where they were when the group
began, and random numbers depend on seed, epoch and point only. So neither the number of threads nor
their order can change the result. What repels a point is a run of others in an order drawn once, where
they were at the epoch's start: many at a time by vector instructions, and steadier than a few.
The loops themselves are in `forces.py`, imported where they are used: only the worker needs numba.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from projector.domain.progress import Progress, silent
from projector.projection.scaling import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CONTINUED_PACE = 0.1  # of a fresh layout's: enough to let new points in, not to tear islands loose
_numba = threading.Lock()


def optimise(
    graph: "csr_matrix",
    start: Floats,
    *,
    min_dist: float,
    epochs: int,
    seed: int,
    continued: bool = False,
    progress: Progress = silent,
) -> Floats:
    """Coordinates float32 (n, 2) of the graph's points, from where they start (n, 2).

    continued   the start is a layout already: its scale is kept, and points take smaller steps
    """
    strongest = float(graph.data.max()) if graph.nnz else 1.0
    # an edge is due every `period` epochs, the strongest in each; weaker than once in all is never due
    with np.errstate(divide="ignore"):
        period = (strongest / graph.data).astype(np.float32)
    due = period.copy()
    a, b = (np.float32(value) for value in curve(min_dist))
    points = np.array(start, np.float32, order="C") if continued else _spread(start)
    first_pace = CONTINUED_PACE if continued else 1.0
    moved = points.copy()
    order = np.random.default_rng(seed).permutation(len(points))
    with _alone_in_numba(progress):
        progress(0, epochs, "Preparing UMAP")
        from projector.projection.forces import REPELLED, step

        step.compile()
        who = np.resize(order, max(len(points), REPELLED))  # few points repel several times
        crowd = np.empty((2, len(who)), np.float32)
        for epoch in range(epochs):
            progress(epoch, epochs, f"Laying out the map: epoch {epoch:,} of {epochs:,}")
            pace = np.float32(first_pace * (1 - epoch / epochs))
            crowd[:] = points[who].T
            step(points, moved, crowd, graph.indptr, graph.indices, period, due, a, b, pace, epoch, seed)
    return points


def prepare() -> None:
    """Import and compile ahead of the first layout."""
    curve(0.1)
    with _alone_in_numba(silent):
        from projector.projection.forces import step

        step.compile()


def curve(min_dist: float, spread: float = 1.0) -> tuple[float, float]:
    """a, b that bring 1 / (1 + a·d^2b) nearest to 1 below min_dist, exp(−(d − min_dist)/spread) beyond."""
    from scipy.optimize import curve_fit

    d = np.linspace(0, 3 * spread, 300)
    wished = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    (a, b), _ = curve_fit(lambda x, a, b: 1 / (1 + a * x ** (2 * b)), d, wished)
    return float(a), float(b)


def _spread(start: Floats) -> Floats:
    """The start in a box of 10 × 10, the scale on which the forces are made."""
    low, high = start.min(axis=0), start.max(axis=0)
    return np.ascontiguousarray(10 * (start - low) / np.where(high > low, high - low, 1), np.float32)


@contextmanager
def _alone_in_numba(progress: Progress) -> Iterator[None]:
    """Two threads in numba can end the process, so the second waits here, where it can be cancelled."""
    while not _numba.acquire(timeout=0.05):
        progress(0, 1, "Preparing UMAP")
    try:
        yield
    finally:
        _numba.release()
