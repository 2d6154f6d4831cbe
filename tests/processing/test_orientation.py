"""Gravity to +z by the shortest turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from projector.processing.orientation import gravity_rotation

directions = hnp.arrays(np.float64, 3, elements=st.floats(-20, 20)).filter(lambda v: np.linalg.norm(v) > 0.1)


@given(directions)
def test_the_median_turns_to_z_and_lengths_stay(gravity: np.ndarray) -> None:
    samples = (gravity + np.random.default_rng(0).normal(0, 1e-3, (99, 3))).astype(np.float32)
    rotation = gravity_rotation(samples)
    assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1)
    median = np.median(samples, axis=0).astype(float)
    assert np.allclose(rotation @ median, [0, 0, np.linalg.norm(median)], atol=1e-5)


def test_it_is_the_shortest_turn() -> None:
    tilted = np.tile(np.float32([0, 9.81 * np.sin(0.3), 9.81 * np.cos(0.3)]), (10, 1))
    rotation = gravity_rotation(tilted)
    assert np.arccos((np.trace(rotation) - 1) / 2) == pytest.approx(0.3, abs=1e-6)
    assert np.allclose(rotation @ [1, 0, 0], [1, 0, 0])


def test_upside_down() -> None:
    rotation = gravity_rotation(np.tile(np.float32([0, 0, -9.81]), (5, 1)))
    assert np.allclose(rotation @ [0, 0, -1], [0, 0, 1])
    assert np.linalg.det(rotation) == pytest.approx(1)


@pytest.mark.parametrize("samples", [np.empty((0, 3)), np.full((4, 3), np.nan), np.zeros((4, 3))])
def test_without_gravity_nothing_turns(samples: np.ndarray) -> None:
    assert np.array_equal(gravity_rotation(samples.astype(np.float32)), np.eye(3))


def test_samples_that_are_no_numbers_are_left_out() -> None:
    samples = np.tile(np.float32([9.81, 0, 0]), (10, 1))
    samples[:4] = np.nan
    assert np.allclose(gravity_rotation(samples) @ [1, 0, 0], [0, 0, 1])
