"""Every feature's value: against plain float64 formulas, closed forms, turned phones, odd windows."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from projector.features.block import extract_block
from projector.features.registry import FEATURE_NAMES, FEATURES
from tests.features.made_windows import KINDS, made
from tests.features.plain_features import reference

SCALES = np.array([feature.scale for feature in FEATURES])
INVARIANT = np.array([feature.invariant for feature in FEATURES])
RATE = 50.0


def features(window: np.ndarray, rate_hz: float = RATE) -> dict[str, float]:
    values = extract_block(np.asarray(window, np.float32)[None], rate_hz)[0]
    return dict(zip(FEATURE_NAMES, values.astype(float), strict=True))


def assert_close(values: np.ndarray, wanted: np.ndarray, tolerance: float, rows=None) -> None:
    """|error| ≤ tolerance · (|value| + scale), naming the feature that is furthest off."""
    off = np.abs(values.astype(float) - wanted) / (np.abs(wanted) + SCALES)
    assert np.isfinite(off).all(), [
        name for name, bad in zip(FEATURE_NAMES, ~np.isfinite(off), strict=True) if bad
    ]
    off = off if rows is None else np.where(rows, off, 0)
    worst = int(off.argmax())
    assert off[worst] <= tolerance, (FEATURE_NAMES[worst], values[worst], wanted[worst])


def test_the_reference_knows_every_feature() -> None:
    assert set(reference(made("noise", 50, RATE, 0), RATE)) == set(FEATURE_NAMES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("samples", "rate_hz", "many"),
    [(200, 50.0, 12), (128, 64.0, 5), (75, 25.0, 5), (401, 100.0, 2), (800, 200.0, 1), (33, 8.2, 5)],
)
def test_values_agree_with_plain_float64_formulas(kind: str, samples: int, rate_hz: float, many: int) -> None:
    windows = np.stack([made(kind, samples, rate_hz, seed) for seed in range(many)])
    for window, values in zip(windows, extract_block(windows, rate_hz), strict=True):
        plain = reference(window, rate_hz)
        assert_close(values, np.array([plain[name] for name in FEATURE_NAMES]), 1e-5)


@pytest.mark.parametrize("samples", [1, 2, 3, 4, 5, 7, 12])
def test_short_windows_follow_the_formulas_and_stay_finite(samples: int) -> None:
    for seed in range(5):
        window = made("noise", samples, RATE, seed)
        plain = reference(window, RATE)
        values = extract_block(window[None], RATE)[0]
        assert_close(values, np.array([plain[name] for name in FEATURE_NAMES]), 1e-5)


@pytest.mark.parametrize("kind", ["at rest", "impact", "vibrating", "drifting"])
def test_turning_the_phone_leaves_invariant_features(kind: str) -> None:
    windows = np.stack([made(kind, 200, RATE, seed) for seed in range(20)]).astype(np.float64)
    turned = np.stack([w @ Rotation.random(rng=i).as_matrix().T for i, w in enumerate(windows)])
    straight = windows.astype(np.float32)
    # float32 has to round the turned samples: that noise, not the features, sets this tolerance
    for one, other in zip(
        extract_block(straight, RATE), extract_block(turned.astype(np.float32), RATE), strict=True
    ):
        assert_close(other, one.astype(float), 2e-3 if kind == "at rest" else 1e-3, INVARIANT)


def test_features_that_turn_with_the_phone_are_not_called_invariant() -> None:
    window = made("impact", 200, RATE, 3)
    turned = window @ Rotation.from_euler("xyz", [70, 40, 20], degrees=True).as_matrix().T
    one, other = extract_block(np.stack([window, turned.astype(np.float32)]), RATE)
    changed = np.abs(one - other) > 1e-3 * (np.abs(one) + SCALES)
    assert not changed[INVARIANT].any()
    assert changed[~INVARIANT].mean() > 0.9


def test_a_sine() -> None:
    time = np.arange(200) / RATE
    found = features(np.stack([0 * time, 0 * time, 9.81 + 2 * np.sin(2 * np.pi * 5 * time)], axis=1))
    assert found["az__mean"] == pytest.approx(9.81, abs=1e-5)
    assert found["az__std"] == pytest.approx(2 / np.sqrt(2), rel=1e-6)
    assert found["az__kurtosis"] == pytest.approx(-1.5, abs=1e-4)
    assert found["az__dominant_frequency"] == 5
    assert found["az__centroid"] == pytest.approx(5, rel=1e-5)
    assert found["az__band_power__3_8hz"] == pytest.approx(2, rel=1e-6)
    assert found["az__autocorrelation__100ms"] == pytest.approx(-(200 - 5) / 200, abs=0.01)
    assert found["az__crossing_rate"] == pytest.approx(10, abs=0.26)
    assert found["az__spread"] < 1e-3
    assert found["az__flatness"] == pytest.approx(0, abs=1e-6)
    assert found["axes__linearity"] == pytest.approx(1)
    assert found["axes__vertical_share"] == pytest.approx(1)
    assert found["ax__std"] == found["ax__centroid"] == found["axay__correlation"] == 0


def test_an_impulse() -> None:
    window = np.zeros((200, 3))
    window[:, 2] = 9.81
    window[100, 0] = 80
    found = features(window)
    assert found["impact__time"] == 2
    assert found["impact__peak"] == pytest.approx(80 * 199 / 200, rel=1e-6)
    assert found["impact__width"] == pytest.approx(1 / RATE, rel=0.02)
    assert found["impact__peaks"] == 1
    assert found["impact__energy_share"] == pytest.approx(1, abs=0.01)
    assert found["impact__velocity_change"] == pytest.approx(80 / RATE, rel=1e-4)
    assert found["impact__crest_factor"] == pytest.approx(np.sqrt(199), rel=1e-4)
    assert found["impact__stillness_after"] == 1
    assert found["ax__flatness"] > 0.9
    assert found["ax__entropy"] > 0.95
    assert found["jerk__max"] == pytest.approx(80 * RATE, rel=1e-6)


def test_white_noise() -> None:
    windows = np.random.default_rng(0).normal(0, 1, (2000, 200, 3)).astype(np.float32)
    found = dict(zip(FEATURE_NAMES, extract_block(windows, RATE).mean(axis=0), strict=True))
    assert found["ay__std"] == pytest.approx(np.sqrt(199 / 200), rel=0.005)
    assert found["ay__band_power__8_20hz"] == pytest.approx(12 / 25, rel=0.03)
    assert found["ay__centroid"] == pytest.approx(12.6, rel=0.02)
    assert found["ay__flatness"] == pytest.approx(np.exp(-np.euler_gamma), rel=0.02)
    assert found["ay__jerk_rms"] == pytest.approx(np.sqrt(2) * RATE, rel=0.01)
    assert found["axay__correlation"] == pytest.approx(0, abs=0.01)
    assert found["axes__rms"] == pytest.approx(np.sqrt(3), rel=0.01)


@pytest.mark.parametrize("value", [(0, 0, 0), (0, 0, 9.81), (1.1, -3.3, 9.0), (-156.9, 156.9, 156.9)])
def test_a_constant_window_has_the_values_that_are_declared(value: tuple[float, float, float]) -> None:
    found = features(np.tile(value, (200, 1)))
    x = np.float32(value).astype(float)
    constants = dict(zip(("ax", "ay", "az", "a"), (*x, np.linalg.norm(x)), strict=True))
    for feature in FEATURES:
        wanted = 0.0
        if feature.constant == "the constant":
            wanted = constants[feature.parts.channel]
        elif feature.constant.startswith("the angle"):
            wanted = np.degrees(np.arccos(x[2] / constants["a"])) if constants["a"] else 0.0
        elif feature.constant == "1":
            wanted = 1.0
        else:
            assert feature.constant.startswith("0")
        assert found[feature.name] == pytest.approx(wanted, rel=1e-5, abs=1e-5), feature.name


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 2e5, -3e38])
def test_a_window_with_a_sample_that_is_none_has_no_features_and_harms_no_other(bad: float) -> None:
    windows = np.stack([made("impact", 200, RATE, seed) for seed in range(9)])
    alone = extract_block(windows, RATE)
    windows[4, 150, 1] = bad
    values = extract_block(windows, RATE)
    assert np.isnan(values[4]).all()
    assert np.array_equal(np.delete(values, 4, axis=0), np.delete(alone, 4, axis=0))


def test_bands_beyond_the_rate_hold_nothing() -> None:
    found = features(made("noise", 40, 10.0, 1), 10.0)
    assert found["ax__band_power__8_20hz"] == found["ax__band_power__20_45hz"] == 0
    assert found["ax__band_power__3_8hz"] > 0


def test_no_windows_give_no_rows() -> None:
    assert extract_block(np.empty((0, 200, 3), np.float32), RATE).shape == (0, 122)
