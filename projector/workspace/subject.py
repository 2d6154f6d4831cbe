"""What the inspector speaks of: one window or a selection of many, against what is usual for a label."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category
from projector.domain.ids import NO_WINDOW, ride_numbers
from projector.domain.nouns import FeatureTable
from projector.workspace.unusual import Reference, reference, robust_z
from projector.workspace.workspace import Workspace

FEWEST = 8  # a label with fewer windows has no quartiles worth the name
# columns that say nothing about a window that isn't said elsewhere
_SAID_ELSEWHERE = ("label", "ride", "start_s", "stop_s", "gap_share", "samples", "seconds", "start")
ITS_LABEL, ALL = "", "all windows"  # besides these, a reference is chosen by a label's name


@dataclass(frozen=True, eq=False)
class Subject:
    """Feature values and how unusual each is, float64 (k,); rows are those of the table.

    row         the row of the one window, -1 when it is a selection: values are then its medians
    label       palette of words: the window's label, "" without one or when several are meant
    against     what it is compared with, in words
    """

    row: int
    label: str
    values: npt.NDArray[np.float64]
    z: npt.NDArray[np.float64]
    usual: Reference
    against: str


class Subjects:
    """Makes subjects and keeps the references it had to compute, until table or labels change."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept: dict[int, Reference] = {}

    def forget(self) -> None:
        """Table or labels are others now."""
        self._kept.clear()

    def of_selection(self, choice: str = ITS_LABEL) -> Subject | None:
        """The primary window, else the selected ones; None when nothing is selected or there is no table."""
        table, selection = self._workspace.table, self._workspace.selection
        if table is None or not len(selection.ids):
            return None
        if selection.primary == NO_WINDOW:
            rows = self._workspace.rows(selection.ids)
            return self._subject(table, -1, "", reference(table.values, rows).quantiles[2], choice)
        row = int(self._workspace.rows([selection.primary])[0])
        values = np.asarray(table.values[row], np.float64)
        return self._subject(table, row, self._workspace.labels.text(row), values, choice)

    def _subject(
        self, table: FeatureTable, row: int, label: str, values: npt.NDArray[np.float64], choice: str
    ) -> Subject:
        usual, against = self._reference(table, choice or (label if row >= 0 else ALL), row >= 0)
        return Subject(row, label, values, robust_z(values, usual), usual, against)

    def _reference(self, table: FeatureTable, name: str, single: bool) -> tuple[Reference, str]:
        labels, total = self._workspace.labels, len(table.windows)
        if name == ALL:
            return self._of_code(table, None), _words(ALL, self._of_code(table, None))
        code = labels.names.index(name) if name in labels.names else -1
        count = int(np.count_nonzero(labels.codes == code))
        if count < FEWEST:
            few = f"only {count:,} {'windows are' if count != 1 else 'window is'} {name or 'without a label'}"
            return self._of_code(table, None), f"{few}: against all {total:,}"
        usual = self._of_code(table, code)
        return usual, _words(name or "windows without a label", usual)

    def _of_code(self, table: FeatureTable, code: int | None) -> Reference:
        key = -2 if code is None else code
        if key not in self._kept:
            rows = (
                np.arange(len(table.windows))
                if code is None
                else np.flatnonzero(self._workspace.labels.codes == code)
            )
            self._kept[key] = reference(table.values, rows)
        return self._kept[key]


def _words(name: str, usual: Reference) -> str:
    if usual.read < usual.total:
        return f"against {name}: {usual.read:,} of {usual.total:,}, evenly spread"
    return f"against {name}: {usual.total:,}"


def why_not_placed(workspace: Workspace, row: int) -> str:
    """Why a window has no place on the map; "" when it has one, or when there is no map."""
    table, projection = workspace.table, workspace.projection
    if table is None or projection is None or np.isfinite(projection.coords[row]).all():
        return ""
    missing = np.flatnonzero(~np.isfinite(np.asarray(table.values[row])))
    share = float(table.windows.gap_share[row])
    if len(missing) == len(table.names):
        return f"Not on the map: {100 * share:.0f} % of this window lies in gaps, and features need 95 %."
    if len(missing):
        names = ", ".join(table.names[at] for at in missing[:3])
        return f"Not on the map: no value for {names}{' …' if len(missing) > 3 else ''}."
    return "Not on the map: this layout gives it no place."


def facts_of(workspace: Workspace, row: int) -> list[tuple[str, str | float]]:
    """(name, value) of a window's metadata and means, "" or NaN where missing; not its features."""
    assert workspace.table is not None
    known = {*workspace.table.names, *_SAID_ELSEWHERE}
    columns = ((name, workspace.column(name)) for name in workspace.column_names() if name not in known)
    return [
        (name, column.text(row) if isinstance(column, Category) else float(column[row]))
        for name, column in columns
    ]


def selected_by_label(workspace: Workspace) -> list[tuple[str, int]]:
    """(label, windows) of the selection, most first; "" is no label."""
    codes = workspace.labels.codes[workspace.rows(workspace.selection.ids)]
    counts = np.bincount(codes + 1, minlength=len(workspace.labels.names) + 1)
    named = [*zip(("", *workspace.labels.names), (int(count) for count in counts), strict=True)]
    return sorted(((name, count) for name, count in named if count), key=lambda pair: -pair[1])


def selected_by_ride(workspace: Workspace) -> list[tuple[int, int]]:
    """(ride's number, windows) of the selection, most first."""
    numbers, counts = np.unique(ride_numbers(workspace.selection.ids), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [(int(numbers[at]), int(counts[at])) for at in order]
