"""How many windows would change their label, before an edit counts."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from projector.annotations.window_labels import window_labels
from projector.domain.nouns import Annotations, Windows
from projector.workspace.own_layer import span_of
from projector.workspace.workspace import Workspace

Span = tuple[float, float, str]
NO_LABEL = "no label"


def blast_radius(
    workspace: Workspace, ride: int, changed: Mapping[int, Span | None], added: Sequence[Span] = ()
) -> Counter[tuple[str, str]]:
    """(label now, label then) → windows, of a ride whose annotations would be others.

    changed   rows of workspace.annotations: what each becomes, None for one that goes
    """
    table, marks = workspace.table, workspace.annotations
    if table is None or marks is None:
        return Counter()
    new = [*(span for span in changed.values() if span), *added]
    moved = [span_of(marks, row) for row in changed] + new
    if not moved:
        return Counter()
    rows = _windows_between(workspace, ride, min(s[0] for s in moved), max(s[1] for s in moved))
    if rows.start == rows.stop:
        return Counter()
    between = float(table.windows.start_s[rows].min()), float(table.windows.stop_s[rows].max())
    kept = [span_of(marks, row) for row in _rows_between(marks, ride, *between) if row not in changed]
    windows = table.windows
    near = Windows(windows.ids[rows], windows.start_s[rows], windows.stop_s[rows], windows.gap_share[rows])
    made = _annotations(ride, [*kept, *new])
    codes = window_labels(near, made, table.rule)
    labels = workspace.labels
    old_names = [labels.names[code] if code >= 0 else NO_LABEL for code in labels.codes[rows].tolist()]
    new_names = [made.label_names[code] if code >= 0 else NO_LABEL for code in codes.tolist()]
    return Counter(pair for pair in zip(old_names, new_names, strict=True) if pair[0] != pair[1])


def told(changes: Counter[tuple[str, str]]) -> str:
    """'23 windows change label: 19 from no label to fall, 4 from fall to normal'."""
    total = sum(changes.values())
    if not total:
        return "no window changes its label"
    head = f"{total:,} {'windows change' if total != 1 else 'window changes'} label"
    if len(changes) == 1:
        return "{}, from {} to {}".format(head, *next(iter(changes)))
    parts = [f"{count:,} from {old} to {new}" for (old, new), count in changes.most_common(3)]
    rest = total - sum(count for _, count in changes.most_common(3))
    return f"{head}: {', '.join(parts + ([f'{rest:,} others'] if rest else []))}"


def _windows_between(workspace: Workspace, ride: int, start_s: float, stop_s: float) -> slice:
    assert workspace.table is not None
    rows, windows = workspace.windows_of_ride(ride), workspace.table.windows
    first = rows.start + int(np.searchsorted(windows.stop_s[rows], start_s))
    last = rows.start + int(np.searchsorted(windows.start_s[rows], stop_s, "right"))
    return slice(first, max(first, last))


def _rows_between(marks: Annotations, ride: int, start_s: float, stop_s: float) -> list[int]:
    """The annotations that those windows meet: thousands of others on the ride cost nothing."""
    part = marks.of_ride(ride)
    meet = (marks.stop_s[part] >= start_s) & (marks.start_s[part] <= stop_s)
    return [part.start + int(row) for row in np.flatnonzero(meet)]


def _annotations(ride: int, spans: Sequence[Span]) -> Annotations:
    names = tuple(sorted({span[2] for span in spans}))
    ordered = sorted(spans)
    return Annotations(
        np.full(len(ordered), ride, np.int64),
        np.array([span[0] for span in ordered], np.float64),
        np.array([span[1] for span in ordered], np.float64),
        np.array([names.index(span[2]) for span in ordered], np.int32),
        names,
    )
