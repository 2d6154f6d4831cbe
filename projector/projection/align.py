"""Carries an old layout over to a new one, so that the picture doesn't jump."""

import numpy as np

from projector.domain.ids import Ids
from projector.projection.scaling import Floats


def align(coords: Floats, ids: Ids, old_coords: Floats, old_ids: Ids) -> Floats:
    """The new coordinates (n, 2), rotated or mirrored and moved to lie nearest to the old ones.

    Only windows placed in both count; with fewer than three of them nothing is changed. Distances are
    kept: a layout's scale has a meaning. Orthogonal Procrustes (Schönemann 1966).
    """
    _, new_rows, old_rows = np.intersect1d(ids, old_ids, return_indices=True)
    new, old = coords[new_rows].astype(np.float64), old_coords[old_rows].astype(np.float64)
    both = np.isfinite(new).all(axis=1) & np.isfinite(old).all(axis=1)
    if both.sum() < 3:
        return coords
    new, old = new[both], old[both]
    u, _, vt = np.linalg.svd((new - new.mean(axis=0)).T @ (old - old.mean(axis=0)))
    return np.asarray((coords - new.mean(axis=0)) @ (u @ vt) + old.mean(axis=0), np.float32)


def coordinates_of(ids: Ids, old_coords: Floats, old_ids: Ids) -> Floats:
    """Where an older map has these windows, float32 (n, c); NaN for those that it doesn't have."""
    coords = np.full((len(ids), old_coords.shape[1]), np.nan, np.float32)
    _, rows, old_rows = np.intersect1d(ids, old_ids, return_indices=True)
    coords[rows] = old_coords[old_rows]
    return coords
