"""Windows of the kinds that features meet: noise, gravity, vibration, impacts, coarse and clipped sensors."""

import numpy as np

KINDS = ("noise", "at rest", "impact", "quantised", "drifting", "vibrating", "clipped")


def made(kind: str, samples: int, rate_hz: float, seed: int) -> np.ndarray:
    """One window, float32 (samples, 3)."""
    random = np.random.default_rng([KINDS.index(kind), samples, seed])
    time = np.arange(samples)[:, None] / rate_hz
    noise = random.normal(0, 1, (samples, 3))
    up = random.normal(0, 1, 3)
    gravity = 9.81 * up / np.linalg.norm(up)
    window = {
        "noise": lambda: noise,
        "at rest": lambda: gravity + 10 ** random.uniform(-2, 0) * noise,
        "impact": lambda: _impact(random, noise, gravity, time),
        "quantised": lambda: np.round((gravity + 0.5 * noise) / 0.0048) * 0.0048,
        "drifting": lambda: gravity + np.cumsum(noise, axis=0) / 10,
        "vibrating": lambda: (
            gravity + np.sin(2 * np.pi * random.uniform(0.3, rate_hz / 2, 3) * time) + 0.1 * noise
        ),
        "clipped": lambda: np.clip(_impact(random, noise, gravity, time), -20, 20),
    }[kind]()
    return window.astype(np.float32)


def _impact(random, noise, gravity, time):
    """Riding, perhaps a free fall, a knock, and perhaps lying still on another side."""
    at = random.integers(len(time))
    width = random.uniform(0.01, 0.1)
    window = gravity + 0.3 * noise
    if random.random() < 0.5:
        window[max(at - 20, 0) : at] *= 0.1
    if random.random() < 0.5:
        window[at:] = np.roll(gravity, 1) + 0.02 * noise[at:]
    return window + np.exp(-(((time - time[at]) / width) ** 2)) * random.normal(0, 40, 3)
