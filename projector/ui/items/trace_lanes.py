"""The kinds of lane a trace has, and what is written beside each."""

import numpy as np

from projector.ui.items.trace_model import LABELS, RideTrace, SignalLane
from projector.ui.items.tracks import Track, figure

SHORT = 2  # letters of a channel's name that are written beside its stream's
SCALE_ROOM = 32.0  # pixels for the figures of a channel's scale, right of its name
Lane = SignalLane | Track | str  # a string is the key of the lane of annotations, or of other layers' ones


def key_of(lane: Lane) -> str:
    """The name a lane is hidden and laid out by."""
    return lane if isinstance(lane, str) else lane.key


def title_of(lane: Lane, ride: RideTrace) -> str:
    """A lane's name in the gutter; other layers' rows have theirs one by one."""
    if isinstance(lane, str):
        return (ride.layer if ride.others else "label") if lane == LABELS else ""
    if isinstance(lane, Track):
        return lane.title
    names = [series.name for series in lane.series]
    if len(names) == 1:
        return names[0]
    return f"{lane.stream} {' '.join(names)}" if max(map(len, names)) <= SHORT else lane.stream


def under_title(lane: Lane, ride: RideTrace) -> str:
    """The second line: a channel's unit, a track's range over the ride, annotations that lie over others."""
    if isinstance(lane, SignalLane):
        return lane.unit
    if isinstance(lane, str):
        return f"{ride.bands.crowded:,} stacked" if ride.bands.crowded and lane == LABELS else ""
    low, high = lane.limits
    if not np.isfinite(low):
        return "no value in this ride"
    return f"{figure(low)} … {figure(high)} {lane.unit}".rstrip()
