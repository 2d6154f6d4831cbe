"""Windows to features, a block at a time: measured tile by tile in the cache, then one formula for all.

What a window's features are never depends on which windows it is computed with, so any division of the work
gives the same bits: no step mixes windows, and a tile is filled up to whole vectors of the processor.
"""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from projector.features.measures import Measure, Measures
from projector.features.registry import DECLARATIONS, FEATURE_NAMES, MEASURES
from projector.features.temporal import means, quantiles
from projector.features.tile import AnyArray, Single, Tile

LIMIT = 1e5
"""m/s²; ten thousand g: no acceleration is beyond it, and a window that has such a sample has no features."""
_VECTOR = 16
_TILE_SAMPLES = (
    76_800  # of one channel: so few that tiles stay in the cache, so many that calls into numpy cost little
)
_BLOCK_SAMPLES = 800_000


def tile_width(length: int) -> int:
    """Windows in a tile, for windows of so many samples: a multiple of every processor's vector."""
    return _VECTOR * min(max(_TILE_SAMPLES // (_VECTOR * length), 1), 64)


def block_width(length: int) -> int:
    """Windows that are best computed together, a whole number of tiles."""
    width = tile_width(length)
    return width * max(_BLOCK_SAMPLES // (width * length), 1)


def extract_block(windows: Single, rate_hz: float) -> Single:
    """Features float32 (n, 122) of windows float32 (n, samples, 3): ax, ay, az in m/s².

    A window with a sample that is not a number, infinite or beyond 1e5 m/s² has NaN in every feature.
    """
    values = np.empty((len(windows), len(FEATURE_NAMES)), np.float32)
    step = block_width(windows.shape[1])
    for first in range(0, len(windows), step):
        part = slice(first, first + step)
        values[part] = features_of([windows[part]], rate_hz)
    return values


def features_of(pieces: Sequence[Single], rate_hz: float) -> Single:
    """As `extract_block`, for windows in several pieces; best with `block_width` windows in all."""
    n, length = sum(map(len, pieces)), pieces[0].shape[1]
    with np.errstate(
        all="ignore"
    ):  # windows that have no features are computed all the same, then struck out
        m = Measures(length, rate_hz, _measured(pieces, rate_hz))
        values = np.empty((len(FEATURE_NAMES), n), np.float32)
        row = 0
        for one in DECLARATIONS:
            for found in one.rows(m):
                last = row + (len(found) if found.ndim == 2 else 1)
                values[row:last] = found[..., :n]
                row = last
        highest = (m[means] + m[quantiles][-1])[3, :n]
    values[:, ~(highest <= LIMIT)] = np.nan
    return values.T


def _measured(pieces: Sequence[Single], rate_hz: float) -> dict[Measure, AnyArray]:
    """Every measure of the windows, filled up to whole tiles, by its function."""
    found: dict[Measure, AnyArray] = {}
    room, filled = sum(map(len, pieces)) + _VECTOR, 0
    for samples in _tiles(pieces):
        tile = Tile(samples, rate_hz)
        part = slice(filled, filled + tile.width)
        for one in MEASURES:
            rows = one(tile)
            if one not in found:
                found[one] = np.empty((*rows.shape[:-1], room), rows.dtype)
            found[one][..., part] = rows
        filled += tile.width
    return {one: rows[..., :filled] for one, rows in found.items()}


def _tiles(pieces: Sequence[Single]) -> Iterator[Single]:
    """The windows as (3, width, samples), the last filled up with zeros to whole vectors."""
    n, length = sum(map(len, pieces)), pieces[0].shape[1]
    width = tile_width(length)
    waiting = deque(pieces)
    for first in range(0, n, width):
        missing = min(width, n - first)
        samples = np.empty((3, -(-missing // _VECTOR) * _VECTOR, length), np.float32)
        samples[:, missing:] = 0
        filled = 0
        while filled < missing:
            piece = waiting.popleft()
            part, rest = piece[: missing - filled], piece[missing - filled :]
            samples[:, filled : filled + len(part)] = part.transpose(2, 0, 1)
            filled += len(part)
            if len(rest):
                waiting.appendleft(rest)
        yield samples
