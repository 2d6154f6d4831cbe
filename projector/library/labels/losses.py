"""What a format could not keep of the labels that were written, found by reading them back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import Annotation
from projector.domain.progress import Progress, silent
from projector.library.labels.nouns import Format, Refused, Sheet
from projector.library.labels.shelf import placed

EXACT_S = 1e-9
TOLD_EVERY = 1000  # labels between two calls of progress
COUNT, WORST, BACK = "{labels}", "{worst}", "{back}"


@dataclass(frozen=True)
class Loss:
    """says: with COUNT for how many labels it is about, WORST for the most seconds that a time is off.

    back    how many there are when they are read again: BACK
    """

    says: str
    labels: int = 0
    worst_s: float = 0.0
    back: int = 0

    def told(self) -> str:
        """In words."""
        if not self.labels:
            return self.says  # may quote a file
        return (
            self.says.replace(COUNT, _labels(self.labels))
            .replace(WORST, f"{self.worst_s:.2g} s")
            .replace(BACK, f"{self.back:,}")
        )


def summed(files: Sequence[tuple[str, Sequence[Loss]]]) -> list[str]:
    """The losses of several files, each kind once with the count of all; what only one has with its name."""
    if len(files) == 1:
        return [one.told() for one in files[0][1]]
    found: dict[str, list[tuple[str, Loss]]] = {}
    for name, lost in files:
        for one in lost:
            found.setdefault(one.says, []).append((name, one))
    lines = []
    for says, rows in found.items():
        worst = max(one.worst_s for _, one in rows)
        labels, back = (sum(getattr(one, what) for _, one in rows) for what in ("labels", "back"))
        told = Loss(says, labels, worst, back).told()
        lines.append(f"{rows[0][0]}: {told}" if len(rows) == 1 else f"{told} (in {len(rows):,} files)")
    return lines


def losses(form: Format, sheets: Sequence[Sheet], text: str, progress: Progress = silent) -> Iterator[Loss]:
    """How the labels of a file differ, when we read it, from those that were meant to be in it.

    progress counts labels. Raises Cancelled.
    """
    count = sum(len(sheet.marks) for sheet in sheets)
    own, by_name = sheets[0].ride, {sheet.name: sheet.ride for sheet in sheets}
    back: list[tuple[str, Annotation]] = []
    for place, told in form.read(text):
        if len(back) % TOLD_EVERY == 0:
            progress(min(len(back), count - 1), count, "reading the labels back")
        if isinstance(told, Refused):
            yield Loss(f"{place} would not be read: {told.reason}")
            continue
        ride = next((by_name[name] for name in told.rides if name in by_name), own)
        try:
            back.append((ride.id, placed(told, ride, "")))
        except InputError as error:
            yield Loss(f"{place} would not be read: {error.what}")
    sent = [(sheet.ride.id, mark) for sheet in sheets for mark in sheet.marks]
    if len(back) != len(sent):
        yield Loss(
            f"{COUNT} were written, {BACK} come back: this format cannot hold labels that overlap or touch",
            len(sent),
            back=len(back),
        )
        return
    if any(one.author for _, one in back):  # they may stand apart by author
        sent, back = (sorted(side, key=lambda row: (row[0], row[1].author)) for side in (sent, back))
    yield from _told([one for _, one in sent], [one for _, one in back])


def _told(sent: Sequence[Annotation], back: Sequence[Annotation]) -> Iterator[Loss]:
    points = [one.is_point and not two.is_point for one, two in zip(sent, back, strict=True)]
    if any(points):
        yield Loss(f"{COUNT} that were points come back as intervals", sum(points))
    shifts = np.array(
        [
            max(abs(one.start_s - two.start_s), 0.0 if point else abs(one.stop_s - two.stop_s))
            for one, two, point in zip(sent, back, points, strict=True)
        ]
    )
    if np.any(shifts > EXACT_S):
        moved = int(np.sum(shifts > EXACT_S))
        yield Loss(f"times of {COUNT} are rounded, by at most {WORST}", moved, float(shifts.max()))
    for what in ("label", "author", "comment"):
        pairs = [(getattr(one, what), getattr(two, what)) for one, two in zip(sent, back, strict=True)]
        lost = sum(one != two for one, two in pairs)
        if lost:
            kept = any(two for _, two in pairs)
            yield Loss(f"the {what} of {COUNT} is {'changed' if kept else 'not kept'}", lost)
    unsure = sum(_uncertainty(one) != _uncertainty(two) for one, two in zip(sent, back, strict=True))
    if unsure:
        yield Loss(f"the ± of {COUNT} is not kept", unsure)


def _uncertainty(one: Annotation) -> tuple[float, float]:
    return one.start_pm_s, one.stop_pm_s


def _labels(count: int) -> str:
    return f"{count:,} label{'' if count == 1 else 's'}"
