"""Each part of the simulator against the physics that it claims to follow."""

import numpy as np
import pytest

from projector.library.simulator import vibration
from projector.library.simulator.loose import Loose
from projector.library.simulator.motion import STATE_HZ, G, Hit, Pulse, mount_axes, riding
from projector.library.simulator.population import MOTORCYCLES, MOUNTS, PHONES, ROADS
from projector.library.simulator.script import Phase
from projector.library.simulator.sensor import BANDWIDTH, Clock, between, clock_of, digitise, knocks

HANDLEBAR = MOUNTS[0]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def ride(*phases: Phase, seed: int = 0):
    return riding(phases, ROADS[2], HANDLEBAR, generator(seed))


def on_bike(motion, vectors):
    """From the phone's axes back to the bike's."""
    return vectors @ motion.axes


@pytest.mark.parametrize("mount", MOUNTS, ids=lambda mount: mount.name)
def test_a_mount_turns_and_never_mirrors(mount):
    axes = mount_axes(mount, generator(1))
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1)
    assert np.trace(axes @ np.array(mount.axes).T) > 2, "today's mount is near the usual one"


def test_standing_still_weighs_g_on_the_axis_that_points_up():
    motion = ride(Phase("stop", 0, 20, (0, 0)))
    felt = on_bike(motion, motion.force)
    np.testing.assert_allclose(np.linalg.norm(felt, axis=1), G, rtol=0.002)
    assert np.all(felt[:, 2] > 0.98 * G)


def test_braking_is_felt_backward_by_what_it_takes_from_speed():
    motion = ride(
        Phase("cruise", 0, 10, (20, 20)), Phase("brake", 10, 13, (20, 8)), Phase("cruise", 13, 20, (8, 8))
    )
    here = motion.span(10.6, 12.6)
    before = motion.span(5, 9)
    along = on_bike(motion, motion.force)[:, 0]
    assert along[here].mean() - along[before].mean() == pytest.approx(-4.0, abs=0.7)
    assert motion.speed[-1] == pytest.approx(8, abs=0.6)


@pytest.mark.parametrize("side", [1, -1], ids=["left", "right"])
def test_a_steady_corner_is_more_weight_and_no_sideways_force(side):
    lean = side * np.radians(30)
    motion = ride(Phase("cruise", 0, 6, (15, 15)), Phase("corner", 6, 16, (15, 15), lean))
    here = motion.span(9, 13)
    felt, turn = on_bike(motion, motion.force)[here], on_bike(motion, motion.turn)[here]
    assert np.linalg.norm(felt, axis=1).mean() == pytest.approx(G / np.cos(lean), rel=0.04)
    assert abs(felt[:, 1].mean()) < 0.3
    heading = turn @ [0, -np.sin(lean), np.cos(lean)]  # about the vertical, as the leaning bike sees it
    assert heading.mean() == pytest.approx(G * np.tan(lean) / 15, rel=0.12)


def test_the_gyro_turns_what_the_accelerometer_sees_turning():
    """A direction that stands still in the world moves in the phone's axes by -omega × direction."""
    phase = Phase("pick-up", 5, 8, (0, 0))
    motion = ride(Phase("stop", 0, 5, (0, 0)), phase)
    phone = Loose(motion, phase)
    phone.turn_to(2.0, np.array([0.0, 0.6, -0.8]), turns=0.5)
    here = motion.span(5.2, 6.8)
    up = motion.force[here] / np.linalg.norm(motion.force[here], axis=1)[:, None]
    moved = np.diff(up, axis=0) * STATE_HZ
    middle = (motion.turn[here][1:] + motion.turn[here][:-1]) / 2
    np.testing.assert_allclose(moved, -np.cross(middle, (up[1:] + up[:-1]) / 2), atol=0.06)


def test_the_suspension_follows_the_ground_slowly_and_not_fast():
    gain = np.abs(vibration.suspension(np.array([0.0, 1.5, 15.0, 60.0])))
    assert gain[0] == pytest.approx(1)
    assert gain[1] > 1.2, "the body's own frequency"
    assert gain[2] < 0.6
    assert gain[3] < 0.02


def test_the_road_under_a_wheel_has_the_spectrum_of_its_class():
    """One-sided density of vertical velocity (2 pi n0)² Gd(n0) v, whatever the rate."""
    for rate_hz in (50.0, 200.0):
        rms = vibration.road_strength(np.array([20.0]), np.array([64e-6]), rate_hz)[0]
        assert rms**2 / (rate_hz / 2) == pytest.approx((2 * np.pi * 0.1) ** 2 * 64e-6 * 20)


def test_a_hole_ends_at_the_height_it_began_however_few_samples_it_gets():
    for rate_hz in (50.0, 99.2, 200.0):
        velocity = np.zeros(400)
        vibration._meet(velocity, Hit(1.003, -0.04, 0.4), 20.0, Clock(rate_hz, 0.0, 0.0, None))
        assert velocity.any()
        assert velocity.sum() / rate_hz == pytest.approx(0, abs=1e-12)


def test_rougher_and_faster_shakes_more():
    still, bike, clock = ride(Phase("cruise", 0, 20, (20, 20))), MOTORCYCLES[0], Clock(100.0, 0.0, 0.0, None)

    def shaking(speed: float, rough: float) -> float:
        strength = vibration.road_strength(np.full(500, speed), np.full(500, rough), 100.0)
        road = vibration.road(still, strength, bike, HANDLEBAR, clock, 2000, 42.0, generator(3))
        return float(road.std())

    assert shaking(20, 64e-6) == pytest.approx(2 * shaking(5, 64e-6))
    assert shaking(20, 256e-6) == pytest.approx(2 * shaking(20, 64e-6))
    assert 0.3 < shaking(20, 64e-6) < 4


def test_an_engine_above_half_the_rate_appears_where_it_folds_down_to():
    rate_hz, crank_hz = 160.0, 100.0
    tone = vibration.tones(np.arange(1600) / rate_hz * crank_hz, MOTORCYCLES[0], np.zeros(3))[1]
    assert MOTORCYCLES[0].orders[1][0] == 1
    spectrum = np.abs(np.fft.rfft(tone))
    assert np.fft.rfftfreq(1600, 1 / rate_hz)[spectrum.argmax()] == pytest.approx(rate_hz - crank_hz)
    np.testing.assert_allclose(tone, np.sin(2 * np.pi * crank_hz * np.arange(1600) / rate_hz), atol=2e-4)


@pytest.mark.parametrize("bike", MOTORCYCLES, ids=lambda bike: bike.name)
def test_the_gearbox_keeps_the_engine_between_idle_and_its_shift_point(bike):
    speeds = np.linspace(0, bike.shift_rpm / bike.gears[-1], 500)
    rpm = vibration.engine_speed(speeds, bike)
    assert rpm.min() == bike.idle_rpm
    assert rpm.max() <= bike.shift_rpm * 1.001
    sizes = vibration.engine_sizes(rpm, bike, HANDLEBAR, 84.0)
    assert sizes.shape == (3, 500)
    assert sizes.sum(axis=0).max() > 1.5 * sizes[:, 0].sum(), "it shakes more than at idle"


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
@pytest.mark.parametrize("seconds", [0.006, 0.08])
def test_a_knock_changes_speed_by_as_much_at_any_rate(rate_hz, seconds):
    """A phone that samples slowly sees a lower and longer one, not a smaller one: averaged over phases."""
    peak = np.pi * 3.0 / (2 * seconds)  # a half-sine that changes speed by 3 m/s
    changes = []
    for late in np.linspace(0, 1 / rate_hz, 20, endpoint=False):
        pulse = Pulse(2.0 + late, seconds, np.array([peak, 0, 0]))
        rows, values = knocks([pulse], Clock(rate_hz, 0.0, 0.0, None), 1000)
        during = rows / rate_hz < pulse.at_s + max(seconds, 0.55 / (BANDWIDTH * rate_hz))  # not its ringing
        changes.append(values[0][during].sum() / rate_hz)
        assert np.all(np.diff(rows) > 0)
    assert np.mean(changes) == pytest.approx(3.0, rel=0.12)


def test_states_are_read_on_straight_lines():
    clock = Clock(99.2, 0.013, 0.0, None)
    states = np.vstack([np.arange(100.0), 5 - 2 * np.arange(100.0)])
    at = (np.arange(7, 250) / 99.2 + 0.013) * STATE_HZ
    np.testing.assert_allclose(between(states, clock, 7, 250), [at, 5 - 2 * at], rtol=1e-12)


def test_readings_are_whole_steps_inside_the_range():
    read = digitise(np.array([[0.26, -100.0], [9.9, 0.0], [3.01, 100.0]]), 8 * G, 0.25)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, [[0.25, 10.0, 3.0], [-78.25, 0.0, 78.25]])


@pytest.mark.parametrize("phone", PHONES, ids=lambda phone: phone.name)
def test_a_phones_clock_is_near_what_it_declares_and_its_stamps_never_run_back(phone):
    for seed in range(20):
        clock = clock_of(phone, generator(seed))
        stamps = clock.stamps(3000, generator(seed))
        assert abs(clock.true_hz / phone.rate_hz - 1) <= 0.0101
        if phone.tick_s is None:
            assert stamps is None
            assert clock.true_hz == phone.rate_hz
        else:
            assert np.all(np.diff(stamps) >= 0)
            lateness = stamps - np.arange(3000) / clock.true_hz
            assert lateness.min() >= -phone.tick_s
            assert lateness.mean() <= clock.late_s * 1.4 + phone.tick_s


@pytest.mark.parametrize("size", [1, 2, 7, 1001, 65537, 123457])
def test_transforms_have_sizes_of_small_factors(size):
    found = rest = vibration._smooth_size(size)
    for prime in (2, 3, 5):
        while rest % prime == 0:
            rest //= prime
    assert rest == 1
    assert size <= found <= 1.13 * size + 2
