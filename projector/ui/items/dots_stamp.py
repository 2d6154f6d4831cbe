"""How one dot looks, and how all dots get that look at once: the whole image is shifted, not each dot.

A pixel of a drawing is one number: tier, coverage level, priority and colour, from the highest bits to
the lowest. Laying one dot over another is then the maximum of two numbers, so the order in which dots
are drawn doesn't matter, and strips drawn apart fit together pixel for pixel.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from projector.processing.grid_index import PRIORITY_BITS

Values = npt.NDArray[np.uint32]

COLOUR_BITS = 8
LEVEL_SHIFT = COLOUR_BITS + PRIORITY_BITS
TIER_SHIFT = LEVEL_SHIFT + 2
FULL, MOST, SOME = 3, 2, 1  # coverage levels: a dot's core, and two for its smooth edge
LEVEL_ALPHA = (0.0, 0.36, 0.68, 1.0)
_LEVEL_FROM = {FULL: 0.84, MOST: 0.5, SOME: 0.2}
_FINE = 16  # a pixel's coverage is counted on this many by this many points
SHAPES = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True)
class Mask:
    """A dot's pixels as runs (level, row, column, length) from the pixel that holds its centre.

    shift   what to add to a position in pixels so that its whole part is that pixel
    reach   the farthest row or column of a run, in pixels
    """

    runs: tuple[tuple[int, int, int, int], ...]
    shift: float
    reach: int


def pack(priority: npt.NDArray[np.uint32], colours: npt.NDArray[np.uint8], tier: int) -> Values:
    """What a dot's centre pixel holds, uint32 (m,), at full coverage."""
    values = priority << np.uint32(COLOUR_BITS)
    values |= colours
    values |= np.uint32(FULL << LEVEL_SHIFT | tier << TIER_SHIFT)
    return values


def stamp(centres: Values, width: int, mask: Mask, out: Values) -> None:
    """Lay the dots whose centre pixels are marked in ``centres`` over ``out``, both flat (height · width).

    Pixels within mask.reach of the left and right edges are spoilt: they belong to a margin.
    """
    for level in (FULL, MOST, SOME):
        runs = [run[1:] for run in mask.runs if run[0] == level]
        if not runs:
            continue
        source = centres if level == FULL else centres & ~np.uint32((FULL ^ level) << LEVEL_SHIFT)
        spread = {1: source}
        for row, column, length in sorted(runs, key=lambda run: run[2]):
            _lay(_spread_to(length, spread), row * width + column + length - 1, out)


@cache
def dot_mask(shape: str, size: int) -> Mask:
    """Mask of a shape ("ring" too) about ``size`` pixels wide; equal sizes look equally heavy."""
    bound = max(round(size * {"triangle": 1.3, "diamond": 1.35, "square": 0.95}.get(shape, 1.0)), 1)
    covered = _coverage(shape, bound)
    offset = bound // 2
    runs: list[tuple[int, int, int, int]] = []
    for row in range(bound):
        above: list[tuple[int, int]] = []
        for level in (FULL, MOST, SOME):
            stretches = _stretches(covered[row] >= _LEVEL_FROM[level])
            runs += [(level, row - offset, start - offset, stop - start) for start, stop in stretches
                     if (start, stop) not in above]  # fmt: skip
            above += stretches
    return Mask(tuple(runs), 0.0 if bound % 2 else 0.5, offset + 1)


def _spread_to(length: int, spread: dict[int, Values]) -> Values:
    """source[i] to the maximum of source[i] … source[i + length - 1], from the shorter ones made so far."""
    if length not in spread:
        shorter = max(known for known in spread if known < length)
        if shorter * 2 < length:
            _spread_to(shorter * 2, spread)
            return _spread_to(length, spread)
        base, gap = spread[shorter], length - shorter
        longer = base.copy()
        np.maximum(base[:-gap], base[gap:], out=longer[:-gap])
        spread[length] = longer
    return spread[length]


def _lay(source: Values, shift: int, out: Values) -> None:
    if shift >= 0:
        target, source = out[shift:], source[: len(source) - shift]
    else:
        target, source = out[:shift], source[-shift:]
    np.maximum(target, source, out=target)


def _coverage(shape: str, bound: int) -> npt.NDArray[np.float64]:
    """Share of each pixel that the shape covers, float64 (bound, bound)."""
    at = (np.arange(bound * _FINE) + 0.5) / (bound * _FINE) * 2 - 1
    x, y = at[None, :], at[:, None]
    hole = max(1 - 3.0 / bound, 0.3)
    inside = {
        "circle": x * x + y * y <= 1,
        "square": (np.abs(x) <= 1) & (np.abs(y) <= 1),
        "triangle": (np.abs(x) <= (y + 1) / 2) & (y <= 0.85),
        "diamond": np.abs(x) + np.abs(y) <= 1,
        "ring": (x * x + y * y <= 1) & (x * x + y * y >= hole * hole),
    }[shape]
    return inside.reshape(bound, _FINE, bound, _FINE).mean(axis=(1, 3))


def _stretches(row: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and stop of each unbroken stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
