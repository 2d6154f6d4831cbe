"""Every way to make a map, in one table: adding one is a line here and a file beside this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Placement
from projector.domain.progress import Progress, silent
from projector.projection import pca
from projector.projection.axes import axes, shown
from projector.projection.frozen import Frozen, FrozenComponents
from projector.projection.matrix import Matrix
from projector.projection.parameters import (
    AxesParameters,
    Parameters,
    PCAParameters,
    ReferenceParameters,
    UMAPParameters,
)
from projector.projection.scaling import Floats


@dataclass(frozen=True, eq=False)
class Problem:
    """What a method gets.

    values float32 (n, k), names of the k features; strata int (n,) or None; start (n, 2) or None.
    """

    values: Floats
    names: tuple[str, ...]
    strata: npt.NDArray[np.integer] | None = None
    start: Floats | None = None


@dataclass(frozen=True, eq=False)
class Solution:
    """coords float32 (n, c), NaN where not placed; state uint8 (n,) of `Placement`; named figures.

    frozen  what it takes to place windows on it that come later
    neighbours_kept as in `projector.domain.nouns.Projection`
    """

    coords: Floats
    state: npt.NDArray[np.uint8]
    quality: dict[str, Any] = field(default_factory=dict)
    frozen: Frozen | FrozenComponents | None = None
    neighbours_kept: Floats | None = None


@dataclass(frozen=True)
class Method:
    """One way to make a map. ``parameters`` is a dataclass whose fields describe themselves.

    stays   it can begin from an older layout, and windows that come later can be placed on it
    turns   its axes mean nothing, so that a new layout may be turned to lie on the older one
    """

    name: str
    title: str
    parameters: type[Parameters]
    run: Callable[[Problem, Any, Progress], Solution]
    quick: bool  # done in a moment: worth showing at once
    stays: bool = False
    turns: bool = False


def _pca(problem: Problem, parameters: PCAParameters, progress: Progress) -> Solution:
    matrix = Matrix.of(problem.values, parameters.scaler, progress)
    fitted = pca.fit(matrix, matrix.rows, parameters.components, progress)
    if problem.start is not None:
        fitted = fitted.facing(matrix, matrix.rows, problem.start[matrix.rows])
    coords, state = _nowhere(len(problem.values), max(len(fitted.explained), 2))
    coords[matrix.rows] = 0
    coords[matrix.rows, : len(fitted.explained)] = pca.transform(fitted, matrix, matrix.rows, progress)
    state[matrix.rows] = Placement.FITTED
    explained = [float(share) for share in fitted.explained]
    quality = {"explained_variance": explained, "scaled_from": matrix.scaled_from}
    return Solution(coords, state, quality, FrozenComponents(matrix.scaling, fitted))


def _umap(problem: Problem, parameters: UMAPParameters, progress: Progress) -> Solution:
    from projector.projection.umap import umap

    matrix = Matrix.of(problem.values, parameters.scaler, progress)
    made = umap(matrix, parameters, strata=problem.strata, start=problem.start, progress=progress)
    quality = made.quality | {"scaled_from": matrix.scaled_from}
    frozen = Frozen(matrix.scaling, made.radius)
    return Solution(made.coords, made.state, quality, frozen, made.neighbours_kept)


def _umap_learn(problem: Problem, parameters: ReferenceParameters, progress: Progress) -> Solution:
    from projector.projection.umap_learn import umap_learn

    matrix = Matrix.of(problem.values, parameters.scaler, progress)
    coords, quality = umap_learn(matrix, parameters, progress)
    state = np.full(len(coords), Placement.NOT_PLACED, np.uint8)
    state[matrix.rows] = Placement.FITTED
    return Solution(coords, state, quality | {"scaled_from": matrix.scaled_from})


def _axes(problem: Problem, parameters: AxesParameters, progress: Progress) -> Solution:
    coords = axes(problem.values, problem.names, parameters, progress)
    placed = np.isfinite(coords[:, 0])
    across, up = (problem.names[column] for column in shown(problem.names, parameters))
    state = np.where(placed, Placement.FITTED, Placement.NOT_PLACED).astype(np.uint8)
    return Solution(coords, state, {"across": across, "up": up})


METHODS: tuple[Method, ...] = (
    Method("pca", "PCA", PCAParameters, _pca, quick=True, stays=True),
    Method("umap", "UMAP", UMAPParameters, _umap, quick=False, stays=True, turns=True),
    Method("umap-learn", "UMAP by umap-learn (slower)", ReferenceParameters, _umap_learn, quick=False),
    Method("axes", "Feature against feature", AxesParameters, _axes, quick=True),
)


def method(name: str) -> Method:
    """A method by its name. Raises InputError."""
    for one in METHODS:
        if one.name == name:
            return one
    raise InputError(
        f"there is no projection {name!r}", remedy=f"use {', '.join(one.name for one in METHODS)}"
    )


def parameters_of(name: str, values: Mapping[str, Any]) -> Parameters:
    """A method's parameters from names and values; what is missing has its default. Raises InputError."""
    return method(name).parameters.of(values)


def project(
    values: Floats,
    names: tuple[str, ...],
    name: str,
    parameters: Mapping[str, Any] | Parameters,
    *,
    strata: npt.NDArray[np.integer] | None = None,
    start: Floats | None = None,
    progress: Progress = silent,
) -> Solution:
    """Map the rows of a feature table (n, k) by a method; see `Problem` for strata and start.

    Raises InputError for parameters out of range, unknown names, or too few windows.
    """
    chosen = method(name)
    wanted = parameters if isinstance(parameters, Parameters) else chosen.parameters.of(parameters)
    solution = chosen.run(Problem(values, names, strata, start), wanted, progress)
    counts = np.bincount(solution.state, minlength=len(Placement))
    solution.quality.update({place.name.lower(): int(counts[place]) for place in Placement})
    return solution


def _nowhere(n: int, width: int) -> tuple[Floats, npt.NDArray[np.uint8]]:
    return np.full((n, width), np.nan, np.float32), np.full(n, Placement.NOT_PLACED, np.uint8)
