"""The selection as text: a CSV of windows for a spreadsheet, a line for a message to a colleague."""

import csv
import io

import numpy as np
import numpy.typing as npt

from projector.domain import ids as window_id_space
from projector.domain.ids import NO_WINDOW
from projector.domain.progress import Progress, silent
from projector.library.spreadsheet import guard
from projector.workspace.workspace import Workspace

CSV_ROWS = 20_000  # windows written at a time: between them one is told how far it is


def selection_csv(workspace: Workspace, ids: npt.ArrayLike | None = None, progress: Progress = silent) -> str:
    """window_id, window, ride_id, start_s, stop_s, label of the selected windows (or of these ids).

    progress counts windows. Ids and labels are looked up once a ride and a label: a million take seconds.
    """
    assert workspace.table is not None
    assert workspace.library is not None
    chosen = np.asarray(workspace.selection.ids if ids is None else ids, np.int64)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["window_id", "window", "ride_id", "start_s", "stop_s", "label"])
    library, windows, rows = workspace.library, workspace.table.windows, workspace.rows(chosen)
    labels = {code: guard(name) for code, name in enumerate(workspace.labels.names)}
    rides: dict[int, tuple[str, str]] = {}
    for number in np.flatnonzero(np.bincount(window_id_space.ride_numbers(chosen))).tolist():
        ride = library.id_of(number)
        rides[number] = guard(window_id_space.window_name(ride, 0)).removesuffix("0"), guard(ride)
    for first in range(0, len(chosen), CSV_ROWS):
        progress(first, len(chosen))
        part, at = chosen[first : first + CSV_ROWS], rows[first : first + CSV_ROWS]
        columns = zip(
            part.tolist(),
            window_id_space.ride_numbers(part).tolist(),
            window_id_space.first_samples(part).tolist(),
            windows.start_s[at].tolist(),
            windows.stop_s[at].tolist(),
            workspace.labels.codes[at].tolist(),
            strict=True,
        )
        writer.writerows(
            (window, f"{rides[ride][0]}{sample}", rides[ride][1], f"{start:.6f}", f"{stop:.6f}",
             labels.get(code, ""))
            for window, ride, sample, start, stop, code in columns
        )  # fmt: skip
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
