"""What the annotators wrote down, a known share of it wrong, and the truth beside it.

An annotation is wrong in one of two ways: its class is another that people do confuse it with, or the whole
interval sits one to three seconds early or late. Its neighbours stay right, as those of a real slip do.
"""

from dataclasses import dataclass, fields

from projector.domain.nouns import Annotation
from projector.library.simulator.population import Generator
from projector.library.simulator.script import Phase

ANNOTATORS = ("ines", "marek", "tove")
CONFUSED_WITH = {
    "normal": ("cornering", "braking", "pothole"),
    "braking": ("normal", "stop"),
    "cornering": ("normal", "braking"),
    "pothole": ("normal", "phone drop"),
    "stop": ("normal", "phone pick-up"),
    "phone pick-up": ("stop", "phone drop"),
    "phone drop": ("fall", "phone pick-up"),
    "fall": ("phone drop", "crash"),
    "crash": ("fall", "phone drop"),
}


@dataclass(frozen=True)
class Truth:
    """One annotation as it should be and as it was given; error is "", "class" or "edges".

    kind    what happened, finer than the label: "low-side", "speed bump" …
    """

    ride: str
    start_s: float
    stop_s: float
    label: str
    kind: str
    given_start_s: float
    given_stop_s: float
    given_label: str
    error: str


TRUTH_COLUMNS = tuple(field.name for field in fields(Truth))


def truths(ride: str, phases: tuple[Phase, ...], wrong: float, rng: Generator) -> tuple[Truth, ...]:
    """One row for each stretch of the same label; each is wrong with the probability `wrong`."""
    merged: list[tuple[float, float, str, str]] = []
    for phase in phases:
        start_s, stop_s = round(phase.start_s, 2), round(phase.stop_s, 2)
        if merged and merged[-1][2] == phase.label:
            start_s, _, _, kind = merged.pop()
            merged.append((start_s, stop_s, phase.label, kind if kind == phase.kind else phase.label))
        else:
            merged.append((start_s, stop_s, phase.label, phase.kind))
    return tuple(_given(ride, *row, merged[-1][1], wrong, rng) for row in merged)


def _given(
    ride: str,
    start_s: float,
    stop_s: float,
    label: str,
    kind: str,
    end_s: float,
    wrong: float,
    rng: Generator,
) -> Truth:
    if rng.random() >= wrong:
        return Truth(ride, start_s, stop_s, label, kind, start_s, stop_s, label, "")
    if rng.random() < 0.5:
        other = CONFUSED_WITH[label][int(rng.integers(len(CONFUSED_WITH[label])))]
        return Truth(ride, start_s, stop_s, label, kind, start_s, stop_s, other, "class")
    shift = float(rng.uniform(1, 3)) * (1 if rng.random() < 0.5 else -1)
    shift = -shift if start_s + shift < 0 or stop_s + shift > end_s else shift
    first, last = round(max(start_s + shift, 0), 2), round(min(stop_s + shift, end_s), 2)
    return Truth(ride, start_s, stop_s, label, kind, first, last, label, "edges")


def annotations(rows: tuple[Truth, ...], annotator: str) -> tuple[Annotation, ...]:
    """The annotations as given; they don't tell which of them are wrong."""
    return tuple(Annotation(row.given_start_s, row.given_stop_s, row.given_label, annotator) for row in rows)
