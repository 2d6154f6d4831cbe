"""UMAP's forces as machine code, an epoch of `layout.optimise`. It imports numba: for the worker only.

Most of its time went into the library's power, one at a time; ours numba turns into vector instructions.
All of it stands in this one file: what numba keeps is renewed when the file changes, and only then.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import prange, types

from projector.features.compiled import kernel

# it is there on every system, and its threads don't burn a core that another program needs
numba.config.THREADING_LAYER = "workqueue"  # type: ignore[attr-defined]

TURNS = 4
REPELLED = 16  # random points that push a point away for each pull …
PUSH = np.float32(5 / REPELLED)  # … as strongly as the 5 of umap-learn


def _polynomial(f: Callable[..., Any], degree: int, low: float, high: float) -> tuple[np.float32, ...]:
    """Coefficients, constant first, of the polynomial that meets f in Chebyshev's points of an interval."""
    fitted = np.polynomial.Chebyshev.interpolate(f, degree, [low, high])
    return tuple(fitted.convert(kind=np.polynomial.Polynomial).coef.astype(np.float32))


_LOG0, _LOG1, _LOG2, _LOG3, _LOG4 = _polynomial(np.log2, 4, 1.0, 2.0)
_EXP0, _EXP1, _EXP2, _EXP3 = _polynomial(np.exp2, 3, 0.0, 1.0)


def _reinterpreted(given: types.Type, wanted: types.Type) -> Any:
    """A value's bits, read as a type of the same width."""

    def same_bits(typing: Any, value: Any) -> Any:
        return wanted(given), lambda context, builder, signature, arguments: builder.bitcast(
            arguments[0], context.get_value_type(wanted)
        )

    return numba.extending.intrinsic(same_bits)


_as_bits = _reinterpreted(types.float32, types.int32)
_as_number = _reinterpreted(types.int32, types.float32)


@numba.njit(inline="always", fastmath=True)
def power(x: Any, b: Any) -> Any:
    """x to the power of b, for float32 x ≥ 0, to 2 in 10,000: short enough for several at once.

    2^(b·log₂ x) from the bits of a float32: its exponent, and polynomials for its mantissa and for the
    fraction of the result's exponent.
    """
    bits = _as_bits(x)
    exponent = np.float32((bits >> np.int32(23)) - np.int32(127))
    m = _as_number((bits & np.int32(0x7FFFFF)) | np.int32(0x3F800000))
    wanted = b * (exponent + (_LOG0 + m * (_LOG1 + m * (_LOG2 + m * (_LOG3 + m * _LOG4)))))
    whole = np.floor(max(min(wanted, np.float32(126)), np.float32(-126)))
    t = wanted - whole
    return (_EXP0 + t * (_EXP1 + t * (_EXP2 + t * _EXP3))) * _as_number(
        (np.int32(whole) + np.int32(127)) << np.int32(23)
    )


@numba.njit(inline="always")
def _scramble(state: Any) -> Any:
    """The output function of splitmix64 (Steele, Lea, Flood 2014)."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel(
    "f4[:,::1], f4[:,::1], f4[:,::1], i4[::1], i4[::1], f4[::1], f4[::1], f4, f4, f4, i8, i8", parallel=True
)
def step(points, moved, crowd, starts, ends, period, due, a, b, pace, epoch, seed):  # type: ignore[no-untyped-def]
    """One epoch: points (n, 2) are moved by the edges that are due, and by runs of the crowd (2, m).

    moved   (n, 2), room to work in
    starts, ends    the edges of point i lead to ends[starts[i]:starts[i + 1]], due every `period` epochs
    """
    n = points.shape[0]
    golden = np.uint64(0x9E3779B97F4A7C15)
    limit = np.float32(4.0)
    runs = np.uint64(crowd.shape[1] - REPELLED + 1)
    for turn in range(TURNS):
        for place in prange((n - turn + TURNS - 1) // TURNS):
            i = turn + place * TURNS
            x, y = points[i, 0], points[i, 1]
            state = _scramble(_scramble(np.uint64(seed) + golden) + golden * np.uint64(epoch * n + i))
            for edge in range(starts[i], starts[i + 1]):
                if due[edge] > epoch:
                    continue
                due[edge] += period[edge]
                state += golden
                first = np.int64(((_scramble(state) >> np.uint64(32)) * runs) >> np.uint64(32))
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
                x += pace * PUSH * push_x
                y += pace * PUSH * push_y
            moved[i, 0], moved[i, 1] = x, y
        for place in prange((n - turn + TURNS - 1) // TURNS):
            i = turn + place * TURNS
            points[i, 0], points[i, 1] = moved[i, 0], moved[i, 1]
