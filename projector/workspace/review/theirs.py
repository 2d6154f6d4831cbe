"""One person's events, all of them in order of ride and time, for a second person to go through."""

import numpy as np

from projector.domain.nouns import Annotations
from projector.workspace.review.found import Found, Reason, found
from projector.workspace.review.subjects import About, hashes


def theirs(who: str, events: Annotations, marks: Annotations) -> Found:
    """Each event of a layer; those that say just what counts are judged as the annotations that count."""
    names = (*events.label_names, who)
    alike = np.isin(_numbers(events), _numbers(marks))
    return found(
        Reason.THEIRS,
        np.where(alike, int(About.EVENT), int(About.THEIRS)).astype(np.int8),
        events.ride_number,
        events.start_s,
        events.stop_s,
        events.label,
        names,
        score=0.0,  # none deserves it more than another: in order of time
        word=len(names) - 1,
    )


def _numbers(marks: Annotations) -> np.ndarray:
    about = np.zeros(len(marks), np.int8)
    return hashes(about, marks.ride_number, marks.start_s, marks.stop_s, marks.label, marks.label_names)
