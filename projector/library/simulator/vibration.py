"""What shakes a mounted phone faster than a rider moves: the engine and the road.

The engine is a handful of pure tones, so each is sampled directly: one above half of the sensor's rate
appears where it folds down to, weakened by the sensor's own low-pass, as it does in a real recording. The
road is noise that is made at the sensor's rate and so holds nothing above half of it.
"""

import numpy as np
import numpy.typing as npt

from projector.library.simulator.motion import STATE_HZ, Floats, Hit, Motion
from projector.library.simulator.population import Generator, Motorcycle, Mount
from projector.library.simulator.sensor import Clock, between, blocks

N0 = 0.1  # cycles/m, ISO 8608's reference wave number
# A quarter of a car, here half of a motorcycle with its rider: sprung and unsprung mass in kg, suspension
# and tyre in N/m, damper in N s/m (chosen: body at 1.7 Hz, wheel hop at 16 Hz)
SPRUNG, UNSPRUNG, SPRING, TYRE, DAMPER = 120.0, 16.0, 15e3, 150e3, 1100.0
ROAD_DIRECTION = (0.2, 0.06, 1.0)  # a wheel is pushed up and a little back
ENGINE_DIRECTIONS = ((0.5, 0.25, 0.85), (0.8, 0.1, 0.5), (0.3, 0.7, 0.6))  # one for each order
RPM_STEP = 10.0  # fine enough for a table
REAR_WHEEL = 0.6  # share of what the rear wheel meets that reaches the phone, which sits further forward


def engine_speed(speed: Floats, motorcycle: Motorcycle) -> Floats:
    """Revolutions per minute at speeds in m/s: the lowest gear under the shift point, never below idle."""
    gears = np.array(motorcycle.gears)
    gear = np.searchsorted(motorcycle.shift_rpm / gears[:-1], speed)
    return np.asarray(np.maximum(speed * gears[gear], motorcycle.idle_rpm))


def engine_sizes(rpm: Floats, motorcycle: Motorcycle, mount: Mount, bandwidth_hz: float) -> Floats:
    """Amplitude of each of the three orders at the phone, (3, m) m/s².

    Inertia forces grow with the square of the speed; the pulses of combustion are there at idle too.
    """
    steps = np.arange(0, rpm.max() + 2 * RPM_STEP, RPM_STEP)
    orders, weights = np.array(motorcycle.orders).T[:, :, None]
    hertz = orders * steps / 60
    size = weights * (0.25 + (steps / 5000) ** 2)
    size *= np.abs(through_mount(hertz, mount) * through_sensor(hertz, bandwidth_hz))
    return np.asarray(size.take((rpm / RPM_STEP).astype(np.intp), axis=1, mode="clip"))


def through_mount(hertz: Floats, mount: Mount) -> npt.NDArray[np.complex128]:
    """Transmissibility of a mass on a spring and damper whose foot is shaken (any textbook on vibration)."""
    r = hertz / mount.natural_hz
    return np.asarray((1 + 2j * mount.damping * r) / (1 - r * r + 2j * mount.damping * r))


def through_sensor(hertz: Floats, bandwidth_hz: float) -> npt.NDArray[np.complex128]:
    """A second-order Butterworth low-pass, as MEMS sensors have one before their converter."""
    r = hertz / bandwidth_hz
    return np.asarray(1 / (1 - r * r + 1j * np.sqrt(2) * r))


def suspension(hertz: Floats) -> npt.NDArray[np.complex128]:
    """Displacement of the sprung mass over that of the road: the quarter-car model with two masses."""
    s = 2j * np.pi * hertz
    link = SPRING + DAMPER * s
    body, wheel = SPRUNG * s * s + link, UNSPRUNG * s * s + link + TYRE
    return np.asarray(TYRE * link / (body * wheel - link * link))


def road_strength(speed: Floats, rough: Floats, rate_hz: float) -> Floats:
    """Rms of white noise at this rate that is the vertical velocity of the road under a wheel, m/s.

    ISO 8608 with waviness 2: Gd(n) = Gd(n0) (n / n0)^-2, so the slope is white in space, and at speed v the
    vertical velocity is white in time with the one-sided density (2 pi n0)² Gd(n0) v.
    """
    density = (2 * np.pi * N0) ** 2 * rough * speed
    return np.asarray(np.sqrt(density * rate_hz / 2))


def road(
    motion: Motion,
    strength: Floats,
    motorcycle: Motorcycle,
    mount: Mount,
    clock: Clock,
    n: int,
    bandwidth_hz: float,
    rng: Generator,
) -> Floats:
    """Vertical acceleration at the phone, (n,) m/s², from the road's rms velocity in each state, (m,).

    Filtered in one transform over the whole ride; two seconds of nothing keep its end off its beginning.
    """
    velocity = rng.standard_normal(n)
    for first, last in blocks(n):
        velocity[first:last] *= between(strength[None], clock, first, last)[0]
    for hit in motion.hits:
        speed = max(float(motion.speed[motion.span(hit.at_s, hit.at_s).start]), 2.0)
        rear = Hit(hit.at_s + motorcycle.wheelbase_m / speed, hit.height * REAR_WHEEL, hit.length)
        for wheel in (hit, rear):
            _meet(velocity, wheel, speed, clock)
    size = _smooth_size(n + int(2 * clock.true_hz))
    hertz = np.arange(size // 2 + 1, dtype=np.float64) * (clock.true_hz / size)
    spectrum = np.fft.rfft(velocity, size)
    spectrum *= _response(hertz, mount, bandwidth_hz)
    return np.asarray(np.fft.irfft(spectrum, size)[:n])


def _meet(velocity: Floats, hit: Hit, speed: float, clock: Clock) -> None:
    """Add the road's vertical velocity over one hole or bump, a raised cosine, to the samples it meets.

    Each sample gets the mean over its interval, so that however short, it ends at the height it began.
    """
    seconds = hit.length / speed
    first = int(np.floor((hit.at_s - clock.start_s) * clock.true_hz))
    edges = np.arange(first, first + int(np.ceil(seconds * clock.true_hz)) + 2)
    inside = np.clip((edges / clock.true_hz + clock.start_s - hit.at_s) / seconds, 0, 1)
    rise = np.diff(hit.height * 0.5 * (1 - np.cos(2 * np.pi * inside))) * clock.true_hz
    met = slice(max(first, 0), min(first + len(rise), len(velocity)))
    velocity[met] += rise[met.start - first : met.stop - first]


def _response(hertz: Floats, mount: Mount, bandwidth_hz: float) -> npt.NDArray[np.complex128]:
    """From the road's velocity to acceleration in the phone; worked out every 0.05 Hz, linear between."""
    coarse = np.arange(0, hertz[-1] + 0.1, 0.05)
    shape = suspension(coarse) * through_mount(coarse, mount) * through_sensor(coarse, bandwidth_hz)
    return np.asarray(np.interp(hertz, coarse, 2j * np.pi * coarse * shape))


def _smooth_size(at_least: int) -> int:
    """The next length whose only prime factors are 2, 3 and 5, which transforms fast."""
    best = 1 << (at_least - 1).bit_length()
    fives = 1
    while fives < best:
        product = fives
        while product < best:
            twos = -(-at_least // product)
            best = min(best, product << (twos - 1).bit_length())
            product *= 3
        fives *= 5
    return best


def engine_turns(rpm: Floats) -> Floats:
    """How often the crankshaft has turned at each state, (m,)."""
    return np.asarray(np.cumsum(rpm) / (60 * STATE_HZ))


def tones(turns: Floats, motorcycle: Motorcycle, offsets: Floats) -> Floats:
    """Sines of the three orders for turns of the crankshaft (n,) and offsets (3,) in turns: (3, n).

    From a table, 1e-4 fine: eight times as fast as numpy's, and far below a sensor's step.
    """
    orders = np.array([order for order, _ in motorcycle.orders])
    cycles = orders[:, None] * turns + offsets[:, None]
    cycles *= len(_SINE)
    return np.asarray(_SINE.take(cycles.astype(np.int64) & (len(_SINE) - 1), mode="clip"))


_SINE = np.sin(2 * np.pi * np.arange(1 << 16) / (1 << 16))
