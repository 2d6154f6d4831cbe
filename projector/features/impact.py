"""The shape of an impact: what a crash, a fall, a pothole and a dropped phone do differently.

The shock d = |a − ā| is the distance of the acceleration vector from its mean in the window: it sees a knock
from any side, gravity doesn't hide it, and it doesn't depend on how the phone is mounted. The peak is the
first sample within 0.1 % of the greatest d. *Around* it is ± 0.25 s, *before* and *after* are the window's
other samples. In a window where nothing moves (rms of d ≤ 10⁻⁵ m/s²) there is no impact.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from math import ceil

import numpy as np

from projector.features.cross import shaken, shock_rms
from projector.features.declare import feature
from projector.features.jerk import quiet
from projector.features.measures import Measures, angle_deg, measure, ratio, where
from projector.features.temporal import means
from projector.features.tile import AnyArray, Array, Mask, Single, Tile, count, dot

GRAVITY = 9.80665
AROUND_S = 0.25
FALL_S = 1.0
NEAR_PEAK = np.float32(0.999**2)
LEVELS = (0.5, 0.1)
ENERGY_FLOOR = 0.01
_INWARD = np.array([[1], [-1]])  # from a side's outer sample towards the peak


class Peak:
    """Where the peak of a tile's windows is, and which samples are before and after it."""

    def __init__(self, tile: Tile) -> None:
        self.shock = tile.shock_squared
        self.top: Single = self.shock.max(axis=-1)
        self.place: AnyArray = (self.shock >= (self.top * NEAR_PEAK)[:, None]).argmax(axis=-1)
        small = np.int16 if tile.length < 2**15 else np.int32
        self.distance: AnyArray = np.arange(tile.length, dtype=small) - self.place.astype(small)[:, None]
        reach = ceil(AROUND_S * tile.rate_hz - 1e-9)
        self.before: Mask = self.distance < -reach
        self.after: Mask = self.distance > reach


@measure
def peaks_found(tile: Tile) -> Array:
    """Height and place of the peak, (2, n)."""
    found = tile.derive(Peak)
    return np.stack([np.sqrt(found.top, dtype=np.float64), found.place])


@measure
def outside(tile: Tile) -> Array:
    """Before and after: sums of ax, ay and az less their means, of d², and of samples; (2, 5, n)."""
    found = tile.derive(Peak)
    result = np.empty((2, 5, tile.width))
    for part, mask in zip(result, (found.before, found.after), strict=True):
        weight = mask.astype(np.float32)
        part[:3] = dot(tile.centred[:3], weight)
        part[3] = dot(found.shock, weight)
        part[4] = count(mask)
    return result


@measure
def flanks(tile: Tile) -> Array:
    """On both sides of the peak, the sample nearest to it with a shock below each level.

    Its place (-1 or the window's length where there is none), its shock and that of its neighbour towards the
    peak, (3, LEVELS, 2, n).
    """
    found = tile.derive(Peak)
    number = np.arange(tile.length + 1, dtype=np.min_scalar_type(tile.length))
    earlier = np.multiply(found.distance < 0, number[1:])  # greatest for the sample next to the peak
    later = np.multiply(found.distance > 0, number[:0:-1])
    place = np.empty((len(LEVELS), 2, tile.width), np.int64)
    for row, level in zip(place, LEVELS, strict=True):
        below = found.shock < (found.top * np.float32(level**2))[:, None]
        row[0] = np.multiply(below, earlier).max(axis=-1).astype(np.int64) - 1
        row[1] = tile.length - np.multiply(below, later).max(axis=-1).astype(np.int64)
    windows = np.arange(tile.width)
    outer, inner = (
        np.sqrt(found.shock[windows, at.clip(0, tile.length - 1)], dtype=np.float64)
        for at in (place, place + _INWARD)
    )
    return np.stack([place, outer, inner])


@measure
def counts(tile: Tile) -> Array:
    """Rises to half of the peak, falling samples in the second before it, quiet steps after it, (3, n)."""
    found = tile.derive(Peak)
    high = found.shock >= (found.top * np.float32(0.25))[:, None]
    rises = count(np.logical_and(high[:, 1:], ~high[:, :-1])) + high[:, 0]
    falling = tile.centred[3] < (GRAVITY / 2 - tile.mean[3]).astype(np.float32)[:, None]
    falling &= found.distance < 0
    falling &= found.distance >= -round(FALL_S * tile.rate_hz)
    return np.stack([rises, count(falling), count(tile.derive(quiet) & found.after[:, :-1])])


@measure
def second_tops(tile: Tile) -> Array:
    """Greatest d outside of the impact, (n,)."""
    found = tile.derive(Peak)
    apart = np.multiply(found.shock, found.before | found.after)
    return np.sqrt(apart.max(axis=-1), dtype=np.float64)


def spans(m: Measures) -> Array:
    """Samples from the peak to where the shock passes each level, before and after it, (LEVELS, 2, n).

    Linear between samples; where the shock stays over the level, up to the window's edge.
    """
    place, outer, inner = m[flanks]
    height, peak_at = m[peaks_found]
    inside = (place >= 0) & (place < m.length)
    share = ratio(np.array(LEVELS)[:, None, None] * height - outer, inner - outer)
    return where(m[shaken], np.abs(peak_at - (place + _INWARD * np.where(inside, share, 1.0))))


def energies(m: Measures) -> Array:
    """Mean d² before and after, (2, n)."""
    return m[outside][:, 3] / np.maximum(m[outside][:, 4], 1)


@feature(channels=("impact",), scale=1.0, invariant=True)
def peak(m: Measures) -> Array:
    """Height of the peak.

    Unit: m/s²
    Formula: max d
    Source: Projector
    Constant: 0
    """
    return m[peaks_found][0]


@feature(channels=("impact",), scale=1.0, invariant=True)
def time(m: Measures) -> Array:
    """When the peak is, from the window's first sample.

    Unit: s
    Formula: i(peak) / rate
    Source: Projector
    Constant: 0
    """
    return where(m[shaken], m[peaks_found][1] / m.rate_hz)


@feature(channels=("impact",), scale=0.1, invariant=True)
def width(m: Measures) -> Array:
    """Width at half height: how long the shock stays over half of the peak, up to the window's edges.

    Unit: s
    Formula: time between the crossings of ½ max d next to the peak, linear between samples
    Source: full width at half maximum
    Constant: 0
    """
    return m[spans][0].sum(axis=0) / m.rate_hz


@feature(channels=("impact",), scale=0.1, invariant=True)
def rise_time(m: Measures) -> Array:
    """From a tenth of the peak's height to the peak.

    Unit: s
    Formula: t(peak) − t(last crossing of 0.1 max d before it), linear between samples
    Source: after IEEE Std 181
    Constant: 0
    """
    return m[spans][1, 0] / m.rate_hz


@feature(channels=("impact",), scale=0.1, invariant=True)
def fall_time(m: Measures) -> Array:
    """From the peak down to a tenth of its height.

    Unit: s
    Formula: t(first crossing of 0.1 max d after the peak) − t(peak), linear between samples
    Source: after IEEE Std 181
    Constant: 0
    """
    return m[spans][1, 1] / m.rate_hz


@feature(channels=("impact",), scale=1.0, invariant=True)
def crest_factor(m: Measures) -> Array:
    """How far the peak stands out.

    Unit: 1
    Formula: max d / √mean d²
    Source: crest factor, ISO 2041
    Constant: 0
    """
    return where(m[shaken], ratio(m[peaks_found][0], m[shock_rms]))


@feature(channels=("impact",), scale=1.0, invariant=True)
def peaks(m: Measures) -> Array:
    """How many times the shock rises to half of the peak's height: 1 a single hit, many a rough road.

    Unit: 1
    Formula: number of runs of samples with d ≥ ½ max d
    Source: Projector
    Constant: 0
    """
    return where(m[shaken], m[counts][0])


@feature(channels=("impact",), scale=1.0, invariant=True)
def second_peak(m: Measures) -> Array:
    """Greatest shock before or after the impact, against the peak: the bike hits, then the rider.

    Unit: 1
    Formula: max d outside of ± 0.25 s / max d
    Source: Projector
    Constant: 0
    """
    return where(m[shaken], ratio(m[second_tops], m[peaks_found][0]))


@feature(channels=("impact",), scale=1.0, invariant=True)
def free_fall_before(m: Measures) -> Array:
    """How long, in the second before the peak, |a| is below half of gravity: a fall, or a phone dropped.

    Unit: s
    Formula: #{i : |aᵢ| < g/2, t(peak) − 1 s ≤ tᵢ < t(peak)} / rate
    Source: after Bourke et al., Gait & Posture 26 (2007), lower threshold
    Constant: 0
    """
    return where(m[shaken], m[counts][1] / m.rate_hz)


@feature(channels=("impact",), scale=1.0, invariant=True)
def stillness_after(m: Measures) -> Array:
    """Share of the time after the impact in which nothing moves: lying, or standing, where it ended.

    Unit: 1
    Formula: share of |j| < 10 m/s³ among the steps between samples after
    Source: after Bourke et al., Gait & Posture 26 (2007), lying after a fall
    Constant: 0, also where fewer than two samples are after
    """
    return where(m[shaken], ratio(m[counts][2], np.maximum(m[outside][1, 4] - 1, 0)))


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_before(m: Measures) -> Array:
    """Mean squared shock before the impact.

    Unit: (m/s²)²
    Formula: mean d² of the samples before
    Source: Projector
    Constant: 0, also where no sample is before
    """
    return m[energies][0]


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_after(m: Measures) -> Array:
    """Mean squared shock after the impact.

    Unit: (m/s²)²
    Formula: mean d² of the samples after
    Source: Projector
    Constant: 0, also where no sample is after
    """
    return m[energies][1]


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_share(m: Measures) -> Array:
    """Share of the window's movement that is in the impact.

    Unit: 1
    Formula: Σ d² around / Σ d²
    Source: Projector
    Constant: 0
    """
    whole = m[shock_rms] ** 2 * m.length
    return where(m[shaken], ratio(whole - m[outside][:, 3].sum(axis=0), whole))


@feature(channels=("impact",), scale=1.0, invariant=True)
def energy_ratio(m: Measures) -> Array:
    """Movement after against before, in powers of ten: below 0 where a ride ends, above where one begins.

    Unit: 1
    Formula: log₁₀((energy after + 0.01) / (energy before + 0.01))
    Source: Projector
    Constant: 0
    """
    before, after = m[energies] + ENERGY_FLOOR
    return np.log10(after / before)


@feature(channels=("impact",), scale=1.0, invariant=True)
def velocity_change(m: Measures) -> Array:
    """Change of velocity in the impact, gravity taken as the mean of what is before and after.

    Unit: m/s
    Formula: |Σ around (a − b̄)| / rate, b̄ the mean of the samples before and after
    Source: delta-v of crash reconstruction
    Constant: 0
    """
    rest, samples = m[outside][:, :3].sum(axis=0), m[outside][:, 4].sum(axis=0)
    x, y, z = rest + (m.length - samples) * rest / np.maximum(samples, 1)
    return np.sqrt(x * x + y * y + z * z) / m.rate_hz


@feature(channels=("impact",), scale=10.0, invariant=True)
def tilt_change(m: Measures) -> Array:
    """Angle between the mean acceleration before and after the impact: upright, then on its side.

    Unit: °
    Formula: ∠(ā before, ā after)
    Source: geometry
    Constant: 0, also where nothing is before or after, or a mean is below 0.01 m/s²
    """
    samples = m[outside][:, 4]
    before, after = m[means][:3] + m[outside][:, :3] / np.maximum(samples, 1)[:, None]
    both = np.logical_and(*(samples > 0))
    return where(both, angle_deg(before, after))
