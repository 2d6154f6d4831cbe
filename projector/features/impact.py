"""The shape of an impact: what a crash, a fall, a pothole and a dropped phone do differently.

The shock d = |a − ā| is the distance of the acceleration vector from its mean in the window: it sees a knock
from any side, gravity doesn't hide it, and it doesn't depend on how the phone is mounted. The peak is the
first sample within 0.1 % of the greatest d. *Around* it is ± 0.25 s, *before* and *after* are the window's
other samples. In a window where nothing moves (rms of d ≤ 10⁻⁵ m/s²) there is no impact.
"""

# mypy: disable-error-code="no-any-return"
# (numpy gives its ufuncs no return type)
from math import ceil, sqrt

import numpy as np

from projector.features.compiled import kernel
from projector.features.cross import shaken, shock_rms
from projector.features.declare import feature
from projector.features.jerk import quiet_step
from projector.features.measures import Measures, angle_deg, measure, ratio, where
from projector.features.temporal import means
from projector.features.tile import Array, Tile

GRAVITY = 9.80665
AROUND_S = 0.25
FALL_S = 1.0
NEAR_PEAK = np.float32(0.999**2)
LEVELS = (0.5, 0.1)
ENERGY_FLOOR = 0.01
_INWARD = np.array([[1], [-1]])  # from a side's outer sample towards the peak


@measure
def peaks_found(tile: Tile) -> Array:
    """Height and place of the peak, (2, n)."""
    found, top = np.empty((2, tile.width)), tile.squares[2][0]
    found[0] = np.sqrt(top, dtype=np.float64)
    _find(tile.squares[0], NEAR_PEAK * top, found[1])
    return found


@kernel("f4[:,::1], f4[::1], f8[::1]")
def _find(shock, near, place):  # type: ignore[no-untyped-def]
    for i in range(len(shock)):
        s = 0
        while shock[i, s] < near[i]:
            s += 1
        place[i] = s


@measure
def outside(tile: Tile) -> Array:
    """Before and after: sums of ax, ay and az less their means and of d², samples, greatest d; (2, 6, n)."""
    found, top = np.empty((2, 6, tile.width)), np.empty((2, tile.width), np.float32)
    peaks = tile.derive(peaks_found)
    _sum_outside(tile.centred, tile.squares[0], peaks, reach(tile), found, top.view(np.int32))
    found[:, 5] = np.sqrt(top, dtype=np.float64)
    return found


@kernel("f4[:,:,::1], f4[:,::1], f8[:,::1], i8, f8[:,:,::1], i4[:,::1]")
def _sum_outside(centred, shock, peaks, reach, found, greatest):  # type: ignore[no-untyped-def]
    windows, length = shock.shape
    for i in range(windows):
        peak = int(peaks[1, i])
        for side in range(2):
            first = min(peak + reach + 1, length) if side else 0
            last = length if side else max(peak - reach, 0)
            x, y, z = centred[i, 0, first:last], centred[i, 1, first:last], centred[i, 2, first:last]
            squared, bits = shock[i, first:last], shock[i].view(np.int32)[first:last]
            x_sum, y_sum, z_sum, energy, top = 0.0, 0.0, 0.0, 0.0, np.int32(0)
            for s in range(len(squared)):
                x_sum += x[s]
                y_sum += y[s]
                z_sum += z[s]
                energy += squared[s]
            for s in range(len(squared)):
                top = max(top, bits[s])
            found[side, 0, i], found[side, 1, i], found[side, 2, i] = x_sum, y_sum, z_sum
            found[side, 3, i], found[side, 4, i], greatest[side, i] = energy, len(squared), top


@measure
def flanks(tile: Tile) -> Array:
    """On both sides of the peak, the sample nearest to it with a shock below each level.

    Its place (-1 or the window's length where there is none), its shock and that of its neighbour towards the
    peak, (3, LEVELS, 2, n).
    """
    found = np.empty((3, len(LEVELS), 2, tile.width))
    _walk_down(tile.squares[0], tile.derive(peaks_found), np.array(LEVELS), found)
    return found


@kernel("f4[:,::1], f8[:,::1], f8[::1], f8[:,:,:,::1]")
def _walk_down(shock, peaks, levels, found):  # type: ignore[no-untyped-def]
    windows, length = shock.shape
    for i in range(windows):
        for k in range(len(levels)):
            low = (levels[k] * peaks[0, i]) ** 2
            for side in range(2):
                away = 1 if side else -1
                s = int(peaks[1, i]) + away
                while 0 <= s < length and shock[i, s] >= low:
                    s += away
                inside = 0 <= s < length
                found[0, k, side, i] = s
                found[1, k, side, i] = sqrt(shock[i, s]) if inside else 0.0
                found[2, k, side, i] = sqrt(shock[i, s - away]) if inside else 0.0


@measure
def counts(tile: Tile) -> Array:
    """Rises to half of the peak, falling samples in the second before it, quiet steps after it, (3, n)."""
    found = np.empty((3, tile.width))
    falling = (GRAVITY / 2 - tile.mean[3]).astype(np.float32), round(FALL_S * tile.rate_hz)
    still = reach(tile), quiet_step(tile.rate_hz)
    _count(tile.centred, *tile.squares[:2], tile.derive(peaks_found), *falling, *still, found)
    return found


@kernel("f4[:,:,::1], f4[:,::1], f4[:,::1], f8[:,::1], f4[::1], i8, i8, f4, f8[:,::1]")
def _count(centred, shock, steps, peaks, floating, fall, reach, quiet, found):  # type: ignore[no-untyped-def]
    windows, length = shock.shape
    for i in range(windows):
        half, peak = np.float32(peaks[0, i] ** 2 / 4), int(peaks[1, i])
        rises, falling, still = int(shock[i, 0] >= half), 0, 0
        for s in range(length - 1):
            rises += (shock[i, s] < half) & (shock[i, s + 1] >= half)
        before = centred[i, 3, max(peak - fall, 0) : peak]
        for s in range(len(before)):
            falling += before[s] < floating[i]
        after = steps[i, min(peak + reach + 1, length - 1) :]
        for s in range(len(after)):
            still += after[s] < quiet
        found[0, i], found[1, i], found[2, i] = rises, falling, still


def reach(tile: Tile) -> int:
    """Samples on each side of the peak that are around it."""
    return ceil(AROUND_S * tile.rate_hz - 1e-9)


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
    return where(m[shaken], ratio(m[outside][:, 5].max(axis=0), m[peaks_found][0]))


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
