"""The frozen nouns that every layer speaks of. Times in seconds from the ride's start, rates in Hz."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError

Samples = npt.NDArray[np.float32]
Seconds = npt.NDArray[np.float64]
AXES = ("ax", "ay", "az")
PRIMARY = "primary"


@dataclass(frozen=True, eq=False)
class Stream:
    """Samples that share one clock, in memory.

    samples     float32 (n, channels), in `units` (m/s² and rad/s where the channel is one of those)
    rate_hz     the declared rate; None when the source declares none (then time_s is there)
    time_s      float64 (n,), each sample's stamp as recorded, seconds from the ride's start;
                None when the source has no stamps: then sample i was taken at start_s + i / rate_hz
    """

    name: str
    channels: tuple[str, ...]
    units: tuple[str, ...]
    samples: Samples
    rate_hz: float | None = None
    time_s: Seconds | None = None
    start_s: float = 0.0

    def __post_init__(self) -> None:
        n, width = self.samples.shape
        if width != len(self.channels) or width != len(self.units):
            raise InputError(
                f"stream {self.name}: {width} columns, {len(self.channels)} channels, {len(self.units)} units"
            )
        if len(set(self.channels)) != width:
            raise InputError(f"stream {self.name}: a channel name stands twice in {', '.join(self.channels)}")
        if self.time_s is None and not (self.rate_hz and self.rate_hz > 0):
            raise InputError(f"stream {self.name} has neither stamps nor a rate")
        if self.time_s is not None and len(self.time_s) != n:
            raise InputError(f"stream {self.name}: {n} samples but {len(self.time_s)} stamps")

    @property
    def is_primary(self) -> bool:
        """Whether this stream carries the phone's acceleration, ax ay az."""
        return set(AXES) <= set(self.channels)


@dataclass(frozen=True)
class Annotation:
    """A labelled interval [start_s, stop_s) of a ride, or a point where both are equal.

    start_pm_s, stop_pm_s   how far off each end may be, ± so many seconds; 0 for one that is exact
    """

    start_s: float
    stop_s: float
    label: str
    author: str = "import"
    layer: str = "imported"
    comment: str = ""
    created_utc: str = ""
    start_pm_s: float = 0.0
    stop_pm_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.label:
            raise InputError("an annotation without a label")
        if not -math.inf < self.start_s <= self.stop_s < math.inf:
            raise InputError(f"annotation {self.label}: {self.start_s} to {self.stop_s} s is no interval")
        if not (0 <= self.start_pm_s < math.inf and 0 <= self.stop_pm_s < math.inf):
            raise InputError(f"an edge is ± {self.start_pm_s:g} or {self.stop_pm_s:g} s: that is no length")

    @property
    def is_point(self) -> bool:
        return self.start_s == self.stop_s


@dataclass(frozen=True, eq=False)
class Recording:
    """One ride as a reader or the simulator hands it over, before it has a number in a library.

    odd     remarks on what was strange in the source, told in the import report and kept on record
    """

    id: str
    streams: tuple[Stream, ...]
    annotations: tuple[Annotation, ...] = ()
    metadata: Mapping[str, str | float] = field(default_factory=dict)
    start: datetime | None = None  # with zone when the source knows it
    source: str = ""
    odd: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or any(c in self.id for c in "@/\n\r\t\0"):
            raise InputError(
                f"{self.id!r} cannot be a ride's id",
                remedy="an id has at least one character, none of them @, / or a tab",
            )
        if sum(stream.is_primary for stream in self.streams) != 1:
            raise InputError(f"ride {self.id}: exactly one stream must carry ax, ay and az")
        if len({stream.name for stream in self.streams}) != len(self.streams):
            raise InputError(f"ride {self.id}: two streams have the same name")

    @property
    def primary(self) -> Stream:
        return next(stream for stream in self.streams if stream.is_primary)


class LabelRule(StrEnum):
    """How a window gets its label from the annotations that it meets."""

    AT_END = "at_end"  # the annotation under the window's last sample
    ANY = "any"  # the one that overlaps it longest, however little
    SHARE = "share"  # the same, but only from `share` of the window on
    MAJORITY = "majority"  # the same, but only over half of the window


@dataclass(frozen=True)
class WindowRule:
    """How rides are cut. ``rate_hz`` None means the lowest primary rate of the library."""

    length_s: float = field(
        default=4.0, metadata={"label": "Length", "unit": "s", "min": 0.1, "max": 3600, "step": 0.5}
    )
    hop_s: float = field(
        default=2.0, metadata={"label": "A new one every", "unit": "s", "min": 0.01, "max": 3600, "step": 0.5}
    )
    rate_hz: float | None = field(
        default=None,
        metadata={
            "label": "Rate",
            "unit": "Hz",
            "min": 1,
            "max": 10_000,
            "step": 10,
            "none": "the library's lowest",
            "help": "Rides are brought to this rate, anti-aliased, before features are computed.",
        },
    )
    label_rule: LabelRule = field(
        default=LabelRule.MAJORITY,
        metadata={
            "label": "Label",
            "help": "Which annotation gives a window its label: the one at its end, any that meets it,\n"
            "one that covers at least a share of it, or one that covers over half of it.",
        },
    )
    share: float = field(
        default=0.25,
        metadata={
            "label": "Least share",
            "help": "Only for the label rule 'share'.",
            "min": 0.01,
            "max": 1.0,
            "step": 0.05,
        },
    )

    def __post_init__(self) -> None:
        if not 0 < self.hop_s <= 3600 or not 0 < self.length_s <= 3600:
            raise InputError("a window's length and hop must be over 0 and at most 3600 seconds")
        if self.rate_hz is not None and not 1 <= self.rate_hz <= 10_000:
            raise InputError("a window rule's rate must be 1 to 10,000 Hz")
        if not 0 < self.share <= 1:
            raise InputError("the share of a window that a label must cover is over 0 and at most 1")

    def samples(self, rate_hz: float) -> int:
        """Samples in a window at this rate."""
        return max(round(self.length_s * rate_hz), 1)


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of a library under a rule, in order of id; what a feature table's rows are.

    gap_share   float32 (n,), the part of each window that lies in gaps or is not a number
    """

    ids: npt.NDArray[np.int64]
    start_s: Seconds
    stop_s: Seconds
    gap_share: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Windows × features. values float32 (n, len(names)), C order, possibly memory-mapped.

    aux         per-window means of auxiliary channels (speed_kmh …) by column name, float32 (n,)
    rate_hz     the rate the rule came to
    key         hash of library signals, rule and feature versions: what the cache files it under
    """

    windows: Windows
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]
    rule: WindowRule
    rate_hz: float
    key: str
    aux: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Annotations:
    """All annotations of a library (one layer's current labels), sorted by ride, then start.

    ride_number int64 (n,); start_s, stop_s float64 (n,); label is int32 codes into label_names
    pm_s        float64 (n, 2), how far off start and stop may be, 0 for an exact one; None: all are exact
    """

    ride_number: npt.NDArray[np.int64]
    start_s: Seconds
    stop_s: Seconds
    label: npt.NDArray[np.int32]
    label_names: tuple[str, ...]
    author: tuple[str, ...] = ()
    comment: tuple[str, ...] = ()
    pm_s: Seconds | None = None

    def __len__(self) -> int:
        return len(self.ride_number)

    def uncertainty(self, row: int) -> tuple[float, float]:
        """± of a row's start and stop, in seconds."""
        return (0.0, 0.0) if self.pm_s is None else (float(self.pm_s[row, 0]), float(self.pm_s[row, 1]))

    def of_ride(self, number: int) -> slice:
        """The rows of one ride."""
        first, last = np.searchsorted(self.ride_number, [number, number + 1])
        return slice(int(first), int(last))


class Placement(IntEnum):
    """How a window came to its place on a map."""

    FITTED = 0  # the layout was computed with it
    PLACED = 1  # put beside the fitted windows that are most like it
    OFF_MAP = 2  # the same, but nothing fitted is like it: its place says little
    NOT_PLACED = 3  # it lacks a feature


@dataclass(frozen=True, eq=False)
class Projection:
    """A 2D (or more) layout of windows.

    coords      float32 (n, k); a window that is not placed has NaN
    ids         int64 (n,), the windows, in the order of the feature table
    parameters  method, its parameters, scaler, seed, input hash: all that is needed to make it again
    quality     named figures, e.g. explained variance a component
    state       uint8 (n,), a `Placement` a window; None: those with coordinates were all fitted
    kept        arrays by name: what it takes to place windows on it that come later
    neighbours_kept     float32 (n,), of each window's 10 most alike among the fitted ones, the share that are
                the 10 fitted ones nearest to it on the map; NaN where it isn't placed; None: not measured
    """

    ids: npt.NDArray[np.int64]
    coords: npt.NDArray[np.float32]
    method: str
    parameters: Mapping[str, object]
    quality: Mapping[str, object] = field(default_factory=dict)
    state: npt.NDArray[np.uint8] | None = None
    kept: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    neighbours_kept: npt.NDArray[np.float32] | None = None
