"""Features of how the axes move together. C is the covariance matrix of ax, ay, az; λ₁ ≥ λ₂ ≥ λ₃ its eigenvalues."""

import numpy as np

from projector.features.block import STILL, UNDIRECTED, Array, Block, ratio, where
from projector.features.declare import feature


@feature(channels=("axay", "axaz", "ayaz"), scale=1.0)
def correlation(block: Block) -> Array:
    """Correlation of two axes.

    Unit: 1
    Formula: Cᵢⱼ / √(Cᵢᵢ Cⱼⱼ)
    Source: Pearson, Proc. R. Soc. 58 (1895)
    Constant: 0, also where only one of the axes is constant
    """
    i, j = np.array([0, 0, 1]), np.array([1, 2, 2])
    both = block.moving[i] & block.moving[j]
    return where(both, ratio(block.covariance[i, j], block.std[i] * block.std[j]))


@feature(channels=("axes",), scale=1.0, invariant=True)
def rms(block: Block) -> Array:
    """Movement in all directions: root mean square distance of the acceleration vector from its mean.

    Unit: m/s²
    Formula: √(λ₁ + λ₂ + λ₃) = √mean |a − ā|²
    Source: definition
    Constant: 0
    """
    return block.shock_rms


@feature(channels=("axes",), scale=1.0, invariant=True)
def linearity(block: Block) -> Array:
    """How much of the movement is along one line.

    Unit: 1
    Formula: (λ₁ − λ₂) / λ₁
    Source: West et al., Proc. SPIE 5426 (2004)
    Constant: 0
    """
    first, second, _ = _eigenvalues(block)
    return where(block.shock_rms > STILL, ratio(first - second, first))


@feature(channels=("axes",), scale=1.0, invariant=True)
def planarity(block: Block) -> Array:
    """How much of the movement is in one plane but not along one line.

    Unit: 1
    Formula: (λ₂ − λ₃) / λ₁
    Source: West et al., Proc. SPIE 5426 (2004)
    Constant: 0
    """
    first, second, third = _eigenvalues(block)
    return where(block.shock_rms > STILL, ratio(second - third, first))


@feature(channels=("axes",), scale=1.0, invariant=True)
def vertical_share(block: Block) -> Array:
    """Share of the movement that is along gravity: bumps and drops against braking and swerving.

    Unit: 1
    Formula: gᵀCg / (λ₁ + λ₂ + λ₃), g = ā / |ā|
    Source: after Mizell, ISWC (2003)
    Constant: 0, also where |ā| ≤ 0.01 m/s²
    """
    mean = block.mean[:3]
    along = np.einsum("in,ijn,jn->n", mean, block.covariance, mean)
    length_squared = (mean**2).sum(axis=0)
    directed = (block.shock_rms > STILL) & (length_squared > UNDIRECTED**2)
    return where(directed, ratio(along, length_squared * block.shock_rms**2))


def _eigenvalues(block: Block) -> Array:
    """Of the covariance matrices, descending, float64 (3, n); Smith, Comm. ACM 4 (1961)."""
    matrix = block.covariance
    centre = np.trace(matrix) / 3
    shifted = matrix - centre * np.eye(3)[..., None]
    size = np.sqrt((shifted**2).sum(axis=(0, 1)) / 6)
    unit = ratio(shifted, np.broadcast_to(size, shifted.shape))
    half_det = (unit[0] * np.cross(unit[1], unit[2], axis=0)).sum(axis=0) / 2
    angle = np.arccos(np.clip(half_det, -1, 1)) / 3
    turns = angle + np.array([[0.0], [-2 * np.pi / 3], [2 * np.pi / 3]])
    return np.asarray(centre + 2 * size * np.cos(turns))
