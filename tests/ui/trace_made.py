"""A small real library whose every sample the tests know, and a workspace with windows on it."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from projector.domain.ids import window_ids
from projector.domain.nouns import (
    Annotation,
    FeatureTable,
    Projection,
    Recording,
    Stream,
    WindowRule,
    Windows,
)
from projector.library.library import Library
from projector.library.writer import write_library
from projector.workspace.workspace import Workspace

RATE_HZ = 100.0
SPIKE_S = 61.03
SPIKE = 78.5  # 8 g
GAP_S = (100.0, 104.0)
START = datetime(2026, 5, 1, 14, 5, 30, tzinfo=timezone(timedelta(hours=2)))


def calm(seconds: float, seed: int) -> np.ndarray:
    """Little noise about gravity, float32 (n, 3)."""
    samples = np.random.default_rng(seed).normal(0, 0.4, (int(seconds * RATE_HZ), 3)).astype(np.float32)
    samples[:, 2] += 9.81
    return samples


def long_ride() -> Recording:
    """180 s with one sample of 8 g on az, a gap, annotations over one another, a gyro and speed."""
    samples = calm(180, 1)
    samples[round(SPIKE_S * RATE_HZ), 2] = SPIKE
    times = np.arange(len(samples)) / RATE_HZ
    keep = (times < GAP_S[0]) | (times >= GAP_S[1])
    streams = (
        Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples[keep], RATE_HZ, times[keep]),
        Stream("gyro", ("gx", "gy", "gz"), ("rad/s",) * 3, calm(180, 2)[::2].copy(), RATE_HZ / 2),
        Stream("gps", ("speed_kmh",), ("km/h",), np.linspace(0, 90, 180, dtype=np.float32)[:, None], 1.0),
    )
    marks = (
        Annotation(10.0, 20.0, "braking"),
        Annotation(15.0, 30.0, "normal"),
        Annotation(61.0, 61.0, "crash"),
        Annotation(150.0, 160.0, "fall"),
    )
    return Recording("long", streams, marks, {"rider": "a"}, START)


def short_ride() -> Recording:
    """30 s without anything but samples at an even rate."""
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, calm(30, 3), RATE_HZ)
    return Recording("short", (stream,))


def made_library(folder: Path) -> Path:
    """Written, with rides 'long' and 'short'."""
    path = folder / "rides.h5"
    write_library(path, [long_ride(), short_ride()])
    return path


def made_workspace(path: Path, windows: bool = True) -> Workspace:
    """The library open, with windows of 4 s every 2 s; those that meet the gap have no place on the map."""
    workspace = Workspace()
    library = Library.open(path)
    workspace.set_library(library)
    if windows:
        add_windows(workspace, library)
    return workspace


def add_windows(workspace: Workspace, library: Library) -> None:
    starts = [np.arange(0.0, seconds, 2.0) for seconds in (176, 26)]
    numbers = [library.number_of(name) for name in ("long", "short")]
    ids = np.concatenate(
        [window_ids(n, (s * RATE_HZ).astype(np.int64)) for n, s in zip(numbers, starts, strict=True)]
    )
    start = np.concatenate(starts)
    gap = np.where((start < GAP_S[1]) & (start + 4 > GAP_S[0]) & (ids < 2**33), 0.5, 0.0).astype(np.float32)
    gap[len(starts[0]) :] = 0
    values = np.random.default_rng(0).normal(0, 1, (len(ids), 2)).astype(np.float32)
    values[gap > 0] = np.nan
    table = FeatureTable(
        Windows(ids, start, start + 4.0, gap),
        ("ax__mean", "az__mean"),
        values,
        WindowRule(4.0, 2.0, RATE_HZ),
        RATE_HZ,
        "k",
    )
    workspace.set_table(table)
    workspace.set_projection(Projection(ids, values, "axes", {}))
