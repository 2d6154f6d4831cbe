"""UMAP with the seed that the app uses, against umap-learn with its defaults on the same scaled features.

Ours includes scaling, landmarks, placing and measuring the map; umap-learn runs unseeded on all cores, both
after a first run that compiles them. At a million windows its time is that at 200,000 times five. A seed
costs ours nothing, so the rows "as without a seed" hold the same run against what is asked of an unseeded
one. Quality is as in projection/quality.py, ranks among all windows, 5,000 sampled, told as what is lost:
less is better. Memory is measured by `memory`.
"""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.importing import SETS, UNPACK, recordings
from benchmarks.rows import Row, exponent, main, timed
from projector.domain.nouns import WindowRule
from projector.domain.progress import silent
from projector.features.extraction import extract
from projector.jobs.tables import rides_of
from projector.library.importing import import_recordings
from projector.library.library import Library
from projector.projection import quality
from projector.projection.matrix import Matrix
from projector.projection.parameters import UMAPParameters
from projector.projection.registry import project

WIDTH, HIDDEN, NOISE, WINDOWS_A_RIDE, SAMPLED = 122, 8, 0.1, 200, 5_000
TIMES_FASTER = {20_000: (0.7, 1.0), 100_000: (2.5, 4.0), 1_000_000: (8.0, 12.0)}  # with a seed, without
PEER_MOST = 200_000  # beyond, its time is extrapolated
LEAST_KEPT, MOST_TRUST_LOST = 0.7, 0.005


def made(n: int) -> np.ndarray:
    """Windows × 122: each ride wanders through a few hidden quantities, which all features follow, and noise.

    So windows that follow one another are alike, as overlapping ones are, and rides meet again and again.
    """
    rng = np.random.default_rng(0)
    to_features = rng.normal(size=(2, HIDDEN, WIDTH)).astype(np.float32)
    values = np.empty((n, WIDTH), np.float32)
    for first in range(0, n, WINDOWS_A_RIDE):
        part = values[first : first + WINDOWS_A_RIDE]
        steps = 0.25 * rng.standard_normal((len(part), HIDDEN), np.float32)
        hidden = np.sin(steps.cumsum(axis=0) + 6 * rng.random(HIDDEN, np.float32))
        part[:] = hidden @ to_features[0] + hidden**2 @ to_features[1]
        part += NOISE * rng.standard_normal(part.shape, np.float32)
    return values


def hapt(scratch: Path) -> np.ndarray | None:
    """The features of HAPT, 4 s every 0.5 s; None where the recordings aren't at hand."""
    if not UNPACK.exists():
        return None
    folder, _ = recordings(SETS[0], scratch, made=False)
    path = scratch / "hapt.h5"
    import_recordings([folder], path, as_="hapt")
    with Library.open(path) as library:
        return extract(rides_of(library), WindowRule(4.0, 0.5), 50.0).values


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    sizes = {100: (0.7, 1.0), 200: (2.5, 4.0), 400: (8.0, 12.0)} if small else TIMES_FASTER
    base = UMAPParameters(landmarks=150, epochs=20) if small else UMAPParameters()
    peer_name, theirs = ("PCA", _pca) if small else ("umap-learn", _umap_learn)
    theirs(made(5_000))  # past 4,096 windows umap-learn searches neighbours in another way
    costs = []
    for size, (seeded, unseeded) in sizes.items():
        values = made(size)
        coords, ours = _ours(values, base, scratch, small)
        costs.append(ours)
        matrix = Matrix.of(values, base.scaler, silent)
        count = min(size, PEER_MOST)
        theirs_at, peer = theirs(matrix.take(np.arange(count)))
        said = peer_name if count == size else f"{peer_name}, ×{size // count} from {count:,}"
        peer *= size / count
        note = f"grows with n^{exponent([*sizes], costs):.2f}" if len(costs) == len(sizes) else ""
        task = f"umap, {size:,} windows"
        yield Row(f"{task}, seeded", ours, "ms", peer, said, peer / seeded, note)
        one_mode = "the same run: a seed costs ours nothing, so it has one mode"
        yield Row(f"{task}, as without a seed", ours, "ms", peer, said, peer / unseeded, one_mode)
        if count == size:
            yield from _quality(task, matrix, coords, theirs_at)
    real = None if small else hapt(scratch)
    if real is not None:
        matrix, (coords, _) = Matrix.of(real, base.scaler, silent), _ours(real, base, scratch, small)
        theirs_at, _ = theirs(matrix.take(matrix.rows))
        yield from _quality(f"umap, HAPT, {len(matrix.rows):,} windows", matrix, coords, theirs_at)


def _ours(
    values: np.ndarray, parameters: UMAPParameters, scratch: Path, small: bool
) -> tuple[np.ndarray, float]:
    """Coordinates and milliseconds, in a process of its own where something is measured."""
    table, coords = scratch / "values.npy", scratch / "coords.npy"
    np.save(table, values)
    arguments = (str(table), str(coords), json.dumps(parameters.as_dict()))
    if small:
        took = alone(*arguments)
        return np.load(coords), took
    program = "import json, sys; from benchmarks.umap import alone; print(json.dumps(alone(*sys.argv[1:])))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return np.load(coords), float(json.loads(done.stdout.splitlines()[-1]))


def alone(table: str, coords: str, parameters: str) -> float:
    """Lay a stored table out, in a process that has done it before: milliseconds."""
    found = []

    def lay_out(values: np.ndarray, wanted: dict[str, Any]) -> None:
        names, strata = tuple(map(str, range(WIDTH))), np.arange(len(values)) // WINDOWS_A_RIDE
        found.append(project(values, names, "umap", wanted, strata=strata).coords)

    values = np.load(table, mmap_mode="r")
    lay_out(np.asarray(values[:1000]), {"epochs": 10, "landmarks": 500})
    took = timed(lambda: lay_out(values, json.loads(parameters)))
    np.save(coords, found[-1])
    return took


def _pca(values: np.ndarray) -> tuple[np.ndarray, float]:
    """Stands in for umap-learn, which compiles for most of a minute, where nothing is measured."""
    found: list[np.ndarray] = []
    took = timed(lambda: found.append(project(values, tuple(map(str, range(WIDTH))), "pca", {}).coords))
    return found[0][:, :2], took


def _umap_learn(values: np.ndarray) -> tuple[np.ndarray, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        found: list[np.ndarray] = []
        took = timed(lambda: found.append(UMAP().fit_transform(values)))
    return found[0].astype(np.float32), took


def _quality(task: str, matrix: Matrix, ours: np.ndarray, theirs: np.ndarray) -> Iterator[Row]:
    """Of the complete windows; `theirs` has these only."""
    quality.SAMPLE, quality.DISTANCES = SAMPLED, SAMPLED * len(matrix.rows)
    both = (ours[matrix.rows], theirs)
    mine, other = (quality.map_quality(matrix, matrix.rows, coords, "euclidean") for coords in both)
    for name, told, limit in (
        ("neighbours_kept", "true neighbours lost", 1 - LEAST_KEPT * other["neighbours_kept"]),
        ("trustworthiness", "1 − trustworthiness", 1 - other["trustworthiness"] + MOST_TRUST_LOST),
    ):
        yield Row(f"{task}, {told}", 1 - mine[name], "", 1 - other[name], "the peer", limit)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
