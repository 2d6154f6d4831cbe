"""A library and its windows out of arrays: any size at once, every number known to the test."""

from pathlib import Path
from typing import Any, cast

import numpy as np

from projector.domain.columns import Category, Column
from projector.domain.ids import window_ids
from projector.domain.nouns import Annotations, FeatureTable, Projection, WindowRule, Windows
from projector.features.registry import FEATURE_NAMES
from projector.library.library import Library
from projector.workspace.workspace import Workspace

LABELS = ("normal", "braking", "pothole", "phone drop", "fall", "crash")
MOTORCYCLES = ("Tracer 7", "CB500", "Vespa", "MT-07")
RATE_HZ = 50.0


class MadeLibrary:
    """What a Workspace and the tables read of a Library; signals are no part of it."""

    path = Path("made.h5")

    def __init__(self, rides: int, events_per_ride: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.numbers = np.arange(rides, dtype=np.int64) + 7
        self.ids = tuple(f"ride_{number}" for number in self.numbers)
        self.metadata_names = ("motorcycle", "rider", "mount")
        self.columns: dict[str, Column] = {
            "ride": Category.of(self.ids),
            "start": Category.of("2026-05-01T08:00:00Z" for _ in self.ids),
            "rate_hz": np.full(rides, RATE_HZ),
            "seconds": np.round(rng.uniform(120, 3600, rides)),
            "samples": np.zeros(rides),
            "motorcycle": Category.of(MOTORCYCLES[k % 4] if k % 11 else None for k in range(rides)),
            "rider": Category.of(f"rider {k % 17}" for k in range(rides)),
            "mount": Category.of(("pocket", "handlebar", "tank bag")[k % 3] for k in range(rides)),
        }
        self.annotations = self._annotations(rng, events_per_ride)

    def _annotations(self, rng: np.random.Generator, count: int) -> Annotations:
        seconds = np.repeat(cast(np.ndarray, self.columns["seconds"]), count)
        number = np.repeat(self.numbers, count)
        start = np.round(rng.uniform(0, 0.9, len(number)) * seconds, 2)
        length = np.where(rng.random(len(number)) < 0.1, 0, rng.exponential(12, len(number)))
        order = np.lexsort((start, number))
        label = rng.choice(6, len(number), p=(0.5, 0.2, 0.15, 0.08, 0.05, 0.02)).astype(np.int32)
        stop = np.minimum(start + np.round(length, 2), seconds)
        author = ("import",) * len(number)
        return Annotations(number, start[order], stop[order], label, LABELS, author, author)

    def id_of(self, number: int) -> str:
        return self.ids[number - 7]

    def number_of(self, ride_id: str) -> int:
        return int(ride_id.removeprefix("ride_"))

    def row_of(self, number: int) -> int:
        return number - 7

    def close(self) -> None:
        """There is no file."""


def made_table(library: MadeLibrary, windows_per_ride: int, seed: int = 1) -> FeatureTable:
    """Windows of 4 s every 2 s; the last feature is always 1, every 50th window lies in a gap."""
    rng = np.random.default_rng(seed)
    k = np.arange(windows_per_ride)
    ids = np.concatenate([window_ids(int(number), k * 100) for number in library.numbers])
    start = np.tile(k * 2.0, len(library.numbers))
    values = rng.normal(0, 1, (len(ids), len(FEATURE_NAMES))).astype(np.float32)
    values *= np.geomspace(1e-3, 1e3, values.shape[1], dtype=np.float32)
    values[:, -1] = 1
    gaps = np.zeros(len(ids), np.float32)
    gaps[49::50] = 0.07
    values[49::50] = np.nan
    windows = Windows(ids, start, start + 4.0, gaps)
    speed = rng.uniform(0, 90, len(ids)).astype(np.float32)
    return FeatureTable(windows, FEATURE_NAMES, values, WindowRule(), RATE_HZ, "made", {"speed_kmh": speed})


def made_workspace(rides: int = 12, events_per_ride: int = 8, windows_per_ride: int = 60) -> Workspace:
    """A workspace with everything in it; windows_per_ride=0 leaves it without windows."""
    workspace = Workspace()
    library = MadeLibrary(rides, events_per_ride)
    workspace.set_library(cast(Library, library))
    if windows_per_ride:
        table = made_table(library, windows_per_ride)
        workspace.set_table(table)
        coords: Any = table.values[:, 40:42].copy()
        workspace.set_projection(Projection(table.windows.ids, coords, "pca", {}))
    return workspace
