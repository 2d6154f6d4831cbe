"""How one dot looks, and how all dots get that look at once: the whole image is shifted, not each dot.

A pixel of a drawing is one number: tier, coverage level, priority and colour, from the highest bits to
the lowest. Laying one dot over another is then the maximum of two numbers, so the order in which dots
are drawn doesn't matter, and strips drawn apart fit together pixel for pixel.
"""

import math
from collections.abc import Sequence
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
_LEVEL_FROM = {FULL: 0.7, MOST: 0.45, SOME: 0.2}
_COARSE = 6  # pixels up to which one level of smooth edge does
_FINE = 16  # a pixel's coverage is counted on this many by this many points
BLOCK_PIXELS = 48_000  # what is worked on at once: a few arrays of this size fit the cache
_WIDER = {"triangle": 1.3, "diamond": 1.2, "square": 0.88}
SHAPES = ("circle", "square", "triangle", "diamond")


Run = tuple[int, int, int]  # level, column, length


@dataclass(frozen=True)
class Mask:
    """A dot's pixels as runs around its centre, which is the upper left corner of pixel (0, 0).

    spreads     the run lengths that are needed, rising, each with the shorter one that it is made from
    rows        rows that look alike, once: their runs, the one that ends last first; and which rows
    reach       beyond the farthest row or column of a run, in pixels
    """

    spreads: tuple[tuple[int, int], ...]
    rows: tuple[tuple[tuple[Run, ...], tuple[int, ...]], ...]
    reach: int


def pack(priority: npt.NDArray[np.uint32], colours: npt.NDArray[np.uint8], tier: int) -> Values:
    """What a dot's centre pixel holds, uint32 (m,), at full coverage."""
    values = priority << np.uint32(COLOUR_BITS)
    values |= colours
    values |= np.uint32(FULL << LEVEL_SHIFT | tier << TIER_SHIFT)
    return values


def stamp(planes: Values, width: int, masks: Sequence[Mask], out: Values) -> None:
    """Lay dots over ``out``, uint32 flat (height · width).

    planes      uint32 (len(masks), height · width), marked at the centre pixels of each mask's dots

    Works by blocks of rows that stay in the processor's cache. Pixels within a mask's reach of the left
    and right edges are spoilt: they belong to a margin.
    """
    block = max(BLOCK_PIXELS // width, 16) * width
    for first in range(0, len(out), block):
        for plane, mask in zip(planes, masks, strict=True):
            centres = plane[first : first + block]
            if centres.max():
                _stamp_block(centres, first, width, mask, out)


def _stamp_block(centres: Values, first: int, width: int, mask: Mask, out: Values) -> None:
    """Lay the dots of some rows, the first of them at ``first``, over ``out``."""
    spread = {1: centres}  # the greatest value of so many pixels from each on
    for length, shorter in mask.spreads:
        base, gap = spread[shorter], length - shorter
        spread[length] = np.maximum(base[:-gap], base[gap:])
    for runs, rows in mask.rows:
        pattern, end = _pattern(spread, runs)
        for row in rows:
            _lay(pattern, first + row * width + end, out)


def _lay(pattern: Values, at: int, out: Values) -> None:
    before = max(-at, 0)
    target = out[at + before : at + len(pattern)]
    np.maximum(target, pattern[before : before + len(target)], out=target)


def _pattern(spread: dict[int, Values], runs: Sequence[Run]) -> tuple[Values, int]:
    """One row of a mask spread from every pixel, and the column where its last run ends."""
    whole: Values | None = None
    end = 0
    for level, column, length in runs:
        part = spread[length]
        if level != FULL:
            part = part & ~np.uint32((FULL ^ level) << LEVEL_SHIFT)
        if whole is None:
            whole, end = part, column + length - 1
        else:
            gap = end - (column + length - 1)
            shared = min(len(whole), len(part) - gap)
            whole = np.maximum(whole[:shared], part[gap : gap + shared])
    assert whole is not None
    return whole, end


@cache
def dot_mask(shape: str, size: float) -> Mask:
    """Mask of a shape ("ring" too) about ``size`` pixels wide; equal sizes look equally heavy."""
    wide = size * _WIDER.get(shape, 1.0)
    bound = max(2 * math.ceil(wide / 2 - 0.15), 2)
    covered = _coverage(shape, bound, wide)
    levels = (FULL, SOME) if bound <= _COARSE else (FULL, MOST, SOME)
    rows: dict[tuple[Run, ...], list[int]] = {}
    for row in range(bound):
        runs: list[Run] = []
        for level in levels:
            stretches = _stretches(covered[row] >= _LEVEL_FROM[level])
            runs += [(level, start - bound // 2, stop - start) for start, stop in stretches
                     if (start - bound // 2, stop - start) not in [run[1:] for run in runs]]  # fmt: skip
        if runs:
            runs.sort(key=lambda run: -run[1] - run[2])
            rows.setdefault(tuple(runs), []).append(row - bound // 2)
    lengths = {length for runs in rows for _, _, length in runs}
    return Mask(_spreads(lengths), tuple((runs, tuple(at)) for runs, at in rows.items()), bound // 2 + 1)


def _spreads(lengths: set[int]) -> tuple[tuple[int, int], ...]:
    """(length, shorter one that it is made from) for every length that is needed, rising."""
    steps: list[tuple[int, int]] = []
    known = 1
    for length in sorted(lengths - {1}):
        while known * 2 < length:
            steps.append((known * 2, known))
            known *= 2
        steps.append((length, known))
        known = length
    return tuple(steps)


def _coverage(shape: str, bound: int, wide: float) -> npt.NDArray[np.float64]:
    """Share of each pixel, float64 (bound, bound), that a shape of a width covers."""
    at = ((np.arange(bound * _FINE) + 0.5) / _FINE - bound / 2) / (wide / 2)
    x, y = at[None, :], at[:, None]
    hole = max(1 - 2.5 / wide, 0.3)  # a ring's line is a pixel and a quarter
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
