"""Every feature once more, one window at a time in float64, written from its formula and with scipy's help.

Nothing here shares code with the package, and nothing is done cleverly.
"""

import math

import numpy as np
from scipy import linalg, signal, stats

STILL, UNDIRECTED, GRAVITY = 1e-5, 1e-2, 9.80665


def reference(window, rate_hz):
    """All features of float32 (samples, 3) by name."""
    axes = np.asarray(window, np.float64)
    norm = np.array([math.sqrt(x * x + y * y + z * z) for x, y, z in axes])
    found = {}
    for channel, x in zip(("ax", "ay", "az", "a"), (*axes.T, norm), strict=True):
        for kind, value in {**temporal(x, rate_hz), **spectral(x, rate_hz)}.items():
            found[f"{channel}__{kind}"] = value
    families = {"jerk": jerk, "axes": together, "tilt": tilt, "impact": impact}
    for family, compute in families.items():
        for kind, value in compute(axes, rate_hz).items():
            found[f"{family}__{kind}"] = value
    for pair, (i, j) in {"axay": (0, 1), "axaz": (0, 2), "ayaz": (1, 2)}.items():
        both = min(axes[:, i].std(), axes[:, j].std()) > STILL
        found[f"{pair}__correlation"] = np.corrcoef(axes[:, i], axes[:, j])[0, 1] if both else 0.0
    return found


def temporal(x, rate_hz):
    n, moving = len(x), x.std() > STILL
    middle = x - x.mean()
    lag = max(round(0.1 * rate_hz), 1)
    level = x.mean() + 0.1
    crossings = sum((x[i] > level) != (x[i + 1] > level) for i in range(n - 1))
    steps = np.diff(x)
    return {
        "mean": math.fsum(x) / n,
        "std": np.std(x),
        "min": np.min(x),
        "max": np.max(x),
        "percentile__5": np.percentile(x, 5),
        "percentile__50": np.median(x),
        "percentile__95": np.percentile(x, 95),
        "iqr": stats.iqr(x),
        "skewness": stats.skew(x) if moving else 0.0,
        "kurtosis": stats.kurtosis(x) if moving else 0.0,
        "crossing_rate": crossings * rate_hz / n,
        "slope": np.polynomial.polynomial.polyfit(np.arange(n) - n / 2, x, 1)[1] * rate_hz if n > 1 else 0.0,
        "autocorrelation__100ms": sum(middle[:-lag] * middle[lag:]) / sum(middle**2) if moving else 0.0,
        "jerk_rms": math.sqrt(np.mean(steps**2)) * rate_hz if n > 1 else 0.0,
    }


BANDS = {"0p3_3hz": (0.3, 3), "3_8hz": (3, 8), "8_20hz": (8, 20), "20_45hz": (20, 45)}


def spectral(x, rate_hz):
    kinds = ("dominant_frequency", "centroid", "spread", "entropy", "flatness")
    nothing = dict.fromkeys((*kinds, *(f"band_power__{band}" for band in BANDS)), 0.0)
    if len(x) < 2:
        return nothing
    f, p = signal.periodogram(x, rate_hz, window="boxcar", detrend="constant", scaling="spectrum")
    f, p = f[1:], p[1:].copy()
    total = sum(p)
    bands = {
        f"band_power__{name}": sum(p[(f >= low - 1e-9) & (f < high - 1e-9)])
        for name, (low, high) in BANDS.items()
    }
    if total <= STILL**2:
        return nothing | bands
    q = p / total
    centroid = sum(f * q)
    logs = [math.log(value + 1e-12) for value in p]
    return {
        "dominant_frequency": next(f[i] for i in range(len(p)) if p[i] >= 0.999 * max(p)),
        "centroid": centroid,
        "spread": math.sqrt(sum((f - centroid) ** 2 * q)),
        "entropy": (math.log(total) - sum(q * logs)) / math.log(len(p)) if len(p) > 1 else 0.0,
        "flatness": math.exp(sum(logs) / len(p)) / (total / len(p)),
        **bands,
    }


def jerk_lengths(axes, rate_hz):
    return [rate_hz * math.dist(axes[i], axes[i + 1]) for i in range(len(axes) - 1)]


def jerk(axes, rate_hz):
    lengths = jerk_lengths(axes, rate_hz)
    if not lengths:
        return {"mean": 0.0, "max": 0.0, "quiet_share": 1.0}
    quiet = sum(length < 10 for length in lengths) / len(lengths)
    return {"mean": math.fsum(lengths) / len(lengths), "max": max(lengths), "quiet_share": quiet}


def together(axes, _rate_hz):
    centred = axes - axes.mean(axis=0)
    covariance = centred.T @ centred / len(axes)
    rms = math.sqrt(np.trace(covariance))
    found = {"rms": rms, "linearity": 0.0, "planarity": 0.0, "vertical_share": 0.0}
    if rms > STILL:
        third, second, first = linalg.eigvalsh(covariance)
        found |= {"linearity": (first - second) / first, "planarity": (second - third) / first}
        gravity = axes.mean(axis=0)
        if linalg.norm(gravity) > UNDIRECTED:
            along = centred @ (gravity / linalg.norm(gravity))
            found["vertical_share"] = np.mean(along**2) / rms**2
    return found


def angle(u, v):
    if min(linalg.norm(u), linalg.norm(v)) <= UNDIRECTED:
        return 0.0
    u, v = u / linalg.norm(u), v / linalg.norm(v)
    return math.degrees(2 * math.atan2(linalg.norm(u - v), linalg.norm(u + v)))  # Kahan's formula


def tilt(axes, _rate_hz):
    n = len(axes)
    means = []
    for i in range(4):
        first = min(math.floor(i * n / 4), n - 1)
        means.append(axes[first : max(math.floor((i + 1) * n / 4), first + 1)].mean(axis=0))
    z = np.array([0.0, 0.0, 1.0])
    return {
        "start": angle(z, means[0]),
        "end": angle(z, means[3]),
        "change": angle(means[0], means[3]),
        "sway": max(angle(mean, axes.mean(axis=0)) for mean in means),
    }


def crossing(d, peak, level, step):
    """Distance in samples from the peak, walking by `step`, to where d passes the level."""
    i = peak
    while 0 <= i + step < len(d):
        if d[i + step] < level:
            return abs(i - peak) + (d[i] - level) / (d[i] - d[i + step])
        i += step
    return abs(i - peak)


def impact(axes, rate_hz):
    n, mean = len(axes), axes.mean(axis=0)
    d = np.array([math.dist(a, mean) for a in axes])
    top, rms = max(d), math.sqrt(np.mean(d**2))
    peak = next(i for i in range(n) if d[i] >= 0.999 * top)
    reach = math.ceil(0.25 * rate_hz - 1e-9)
    before, after = list(range(max(peak - reach, 0))), list(range(peak + reach + 1, n))
    outside = before + after
    energy = [np.mean(d[part] ** 2) if part else 0.0 for part in (before, after)]
    lengths = jerk_lengths(axes, rate_hz)
    after_steps = [lengths[i] for i in after if i + 1 < n]
    second = range(max(peak - round(rate_hz), 0), peak)
    around = sum(
        axes[i] - (axes[outside].mean(axis=0) if outside else 0) for i in range(n) if i not in outside
    )
    around = around if outside else axes.sum(axis=0) - n * mean
    found = {
        "peak": top,
        "energy_before": energy[0],
        "energy_after": energy[1],
        "energy_ratio": math.log10((energy[1] + 0.01) / (energy[0] + 0.01)),
        "velocity_change": linalg.norm(around) / rate_hz,
        "tilt_change": angle(axes[before].mean(axis=0), axes[after].mean(axis=0))
        if before and after
        else 0.0,
    }
    moving = {
        "time": peak / rate_hz,
        "width": (crossing(d, peak, top / 2, -1) + crossing(d, peak, top / 2, 1)) / rate_hz,
        "rise_time": crossing(d, peak, top / 10, -1) / rate_hz,
        "fall_time": crossing(d, peak, top / 10, 1) / rate_hz,
        "crest_factor": top / rms if rms else 0.0,
        "peaks": sum(d[i] >= top / 2 and (i == 0 or d[i - 1] < top / 2) for i in range(n)),
        "second_peak": max((d[i] for i in outside), default=0.0) / top if top else 0.0,
        "free_fall_before": sum(linalg.norm(axes[i]) < GRAVITY / 2 for i in second) / rate_hz,
        "stillness_after": sum(step < 10 for step in after_steps) / len(after_steps) if after_steps else 0.0,
        "energy_share": 1 - sum(d[outside] ** 2) / sum(d**2) if rms else 0.0,
    }
    return found | (moving if rms > STILL else dict.fromkeys(moving, 0.0))
