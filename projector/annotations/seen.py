"""Parts of a ride as sets of moments: what was looked at, what of it is done, what is left.

Spans are float64 (k, 2), start and stop in seconds, ascending and apart from one another. "Looked at, nothing
here" is what is done without what is annotated, so that no label is not taken for a label that says nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.annotations.edits import Hand
from projector.domain.edits import Edit, Kind, new_id

Spans = npt.NDArray[np.float64]
LEAST_S = 0.1  # nobody is asked about less: it is the edge of what was in view


@dataclass(frozen=True, eq=False)
class Looked:
    """Of one ride: what was looked at in this session, and what is done by the labels that are shown."""

    seen: Spans
    done: Spans

    @staticmethod
    def nothing() -> "Looked":
        return Looked(spans(), spans())


def spans(pairs: Iterable[Sequence[float]] = ()) -> Spans:
    """Any (start, stop) as spans; those without a length, or backward, are none."""
    return joined(np.array([*pairs], np.float64).reshape(-1, 2))


def joined(pairs: Spans, slack_s: float = 0.0) -> Spans:
    """The union of any intervals; those that lie no further apart than `slack_s` are made one."""
    pairs = pairs[pairs[:, 1] > pairs[:, 0]]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    if not len(pairs):
        return np.empty((0, 2))
    reach = np.maximum.accumulate(pairs[:, 1])
    first = np.concatenate([[True], pairs[1:, 0] > reach[:-1] + slack_s])
    last = np.append(first[1:], True)
    return np.column_stack([pairs[first, 0], reach[last]])


def both(one: Spans, other: Spans) -> Spans:
    """What is in either."""
    return joined(np.concatenate([one, other]))


def without(whole: Spans, taken: Spans) -> Spans:
    """What of `whole` is not in `taken`."""
    if not len(whole) or not len(taken):
        return whole
    holes = np.column_stack([np.append(-np.inf, taken[:, 1]), np.append(taken[:, 0], np.inf)])
    return common(whole, holes)


def common(one: Spans, other: Spans) -> Spans:
    """What is in both."""
    first = np.searchsorted(other[:, 1], one[:, 0], side="right")
    count = np.maximum(np.searchsorted(other[:, 0], one[:, 1], side="left") - first, 0)
    mine = np.repeat(np.arange(len(one)), count)
    theirs = np.arange(len(mine)) - (np.cumsum(count) - count)[mine] + first[mine]
    start = np.maximum(one[mine, 0], other[theirs, 0])
    stop = np.minimum(one[mine, 1], other[theirs, 1])
    return np.asarray(np.column_stack([start, stop])[stop > start])


def seconds(of: Spans) -> float:
    """How long they last together."""
    return float(np.sum(of[:, 1] - of[:, 0]))


def longer(of: Spans, least_s: float = LEAST_S) -> Spans:
    """Those that last so long."""
    return of[of[:, 1] - of[:, 0] >= least_s]


def holding(whole: Spans, start_s: npt.ArrayLike, stop_s: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which of some intervals lie in one of the spans from end to end, bool; up to a millisecond."""
    start, stop = np.asarray(start_s, np.float64), np.asarray(stop_s, np.float64)
    if not len(whole):
        return np.zeros(start.shape, bool)
    at = np.maximum(np.searchsorted(whole[:, 0], start + 1e-3, side="right") - 1, 0)
    return np.asarray((whole[at, 0] <= start + 1e-3) & (stop <= whole[at, 1] + 1e-3))


# --- as edits -----------------------------------------------------------------------------------------


def done_of(heads: Iterable[Edit], layer: str, ride: str, signal_hash: str = "") -> Spans:
    """What a layer has marked done of a ride; what was marked on other signals is not about these."""
    return spans(
        (edit.after["start_s"], edit.after["stop_s"])
        for edit in heads
        if edit.kind is Kind.SEEN
        and edit.after is not None
        and (edit.layer, edit.ride) == (layer, ride)
        and (not signal_hash or edit.signal_hash in ("", signal_hash))
    )


def mark(hand: Hand, parts: Spans) -> list[Edit]:
    """Parts of the hand's ride are done."""
    bodies = ({"start_s": start, "stop_s": stop, "done": True} for start, stop in parts.tolist())
    return [hand.edit(new_id(), (), None, body, Kind.SEEN) for body in bodies]


def unmark(hand: Hand, heads: Iterable[Edit]) -> list[Edit]:
    """Nothing of the hand's ride is done any more in its layer."""
    return [
        hand.edit(edit.subject, (edit.id,), edit.after, None, Kind.SEEN)
        for edit in heads
        if edit.kind is Kind.SEEN
        and edit.after is not None
        and (edit.layer, edit.ride) == (hand.layer, hand.ride)
    ]
