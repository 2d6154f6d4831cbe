"""Features of how the axes move together.

C is the covariance matrix of ax, ay, az; λ₁ ≥ λ₂ ≥ λ₃ are its eigenvalues.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
import numpy as np

from projector.features.compiled import kernel
from projector.features.declare import feature
from projector.features.measures import STILL, UNDIRECTED, Measures, measure, ratio, where
from projector.features.temporal import deviations, means, moments, moving
from projector.features.tile import Array, Mask, Tile

PAIRS = ((0, 1), (0, 2), (1, 2))


@measure
def covariances(tile: Tile) -> Array:
    """C₁₂, C₁₃, C₂₃, (3, n)."""
    found = np.empty((3, tile.width))
    _multiply(tile.centred, found)
    return found


@kernel("f4[:,:,::1], f8[:,::1]")
def _multiply(centred, found):  # type: ignore[no-untyped-def]
    windows, _, length = centred.shape
    for i in range(windows):
        xy, xz, yz = 0.0, 0.0, 0.0
        for s in range(length):
            x, y, z = np.float64(centred[i, 0, s]), np.float64(centred[i, 1, s]), np.float64(centred[i, 2, s])
            xy += x * y
            xz += x * z
            yz += y * z
        found[0, i], found[1, i], found[2, i] = xy / length, xz / length, yz / length


def shock_rms(m: Measures) -> Array:
    """√mean |a − ā|², (n,)."""
    return np.sqrt(m[moments][0, :3].sum(axis=0))


def shaken(m: Measures) -> Mask:
    """Whether anything moves, (n,)."""
    return m[shock_rms] > STILL


def eigenvalues(m: Measures) -> Array:
    """Of C, descending, (3, n); in closed form after Smith, Comm. ACM 4 (1961)."""
    xx, yy, zz = m[moments][0, :3]
    xy, xz, yz = m[covariances]
    centre = (xx + yy + zz) / 3
    x, y, z = xx - centre, yy - centre, zz - centre
    size = np.sqrt((x * x + y * y + z * z + 2 * (xy * xy + xz * xz + yz * yz)) / 6)
    determinant = x * (y * z - yz * yz) - xy * (xy * z - yz * xz) + xz * (xy * yz - y * xz)
    angle = np.arccos(np.clip(ratio(determinant / 2, size * size * size), -1, 1)) / 3
    first = centre + 2 * size * np.cos(angle)
    third = centre + 2 * size * np.cos(angle + 2 * np.pi / 3)
    return np.stack([first, 3 * centre - first - third, third])


@feature(channels=("axay", "axaz", "ayaz"), scale=1.0)
def correlation(m: Measures) -> Array:
    """Correlation of two axes.

    Unit: 1
    Formula: Cᵢⱼ / √(Cᵢᵢ Cⱼⱼ)
    Source: Pearson, Proc. R. Soc. 58 (1895)
    Constant: 0, also where only one of the axes is constant
    """
    one, other = np.transpose(PAIRS)
    both = m[moving][one] & m[moving][other]
    return where(both, ratio(m[covariances], m[deviations][one] * m[deviations][other]))


@feature(channels=("axes",), scale=1.0, invariant=True)
def rms(m: Measures) -> Array:
    """Movement in all directions: root mean square distance of the acceleration vector from its mean.

    Unit: m/s²
    Formula: √(λ₁ + λ₂ + λ₃) = √mean |a − ā|²
    Source: definition
    Constant: 0
    """
    return m[shock_rms]


@feature(channels=("axes",), scale=1.0, invariant=True)
def linearity(m: Measures) -> Array:
    """How much of the movement is along one line.

    Unit: 1
    Formula: (λ₁ − λ₂) / λ₁
    Source: West et al., Proc. SPIE 5426 (2004)
    Constant: 0
    """
    first, second, _ = m[eigenvalues]
    return where(m[shaken], ratio(first - second, first))


@feature(channels=("axes",), scale=1.0, invariant=True)
def planarity(m: Measures) -> Array:
    """How much of the movement is in one plane but not along one line.

    Unit: 1
    Formula: (λ₂ − λ₃) / λ₁
    Source: West et al., Proc. SPIE 5426 (2004)
    Constant: 0
    """
    first, second, third = m[eigenvalues]
    return where(m[shaken], ratio(second - third, first))


@feature(channels=("axes",), scale=1.0, invariant=True)
def vertical_share(m: Measures) -> Array:
    """Share of the movement that is along gravity: bumps and drops against braking and swerving.

    Unit: 1
    Formula: gᵀCg / (λ₁ + λ₂ + λ₃), g = ā / |ā|
    Source: after Mizell, ISWC (2003)
    Constant: 0, also where |ā| ≤ 0.01 m/s²
    """
    x, y, z = m[means][:3]
    xx, yy, zz = m[moments][0, :3]
    xy, xz, yz = m[covariances]
    along = x * x * xx + y * y * yy + z * z * zz + 2 * (x * y * xy + x * z * xz + y * z * yz)
    length_squared = x * x + y * y + z * z
    directed = m[shaken] & (length_squared > UNDIRECTED**2)
    return where(directed, ratio(along, length_squared * (xx + yy + zz)))
