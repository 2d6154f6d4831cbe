"""Traces as one image: spans per column in, anti-aliased coverage out, in numpy.

Qt strokes an anti-aliased line of 920 points in 2 ms where it is smooth and in 70 ms where it is noise
(vibration is), and a trace has four of them a frame; here all columns of a lane are filled at once, in
less than 1 ms whatever the signal. A *span* is the vertical extent (low, high) of the signal within one
column (or a quarter of one: sub-columns make slopes smooth), in device pixels measured from the lane's
top. What is filled is exact area coverage: partial rows at both ends of a span by their share.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Words = npt.NDArray[np.uint32]
SUB = 4  # sub-columns a device pixel where the signal is a line


@dataclass(frozen=True, eq=False)
class Painted:
    """Premultiplied ARGB words, uint32 (rows, columns), that begin `top` rows below the lane's top."""

    top: int
    words: Words


def joined(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Spans that touch their neighbours: each half of a vertical jump goes to one of the two columns.

    Columns with NaN (no sample: a gap) stay empty and break the line.
    """
    low, high = low.copy(), high.copy()
    up, down = low[1:] > high[:-1], high[1:] < low[:-1]
    middle_up = (low[1:] + high[:-1])[up] / 2
    middle_down = (high[1:] + low[:-1])[down] / 2
    low[1:][up], high[:-1][up] = middle_up, middle_up
    high[1:][down], low[:-1][down] = middle_down, middle_down
    return low, high


def line_spans(x: Floats, y: Floats, columns: int, broken: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Spans, float (columns,), of the polyline through (x, y) in columns [k, k + 1); NaN where it isn't.

    x is increasing and counts columns; broken, bool (n - 1,), says after which points the line stops
    (a gap); a NaN in y stops it too. A lone point keeps a span of its own.
    """
    edges = np.arange(columns + 1, dtype=np.float64)
    if len(x) < 2:
        at_edges = np.full(columns + 1, np.nan)
    else:
        after = np.clip(np.searchsorted(x, edges, side="right") - 1, 0, len(x) - 2)
        share = (edges - x[after]) / (x[after + 1] - x[after])
        at_edges = y[after] + (y[after + 1] - y[after]) * share
        at_edges[(share < 0) | (share > 1) | broken[after]] = np.nan
    low, high = np.fmin(at_edges[:-1], at_edges[1:]), np.fmax(at_edges[:-1], at_edges[1:])
    column = np.floor(x).astype(np.intp)
    inside = (column >= 0) & (column < columns) & np.isfinite(y)
    np.fmin.at(low, column[inside], y[inside])
    np.fmax.at(high, column[inside], y[inside])
    return low, high


def penned(low: Floats, high: Floats, radius: float, sub: int = SUB) -> tuple[Floats, Floats]:
    """Spans widened by a round pen of `radius` device pixels, where a device pixel is `sub` columns."""
    reach = int(radius * sub)
    out_low, out_high = low - radius, high + radius
    for shift in range(1, reach + 1):
        part = np.sqrt(max(radius**2 - (shift / sub) ** 2, 0.0))
        for to, back in (
            (slice(shift, None), slice(None, -shift)),
            (slice(None, -shift), slice(shift, None)),
        ):
            np.fmin(out_low[to], low[back] - part, out=out_low[to])
            np.fmax(out_high[to], high[back] + part, out=out_high[to])
    return out_low, out_high


def dotted(
    low: Floats, high: Floats, x: Floats, y: Floats, radius: float, sub: int = SUB
) -> tuple[Floats, Floats]:
    """Spans with a disc of `radius` device pixels around each point (x counts sub-columns); changes them."""
    keep = np.isfinite(y)
    x, y = x[keep], y[keep]
    reach = int(np.ceil(radius * sub))
    column = np.floor(x).astype(np.intp) + np.arange(-reach, reach + 1)[:, None]
    away = (column + 0.5 - x) / sub
    inside = (column >= 0) & (column < len(low)) & (np.abs(away) < radius)
    half = np.sqrt(radius**2 - away[inside] ** 2)
    middle = np.broadcast_to(y, column.shape)[inside]
    np.fmin.at(low, column[inside], middle - half)
    np.fmax.at(high, column[inside], middle + half)
    return low, high


def tint_table(red: int, green: int, blue: int, strength: float = 1.0) -> Words:
    """Coverage 0..255 as premultiplied ARGB words of one colour, uint32 (256,)."""
    alpha = np.arange(256) * strength
    words = np.zeros(256, np.uint32)
    for part, shift in ((255, 24), (red, 16), (green, 8), (blue, 0)):
        words |= np.round(alpha * part / 255).astype(np.uint32) << np.uint32(shift)
    return words


def painted(low: Floats, high: Floats, height: int, tint: Words, sub: int = 1) -> Painted:
    """The spans as a premultiplied ARGB image, of no more rows than they reach. NaN covers nothing."""
    seen = np.flatnonzero((high > 0) & (low < height))  # false for NaN
    columns = len(low) // sub
    if not len(seen):
        return Painted(0, np.zeros((0, columns), np.uint32))
    low, high = low[seen], high[seen]
    top = max(int(np.floor(low.min())), 0)
    rows = min(int(np.ceil(high.max())), height) - top
    return Painted(top, filled(low - top, high - top, seen // sub, (rows, columns), tint, sub))


def filled(
    low: Floats,
    high: Floats,
    column: npt.NDArray[np.intp],
    shape: tuple[int, int],
    tint: Words,
    sub: int = 1,
) -> Words:
    """Area coverage of spans (low, high) in their columns, tinted; each weighs 1 / sub of a column.

    What a span adds at its top it takes off below its end, and the rows are summed up downwards. The sums
    are of whole ARGB words: bytes borrow from one another on the way, but modulo 2³² every sum comes out
    exact, because each byte of the result lies in 0..255. That saves a pass over the image for the colour.
    """
    rows, columns = shape
    unit = 255 // sub
    steps = np.zeros((rows + 2, columns), np.uint32)
    flat = steps.reshape(-1)
    for edge, add in ((low, True), (high, False)):
        place = np.clip(edge, 0, rows)
        row = place.astype(np.intp)
        begin = tint[((1 - (place - row)) * unit + 0.5).astype(np.intp)]
        rest = tint[unit] - begin
        at = row * columns + column
        np.add.at(flat, at, begin if add else -begin)
        np.add.at(flat, at + columns, rest if add else -rest)
    for k in range(1, rows):
        np.add(steps[k], steps[k - 1], out=steps[k])
    return steps[:rows]
