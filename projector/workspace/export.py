"""The selection as text: a CSV of windows for a spreadsheet, a line for a message to a colleague."""

import csv
import io

import numpy as np
import numpy.typing as npt

from projector.domain import ids as window_id_space
from projector.domain.ids import NO_WINDOW
from projector.library.spreadsheet import guard
from projector.workspace.workspace import Workspace


def selection_csv(workspace: Workspace, ids: npt.ArrayLike | None = None) -> str:
    """window_id, window, ride_id, start_s, stop_s, label of the selected windows (or of these ids)."""
    assert workspace.table is not None
    assert workspace.library is not None
    chosen = np.asarray(workspace.selection.ids if ids is None else ids, np.int64)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["window_id", "window", "ride_id", "start_s", "stop_s", "label"])
    windows = workspace.table.windows
    for window, row in zip(chosen, workspace.rows(chosen), strict=True):
        ride = workspace.library.id_of(int(window_id_space.ride_numbers(window)))
        writer.writerow(
            [
                int(window),
                guard(workspace.window_name(int(window))),
                guard(ride),
                f"{windows.start_s[row]:.6f}",
                f"{windows.stop_s[row]:.6f}",
                guard(workspace.labels.text(int(row))),
            ]
        )
    return text.getvalue()


def id_and_time(workspace: Workspace) -> str:
    """The primary window as one line: its id, where it lies in its ride, its label. "" without one."""
    window = workspace.selection.primary
    if window == NO_WINDOW or workspace.table is None:
        return ""
    row = int(workspace.rows([window])[0])
    windows = workspace.table.windows
    span = f"{clock(windows.start_s[row])} – {clock(windows.stop_s[row])}"
    label = workspace.labels.text(row) or "no label"
    return f"{workspace.window_name(window)}\t{span}\t{label}"


def clock(seconds: float, digits: int = 1) -> str:
    """Seconds from a ride's start as people read them: 12:40.6, from an hour on 1:02:03.0."""
    ticks = round(float(seconds) * 10**digits)
    whole, part = divmod(abs(ticks), 10**digits)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02d}" if hours else f"{minute:02d}"
    tail = f".{part:0{digits}d}" if digits else ""
    return f"{'-' if ticks < 0 else ''}{head}:{second:02d}{tail}"
