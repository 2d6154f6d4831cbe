"""UMAP's layout in two dimensions, on all cores and yet the same bits for the same seed.

umap-learn's optimiser moves both ends of an edge, so with a seed it must run on one core. Here every
point moves itself alone, by the same forces: an edge pulls each of its ends when that end's turn comes.
Points take turns in a few groups; inside a group all see the others where they were when the group
began, and random numbers depend on seed, epoch and point only. So neither the number of threads nor
their order can change the result. What repels a point is a run of others in an order drawn once, where
they were at the epoch's start: many at a time by vector instructions, and steadier than a few.
numba is imported where it is used: only the worker needs it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from projector.domain.progress import Progress, silent
from projector.projection.powers import compiled_power
from projector.projection.scaling import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

TURNS = 4
REPELLED = 16  # random points that push a point away for each pull …
PUSH = 5 / REPELLED  # … as strongly as the 5 of umap-learn
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
    who = np.resize(order, max(len(points), REPELLED))  # few points repel several times
    crowd = np.empty((2, len(who)), np.float32)
    with _alone_in_numba(progress):
        progress(0, epochs, "Preparing UMAP")
        step = _compiled()
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
        _compiled()


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


@cache
def _compiled() -> Callable[..., None]:
    import numba

    # it is there on every system, and its threads don't burn a core that another program needs
    numba.config.THREADING_LAYER = "workqueue"  # type: ignore[attr-defined]
    step: Callable[..., None] = numba.njit(_SIGNATURE, parallel=True, fastmath=True)(_kernel(numba))
    return step


_SIGNATURE = "void(f4[:,::1], f4[:,::1], f4[:,::1], i4[::1], i4[::1], f4[::1], f4[::1], f4, f4, f4, i8, i8)"


def _kernel(numba: Any) -> Callable[..., None]:
    prange, power = numba.prange, compiled_power(numba)
    weight = np.float32(PUSH)

    @numba.njit("u8(u8)", inline="always")  # type: ignore[untyped-decorator]
    def scramble(state: Any) -> Any:
        """The output function of splitmix64 (Steele, Lea, Flood 2014)."""
        z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def step(points, moved, crowd, starts, ends, period, due, a, b, pace, epoch, seed):  # type: ignore[no-untyped-def]
        n = points.shape[0]
        golden = np.uint64(0x9E3779B97F4A7C15)
        limit = np.float32(4.0)
        runs = np.uint64(crowd.shape[1] - REPELLED + 1)
        for turn in range(TURNS):
            for place in prange((n - turn + TURNS - 1) // TURNS):
                i = turn + place * TURNS
                x, y = points[i, 0], points[i, 1]
                state = scramble(scramble(np.uint64(seed) + golden) + golden * np.uint64(epoch * n + i))
                for edge in range(starts[i], starts[i + 1]):
                    if due[edge] > epoch:
                        continue
                    due[edge] += period[edge]
                    state += golden
                    first = np.int64(((scramble(state) >> np.uint64(32)) * runs) >> np.uint64(32))
                    push_x = push_y = np.float32(0)
                    for other in range(first, first + REPELLED):  # itself is at no distance: no push
                        dx, dy = x - crowd[0, other], y - crowd[1, other]
                        square = dx * dx + dy * dy
                        force = 2 * b / ((np.float32(0.001) + square) * (a * power(square, b) + 1))
                        push_x += min(max(force * dx, -limit), limit)
                        push_y += min(max(force * dy, -limit), limit)
                    j = ends[edge]
                    for _ in range(2):  # once as the edge's head, once as the tail of its mirror image
                        dx, dy = x - points[j, 0], y - points[j, 1]
                        square = dx * dx + dy * dy
                        if square > 0:
                            raised = power(square, b)
                            force = -2 * a * b * raised / (square * (a * raised + 1))
                            x += pace * min(max(force * dx, -limit), limit)
                            y += pace * min(max(force * dy, -limit), limit)
                    x += pace * weight * push_x
                    y += pace * weight * push_y
                moved[i, 0], moved[i, 1] = x, y
            for place in prange((n - turn + TURNS - 1) // TURNS):
                i = turn + place * TURNS
                points[i, 0], points[i, 1] = moved[i, 0], moved[i, 1]

    return step
