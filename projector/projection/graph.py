"""How strongly windows belong together: UMAP's fuzzy graph, from distances to nearest neighbours.

McInnes, Healy, Melville: UMAP, 2018 (arXiv:1802.03426), algorithms 2 and 3.
"""

from typing import TYPE_CHECKING

import numpy as np

from projector.projection.candidates import Indices
from projector.projection.scaling import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_HALVINGS = 32
_LEAST_WIDTH = 1e-3  # of the mean distance: many equal windows must not become one infinitely strong knot


def memberships(distances: Floats) -> Floats:
    """Strengths (n, k), 0 to 1, of each row's neighbours, given by their distances, nearest first.

    exp(−(d − ρ) / σ) with ρ the least distance over 0 and σ such that a row's strengths sum to
    log₂(k + 1). Each row from its own numbers alone.
    """
    positive = np.where(distances > 0, distances, np.inf).min(axis=1)
    nearest = np.where(np.isfinite(positive), positive, 0).astype(np.float32)
    beyond = np.maximum(distances - nearest[:, None], 0)
    width = np.maximum(_widths(beyond), _LEAST_WIDTH * distances.mean(axis=1))
    return np.asarray(np.exp(-beyond / np.maximum(width, np.float32(1e-12))[:, None]))


def _widths(beyond: Floats) -> Floats:
    """σ (n,) by bisection between 0 and a width at which every strength is nearly 1."""
    target = np.float32(np.log2(beyond.shape[1] + 1))
    low = np.zeros(len(beyond), np.float32)
    high = np.maximum(beyond.mean(axis=1) * np.float32(32 * beyond.shape[1]), np.float32(1e-12))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        too_wide = np.exp(-beyond / middle[:, None]).sum(axis=1) > target
        high, low = np.where(too_wide, middle, high), np.where(too_wide, low, middle)
    return np.asarray((low + high) / 2)


def fuzzy_graph(indices: Indices, distances: Floats) -> "csr_matrix":
    """Symmetric strengths (n, n) as float32 CSR: p + p' − p·p', the probabilistic union of both views."""
    from scipy.sparse import csr_matrix

    n, k = indices.shape
    starts = np.arange(0, n * k + 1, k)
    directed = csr_matrix((memberships(distances).ravel(), indices.ravel(), starts), shape=(n, n))
    reverse = directed.T.tocsr()
    union = (directed + reverse - directed.multiply(reverse)).tocsr()
    union.sort_indices()
    return union
