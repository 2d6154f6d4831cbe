"""Recognising a table that nobody described: what its columns are by their names, their units, their clock.

A guess is an import description like one that a person writes, followed by the same code; each decision
that the names didn't settle is told. What cannot be recognised is refused, not assumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import AXES, Recording
from projector.library.readers.clocks import TICKS, is_epoch
from projector.library.readers.description import ChannelPart, Clock, Description, Labels, Layout, StreamPart
from projector.library.readers.formats import read_table
from projector.library.readers.names import Name
from projector.library.readers.patterns import Match
from projector.library.readers.rides import assemble
from projector.library.readers.table import Table, Values, Wanted, texts
from projector.library.readers.units import STANDARD_GRAVITY, is_known

REMEDY = "write an import description (docs/import-description.md) and pass it with --description"
_STEPS_S = (0.0005, 0.2)  # recorders take 5 to 2,000 samples a second
_LONG_STEP_S = 60.0  # a date that jumps further is none
_GRAVITY = {"g": 1.0, "m/s²": STANDARD_GRAVITY, "mg": 1000.0}
_NEAR = (0.7, 1.3)  # of gravity: where the middle half of a ride's samples lie, if gravity is among them
_MOST_RAD_S = 36.0  # gyroscopes measure up to 2,000 °/s, which is 35 rad/s


def read_unknown(path: Path, ride_id: str) -> Recording:
    """The recording in a file without a description. Raises InputError where it cannot be recognised."""
    table = read_table(path, Layout(), Wanted())
    with np.errstate(over="ignore", invalid="ignore"):  # absurd numbers become inf: outside every range
        description, notes = describe(table)
    match = Match(path, path.parent, {})
    recording = assemble(description, match, ride_id, _OneTable(table))
    told = (f"recognised: {'; '.join(notes)}",) if notes else ()
    return replace(recording, metadata=_constants(table, description.labels), odd=(*recording.odd, *told))


@dataclass(frozen=True, eq=False)
class _OneTable:
    table: Table

    def of(self, part: StreamPart) -> Table:
        return self.table


def describe(table: Table) -> tuple[Description, list[str]]:
    """A description of the table, and what had to be decided. Raises InputError where that isn't possible."""
    names = [Name.of(i, text) for i, text in enumerate(table.names)]
    if all(name.text == str(name.position + 1) for name in names):
        raise InputError("the table has no row of column names", where=table.where, remedy=REMEDY)
    notes = list[str]()
    clock, used = _clock(table, names, notes)
    channels = _channels(table, [name for name in names if name.position not in used], notes)
    labels = [name for name in names if name.is_label][:1]
    stream = StreamPart(channels=channels, name="phone", clock=clock)
    sources = tuple(Labels(source="column", label=name.position + 1) for name in labels)
    return Description(files="*", streams=(stream,), labels=sources), notes


def _clock(table: Table, names: Sequence[Name], notes: list[str]) -> tuple[Clock, set[int]]:
    """The clock, and the columns it takes. A column whose name states its unit comes first."""
    times = [name for name in names if name.is_time]
    by_word = {name.word: name for name in reversed(times)}
    if {"date", "time"} <= set(by_word) and table.columns[by_word["date"].position].dtype.kind == "O":
        day, time = by_word["date"].position, by_word["time"].position
        return Clock(column=day + 1, time_column=time + 1, unit="iso"), {day, time}
    if not times:
        raise _unknown(table, "as a clock")
    name = min(times, key=lambda name: not name.unit)
    if len(times) > 1:
        notes.append(
            f"{name.text!r} is the clock, not {', '.join(repr(t.text) for t in times if t is not name)}"
        )
    unit = name.unit or _time_unit(table, name, notes)
    return Clock(column=name.position + 1, unit=unit), {time.position for time in times}


def _unknown(table: Table, what: str) -> InputError:
    told = f"no column can be recognised {what} among {', '.join(map(str, table.names[:40]))}"
    return InputError(told, where=table.where, remedy=REMEDY)


def _time_unit(table: Table, name: Name, notes: list[str]) -> str:
    """The unit under which stamps are dates of our time, or steps those of a recorder."""
    cells = table.columns[name.position]
    if cells.dtype.kind == "O" and not _is_number_text(cells):
        return "iso"
    values = np.asarray(table.numbers(name.position + 1)[0], np.float64)
    values = values[np.isfinite(values)]
    steps = np.diff(values)
    step = float(np.median(steps[steps > 0])) if np.any(steps > 0) else 0.0
    for unit in ("s", "ms", "us", "ns"):
        dated = len(values) > 0 and is_epoch(float(values[0]) / TICKS[unit])
        dated = dated and step / TICKS[unit] <= _LONG_STEP_S
        if dated or _STEPS_S[0] <= step / TICKS[unit] <= _STEPS_S[1]:
            notes.append(f"{name.text!r} counts in {unit}, by its {'dates' if dated else 'steps'}")
            return unit
    told = f"the unit of {name.text!r} cannot be told: its steps are {step:g}"
    raise InputError(told, where=table.where, remedy=REMEDY)


def _is_number_text(cells: Values) -> bool:
    """Whether most cells of a text column are numbers, a few of them bad."""
    import pandas as pd

    numbers = pd.to_numeric(pd.Series(cells[:1000]), errors="coerce").notna().mean()
    return bool(numbers > 0.5)


def _channels(table: Table, names: Sequence[Name], notes: list[str]) -> dict[str, ChannelPart]:
    """Channel name → column and unit. Raises InputError where ax, ay or az is missing."""
    found: dict[str, Name] = {}
    for name in names:
        if name.channel:
            found.setdefault(name.channel, name)
    lacking = [axis for axis in AXES if axis not in found]
    if lacking:
        raise _unknown(table, f"as {', '.join(lacking)}")
    units = _units(table, found, notes)
    channels = {channel: ChannelPart(name.position + 1, units[channel]) for channel, name in found.items()}
    taken = {name.position for name in found.values()}
    for name in names:
        if name.position not in taken and _is_channel(table, name):
            channels.setdefault(name.plain, ChannelPart(name.position + 1, name.unit))
    return channels


def _is_channel(table: Table, name: Name) -> bool:
    """A column of numbers that changes, and is no row number or label."""
    cells = table.columns[name.position]
    if cells.dtype.kind not in "iuf" or name.is_index or name.is_label:
        return False
    return bool(np.isfinite(cells).any()) and bool(np.nanmin(cells) < np.nanmax(cells))


def _units(table: Table, found: Mapping[str, Name], notes: list[str]) -> dict[str, str]:
    """Each channel's unit: its name's; else for accelerations and rotations what their size tells."""
    units = {channel: name.unit if is_known(name.unit) else "" for channel, name in found.items()}
    for kind, decide in (("a", _acceleration_unit), ("g", _rotation_unit)):
        axes = [kind + axis for axis in "xyz" if kind + axis in found]
        stated = next((units[axis] for axis in axes if units[axis]), "")
        if axes and not stated:
            columns = [table.numbers(found[axis].position + 1)[0] for axis in axes]
            stated = decide(np.stack(columns, 1).astype(np.float64), table.where)
            notes.append(f"{' '.join(axes)} taken as {stated} by their size")
        units |= {axis: units[axis] or stated for axis in axes}
    if units.get("speed_kmh") == "":
        units["speed_kmh"] = "km/h"
        notes.append(f"{found['speed_kmh'].text!r} taken as km/h")
    return units


def _acceleration_unit(values: Values, where: str) -> str:
    """By gravity. Linear acceleration, without it, has no size to go by. Raises InputError."""
    sizes = np.sqrt((values**2).sum(axis=1))
    sizes = sizes[np.isfinite(sizes)]
    low, high = np.percentile(sizes, (25, 75)) if len(sizes) else (0.0, 0.0)
    for unit, gravity in _GRAVITY.items():
        if _NEAR[0] * gravity <= low and high <= _NEAR[1] * gravity:
            return unit
    told = (
        f"the unit of the acceleration cannot be told: half of its sizes lie between {low:.3g} and {high:.3g}"
    )
    raise InputError(told, where=where, remedy=REMEDY)


def _rotation_unit(values: Values, where: str) -> str:
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    return "°/s" if largest > _MOST_RAD_S else "rad/s"


def _constants(table: Table, labels: Sequence[Labels]) -> dict[str, str]:
    """Text columns with one value throughout (rider, motorcycle …): metadata of the ride."""
    used = {source.label for source in labels}
    found = {}
    for i, (name, cells) in enumerate(zip(table.names, table.columns, strict=True)):
        if cells.dtype.kind == "O" and i + 1 not in used and (cells == cells[0]).all():
            found[name.strip().lower()] = texts(cells[:1])[0]
    return {name: value for name, value in found.items() if name and value}
