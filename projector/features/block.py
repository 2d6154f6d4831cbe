"""Windows to features, a block at a time: measured tile by tile in the cache, then one formula for all.

What a window's features are never depends on which windows it is computed with, so any division of the work
gives the same bits: no step mixes windows.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from projector.features.measures import Measure, Measures
from projector.features.registry import DECLARATIONS, FEATURE_NAMES, MEASURES
from projector.features.tile import AnyArray, Cut, Mask, Single, Tile

_TILE_WINDOWS = 1024
_TILE_SAMPLES = 65_536  # of one channel: few enough for the cache, and to get memory without the system
_BLOCK_SAMPLES = 12 * _TILE_SAMPLES  # many enough that what a call into numpy costs is little a window


def tile_width(length: int) -> int:
    """Windows in a tile, for windows of so many samples."""
    return min(max(_TILE_SAMPLES // length, 1), _TILE_WINDOWS)


def block_width(length: int) -> int:
    """Windows that are best computed together, a whole number of tiles."""
    width = tile_width(length)
    return width * max(_BLOCK_SAMPLES // (width * length), 1)


def extract_block(windows: Single, rate_hz: float) -> Single:
    """Features float32 (n, 122) of windows float32 (n, samples, 3): ax, ay, az in m/s².

    A window with a sample that is not a number, infinite or beyond 1e5 m/s² has NaN in every feature.
    """
    n, length = windows.shape[:2]
    samples = np.ascontiguousarray(windows, np.float32).reshape(-1, 3)
    values = np.empty((n, len(FEATURE_NAMES)), np.float32)
    step = block_width(length)
    for start in range(0, n, step):
        first = np.arange(start, min(start + step, n)) * length
        values[start : start + step] = features_of([Cut(samples, first)], length, rate_hz)
    return values


def features_of(cuts: Sequence[Cut], length: int, rate_hz: float) -> Single:
    """As `extract_block`, for windows of so many samples in several rides; `block_width` in all is best."""
    n = sum(len(cut.first) for cut in cuts)
    measured, sound = _measured(cuts, n, length, rate_hz)
    with np.errstate(all="ignore"):
        m = Measures(length, rate_hz, measured)
        values = np.empty((len(FEATURE_NAMES), n), np.float32)
        row = 0
        for one in DECLARATIONS:
            for found in one.rows(m):
                last = row + (len(found) if found.ndim == 2 else 1)
                values[row:last] = found
                row = last
    values[:, ~sound] = np.nan
    return values.T


def _measured(
    cuts: Sequence[Cut], n: int, length: int, rate_hz: float
) -> tuple[dict[Measure, AnyArray], Mask]:
    """Every measure of the windows by its function, and which windows are sound."""
    found: dict[Measure, AnyArray] = {}
    sound, filled = np.empty(n, np.bool_), 0
    for some in _tiles(cuts, tile_width(length)):
        tile = Tile(some, length, rate_hz)
        part = slice(filled, filled + tile.count)
        sound[part] = tile.sound[: tile.count]
        for one in MEASURES:
            rows = tile.derive(one)
            if one not in found:
                found[one] = np.empty((*rows.shape[:-1], n), rows.dtype)
            found[one][..., part] = rows[..., : tile.count]
        filled = part.stop
    return found, sound


def _tiles(cuts: Sequence[Cut], width: int) -> Iterator[list[Cut]]:
    """The windows by tiles, the last as it comes."""
    tile: list[Cut] = []
    room = width
    for cut in cuts:
        first = cut.first
        while len(first):
            tile.append(Cut(cut.samples, first[:room]))
            first, room = first[room:], room - len(tile[-1].first)
            if not room:
                yield tile
                tile, room = [], width
    if tile:
        yield tile
