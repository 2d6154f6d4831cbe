"""A ride's streams: everything that a phone feels added up, sensed and stamped.

Inside, channels are rows, (channels, samples), which numpy works through several times as fast; what comes
out is (samples, channels).
"""

from collections.abc import Iterator

import numpy as np

from projector.domain.nouns import AXES, Samples, Stream
from projector.library.simulator import vibration
from projector.library.simulator.motion import STATE_HZ, Floats, G, Motion
from projector.library.simulator.population import Generator, Rider
from projector.library.simulator.sensor import (
    BANDWIDTH,
    Clock,
    between,
    blocks,
    clock_of,
    digitise,
    knocks,
)

GYRO_AXES = ("gx", "gy", "gz")
GYRO_LIMIT, GYRO_STEP = np.radians(2000), np.radians(2000) / 2**15  # rad/s
GYRO_NOISE, GYRO_BIAS = 0.004, 0.006  # rad/s rms
TWIST = 0.06  # rad/s for each m/s²: whatever shakes a phone also twists it (chosen)

Gap = tuple[float, float]


def streams(
    motion: Motion, rider: Rider, gap: Gap | None, gyro: bool, gps: bool, rng: Generator
) -> Iterator[Stream]:
    """The accelerometer's stream and, if wanted and had, gyro and speed.

    gap     a pause of the recording, s from the ride's start; phones without stamps keep none
    """
    phone, clock = rider.phone, clock_of(rider.phone, rng)
    rattle = rider.mount.rattle * motion.carried * motion.speed / 10 * np.sqrt(motion.rough / 64e-6)
    shake = motion.shake + rattle
    samples = _accelerometer(motion, rider, shake, clock, rng)
    yield _stream("accelerometer", AXES, "m/s²", samples, phone.rate_hz, clock, gap, rng)
    if gyro and phone.gyro:
        own_hz = round(clock.true_hz * rng.uniform(0.995, 0.999), 3)
        own = Clock(own_hz, 0.013, clock.late_s, clock.tick_s)
        turned = _gyroscope(motion.turn, shake, own, rng)
        yield _stream("gyro", GYRO_AXES, "rad/s", turned, phone.rate_hz, own, gap, rng)
    if gps:
        yield _gps(motion.speed, rng)


def _stream(
    name: str,
    channels: tuple[str, ...],
    unit: str,
    samples: Samples,
    rate_hz: float,
    clock: Clock,
    gap: Gap | None,
    rng: Generator,
) -> Stream:
    stamps = clock.stamps(len(samples), rng)
    if stamps is not None and gap is not None:
        kept = (stamps < gap[0]) | (stamps >= gap[1])
        samples, stamps = samples[kept], stamps[kept]
    start_s = clock.start_s if stamps is None else 0.0
    return Stream(name, channels, (unit,) * len(channels), samples, rate_hz, stamps, start_s)


def _accelerometer(motion: Motion, rider: Rider, shake: Floats, clock: Clock, rng: Generator) -> Samples:
    """Slow force, engine, road, knocks and noise, block by block: (n, 3) m/s²."""
    phone, bike, mount = rider.phone, rider.motorcycle, rider.mount
    bandwidth_hz, n = BANDWIDTH * clock.true_hz, clock.count(len(motion.speed) / STATE_HZ)
    rpm = vibration.engine_speed(motion.speed, bike)
    running = motion.carried * vibration.engine_sizes(rpm, bike, mount, bandwidth_hz)
    states = np.vstack([motion.force.T, running, phone.noise + shake, vibration.engine_turns(rpm)])
    strength = motion.carried * vibration.road_strength(motion.speed, motion.rough, clock.true_hz)
    road = vibration.road(motion, strength, bike, mount, clock, n, bandwidth_hz, rng)
    road_axis = motion.on_phone(*vibration.ROAD_DIRECTION)
    engine_axes = motion.axes @ np.array(vibration.ENGINE_DIRECTIONS).T
    offsets = rng.random(3)
    knocked, knock = knocks(motion.pulses, clock, n)
    out = np.empty((n, 3), np.float32)
    for first, last in blocks(n):
        now = between(states, clock, first, last)
        felt = rng.standard_normal((3, last - first))
        felt *= now[6]
        felt += now[:3]
        felt += engine_axes @ (now[3:6] * vibration.tones(now[7], bike, offsets))
        felt += road_axis[:, None] * road[first:last]
        here = slice(*np.searchsorted(knocked, [first, last]))
        np.add.at(felt.T, knocked[here] - first, knock[:, here].T)
        out[first:last] = digitise(felt, phone.range_g * G, phone.step)
    return out


def _gyroscope(turn: Floats, shake: Floats, clock: Clock, rng: Generator) -> Samples:
    """From the angular rate (m, 3) and the shaking (m,) in m/s²: (n, 3) rad/s."""
    n, bias = clock.count(len(turn) / STATE_HZ), rng.normal(0, GYRO_BIAS, 3)
    states = np.vstack([(turn + bias).T, GYRO_NOISE + TWIST * shake])
    out = np.empty((n, 3), np.float32)
    for first, last in blocks(n):
        now = between(states, clock, first, last)
        felt = rng.standard_normal((3, last - first))
        felt *= now[3]
        felt += now[:3]
        out[first:last] = digitise(felt, GYRO_LIMIT, GYRO_STEP)
    return out


def _gps(speed: Floats, rng: Generator) -> Stream:
    """Once a second, 0.9 s late, 0.2 m/s rms off, in km/h to a tenth."""
    n = max(int(len(speed) / STATE_HZ), 1)
    late = np.clip((np.arange(n) + 0.4 - 0.9) * STATE_HZ, 0, len(speed) - 1).astype(int)
    kmh = 3.6 * np.maximum(speed[late] + rng.normal(0, 0.2, n) * (speed[late] > 0.3), 0)
    samples = np.round(kmh, 1)[:, None].astype(np.float32)
    return Stream("gps", ("speed_kmh",), ("km/h",), samples, 1.0, start_s=0.4)
