"""UMAP with the seed that the app uses, against umap-learn with its defaults on the same scaled features.

Ours includes scaling, landmarks, placing and measuring the map; umap-learn runs unseeded on all cores, after
a first run that compiles it. At a million windows its time is that at 200,000 times five. Quality is as in
projection/quality.py, ranks among all windows, 5,000 sampled, told as what is lost: less is better.
"""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.progress import silent
from projector.projection import layout, quality
from projector.projection.matrix import Matrix
from projector.projection.parameters import UMAPParameters
from projector.projection.registry import Solution, project

WIDTH, KINDS, WINDOWS_A_RIDE, SAMPLED = 122, 12, 200, 5_000
TIMES_FASTER = {20_000: 0.7, 100_000: 2.5, 1_000_000: 8.0}
PEER_MOST = 200_000  # beyond, its time is extrapolated
LEAST_KEPT, MOST_TRUST_LOST = 0.7, 0.005


def made(n: int) -> np.ndarray:
    """Windows × 122: kinds along curves of their own, each ride a little apart, and noise."""
    rng, shapes = np.random.default_rng(0), np.random.default_rng(1)
    basis = shapes.normal(size=(KINDS, 4, WIDTH)).astype(np.float32)
    ride = np.arange(n) // WINDOWS_A_RIDE
    apart = shapes.normal(scale=0.4, size=(ride[-1] + 1, WIDTH)).astype(np.float32)
    kind, along = rng.integers(0, KINDS, n), rng.random(n) * 3
    values = np.empty((n, WIDTH), np.float32)
    for first in range(0, n, 1 << 14):
        part = slice(first, min(first + (1 << 14), n))
        t = along[part]
        curve = np.stack([np.sin(t), np.cos(t), t / 3, np.ones_like(t)], axis=1).astype(np.float32)
        values[part] = np.einsum("nk,nkw->nw", curve, basis[kind[part]]) + apart[ride[part]]
        values[part] += 0.4 * rng.standard_normal((len(t), WIDTH), np.float32)
    return values


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    sizes = {100: 0.7, 200: 2.5, 400: 8.0} if small else TIMES_FASTER
    base = UMAPParameters(landmarks=150, epochs=20) if small else UMAPParameters()
    peer_name, theirs = ("PCA", _pca) if small else ("umap-learn", _umap_learn)
    layout.prepare()
    theirs(made(5_000))  # past 4,096 windows umap-learn searches neighbours in another way
    costs = []
    for size, factor in sizes.items():
        values = made(size)
        solution, ours = _ours(values, base)
        costs.append(ours)
        matrix = Matrix.of(values, base.scaler, silent)
        count = min(size, PEER_MOST)
        coords, peer = theirs(matrix.take(np.arange(count)))
        said = peer_name if count == size else f"{peer_name}, ×{size // count} from {count:,}"
        peer *= size / count
        note = f"grows with n^{exponent([*sizes], costs):.2f}" if len(costs) == len(sizes) else ""
        yield Row(f"umap, {size:,} windows, seeded", ours, "ms", peer, said, peer / factor, note)
        if count == size:
            yield from _quality(matrix, solution, coords, size)


def _ours(values: np.ndarray, parameters: UMAPParameters) -> tuple[Solution, float]:
    names, strata = tuple(map(str, range(WIDTH))), np.arange(len(values)) // WINDOWS_A_RIDE
    found: list[Solution] = []
    took = timed(lambda: found.append(project(values, names, "umap", parameters, strata=strata)))
    return found[0], took


def _pca(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Stands in for umap-learn, which compiles for most of a minute, where nothing is measured."""
    found: list[Solution] = []
    took = timed(lambda: found.append(project(values, tuple(map(str, range(WIDTH))), "pca", {})))
    return found[0].coords[:, :2], took


def _umap_learn(values: np.ndarray) -> tuple[np.ndarray, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        found: list[np.ndarray] = []
        took = timed(lambda: found.append(UMAP().fit_transform(values)))
    return found[0].astype(np.float32), took


def _quality(matrix: Matrix, ours: Solution, theirs: np.ndarray, size: int) -> Iterator[Row]:
    quality.SAMPLE = SAMPLED
    mine, other = (
        quality.map_quality(matrix, matrix.rows, coords, "euclidean") for coords in (ours.coords, theirs)
    )
    task = f"umap, {size:,} windows"
    for name, told, limit in (
        ("neighbours_kept", "true neighbours lost", 1 - LEAST_KEPT * other["neighbours_kept"]),
        ("trustworthiness", "1 − trustworthiness", 1 - other["trustworthiness"] + MOST_TRUST_LOST),
    ):
        yield Row(f"{task}, {told}", 1 - mine[name], "", 1 - other[name], "the peer", limit)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
