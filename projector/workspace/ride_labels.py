"""How long each ride carries each label: what the bar under a ride shows."""

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Annotations


def label_seconds(annotations: Annotations, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Seconds by ride and label, float64 (rides, labels), rides in the order of `numbers`.

    Overlapping annotations both count; points have no length and count nothing.
    """
    shape = (len(numbers), len(annotations.label_names))
    cells = _rows(annotations, numbers) * shape[1] + annotations.label
    seconds = np.bincount(cells, annotations.stop_s - annotations.start_s, minlength=shape[0] * shape[1])
    return np.asarray(seconds, np.float64).reshape(shape)


def has_label(annotations: Annotations, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Whether a ride has at least one annotation of a label, points too, bool (rides, labels)."""
    found = np.zeros((len(numbers), len(annotations.label_names)), bool)
    found[_rows(annotations, numbers), annotations.label] = True
    return found


def _rows(annotations: Annotations, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    order = np.argsort(numbers, kind="stable")
    return order[np.searchsorted(numbers[order], annotations.ride_number)]


def bar_widths(seconds: npt.NDArray[np.float64], present: npt.NDArray[np.bool_], length_s: float,
               pixels: int, least: int = 2) -> npt.NDArray[np.int64]:  # fmt: skip
    """Pixels for each label in a ride's bar, and one more entry for the time without a label.

    A label that is there gets at least `least` pixels, taken from the widest: a crash of four seconds in
    an hour must be seen. The entries sum to `pixels`, unless so many labels have no room in it.
    """
    whole = max(float(seconds.sum()), length_s, 1e-9)
    shares = np.append(seconds, whole - seconds.sum()) / whole
    edges = np.rint(np.concatenate([[0.0], np.cumsum(shares)]) * pixels).astype(np.int64)
    widths = np.asarray(np.diff(edges), np.int64)
    floor = np.append(np.where(present, least, 0), 0)
    short = np.maximum(floor - widths, 0)
    widths += short
    for _ in range(int(short.sum())):
        widest = int(np.argmax(widths - floor))
        if widths[widest] <= floor[widest]:
            break
        widths[widest] -= 1
    return widths
