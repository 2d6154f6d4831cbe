"""The annotations behind chosen windows: those that give them their label."""

from dataclasses import dataclass

import numpy as np

from projector.domain.ids import ride_numbers
from projector.workspace.workspace import Ids, Workspace


@dataclass(frozen=True)
class Behind:
    """An annotation's row, how many of the chosen windows have their label from it, and of how many."""

    row: int
    chosen: int
    windows: int


@dataclass(frozen=True)
class Selected:
    """What is behind some windows; unlabelled counts those with nothing behind them."""

    annotations: tuple[Behind, ...]
    windows: int
    unlabelled: int


def behind(workspace: Workspace, ids: Ids) -> Selected:
    """The annotations behind windows of the table, in order of ride and start."""
    table, marks = workspace.table, workspace.annotations
    if table is None or marks is None or not len(ids):
        return Selected((), 0, 0)
    rows = workspace.rows(ids)
    codes = workspace.labels.codes
    chosen = np.zeros(len(table.windows), bool)
    chosen[rows] = True
    recode = {name: code for code, name in enumerate(workspace.labels.names)}
    found, explained = [], np.zeros(len(chosen), bool)
    for number in np.unique(ride_numbers(ids)).tolist():
        windows, part = workspace.windows_of_ride(number), marks.of_ride(number)
        starts, stops = table.windows.start_s[windows], table.windows.stop_s[windows]
        for row in range(part.start, part.stop):
            first = windows.start + int(np.searchsorted(stops, marks.start_s[row], "right"))
            last = windows.start + int(
                np.searchsorted(starts, max(marks.stop_s[row], marks.start_s[row] + 1e-9))
            )
            its = codes[first:last] == recode.get(marks.label_names[marks.label[row]], -2)
            count = int(np.count_nonzero(its & chosen[first:last]))
            if count:
                found.append(Behind(row, count, int(np.count_nonzero(its))))
                explained[first:last] |= its
    return Selected(tuple(found), len(rows), int(np.count_nonzero(~explained[rows])))
