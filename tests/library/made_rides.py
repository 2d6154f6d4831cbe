"""Small rides for the tests of the library file."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import numpy as np

from projector.domain.nouns import AXES, Annotation, Recording, Stream

METRES = ("m/s²",) * 3


def primary(n: int = 200, seed: int = 0, **clock: object) -> Stream:
    samples = np.random.default_rng(seed).normal(0, 3, (n, 3)).astype(np.float32)
    return Stream("phone", AXES, METRES, samples, **(clock or {"rate_hz": 100.0}))


def ride(name: str, n: int = 200, seed: int = 0) -> Recording:
    """Two streams with clocks of their own, annotations, metadata, remarks."""
    rng = np.random.default_rng(seed + 1)
    gyro = rng.normal(0, 1, (n // 2, 3)).astype(np.float32)
    stamps = np.cumsum(rng.uniform(0.01, 0.03, n // 2))
    return Recording(
        id=name,
        streams=(
            primary(n, seed),
            Stream("gyro", ("gx", "gy", "gz"), ("rad/s",) * 3, gyro, None, stamps, 0.5),
        ),
        annotations=(Annotation(0.2, 0.9, "fall", comment="left side"), Annotation(1.5, 1.5, "bump", "ana")),
        metadata={"rider": f"rider {seed % 3}", "speed_kmh": 30.5 + seed},
        start=datetime(2026, 5, 3, 14, 30, tzinfo=timezone(timedelta(hours=2))),
        source=f"{name}.csv",
        odd=("gyro: 3 doubled stamps",),
    )


def rides(count: int, first: int = 0, n: int = 200) -> Iterator[Recording]:
    for i in range(first, first + count):
        yield ride(f"ride_{i}", n, i)


def assert_same(found: Recording, want: Recording) -> None:
    """Bit for bit, down to the stamps."""
    for name in ("id", "metadata", "start", "source", "odd"):
        assert getattr(found, name) == getattr(want, name), name
    order = [sorted(r.annotations, key=lambda a: (a.start_s, a.stop_s, a.label)) for r in (found, want)]
    assert order[0] == order[1]
    assert [s.name for s in found.streams] == [s.name for s in want.streams]
    for got, put in zip(found.streams, want.streams, strict=True):
        assert (got.channels, got.units, got.rate_hz, got.start_s) == (
            put.channels,
            put.units,
            put.rate_hz,
            put.start_s,
        )
        assert got.samples.tobytes() == put.samples.tobytes()
        assert (got.time_s is None) == (put.time_s is None)
        if got.time_s is not None:
            assert got.time_s.tobytes() == put.time_s.tobytes()
