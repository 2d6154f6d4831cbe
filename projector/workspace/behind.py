"""The annotations behind chosen windows: those that give them their label.

Windows of one label are counted by running sums: a selection of everything costs as little as one of a few.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.annotations.window_labels import spans
from projector.workspace.loaded import Ids
from projector.workspace.workspace import Workspace

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Selected:
    """What is behind some windows; unlabelled counts those with nothing behind them.

    rows      the annotations' rows, intp (n,), in order of ride and start
    chosen    how many of the chosen windows have their label from each, int64 (n,)
    of        how many windows have it from it in all, int64 (n,)
    """

    rows: npt.NDArray[np.intp]
    chosen: Counts
    of: Counts
    windows: int
    unlabelled: int


def behind(workspace: Workspace, ids: Ids) -> Selected:
    """The annotations behind windows of the table."""
    table, marks = workspace.table, workspace.annotations
    if table is None or marks is None or not len(ids):
        return Selected(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.int64), 0, 0)
    count = len(table.windows)
    is_chosen = np.zeros(count, bool)
    is_chosen[workspace.rows(ids)] = True
    first, last = spans(table.windows, marks)
    chosen, of = np.zeros(len(marks), np.int64), np.zeros(len(marks), np.int64)
    explained = np.zeros(count, bool)
    for code, name in enumerate(workspace.labels.names):
        if name not in marks.label_names:
            continue
        own = np.flatnonzero(marks.label == marks.label_names.index(name))
        labelled = workspace.labels.codes == code
        chosen[own] = _within(labelled & is_chosen, first[own], last[own])
        of[own] = _within(labelled, first[own], last[own])
        over = np.bincount(first[own], minlength=count + 1) - np.bincount(last[own], minlength=count + 1)
        explained |= labelled & (np.cumsum(over)[:count] > 0)
    rows = np.flatnonzero(chosen)
    unlabelled = int(np.count_nonzero(is_chosen & ~explained))
    return Selected(rows, chosen[rows], of[rows], int(np.count_nonzero(is_chosen)), unlabelled)


def _within(mask: npt.NDArray[np.bool_], first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> Counts:
    """How many of each stretch are true."""
    before = np.concatenate([[0], np.cumsum(mask)])
    return np.asarray(before[last] - before[first], np.int64)
