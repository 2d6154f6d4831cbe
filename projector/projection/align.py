"""Turns a new layout so that it lies as the old one did, and the picture doesn't jump."""

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
