"""From the workspace to what the trace draws: streams, bands, windows, tracks of one ride.

Pieces are made apart, so that new labels or another feature never touch the signal.
"""

from dataclasses import replace

import numpy as np

from projector.domain.columns import Category
from projector.domain.errors import InputError
from projector.domain.nouns import Annotations
from projector.features.names import parse_name
from projector.library.stored import StoredRide, StoredStream
from projector.processing.aligned import turn
from projector.processing.clock import Clock
from projector.processing.levels import Level, build_levels
from projector.processing.overview import MAGNITUDE
from projector.ui.items.bands import Bands
from projector.ui.items.trace_model import LayerBands, RideTrace, RideWindows, StreamTrace
from projector.ui.items.tracks import Track
from projector.workspace.workspace import Aligned, Workspace

ALIGNED_AT_ONCE = 1_000_000  # samples; so many are turned and summed up in a moment, more in the worker
MOST_GAP = 0.05
NO_SLOT = -1  # of a label that no class stands for now


def ride_trace(workspace: Workspace, number: int) -> RideTrace:
    """A ride of the library that is still being hashed, see `Library.opened`. Raises LibraryError."""
    assert workspace.library is not None
    stored = workspace.library.opened(number)
    ride = RideTrace(number, stored.id, streams_of(stored), no_bands(), start=stored.start)
    return with_tracks(with_windows(with_bands(ride, workspace), workspace), workspace)


def streams_of(stored: StoredRide) -> tuple[StreamTrace, ...]:
    """The accelerometer first, then the others as recorded."""
    ordered = sorted(stored.streams.values(), key=lambda stream: not stream.is_primary)
    main = stored.primary.name
    return tuple(
        StreamTrace(part.name, part.pyramid(), tuple(part.units), rate_text(part), part.name == main)
        for part in ordered
        if part.count or part.name == main
    )


def rate_text(stream: StoredStream) -> str:
    """The true rate and, where it differs, the declared one: '99.2 Hz (declared 100)'."""
    true = true_rate(stream.pyramid().clock)
    told = f"{true:.4g} Hz"
    if stream.rate_hz is None:
        return f"{told} (none declared)"
    declared = f"{stream.rate_hz:.4g}"
    return told if told == f"{declared} Hz" else f"{told} (declared {declared})"


def true_rate(clock: Clock) -> float:
    """Steps outside gaps divided by the time they took: the clock's truth without a pass over all."""
    if clock.times is None or clock.count < 2:
        return 1.0 / clock.step_s
    lost = float((clock.times[clock.breaks] - clock.times[clock.breaks - 1]).sum())
    steps = clock.count - 1 - len(clock.breaks)
    taken = float(clock.times[-1] - clock.times[0]) - lost
    return steps / taken if steps > 0 and taken > 0 else 1.0 / clock.step_s


def no_bands() -> Bands:
    """A ride without annotations."""
    return Bands.of(np.empty(0), np.empty(0), np.empty(0, np.int32), ())


def with_bands(ride: RideTrace, workspace: Workspace) -> RideTrace:
    """The ride with the workspace's current annotations, and what other layers say."""
    marks = workspace.annotations
    if marks is None:
        return replace(ride, bands=no_bands(), slots=(), first_event=0, layer="", others=())
    part = marks.of_ride(ride.number)
    slots = workspace.label_slots()
    layers = workspace.layers_of(ride.number)
    return replace(
        ride,
        bands=_bands(marks, part),
        slots=tuple(slots[name] for name in marks.label_names),
        first_event=part.start,
        layer=layers.shown,
        others=tuple(
            LayerBands(name, _bands(rows), tuple(slots.get(label, NO_SLOT) for label in rows.label_names))
            for name, rows in layers.others
        ),
    )


def _bands(marks: Annotations, part: slice = slice(None)) -> Bands:
    pm = None if marks.pm_s is None else marks.pm_s[part]
    return Bands.of(marks.start_s[part], marks.stop_s[part], marks.label[part], marks.label_names, pm)


def with_windows(ride: RideTrace, workspace: Workspace) -> RideTrace:
    """The ride with its windows, and which of them have a dot."""
    table = workspace.table
    if table is None:
        return replace(ride, windows=RideWindows.none())
    rows, windows = workspace.windows_of_ride(ride.number), table.windows
    if workspace.projection is not None:
        placed = np.asarray(np.isfinite(workspace.projection.coords[rows]).all(axis=1))
    else:
        placed = np.asarray(windows.gap_share[rows] <= MOST_GAP)
    made = RideWindows(
        np.asarray(windows.ids[rows]),
        np.asarray(windows.start_s[rows]),
        np.asarray(windows.stop_s[rows]),
        placed,
    )
    return replace(ride, windows=made)


def with_tracks(ride: RideTrace, workspace: Workspace) -> RideTrace:
    """The ride with a track for each chosen feature."""
    table = workspace.table
    if table is None or not workspace.chosen_features:
        return replace(ride, tracks=())
    rows, units = workspace.windows_of_ride(ride.number), _units()
    tracks = []
    for name in workspace.chosen_features:
        column = workspace.column(name)
        if not isinstance(column, Category) and rows.stop > rows.start:
            values = np.asarray(column[rows], np.float32)
            title, unit = feature_title(name), units.get(name, "")
            tracks.append(
                Track(f"feature/{name}", title, unit, ride.windows.centre, values, table.rule.hop_s)
            )
    return replace(ride, tracks=tuple(tracks))


def _units() -> dict[str, str]:
    from projector.features.registry import FEATURES

    return {feature.name: "" if feature.unit == "1" else feature.unit for feature in FEATURES}


def feature_title(name: str) -> str:
    """A feature's name as people write it: az__band_power__3_8hz is 'az band power 3–8 Hz'."""
    try:
        parts = parse_name(name)
    except InputError:
        return name.replace("_", " ")
    channel = MAGNITUDE if parts.channel == "a" else parts.channel
    numbers = "–".join(f"{value:g}" for value in parts.arguments)
    unit = "Hz" if parts.unit == "hz" else parts.unit
    return " ".join(part for part in (channel, parts.kind.replace("_", " "), numbers, unit) if part)


def aligned_stream(stream: StreamTrace, made: Aligned | None) -> StreamTrace | None:
    """The accelerometer turned so that the ride's median acceleration points along +z.

    made    by the worker, for a ride of many samples; None for such a ride while there is none
    """
    pyramid = stream.pyramid
    if pyramid.axes is None:
        return stream
    if made is not None:
        widths = zip(pyramid.levels, made.levels, strict=True)
        levels = tuple(Level(level.bin_s, values) for level, values in widths)
        return replace(stream, pyramid=replace(pyramid, samples=made.samples, levels=levels))
    if pyramid.clock.count > ALIGNED_AT_ONCE:
        return None
    samples = np.empty((pyramid.clock.count, len(pyramid.channels) - 1), np.float32)
    turn(pyramid.samples, samples, pyramid.axes)
    levels = build_levels(samples, pyramid.clock, pyramid.axes)
    return replace(stream, pyramid=replace(pyramid, samples=samples, levels=levels))
