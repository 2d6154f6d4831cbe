"""A detector's alerts against annotations: events that it missed, and alerts where nobody labelled one."""

import re

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Annotations
from projector.workspace.review.found import Found, Reason, found, joined
from projector.workspace.review.intervals import chosen, meets
from projector.workspace.review.subjects import About

USUAL_NAMES = ("detector", "alerts", "alert", "predictions")  # layers that are taken for a detector's
EXPECTED = 1 / 3  # of a class's events have an alert, or nobody expects one of that class
MISSED_SCORE, ALERT_SCORE = 0.9, 0.8
_SCORE = re.compile(r"(?<![\d.])(?:0?\.\d+|1\.0+|0|1)(?![\d.])")


def of_no_person(chosen: str, mine: str) -> frozenset[str]:
    """Layers of a detector: those of a usual name and the chosen one, but never one's own."""
    return frozenset({*USUAL_NAMES, chosen}) - {mine}


def expected(marks: Annotations, alerts: Annotations) -> frozenset[str]:
    """The classes of which the detector is expected to tell every event.

    The labels of the alerts where annotations have them, too; else ("alert") every class of which a third of
    the events has one: a detector that tells falls is not to blame for silence on braking.
    """
    used = {alerts.label_names[code] for code in np.unique(alerts.label).tolist()}
    known = {marks.label_names[code] for code in np.unique(marks.label).tolist()}
    if used & known:
        return frozenset(used & known)
    told = meets(marks, alerts)
    count = np.bincount(marks.label, minlength=len(marks.label_names))
    hits = np.bincount(marks.label[told], minlength=len(marks.label_names))
    return frozenset(
        name
        for name, many, hit in zip(marks.label_names, count, hits, strict=True)
        if many and hit >= EXPECTED * many
    )


def compared(marks: Annotations, alerts: Annotations) -> Found:
    """Events of expected classes that no alert overlaps, and alerts that overlap no such event.

    score   0.9 for an event; of an alert 0.5 to 1 by the score in its comment, else 0.8. word, of an alert:
            what is labelled there instead
    """
    names = expected(marks, alerts)
    wanted = np.array([name in names for name in marks.label_names], bool)
    events = np.flatnonzero(wanted[marks.label]) if len(marks) else np.empty(0, np.intp)
    missed = events[~meets(chosen(marks, events), alerts)]
    extra = np.flatnonzero(~meets(alerts, chosen(marks, events)))
    return joined(
        [
            found(
                Reason.MISSED,
                About.EVENT,
                marks.ride_number[missed],
                marks.start_s[missed],
                marks.stop_s[missed],
                marks.label[missed],
                marks.label_names,
                score=MISSED_SCORE,
            ),
            _extra(marks, alerts, extra),
        ]
    )


def _extra(marks: Annotations, alerts: Annotations, rows: npt.NDArray[np.intp]) -> Found:
    names = (*alerts.label_names, *marks.label_names)
    instead = np.full(len(rows), -1)
    spans = chosen(alerts, rows)
    centre = (spans.start_s + spans.stop_s) / 2
    middles = Annotations(spans.ride_number, centre, centre, spans.label, spans.label_names)
    for where in (spans, middles):  # what it touches; rather what lies under its middle
        for code in np.unique(marks.label).tolist():
            here = meets(where, chosen(marks, marks.label == code))
            instead[here] = len(alerts.label_names) + code
    comments = alerts.comment or ("",) * len(alerts)
    told = np.array([_told(comments[row]) for row in rows.tolist()], np.float64)
    return found(
        Reason.ALERT,
        About.ALERT,
        alerts.ride_number[rows],
        alerts.start_s[rows],
        alerts.stop_s[rows],
        alerts.label[rows],
        names,
        score=np.where(np.isnan(told), ALERT_SCORE, 0.5 + np.nan_to_num(told) / 2),
        value=told,
        word=instead,
    )


def _told(comment: str) -> float:
    """The score that a comment tells, NaN where it tells none: '0.94', 'score 0.94'."""
    match = _SCORE.search(comment)
    return float(match.group()) if match else float("nan")
