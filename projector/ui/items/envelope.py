"""Traces as one image: spans per column in, anti-aliased coverage out, in numpy.

Qt strokes an anti-aliased line of 2,000 points in 3 to 6 ms and a trace view has four of them per
frame; here all columns of a lane are filled at once. A *span* is the vertical extent (low, high) of
the signal within one column (or a quarter of one: sub-columns make slopes smooth), in device pixels
measured from the lane's top. What is filled is exact area coverage: partial rows at both ends of a
span by their share, accumulated as differences down each column and summed up once.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Coverage = npt.NDArray[np.uint8]
SUB = 4  # sub-columns a device pixel where the signal is a line


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
    for shift in range(-reach, reach + 1):
        column = np.floor(x).astype(np.intp) + shift
        away = (column + 0.5 - x) / sub
        inside = (column >= 0) & (column < len(low)) & (np.abs(away) < radius)
        half = np.sqrt(radius**2 - away[inside] ** 2)
        np.fmin.at(low, column[inside], y[inside] - half)
        np.fmax.at(high, column[inside], y[inside] + half)
    return low, high


def coverage(low: Floats, high: Floats, height: int, sub: int = 1) -> Coverage:
    """How much of each pixel the spans cover, uint8 (height, columns / sub). NaN covers nothing.

    Whole numbers of 1/255, so that what a span adds at its top is exactly taken off below its end.
    """
    columns = len(low) // sub
    unit = 255 // sub
    filled = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    column = filled // sub
    steps = np.zeros((height + 2, columns), np.int16)
    flat = steps.reshape(-1)
    for edge, sign in ((low, 1), (high, -1)):
        place = np.clip(edge[filled], 0, height)
        row = place.astype(np.intp)
        below = ((place - row) * (unit * sign)).astype(np.int16)
        at = row * columns + column
        np.add.at(flat, at, sign * unit - below)
        np.add.at(flat, at + columns, below)
    return np.cumsum(steps[:height], axis=0, dtype=np.int16).astype(np.uint8)


def tint_table(red: int, green: int, blue: int, strength: float = 1.0) -> npt.NDArray[np.uint32]:
    """Coverage 0..255 as premultiplied ARGB words of one colour, uint32 (256,)."""
    alpha = np.arange(256) * strength
    parts = [np.round(alpha * part / 255).astype(np.uint32) for part in (255, red, green, blue)]
    return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]


def painted(cover: Coverage, table: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """A coverage as a premultiplied ARGB image, uint32 of the same shape."""
    return table.take(cover, mode="clip")
